/**
 * A source: one way to recall candidates, and all that the builder knows of it. Each has a file in this folder, which says
 * what it needs, how it is trained and which sections it becomes; index.ts lists them.
 */
import type { Learn, Lists } from '../../learn/learn.js'
import type { Minutes } from '../fit/minutes.js'
import type { Embeddings } from '../../read/index.js'
import type { Catalogue } from '../catalogue.js'
import type { Previous } from '../inputs.js'
import type { TowerPlan } from '../models/tower.js'
import type { SourceOptions } from '../options.js'
import type { Progress } from '../progress.js'
import type { Recipe } from '../recipe.js'
import { SECTION, type ROLE, type SOURCE } from '../../generated/numbers.js'
import type { Section } from '../sections/section.js'
import type { Factors, Training } from '../training.js'
import type { Workers } from '../workers.js'

export interface Source<Name extends string = string> {
  readonly name: Name
  /** What it is on the device. */
  readonly kind: Exclude<keyof typeof SOURCE, 'campaign'>
  /** What it says of an item: that it is alike, comes next, goes together with those of the history, is taken again, or
   * the same to everybody. */
  readonly role: keyof typeof ROLE
  /** Its weight for people without a history, where it says the same to everybody. Default 0. */
  readonly cold?: number
  /** Its weight where there is no log to learn it from. Default 1. */
  readonly withoutLog?: number
  /** … and where noised tables of a log say what people did. Default: the same. */
  readonly withNoise?: number
  /** Its weight where the log is too small to hold anything out, or must not be tuned. Default 1. */
  readonly untuned?: number
  /** Made only where the config asks for it. */
  readonly onRequest?: true
  /** Stays though it is silent: it is asked for by name. */
  readonly stays?: true
  /** It knows items that nobody met, and stays audible for their sake. */
  readonly knowsNew?: true
  /** Whether it reads a history by a network, which knows by itself what is old: its events do not fade. */
  unfading?(from: Pick<Materials, 'tower'>): boolean
  /** Whether there is what it needs. */
  possible(from: Materials): boolean
  /** Trains it, and writes its sections; the first of SECTION_OF[kind] among them is number `ordinal` of the bundle, the first
   * program number `program`. */
  sections(from: Materials, ordinal: number, program: number): Section[] | Promise<Section[]>
}

/** What sources are made from. */
export interface Materials {
  learn: Learn
  workers: Workers
  catalogue: Catalogue
  config: SourceOptions
  seed: number
  progress: Progress
  embeddings: Embeddings | null
  /** The bundle of the day before, where items have the numbers that they had there. */
  previous: Previous | null
  /** An imported model that makes queries of the embeddings' space. */
  tower: TowerPlan | null
  /** How popular each item is, where that was given. */
  popularity: Float32Array | null
  /** Neighbours by the knowledge graph. */
  related: Lists | null
  /** null: there is no log. */
  training: Training | null
  recipe: Recipe
  /** The time that training by steps may take. */
  minutes: Minutes
  /** The factors of this training: trained when they are first asked for. */
  factors(): Promise<Factors>
}

/** How popular each item is: as it was given, else by the log; null: nothing tells. */
export const popularityIn = ({
  popularity,
  training,
}: Pick<Materials, 'popularity' | 'training'>): Float32Array | null => popularity ?? training?.popularity ?? null

/** The kind of section that a source's ordinal counts. */
export const SECTION_OF = {
  postings: SECTION.postings,
  clusters: SECTION.postings,
  vectors: SECTION.space,
  popularity: SECTION.popularity,
  repeats: SECTION.repeats,
  beam: SECTION.nodes,
} as const
