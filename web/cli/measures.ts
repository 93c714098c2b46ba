/** How good answers are: recall, NDCG, hit rate and reciprocal rank against held-out items, each of which counts the same. */

/** Sums over people; their means are what is reported. */
export interface Sums {
  recall: number
  ndcg: number
  hit_rate: number
  mrr: number
}

/** Adds what one person was shown, best first, of whom `held` is what was met later; k: how many could be shown. */
export function addUser<Id>(sums: Sums, ranked: readonly Id[], held: ReadonlySet<Id>, k: number): void {
  let hits = 0
  let gained = 0
  let first = 0
  ranked.forEach((id, place) => {
    if (!held.has(id)) return
    hits++
    gained += 1 / Math.log2(place + 2)
    first ||= place + 1
  })
  let ideal = 0
  for (let place = 0; place < Math.min(held.size, k); place++) ideal += 1 / Math.log2(place + 2)
  sums.recall += hits / held.size
  sums.ndcg += gained / ideal
  sums.hit_rate += hits > 0 ? 1 : 0
  sums.mrr += first > 0 ? 1 / first : 0
}
