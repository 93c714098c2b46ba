/** What a request may say, and what it is answered. */
import type { Filter } from './filter.js'
import type { HistoryEvent } from './history.js'
import type { RequestRules } from './rules.js'

/** What `recommend` is asked. Every part is optional. */
export interface Request {
  /** Newest last. Unknown ids are ignored and counted in the trace. Default: none, a new person. */
  history?: readonly (string | HistoryEvent)[]
  /**
   * What is in the cart: what goes with all of it, as the source `together` says (config key `basket`), which then speaks alone. What
   * the person did before has no say, and comes back only where repeats do. In a bundle without such a source the cart is the newest of
   * the history.
   */
  cart?: readonly string[]
  /**
   * What the person did before `history`: a Profile of `martello/profile`, or anything else that has a history; and what they were
   * shown, where that is known and `impressions` does not say it.
   */
  profile?: {
    readonly history: readonly (string | HistoryEvent)[]
    readonly impressions?: Readonly<Record<string, number>> | undefined
  }
  /** How many items, 1 to 1,000. Default: what the bundle says, usually 20. */
  k?: number
  /** Only items for which all conditions hold: `{ genre: 'Drama', year: { gte: 1990 } }`. */
  filter?: Filter
  /** Ids that must not come back. */
  exclude?: readonly string[]
  /**
   * Whether items of the history may come back, for what people take again; those that an event of a negative weight says
   * are disliked never do. Default: what the bundle says (config key `repeat`), usually false.
   */
  repeat?: boolean
  /** If given, only these ids may come back. */
  allow?: readonly string[]
  /** Fills `explain` of each item, and `because` of the first 100. Default false. */
  explain?: boolean
  /**
   * Unix time in seconds that ages are counted from. Default: the time of the newest event, or where no event has one
   * this device's clock. It matters only where something in the bundle ages, starts or ends.
   */
  now?: number
  /**
   * What is known of the moment, by the fields that the bundle declares (config key `context`): a number, or the value of a
   * category, of which one that the bundle does not know counts as not said. Default: nothing is said.
   */
  context?: Readonly<Record<string, number | string>>
  /**
   * How many candidates the bundle's ranker scores, up to 2,000; 0: none, what the sources say orders them. Default: what
   * the bundle says, usually 300; 0 for `similar`. Without a ranker it matters nothing.
   */
  rankCandidates?: number
  /** Overrides the weights of sources by name; 0 silences one. */
  weights?: Readonly<Record<string, number>>
  /**
   * Rules of the slate for this request. Each key takes the place of what the bundle says under it, null switches it off;
   * the other keys of the bundle hold. Default: the bundle's rules.
   */
  policy?: RequestRules
  /** How much difference between items counts, 0 to 1: `policy.diversity` in short. */
  diversity?: number
  /** How often items were shown to this person lately, by id: for `frequency` and `exploration` of the rules. 1,024 ids. */
  impressions?: Readonly<Record<string, number>>
  /** … and how often the person clicked them. */
  clicks?: Readonly<Record<string, number>>
  /** Of exploration: `policy.seed` in short. */
  seed?: number
}

/** What `similar` may be told, all but the item: as in a Request. */
export interface SimilarRequest extends Omit<Request, 'history' | 'profile' | 'repeat' | 'cart'> {
  /**
   * Only what this source says of the item: `together`, what is taken with it; `next`, what people turn to afterwards. What
   * it does not bring is not filled up, so there may be fewer than k. Default: the sources that say what is alike. `weights`
   * have no place beside it.
   */
  source?: string
}

/** What an item says under an attribute: a text or category, a number, or the values of a category of many. */
export type AttributeValue = string | number | string[]

/** How an item was taken before, as far as the history says. */
export interface Again {
  /** How many times; what has one time was taken once. */
  times: number
  /** When last, in seconds. */
  last?: number
  /** How long lies between one time and the next, on average, in seconds. */
  every?: number
}

/** One item of an answer. */
export interface RecommendedItem {
  /** As the catalogue or the log has it. */
  id: string
  /** Comparable within one answer. */
  score: number
  /** What the catalogue says of it; what is not known is not there. */
  attributes: Record<string, AttributeValue>
  /** The sources that brought it, strongest rank first; empty where it filled up a short answer. */
  sources: string[]
  /** With `explain`, for the first 100 items: the ids of the history that brought it, strongest first. */
  because: string[]
  /**
   * Where a share of the slots explores (`exploration` of the rules, method "epsilon"): how likely this item was at this place,
   * given the items before it. To be logged beside what was clicked: `martello ope` judges other policies by it.
   */
  propensity?: number
  /**
   * With `explain`, of what the history holds, where that may come back (`repeat`): how many times it was taken, when last, and how long
   * lies between two times, so that a page can say "you buy this every 3 weeks".
   */
  again?: Again
  /** With `explain`: each source's score, and its rank among that source's candidates (0: not among them). */
  explain?: Record<string, { score: number; rank: number }>
  /** With `explain`, where a ranker of trees scored it: the features that moved its score most, by how much. */
  features?: { name: string; contribution: number }[]
  /**
   * With `explain`, where there are rules: relevance between 0 and 1 as boosts and the like changed it, what diversity took
   * off, and which rules were about it, such as `pins[0]` or `boosts[1]`.
   */
  rules?: { value: number; penalty: number; hits: string[] }
}

/** The stages of the funnel, in their order. */
export type Stage = 'recall' | 'rank' | 'slate'

/** How an answer was found: for inspectors, logs and tests. */
export interface Trace {
  /** Events of the history that counted. */
  history: number
  /**
   * Events of the history that say dislike, and what they weigh together, which is below 0: so much they take from what is alike, where
   * a like adds 1. How much one weighs is chosen by the log where that has dislikes.
   */
  disliked: { events: number; weight: number }
  /** Ids of the history that the bundle does not know. */
  unknown: number
  /** Oldest events beyond 1,024, which did not count. */
  dropped: number
  /** Items into each stage, and out of it. */
  stages: Record<Stage, { in: number; out: number }>
  /** Milliseconds of each stage, as far as the host's clock shows them: the one part that is not the same every time. */
  ms: Record<Stage, number>
  /** Candidates by source. */
  recalled: Record<string, number>
  /** Candidates after merging. */
  candidates: number
  /** Candidates that the bundle's ranker scored. */
  ranked: number
  /** Sources that could not hold all they found: the oldest events lost. */
  truncated: string[]
  /** Items that no source brought, in order of popularity. */
  filled: number
  /** Residual layers in use, by vector space. */
  layers: Record<string, number>
  /** Sources that have not arrived yet and so say nothing; none once `rec.complete` has resolved. */
  waiting: string[]
  /** By rule, such as `caps[0]`: how often it kept out an item that would have been picked. */
  skipped: Record<string, number>
  /** Of a split catalogue: how many items are here, `of` how many; no other was looked at. */
  lists?: { here: number; of: number }
}

/** What `recommend` and its like answer. */
export interface Answer<T = Trace> {
  /** Best first. */
  items: RecommendedItem[]
  /** How they were found. */
  trace: T
}

/**
 * What a search may say besides its text; each as in a Request, but that items of the history may be found. Without a
 * history the answer is the same for everybody.
 */
export type SearchRequest = Pick<Request, 'history' | 'profile' | 'k' | 'filter' | 'exclude' | 'allow' | 'explain'>

/** How a search was answered. */
export interface SearchTrace {
  /** The words of the text, each once, as they are looked up; 32 at most. */
  words: string[]
  /** Those that match nothing. */
  unmatched: string[]
  /** Items that the text found, and those near the best of them by the space of this name. */
  recalled: Record<string, number>
  /** Both together. */
  candidates: number
  /** Events of the history that counted. */
  history: number
  /** Ids of the history that the bundle does not know. */
  unknown: number
  /** The text matches more than a search may read: its last words lost. */
  truncated: boolean
  /** Milliseconds, as far as the host's clock shows them. */
  ms: number
}

export const REQUEST_KEYS = [
  'history',
  'cart',
  'k',
  'filter',
  'exclude',
  'repeat',
  'allow',
  'explain',
  'now',
  'context',
  'rankCandidates',
  'weights',
  'profile',
  'policy',
  'diversity',
  'impressions',
  'clicks',
  'seed',
]
export const FEATURE_KEYS = [...REQUEST_KEYS.filter((key) => !['k', 'explain', 'rankCandidates'].includes(key)), 'want']
export const SEARCH_KEYS = ['history', 'k', 'filter', 'exclude', 'allow', 'explain', 'profile']
export const SIMILAR_KEYS = [
  ...REQUEST_KEYS.filter((key) => !['history', 'profile', 'repeat', 'cart'].includes(key)),
  'source',
]
export const NEAREST_KEYS = ['k', 'space', 'layers', 'filter', 'exclude', 'allow']
