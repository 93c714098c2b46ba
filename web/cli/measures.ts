/**
 * How good answers are: recall, NDCG, hit rate and reciprocal rank against held-out items, each of which counts the same.
 * The figures are those by which the builder chooses weights: src/learn/measures.h.
 */
import { Learn, type Pointer } from '../learn/learn.js'

export const FIGURES = ['recall', 'ndcg', 'hit_rate', 'mrr'] as const
export type Figures = Record<(typeof FIGURES)[number], number>

/** Numbers in the order of FIGURES, under their names. */
export const named = <T>(numbers: readonly T[]) =>
  Object.fromEntries(FIGURES.map((name, f) => [name, numbers[f]!])) as Record<(typeof FIGURES)[number], T>

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

  /** The figures of one person's list alone, in the order of FIGURES: a view, good until the next call. */
  of<Id>(ranked: readonly Id[], held: ReadonlySet<Id>): Float64Array {
    this.learn.f64(this.sums, FIGURES.length).fill(0)
    this.add(ranked, held)
    return this.learn.f64(this.sums, FIGURES.length)
  }

  /** The means over so many people. */
  means(people: number): Figures {
    return named(Array.from(this.learn.f64(this.sums, FIGURES.length), (sum) => sum / Math.max(1, people)))
  }
}
