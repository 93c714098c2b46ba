/** Arrays that worker threads read and write in place. */
import type { Lists } from '../learn/learn.js'

export const sharedF32 = (length: number) => new Float32Array(new SharedArrayBuffer(4 * length))

function shareU32(array: Uint32Array): Uint32Array {
  const shared = new Uint32Array(new SharedArrayBuffer(array.byteLength))
  shared.set(array)
  return shared
}

function shareF32(array: Float32Array): Float32Array {
  const shared = sharedF32(array.length)
  shared.set(array)
  return shared
}

export const shareLists = (lists: Lists): Lists => ({
  keys: lists.keys,
  start: shareU32(lists.start),
  items: shareU32(lists.items),
  weights: shareF32(lists.weights),
})

/** Cuts keys into `parts` ranges of about equal numbers of entries: parts + 1 bounds. */
export function evenRanges(start: Uint32Array, parts: number): number[] {
  const keys = start.length - 1
  const bounds = [0]
  let key = 0
  for (let part = 1; part < parts; part++) {
    const wanted = ((start[keys]! + keys) * part) / parts // a key without entries costs something too
    while (key < keys && start[key]! + key < wanted) key++
    bounds.push(key)
  }
  bounds.push(keys)
  return bounds
}
