/**
 * What a builder can be told, with the defaults. The JSON Schema that editors complete from, and that checks a config file,
 * is made of these types, their comments and the bounds in them (web/schemas.mjs).
 */
import type { LeaveOut, Mapping, Skip } from '../read/index.js'
import { readJson } from './json.js'
import type { TrainConfig } from './fit/config.js'
import type { TowerConfig } from './models/tower.js'
import type { NoiseConfig } from './noise/config.js'
import type { SourceOptions } from './options.js'
import type { Grading } from './sections/policy.js'
import type { SourceName } from './sources/index.js'
import schema from '../generated/config.schema.json' with { type: 'json' }

/** A build's configuration: the file of `--config`. Every part is optional. */
export interface Config extends SourceOptions {
  /**
   * Columns by their part, where names do not tell: { "item_id": "sku" }; for one kind of file alone under its name:
   * { "items": { "item_id": "ID" }, "interactions": { "item_id": "product" } }. A file without such a column is read by the
   * usual names. Numbers are places, from 1, of a log or a catalogue without a header: { "interactions": { "user_id": 1, "item_id":
   * 2 } }; its columns are called "column 1", "column 2" ….
   */
  columns?: Columns
  /**
   * What is left out and counted where it would be an error: rows without ids; of a catalogue's repeated ids all but the
   * first.
   */
  skip?: Skip | Skip[]
  /**
   * true: rows that name an item and nobody, as orders of guests do, are of somebody who is met in that `basket` alone. Default: an
   * error, or left out (`skip`); in order exports that are known for ones, true.
   */
  guests?: boolean
  /**
   * Rows of the log that are left out and counted, by what stands in a column: a value or several, a range of numbers, or true for
   * what is not empty, 0, false or no: { "user_id": ["0", "guest"], "cancelled_at": true, "quantity": { "lt": 0 } }.
   */
  leaveOut?: LeaveOut
  /**
   * "exact": every id is the text that stands there. Default: 7.0, as data frames write whole numbers beside gaps, is 7 in every
   * file. "lower case": besides, the item AB-1 is ab-1 in every file, and in the bundle.
   */
  ids?: 'exact' | 'lower case'
  /** "catalogue": only items of --items are recommended; what else the log has still teaches, and counts in a history. */
  allow?: 'catalogue'
  /** Kinds of attributes by column, each a column of the catalogue: { "zip": "category", "notes": "skip" }. */
  kinds?: Record<string, 'text' | 'category' | 'multi' | 'number' | 'date' | 'skip'>
  /**
   * Sources by name: false leaves one out, true keeps it whatever tuning says. `usercf` is made only where it is true.
   */
  sources?: Partial<Record<SourceName, boolean>>
  /**
   * What events are worth, by name in any case: { "buy": 3, "dislike": -1 }. Default: -1 for names that plainly say dislike
   * (dislike, thumbs_down, hide, downvote, report …), 0 for those that only take something back (remove_from_cart, refund,
   * cancel, unlike …) or came to nothing (skip, failed), in whatever language, 1 for all others, and where a name says more than
   * that (play_muted); the build says which are which. What takes back, and a dislike, void what the person said of the item before.
   * @minimum -100 @maximum 100 @maxProperties 64
   */
  events?: Record<string, number>
  /**
   * How ratings are graded: `zero` says nothing, from `one` on they count 1, below `zero` less than 0, down to `least` (default
   * -1: dislike; 0: only not to be learned from); `none` stands for "not rated". false: every one counts 1. Default: a column
   * that plainly is a scale is graded by half and four fifths of its top with `least` 0, which the build says; no other is.
   */
  ratings?: false | Grading
  /**
   * What parts the cells of a column into values: { "genres": "," }; false: each is one value. Default: told from them.
   * @minLength 1
   */
  separators?: Record<string, (string & {}) | false> // "& {}", for the schema: a plain string would swallow false
  /** What stands before the decimals of numbers, by column, where they do not tell: { "price": "," } reads 1.299 as 1299. */
  decimals?: Record<string, '.' | ','>
  /** Which comes first in times and dates such as 08/10/2015 or 23.05.17, by column, where none of it tells: { "released": "day first" }. */
  dates?: Record<string, 'day first' | 'month first' | 'year first'>
  /**
   * What stands for nothing in a column of the catalogue, beside NULL, NaN and their like and in place of "N/A" and dashes:
   * { "brand": ["NA", "-"] }; []: nothing else.
   */
  missing?: Record<string, string[]>
  /** false: quotes in the log and the catalogue stand for themselves, true: fields may be quoted. Default: told from tab-separated files, true for others. */
  quote?: boolean
  /** false: entities and tags of HTML in the catalogue are as they stand. Default: `Tom &amp; Jerry` is read as the text that it shows. */
  html?: boolean
  /** The columns of the catalogue that become attributes, beside id and title. Default: all of them, 64 at most. */
  keep?: string[]
  /**
   * What a ranker is told of each candidate, by name (see features.ts): a list, in which "auto" stands for the automatic
   * one. Default "auto"; false: nothing, so that the bundle takes no ranker of trees.
   * @maxItems 256 @minLength 1 @maxLength 400
   */
  features?: false | 'auto' | string[]
  /**
   * Fields that a request's `context` may bring: { "hour": "number", "country": ["de", "fr"] }. "category" takes the values
   * from the column of that name in the log.
   * @maxProperties 32 @minItems 1 @maxItems 65536 @minLength 1 @maxLength 400
   * @propertyNames { minLength: 1, maxLength: 100 }
   */
  context?: Record<string, 'number' | 'category' | string[]>
  /** Models that are trained by steps on the log. */
  train?: TrainConfig
  /** How the model of --user-tower is used. */
  tower?: TowerConfig
  /** How the model of --ranker is used. */
  ranker?: RankerConfig
  /**
   * How many to recommend where a request does not say. Default 20.
   * @integer @minimum 1 @maximum 1000
   */
  shelf?: number
  /**
   * Noise that hides each person of the log: counts and lists of neighbours are in the bundle with noise of a stated epsilon, and nothing else of the
   * log is. Default: none.
   */
  noise?: NoiseConfig
  /** The text index: false leaves it out. */
  search?:
    | false
    | {
        /**
         * What a word in each column counts, 0 for nothing. Default: 2 in `title`, 1 in other texts and categories.
         * @minimum 0 @maximum 100
         */
        fields?: Record<string, number>
        /**
         * BM25: how soon repeated words stop counting. Default 1.2.
         * @minimum 0 @maximum 100
         */
        k1?: number
        /**
         * BM25: how much long texts are held back. Default 0.75.
         * @minimum 0 @maximum 1
         */
        b?: number
        /**
         * What being popular weighs against the words. Default: what held-out events say, else 0.5.
         * @minimum 0 @maximum 100
         */
        popularity?: number
      }
  /**
   * Bytes of the largest bundle wanted: 12000000. They are divided between all sources, their lists, vectors and residual layers, by what
   * each brings back of held-out events, and the build record has what fewer bytes bring. Default: as long as is usual, which
   * `neighbours`, `transitions`, `dimension`, `layers` and `weightBits` say.
   * @integer @minimum 1000 @maximum 2147483647
   */
  bytes?: number
  /**
   * Choose how sources are trained, their weights and decay, by held-out events. Default true. A number: of a log with more
   * events than this, by a part of its people with about so many. Default: 1,500,000, and
   * 15 for each item at least.
   * @integer @minimum 1000
   */
  tune?: boolean | number
  /**
   * Worker threads. Default: one per core, 8 at most. The bundle does not depend on it.
   * @integer @minimum 1 @maximum 64
   */
  threads?: number
}

/** Columns by their part, each by its name. */
export type NamedMapping = Partial<Record<keyof Mapping, string | null>>

/** Columns by the part that they play; those of one kind of file alone under its name. */
export interface Columns extends Mapping {
  interactions?: Mapping
  items?: Mapping
  campaigns?: NamedMapping
  /** Of --embeddings in a table: { "item_id": "id", "vector": "features" }. */
  embeddings?: { item_id?: string; vector?: string }
  /** Of --neighbours; `source` null: all rows are of one source, called "neighbours". */
  neighbours?: { source?: string | null; key?: string; target?: string; weight?: string }
  /** Of --popularity. */
  popularity?: { item_id?: string; weight?: string }
}

/** How the model of `--ranker` is used. */
export interface RankerConfig {
  /**
   * How many candidates the ranker scores; the others follow them. Default 300.
   * @integer @minimum 1 @maximum 2000
   */
  candidates?: number
  /**
   * Which candidates those are: the best by this sum of weight · feature, names as in `features`; `missing` stands in for
   * an unknown value (default 0). Default: the best by fused score, which costs least.
   * @minProperties 1 @maxProperties 256 @minimum -1000000 @maximum 1000000
   */
  prerank?: Record<
    string,
    | number
    | {
        /** @minimum -1000000 @maximum 1000000 */
        weight: number
        /** @minimum -1000000 @maximum 1000000 */
        missing?: number
      }
  >
  /**
   * Candidates are ordered by the ranker's score plus this much of the fused score. Default 0.
   * @minimum -1000000 @maximum 1000000
   */
  blend?: number
  /** One that the build trained is kept, too, where it is not surely better than the merge alone, if it is better at all. Default false. */
  keep?: boolean
  /**
   * Of a model of several classes: the one whose probability is the score.
   * @integer @minimum 0 @maximum 1023
   */
  class?: number
  /**
   * Trees: how many boosting rounds count: "best", up to the best one of early stopping; "all"; or so many. Default: as the
   * object that saved the file predicts: XGBoost's scikit-learn wrapper up to the best one, everything else all.
   * @integer @minimum 1 @maximum 1000000
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
  /** ONNX: the model's number of an item, as for the tower. */
  numbers?: TowerConfig['numbers']
  /**
   * ONNX: what is added to that. Default 0 for ids, 1 for rows.
   * @integer @minimum -16777216 @maximum 16777216
   */
  offset?: number
  /** ONNX: how weights are kept. Default "float32". */
  weights?: TowerConfig['weights']
  /**
   * ONNX, a listwise ranker: the symbol of the axis along which candidates lie, where the first one counts lists. Default: the
   * one before the features'.
   * @minLength 1
   */
  list?: string
  /**
   * ONNX: sizes that the model leaves open besides its batch. Default 50.
   * @integer @minimum 1 @maximum 4096
   */
  sizes?: TowerConfig['sizes']
  /**
   * ONNX: events worth less are not shown to the model. Default 0.
   * @minimum -100 @maximum 100
   */
  leastWorth?: number
  /** ONNX: an .npz with pairs to keep, as for the tower. */
  golden?: string
}

/** Reads and checks a config file. */
export const readConfig = (path: string): Promise<Config> => readJson<Config>(path, schema)
