/** How JavaScript reads the core's structures: slates, blocks of features and hits, all of src/martello.h. */
import type { Memory } from './memory.js'
import { BECAUSE, MAX_RULES, NOT_FOUND, REASONS } from '../generated/numbers.js'

/** Where fields are, in words of four bytes; wasm/serve.c asserts them. */
export const SLATE = { count: 0, recalled: 4, picks: 24, skipped: 25 }
export const TOLD = { candidates: 1, ranked: 2, ordered: 3, history: 20, dropped: 21, truncated: 22, filled: 23 }
export const PICK = {
  words: 52,
  item: 0,
  score: 1,
  because: 2,
  scores: 5,
  ranks: 21,
  reasons: 37,
  value: 47,
  penalty: 48,
  rules: 49,
  propensity: 51,
}
const FEATURES = { items: 2, rows: 66 }
const RULE_NUMBERS = Array.from({ length: MAX_RULES }, (_, rule) => rule)

/** The core's "none". */
export { NOT_FOUND }

export interface Pick {
  item: number
  score: number
  because: number[]
  scores: number[]
  ranks: number[]
  /** What the largest features added to a ranker's score. */
  reasons: { feature: number; contribution: number }[]
  /** Where rules chose: relevance from 0 to 1 as they changed it, what diversity took off, and which were about it. */
  value: number
  penalty: number
  rules: number[]
  /** Where slots explore: how likely it was at its place, given those before; 0: not known. */
  propensity: number
}

export interface Slate {
  /** Milliseconds of each step: recall, ranking and the slate, or of a search. */
  ms: number[]
  candidates: number
  ranked: number
  ordered: number
  recalled: number[]
  history: number
  dropped: number
  truncated: number
  filled: number
  picks: Pick[]
  /** How often each rule kept out an item that would have been picked. */
  skipped: number[]
}

/** The slate at `slate`, of that many sources. */
export function slateAt(memory: Memory, slate: number, sources: number, ms: number[]): Slate {
  const words = memory.u32(slate, SLATE.skipped + MAX_RULES)
  const told = Object.fromEntries(Object.entries(TOLD).map(([name, at]) => [name, words[at]]))
  return {
    ...(told as Record<keyof typeof TOLD, number>),
    ms,
    skipped: [...words.subarray(SLATE.skipped)],
    recalled: [...words.subarray(SLATE.recalled, SLATE.recalled + sources)],
    picks: Array.from({ length: words[SLATE.count]! }, (_, i) =>
      pickAt(memory, words[SLATE.picks]! + 4 * i * PICK.words, sources),
    ),
  }
}

function pickAt(memory: Memory, at: number, sources: number): Pick {
  const words = memory.u32(at, PICK.words)
  const numbers = memory.f32(at, PICK.words)
  const reasons = Array.from({ length: REASONS }, (_, r) => ({
    feature: words[PICK.reasons + 2 * r]!,
    contribution: numbers[PICK.reasons + 2 * r + 1]!,
  }))
  return {
    item: words[PICK.item]!,
    score: numbers[PICK.score]!,
    because: [...words.subarray(PICK.because, PICK.because + BECAUSE)].filter((item) => item !== NOT_FOUND),
    scores: [...numbers.subarray(PICK.scores, PICK.scores + sources)],
    ranks: [...words.subarray(PICK.ranks, PICK.ranks + sources)],
    reasons: reasons.filter((reason) => reason.contribution !== 0),
    value: numbers[PICK.value]!,
    penalty: numbers[PICK.penalty]!,
    rules: RULE_NUMBERS.filter((rule) => isSet(words[PICK.rules + (rule >> 5)]!, rule & 31)),
    propensity: numbers[PICK.propensity]!,
  }
}

/** Rows of candidates' features, and how to read each: views, good until the next block. */
export function featureBlockAt(
  memory: Memory,
  block: number,
): { count: number; items: Uint32Array; row(i: number): Float32Array } {
  const words = memory.u32(block, FEATURES.rows + 1)
  const [count, features] = words as unknown as [number, number]
  return {
    count,
    items: words.subarray(FEATURES.items, FEATURES.items + count),
    row: (i) => memory.f32(words[FEATURES.rows]! + 4 * i * features, features),
  }
}

/** Items and their scores, best first: copies. */
export function hitsAt(memory: Memory, hits: number): { items: Uint32Array; scores: Float32Array } {
  const [count, items, scores] = memory.u32(hits, 3) as unknown as [number, number, number]
  return { items: memory.u32(items, count).slice(), scores: memory.f32(scores, count).slice() }
}

/** Bit n of a set of sources, of words or of rules. */
export const isSet = (bits: number, n: number): boolean => ((bits >>> n) & 1) === 1

/** The slate without what neither a source nor a rule brought. */
export function withoutFill(slate: Slate): Slate {
  const brought = ({ ranks }: Pick) => ranks.some((rank) => rank > 0)
  const picks = slate.picks.filter((pick) => brought(pick) || pick.rules.length > 0)
  return { ...slate, picks, filled: picks.filter((pick) => !brought(pick)).length }
}
