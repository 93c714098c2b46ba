/** Tables of strings as bundles have them (src/bundle/strings.h): blocks of 16, each string with what it shares with the one before. */
import { MartelloError } from '../recommender/errors.js'
import { STRINGS_BLOCK } from '../generated/numbers.js'

export interface Table {
  count: number
  longest: number
  /** Where each run ends, and where each block of strings begins. */
  ends: number[]
  starts: number[]
  data: Uint8Array
  /** Bytes of the whole table. */
  length: number
}

const HEAD = 20
const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

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
  const ends = Array.from({ length: runs }, (_, run) => word(HEAD + 4 * (run + 1)))
  fits(ends.every((end, run) => end >= (ends[run - 1] ?? 0)) && (ends.at(-1) ?? 0) === count)
  const blocks = ends.reduce((sum, end, run) => sum + Math.ceil((end - (ends[run - 1] ?? 0)) / STRINGS_BLOCK), 0)
  const data = at + 4 * (blocks + 1)
  fits(data + length <= bytes.length)
  return {
    count,
    longest,
    ends,
    starts: Array.from({ length: blocks }, (_, block) => word(at + 4 * block)),
    data: bytes.subarray(data, data + length),
    length: data + length,
  }
}

/** All strings of a table, as UTF-8. Throws where its codes are broken. */
export function stringsIn({ count, ends, starts, data, longest }: Table): Uint8Array[] {
  const out: Uint8Array[] = []
  let [block, at] = [0, 0]
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
  for (let i = 0, run = 0, first = 0; i < count; i++) {
    while (i === ends[run]) first = ends[run++]!
    const begins = (i - first) % STRINGS_BLOCK === 0
    if (begins) at = starts[block++]!
    const [shared, more] = [varint(), varint()]
    const before = begins ? new Uint8Array() : out[i - 1]!
    if (shared > before.length || shared + more > longest || at + more > data.length) throw broken(data)
    const string = new Uint8Array(shared + more)
    string.set(before.subarray(0, shared))
    string.set(data.subarray(at, at + more), shared)
    at += more
    out.push(string)
  }
  return out
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
