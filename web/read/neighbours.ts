/**
 * Neighbours that were computed elsewhere: rows of a key, a target and a weight, each of a source; and popularity, rows of an item
 * and a weight. Tables of any format, in one file or several.
 */
import { placeIn, rowOf, type Batch, type Cell } from './batch.js'
import type { Progress } from './bytes.js'
import { ID_EXPECTED, idOf, isEmpty, numberOf, type IdReading } from './cells.js'
import { findColumns, type Mapping } from './columns.js'
import { InputError, nameOf, quote } from './errors.js'
import {
  columnFacts,
  keepExample,
  leaveOut,
  noteFloats,
  type ColumnFacts,
  type FileFacts,
  type FileTaken,
} from './facts.js'
import { IdColumn } from './intern.js'
import { findPart, KEY, noPart, SOURCE, TARGET, WEIGHT, type NamedColumns } from './named.js'
import { totalSize } from './parts.js'
import { Places } from './places.js'
import { counter, scanTable } from './table.js'

/** The source of rows that name none. */
export const UNNAMED = 'neighbours'

/** Pairs of a source, row by row: numbers of items among the ids, and what they weigh. */
export interface Pairs {
  key: Uint32Array
  target: Uint32Array
  /** Above 0, all finite. */
  weight: Float32Array
}

/** Tables of neighbours. */
export interface Neighbours {
  /** Items that are keys or targets. */
  itemIds: string[]
  /** By the name of the source, in the order in which they appear. */
  sources: Map<string, Pairs>
  files: FileTaken[]
}

/** How much everybody met each item, as somebody else counted it. */
export interface Popularity {
  itemIds: string[]
  /** 0 or more, all finite. */
  weight: Float64Array
  files: FileTaken[]
}

export interface TablesOptions extends IdReading {
  /** Columns by part, where names do not tell. */
  columns?: NamedColumns
  onProgress?: Progress
}

const WEIGHT_EXPECTED = 'a finite number'
const NEGATIVE = 'weight below 0'
const NOTHING = 'weight 0'
const ITSELF = 'an item as its own neighbour'
/** Rows of a batch that are looked at for examples. */
const NOTED = 20

/**
 * Reads neighbours: `key`, `target`, `weight` and, as they have it, `source` (default "neighbours"), or usual other names. Where
 * the only columns are source and target, as of edges, the source is the key. Rows of a weight of 0 or less, and of an item and
 * itself, are left out and counted. Errors (with file, row and column): no such column, no id, a weight that is no number, no rows.
 */
export async function readNeighbours(paths: readonly string[], options: TablesOptions = {}): Promise<Neighbours> {
  const items = new IdColumn(options.idsAs)
  const sources = new Map<string, Growing>()
  const files: FileFacts[] = []
  const onBytes = options.onProgress && counter(options.onProgress, await totalSize(paths))
  for (const path of paths) {
    const file: FileFacts = { path, rows: 0, columns: [], left: [] }
    files.push(file)
    let at = { key: -1, target: -1, weight: -1, source: -1 }
    const select = (names: readonly string[]) => {
      at = pairColumns(file, names, options.columns)
      const parts = { [at.source]: ['source', 'category'], [at.key]: ['key', 'id'], [at.target]: ['target', 'id'], [at.weight]: ['weight', 'number'] } // prettier-ignore
      file.columns = columnsKept(file.columns, names, parts)
      return [at.key, at.target, at.weight, at.source]
    }
    for await (const batch of scanTable(path, { select, onBytes })) {
      const [keys, targets, weights, names] = batch.columns
      const idAt = (cells: ArrayLike<Cell>, i: number, column: number): number => {
        const code = items.codeOfId(cells[i])
        if (code < 0) throw wrong(batch, i, file, column, cells[i], ID_EXPECTED)
        return code
      }
      for (let i = 0; i < batch.rows; i++) {
        const [key, target] = [idAt(keys!, i, at.key), idAt(targets!, i, at.target)]
        const weight = Math.fround(weightOf(batch, i, file, at.weight, weights![i]))
        const why = weight < 0 ? NEGATIVE : weight === 0 ? NOTHING : key === target ? ITSELF : null
        if (why !== null) {
          leaveOut(file.left, why, rowOf(batch, i))
          continue
        }
        const name = names === null ? UNNAMED : (idOf(names![i], 'exact') ?? UNNAMED)
        let pairs = sources.get(name)
        if (pairs === undefined) sources.set(name, (pairs = new Growing()))
        pairs.add(key, target, weight)
        file.rows++
      }
      describe(file, batch, [at.key, at.target, at.weight, at.source])
    }
    noteFloats(file, file.columns[at.key]?.name, items.endFile())
  }
  if (sources.size === 0) throw nothing(paths, files, 'a pair of items with a weight above 0')
  return { itemIds: items.ids.names, sources: new Map([...sources].map(([name, pairs]) => [name, pairs.end()])), files }
}

/**
 * Reads popularity: `item_id` and `weight`, or usual other names. Errors (with file, row and column): no such column, no id, an item
 * twice, a weight that is no number or below 0, no rows.
 */
export async function readPopularity(paths: readonly string[], options: TablesOptions = {}): Promise<Popularity> {
  const items = new IdColumn(options.idsAs)
  const places = new Places()
  const weight: number[] = []
  const files: FileFacts[] = []
  const onBytes = options.onProgress && counter(options.onProgress, await totalSize(paths))
  for (const path of paths) {
    const file: FileFacts = { path, rows: 0, columns: [], left: [] }
    files.push(file)
    let at = { id: -1, weight: -1 }
    const select = (names: readonly string[]) => {
      at = itemColumns(file, names, options.columns)
      file.columns = columnsKept(file.columns, names, { [at.id]: ['item_id', 'id'], [at.weight]: ['weight', 'number'] })
      return [at.id, at.weight]
    }
    for await (const batch of scanTable(path, { select, onBytes })) {
      const [ids, weights] = batch.columns
      places.add(batch, path)
      for (let i = 0; i < batch.rows; i++) {
        const code = items.codeOfId(ids![i])
        if (code < 0) throw wrong(batch, i, file, at.id, ids![i], ID_EXPECTED)
        if (code < weight.length)
          throw new InputError({ ...placeIn(batch, i, path), field: file.columns[at.id]!.name }, `the id ${quote(items.ids.names[code])} again`, `each item once, with the sum of its rows (it is also in ${nameOf(places.of(code))})`) // prettier-ignore
        const said = weightOf(batch, i, file, at.weight, weights![i])
        if (said < 0) throw wrong(batch, i, file, at.weight, weights![i], 'a number that is not below 0')
        weight.push(said)
        file.rows++
      }
      describe(file, batch, [at.id, at.weight])
    }
    noteFloats(file, file.columns[at.id]?.name, items.endFile())
  }
  if (weight.length === 0) throw nothing(paths, files, 'an item with a weight')
  return { itemIds: items.ids.names, weight: Float64Array.from(weight), files }
}

function pairColumns(file: FileFacts, names: readonly string[], mapping: NamedColumns = {}) {
  const taken: number[] = []
  const take = (at: number) => (at >= 0 && taken.push(at), at)
  const find = (part: typeof KEY) => take(findPart(file, 'neighbours', part, names, taken, mapping))
  // what the config names is nobody else's
  for (const part of [KEY, TARGET, WEIGHT, SOURCE]) take(names.indexOf(String(mapping[part.name])))
  const own = (part: typeof KEY) => {
    const said = names.indexOf(String(mapping[part.name]))
    return said >= 0 ? said : find(part)
  }
  const target = own(TARGET)
  if (target < 0) throw noPart(file.path, 'neighbours', TARGET, names, taken)
  let key = own(KEY)
  let source = own(SOURCE)
  if (key < 0 && mapping[SOURCE.name] === undefined) [key, source] = [source, -1]
  if (key < 0) throw noPart(file.path, 'neighbours', KEY, names, taken)
  const weight = own(WEIGHT)
  if (weight < 0) throw noPart(file.path, 'neighbours', WEIGHT, names, taken)
  return { key, target, weight, source }
}

function itemColumns(file: FileFacts, names: readonly string[], mapping: NamedColumns = {}) {
  const { weight: said, ...ofIds } = mapping
  const others = names.map((name) => (name === said ? '' : name))
  const id = findColumns(file.path, others, ['item_id'], ['item_id'], ofIds as Mapping, { kind: 'popularity', notes: file }).item_id // prettier-ignore
  const weight = findPart(file, 'popularity', WEIGHT, names, [id], mapping)
  if (weight < 0) throw noPart(file.path, 'popularity', WEIGHT, names, [id])
  return { id, weight }
}

/** JSON Lines ask again when keys come, and parts of a table each for themselves: what was counted of a column stays. */
function columnsKept(
  known: readonly ColumnFacts[],
  names: readonly string[],
  parts: Record<number, string[]>,
): ColumnFacts[] {
  return names.map((name, at) => {
    const [role = null, kind = null] = parts[at] ?? []
    return known.find((one) => one.name === name && one.role === role) ?? columnFacts(name, role, kind)
  })
}

function describe({ columns }: FileFacts, batch: Batch, places: readonly number[]): void {
  places.forEach((at, c) => {
    const [facts, cells] = [columns[at], batch.columns[c]]
    if (facts === undefined || cells == null) return
    facts.values! += batch.rows
    for (let i = 0; i < Math.min(NOTED, batch.rows); i++) if (!isEmpty(cells[i])) keepExample(facts, String(cells[i]))
  })
}

function weightOf(batch: Batch, i: number, file: FileFacts, column: number, cell: Cell): number {
  const weight = numberOf(cell)
  if (weight === undefined || !Number.isFinite(Math.fround(weight)))
    throw wrong(batch, i, file, column, cell, WEIGHT_EXPECTED)
  return weight
}

const wrong = (batch: Batch, i: number, file: FileFacts, column: number, cell: Cell, expected: string): InputError =>
  new InputError({ ...placeIn(batch, i, file.path), field: file.columns[column]!.name }, quote(cell), expected)

function nothing(paths: readonly string[], files: readonly FileFacts[], expected: string): InputError {
  const left = files.flatMap((file) => file.left)
  const found = left.length === 0 ? 'no rows below the header' : `nothing but rows of ${left.map(({ why }) => why).join(' and of ')}` // prettier-ignore
  return new InputError({ file: paths.join(', ') }, found, `at least ${expected}`)
}

/** Pairs on their way, in arrays that double. */
class Growing {
  private pairs: Pairs = { key: new Uint32Array(64), target: new Uint32Array(64), weight: new Float32Array(64) }
  private count = 0

  add(key: number, target: number, weight: number): void {
    if (this.count === this.pairs.key.length) this.pairs = this.resized(2 * this.count)
    this.pairs.key[this.count] = key
    this.pairs.target[this.count] = target
    this.pairs.weight[this.count++] = weight
  }

  end(): Pairs {
    return this.resized(this.count)
  }

  private resized(length: number): Pairs {
    const { key, target, weight } = this.pairs
    const of = <T extends Uint32Array | Float32Array>(make: T, from: T): T => (make.set(from.subarray(0, length)), make)
    return { key: of(new Uint32Array(length), key), target: of(new Uint32Array(length), target), weight: of(new Float32Array(length), weight) } // prettier-ignore
  }
}
