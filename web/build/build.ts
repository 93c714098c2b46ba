/**
 * Building a bundle: read inputs → catalogue → hold out and choose → train on everything → sections → one file.
 *
 * What the builder chose, and the figures that made it choose so, go into the build record and to `say`.
 * The same inputs, config and seed give the same bytes, whatever the number of threads.
 */
import { Learn, type Lists } from '../learn/learn.js'
import { campaignSources } from './sources/campaigns.js'
import { catalogueOf, popularityColumn, type Catalogue } from './catalogue.js'
import type { Config, SourceName } from './config.js'
import { featuresSection, planFeatures } from './sections/features.js'
import { graphNeighbours, itemsNamed } from './sources/graph.js'
import { holdOut, type Holdout } from './tune/holdout.js'
import { checkEvents, checkItems, checkRatings } from './limits.js'
import { chooseFactors, chooseNeighbours } from './tune/choose.js'
import { logOf, remarks, worthsOf } from './log.js'
import { Training, Workers, type Factors, type Log } from './models.js'
import { applyPolicy, type Policy } from './policy.js'
import { recipeFor, type Recipe } from './tune/recipe.js'
import { checkPermitted, compilePolicy } from './sections/rules.js'
import {
  attributeSection,
  bundle,
  idsSections,
  policySection,
  recordSection,
  SOURCE,
  type PolicyPlan,
  type Section,
  type SourcePlan,
  KIND,
} from './sections/sections.js'
import { neuralSections } from './models/neural.js'
import { rankerSections } from './models/ranker.js'
import { searchSections } from './sections/search.js'
import { settleGolden } from './models/golden.js'
import { planTower, type Tower, type TowerPlan } from './models/tower.js'
import { personalSources, postingsOf, spacesOf, staticSources, type Built } from './sources/sources.js'
import { policyAround, shared, tune, type Choice, type Weights } from './tune/tune.js'
import type { Forest } from '../import/trees/trees.js'
import {
  InputError,
  type Campaigns,
  type Embeddings,
  type Graph,
  type Interactions,
  type Items,
} from '../read/index.js'
import { VERSION } from '../recommender/version.js'

/** What a bundle is built from; at least a log, a catalogue or embeddings. */
export interface Inputs {
  interactions: Interactions | null
  items: Items | null
  embeddings: Embeddings | null
  /** Lists that people make, each a source of its own. */
  campaigns?: Campaigns | null
  /** What is known of items and of what they are linked with. */
  graph?: Graph | null
  /** A model that makes the query of the embeddings from a history: readTower. */
  tower?: Tower | null
  /** A model that orders the best candidates: readRanker. */
  ranker?: Forest | Tower | null
}

/** Told of what a build does. */
export interface Progress {
  /** One line about what was found or chosen. */
  say(line: string): void
  /** A stage begins, or goes on: done of total. */
  stage(name: string, done: number, total: number): void
}

/** A bundle, and how it came to be. */
export interface BuiltBundle {
  bytes: Uint8Array
  record: BuildRecord
}

/** What was built from what, what was chosen and why; it is in the bundle, and `martello inspect` shows it. */
export interface BuildRecord {
  martello: string
  seed: number
  items: number
  inputs: { kind: string; path: string; rows: number }[]
  config: Config
  /** What people decided over what was learned. */
  policy: Policy
  recipe: Recipe
  /** Time of the newest event that the bundle has learned from; null where the log has no times. */
  newest: number | null
  /** Names of what a ranker is told, in the order of the columns of `martello features`. */
  features: string[]
  sources: { name: SourceName; weight: Weights; decay: number; alone?: { recall: number; ndcg: number } }[]
  /** Figures of the held-out events: what the choice was made by. null where there was nothing to hold out. */
  quality: { recall: number; ndcg: number; people: number; k: number } | null
  tried: Choice['tried']
}

const FLAT: Weights = [0, 1, 1, 1]
/**
 * Weights where no log can say better: chosen on vega-datasets' films, asked with MovieLens histories. Popularity as a
 * companion of content beats either alone; one attribute beside a content space says little that the space does not.
 */
const WITHOUT_LOG: Partial<Record<SourceName, Weights>> = {
  popular: [0, 0.3, 0.3, 0.3],
  attributes: [0, 0.1, 0.1, 0.1],
}

/** Weights where a log is too small to hold anything out, or must not be tuned: what is good for everybody whispers. */
const UNTUNED: Partial<Record<SourceName, Weights>> = {
  next: [0, 0.5, 0.5, 0.5],
  content: [0, 0.5, 0.5, 0.5],
  graph: [0, 0.5, 0.5, 0.5],
  attributes: [0, 0.1, 0.1, 0.1],
  popular: [1, 0.05, 0.05, 0.05],
  trending: [0, 0, 0, 0],
  new: [0, 0, 0, 0],
}

/**
 * Builds a bundle. The same inputs, config and seed give the same bytes. Throws InputError or MartelloError where an input,
 * the config or the policy is wrong.
 */
export async function build(
  inputs: Inputs,
  config: Config,
  seed: number,
  progress: Progress,
  policy: Policy = {},
): Promise<BuiltBundle> {
  const learn = await Learn.start()
  const workers = new Workers(config.threads)
  try {
    if (inputs.items !== null) checkItems(inputs.items)
    checkEvents(Object.fromEntries(worthsOf(config)))
    checkRatings(config.ratings)
    const catalogue = catalogueOf(inputs.interactions, inputs.items, inputs.embeddings, config.popularity)
    if (
      catalogue.ids.length === 0 &&
      inputs.interactions === null &&
      inputs.items === null &&
      inputs.embeddings === null
    )
      throw new InputError({ file: 'build' }, 'no input', '--interactions, --items or --embeddings')
    const log = inputs.interactions === null ? null : logOf(inputs.interactions, catalogue, config)
    if (inputs.interactions !== null) remarks(inputs.interactions, config).forEach((line) => progress.say(line))
    if (config.metric !== undefined && inputs.embeddings === null)
      progress.say('config key "metric" has no effect: there are no --embeddings')
    const fixed = fixedSections(learn, catalogue)
    const related = await relatedBy(inputs.graph ?? null, learn, workers, catalogue, config, progress)
    const tower = inputs.tower ? await towerFor(inputs.tower, inputs.embeddings, catalogue, config, seed) : null
    tower?.remarks.forEach((line) => progress.say(line))
    if (tower === null && config.tower !== undefined)
      progress.say('config key "tower" has no effect: there is no --user-tower')
    const context = { learn, workers, catalogue, config, embeddings: inputs.embeddings, related, tower, seed, progress }
    let recipe = recipeFor(log, config)
    const tried: Choice['tried'] = []
    let choice: Choice | null = null
    let holdout: Holdout | null = null
    let tuned: string[] = []
    if (log !== null && config.tune !== false) holdout = holdOut(log, seed)
    if (holdout !== null) {
      progress.say(`choosing by ${holdout.held.length} held-out events of ${holdout.count} people`)
      const training = Training.of(learn, workers, holdout.train)
      const factors =
        config.sources?.als === false
          ? null
          : await chooseFactors(context, fixed.slice(0, 2), training, recipe, holdout)
      if (factors !== null) recipe = factors.recipe
      const neighbours =
        config.sources?.i2i === false
          ? null
          : await chooseNeighbours(context, fixed.slice(0, 2), training, recipe, holdout)
      if (neighbours !== null) recipe = neighbours.recipe
      tried.push(...(factors?.tried ?? []), ...(neighbours?.tried ?? []))
      const trial = await assemble(
        context,
        training,
        recipe,
        () => ({ weight: [1, 1, 1, 1], decay: 1 }),
        factors?.factors,
      )
      const policy = policyOf(trial.sources, config)
      const sections = [...fixed, ...trial.sections, policySection(learn, policy)]
      const told = tower === null ? null : planFeatures(config, catalogue, policy.sources) // its context fields
      if (told !== null) sections.push(featuresSection(learn, told))
      const bytes = shared(bundle(learn, catalogue.ids.length, sections))
      tuned = trial.sources.map((source) => source.name)
      choice = await tune(
        learn,
        workers,
        'trial',
        bytes,
        tuned,
        trial.sources.map((source) => source.faded),
        holdout,
        log!.time !== null,
        progress.say,
      )
      progress.say(`together: recall ${choice.fused.recall.toFixed(4)}, ndcg ${choice.fused.ndcg.toFixed(4)}`)
    }
    const chosen = (name: SourceName): { weight: Weights; decay: number } => {
      const s = tuned.indexOf(name)
      if (choice === null || s < 0) return { weight: UNTUNED[name] ?? FLAT, decay: 1 }
      return { weight: choice.weights[s]!, decay: choice.decays[s]! }
    }
    const training = log === null ? null : Training.of(learn, workers, log)
    const final = await assemble(context, training, recipe, (name) =>
      settle(name, chosen(name), catalogue, log, config),
    )
    if (inputs.campaigns != null) campaignSources(learn, catalogue, inputs.campaigns, final, progress.say)
    const decided = applyPolicy(policyOf(final.sources, config), policy)
    const features = planFeatures(config, catalogue, decided.sources)
    const featureNames = features?.features.map((feature) => feature.name) ?? []
    const ranking = inputs.ranker
      ? 'graph' in inputs.ranker
        ? await neuralSections(learn, inputs.ranker, {
            catalogue,
            embeddings: inputs.embeddings,
            config: config.ranker ?? {},
            seed,
            events: [...worthsOf(config).keys()],
            fields: features === null ? [] : Object.keys(config.context ?? {}),
            features: featureNames,
            ordinal: tower === null ? 0 : 1,
          })
        : rankerSections(learn, inputs.ranker, featureNames, config.ranker)
      : null
    ranking?.remarks.forEach((line) => progress.say(line))
    if (ranking === null && config.ranker !== undefined)
      progress.say('config key "ranker" has no effect: there is no --ranker')
    const { threads: _, ...recorded } = config // the bundle does not depend on it
    const record: BuildRecord = {
      martello: VERSION,
      seed,
      items: catalogue.ids.length,
      inputs: inputRows(inputs),
      config: recorded,
      policy,
      recipe,
      newest: newestOf(inputs.interactions),
      features: featureNames,
      sources: final.sources.map((source) => {
        const s = tuned.indexOf(source.name)
        return {
          name: source.name as SourceName,
          weight: source.weight,
          decay: source.decay,
          ...(choice !== null && s >= 0 ? { alone: choice.alone[s]! } : {}),
        }
      }),
      quality: choice === null ? null : { ...choice.fused, people: holdout!.count, k: 20 },
      tried: [...tried, ...(choice?.tried ?? [])],
    }
    for (const source of record.sources)
      progress.say(
        `source ${source.name}: weight ${source.weight.map((w) => +w.toFixed(2)).join('/')}, decay ${source.decay}`,
      )
    const sections = [
      ...fixed,
      ...final.sections,
      ...searchSections(learn, catalogue, config, postingsOf(final.sections)),
      policySection(learn, decided),
      recordSection(record),
    ]
    if (features !== null) sections.push(featuresSection(learn, features))
    sections.push(...(ranking?.sections ?? []))
    const settled = !sections.some((each) => each.kind === KIND.golden)
      ? sections
      : settleGolden(learn, catalogue.ids.length, sections, progress)
    return { bytes: await withRules(learn, catalogue.ids.length, settled, policy, decided.shelf), record }
  } finally {
    await workers.close()
  }
}

/** The bundle, with the policy's rules, which are compiled against the bundle without them. */
async function withRules(
  learn: Learn,
  items: number,
  sections: readonly Section[],
  policy: Policy,
  shelf: number,
): Promise<Uint8Array> {
  const bytes = bundle(learn, items, sections)
  if (policy.rules === undefined) return bytes
  const ruled = bundle(learn, items, [...sections, await compilePolicy(bytes, policy.rules, shelf)], policy.rules)
  await checkPermitted(ruled, policy.rules)
  return ruled
}

export interface Context {
  learn: Learn
  workers: Workers
  catalogue: Catalogue
  config: Config
  embeddings: Embeddings | null
  /** Neighbours by the knowledge graph. */
  related: Lists | null
  tower: TowerPlan | null
  seed: number
  progress: Progress
}

export type Weigh = (name: SourceName) => { weight: Weights; decay: number }

/** All sources that the inputs allow and `weigh` does not silence, with their sections. `factors`: if they are trained already. */
async function assemble(
  context: Context,
  training: Training | null,
  recipe: Recipe,
  weigh: Weigh,
  factors?: Factors,
): Promise<Built> {
  const built: Built = { sections: [], sources: [] }
  await spacesOf(context, training, recipe, weigh, built, factors)
  await personalSources(context, training, recipe, weigh, built)
  staticSources(context, training, weigh, built)
  return built
}

async function relatedBy(
  graph: Graph | null,
  learn: Learn,
  workers: Workers,
  catalogue: Catalogue,
  config: Config,
  progress: Progress,
): Promise<Lists | null> {
  if (graph === null && config.graph !== undefined)
    progress.say('config key "graph" has no effect: there is no --graph')
  if (graph === null || config.sources?.graph === false) return null
  progress.stage('training neighbours by the graph', 0, 1)
  progress.say(
    `graph: ${graph.rows} triples of ${graph.relations.length} relations; of its ${graph.nodes.length} nodes ${itemsNamed(graph, catalogue)} are items of the catalogue`,
  )
  return graphNeighbours(learn, workers, graph, catalogue, config)
}

/** Errors: no embeddings for the tower to ask, context fields without features. */
async function towerFor(
  tower: Tower,
  embeddings: Embeddings | null,
  catalogue: Catalogue,
  config: Config,
  seed: number,
): Promise<TowerPlan> {
  const { file } = tower.graph
  if (embeddings === null)
    throw new InputError({ file }, 'a tower without a space', '--embeddings that its output is compared with')
  const fields = config.features === false ? [] : Object.keys(config.context ?? {})
  const events = [...worthsOf(config).keys()]
  return planTower(tower, { catalogue, embeddings, config: config.tower ?? {}, events, fields, ordinal: 0, seed })
}

/** The last word on a source: what the config says, and that new items stay within reach. */
function settle(
  name: SourceName,
  chosen: { weight: Weights; decay: number },
  catalogue: Catalogue,
  log: Log | null,
  config: Config,
): { weight: Weights; decay: number } {
  const forced = config.sources?.[name]
  const silent = chosen.weight.every((weight) => weight === 0)
  if (log === null) return { ...chosen, weight: config.sources?.content === false ? FLAT : (WITHOUT_LOG[name] ?? FLAT) }
  if (forced === true && silent) return { ...chosen, weight: FLAT }
  if (
    (name === 'content' || name === 'embeddings' || name === 'graph') &&
    silent &&
    catalogue.ids.length > new Set(log.item).size
  )
    return { ...chosen, weight: [0, 0.05, 0.05, 0.05] }
  return chosen
}

function fixedSections(learn: Learn, catalogue: Catalogue): Section[] {
  return [
    ...idsSections(learn, catalogue.ids),
    ...catalogue.columns.map((column, i) => attributeSection(learn, column, catalogue.itemRow, i)),
  ]
}

function policyOf(sources: readonly SourcePlan[], config: Config): PolicyPlan {
  return {
    ...policyAround([...sources]),
    events: Array.from(worthsOf(config), ([name, worth]) => ({ name, worth })),
    ratingZero: config.ratings?.zero ?? 0,
    ratingOne: config.ratings?.one ?? 0,
    shelf: config.shelf ?? 20,
  }
}

function newestOf(log: Interactions | null): number | null {
  const newest = log?.time?.reduce((so, time) => (time > so ? time : so), -Infinity) ?? -Infinity // NaN is not greater
  return newest === -Infinity ? null : newest
}

function inputRows(inputs: Inputs): BuildRecord['inputs'] {
  const rows: BuildRecord['inputs'] = []
  for (const file of inputs.interactions?.files ?? [])
    rows.push({ kind: 'interactions', path: basename(file.path), rows: file.rows })
  for (const file of inputs.items?.files ?? []) rows.push({ kind: 'items', path: basename(file.path), rows: file.rows })
  for (const file of inputs.graph?.files ?? []) rows.push({ kind: 'graph', path: basename(file.path), rows: file.rows })
  for (const file of inputs.campaigns?.files ?? [])
    rows.push({ kind: 'campaigns', path: basename(file.path), rows: file.rows })
  if (inputs.ranker)
    rows.push({
      kind: 'ranker',
      path: basename('graph' in inputs.ranker ? inputs.ranker.graph.file : inputs.ranker.file),
      rows: 'graph' in inputs.ranker ? inputs.ranker.graph.nodes.length : inputs.ranker.trees.length,
    })
  if (inputs.embeddings !== null)
    rows.push({ kind: 'embeddings', path: basename(inputs.embeddings.path), rows: inputs.embeddings.rows })
  if (inputs.tower)
    rows.push({ kind: 'tower', path: basename(inputs.tower.graph.file), rows: inputs.tower.graph.nodes.length })
  return rows
}

/** The record names files, not the folders of whoever built it. */
const basename = (path: string) => path.split(/[\\/]/).at(-1)!

export { popularityColumn, SOURCE }
