/**
 * Attributes (src/bundle/attributes.h) of several bundles as those of one: one behind the other, or some rows of them. Numbers and texts are
 * copied as they lie. Values of categories are numbered by each bundle for itself: those that the first one lacks get numbers behind its own,
 * in a sorted run.
 */
import { MartelloError } from '../recommender/errors.js'
import { ATTRIBUTE, ATTRIBUTE_HEAD as HEAD } from '../generated/numbers.js'
import { bitsOf, pack, packedBytes, unpackedAt } from './bits.js'
import { stringAt, stringsIn, tableIn, tableOf, together, type Table } from './strings.js'
import type { Picked } from './vectors.js'

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Bytes of a number of these types; undefined: they are none. */
const WIDTHS: Record<number, number> = {
  [ATTRIBUTE.number32]: 4,
  [ATTRIBUTE.day]: 4,
  [ATTRIBUTE.number64]: 8,
  [ATTRIBUTE.moment]: 8,
}

function check(is: boolean, bytes: Uint8Array, items: number): void {
  if (!is) throw new MartelloError(`lists: found an attribute of ${bytes.length} bytes that does not fit its ${items} items`) // prettier-ignore
}

/** The type of all of them, which have one name, too. */
function typeOf(parts: readonly Uint8Array[]): number {
  const [first] = parts
  for (const part of parts) {
    check(part.length >= HEAD, part, 0)
    for (let at = 0; at < HEAD; at++)
      if (part[at] !== first![at]) throw new MartelloError('lists: found an attribute of another name or type than its root has') // prettier-ignore
  }
  return viewOf(first!).getUint32(0, true)
}

/** An attribute of bundles of so many items, one behind the other: all but the last have multiples of 16. */
export function joinedColumn(parts: readonly Uint8Array[], items: readonly number[]): Uint8Array {
  const type = typeOf(parts)
  const width = WIDTHS[type]
  if (width !== undefined) return numbers(parts, items, width)
  return type === ATTRIBUTE.text ? texts(parts, items) : categories(parts, items)
}

/** Some rows of such attributes, in their order: texts and values are only theirs. */
export function pickedColumn(from: Picked): Uint8Array {
  const type = typeOf(from.parts)
  const width = WIDTHS[type]
  if (width !== undefined) return pickedNumbers(from, width)
  return type === ATTRIBUTE.text ? pickedTexts(from) : pickedCategories(from)
}

const single = (bytes: Uint8Array, items: number, rows: Uint32Array): Picked => ({
  parts: [bytes],
  items: [items],
  of: new Uint32Array(rows.length),
  rows,
})

/** Rows of the attribute of one bundle of so many items. */
export const gatherColumn = (bytes: Uint8Array, items: number, rows: Uint32Array): Uint8Array =>
  pickedColumn(single(bytes, items, rows))

const isCategory = (bytes: Uint8Array) => [ATTRIBUTE.category, ATTRIBUTE.many].includes(viewOf(bytes).getUint32(0, true) as 1) // prettier-ignore

/** The same, but that values of a category keep their numbers, those that no row has, too. */
export function firmColumn(bytes: Uint8Array, items: number, rows: Uint32Array): Uint8Array {
  if (!isCategory(bytes)) return gatherColumn(bytes, items, rows)
  const from = categoriesIn(bytes, items)
  const sets = new Sets()
  const as = new Map<number, number>()
  const setsOf = rows.map((row) => {
    const set = setOf(from, row)
    if (!as.has(set)) as.set(set, sets.numberOf(valuesOf(from, set)))
    return as.get(set)!
  })
  return sets.attribute(bytes, bytes.subarray(HEAD, HEAD + from.table.length), setsOf)
}

/** The values of rows of a category, in the order of the numbers that `gatherColumn` gives them. */
export function valuesOfRows(bytes: Uint8Array, items: number, rows: Uint32Array): Uint32Array {
  const from = categoriesIn(bytes, items)
  const sets = new Set(Array.from(rows, (row) => setOf(from, row)))
  const values = new Set([...sets].flatMap((set) => valuesOf(from, set)))
  const keys = Array.from(values, (value) => ({ value, key: keyOf(stringAt(from.table, value)) }))
  return Uint32Array.from(
    keys.sort((a, b) => (a.key < b.key ? -1 : 1)),
    ({ value }) => value,
  )
}

/** By part, the number in what is joined of each value as that part numbers them. */
export function joinedValues(parts: readonly Uint8Array[], items: readonly number[]): ArrayLike<number>[] {
  const all = parts.map((part, i) => saidBy(part, items[i]!))
  const { numberOf, place } = numbering(all)
  return all.map(({ keys }, i) =>
    i === 0 ? [...keys.keys()] : keys.map((key) => numberOf.get(key) ?? place.get(key)!),
  )
}

/** A section: the head of `like`, and what follows it. */
function behindHead(like: Uint8Array, ...following: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(following.reduce((sum, { length }) => sum + length, HEAD))
  out.set(like.subarray(0, HEAD))
  let at = HEAD
  for (const one of following) {
    out.set(one, at)
    at += one.length
  }
  return out
}

// -- numbers and dates ---------------------------------------------------------------------------------------------------------

function numbers(parts: readonly Uint8Array[], items: readonly number[], width: number): Uint8Array {
  parts.forEach((part, i) => check(part.length === HEAD + width * items[i]!, part, items[i]!))
  return behindHead(parts[0]!, ...parts.map((part) => part.subarray(HEAD)))
}

function pickedNumbers({ parts, items, of, rows }: Picked, width: number): Uint8Array {
  parts.forEach((part, i) => check(part.length === HEAD + width * items[i]!, part, items[i]!))
  const out = new Uint8Array(width * rows.length)
  rows.forEach((row, i) => {
    const at = HEAD + width * row
    out.set(parts[of[i]!]!.subarray(at, at + width), width * i)
  })
  return behindHead(parts[0]!, out)
}

// -- texts ---------------------------------------------------------------------------------------------------------------------

function textsIn(bytes: Uint8Array, items: number): Table {
  const table = tableIn(bytes.subarray(HEAD))
  check(table.count === items, bytes, items)
  return table
}

function texts(parts: readonly Uint8Array[], items: readonly number[]): Uint8Array {
  const tables = parts.map((part, i) => textsIn(part, items[i]!))
  const out = together(tables, false, HEAD)
  out.set(parts[0]!.subarray(0, HEAD))
  return out
}

function pickedTexts({ parts, items, of, rows }: Picked): Uint8Array {
  const tables = parts.map((part, i) => textsIn(part, items[i]!))
  return behindHead(parts[0]!, tableOf(Array.from(rows, (row, i) => stringAt(tables[of[i]!]!, row)), false)) // prettier-ignore
}

// -- categories ----------------------------------------------------------------------------------------------------------------

/** Values of items: equal sets of them are one, and set 0 is empty. */
interface Categories {
  table: Table
  sets: number
  /** Set s has those of `values` from `starts` s on. */
  starts: DataView
  values: DataView
  /** By item its set. */
  packed: Uint8Array
  bits: number
}

const filled = (length: number) => 4 * Math.ceil(length / 4)

function categoriesIn(bytes: Uint8Array, items: number): Categories {
  const table = tableIn(bytes.subarray(HEAD))
  const view = viewOf(bytes)
  const at = filled(HEAD + table.length)
  check(at + 8 <= bytes.length, bytes, items)
  const sets = view.getUint32(at, true)
  const values = at + 4 + 4 * (sets + 1)
  check(sets > 0 && values <= bytes.length, bytes, items)
  const starts = viewOf(bytes.subarray(at + 4, values))
  const total = starts.getUint32(4 * sets, true)
  const bits = bitsOf(sets - 1)
  check(bytes.length === values + 4 * total + packedBytes(items, bits), bytes, items)
  const behind = values + 4 * total
  return { table, sets, starts, values: viewOf(bytes.subarray(values, behind)), packed: bytes.subarray(behind), bits }
}

/** The set of an item; as the core has it, of one that is none the empty one. */
function setOf({ packed, bits, sets }: Categories, item: number): number {
  const set = unpackedAt(packed, bits, item)
  return set < sets ? set : 0
}

/** The values of a set. Throws where they are none. */
function valuesOf({ table, starts, values }: Categories, set: number): number[] {
  const [first, last] = [starts.getUint32(4 * set, true), starts.getUint32(4 * set + 4, true)]
  const fits = (is: boolean) => {
    if (!is) throw new MartelloError(`lists: found a set of values that does not fit the ${table.count} there are`)
  }
  fits(first <= last && 4 * last <= values.byteLength)
  return Array.from({ length: last - first }, (_, i) => {
    const value = values.getUint32(4 * (first + i), true)
    fits(value < table.count)
    return value
  })
}

/** Strings as keys, a character for each byte, so that their order is that of the bytes. */
const keyOf = (string: Uint8Array): string => String.fromCharCode.apply(null, string as unknown as number[])
function bytesOf(key: string): Uint8Array {
  const bytes = new Uint8Array(key.length)
  for (let i = 0; i < key.length; i++) bytes[i] = key.charCodeAt(i)
  return bytes
}

/** Sets as they are put together, equal ones once: by their values, behind those of `base`. */
class Sets {
  private readonly known = new Map<number | string, number>()
  readonly starts: number[]
  readonly values: number[]

  constructor(private readonly base?: Sets) {
    this.starts = base?.starts.slice() ?? [0, 0]
    this.values = base?.values.slice() ?? []
  }

  numberOf(values: readonly number[]): number {
    if (values.length === 0) return 0
    const key = values.length === 1 ? values[0]! : values.join()
    const known = this.base?.known.get(key) ?? this.known.get(key)
    return known ?? this.add(key, values)
  }

  private add(key: number | string, values: readonly number[]): number {
    const number = this.starts.length - 1
    for (const value of values) this.values.push(value)
    this.starts.push(this.values.length)
    this.known.set(key, number)
    return number
  }

  /** An attribute like another, whose values are those of `table`; `items`: by item its set. */
  attribute(like: Uint8Array, table: Uint8Array, items: Uint32Array): Uint8Array {
    const { starts, values } = this
    const count = starts.length - 1
    const fill = filled(HEAD + table.length) - HEAD - table.length
    const words = new Uint32Array(2 + count + values.length)
    words[0] = count
    words.set(starts, 1)
    words.set(values, 2 + count)
    const bits = bitsOf(count - 1)
    const packed = new Uint8Array(packedBytes(items.length, bits))
    pack(packed, items, bits)
    return behindHead(like, table, new Uint8Array(fill), new Uint8Array(words.buffer), packed)
  }
}

/** What one of those that are joined says, in numbers of its own. It is read once, however often it is joined. */
interface Said {
  table: Table
  keys: readonly string[]
  /** By set. */
  values: readonly (readonly number[])[]
  /** By item. */
  sets: Uint32Array
}

const read = new WeakMap<Uint8Array, Said>()

function saidBy(bytes: Uint8Array, items: number): Said {
  const known = read.get(bytes)
  if (known !== undefined) return known
  const from = categoriesIn(bytes, items)
  const said = {
    table: from.table,
    keys: stringsIn(from.table).map(keyOf),
    values: Array.from({ length: from.sets }, (_, set) => (set === 0 ? [] : valuesOf(from, set))),
    sets: Uint32Array.from({ length: items }, (_, item) => setOf(from, item)),
  }
  read.set(bytes, said)
  return said
}

/** The numbers of what the first of those that are joined has: they stay. */
interface Firm {
  numberOf: ReadonlyMap<string, number>
  sets: Sets
  /** Its sets, which need not be in the order in which they would be numbered. */
  setOf: Uint32Array
}

const firm = new WeakMap<Said, Firm>()

function firmOf(said: Said): Firm {
  const known = firm.get(said)
  if (known !== undefined) return known
  const sets = new Sets()
  const made = {
    numberOf: new Map(said.keys.map((key, value) => [key, value])),
    sets,
    setOf: Uint32Array.from(said.values, (values) => sets.numberOf(values)),
  }
  firm.set(said, made)
  return made
}

/** Values that the first has not get numbers behind its own, in order. */
function numbering([first, ...others]: readonly Said[]) {
  const { numberOf } = firmOf(first!)
  const missing = new Set<string>()
  for (const { keys } of others) for (const key of keys) if (!numberOf.has(key)) missing.add(key)
  const added = [...missing].sort()
  return { numberOf, added, place: new Map(added.map((key, i) => [key, first!.table.count + i])) }
}

function categories(parts: readonly Uint8Array[], items: readonly number[]): Uint8Array {
  const said = parts.map((part, i) => saidBy(part, items[i]!))
  const [first, ...others] = said as [Said, ...Said[]]
  const { sets: own, setOf } = firmOf(first)
  const { numberOf, added, place } = numbering(said)
  const sets = new Sets(own)
  const all = new Uint32Array(items.reduce((sum, count) => sum + count, 0))
  let at = 0
  const put = (of: Uint32Array, as: ArrayLike<number>) => {
    for (let i = 0; i < of.length; i++) all[at++] = as[of[i]!]!
  }
  put(first.sets, setOf)
  for (const { keys, values, sets: of } of others) {
    const numbers = keys.map((key) => numberOf.get(key) ?? place.get(key)!)
    put(of, values.map((one) => sets.numberOf(one.map((value) => numbers[value]!)))) // prettier-ignore
  }
  const tables = added.length === 0 ? [first.table] : [first.table, tableIn(tableOf(added.map(bytesOf), true))]
  return sets.attribute(parts[0]!, together(tables, true), all)
}

function pickedCategories({ parts, items, of, rows }: Picked): Uint8Array {
  const from = parts.map((part, i) => categoriesIn(part, items[i]!))
  const met = parts.map(() => new Map<number, string[]>())
  const setsOf = Uint32Array.from(rows, (row, i) => setOf(from[of[i]!]!, row))
  setsOf.forEach((set, i) => {
    const [one, known] = [from[of[i]!]!, met[of[i]!]!]
    if (!known.has(set)) known.set(set, valuesOf(one, set).map((value) => keyOf(stringAt(one.table, value)))) // prettier-ignore
  })
  const keys = [...new Set(met.flatMap((known) => [...known.values()].flat()))].sort()
  const numberOf = new Map(keys.map((key, value) => [key, value]))
  const sets = new Sets()
  const as = met.map((known) => new Map(Array.from(known, ([set, values]) => [set, sets.numberOf(values.map((key) => numberOf.get(key)!))]))) // prettier-ignore
  return sets.attribute(
    parts[0]!,
    tableOf(keys.map(bytesOf), true),
    setsOf.map((set, i) => as[of[i]!]!.get(set)!),
  )
}
