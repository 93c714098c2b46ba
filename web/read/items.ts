/** The catalogue: an id, perhaps a title, and attributes. */
import type { Column } from './attribute.js'
import { placeIn, rowOf, type Batch, type Cell, type Quoting } from './batch.js'
import type { Progress } from './bytes.js'
import { hasNoId, ID_EXPECTED, idOf, isFloat, SKIP_EXPECTED, type IdReading, type IdsAs } from './cells.js'
import { checkMapped, findColumns, headingOf, type Mapping, type Skip } from './columns.js'
import { InputError, nameOf, quote, throwIt, type Fault, type Place } from './errors.js'
import { columnFacts, describe, keepExample, leaveOut, noteFloats, quoting, type FileFacts } from './facts.js'
import { ownString } from './intern.js'
import type { Hints } from './kinds.js'
import { own } from './own.js'
import { totalSize } from './parts.js'
import { counter, scanTable } from './table.js'
import { checkNamed, chosenOf, takenOf, type Taken, type Wishes } from './taken.js'
import { typedNames } from './typed.js'

/** How a catalogue is read. */
export interface ItemOptions extends Wishes, Quoting, IdReading {
  /** columns by their part, where the names do not tell: `{ item_id: 'sku', title: 'label' }` */
  columns?: Mapping
  /** the columns are those of other files too, so that some of them need not be in any file of the catalogue */
  shared?: boolean
  /** rows to leave out, and to count */
  skip?: readonly Skip[]
  /** hears of what is wrong with ids, so that reading goes on as far as it can; default: it is thrown */
  onError?: Fault
  onProgress?: Progress
}

/** A catalogue, column by column. */
export interface Items {
  rows: number
  /** itemIds[i]; each id once */
  itemIds: string[]
  /** `title` first if there is one (always text), then the attributes in the order of the files */
  columns: Column[]
  /** what was read, file by file */
  files: { path: string; rows: number; columns: { item_id?: string; title?: string } }[]
  /** what the reader learned of each file; not known of a catalogue that a program made */
  facts?: ItemFacts
}

/** What the reader learned of a catalogue. */
export interface ItemFacts {
  files: FileFacts[]
  /** what was guessed of columns, in sentences that say how to change it */
  remarks: string[]
  /** columns left out, since they hold objects */
  objects: string[]
}

interface File {
  path: string
  /** its first row, from 0 over all files */
  first: number
  batches: Pick<Batch, 'rows' | 'lines' | 'firstRow' | 'part'>[]
  /** its columns as attributes are called */
  names: string[]
  columns: { item_id?: string; title?: string }
  facts: FileFacts
}

/** The cells of an attribute, by row over all files, and what the header says of it. */
interface Raw {
  cells: Cell[]
  hints: Hints
}

/**
 * Reads catalogues of any table format as one; a column that a file lacks is missing for its items. A header without
 * rows is a valid, empty catalogue. Columns without a name are left out, and those
 * that hold objects.
 * Errors (file, row, column, found, expected): an empty or inexact id, an id twice (with both rows), a value
 * that does not fit the kind asked for, an option for a column that is not there, what the formats say.
 */
export async function readItems(paths: readonly string[], options: ItemOptions = {}): Promise<Items> {
  const fault: Fault = options.onError ?? throwIt
  const rowsOfIds = new RowsOfIds(options.skip ?? [], options.idsAs, fault)
  const { files } = rowsOfIds
  const attributes = new Map<string, Raw>()
  const skipped = new Set<string>()
  const vectors = new Set<string>()
  let title: Cell[] | null = null
  const heading = headingOf(['item_id'], options.columns)
  const onBytes = options.onProgress && counter(options.onProgress, await totalSize(paths))

  for (const path of paths) {
    const file = rowsOfIds.begin(path)
    let picked: string[] = []
    const select = (found: readonly string[]) => {
      const at = findColumns(path, found, ['item_id', 'title'], ['item_id'], options.columns, { notes: file.facts })
      const typed = typedNames(found)
      file.facts.columns = found.map((name) => columnFacts(name, null, null))
      file.names = typed.map(({ name }) => name)
      file.columns = { item_id: found[at.item_id], ...(at.title >= 0 && { title: found[at.title] }) }
      const others = [...typed.keys()].filter((i) => i !== at.item_id && i !== at.title && typed[i].name !== '')
      const isLeftOut = (name: string) => options.kinds?.[name] === 'skip' || options.keep?.includes(name) === false
      for (const { name, hints } of others.map((i) => typed[i])) {
        if (hints === null) vectors.add(name)
        if (hints === null || isLeftOut(name)) skipped.add(name)
        else if (!attributes.has(name)) attributes.set(name, { cells: [], hints })
      }
      const rest = others.filter((i) => !skipped.has(typed[i].name))
      picked = rest.map((i) => typed[i].name)
      if (at.title >= 0) title ??= []
      return [at.item_id, at.title, ...rest]
    }
    for await (const batch of scanTable(path, { select, onBytes, heading, ...quoting(options.quote, file.facts) })) {
      const [idCells, titleCells, ...attributeCells] = batch.columns
      const before = rowsOfIds.add(batch, idCells!) // required: findColumns has seen to it
      if (titleCells !== null) extend((title ??= []), titleCells, before, batch.rows)
      attributeCells.forEach((cells, c) => extend(attributes.get(picked[c])!.cells, cells!, before, batch.rows))
    }
    rowsOfIds.end()
  }

  const factsOf = files.map(({ facts }) => facts)
  if (!options.shared) checkMapped(factsOf, options.columns ?? {})
  const { ids: itemIds, kept } = rowsOfIds
  checkNamed(paths, options, [...attributes.keys()], skipped)
  const taken: Taken[] = []
  const take = (name: string, { cells: all, hints }: Raw, chosen: Hints) => {
    extend(all, [], rowsOfIds.rows, 0) // a file that lacked the column may have come last
    const cells = kept.length === all.length ? all : kept.map((row) => all[row])
    const { missing, html } = options
    const read = { ...(own(missing, name) && { missing: own(missing, name) }), ...(html !== undefined && { html }) }
    taken.push(takenOf(name, cells, hints, chosen, read, (item) => placeOf(files, kept[item])))
  }
  if (title !== null) take('title', { cells: title, hints: {} }, { kind: 'text' })
  for (const [name, raw] of attributes) {
    take(name, raw, chosenOf(options, name))
    raw.cells = [] // they may go
  }
  let first = 0
  for (const file of files) describeFile(file, first, (first += file.facts.rows), itemIds, taken)
  return {
    rows: itemIds.length,
    itemIds,
    columns: taken.flatMap(({ column }) => column ?? []),
    files: files.map(({ path, facts, columns }) => ({ path, rows: facts.rows, columns })),
    facts: {
      files: factsOf,
      remarks: [
        ...taken.flatMap(({ remarks }) => remarks),
        ...Array.from(vectors, (name) => `${name}: left out, a list of numbers as the header says`),
      ],
      objects: taken.filter(({ column }) => column === null).map(({ name }) => name),
    },
  }
}

/** Fills in what the columns of a file hold, whose items are those from `first` to before `end`. */
function describeFile(file: File, first: number, end: number, ids: readonly string[], taken: readonly Taken[]): void {
  file.facts.columns.forEach((facts, c) => {
    const { name } = facts
    const isTitle = name === file.columns.title
    const made = taken.find((one) => one.name === (isTitle ? 'title' : file.names[c]))
    if (name === file.columns.item_id) {
      Object.assign(facts, { role: 'item_id', kind: 'id', values: end - first, missing: 0 })
      ids.slice(first, Math.min(end, first + 3)).forEach((id) => keepExample(facts, id))
    } else if (made?.column) {
      facts.role = isTitle ? 'title' : 'attribute'
      describe(facts, made.column, first, end)
      if (made.unit !== '') facts.unit = made.unit
      for (const { file: of, ...one } of made.exceptions) if (of === file.path) facts.exceptions.push(one)
    }
  })
}

/** The ids of all rows of all files, and which rows they leave in: an id that is missing or comes again leaves its row out. */
class RowsOfIds {
  readonly files: File[] = []
  /** Of the rows that stay: ids, and row numbers over all files, from 0. */
  readonly ids: string[] = []
  readonly kept: number[] = []
  rows = 0
  private readonly rowOfId = new Map<string, number>()
  private floats = 0

  constructor(
    private readonly skip: readonly Skip[],
    private readonly as: IdsAs | undefined,
    private readonly fault: Fault,
  ) {}

  begin(path: string): File {
    const facts: FileFacts = { path, rows: 0, columns: [], left: [] }
    const file: File = { path, first: this.rows, batches: [], names: [], columns: {}, facts }
    this.files.push(file)
    this.floats = 0
    return file
  }

  /** The number of rows before the batch. */
  add(batch: Batch, cells: ArrayLike<Cell>): number {
    const file = this.files.at(-1)!
    const { rows, lines, firstRow, part } = batch
    file.batches.push({ rows, lines, firstRow, ...(part && { part }) })
    const before = this.rows
    for (let i = 0; i < rows; i++) this.addRow(batch, i, cells[i])
    return before
  }

  private addRow(batch: Batch, i: number, cell: Cell): void {
    const { path, columns, facts } = this.files.at(-1)!
    const at = this.rows++
    const row = rowOf(batch, i)
    const place = (): Place => ({ ...placeIn(batch, i, path), field: columns.item_id })
    const id = idOf(cell, this.as)
    if (id === null) {
      if (!hasNoId(cell)) this.fault(new InputError(place(), quote(cell), ID_EXPECTED))
      else if (!this.skip.includes('rows without ids')) this.fault(new InputError(place(), quote(cell), SKIP_EXPECTED))
      return leaveOut(facts.left, 'no item_id', row)
    }
    const before = this.rowOfId.get(id)
    const isRead = this.as !== 'exact' && isFloat(cell)
    if (before === undefined) {
      const own = ownString(id)
      this.rowOfId.set(own, at)
      this.ids.push(own)
      this.kept.push(at)
      facts.rows++
      if (isRead) this.floats++
    } else if (this.skip.includes('repeated ids')) leaveOut(facts.left, 'an id that was there before', row)
    else {
      const other = nameOf(placeOf(this.files, before))
      const asText = isRead ? `, "ids": "exact" tells ${quote(cell)} from ${quote(id)}` : ''
      const expected = `each id once (it is also in ${other}; config "skip": "repeated ids" takes the first${asText})`
      this.fault(new InputError(place(), `${quote(id)} again`, expected))
    }
  }

  /** A file ends. */
  end(): void {
    const { facts, columns } = this.files.at(-1)!
    noteFloats(facts, columns.item_id, { ids: this.floats, of: facts.rows })
  }
}

/** Brings a column to `before` cells, the lacking ones missing, and appends. */
function extend(column: Cell[], cells: ArrayLike<Cell>, before: number, rows: number): void {
  while (column.length < before) column.push(null)
  for (let i = 0; i < rows; i++) column.push(cells[i])
}

/** Where a row, from 0 over all files, stands. */
function placeOf(files: readonly File[], row: number): Place {
  const { path, first, batches } = files.findLast(({ first }) => first <= row)!
  let at = row - first
  for (const { rows, ...batch } of batches) {
    if (at < rows) return placeIn({ ...batch, rows, columns: [] }, at, path)
    at -= rows
  }
  return { file: path }
}
