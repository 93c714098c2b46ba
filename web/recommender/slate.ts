/** How JavaScript reads the core's structures: slates, blocks of features and hits, all of src/martello.h. */
import type { Memory } from './memory.js'
import { BECAUSE, MAX_RULES, NOT_FOUND, REASONS } from '../generated/numbers.js'

/** Offsets in bytes; wasm/serve.c asserts them. */
const SLATE = {
  count: 0,
  candidates: 4,
  ranked: 8,
  ordered: 12,
  recalled: 16,
  history: 80,
  dropped: 84,
  truncated: 88,
  filled: 92,
  picks: 96,
  skipped: 100,
}
const PICK = {
  bytes: 204,
  item: 0,
  score: 4,
  because: 8,
  scores: 20,
  ranks: 84,
  reasons: 148,
  value: 188,
  penalty: 192,
  rules: 196,
}
const FEATURES = { items: 8, rows: 264 }
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
  const view = memory.view()
  const u32 = (field: number) => view.getUint32(slate + field, true)
  const picks: Pick[] = []
  for (let i = 0; i < u32(SLATE.count); i++) picks.push(pickAt(view, u32(SLATE.picks) + i * PICK.bytes, sources))
  return {
    ms,
    candidates: u32(SLATE.candidates),
    ranked: u32(SLATE.ranked),
    ordered: u32(SLATE.ordered),
    skipped: RULE_NUMBERS.map((rule) => u32(SLATE.skipped + 4 * rule)),
    recalled: Array.from({ length: sources }, (_, source) => u32(SLATE.recalled + 4 * source)),
    history: u32(SLATE.history),
    dropped: u32(SLATE.dropped),
    truncated: u32(SLATE.truncated),
    filled: u32(SLATE.filled),
    picks,
  }
}

function pickAt(view: DataView, at: number, sources: number): Pick {
  const pick: Pick = {
    item: view.getUint32(at + PICK.item, true),
    score: view.getFloat32(at + PICK.score, true),
    because: [],
    scores: [],
    ranks: [],
    reasons: [],
    value: view.getFloat32(at + PICK.value, true),
    penalty: view.getFloat32(at + PICK.penalty, true),
    rules: RULE_NUMBERS.filter((rule) => isSet(view.getUint8(at + PICK.rules + (rule >> 3)), rule & 7)),
  }
  for (let b = 0; b < BECAUSE; b++) {
    const item = view.getUint32(at + PICK.because + 4 * b, true)
    if (item !== NOT_FOUND) pick.because.push(item)
  }
  for (let source = 0; source < sources; source++) {
    pick.scores.push(view.getFloat32(at + PICK.scores + 4 * source, true))
    pick.ranks.push(view.getUint32(at + PICK.ranks + 4 * source, true))
  }
  for (let r = 0; r < REASONS; r++) {
    const reason = at + PICK.reasons + 8 * r
    const contribution = view.getFloat32(reason + 4, true)
    if (contribution !== 0) pick.reasons.push({ feature: view.getUint32(reason, true), contribution })
  }
  return pick
}

/** The picks that sources brought, without what fills up: scores and ranks are views, good until memory grows. */
export function eachPickAt(
  memory: Memory,
  slate: number,
  sources: number,
  take: (item: number, scores: Float32Array, ranks: Uint32Array) => void,
): void {
  const [count, picks, filled] = [SLATE.count, SLATE.picks, SLATE.filled].map(
    (field) => memory.u32(slate + field, 1)[0]!,
  ) as [number, number, number]
  for (let i = 0; i < count - filled; i++) {
    const at = picks + i * PICK.bytes
    take(memory.u32(at, 1)[0]!, memory.f32(at + PICK.scores, sources), memory.u32(at + PICK.ranks, sources))
  }
}

/** Rows of candidates' features, and how to read each: views, good until the next block. */
export function featureBlockAt(
  memory: Memory,
  block: number,
): { count: number; items: Uint32Array; row(i: number): Float32Array } {
  const [count, features] = memory.u32(block, 2) as unknown as [number, number]
  const rows = memory.u32(block + FEATURES.rows, 1)[0]!
  return {
    count,
    items: memory.u32(block + FEATURES.items, count),
    row: (i) => memory.f32(rows + 4 * i * features, features),
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
