/** What learns to rank, whatever it is: round by round, each a tree more or a pass over all moments. */
import type { Forest } from '../../import/trees/trees.js'
import type { Learn } from '../../learn/learn.js'
import type { Given } from '../given.js'
import type { Tower } from '../models/tower.js'
import type { FeaturePlan } from '../sections/features.js'
import { Boost, BOOST } from './boost.js'
import type { RankerName } from './config.js'
import { NetworkRanker, NETWORKS, toldOf, type NetworkName } from './network.js'
import type { Replayed } from './replayed.js'

export interface Rounds {
  /** Rounds at most, and without a better one until it ends. */
  most: number
  patience: number
  /** One round more; false where the time was over before it was done, or numbers went to infinity. `told`: how much of it is done. */
  round(told: (part: number) => void): Promise<boolean>
  /** NDCG of each held moment as it ranks them now; NaN where nothing is worth anything. */
  held(): Promise<Float64Array>
  /** From here on, gains() and model() are of what it has learned by now. */
  keep(): void
  gains(): { feature: string; share: number }[]
  model(): Forest | Tower
  drop(): void
}

export interface Learning {
  plan: FeaturePlan
  rows: Replayed
  /** Rows that say when to stop, and are not learned from. */
  held: Replayed | null
  /** Places that NDCG looks at. */
  top: number
  /** Of items, by who met them; null: none are wanted. */
  vectors: Float32Array | null
  /** Seconds of the time that are not for this one. */
  rest: number
}

export function learnerOf(given: Given, ranker: RankerName, learning: Learning): Rounds {
  return ranker === 'lambdamart' ? trees(given, learning) : network(given, ranker, learning)
}

/** Newest events that a ranker looks at. */
export const longestOf = (ranker: RankerName): number => (ranker === 'lambdamart' ? 0 : NETWORKS[ranker].usual.length)

/** … and numbers of an item's vector that it compares these by; 0: none. */
export const dimsOf = (ranker: RankerName): number =>
  longestOf(ranker) === 0 ? 0 : NETWORKS[ranker as NetworkName].usual.width

const namesOf = ({ features }: FeaturePlan): string[] => features.map(({ name }) => name)

/** Which features only name something: numbers of values, of fields' values and of buckets. */
function categoriesOf({ features, fields }: FeaturePlan): Uint8Array {
  return Uint8Array.from(features, ({ kind, a }) =>
    Number(kind === 'code' || kind === 'hash' || (kind === 'field' && fields[a!]!.values !== null)),
  )
}

function trees({ learn, seed }: Given, { plan, rows, held, top }: Learning): Rounds {
  const boost = Boost.of(learn, rows, categoriesOf(plan), { ...BOOST, ndcg: top }, seed)
  if (held !== null) boost.hold(held)
  let kept = 0
  return {
    most: 400,
    patience: 50,
    round: () => Promise.resolve(boost.round() >= 0),
    held: () => Promise.resolve(boost.held(held!.start.length - 1)),
    keep: () => void (kept = boost.rounds),
    gains: () => Array.from(boost.gains(kept), (share, f) => ({ feature: namesOf(plan)[f]!, share })),
    model: () => boost.forest(kept, namesOf(plan), 'lambdamart', 'lambdarank'),
    drop: () => boost.drop(),
  }
}

function network(given: Given, ranker: NetworkName, { plan, rows, held, top, rest, vectors }: Learning): Rounds {
  const { learn, workers, catalogue, minutes, seed } = given
  const how = NETWORKS[ranker].usual
  const told = toldOf(plan, categoriesOf(plan), rows, catalogue.ids.length, how)
  const one = new NetworkRanker(learn, workers, ranker, told, how, rows, vectors, seed)
  return {
    most: 40,
    patience: 5,
    round: (said) => one.pass(() => minutes.left(1) > rest, said),
    held: async () => ndcgOf(learn, held!, await one.scores(held!), top),
    keep: () => one.keep(),
    gains: () => [],
    model: () => one.model(namesOf(plan)),
    drop: () => one.drop(),
  }
}

/** NDCG of each moment by scores of its rows, or in the order that they have. */
export function ndcgOf(
  learn: Learn,
  { start, label }: Replayed,
  scores: Float64Array | null,
  top: number,
): Float64Array {
  // prettier-ignore
  const moments = start.length - 1
  const out = learn.take(8 * Math.max(1, moments))
  learn.with([start, label, scores ?? new Float64Array(label.length)], (start, label, scores) =>
    learn.call('mt_ndcg_of_rows', moments, start, label, top, scores, out),
  )
  const ndcg = learn.f64(out, moments).slice()
  learn.drop(out)
  return ndcg
}
