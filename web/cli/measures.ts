/**
 * How good answers are: recall, NDCG, hit rate and reciprocal rank against held-out items, each of which counts the same.
 * The figures are those by which the builder chooses weights: src/learn/measures.h.
 */
import { Learn, type Pointer } from '../learn/learn.js'

export interface Figures {
  recall: number
  ndcg: number
  hit_rate: number
  mrr: number
}

export class Measures {
  private readonly sums: Pointer

  private constructor(
    private readonly learn: Learn,
    private readonly gains: Pointer,
    private readonly k: number,
  ) {
    this.sums = learn.take(4 * 8)
  }

  /** So many sums, each of lists of k. */
  static async start(k: number, count: number): Promise<Measures[]> {
    const learn = await Learn.start()
    const gains = learn.make('mt_make_gains', k)
    return Array.from({ length: count }, () => new Measures(learn, gains, k))
  }

  /** One person's list; `held` holds out at least one. */
  add<Id>(ranked: readonly Id[], held: ReadonlySet<Id>): void {
    const hits = Uint8Array.from(ranked.slice(0, this.k), (id) => Number(held.has(id)))
    this.learn.with([hits], (at) =>
      this.learn.run('mt_measures_add', this.sums, this.gains, at, hits.length, held.size),
    )
  }

  /** The means over so many people. */
  means(people: number): Figures {
    const [recall, ndcg, hit_rate, mrr] = Array.from(
      this.learn.f64(this.sums, 4),
      (sum) => sum / Math.max(1, people),
    ) as [number, number, number, number]
    return { recall, ndcg, hit_rate, mrr }
  }
}
