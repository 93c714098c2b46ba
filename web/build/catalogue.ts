/**
 * The catalogue: all items that any input names, in the order of their numbers.
 *
 * Popular items come first (by a table of popularity, else by the log: popularity.ts), so that postings code short gaps and a
 * slate is filled by popularity; without either the popularity column decides, then the vectors' norms (a scan can then stop
 * early), then the order of the files.
 *
 * With a bundle of the day before, items keep the numbers that they had there; new ones, by falling popularity, follow behind them, where
 * lists grow without moving. Once many numbers wait, whose items are gone, new ones take those; were there too many, all are given anew.
 */
import type { Embeddings, Interactions, Items, Neighbours, Popularity } from '../read/index.js'
import { InputError } from '../read/index.js'
import { STRING_BYTES } from '../generated/numbers.js'
import { popularityOf } from './popularity.js'
import { numbered, type Numbered } from './sections/attributes.js'
import { numbersOf } from './sections/texts.js'
import { NO_ROW } from './sections/vectors.js'

export interface Catalogue {
  ids: string[]
  numberOf: Map<string, number>
  /** Row of item n in the items file's columns, or -1. */
  itemRow: Int32Array
  /** Row of item n in the embeddings, or 0xffffffff. */
  vectorRow: Uint32Array
  columns: Numbered[]
  /** Numbers whose items are gone; and with them those that nobody is to see: config "allow". */
  gone: ReadonlySet<number>
  withdrawn: ReadonlySet<number>
  /** Items have the numbers that they had in the bundle of the day before. */
  stays: boolean
  /** Where they have: numbers that are now of another item. */
  taken: ReadonlySet<number>
}

/** What items are known from. */
interface Naming {
  interactions: Interactions | null
  items: Items | null
  embeddings: Embeddings | null
  neighbours?: Neighbours | null
  popularity?: Popularity | null
  /** Items that no file names, and that stay all the same. */
  others?: readonly string[]
  previous?: Before | null
}

/** What is known of the day before. */
interface Before {
  ids: readonly string[] | null
  /** Items that are gone though a file names them, which then says what they were. */
  gone?: ReadonlySet<string>
  /** Whose values are numbered as there, even where items are not. */
  attributes?: ReadonlyMap<string, Uint8Array>
  /** Of them, how many must keep their numbers, by the name of the column; default: none must. */
  fixed?: ReadonlyMap<string, number>
}

/** `weight`: of each event of the log; null: 1. */
export function catalogueOf(
  inputs: Naming,
  weight: Float32Array | null,
  { popularity, allow, people = 1 }: { popularity?: string; allow?: 'catalogue'; people?: number } = {},
): Catalogue {
  const { items, embeddings } = inputs
  const named = namedItems(inputs)
  const found = named.length === 1 ? named[0]! : [...new Set(named.flat())] // in order of appearance: catalogue, log, embeddings
  const long = found.find((id) => id.length > STRING_BYTES / 3 && Buffer.byteLength(id) > STRING_BYTES)
  if (long !== undefined)
    throw new InputError(
      { file: 'items' },
      `an id of ${Buffer.byteLength(long)} bytes ("${long.slice(0, 40)}…")`,
      `at most ${STRING_BYTES}`,
    )
  const rank = rankOf(found, inputs, weight, people, popularity)
  const sorted = (some: readonly number[]) =>
    some.toSorted((a, b) => rank[b]! - rank[a]! || a - b).map((at) => found[at]!)
  const { previous } = inputs
  const { ids, numberOf, gone, stays, taken } = placed(found, sorted, previous?.ids ?? null, previous?.gone)
  const itemRow = new Int32Array(ids.length).fill(-1)
  items?.itemIds.forEach((id, row) => {
    const number = numberOf.get(id)
    if (number !== undefined) itemRow[number] = row // undefined: it is gone, and its number taken
  })
  const vectorRow = new Uint32Array(ids.length).fill(NO_ROW)
  embeddings?.ids.forEach((id, row) => {
    vectorRow[numberOf.get(id)!] = row
  })
  const columns = (items?.columns ?? []).map((one) =>
    numbered(one, previous?.attributes?.get(one.name), previous?.fixed?.get(one.name)),
  )
  const withdrawn = new Set<number>()
  itemRow.forEach((row, item) => (gone.has(item) || (allow === 'catalogue' && row < 0)) && withdrawn.add(item))
  return { ids, numberOf, itemRow, vectorRow, columns, gone, withdrawn, stays, taken }
}

/** Of all numbers, how many may wait for an item before new ones take them, and how many before all are given anew. */
const WAITING = 0.05
const MOST_GONE = 0.1

/** Ids by the numbers that they had `before`; new ones, sorted, behind them, or where too many others are gone. */
function placed(
  found: readonly string[],
  sorted: (places: readonly number[]) => string[],
  before: readonly string[] | null,
  left: ReadonlySet<string> = new Set(),
): Pick<Catalogue, 'ids' | 'numberOf' | 'gone' | 'stays' | 'taken'> {
  const anew = () => {
    const ids = sorted([...found.keys()])
    return { ids, numberOf: numbersOf(ids), gone: new Set<number>(), stays: false, taken: new Set<number>() }
  }
  if (before === null) return anew()
  const numberOf = numbersOf(before)
  const here = new Uint8Array(before.length)
  const fresh: number[] = []
  found.forEach((id, at) => {
    const number = numberOf.get(id)
    if (number === undefined) fresh.push(at)
    else if (!left.has(id)) here[number] = 1
  })
  const holes: number[] = []
  here.forEach((is, number) => is === 0 && holes.push(number))
  // without a log, what is gone still stands in lists, those of the last numbers in the fewest
  const inTurn = left.size > 0 ? holes.toReversed() : holes
  const taken = inTurn.slice(0, Math.min(fresh.length, Math.max(0, holes.length - Math.floor(WAITING * before.length))))
  if (holes.length - taken.length > MOST_GONE * before.length) return anew()
  const ids = [...before]
  sorted(fresh).forEach((id, i) => {
    const number = taken[i] ?? ids.length
    if (i < taken.length) numberOf.delete(ids[number]!)
    ids[number] = id
    numberOf.set(id, number)
  })
  return { ids, numberOf, gone: new Set(inTurn.slice(taken.length)), stays: true, taken: new Set(taken) }
}

/** Items by the files that say what there is, each once in a list; tables that were computed of items do where nothing else does. */
function namedItems({
  items,
  interactions,
  embeddings,
  popularity,
  neighbours,
  others,
}: Naming): (readonly string[])[] {
  const own = [items?.itemIds, interactions?.itemIds, embeddings?.ids, others].filter((ids) => ids !== undefined)
  return own.length > 0 ? own : [popularity?.itemIds, neighbours?.itemIds].filter((ids) => ids !== undefined)
}

function rankOf(
  found: readonly string[],
  { interactions, items, embeddings, popularity: given }: Naming,
  weight: Float32Array | null,
  people: number,
  popularity: string | undefined,
): Float64Array {
  const rank = new Float64Array(found.length)
  if (given) {
    placesIn(found, given.itemIds).forEach((at, i) => {
      if (at >= 0) rank[at] = given.weight[i]!
    })
    return rank
  }
  if (interactions !== null) {
    const at = placesIn(found, interactions.itemIds)
    const item = interactions.item.map((code) => at[code]!)
    return popularityOf({
      users: interactions.userIds.length,
      items: found.length,
      user: interactions.user,
      item,
      weight,
      people,
    })
  }
  if (popularity !== undefined) {
    const column = popularityColumn(items, popularity)
    placesIn(found, items!.itemIds).forEach((at, row) => {
      rank[at] = Number.isNaN(column[row]!) ? 0 : column[row]!
    })
  } else if (embeddings !== null) {
    const { dim, vectors } = embeddings
    placesIn(found, embeddings.ids).forEach((at, row) => {
      let norm = 0
      for (let i = row * dim; i < (row + 1) * dim; i++) norm += vectors[i]! ** 2
      rank[at] = norm
    })
  }
  return rank
}

/** Where each of `ids` stands in `found`; -1: nowhere. */
function placesIn(found: readonly string[], ids: readonly string[]): Int32Array {
  if (ids === found) return new Int32Array(ids.length).map((_, at) => at)
  const places = numbersOf(found)
  return Int32Array.from(ids, (id) => places.get(id) ?? -1)
}

export function popularityColumn(items: Items | null, name: string): Float64Array {
  const column = items?.columns.find((c) => c.name === name)
  if (column?.kind === 'number') return column.values
  throw new InputError(
    { file: items?.files[0]?.path ?? 'config', field: name },
    column === undefined ? 'no such column' : `a column of kind ${column.kind}`,
    'the number column that config key "popularity" names',
  )
}
