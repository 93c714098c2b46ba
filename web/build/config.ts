/** What a builder can be told, with the defaults. The JSON Schema beside this file is what editors complete from. */
import type { Mapping } from '../read/index.js'
import { readJson } from './json.js'
import type { TowerConfig } from './models/tower.js'
import type { SourceOptions } from './options.js'
import type { SourceName } from './sources/index.js'
import schema from './config.schema.json' with { type: 'json' }

/** A build's configuration: the file of `--config`. Every part is optional. */
export interface Config extends SourceOptions {
  /** Columns by their part, where names do not tell: { "item_id": "sku" }. */
  columns?: Record<string, string | null>
  /** Kinds of attributes by column, each a column of the catalogue: { "zip": "category", "notes": "skip" }. */
  kinds?: Record<string, 'text' | 'category' | 'multi' | 'number' | 'skip'>
  /**
   * Sources by name: false leaves one out, true keeps it whatever tuning says. `usercf` is made only where it is true.
   */
  sources?: Partial<Record<SourceName, boolean>>
  /**
   * What events are worth, by name in any case: { "buy": 3, "dislike": -1 }. Default: -1 for dislike, thumbs_down and hide,
   * 1 for all others.
   */
  events?: Record<string, number>
  /** The rating that says nothing, and the one that is worth 1. Default: every rating is worth 1. */
  ratings?: { zero: number; one: number }
  /**
   * What a ranker is told of each candidate, by name (see features.ts): a list, in which "auto" stands for the automatic
   * one. Default "auto"; false: nothing, so that the bundle takes no ranker of trees.
   */
  features?: false | 'auto' | string[]
  /**
   * Fields that a request's `context` may bring: { "hour": "number", "country": ["de", "fr"] }. "category" takes the values
   * from the column of that name in the log.
   */
  context?: Record<string, 'number' | 'category' | string[]>
  /** How the model of --user-tower is used. */
  tower?: TowerConfig
  /** How the model of --ranker is used. */
  ranker?: RankerConfig
  /** How many to recommend by default. Default 20. */
  shelf?: number
  /**
   * The text index: false leaves it out. `fields`: what a word in each column counts, 0 for nothing; default: 2 in `title`,
   * 1 in other texts and categories. `k1`, `b`: BM25's saturation and length normalisation; default 1.2 and 0.75.
   */
  search?: false | { fields?: Record<string, number>; k1?: number; b?: number }
  /** Search weights and decay on held-out events. Default true. */
  tune?: boolean
  /** Worker threads. Default: one per core, 8 at most. The bundle does not depend on it. */
  threads?: number
}

/** How the model of `--ranker` is used. */
export interface RankerConfig {
  /** How many candidates the ranker scores, 1 to 2000; the others follow them. Default 300. */
  candidates?: number
  /**
   * Which candidates those are: the best by this sum of weight · feature, names as in `features`; `missing` stands in for
   * an unknown value (default 0). Default: the best by fused score, which costs least.
   */
  prerank?: Record<string, number | { weight: number; missing?: number }>
  /** Candidates are ordered by the ranker's score plus this much of the fused score. Default 0. */
  blend?: number
  /** Of a model of several classes: the one whose probability is the score. */
  class?: number
  /**
   * Trees: how many boosting rounds count: "best", up to the best one of early stopping; "all"; or so many. Default: as the
   * object that saved the file predicts: XGBoost's scikit-learn wrapper up to the best one, everything else all.
   */
  rounds?: 'best' | 'all' | number
  /**
   * Trees: what a feature of categories carries, where the model keeps the categories of a data frame: its "values"
   * (default), or the "codes" from 0 that the trainer made of them.
   */
  categories?: 'values' | 'codes'
  /** ONNX: which output is the score. Default: the first. */
  output?: string
  /** ONNX: what each input is fed with, by its name; `candidate` and `features` are of each candidate. */
  inputs?: TowerConfig['inputs']
  /** ONNX: how the model numbers items, keeps weights, and the like; as for the tower. */
  numbers?: TowerConfig['numbers']
  offset?: number
  weights?: TowerConfig['weights']
  sizes?: TowerConfig['sizes']
  leastWorth?: number
  golden?: string
}

/** The columns of a log, the one of its baskets among them: `columns` of readInteractions. */
export const logColumns = ({ basket, columns }: Config): Mapping => ({
  ...columns,
  ...(typeof basket === 'string' && { basket }),
})

/** Reads and checks a config file. */
export const readConfig = (path: string): Promise<Config> => readJson<Config>(path, schema)
