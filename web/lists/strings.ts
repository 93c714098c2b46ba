/** Tables of strings as bundles have them (src/bundle/strings.h): blocks of 16, each string with what it shares with the one before. */
import { MartelloError } from '../recommender/errors.js'
import { STRING_BYTES, STRINGS_BLOCK } from '../generated/numbers.js'

export interface Table {
  count: number
  longest: number
  /** Where each run ends. */
  ends: number[]
  blocks: number
  /** Where each block of strings begins in the data; and its end. */
  starts: DataView
  data: Uint8Array
  /** Bytes of the whole table. */
  length: number
}

const HEAD = 20
/** Strings of a table take no more memory at a time: a few bytes of anybody's may stand for many. */
const MOST_DECODED = 1 << 26
const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
const blocksOf = (strings: number) => Math.ceil(strings / STRINGS_BLOCK)

const broken = (bytes: Uint8Array) =>
  new MartelloError(`lists: found strings of ${bytes.length} bytes that do not fit each other`)

/** At the front of `bytes`. Throws where its numbers do not fit the bytes, which anybody may have written. */
export function tableIn(bytes: Uint8Array): Table {
  const view = viewOf(bytes)
  const fits = (is: boolean) => {
    if (!is) throw broken(bytes)
  }
  fits(bytes.length >= HEAD)
  const word = (at: number) => view.getUint32(at, true)
  const [count, longest, length, runs] = [word(0), word(4), word(8), word(16)]
  const at = HEAD + 4 * (runs + 1)
  fits(2 * count <= length && at <= bytes.length) // a string takes two bytes at least
  fits(longest <= STRING_BYTES)
  const ends = Array.from({ length: runs }, (_, run) => word(HEAD + 4 * (run + 1)))
  fits(ends.every((end, run) => end >= (ends[run - 1] ?? 0)) && (ends.at(-1) ?? 0) === count)
  const blocks = ends.reduce((sum, end, run) => sum + blocksOf(end - (ends[run - 1] ?? 0)), 0)
  const data = at + 4 * (blocks + 1)
  fits(data + length <= bytes.length)
  return {
    count,
    longest,
    ends,
    blocks,
    starts: viewOf(bytes.subarray(at, data)),
    data: bytes.subarray(data, data + length),
    length: data + length,
  }
}

/** Tells the first `count` strings of a block, as UTF-8 at the front of bytes that the next is written over. Throws where codes are broken. */
function eachOf(
  { starts, data, longest }: Table,
  block: number,
  count: number,
  tell: (text: Uint8Array, length: number, i: number) => void,
): void {
  let at = starts.getUint32(4 * block, true)
  const varint = () => {
    let value = 0
    for (let shift = 0; shift < 21; shift += 7) {
      const byte = data[at++]
      if (byte === undefined) throw broken(data)
      value |= (byte & 127) << shift
      if (byte < 128) return value
    }
    throw broken(data)
  }
  const text = new Uint8Array(longest)
  for (let i = 0, length = 0; i < count; i++) {
    const [shared, more] = [varint(), varint()]
    if (shared > length || shared + more > longest || at + more > data.length) throw broken(data)
    for (let to = shared; to < shared + more; to++) text[to] = data[at++]!
    length = shared + more
    tell(text, length, i)
  }
}

/** All strings of a table, as UTF-8. Throws where its codes are broken. */
export function stringsIn(table: Table): Uint8Array[] {
  const out: Uint8Array[] = []
  let [block, first, bytes] = [0, 0, 0]
  for (const end of table.ends) {
    for (let at = first; at < end; at += STRINGS_BLOCK)
      eachOf(table, block++, Math.min(STRINGS_BLOCK, end - at), (text, length) => {
        if ((bytes += length) > MOST_DECODED) throw broken(table.data)
        out.push(text.slice(0, length))
      })
    first = end
  }
  return out
}

/** One of them, `index` below the count. */
export function stringAt(table: Table, index: number): Uint8Array {
  let [block, first] = [0, 0]
  for (const end of table.ends) {
    if (index < end) break
    block += blocksOf(end - first)
    first = end
  }
  const [before, place] = [Math.floor((index - first) / STRINGS_BLOCK), (index - first) % STRINGS_BLOCK]
  let found = new Uint8Array()
  eachOf(table, block + before, place + 1, (text, length, i) => {
    if (i === place) found = text.slice(0, length)
  })
  return found
}

/**
 * Tables one behind the other as one, with room for so many bytes before and behind it. Sorted ones keep their runs; the others become one run, of which all but
 * the last are whole blocks. Strings are copied as they are coded.
 */
export function together(tables: readonly Table[], sorted: boolean, before = 0, behind = 0): Uint8Array {
  const sum = (of: (table: Table) => number) => tables.reduce((total, table) => total + of(table), 0)
  const [count, blocks, data] = [sum((one) => one.count), sum((one) => one.blocks), sum((one) => one.data.length)]
  if (!sorted && tables.some(({ ends, count }, i) => ends.length !== 1 || (count % STRINGS_BLOCK > 0 && i + 1 < tables.length))) // prettier-ignore
    throw new MartelloError(`lists: found texts of ${tables.map((one) => one.count).join(', ')} items, expected multiples of ${STRINGS_BLOCK}`) // prettier-ignore
  const runs = sorted ? sum((one) => one.ends.length) : 1
  const front = HEAD + 4 * (runs + 1 + blocks + 1)
  const whole = new Uint8Array(before + front + data + behind)
  const out = whole.subarray(before)
  const view = viewOf(out)
  const longest = tables.reduce((most, one) => Math.max(most, one.longest), 0)
  ;[count, longest, data, Number(sorted), runs].forEach((word, i) => view.setUint32(4 * i, word, true))
  let [first, run, start, at] = [0, HEAD + 4, HEAD + 4 * (runs + 1), 0]
  for (const one of tables) {
    for (const end of sorted ? one.ends : []) {
      view.setUint32(run, first + end, true)
      run += 4
    }
    for (let block = 0; block < one.blocks; block++) {
      view.setUint32(start, at + one.starts.getUint32(4 * block, true), true)
      start += 4
    }
    out.set(one.data, front + at)
    first += one.count
    at += one.data.length
  }
  if (!sorted) view.setUint32(run, count, true)
  view.setUint32(start, at, true)
  return whole
}

/** A table of one run; `sorted`: they ascend by bytes, so that one can be found. */
export function tableOf(strings: readonly Uint8Array[], sorted: boolean): Uint8Array {
  const data: number[] = []
  const starts: number[] = []
  const varint = (value: number) => {
    for (; value > 127; value >>= 7) data.push((value & 127) | 128)
    data.push(value)
  }
  strings.forEach((string, i) => {
    const begins = i % STRINGS_BLOCK === 0
    if (begins) starts.push(data.length)
    const before = begins ? new Uint8Array() : strings[i - 1]!
    const most = Math.min(before.length, string.length)
    let shared = 0
    while (shared < most && before[shared] === string[shared]) shared++
    varint(shared)
    varint(string.length - shared)
    for (let b = shared; b < string.length; b++) data.push(string[b]!)
  })
  const longest = strings.reduce((most, { length }) => Math.max(most, length), 0)
  const words = [strings.length, longest, data.length, Number(sorted), 1, 0, strings.length, ...starts, data.length]
  const out = new Uint8Array(4 * words.length + data.length)
  const view = viewOf(out)
  words.forEach((one, i) => view.setUint32(4 * i, one, true))
  out.set(data, 4 * words.length)
  return out
}
