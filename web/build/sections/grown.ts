/**
 * Sections of the bundle before, for more items: what they say of an item stays as it is, byte for byte where it need not move; of a new
 * item they say nothing, nor at a number that is another item's now of the one that had it. Layouts are those of src/bundle.
 */
import { CAMPAIGN_ENTRY, CAMPAIGN_HEAD, KEY, NOT_FOUND, POPULARITY_TABLE, REPEATS_BYTES, SECTION } from '../../generated/numbers.js' // prettier-ignore
import type { Learn } from '../../learn/learn.js'
import { entriesIn } from './campaign.js'
import { encodedLists } from './postings.js'
import type { Section } from './section.js'

/** From how many items to how many, and the numbers that are other items' now. */
export interface Growth {
  from: number
  to: number
  taken: ReadonlySet<number>
}

/** Header of a space, a base, a layer, nodes, numbers. */
const HEAD = 64
/** Items whose codes stand together, and bits of a layer that holds the floats themselves: src/bundle/vectors.h. */
const BLOCK = 32
const FLOAT_BITS = 32
/** Nobody takes it again: src/bundle/repeats.h. */
const NEVER = 255

export function grown(learn: Learn, sections: readonly Section[], growth: Growth): Section[] {
  if (growth.from === growth.to && growth.taken.size === 0) return [...sections]
  const beside = (one: Section, kind: number, ordinal = one.ordinal) =>
    sections.find((other) => other.kind === kind && other.ordinal === ordinal)?.bytes
  return sections.map((one) => ({ ...one, bytes: grownBytes(learn, one, growth, (...which) => beside(one, ...which)) }))
}

function grownBytes(
  learn: Learn,
  { kind, ordinal, bytes }: Section,
  growth: Growth,
  beside: (kind: number, ordinal?: number) => Uint8Array | undefined,
): Uint8Array {
  switch (kind) {
    case SECTION.postings: {
      const next = beside(kind, ordinal + 1)
      const ofItems = next === undefined || wordsOf(next)(1) !== KEY.cluster // else they lead to clusters of people
      return grownLists(learn, bytes, ofItems, growth)
    }
    case SECTION.popularity:
      return regrown(bytes, POPULARITY_TABLE, [(n) => n], growth, (out, [at], item) => (out[at! + item] = 0))
    case SECTION.repeats:
      return regrown(bytes, 0, [(n) => REPEATS_BYTES * n], growth, (out, [at], item) =>
        out.set([NEVER, 0], at! + REPEATS_BYTES * item),
      )
    case SECTION.space:
      return withCounts(bytes, growth.to, -lostVectors(beside(SECTION.base)!, growth))
    case SECTION.base:
      return grownBase(bytes, growth)
    case SECTION.layer:
      return grownLayer(bytes, growth)
    case SECTION.nodes:
      return grownNodes(bytes, growth)
    case SECTION.numbers:
      return grownNumbers(bytes, growth)
    case SECTION.campaign:
      return withoutTaken(bytes, growth)
    default:
      return bytes
  }
}

const wordsOf = (bytes: Uint8Array) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return (at: number) => view.getUint32(4 * at, true)
}
const put = (bytes: Uint8Array, word: number, value: number) =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).setUint32(4 * word, value, true)

/** Where arrays begin, each at a multiple of `step`, and where the last ends. */
function places(head: number, arrays: readonly ((items: number) => number)[], items: number, step: number): number[] {
  let end = head
  return [...arrays, () => 0].map((size) => {
    const at = step * Math.ceil(end / step)
    end = at + size(items)
    return at
  })
}

/** A head and arrays, of so many bytes each as there are items; `blank` takes what an item has there away. */
function regrown(
  bytes: Uint8Array,
  head: number,
  arrays: readonly ((items: number) => number)[],
  { from, to, taken }: Growth,
  blank: (out: Uint8Array, at: readonly number[], item: number) => void,
  step = 1,
): Uint8Array {
  const [old, at] = [places(head, arrays, from, step), places(head, arrays, to, step)]
  const out = new Uint8Array(at.at(-1)!)
  out.set(bytes.subarray(0, head))
  arrays.forEach((size, i) => out.set(bytes.subarray(old[i], old[i]! + size(from)), at[i]))
  taken.forEach((item) => blank(out, at, item))
  for (let item = from; item < to; item++) blank(out, at, item)
  return out
}

// -- lists -----------------------------------------------------------------------------------------------------------------

function grownLists(learn: Learn, bytes: Uint8Array, ofItems: boolean, { from, to, taken }: Growth): Uint8Array {
  const word = wordsOf(bytes)
  const [key, attribute, bits] = [word(1), word(2), word(3)]
  const scale = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getFloat32(16, true)
  const old = learn.with([bytes], (at) => learn.makeLists('mt_make_lists_of', at, bytes.length, from))
  const keys = key === KEY.item ? to : old.keys
  const start = new Uint32Array(keys + 1)
  const [items, weights] = [new Uint32Array(old.items.length), new Float32Array(old.items.length)]
  let count = 0
  for (let k = 0; k < keys; k++) {
    const [first, last] = k < old.keys && !(key === KEY.item && taken.has(k)) ? [old.start[k]!, old.start[k + 1]!] : [0, 0] // prettier-ignore
    for (let e = first; e < last; e++) {
      if (ofItems && taken.has(old.items[e]!)) continue
      items[count] = old.items[e]!
      weights[count++] = old.weights[e]!
    }
    start[k + 1] = count
  }
  const lists = { keys, start, items: items.subarray(0, count), weights: weights.subarray(0, count) }
  return encodedLists(learn, lists, to, { key, attribute, bits }, scale)
}

// -- vectors ---------------------------------------------------------------------------------------------------------------

const blocks = (items: number) => Math.ceil(items / BLOCK)
/** Reach and ranges of blocks, which may be wider than they need; gain codes, of which 0 is no vector; codes. */
const baseArrays = (subspaces: number) => [
  (n: number) => 4 * blocks(n),
  (n: number) => 2 * blocks(n),
  (n: number) => BLOCK * blocks(n),
  (n: number) => 16 * subspaces * blocks(n),
]
const GAINS = 2

function grownBase(bytes: Uint8Array, growth: Growth): Uint8Array {
  const arrays = baseArrays(wordsOf(bytes)(1))
  const out = regrown(bytes, HEAD, arrays, growth, (to, at, item) => (to[at[GAINS]! + item] = 0), HEAD)
  put(out, 0, growth.to)
  return out
}

/** Numbers that had a vector and are another item's. */
function lostVectors(base: Uint8Array, { from, taken }: Growth): number {
  const gains = places(HEAD, baseArrays(wordsOf(base)(1)), from, HEAD)[GAINS]!
  return [...taken].filter((item) => base[gains + item] !== 0).length
}

/** A space's header: how many items it is of, and how many more of them have a vector. */
function withCounts(space: Uint8Array, items: number, more: number): Uint8Array {
  const out = new Uint8Array(space) // a copy
  put(out, 4, items)
  put(out, 5, wordsOf(space)(5) + more)
  return out
}

function grownLayer(bytes: Uint8Array, growth: Growth): Uint8Array {
  const [padded, bits] = [wordsOf(bytes)(1), wordsOf(bytes)(2)]
  const isFloat = bits === FLOAT_BITS
  const scales = HEAD + (isFloat ? 0 : 4 * 256)
  const stride = (padded * bits) / 8
  const arrays = [(n: number) => (isFloat ? 0 : n), (n: number) => stride * n]
  const blank = (out: Uint8Array, [codes, rows]: readonly number[], item: number) => {
    if (!isFloat) out[codes! + item] = 0
    out.fill(0, rows! + stride * item, rows! + stride * (item + 1))
  }
  const out = regrown(bytes, scales, arrays, growth, blank, HEAD)
  put(out, 0, growth.to)
  return out
}

// -- models ----------------------------------------------------------------------------------------------------------------

/** A leaf whose item is gone stays empty; a row of scale 0 has no vector. */
function grownNodes(bytes: Uint8Array, growth: Growth): Uint8Array {
  const word = wordsOf(bytes)
  const [items, leaves, arity, levels, width, program] = [0, 1, 2, 3, 4, 6].map(word) as [number, number, number, number, number, number] // prettier-ignore
  let above = 0
  for (let level = 0, count = leaves; level < levels; level++) above += count = Math.ceil(count / arity)
  const fixed = (size: number) => () => size
  const arrays = [fixed(4 * leaves), (n: number) => 4 * n, fixed(4 * above), (n: number) => width * n, fixed(width * above)] // prettier-ignore
  const head = HEAD + HEAD * Math.ceil(program / HEAD)
  const out = regrown(bytes, head, arrays, { ...growth, from: items }, (to, at, item) => {
    to.fill(0, at[1]! + 4 * item, at[1]! + 4 * (item + 1))
    to.fill(0, at[3]! + width * item, at[3]! + width * (item + 1))
  })
  put(out, 0, growth.to)
  for (let leaf = 0; leaf < leaves; leaf++)
    if (growth.taken.has(wordsOf(out)(head / 4 + leaf))) put(out, head / 4 + leaf, NOT_FOUND)
  return out
}

/** A model does not know new items by numbers of a table; by such that ids spell it may. */
function grownNumbers(bytes: Uint8Array, growth: Growth): Uint8Array {
  const [kind, width] = [wordsOf(bytes)(0), wordsOf(bytes)(2)]
  const arrays = kind === 0 ? [(n: number) => width * n, () => 4] : []
  const blank = (out: Uint8Array, [at]: readonly number[], item: number) => {
    if (kind === 0) out.fill(255, at! + width * item, at! + width * (item + 1))
  }
  const out = regrown(bytes, HEAD, arrays, growth, blank)
  put(out, 1, growth.to)
  return out
}

// -- campaigns -------------------------------------------------------------------------------------------------------------

function withoutTaken(bytes: Uint8Array, { taken }: Growth): Uint8Array {
  const kept = entriesIn(bytes).filter((entry) => !taken.has(wordsOf(entry)(0)))
  const out = new Uint8Array(CAMPAIGN_HEAD + CAMPAIGN_ENTRY * kept.length)
  put(out, 0, kept.length)
  kept.forEach((entry, i) => out.set(entry, CAMPAIGN_HEAD + CAMPAIGN_ENTRY * i))
  return out
}
