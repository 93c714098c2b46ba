/**
 * Asking a bundle what it would recommend to many people, as a device asks it (src/learn/ask.h): what every source says of
 * every candidate, in the learning core's memory, where weights are tried on it (src/learn/fusion.h).
 */
import type { Learn, Pointer } from '../../learn/learn.js'
import { NORM_RANK } from '../sections/policy.js'
import { withBundle } from '../sections/bundle.js'
import type { Section } from '../sections/section.js'
import type { Workers } from '../workers.js'

/** Histories one after the other: person p's events are start[p] .. start[p + 1], oldest first. */
export interface People {
  start: Uint32Array
  item: Uint32Array
  weight: Float32Array | null
  time: Float64Array | null
  /** When each person is asked, in seconds; null: at their newest event. */
  now: Float64Array | null
}

/** Places that count. */
export const K = 20

/** People that a thread is asked about at a time. */
const PART = 128

/** Who is asked about: some of the people, each with hidden items. */
export interface Asking {
  people: People
  /** Numbers of people, in the order in which they are added. */
  who: Uint32Array
  /** Person p's hidden items: held[heldStart[p]] .. */
  heldStart: Uint32Array
  held: Uint32Array
}

/** What is asked about each person. */
export interface Question {
  /** Candidates, the best by `weights`. */
  k: number
  /** By source, instead of the policy's. */
  weights: readonly number[]
  decays: readonly number[]
}

/** A bundle that is asked about people, opened once for each thread. */
export class Asked {
  readonly sources: number
  private readonly idle: Pointer[]
  private readonly waiting: ((opened: Pointer) => void)[] = []

  constructor(
    readonly learn: Learn,
    readonly workers: Workers,
    bundle: { at: Pointer; size: number },
  ) {
    this.idle = Array.from({ length: workers.count }, () => learn.make('mt_make_asked', bundle.at, bundle.size))
    this.sources = learn.run('mt_sources_of_asked', this.idle[0]!)
  }

  /** A fusion of what the sources say; the same however many threads answer. */
  async answer({ people, who, heldStart, held }: Asking, { k, weights, decays }: Question): Promise<Pointer> {
    const { learn } = this
    const { start, item, weight, time, now } = people
    const arrays = [start, item, weight, time, now, heldStart, held].map((array) => (array ? learn.put(array) : 0))
    const told = learn.make('mt_make_people', ...arrays)
    const [whoAt, ...said] = [who, Float32Array.from(weights), Float32Array.from(decays)].map((array) =>
      learn.put(array),
    )
    const parts = Array.from({ length: Math.ceil(who.length / PART) }, (_, part) =>
      this.withOpened((opened) => {
        const [first, count] = [part * PART, Math.min(PART, who.length - part * PART)]
        return this.workers.make('mt_make_answers', opened, told, whoAt! + 4 * first, count, k, ...said, NORM_RANK, K)
      }),
    )
    for (const part of parts) part.catch(() => {}) // of several that fail the first is told
    const fusion = learn.make('mt_make_fusion', this.sources, K)
    try {
      for (const part of parts) learn.call('mt_join_fusion', fusion, await part)
    } finally {
      await Promise.allSettled(parts) // nobody reads any more what is given back
      learn.drop(...arrays.filter((at) => at !== 0), told, whoAt!, ...said)
    }
    return fusion
  }

  drop(): void {
    for (const opened of this.idle) this.learn.run('mt_drop_asked', opened)
  }

  private async withOpened<T>(use: (opened: Pointer) => Promise<T>): Promise<T> {
    const opened = this.idle.pop() ?? (await new Promise<Pointer>((resolve) => this.waiting.push(resolve)))
    try {
      return await use(opened)
    } finally {
      const next = this.waiting.shift()
      if (next) next(opened)
      else this.idle.push(opened)
    }
  }
}

/** A bundle of these sections, to be asked until `use` has ended. */
export function withAsked<T>(
  learn: Learn,
  workers: Workers,
  items: number,
  sections: readonly Section[],
  use: (asked: Asked) => Promise<T>,
): Promise<T> {
  return withBundle(learn, items, sections, async (bundle) => {
    const asked = new Asked(learn, workers, bundle)
    try {
      return await use(asked)
    } finally {
      asked.drop()
    }
  })
}
