/**
 * A space's sections (src/bundle/vectors.h) of several bundles that are coded alike, as those of one: one behind the other, or some rows of
 * them. Codes are copied and never taken apart, so an item scores the same wherever it lies.
 */
import { MartelloError } from '../recommender/errors.js'
import type { Container } from './container.js'

/** Items of a base that lie together. */
export const BLOCK = 32
const HEAD = 64
const TABLE = 256 * 4
/** Where a space's header says how many items and vectors there are, how thin and how near they are. */
const [ITEMS, VECTORS, THINNEST, LEAST] = [16, 20, 24, 28]

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
const aligned = (length: number) => Math.ceil(length / 64) * 64
const blocksOf = (items: number) => Math.ceil(items / BLOCK)

/** Arrays of a section, each at a multiple of 64: their lengths in bytes, where each begins, and where the last ends. */
interface Layout {
  lengths: readonly number[]
  starts: readonly number[]
  end: number
}

function layout(front: number, lengths: readonly number[]): Layout {
  const starts: number[] = []
  let end = aligned(front)
  for (const length of lengths) {
    starts.push(end)
    end += aligned(length)
  }
  return { lengths, starts, end }
}

/** Reach, ranges, gains and codes. */
function baseLayout(items: number, subspaces: number): Layout {
  const blocks = blocksOf(items)
  return layout(HEAD, [4 * blocks, 2 * blocks, BLOCK * blocks, 16 * subspaces * blocks])
}

/** Scales' codes and rows. */
const layerLayout = (items: number, stride: number) => layout(HEAD + TABLE, [items, stride * items])

const subspacesOf = (bytes: Uint8Array) => viewOf(bytes).getUint32(4, true)
function strideOf(bytes: Uint8Array): number {
  const view = viewOf(bytes)
  return (view.getUint32(4, true) * view.getUint32(8, true)) / 8
}

/** Throws where a section is not as long as one of so many items. */
function fitting(bytes: Uint8Array, items: number, { end }: Layout): void {
  if (bytes.length !== end)
    throw new MartelloError(`lists: found ${bytes.length} bytes of vectors for ${items} items, expected ${end}`)
}

// -- one behind the other: all but the last are whole blocks ------------------------------------------------------------------

export function space(parts: readonly Uint8Array[], items: number): Uint8Array {
  const short = parts.find(({ length }) => length < HEAD)
  if (short !== undefined)
    throw new MartelloError(`lists: found a space of ${short.length} bytes, expected at least ${HEAD}`)
  const views = parts.map(viewOf)
  const vectors = views.reduce((sum, one) => sum + one.getUint32(VECTORS, true), 0)
  return spaceHead(parts[0]!, views, items, vectors)
}

/** The first as it is, with what holds of all. */
function spaceHead(first: Uint8Array, all: readonly DataView[], items: number, vectors: number): Uint8Array {
  const out = Uint8Array.from(first)
  const view = viewOf(out)
  view.setUint32(ITEMS, items, true)
  view.setUint32(VECTORS, vectors, true)
  for (const at of [THINNEST, LEAST]) view.setFloat32(at, Math.min(...all.map((one) => one.getFloat32(at, true))), true)
  return out
}

export function base(parts: readonly Uint8Array[], all: readonly Container[]): Uint8Array {
  const subspaces = subspacesOf(parts[0]!)
  return behind(parts, all, HEAD, (items) => baseLayout(items, subspaces))
}

/** Scales are the root's. */
export function layer(parts: readonly Uint8Array[], all: readonly Container[]): Uint8Array {
  const stride = strideOf(parts[0]!)
  return behind(parts, all, HEAD + TABLE, (items) => layerLayout(items, stride))
}

function behind(
  parts: readonly Uint8Array[],
  all: readonly Container[],
  front: number,
  layoutOf: (items: number) => Layout,
): Uint8Array {
  const items = all.reduce((sum, one) => sum + one.items, 0)
  const layouts = all.map((one) => layoutOf(one.items))
  parts.forEach((part, i) => fitting(part, all[i]!.items, layouts[i]!))
  const total = layoutOf(items)
  const out = new Uint8Array(total.end)
  out.set(parts[0]!.subarray(0, front))
  viewOf(out).setUint32(0, items, true)
  total.starts.forEach((start, n) => {
    let at = start
    parts.forEach((part, i) => {
      const [from, length] = [layouts[i]!.starts[n]!, layouts[i]!.lengths[n]!]
      out.set(part.subarray(from, from + length), at)
      at += length
    })
  })
  return out
}

// -- some rows -----------------------------------------------------------------------------------------------------------------

/** Rows of several: row i of what is made is row `rows[i]` of `parts[of[i]]`, a section of a bundle of `items[of[i]]`. */
export interface Picked {
  parts: readonly Uint8Array[]
  items: readonly number[]
  of: Uint32Array
  rows: Uint32Array
}

/** A list's: without its tables, which stand in the root. `gains`: the base's that goes with it. */
export function pickedSpace({ parts, of }: Picked, gains: Uint8Array): Uint8Array {
  const short = parts.find(({ length }) => length < HEAD)
  if (short !== undefined)
    throw new MartelloError(`lists: found a space of ${short.length} bytes, expected at least ${HEAD}`)
  const { starts } = baseLayout(of.length, subspacesOf(gains))
  const vectors = gains.subarray(starts[2]!, starts[2]! + of.length).reduce((sum, gain) => sum + Number(gain > 0), 0)
  return spaceHead(parts[0]!.subarray(0, HEAD), parts.map(viewOf), of.length, vectors)
}

export function pickedBase({ parts, items, of, rows }: Picked): Uint8Array {
  const subspaces = subspacesOf(parts[0]!)
  const layouts = items.map((count) => baseLayout(count, subspaces))
  parts.forEach((part, i) => fitting(part, items[i]!, layouts[i]!))
  const to = baseLayout(rows.length, subspaces)
  const out = new Uint8Array(to.end)
  out.set(parts[0]!.subarray(0, HEAD))
  const view = viewOf(out)
  view.setUint32(0, rows.length, true)
  const views = parts.map(viewOf)
  const [reach, ranges, gains, codes] = to.starts as [number, number, number, number]
  rows.forEach((row, i) => {
    const part = parts[of[i]!]!
    const from = layouts[of[i]!]!.starts
    const [block, lane, toBlock, toLane] = [row >> 5, row & 31, i >> 5, i & 31]
    // of what its block reaches at most; so nothing is lost
    const reached = views[of[i]!]!.getFloat32(from[0]! + 4 * block, true)
    view.setFloat32(reach + 4 * toBlock, Math.max(view.getFloat32(reach + 4 * toBlock, true), reached), true)
    const gain = part[from[2]! + row]!
    out[gains + i] = gain
    const range = ranges + 2 * toBlock
    if (gain > 0) {
      out[range] = out[range] === 0 ? gain : Math.min(out[range]!, gain)
      out[range + 1] = Math.max(out[range + 1]!, gain)
    }
    const [high, toHigh] = [lane >> 4, toLane >> 4]
    for (let m = 0; m < subspaces; m++) {
      const byte = part[from[3]! + 16 * (block * subspaces + m) + (lane & 15)]!
      const code = high ? byte >> 4 : byte & 15
      out[codes + 16 * (toBlock * subspaces + m) + (toLane & 15)]! |= toHigh ? code << 4 : code
    }
  })
  return out
}

export function pickedLayer({ parts, items, of, rows }: Picked): Uint8Array {
  const stride = strideOf(parts[0]!)
  const layouts = items.map((count) => layerLayout(count, stride))
  parts.forEach((part, i) => fitting(part, items[i]!, layouts[i]!))
  const to = layerLayout(rows.length, stride)
  const out = new Uint8Array(to.end)
  out.set(parts[0]!.subarray(0, HEAD + TABLE))
  viewOf(out).setUint32(0, rows.length, true)
  rows.forEach((row, i) => {
    const part = parts[of[i]!]!
    const [scales, codes] = layouts[of[i]!]!.starts as [number, number]
    out[to.starts[0]! + i] = part[scales + row]!
    out.set(part.subarray(codes + stride * row, codes + stride * (row + 1)), to.starts[1]! + stride * i)
  })
  return out
}
