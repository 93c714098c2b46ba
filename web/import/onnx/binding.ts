/** BINDING, NUMBERS and GOLDEN sections, as src/bundle/binding.h and src/bundle/golden.h draw them. */

import { FEED, PART, SIDE } from '../../generated/numbers.js'

/** What one input of a program is fed with. */
export interface Feed {
  kind: keyof typeof FEED
  side: keyof typeof SIDE
  pad: number
  unknown: number
  scale: number
  shift: number
  list: number[]
  space: number
  positions: number
  /** what an input of whole numbers takes of a number: its whole part, or what float32 rounds away of that */
  part: keyof typeof PART
}

export const feed = (kind: keyof typeof FEED, more: Partial<Feed> = {}): Feed => ({
  kind,
  side: 'left',
  pad: 0,
  unknown: 0,
  scale: 1,
  shift: 0,
  list: [],
  space: 0,
  positions: 0,
  part: 'number',
  ...more,
})

/** All bits set: item numbers as they are. */
export const NO_NUMBERS = 0xffffffff

const HEAD = 64
const FEED_BYTES = 48

export function bindingBytes(feeds: readonly Feed[], numbers: number, leastWorth: number): Uint8Array {
  const values = feeds.flatMap((each) => each.list)
  const bytes = new Uint8Array(HEAD + FEED_BYTES * feeds.length + 4 * values.length)
  const out = new DataView(bytes.buffer)
  ;[feeds.length, numbers, values.length].forEach((value, i) => out.setUint32(4 * i, value, true))
  out.setFloat32(12, leastWorth, true)
  let list = 0
  feeds.forEach((each, i) => {
    const at = HEAD + FEED_BYTES * i
    out.setUint32(at, FEED[each.kind], true)
    out.setUint32(at + 4, SIDE[each.side], true)
    ;[each.pad, each.unknown, each.scale, each.shift].forEach((value, f) => out.setFloat32(at + 8 + 4 * f, value, true))
    out.setUint32(at + 24, each.list.length === 0 ? 0 : list, true)
    out.setUint32(at + 28, each.list.length, true)
    out.setUint32(at + 32, each.space, true)
    out.setUint32(at + 36, each.positions, true)
    out.setUint32(at + 40, PART[each.part], true)
    list += each.list.length
  })
  values.forEach((value, i) => out.setUint32(HEAD + FEED_BYTES * feeds.length + 4 * i, value, true))
  return bytes
}

/** A number from `bound` on: the program does not know the item. */
const UNKNOWN = 0xffffffff

/** The integer that an id spells, plus `shift`. */
export function spelledNumbers(items: number, shift: number, bound: number): Uint8Array {
  const out = new DataView(new ArrayBuffer(HEAD))
  ;[1, items, 0].forEach((value, i) => out.setUint32(4 * i, value, true))
  out.setInt32(12, shift, true)
  out.setUint32(16, bound, true)
  return new Uint8Array(out.buffer)
}

/** numbers[item], -1 where the program does not know it. */
export function listedNumbers(numbers: ArrayLike<number>, bound: number): Uint8Array {
  const width = bound < 0xff ? 1 : bound < 0xffff ? 2 : bound < 0xffffff ? 3 : 4
  const bytes = new Uint8Array(HEAD + width * numbers.length + 4)
  const out = new DataView(bytes.buffer)
  ;[0, numbers.length, width].forEach((value, i) => out.setUint32(4 * i, value, true))
  out.setUint32(16, bound, true)
  for (let item = 0; item < numbers.length; item++) {
    const number = numbers[item] < 0 ? UNKNOWN : numbers[item]
    for (let b = 0; b < width; b++) bytes[HEAD + item * width + b] = (number >>> (8 * b)) & 0xff
  }
  return bytes
}

/** Pairs: inputs[rows][floats] and outputs[rows][floats]. */
export function goldenBytes(rows: number, inputs: Float32Array, outputs: Float32Array, tolerance: number): Uint8Array {
  const bytes = new Uint8Array(HEAD + inputs.byteLength + outputs.byteLength)
  const out = new DataView(bytes.buffer)
  ;[rows, inputs.length / rows, outputs.length / rows].forEach((value, i) => out.setUint32(4 * i, value, true))
  out.setFloat32(12, tolerance, true)
  new Float32Array(bytes.buffer, HEAD, inputs.length).set(inputs)
  new Float32Array(bytes.buffer, HEAD + inputs.byteLength, outputs.length).set(outputs)
  return bytes
}

/** The same section with another tolerance. */
export function withTolerance(golden: Uint8Array, tolerance: number): Uint8Array {
  const bytes = golden.slice()
  new DataView(bytes.buffer).setFloat32(12, tolerance, true)
  return bytes
}
