/** The first step, taking what was given: checked, numbered, and trained as far as no log has a say. */
import type { Learn, Lists } from '../learn/learn.js'
import { InputError, type Graph, type Popularity } from '../read/index.js'
import { accountOf, refuse, shortly, type Account } from './account.js'
import { catalogueOf, type Catalogue } from './catalogue.js'
import type { Config } from './config.js'
import type { Inputs } from './inputs.js'
import { checkTrainedLog, checkTrainedRanker, checkTrainedRetriever, checkTrainedTower } from './fit/checks.js'
import { MINUTES } from './fit/config.js'
import { BEFORE_RANKER, minutesOf, type Minutes } from './fit/minutes.js'
import { fitting } from './limits.js'
import { logOf } from './log.js'
import { planTower, type Tower, type TowerPlan } from './models/tower.js'
import type { Progress } from './progress.js'
import { recipeFor } from './recipe.js'
import { leastPeople } from './single.js'
import { attributeSection } from './sections/attributes.js'
import { idsSections } from './sections/ids.js'
import { textIndex, type TextIndex } from './sections/search.js'
import type { Section } from './sections/section.js'
import { withdrawnSections } from './sections/withdrawn.js'
import type { Known } from './sources/assemble.js'
import { graphNeighbours, itemsNamed } from './sources/graph.js'
import { givenLines, listsOf } from './sources/tables.js'
import type { Log } from './training.js'
import { settled } from './understood.js'
import { areDislikesOpen, weightsOf, type Weighing } from './weighing.js'
import type { Workers } from './workers.js'

/** What every later step works with. */
export interface Given extends Known {
  inputs: Inputs
  account: Account
  log: Log | null
  weighing: Weighing
  /** Sections that any bundle of this catalogue has, and those of its attributes. */
  ids: Section[]
  attributes: Section[]
  /** What searches look up; empty where nothing is searched. */
  text: TextIndex
  /** The time of a ranker, which is trained after all other models: theirs is the beginning of it. */
  rankerMinutes: Minutes
}

export async function take(
  given: Inputs,
  said: Config,
  seed: number,
  learn: Learn,
  workers: Workers,
  progress: Progress,
): Promise<Given> {
  const config = { ...said, people: leastPeople(said) }
  checkTrainedRanker(given, config)
  checkTrainedTower(given, config)
  checkTrainedRetriever(config)
  const inputs = { ...given, interactions: given.interactions && settled(given.interactions) }
  const { interactions, embeddings } = inputs
  if (interactions !== null) progress.stage('looking through the log', 0, 1)
  const items = inputs.items && fitting(inputs.items).items
  const { account, errors, weighing } = accountOf(inputs, config)
  refuse(errors)
  const weight = interactions && weightsOf(learn, interactions, weighing)
  const catalogue = catalogueOf({ ...inputs, items }, weight, config)
  const { neighbours = null, popularity = null } = inputs
  if (
    catalogue.ids.length === 0 &&
    [interactions, items, embeddings, neighbours, popularity].every((one) => one === null)
  )
    throw new InputError(
      { file: 'build' },
      'no input',
      '--interactions, --items, --embeddings, --neighbours or --popularity',
    )
  if (typeof config.basket === 'string' && interactions !== null && interactions.basket === null)
    throw new InputError(
      { file: 'config', part: 'key "basket"' },
      'a log read without that column',
      'columns.basket where it was read',
    )
  checkTrainedLog(interactions, config)
  shortly(account).forEach((line) => progress.say(line))
  const minutes = minutesOf(config.train?.minutes ?? MINUTES)
  return numbered({ inputs, config, seed, learn, workers, progress, account, weighing, minutes }, catalogue, weight)
}

/**
 * The same, with items numbered by how popular they are without hidden events of its log. Numbers break ties, and a ranker is told of
 * them: of items that few have met they would tell which has one event more. So would the bundle of the day before, which knows hidden events.
 */
export function unknowing(given: Given, hidden: Uint8Array): Promise<Given> {
  const { inputs, log, learn, weighing, config, progress } = given
  const interactions = inputs.interactions!
  const weight = weightsOf(learn, interactions, weighing)
  const known = weight.slice()
  hidden.forEach((hides, event) => hides === 1 && (known[log!.rows?.[event] ?? event] = 0))
  const items = inputs.items && fitting(inputs.items).items
  const catalogue = catalogueOf(
    { ...inputs, items, previous: inputs.previous ? { ...inputs.previous, ids: null } : null },
    known,
    config,
  )
  const quiet = { stage: (...how: Parameters<Progress['stage']>) => progress.stage(...how), say() {} }
  return numbered({ ...given, progress: quiet, minutes: given.rankerMinutes }, catalogue, weight)
}

type Unnumbered = Pick<
  Given,
  'inputs' | 'config' | 'seed' | 'learn' | 'workers' | 'progress' | 'account' | 'weighing' | 'minutes'
>

/** `minutes`: of all that is trained by steps. */
async function numbered(
  { inputs, config, seed, learn, workers, progress, account, weighing, minutes }: Unnumbered,
  catalogue: Catalogue,
  weight: Float32Array | null,
): Promise<Given> {
  const { interactions, embeddings, neighbours = null, popularity = null } = inputs
  const log = interactions === null ? null : logOf(interactions, weight!, catalogue, config, areDislikesOpen(weighing))
  const recipe = recipeFor(log, config)
  const lists = neighbours && listsOf(neighbours, catalogue, recipe)
  if (lists !== null) givenLines(lists, recipe).forEach((line) => progress.say(line))
  const previous = catalogue.stays ? inputs.previous! : null
  const known = {
    lists,
    previous,
    popularity: popularity && byNumber(popularity, catalogue),
    learn,
    workers,
    catalogue,
    config,
    seed,
    progress,
    embeddings,
    minutes: config.train?.ranker === undefined ? minutes : minutes.until(BEFORE_RANKER.models),
  }
  return {
    ...known,
    rankerMinutes: minutes,
    related: await relatedBy(inputs.graph ?? null, known),
    tower: inputs.tower ? await towerFor(inputs.tower, known, weighing) : null,
    inputs,
    account,
    log,
    weighing,
    ids: [
      ...idsSections(learn, catalogue.ids, previous?.idTexts, catalogue.numberOf),
      ...withdrawnSections(catalogue.ids.length, (item) => catalogue.withdrawn.has(item)),
    ],
    text: textIndex(catalogue, config, inputs.previous?.terms ?? undefined),
    attributes: catalogue.columns.map((column, i) => attributeSection(learn, column, catalogue.itemRow, i)),
  }
}

/** What the table says of each item, 0 where it says nothing. */
export function byNumber(
  { itemIds, weight }: Popularity,
  { ids, numberOf }: Pick<Catalogue, 'ids' | 'numberOf'>,
): Float32Array {
  const popularity = new Float32Array(ids.length)
  itemIds.forEach((id, i) => {
    const item = numberOf.get(id)
    if (item !== undefined) popularity[item] = weight[i]!
  })
  return popularity
}

type Needs = Omit<Known, 'related' | 'tower'>

/** Neighbours by the knowledge graph, which are the same for every training. */
async function relatedBy(graph: Graph | null, known: Needs): Promise<Lists | null> {
  const { learn, workers, catalogue, config, progress } = known
  if (graph === null || config.sources?.graph === false) return null
  progress.stage('training neighbours by the graph', 0, 1)
  progress.say(
    `graph: ${graph.rows} triples of ${graph.relations.length} relations; of its ${graph.nodes.length} nodes ${itemsNamed(graph, catalogue)} are items of the catalogue`,
  )
  return graphNeighbours(learn, workers, graph, catalogue, config)
}

/** Errors: no embeddings for the tower to ask, context fields without features. */
async function towerFor(tower: Tower, known: Needs, { events }: Weighing): Promise<TowerPlan> {
  const { catalogue, config, embeddings, progress, seed } = known
  const { file } = tower.graph
  if (embeddings === null)
    throw new InputError({ file }, 'a tower without a space', '--embeddings that its output is compared with')
  const fields = config.features === false ? [] : Object.keys(config.context ?? {})
  const plan = await planTower(tower, {
    catalogue,
    embeddings,
    config: config.tower ?? {},
    events: [...events.weights.keys()],
    fields,
    ordinal: 0,
    seed,
  })
  plan.remarks.forEach((line) => progress.say(line))
  return plan
}
