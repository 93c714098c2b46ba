/**
 * Text and attributes of the rows of a table of vectors, from a catalogue: columns of the whole stand ready as sections, which are compact, and
 * each list has its rows of them. So numbers are kept alike everywhere, and a list has no more values than its items.
 */
import { createHash } from 'node:crypto'
import type { Learn } from '../../learn/learn.js'
import { pickedColumn } from '../../lists/columns.js'
import { quoteList, type Column, type Items, type VectorRows } from '../../read/index.js'
import { Intern } from '../../read/intern.js'
import { accountOf, refuse, shortly } from '../account.js'
import type { Config } from '../config.js'
import { fitting } from '../limits.js'
import { columnsOf } from '../reading.js'
import { attributeSection, numbered } from '../sections/attributes.js'
import type { Section } from '../sections/section.js'

/** Rows with what else is known of them. */
export interface Catalogue extends VectorRows {
  columns: Columns
}

export interface Columns {
  /** Of all that they say. */
  digest: string
  /** Bytes an item, about. */
  weight: number
  /** Attributes of items: of these rows, in their order. */
  sections(rows: Uint32Array): Section[]
}

/** Where there is no catalogue. */
export const NO_COLUMNS: Columns = { digest: '', weight: 0, sections: () => [] }

/** Texts are kept in parts of so many rows, since a string of JavaScript ends somewhere. */
const PART = 1 << 18
/** Rows that tell what an item weighs: about as many as a list has. */
const WEIGHED = 600
const EXAMPLES = 3

/**
 * `say` hears what was made of the catalogue, as from a build, and what of it meets no vector. Errors: those of a build, such as no item that
 * has a vector.
 */
export function columnsFor(
  learn: Learn,
  items: Items,
  source: VectorRows,
  config: Config,
  say: (line: string) => void,
): Columns {
  const said = { columns: { items: columnsOf(config, 'items') }, ...(config.dates && { dates: config.dates }) }
  const { account, errors } = accountOf({ interactions: null, items, embeddings: null }, said)
  refuse(errors)
  shortly(account).forEach(say)
  const rowOf = rowsOf(items, source, config, say)
  const parts = fitting(items).items.columns.map((column, i) => partsOf(learn, column, rowOf, i))
  const hash = createHash('sha256')
  for (const part of parts.flat()) hash.update(part.bytes)
  const sections = (rows: Uint32Array) => parts.map((all) => picked(all, rowOf.length, rows))
  const some = Math.min(WEIGHED, source.rows)
  const drawn = Uint32Array.from({ length: some }, (_, i) => Math.floor((i * source.rows) / some))
  const weight = sections(drawn).reduce((sum, { bytes }) => sum + bytes.length, 0) / Math.max(1, some)
  return { digest: hash.digest('hex'), weight, sections }
}

/** The catalogue's row of each row of vectors; -1: it has none. */
function rowsOf(items: Items, source: VectorRows, config: Config, say: (line: string) => void): Int32Array {
  const known = new Intern()
  for (const id of items.itemIds) known.code(id) // each once: its code is its row
  const rowOf = new Int32Array(source.rows)
  const isMet = new Uint8Array(items.itemIds.length)
  const unknown: string[] = []
  let met = 0
  for (let row = 0; row < source.rows; row++) {
    const at = known.known(source.id(row))
    rowOf[row] = at
    if (at >= 0) {
      isMet[at] = 1
      met++
    } else if (unknown.length < EXAMPLES) unknown.push(source.id(row))
  }
  const path = items.files.map((file) => file.path).join(', ')
  if (met === 0) refuseUnmet(items, source, config)
  if (met < source.rows)
    say(`look: ${source.path}: ${source.rows - met} of ${source.rows} items are not in ${path}, for example ${quoteList(unknown)}; they have no text and no attributes`) // prettier-ignore
  if (met < isMet.length) {
    const left = items.itemIds.filter((_, row) => isMet[row] === 0)
    say(`look: ${path}: ${left.length} of ${isMet.length} items have no vector in ${source.path}, for example ${quoteList(left.slice(0, EXAMPLES))}; they are left out`) // prettier-ignore
  }
  return rowOf
}

/** As a build does where no item of one file is in the other. */
function refuseUnmet(items: Items, { path, rows, dim, id }: VectorRows, config: Config): void {
  const ids = Array.from({ length: rows }, (_, row) => id(row))
  refuse(accountOf({ interactions: null, items, embeddings: { path, rows, dim, ids, vectors: new Float32Array() } }, config).errors) // prettier-ignore
}

function partsOf(learn: Learn, column: Column, rowOf: Int32Array, ordinal: number): Section[] {
  const as = numbered(column)
  const each = column.kind === 'text' ? PART : rowOf.length
  return Array.from({ length: Math.ceil(rowOf.length / each) }, (_, part) =>
    attributeSection(learn, as, rowOf.subarray(part * each, (part + 1) * each), ordinal),
  )
}

/** Rows of a column that lies in parts of one length, but for the last. */
function picked(parts: readonly Section[], count: number, rows: Uint32Array): Section {
  const each = parts.length === 1 ? count : PART
  const bytes = pickedColumn({
    parts: parts.map((one) => one.bytes),
    items: parts.map((_, part) => Math.min(each, count - part * each)),
    of: rows.map((row) => Math.floor(row / each)),
    rows: rows.map((row) => row % each),
  })
  return { ...parts[0]!, bytes }
}
