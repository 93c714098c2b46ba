/** The catalogue: an id, perhaps a title, and attributes. */
import type { Batch, Cell } from './batch.js'
import { totalSize, type Progress } from './bytes.js'
import { hasNoId, ID_EXPECTED, idOf, SKIP_EXPECTED, wholeIds } from './cells.js'
import { checkMapped, findColumns, type Mapping, type Skip } from './columns.js'
import { InputError, nameOf, quote, quoteList, throwIt, type Fault, type Place } from './errors.js'
import { columnFacts, describe, keepExample, leaveOut, noteFloats, type FileFacts } from './facts.js'
import { ownString } from './intern.js'
import { kindOf, toColumn, type Column, type Kind } from './kinds.js'
import { counter, scanTable } from './table.js'

/** How a catalogue is read. */
export interface ItemOptions {
  /** columns by their part, where the names do not tell: `{ item_id: 'sku', title: 'label' }` */
  columns?: Mapping
  /** kinds by column, where the values do not tell; 'skip' leaves a column out: `{ zip: 'category', notes: 'skip' }` */
  kinds?: Record<string, Kind | 'skip'>
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
  facts?: { files: FileFacts[] }
}

interface File {
  path: string
  /** its first row, from 0 over all files */
  first: number
  lines: Uint32Array[]
  columns: { item_id?: string; title?: string }
  facts: FileFacts
}

/**
 * Reads catalogues of any table format as one; a column that a file lacks is missing for its items. A header without
 * rows is a valid, empty catalogue. Columns without a name are left out.
 * Errors (file, row, column, found, expected): an empty or inexact id, an id twice (with both rows), an object in a
 * cell, a value that does not fit the kind asked for, a kind for a column that is not there, what the formats say.
 */
export async function readItems(paths: readonly string[], options: ItemOptions = {}): Promise<Items> {
  const kinds = new Map(Object.entries(options.kinds ?? {}))
  const fault: Fault = options.onError ?? throwIt
  const rowsOfIds = new RowsOfIds(options.skip ?? [], fault)
  const { files } = rowsOfIds
  const attributes = new Map<string, Cell[]>()
  const skipped = new Set<string>()
  let title: Cell[] | null = null
  const onBytes = options.onProgress && counter(options.onProgress, await totalSize(paths))

  for (const path of paths) {
    const file = rowsOfIds.begin(path)
    let names: string[] = []
    const select = (found: readonly string[]) => {
      const at = findColumns(path, found, ['item_id', 'title'], ['item_id'], options.columns, { notes: file.facts })
      file.facts.columns = found.map((name) => columnFacts(name, null, null))
      file.columns = { item_id: found[at.item_id], ...(at.title >= 0 && { title: found[at.title] }) }
      const rest = found
        .map((_, i) => i)
        .filter((i) => i !== at.item_id && i !== at.title && found[i] !== '' && kinds.get(found[i]) !== 'skip')
      names = rest.map((i) => found[i])
      found.forEach((name, i) => {
        if (i !== at.item_id && i !== at.title && kinds.get(name) === 'skip') skipped.add(name)
      })
      for (const name of names) if (!attributes.has(name)) attributes.set(name, [])
      if (at.title >= 0) title ??= []
      return [at.item_id, at.title, ...rest]
    }
    for await (const batch of scanTable(path, { select, onBytes })) {
      const [idCells, titleCells, ...attributeCells] = batch.columns
      const before = rowsOfIds.add(batch, idCells!) // required: findColumns has seen to it
      if (titleCells !== null) extend((title ??= []), titleCells, before, batch.rows)
      attributeCells.forEach((cells, c) => extend(attributes.get(names[c])!, cells!, before, batch.rows))
    }
    rowsOfIds.end()
  }

  if (!options.shared) checkMapped(files.map(({ facts }) => facts), options.columns ?? {}) // prettier-ignore
  const { ids: itemIds, kept } = rowsOfIds
  // a misspelt skip would put into the bundle what was to stay out of it
  const unknown = [...kinds.keys()].find((name) => !attributes.has(name) && !skipped.has(name))
  if (unknown !== undefined) {
    throw new InputError(
      { file: paths.join(', ') },
      `the attributes ${quoteList([...attributes.keys(), ...skipped])}`,
      `${quoteList([unknown])}, which ${kinds.get(unknown) === 'skip' ? 'is to be left out' : `is to be of kind ${kinds.get(unknown)}`}`,
    )
  }
  const finish = (name: string, kind: Kind | undefined, all: Cell[]): Column => {
    extend(all, [], rowsOfIds.rows, 0) // a file that lacked the column may have come last
    const cells = kept.length === all.length ? all : kept.map((row) => all[row])
    return toColumn(name, kind ?? kindOf(cells), cells, (item, found, expected) => {
      const field = { ...placeOf(files, kept[item]), field: name }
      throw new InputError(
        field,
        quote(found),
        `${expected}${
          typeof found === 'object' ? ` (kinds: {${JSON.stringify(name)}: "skip"} leaves the column out)` : ''
        }`,
      )
    })
  }
  const columns = title === null ? [] : [finish('title', 'text', title)]
  for (const [name, cells] of attributes) {
    columns.push(finish(name, kinds.get(name) as Kind | undefined, cells))
    attributes.set(name, []) // the raw cells may go
  }
  let first = 0
  for (const file of files) describeFile(file, first, (first += file.facts.rows), itemIds, columns)
  return {
    rows: itemIds.length,
    itemIds,
    columns,
    files: files.map(({ path, facts, columns }) => ({ path, rows: facts.rows, columns })),
    facts: { files: files.map(({ facts }) => facts) },
  }
}

/** Fills in what the columns of a file hold, whose items are those from `first` to before `end`. */
function describeFile(
  file: File,
  first: number,
  end: number,
  ids: readonly string[],
  columns: readonly Column[],
): void {
  for (const facts of file.facts.columns) {
    const { name } = facts
    const isTitle = name === file.columns.title
    const made = columns.find((column) => column.name === (isTitle ? 'title' : name))
    if (name === file.columns.item_id) {
      Object.assign(facts, { role: 'item_id', kind: 'id', values: end - first, missing: 0 })
      ids.slice(first, Math.min(end, first + 3)).forEach((id) => keepExample(facts, id))
    } else if (made !== undefined) {
      facts.role = isTitle ? 'title' : 'attribute'
      describe(facts, made, first, end)
    }
  }
}

/** The ids of all rows of all files, and which rows they leave in: an id that is missing or comes again leaves its row out. */
class RowsOfIds {
  readonly files: File[] = []
  /** Of the rows that stay: ids, and row numbers over all files, from 0. */
  readonly ids: string[] = []
  readonly kept: number[] = []
  rows = 0
  private readonly rowOfId = new Map<string, number>()
  private own: (string | null)[] = []

  constructor(
    private readonly skip: readonly Skip[],
    private readonly fault: Fault,
  ) {}

  begin(path: string): File {
    const facts: FileFacts = { path, rows: 0, columns: [], left: [] }
    const file: File = { path, first: this.rows, lines: [], columns: {}, facts }
    this.files.push(file)
    this.own = []
    return file
  }

  /** The number of rows before the batch. */
  add(batch: Batch, cells: ArrayLike<Cell>): number {
    const file = this.files.at(-1)!
    if (batch.lines !== null) file.lines.push(batch.lines)
    const before = this.rows
    for (let i = 0; i < batch.rows; i++) {
      const id = idOf(cells[i])
      if (id === null && !(hasNoId(cells[i]) && this.skip.includes('rows without ids'))) {
        const place = { file: file.path, row: batch.firstRow + i, line: batch.lines?.[i], field: file.columns.item_id }
        this.fault(new InputError(place, quote(cells[i]), hasNoId(cells[i]) ? SKIP_EXPECTED : ID_EXPECTED))
      }
      this.own.push(id === null ? null : ownString(id))
    }
    this.rows += batch.rows
    return before
  }

  /** A file ends: only now it is known whether it wrote whole numbers as floats. */
  end(): void {
    const file = this.files.at(-1)!
    const whole = wholeIds(this.own.filter((id) => id !== null))
    if (whole !== null) noteFloats(file.facts, file.columns.item_id, whole.length)
    let next = 0
    this.own.forEach((own, i) => {
      const row = file.first + i
      if (own === null) return leaveOut(file.facts.left, 'no item_id', i + 1)
      const id = whole?.[next++] ?? own
      const before = this.rowOfId.get(id)
      if (before === undefined) {
        this.rowOfId.set(id, row)
        this.ids.push(id)
        this.kept.push(row)
        file.facts.rows++
      } else if (this.skip.includes('repeated ids')) leaveOut(file.facts.left, 'an id that was there before', i + 1)
      else {
        const place = { ...placeOf(this.files, row), field: file.columns.item_id }
        this.fault(new InputError(place, `${quote(id)} again`, `each id once (it is also in ${nameOf(placeOf(this.files, before))}; config "skip": "repeated ids" takes the first)`)) // prettier-ignore
      }
    })
  }
}

/** Brings a column to `before` cells, the lacking ones missing, and appends. */
function extend(column: Cell[], cells: ArrayLike<Cell>, before: number, rows: number): void {
  while (column.length < before) column.push(null)
  for (let i = 0; i < rows; i++) column.push(cells[i])
}

/** Where a row, from 0 over all files, stands. */
function placeOf(files: readonly File[], row: number): Place {
  const file = files.findLast(({ first }) => first <= row)!
  let at = row - file.first
  const place: Place = { file: file.path, row: at + 1 }
  for (const lines of file.lines) {
    if (at < lines.length) return { ...place, line: lines[at] }
    at -= lines.length
  }
  return place
}
