/** What the page is told of its bundles, as page.json: found out once, before anything is served. Types alone. */
import type { Rules } from '../recommender/rules.js'
import type { HistoryEvent } from '../recommender/history.js'
import type { AttributeValue, RecommendedItem } from '../recommender/request.js'
import type { Parts } from './looks.js'

/** An attribute, as filters and cards need to know it. */
export interface AttributeFacts {
  name: string
  kind: 'text' | 'category' | 'many' | 'number' | 'date'
  /** The share of items that have it. */
  known: number
  /** Of categories: the most frequent values, and the share of items that have each. */
  values?: [value: string, share: number][]
  /** Of numbers and dates (Unix seconds): what a share of 0, .05, .1 … 1 of the items is at most. */
  quantiles?: number[]
  /** Of numbers: what stood before or after them in the catalogue, such as `€`. */
  unit?: string
  /** Of texts that are addresses of pictures: where those come from. */
  origins?: string[]
  /** It is of a catalogue beside the bundle: shown on cards, but nothing can be asked by it. */
  outside?: true
}

/** A part for each attribute that plays one; null: none does. */
export type Roles = Required<Parts>

export interface SourceFacts {
  name: string
  /** For histories of no, 1 to 4, 5 to 19, and more events; null: nothing in the bundle says. */
  weight: readonly number[] | null
}

export interface BundleFacts {
  /** What the person calls it: the name of its file. */
  label: string
  /** Where the page finds it. */
  url: string
  items: number
  bytes: number
  attributes: AttributeFacts[]
  roles: Roles
  sources: SourceFacts[]
  spaces: readonly string[]
  /** Sources that can be asked of one item alone: what goes with it, what comes next. */
  beside: string[]
  /** It finds items by words. */
  searches: boolean
  /** What the build counted popularity by, where that is an attribute. */
  counted: string | null
  /** A ranker orders its candidates. */
  ranks: boolean
  /** What its policy keeps to where a request does not say. */
  rules: Rules
  first: First
}

/** What is shown at first. */
export interface First {
  shelf: Omit<RecommendedItem, 'attributes'>[]
  /** Of what stands on it or is named there, by id: attributes come last in a bundle, and these are here at once. */
  attributes: Record<string, Record<string, AttributeValue>>
}

/** Somebody of a log, to be replayed. */
export interface Person {
  id: string
  /** Oldest first. */
  events: HistoryEvent[]
  /** The moment that the replay begins at, in events so far. */
  start: number
  /** Whether the first bundle has learned from all of them; else those from the start on are newer than what it knows. */
  learned: boolean
}

/** What an extra catalogue says of items, column by column: for cards alone, as the bundle cannot filter by it. */
export interface Extra {
  ids: string[]
  columns: Record<string, (AttributeValue | null)[]>
  /** What stood before or after the numbers of a column. */
  units: Record<string, string>
}

export interface PageFacts {
  name: string
  item: string
  items: string
  bundles: BundleFacts[]
  /** Of a log, to be replayed; the page begins with the first. */
  people: Person[]
  /** Where the rest of what is shown of items is: a file as Extra. */
  extra: string | null
  /** Where pictures come from; none where there are none. */
  origins: string[]
  /** What addresses of pictures are relative to. */
  pictures: string | null
  keep: boolean
}
