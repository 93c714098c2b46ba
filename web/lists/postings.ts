/**
 * Postings (src/bundle/postings.h) of a catalogue in parts. Under the items of a root and of each list lie entries of any items of the
 * catalogue, by their places in it: first the root's items, then those of the lists, one list behind the other. So which list an item
 * lies in follows from its place; a root answers from its own part, since a reader stops at the first item that is not here; and the parts of
 * what is here become lists of what is here. Weights are copied as they are coded.
 */
import { MartelloError } from '../recommender/errors.js'
import { POSTINGS_BLOCK as BLOCK } from '../generated/numbers.js'
import { peek, poke } from './bits.js'

const HEAD = 32
/** Where the head says these. */
const [KEYS, KIND, ATTRIBUTE, WEIGHT_BITS, SCALE, BYTES, LONGEST, MARK_BITS] = [0, 4, 8, 12, 16, 20, 24, 28]
/** What a reader may load behind the last list. */
const FILL = 8

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** A list: entry i is of the item at `places[i]`, which ascend. */
export interface Entries {
  /** The scale of the list's weights, as it is coded. */
  step: number
  places: Uint32Array
  /** Their weights, as they are coded. */
  codes: Uint32Array
  /** Their marks; none where a section has none. */
  marks: Uint8Array
}

/** All lists of a section in one: of key n the entries from `start[n]` to `start[n + 1]`. */
export interface Lists extends Omit<Entries, 'step'> {
  steps: Uint8Array
  start: Uint32Array
}

/** Bits of an entry. */
interface Bits {
  weight: number
  mark: number
}

/** A section, its lists still coded. */
export class Postings {
  readonly keys: number
  /** What keys are: KEY. */
  readonly key: number
  /** Of what attribute they are values. */
  readonly attribute: number
  private readonly bits: Bits
  private readonly scale: number
  private readonly blocks: DataView
  /** With what is behind it. */
  private readonly data: Uint8Array
  private readonly length: number

  /** Throws where its numbers do not fit the bytes, which anybody may have written. */
  constructor(private readonly bytes: Uint8Array) {
    if (bytes.length < HEAD) throw new MartelloError(`lists: found postings of ${bytes.length} bytes`)
    const view = viewOf(bytes)
    const word = (at: number) => view.getUint32(at, true)
    this.keys = word(KEYS)
    this.key = word(KIND)
    this.attribute = word(ATTRIBUTE)
    const bits = (this.bits = { weight: word(WEIGHT_BITS), mark: word(MARK_BITS) })
    this.scale = view.getFloat32(SCALE, true)
    const data = HEAD + 4 * (Math.ceil(this.keys / BLOCK) + 1)
    if (bits.weight > 32 || bits.mark > 8 || data + word(BYTES) + FILL !== bytes.length)
      throw new MartelloError(`lists: found postings of ${bytes.length} bytes that do not fit their ${this.keys} keys`)
    this.blocks = viewOf(bytes.subarray(HEAD, data))
    this.data = bytes.subarray(data)
    this.length = word(BYTES)
  }

  /** The list of one key. */
  list(key: number): Entries {
    let from = 0
    let to = 0
    if (key < this.keys) this.eachIn(Math.floor(key / BLOCK), (n, at, end) => n === key && ([from, to] = [at, end]))
    const most = this.mostIn(to - from)
    const into = { places: new Uint32Array(most), codes: new Uint32Array(most), marks: new Uint8Array(this.bits.mark > 0 ? most : 0) } // prettier-ignore
    const count = read(this.data, from, to, this.bits, into, 0)
    return cut({ step: from === to ? 0 : this.stepAt(from, to), ...into }, 0, count)
  }

  /** All of them. */
  all(): Lists {
    const most = this.mostIn(this.length)
    const into = { places: new Uint32Array(most), codes: new Uint32Array(most), marks: new Uint8Array(this.bits.mark > 0 ? most : 0) } // prettier-ignore
    const [start, steps] = [new Uint32Array(this.keys + 1), new Uint8Array(this.keys)]
    for (let block = 0, at = 0; block * BLOCK < this.keys; block++)
      this.eachIn(block, (key, from, to) => {
        if (from < to) {
          steps[key] = this.stepAt(from, to)
          at += read(this.data, from, to, this.bits, into, at)
        }
        start[key + 1] = at
      })
    return { start, steps, ...cut({ step: 0, ...into }, 0, start[this.keys]!) }
  }

  /** What entry i of a list weighs; a mark takes it off. */
  weightOf({ step, codes, marks }: Entries, i: number): number {
    const { weight: bits } = this.bits
    const weight = bits === 32 ? floatOf(codes[i]!) : (this.scale * 2 ** (-step / 8) * (codes[i]! + 1)) / 2 ** bits
    return marks[i] ? -weight : weight
  }

  /** For a section of so many lists with what all of its lists share. */
  writer(keys: number): Writer {
    return new Writer(this.bytes.subarray(0, HEAD), keys, this.bits)
  }

  /** At most so many entries lie in so many bytes. */
  private mostIn(bytes: number): number {
    return Math.floor((8 * bytes) / (1 + this.bits.weight + this.bits.mark))
  }

  /** Where the lists of a block lie, without their lengths in front. */
  private eachIn(block: number, tell: (key: number, from: number, to: number) => void): void {
    let at = this.blocks.getUint32(4 * block, true)
    const end = Math.min(this.length, this.blocks.getUint32(4 * (block + 1), true))
    const last = Math.min(this.keys, (block + 1) * BLOCK)
    for (let key = block * BLOCK; key < last; key++) {
      const [length, from] = varint(this.data, at, end)
      at = Math.min(end, from + length)
      tell(key, Math.min(from, at), at)
    }
  }

  /** The scale of the list that lies there: behind the number of its entries and how their gaps are coded. */
  private stepAt(from: number, to: number): number {
    const [, at] = varint(this.data, from, to)
    return this.data[at + 1] ?? 0
  }
}

const floatOf = (bits: number): number => new Float32Array(Uint32Array.of(bits).buffer)[0]!

/** Those from one on, to before another. */
export const cut = ({ step, places, codes, marks }: Entries, from: number, to: number): Entries => ({
  step,
  places: places.subarray(from, to),
  codes: codes.subarray(from, to),
  marks: marks.subarray(from, to),
})

/** A number of seven bits a byte, at most to `end`, and where it ends. */
function varint(bytes: Uint8Array, at: number, end: number): [number, number] {
  let value = 0
  for (let shift = 0; shift < 35 && at < end; shift += 7) {
    const byte = bytes[at++]!
    value += (byte & 127) * 2 ** shift
    if (byte < 128) return [value, at]
  }
  return [0, at]
}

/** A catalogue has fewer items, so no gap needs more of its bits as they are. */
const [MOST_LOW, MOST_PLACE] = [24, 2 ** 30]

/**
 * Reads the list that lies there into arrays, from entry `first` on; returns how many. What is broken ends it. Behind the list are bytes to
 * be loaded.
 */
function read(
  bytes: Uint8Array,
  from: number,
  to: number,
  { weight, mark }: Bits,
  { places, codes, marks }: Omit<Entries, 'step'>,
  first: number,
): number {
  const [said, at] = varint(bytes, from, to)
  if (at + 2 > to || bytes[at]! > MOST_LOW) return 0
  const low = bytes[at]!
  const count = Math.min(said, places.length - first)
  const end = 8 * to
  let bit = 8 * (at + 2)
  for (let i = 0, place = 0; i < count; i++) {
    // a Rice code: the quotient in unary, zeros and a one, then the low bits of the gap
    let zeros = 0
    let word = peek(bytes, bit)
    for (; word === 0 && bit < end; word = peek(bytes, bit)) {
      bit += 24
      zeros += 24
    }
    const more = 31 - Math.clz32(word & -word)
    bit += more + 1
    const gap = (zeros + more) * 2 ** low + (peek(bytes, bit) & ((1 << low) - 1))
    bit += low
    const code = weight > 16 ? (peek(bytes, bit) & 65535) | (peek(bytes, bit + 16) << 16) : peek(bytes, bit) & ((1 << weight) - 1) // prettier-ignore
    bit += weight
    if (mark > 0) marks[first + i] = peek(bytes, bit) & ((1 << mark) - 1)
    bit += mark
    if (bit > end || place + gap > MOST_PLACE) return i
    places[first + i] = place + gap
    codes[first + i] = code
    place += gap + 1
  }
  return count
}

/** A section, list by list. */
class Writer {
  private bytes: Uint8Array
  private at: number
  private key = 0
  private longest = 0

  constructor(
    private readonly head: Uint8Array,
    private readonly keys: number,
    private readonly bits: Bits,
  ) {
    this.at = this.front
    this.bytes = new Uint8Array(2 * this.at + 65536)
  }

  private get front(): number {
    return HEAD + 4 * (Math.ceil(this.keys / BLOCK) + 1)
  }

  /** The list of the next key: the first `count` of these entries. */
  list(step: number, places: Uint32Array, codes: Uint32Array, marks: Uint8Array, count: number): void {
    if (this.key++ % BLOCK === 0) this.begin((this.key - 1) / BLOCK)
    this.longest = Math.max(this.longest, count)
    if (count === 0) {
      this.room(1)
      return this.varint(0)
    }
    const { weight, mark } = this.bits
    // the mean gap says how many bits of gaps are worth writing as they are
    const low = Math.min(MOST_LOW, 32 - Math.clz32(Math.floor((places[count - 1]! + 1 - count) / count) >> 1)) // prettier-ignore
    let bits = count * (low + 1 + weight + mark)
    for (let i = 0, next = 0; i < count; next = places[i++]! + 1) bits += (places[i]! - next) >>> low
    const length = varintBytes(count) + 2 + Math.ceil(bits / 8)
    this.room(length + 5 + FILL)
    this.varint(length)
    this.varint(count)
    this.bytes[this.at++] = low
    this.bytes[this.at++] = step
    let bit = 8 * this.at
    for (let i = 0, next = 0; i < count; next = places[i++]! + 1) {
      const gap = places[i]! - next
      bit += gap >>> low // zeros, and a one
      poke(this.bytes, bit, 1)
      poke(this.bytes, bit + 1, gap & ((1 << low) - 1))
      bit += 1 + low
      if (weight > 16) {
        poke(this.bytes, bit, codes[i]! & 65535)
        poke(this.bytes, bit + 16, codes[i]! >>> 16)
      } else poke(this.bytes, bit, codes[i]!)
      if (mark > 0) poke(this.bytes, bit + weight, marks[i]!)
      bit += weight + mark
    }
    this.at += Math.ceil(bits / 8)
  }

  section(): Uint8Array {
    this.begin(Math.ceil(this.keys / BLOCK))
    this.room(FILL)
    const bytes = this.bytes.subarray(0, this.at + FILL)
    bytes.set(this.head)
    const view = viewOf(bytes)
    view.setUint32(KEYS, this.keys, true)
    view.setUint32(BYTES, this.at - this.front, true)
    view.setUint32(LONGEST, this.longest, true)
    return bytes
  }

  /** The next list begins a block. */
  private begin(block: number): void {
    viewOf(this.bytes).setUint32(HEAD + 4 * block, this.at - this.front, true)
  }

  private room(count: number): void {
    const least = this.at + count
    if (least <= this.bytes.length) return
    const more = new Uint8Array(2 * least)
    more.set(this.bytes)
    this.bytes = more
  }

  private varint(value: number): void {
    for (; value > 127; value = Math.floor(value / 128)) this.bytes[this.at++] = (value & 127) | 128
    this.bytes[this.at++] = value
  }
}

function varintBytes(value: number): number {
  let bytes = 1
  for (; value > 127; value = Math.floor(value / 128)) bytes++
  return bytes
}

// -- parts that are here, as one -----------------------------------------------------------------------------------------------

/** What is here: of the root and of each list the place in the catalogue of its first item, ascending, and how many items it has. */
export interface Here {
  first: readonly number[]
  items: readonly number[]
}

/** Where the item of a place is in what is here, one part behind the other; -1: it is not. Fastest for places that ascend. */
function whereIn({ first, items }: Here): (place: number) => number {
  const starts = items.map((_, part) => items.slice(0, part).reduce((sum, count) => sum + count, 0))
  let part = 0
  return (place) => {
    if (place < first[part]!) part = 0
    while (part + 1 < first.length && first[part + 1]! <= place) part++
    const row = place - first[part]!
    return row < items[part]! ? starts[part]! + row : -1
  }
}

/** Lists of a section, which are read once, however often it is joined. */
const known = new WeakMap<Uint8Array, Lists>()

function listsOf(bytes: Uint8Array, keys: number): Lists {
  const lists = known.get(bytes) ?? new Postings(bytes).all()
  known.set(bytes, lists)
  if (lists.steps.length === keys) return lists
  throw new MartelloError(`lists: found ${lists.steps.length} lists of postings, expected ${keys}`)
}

/** Entries that are here of several lists, which become one. */
class Gathered {
  places = new Uint32Array(64)
  codes = new Uint32Array(64)
  marks = new Uint8Array(64)
  count = 0

  add(lists: Lists, key: number, to: (place: number) => number): void {
    const [from, end] = [lists.start[key]!, lists.start[key + 1]!]
    if (this.count + end - from > this.places.length) this.grow(2 * (this.count + end - from))
    for (let i = from; i < end; i++) {
      const place = to(lists.places[i]!)
      if (place < 0) continue
      this.places[this.count] = place
      this.codes[this.count] = lists.codes[i]!
      this.marks[this.count++] = lists.marks[i] ?? 0
    }
  }

  private grow(room: number): void {
    const { places, codes, marks } = this
    this.places = new Uint32Array(room)
    this.codes = new Uint32Array(room)
    this.marks = new Uint8Array(room)
    this.places.set(places)
    this.codes.set(codes)
    this.marks.set(marks)
  }
}

/** Postings under items: of parts that are here one behind the other; `isFirm`: what they hold are no items, and stays. */
export function joinedUnder(parts: readonly Uint8Array[], here: Here, isFirm: boolean): Uint8Array {
  const to = isFirm ? (place: number) => place : whereIn(here)
  const out = new Postings(parts[0]!).writer(here.items.reduce((sum, count) => sum + count, 0))
  const own = new Gathered()
  parts.forEach((bytes, part) => {
    const lists = listsOf(bytes, here.items[part]!)
    lists.steps.forEach((step, key) => {
      own.count = 0
      own.add(lists, key, to)
      out.list(step, own.places, own.codes, own.marks, own.count)
    })
  })
  return out.section()
}

/** Postings under values: `values` says of each part what its values are in all. Parts of a list are of one scale. */
export function joinedValued(
  parts: readonly Uint8Array[],
  here: Here,
  values: readonly ArrayLike<number>[],
): Uint8Array {
  const to = whereIn(here)
  const from: { lists: Lists; key: number }[][] = []
  parts.forEach((bytes, part) => {
    const numbers = values[part]!
    const lists = listsOf(bytes, numbers.length)
    for (let key = 0; key < numbers.length; key++) (from[numbers[key]!] ??= []).push({ lists, key })
  })
  const out = new Postings(parts[0]!).writer(from.length)
  const own = new Gathered()
  for (const some of from) {
    own.count = 0
    let step = 0
    for (const { lists, key } of some) {
      if (lists.start[key]! < lists.start[key + 1]!) step = lists.steps[key]!
      own.add(lists, key, to)
    }
    out.list(step, own.places, own.codes, own.marks, own.count)
  }
  return out.section()
}
