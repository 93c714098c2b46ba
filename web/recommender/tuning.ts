/** The core as the command line asks it, of sources by themselves and of searches: what no page asks, so that none downloads it. */
import { NOT_FOUND } from '../generated/numbers.js'
import { Core } from './core.js'
import { PICK, SLATE, TOLD } from './slate.js'

export class TuningCore extends Core {
  /**
   * What each source says of the best k candidates, without what fills up: `take(item, scores, ranks)` once per pick, the
   * arrays being views that are good during the call only.
   */
  eachPick(k: number, take: (item: number, scores: Float32Array, ranks: Uint32Array) => void): void {
    const { memory } = this
    const sources = this.sources.length
    this.check(this.wasm.mt_recommend(this.rec, k, 0, memory.out, memory.error))
    const words = memory.u32(memory.result(), SLATE.skipped)
    for (let i = 0; i < words[SLATE.count]! - words[TOLD.filled]!; i++) {
      const at = words[SLATE.picks]! + 4 * i * PICK.words
      const item = memory.u32(at, 1)[PICK.item]!
      take(item, memory.f32(at + 4 * PICK.scores, sources), memory.u32(at + 4 * PICK.ranks, sources))
    }
  }

  /** The place of an item among the k best of a search, from 0; -1: it is not among them. */
  placeInSearch(query: string, k: number, item: number): number {
    const { wasm, rec, memory } = this
    const { out, error } = memory
    this.check(
      memory.withText(query, NOT_FOUND, (at, length) => wasm.mt_search(rec, at, length, k, out, out + 4, error)),
    )
    const words = memory.u32(memory.result(), SLATE.skipped)
    const picks = memory.u32(words[SLATE.picks]!, words[SLATE.count]! * PICK.words)
    for (let place = 0; place < words[SLATE.count]!; place++)
      if (picks[place * PICK.words + PICK.item] === item) return place
    return -1
  }
}
