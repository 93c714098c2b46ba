/**
 * Embeddings in a table of any format: a column of ids and one of vectors, each a list of numbers, as engines write them. In
 * Parquet they are lists, which are taken as arrays; elsewhere lists of JSON, texts that spell one, or Spark's vectors:
 * {type: 1, values} and, of few numbers, {type: 0, size, indices, values}.
 */
import { placeIn, type Batch, type Cell, type NumberLists } from './batch.js'
import type { Progress } from './bytes.js'
import { ID_EXPECTED, isObject, numberOf, type IdReading } from './cells.js'
import { findColumns, type Mapping } from './columns.js'
import { InputError, nameOf, quote, type Place } from './errors.js'
import { columnFacts, type FileFacts } from './facts.js'
import { IdColumn, join } from './intern.js'
import { findPart, noPart, VECTOR, type NamedColumns } from './named.js'
import { totalSize } from './parts.js'
import { Places } from './places.js'
import { counter, scanTable } from './table.js'

/** A table of vectors as it was read. */
export interface VectorTable {
  ids: string[]
  dim: number
  /** rows × dim, all finite */
  vectors: Float32Array
  /** its columns, and what was noted on the way; of those of ids and vectors whoever has all of them says more */
  file: FileFacts
  columns: { id: number; vector: number }
}

export interface TableOptions extends IdReading {
  columns?: NamedColumns
  onProgress?: Progress
}

const VECTOR_EXPECTED = 'a vector: a list of numbers, such as [0.1, 0.2, 0.3]'
const FINITE = 'finite float32 numbers'

/**
 * Errors, each the first of its kind with how many rows there are like it: no column for ids or vectors, no rows, a row without an
 * id or a vector, a vector of another length than the first, a number that is missing or not finite, an id twice.
 */
export async function readVectorTable(path: string, options: TableOptions = {}): Promise<VectorTable> {
  return (await looked(path, options, true)).table
}

/** A table of vectors that was looked through, and that gives them whenever they are asked for, some rows at a time. */
export interface OpenVectorTable extends Omit<VectorTable, 'vectors'> {
  again(onProgress?: Progress): AsyncGenerator<Float32Array>
}

/** Errors: those of readVectorTable; of a table that changes while it is read. */
export async function openVectorTable(path: string, options: TableOptions = {}): Promise<OpenVectorTable> {
  const { table, select } = await looked(path, options, false)
  const { vectors: _, ...known } = table
  return {
    ...known,
    async *again(onProgress) {
      const onBytes = onProgress && counter(onProgress, await totalSize([path]))
      const expected = known.ids.length * known.dim
      let given = 0
      for await (const batch of scanTable(path, { select, lists: true, onBytes })) {
        const { values } = vectorsOf(batch)
        given += values.length
        if (given > expected) break
        yield values
      }
      if (given !== expected)
        throw new InputError({ file: path }, 'another table than before', 'one that stays as it is while it is read')
    },
  }
}

/** Where `keeps` is false there are no vectors in what comes. */
async function looked(
  path: string,
  options: TableOptions,
  keeps: boolean,
): Promise<{ table: VectorTable; select: (names: readonly string[]) => number[] }> {
  const file: FileFacts = { path, rows: 0, columns: [], left: [] }
  const columns = { id: -1, vector: -1 }
  const rows = new Rows(path, new IdColumn(options.idsAs), keeps)
  const select = (names: readonly string[]) => {
    const { id, vector } = columnsIn(file, names, options.columns)
    Object.assign(columns, { id, vector })
    file.columns = names.map((name, at) =>
      columnFacts(name, at === id ? 'item_id' : at === vector ? 'vector' : null, at === id ? 'id' : null),
    )
    rows.names = { id: names[id]!, vector: names[vector]! }
    return [id, vector]
  }
  const onBytes = options.onProgress && counter(options.onProgress, await totalSize([path]))
  for await (const batch of scanTable(path, { select, lists: true, onBytes })) rows.add(batch)
  const { ids, dim, vectors } = rows.end()
  file.rows = ids.length
  const floats = rows.ids.endFile()
  if (floats.ids > 0) file.notes = [...(file.notes ?? []), { note: 'floats', column: rows.names.id, ...floats }]
  const again = (names: readonly string[]) => {
    const { id, vector } = columnsIn({ path, rows: 0, columns: [], left: [] }, names, options.columns) // what is noted was noted
    return [id, vector]
  }
  return { table: { ids, dim, vectors, file, columns }, select: again }
}

/** Those of a batch, one behind the other. */
const vectorsOf = ({ lists, columns: [, cells], rows }: Batch): NumberLists =>
  lists?.[1] ?? packed(Array.from({ length: rows }, (_, i) => numbersOf(cells?.[i])))

function columnsIn(
  file: FileFacts,
  names: readonly string[],
  mapping: NamedColumns = {},
): { id: number; vector: number } {
  const { vector: _, ...ofIds } = mapping
  const vectorOf = (taken: readonly number[]) => findPart(file, 'embeddings', VECTOR, names, taken, mapping)
  const said = names.indexOf(String(mapping.vector))
  // a column "features" or "values" is the vectors', whatever else names items
  const id = findColumns(file.path, names.map((name, at) => (at === said ? '' : name)), ['item_id'], ['item_id'], ofIds as Mapping, { kind: 'embeddings', notes: file }).item_id // prettier-ignore
  const vector = vectorOf([id])
  if (vector < 0) throw noPart(file.path, 'embeddings', VECTOR, names, [id])
  return { id, vector }
}

/** What is wrong with a row, and what would be right. */
interface Fault {
  found: string
  expected: string
  field: string
}

/** Rows on their way; what is wrong with some is said once all were seen. */
class Rows {
  names = { id: '', vector: '' }
  private readonly chunks: Float32Array[] = []
  private readonly places = new Places()
  /** of the first row */
  private dim = 0
  private fault: { error: (like: string) => InputError; rows: number } | null = null

  constructor(
    private readonly path: string,
    readonly ids: IdColumn,
    private readonly keeps: boolean,
  ) {}

  add(batch: Batch): void {
    const [ids, cells] = batch.columns
    const before = this.places.rows
    this.places.add(batch, this.path)
    const vectors = vectorsOf(batch)
    if (before === 0 && batch.rows > 0) this.dim = vectors.start[1]!
    for (let i = 0; i < batch.rows; i++) {
      const wrong = this.idFault(ids?.[i], before + i) ?? this.vectorFault(vectors, i, cells?.[i])
      if (wrong !== null) this.take(wrong, placeIn(batch, i, this.path))
    }
    if (this.fault === null && this.keeps) this.chunks.push(vectors.values)
  }

  private idFault(cell: Cell, row: number): Fault | null {
    const code = this.ids.codeOfId(cell)
    const field = this.names.id
    if (code < 0) return { found: quote(cell), expected: ID_EXPECTED, field }
    if (this.fault !== null || code === row) return null // once a row was passed over, numbers are not rows any more
    const expected = `each id once (it is also in ${nameOf(this.places.of(code))}); one row of each is to be kept`
    return { found: `the id ${quote(this.ids.ids.names[code])} again`, expected, field }
  }

  private vectorFault({ start, values, whole }: NumberLists, i: number, cell: Cell): Fault | null {
    const [from, to] = [start[i]!, start[i + 1]!]
    const field = this.names.vector
    const isMissing = to === from && whole[i] === 0
    if (isMissing || to === from)
      return { found: to === from && whole[i] ? 'a vector of no numbers' : quote(cell), expected: `${VECTOR_EXPECTED}; rows without one are to be left out of the table`, field } // prettier-ignore
    if (to - from !== this.dim)
      return {
        found: `a vector of ${to - from} numbers`,
        expected: `${this.dim}, as in ${nameOf(this.places.of(0))}`,
        field,
      }
    for (let at = from; at < to; at++)
      if (!Number.isFinite(values[at]!)) {
        const what = Number.isNaN(values[at])
          ? whole[i] === 0 || isNull(cell, at - from)
            ? 'no number'
            : 'NaN'
          : String(values[at])
        return { found: `${what} in place ${at - from + 1} of its ${this.dim}`, expected: FINITE, field }
      }
    return null
  }

  private take({ found, expected, field }: Fault, place: Place): void {
    if (this.fault !== null) this.fault.rows++
    else this.fault = { error: (like) => new InputError({ ...place, field }, `${found}${like}`, expected), rows: 1 }
  }

  end(): { ids: string[]; dim: number; vectors: Float32Array } {
    if (this.places.rows === 0) throw new InputError({ file: this.path }, 'no rows', 'at least one vector')
    if (this.fault !== null) {
      const { rows } = this.fault
      throw this.fault.error(rows === 1 ? '' : ` (${rows} of ${this.places.rows} rows are not as expected)`)
    }
    const vectors = this.chunks.length === 1 ? this.chunks[0]! : join((n) => new Float32Array(n), this.chunks)
    return { ids: this.ids.ids.names, dim: this.dim, vectors }
  }
}

const isNull = (cell: Cell, place: number) => Array.isArray(cell) && (cell[place] ?? null) === null

/** Lists one after the other; null: no list. */
function packed(lists: readonly (ArrayLike<number> | null)[]): NumberLists {
  const start = new Uint32Array(lists.length + 1)
  lists.forEach((list, i) => (start[i + 1] = start[i]! + (list?.length ?? 0)))
  const values = new Float32Array(start[lists.length]!)
  lists.forEach((list, i) => list !== null && values.set(list, start[i]))
  return { start, values, whole: Uint8Array.from(lists, (list) => Number(list !== null)) }
}

/** Longer is no vector of anybody. */
const LONGEST = 1 << 16

/** The numbers of a cell, NaN for what is none; null where it is no list. */
function numbersOf(cell: Cell): ArrayLike<number> | null {
  if (Array.isArray(cell)) return Float64Array.from(cell, numberIn)
  if (cell instanceof Float32Array || cell instanceof Float64Array) return cell
  if (typeof cell === 'string') return spelled(cell.trim())
  if (!isObject(cell)) return null
  const { size, indices } = cell
  const values = numbersOf(cell['values'] ?? cell['list'] ?? cell['array'])
  const places = Array.isArray(indices) ? Array.from(indices, Number) : null
  if (values === null || places === null || (places.length === 0 && cell['type'] !== 0)) return values
  if (
    !(Number(size) <= LONGEST) ||
    places.length !== values.length ||
    !places.every((at) => at >= 0 && at < Number(size))
  )
    return null
  const all = new Float64Array(Number(size))
  places.forEach((at, i) => (all[at] = values[i]!))
  return all
}

const numberIn = (part: Cell): number =>
  typeof part === 'number' ? part : isObject(part) ? numberIn(part['element'] ?? part['item']) : (numberOf(part) ?? NaN)

/** `[0.1, 0.2]` as JSON, PostgreSQL's `{0.1,0.2}`, NumPy's `[0.1 0.2]` and `array([0.1, 0.2])`, or numbers alone. */
function spelled(text: string): ArrayLike<number> | null {
  if (text.startsWith('{"')) return fromJson(text)
  const inner = /^(?:array)?\(?[[{(]?([^[\]{}()]*)[\]})]?(?:, dtype=\w+)?\)?$/.exec(text)?.[1]
  if (inner === undefined || !/\d/.test(inner)) return null
  const parts = inner.includes(',') ? inner.split(',') : inner.trim().split(/[\s|;]+/)
  if (parts.length > 1 && parts.at(-1)!.trim() === '') parts.pop()
  return Float64Array.from(parts, (part) => (part.trim() === '' ? NaN : Number(part)))
}

function fromJson(text: string): ArrayLike<number> | null {
  try {
    return numbersOf(JSON.parse(text) as Cell)
  } catch {
    return null
  }
}
