/** The catalogue: an id, perhaps a title, and attributes. */
import type { Cell } from './batch.js'
import { totalSize, type Progress } from './bytes.js'
import { ID_EXPECTED } from './cells.js'
import { findColumns, type Mapping } from './columns.js'
import { InputError, nameOf, quote, quoteList, type Place } from './errors.js'
import { columnFacts, describe, type FileFacts } from './facts.js'
import { Intern } from './intern.js'
import { kindOf, toColumn, type Column, type Kind } from './kinds.js'
import { counter, scanTable } from './table.js'

/** How a catalogue is read. */
export interface ItemOptions {
  /** columns by their part, where the names do not tell: `{ item_id: 'sku', title: 'label' }` */
  columns?: Mapping
  /** kinds by column, where the values do not tell; 'skip' leaves a column out: `{ zip: 'category', notes: 'skip' }` */
  kinds?: Record<string, Kind | 'skip'>
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
  names: readonly string[]
  path: string
  firstItem: number
  rows: number
  lines: Uint32Array[]
  columns: { item_id?: string; title?: string }
}

/**
 * Reads catalogues of any table format as one; a column that a file lacks is missing for its items. A header without
 * rows is a valid, empty catalogue. Columns without a name are left out.
 * Errors (file, row, column, found, expected): an empty or inexact id, an id twice (with both rows), an object in a
 * cell, a value that does not fit the kind asked for, a kind for a column that is not there, what the formats say.
 */
export async function readItems(paths: readonly string[], options: ItemOptions = {}): Promise<Items> {
  const kinds = new Map(Object.entries(options.kinds ?? {}))
  const ids = new Intern()
  const files: File[] = []
  const attributes = new Map<string, Cell[]>()
  const skipped = new Set<string>()
  let title: Cell[] | null = null
  const onBytes = options.onProgress && counter(options.onProgress, await totalSize(paths))

  for (const path of paths) {
    const file: File = { names: [], path, firstItem: ids.names.length, rows: 0, lines: [], columns: {} }
    files.push(file)
    let names: string[] = []
    const select = (found: readonly string[]) => {
      const at = findColumns(path, found, ['item_id', 'title'], ['item_id'], options.columns)
      file.names = found
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
      const before = ids.names.length
      if (batch.lines !== null) file.lines.push(batch.lines)
      file.rows += batch.rows
      for (let i = 0; i < batch.rows; i++) {
        const code = ids.codeOfId(idCells![i]) // required: findColumns has seen to it
        if (code === before + i) continue
        const place = { file: path, row: batch.firstRow + i, line: batch.lines?.[i], field: file.columns.item_id }
        if (code < 0) throw new InputError(place, quote(idCells![i]), ID_EXPECTED)
        const first = placeOf(files, code)
        throw new InputError(place, `${quote(ids.names[code])} again`, `each id once (it is also in ${nameOf(first)})`)
      }
      if (titleCells !== null) extend((title ??= []), titleCells, before, batch.rows)
      attributeCells.forEach((cells, c) => extend(attributes.get(names[c])!, cells!, before, batch.rows))
    }
  }

  const rows = ids.names.length
  // a misspelt skip would put into the bundle what was to stay out of it
  const unknown = [...kinds.keys()].find((name) => !attributes.has(name) && !skipped.has(name))
  if (unknown !== undefined) {
    throw new InputError(
      { file: paths.join(', ') },
      `the attributes ${quoteList([...attributes.keys(), ...skipped])}`,
      `${quoteList([unknown])}, which ${kinds.get(unknown) === 'skip' ? 'is to be left out' : `is to be of kind ${kinds.get(unknown)}`}`,
    )
  }
  const finish = (name: string, kind: Kind | undefined, cells: Cell[]): Column => {
    extend(cells, [], rows, 0) // a file that lacked the column may have come last
    return toColumn(name, kind ?? kindOf(cells), cells, (item, found, expected) => {
      const field = { ...placeOf(files, item), field: name }
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
  return {
    rows,
    itemIds: ids.names,
    columns,
    files: files.map((file) => ({ path: file.path, rows: file.rows, columns: file.columns })),
    facts: { files: files.map((file) => factsOf(file, ids.names, columns)) },
  }
}

function factsOf(file: File, ids: readonly string[], columns: readonly Column[]): FileFacts {
  const { path, rows, firstItem, names } = file
  const about = names.map((name) => {
    const id = name === file.columns.item_id
    const made = columns.find((column) => column.name === (name === file.columns.title ? 'title' : name))
    const role = id ? 'item_id' : name === file.columns.title ? 'title' : made === undefined ? null : 'attribute'
    const facts = columnFacts(name, role, id ? 'id' : null)
    if (id) Object.assign(facts, { values: rows, examples: ids.slice(firstItem, firstItem + Math.min(3, rows)) })
    else if (made !== undefined) describe(facts, made, firstItem, firstItem + rows)
    return facts
  })
  return { path, rows, columns: about, left: [] }
}

/** Brings a column to `before` cells, the lacking ones missing, and appends. */
function extend(column: Cell[], cells: ArrayLike<Cell>, before: number, rows: number): void {
  while (column.length < before) column.push(null)
  for (let i = 0; i < rows; i++) column.push(cells[i])
}

/** Where an item came from. */
function placeOf(files: readonly File[], item: number): Place {
  const file = files.findLast((one) => one.firstItem <= item)!
  let at = item - file.firstItem
  const place: Place = { file: file.path, row: at + 1 }
  for (const lines of file.lines) {
    if (at < lines.length) return { ...place, line: lines[at] }
    at -= lines.length
  }
  return place
}
