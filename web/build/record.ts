/** The build record: what was built from what, what was chosen and why. */
import { isoText } from '../read/dates.js'
import type { Interactions } from '../read/index.js'
import { VERSION } from '../recommender/version.js'
import { recorded, type Account } from './account.js'
import type { Config } from './config.js'
import { namesOf, type Decided } from './decide.js'
import type { TrainedRanker } from './fit/ranker.js'
import type { Given } from './given.js'
import type { Inputs } from './inputs.js'
import type { Noise } from './noise/config.js'
import type { Policy } from './policy.js'
import type { Recipe } from './recipe.js'
import type { Weights } from './sections/policy.js'
import type { LeftOfFew } from './single.js'
import type { Built } from './sources/assemble.js'
import type { SourceName } from './sources/index.js'
import type { DislikeChoice } from './tune/dislikes.js'
import type { SearchChoice } from './tune/search.js'
import type { Trial } from './tune/trial.js'
import { K } from './tune/answer.js'
import type { Choice } from './tune/tune.js'
import type { Figures } from './tune/ways.js'
import type { Division } from './tune/within.js'

/** What was built from what, what was chosen and why; it is in the bundle, and `martello inspect` shows it. */
export interface BuildRecord {
  martello: string
  seed: number
  items: number
  inputs: { kind: string; path: string; rows: number }[]
  /** What was understood of them. */
  account: Omit<Account, 'errors'>
  config: Config
  /** What people decided over what was learned. */
  policy: Policy
  recipe: Recipe
  /** Time of the newest event that the bundle has learned from; null where the log has no times. */
  newest: number | null
  /**
   * How many times only its catalogue was made anew since it was trained (`--refresh attributes`), and how many values each column of
   * categories had then; null: it was trained in this build.
   */
  refreshed: { times: number; values: Record<string, number> } | null
  /** Names of what a ranker is told, in the order of the columns of `martello features`. */
  features: string[]
  /** How the ranker is fed, which candidates it sees, and how near the core comes to it; empty where there is none. */
  ranker: string[]
  /** What became of a ranker that was trained here, and what it is worth; null where none was wanted. */
  trainedRanker: TrainedRanker | null
  sources: { name: SourceName; weight: Weights; decay: number; alone?: { recall: number; ndcg: number } }[]
  /** Figures of the held-out events: what the choice was made by. null where there was nothing to hold out. */
  quality: { recall: number; ndcg: number; people: number; k: number } | null
  tried: Choice['tried']
  /** The part of the log that was chosen by: how many people of how many, with how many events; null where nothing was. */
  chosenBy: { people: number; of: number; events: number } | null
  /**
   * Of how many events of the log the choices were made, of how many sources were weighed, and how many builds have taken the choices over
   * since (`--previous`).
   */
  chosen: { events: number; weighed: number; age: number }
  /** What popularity weighs in a search, and what was tried; null where nothing was held out, or no item has words. */
  search: SearchChoice | null
  /**
   * What the weights of dislikes are multiplied by, and what was tried; null where the log has too few, or the config says what they
   * weigh.
   */
  dislikes: DislikeChoice | null
  /** What was left out since too few people did it (config key `people`); null: nothing. */
  left: LeftOfFew | null
  /** What the bundle tells of each person of its log at most (config key `noise`); null: nothing was added to hide anybody. */
  noise: Noise | null
  /** How bytes were divided, and what fewer would bring; null where the config does not say how many are wanted. */
  division: Division | null
}

export function recordOf(given: Given, trial: Trial, built: Built, decided: Decided, policy: Policy): BuildRecord {
  const { inputs, catalogue, seed } = given
  const { threads: _, ...config } = given.config // the bundle does not depend on it
  const { said, recipe, chosenBy, chosen, tried, nothing, search, dislikes, division } = trial
  return {
    martello: VERSION,
    seed,
    items: catalogue.ids.length,
    inputs: inputRows(inputs),
    account: recorded({
      ...given.account,
      remarks: [...given.account.remarks, ...(nothing === null ? [] : [nothing])],
    }),
    config,
    policy,
    recipe,
    newest: newestOf(inputs.interactions),
    refreshed: null,
    features: namesOf(decided.features),
    ranker: rankerLines(inputs, decided),
    trainedRanker: decided.trained,
    sources: built.sources.map(({ name, weight, decay }) => {
      const alone = said?.of.get(name)?.alone
      return { name: name as SourceName, weight, decay, ...(alone === undefined ? {} : { alone }) }
    }),
    quality: said === null ? null : { ...said.together, people: said.people, k: K },
    tried: tried.map(rounded),
    chosenBy,
    chosen,
    search,
    left: built.left ?? null,
    noise: inputs.noise ?? null,
    dislikes: dislikes && {
      ...dislikes,
      tried: dislikes.tried.map(({ scale, liked, disliked }) => ({
        scale,
        liked: rounded(liked),
        disliked: rounded(disliked),
      })),
    },
    division: division && { ...division, points: division.points.map(rounded) },
  }
}

/** From when the training of a bundle is. */
export function trainedWhen({
  newest,
  chosen,
  refreshed,
}: Pick<BuildRecord, 'newest' | 'chosen' | 'refreshed'>): string {
  const log = chosen.events === 0 ? 'without a log' : `by a log${newest === null ? '' : ` up to ${isoText(newest)}`}`
  const times = refreshed?.times ?? 0
  return times === 0
    ? log
    : `${log}, of which only the catalogue was made anew since, ${times === 1 ? 'once' : `${times} times`}`
}

/** Figures to as many decimals as they mean something: a record is part of the bundle. */
const rounded = <T extends Figures & { above?: [number, number] }>(figures: T): T => {
  const short = (x: number) => Math.round(1e5 * x) / 1e5
  const { recall, ndcg, above } = figures
  const range = above === undefined ? {} : { above: above.map(short) as [number, number] }
  return { ...figures, recall: short(recall), ndcg: short(ndcg), ...range }
}

function newestOf(log: Interactions | null): number | null {
  const newest = log?.time?.reduce((so, time) => (time > so ? time : so), -Infinity) ?? -Infinity // NaN is not greater
  return newest === -Infinity ? null : newest
}

export function inputRows(inputs: Inputs): BuildRecord['inputs'] {
  const { interactions, items, neighbours, popularity, graph, campaigns, ranker, embeddings, tower } = inputs
  const row = (kind: string, path: string, rows: number) => ({ kind, path: basename(path), rows })
  const tables = { interactions, items, neighbours, popularity, graph, campaigns }
  return [
    ...Object.entries(tables).flatMap(([kind, table]) =>
      (table?.files ?? []).map(({ path, rows }) => row(kind, path, rows)),
    ),
    ...(!ranker
      ? []
      : 'graph' in ranker
        ? [row('ranker', ranker.graph.file, ranker.graph.nodes.length)]
        : [row('ranker', ranker.file, ranker.trees.length)]),
    ...(embeddings === null ? [] : [row('embeddings', embeddings.path, embeddings.rows)]),
    ...(!tower ? [] : [row('tower', tower.graph.file, tower.graph.nodes.length)]),
  ]
}

function rankerLines({ ranker }: Inputs, decided: Decided): string[] {
  const path = !ranker ? '' : 'graph' in ranker ? ranker.graph.file : ranker.file
  return (decided.ranker?.remarks ?? []).map((line) => line.replace(path, basename(path)))
}

/** The record names files, not the folders of whoever built it. */
const basename = (path: string) => path.split(/[\\/]/).at(-1)!
