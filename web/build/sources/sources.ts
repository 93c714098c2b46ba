/** From trained models to sources: each with its sections, and a place in the policy. */
import { popularityColumn } from '../catalogue.js'
import type { Context, Weigh } from '../build.js'
import type { SourceName } from '../config.js'
import type { Lists } from '../../learn/learn.js'
import { clustersOf } from './clusters.js'
import { popularNeighbours } from './graph.js'
import { gramOf, type Factors, type Training } from '../models.js'
import type { Recipe } from '../tune/recipe.js'
import {
  bestList,
  categoryValues,
  KEY,
  KIND,
  popularitySection,
  postingsSection,
  ROLE,
  SOURCE,
  spaceSections,
  towerSection,
  valuePlaces,
  type Metric,
  type Section,
  type SourcePlan,
  type TowerPlan,
} from '../sections/sections.js'
import { termsOf } from './terms.js'

export interface Built {
  sections: Section[]
  /** `faded`: the source walks the history, so age matters to it. */
  sources: (SourcePlan & { faded: boolean })[]
  /** The factors of this training, where something asked for them. */
  factors?: Factors
}

/** What each source says of an item. */
const ROLES: Record<SourceName, number> = {
  i2i: ROLE.alike,
  next: ROLE.next,
  als: ROLE.alike,
  content: ROLE.alike,
  attributes: ROLE.alike,
  graph: ROLE.alike,
  usercf: ROLE.alike,
  embeddings: ROLE.alike,
  popular: ROLE.everybody,
  trending: ROLE.everybody,
  new: ROLE.everybody,
}
const QUOTA = 300
/** src/bundle/policy.h */
export const FULL = 16
const STATIC_LIST = 500
const ATTRIBUTE_LIST = 100
/** Half-life of a trend, as a share of the log's span. */
const TREND_SHARE = 1 / 20
const NO_ROW = 0xffffffff

function addSource(
  built: Built,
  context: Context,
  name: SourceName,
  kind: number,
  ordinal: number,
  weigh: Weigh,
  faded = true,
): boolean {
  if (context.config.sources?.[name] === false) return false
  const { weight, decay } = weigh(name)
  // What was given stays, silent if need be: `nearest` and `vector` are asked of it.
  if (faded && name !== 'embeddings' && weight.every((w) => w === 0)) return false
  built.sources.push({
    name,
    kind,
    role: ROLES[name],
    ordinal,
    quota: QUOTA,
    last: 0,
    decay,
    halfLife: 0,
    weight,
    faded,
  })
  return true
}

const count = (built: Built, kind: number) => built.sources.filter((source) => source.kind === kind).length
export const postingsOf = (sections: readonly Section[]) => sections.filter((s) => s.kind === KIND.postings).length

/** Codes vectors into a space's sections, with its tower. */
function codeSpace(
  context: Context,
  name: SourceName,
  ordinal: number,
  metric: Metric,
  layers: readonly number[],
  rows: Float32Array,
  dim: number,
  rowOf: Uint32Array,
  tower: TowerPlan,
): Section[] {
  const { learn, config, seed, progress } = context
  progress.stage(`coding ${name} vectors`, 0, 1)
  const coded = spaceSections(
    learn,
    { name, ordinal, metric, layers, subspaces: config.subspaces ?? 0, seed },
    rows,
    dim,
    rowOf,
  )
  return [...coded.sections, towerSection(learn, name, ordinal, coded.padded, tower)]
}

/** The space of trained factors. An item that nobody met has no vector there. */
export function factorSpace(
  context: Context,
  training: Training,
  recipe: Recipe,
  factors: Factors,
  ordinal: number,
): Section[] {
  const { als } = recipe
  const rowOf = Uint32Array.from(training.itemUsers, (met, item) => (met > 0 ? item : NO_ROW))
  const tower: TowerPlan = {
    kind: 'als',
    unobserved: als.unobserved,
    reg: als.reg,
    nu: als.nu,
    items: training.log.items,
    gram: gramOf(context.learn, als.dims, factors.items),
  }
  return codeSpace(context, 'als', ordinal, 'ip', recipe.factorLayers, factors.items, factors.stride, rowOf, tower)
}

/** Vector spaces: given embeddings first, so that `nearest` means them; then factors, then content. */
export async function spacesOf(
  context: Context,
  training: Training | null,
  recipe: Recipe,
  weigh: Weigh,
  built: Built,
  trained?: Factors,
): Promise<void> {
  const { learn, catalogue, embeddings, config, progress } = context
  const add = (name: SourceName, sections: (ordinal: number) => Section[]) => {
    const ordinal = count(built, SOURCE.vectors)
    if (addSource(built, context, name, SOURCE.vectors, ordinal, weigh)) built.sections.push(...sections(ordinal))
  }
  const wanted = (name: SourceName) => config.sources?.[name] !== false && weigh(name).weight.some((w) => w > 0)
  if (embeddings !== null)
    add('embeddings', (ordinal) =>
      codeSpace(
        context,
        'embeddings',
        ordinal,
        config.metric ?? 'ip',
        recipe.layers,
        embeddings.vectors,
        embeddings.dim,
        catalogue.vectorRow,
        context.tower === null
          ? { kind: 'pooled' }
          : { kind: 'program', program: context.tower.program, output: context.tower.output },
      ),
    )
  if (embeddings !== null && context.tower !== null && config.sources?.embeddings !== false)
    built.sections.push(...context.tower.sections)
  if (training !== null && wanted('als')) {
    const { als } = recipe
    const factors =
      trained ??
      (await training.als(als, als.iterations, context.seed, (done) =>
        progress.stage('training factors', done, als.iterations),
      ))
    built.factors = factors
    add('als', (ordinal) => factorSpace(context, training, recipe, factors, ordinal))
  }
  if (catalogue.columns.length > 0 && wanted('content')) {
    progress.stage('training content vectors', 0, 1)
    const { lists, width } = termsOf(catalogue)
    const terms = learn.putLists(lists, width)
    const vectors = learn.take(4 * recipe.content.dims * catalogue.ids.length)
    learn.call('mt_train_content', recipe.content.dims, recipe.content.steps, context.seed, 2, terms, vectors)
    const rows = learn.f32(vectors, recipe.content.dims * catalogue.ids.length).slice()
    learn.run('mt_drop_lists', terms)
    learn.drop(vectors)
    add('content', (ordinal) =>
      codeSpace(
        context,
        'content',
        ordinal,
        'cosine',
        recipe.factorLayers,
        rows,
        recipe.content.dims,
        Uint32Array.from(catalogue.ids.keys()),
        { kind: 'pooled' },
      ),
    )
  }
}

/** Postings that the history is walked through. */
export async function personalSources(
  context: Context,
  training: Training | null,
  recipe: Recipe,
  weigh: Weigh,
  built: Built,
): Promise<void> {
  const { learn, catalogue, progress } = context
  const items = catalogue.ids.length
  const postings = (name: SourceName, lists: () => Lists, key: number, attribute = 0) => {
    const ordinal = postingsOf(built.sections)
    if (!addSource(built, context, name, SOURCE.postings, ordinal, weigh)) return
    built.sections.push(postingsSection(learn, name, lists(), items, key, attribute, recipe.weightBits, ordinal))
  }
  if (training !== null) {
    progress.stage('training neighbours', 0, 1)
    const neighbours = await training.neighbours(recipe.neighbours)
    postings('i2i', () => neighbours, KEY.item)
    if (training.log.time !== null) {
      progress.stage('training next items', 0, 1)
      postings('next', () => training.transitions(recipe.transitions), KEY.item)
    }
  }
  if (training !== null && context.config.sources?.usercf === true) {
    progress.stage('training clusters of people', 0, 1)
    const { als } = recipe
    const factors = built.factors ?? (await training.als(als, als.iterations, context.seed))
    const ordinal = postingsOf(built.sections)
    if (addSource(built, context, 'usercf', SOURCE.clusters, ordinal, weigh)) {
      const { count, members, met } = clustersOf(training.log, factors, context.seed)
      built.sections.push(
        postingsSection(learn, 'usercf-members', members, count, KEY.item, 0, recipe.weightBits, ordinal),
        postingsSection(learn, 'usercf', met, items, KEY.cluster, 0, recipe.weightBits, ordinal + 1),
      )
    }
  }
  if (context.related !== null)
    postings('graph', () => popularNeighbours(context.related!, training?.itemUsers ?? null), KEY.item)
  const attribute = catalogue.columns.findIndex((column) => column.kind === 'multi' || column.kind === 'category')
  if (attribute >= 0) postings('attributes', () => valueLists(context, training, attribute), KEY.value, attribute)
}

/** Under each value of an attribute its items, the popular ones heavier; rare values say more than common ones. */
function valueLists(context: Context, training: Training | null, attribute: number): Lists {
  const { catalogue } = context
  const column = catalogue.columns[attribute]!
  if (column.kind !== 'multi' && column.kind !== 'category') throw new Error('an attribute source needs a category')
  const popularity = training?.itemUsers ?? Float32Array.from(catalogue.ids, (_, item) => catalogue.ids.length - item)
  const place = valuePlaces(column)
  const members: number[][] = column.names.map(() => [])
  for (let item = 0; item < catalogue.ids.length; item++)
    for (const value of categoryValues(column, catalogue.itemRow[item]!)) members[place[value]!]!.push(item)
  const start = new Uint32Array(members.length + 1)
  const items: number[] = []
  const weights: number[] = []
  members.forEach((list, value) => {
    const rarity = Math.log(1 + catalogue.ids.length / (1 + list.length))
    const best = list.sort((a, b) => popularity[b]! - popularity[a]! || a - b).slice(0, ATTRIBUTE_LIST)
    for (const item of best) {
      items.push(item)
      weights.push(rarity * Math.log(2 + popularity[item]!))
    }
    start[value + 1] = items.length
  })
  return { keys: members.length, start, items: Uint32Array.from(items), weights: Float32Array.from(weights) }
}

/** What is good for everybody: what a new person is shown. Popularity is known of every item, so it weighs candidates too. */
export function staticSources(context: Context, training: Training | null, weigh: Weigh, built: Built): void {
  const { learn, catalogue, config } = context
  const items = catalogue.ids.length
  /** The first of these meets new people; the others wait to be asked for by weight. */
  const cold: Weigh = (source) => {
    const { weight, decay } = weigh(source)
    return { weight: [source === 'popular' ? 1 : 0, ...weight.slice(1)] as SourcePlan['weight'], decay }
  }
  const popularity = training?.itemUsers ?? popularityOf(catalogue, config.popularity)
  if (popularity !== null && addSource(built, context, 'popular', SOURCE.popularity, 0, cold, false))
    built.sections.push(popularitySection(learn, popularity))
  if (training === null || training.log.time === null) return
  for (const [name, value] of [
    ['trending', training.trending(TREND_SHARE)],
    ['new', newness(training.firstSeen())],
  ] as const) {
    const ordinal = postingsOf(built.sections)
    if (!addSource(built, context, name, SOURCE.postings, ordinal, cold, false)) continue
    built.sections.push(postingsSection(learn, name, bestList(value, STATIC_LIST), items, KEY.one, 0, 32, ordinal))
  }
}

function popularityOf(catalogue: Context['catalogue'], name: string | undefined): Float32Array | null {
  if (name === undefined) return null
  const column = popularityColumn({ rows: 0, itemIds: [], columns: catalogue.columns, files: [] }, name)
  return Float32Array.from(catalogue.itemRow, (row) => (row < 0 || !(column[row]! > 0) ? 0 : column[row]!))
}

/** By first event, the newest first; scores fall from 2 to 1. */
function newness(firstSeen: Float64Array): Float64Array {
  const met = Array.from(firstSeen.keys())
    .filter((item) => firstSeen[item]! > -Infinity)
    .sort((a, b) => firstSeen[b]! - firstSeen[a]! || a - b)
  const value = new Float64Array(firstSeen.length)
  met.forEach((item, place) => {
    value[item] = 2 - place / met.length
  })
  return value
}
