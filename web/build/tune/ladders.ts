/**
 * What of a bundle can be longer or shorter stands on ladders: each source, by the length of its lists or the dimensions of its
 * vectors; and what all of a kind share, residual layers and bits of a weight. The lowest rung of a source is none of it, unless
 * the config wants it; what the config fixes has no other rung.
 */
import type { Lists } from '../../learn/learn.js'
import type { Given } from '../given.js'
import { wide, type Recipe } from '../recipe.js'
import { TOP as GRAPH } from '../sources/graph.js'
import type { SourceName } from '../sources/index.js'
import type { Materials, Source } from '../sources/source.js'
import { sourcesWith } from '../sources/tables.js'
import { TOP as TOGETHER } from '../sources/together.js'
import type { Training } from '../training.js'

export const LISTS = [5, 10, 30, 50, 100, 200]
const DIMS = [32, 64, 128, 256]
const DIMS_OF_CONTENT = [16, 32, 64]
const DIMS_OF_COMPANY = [32, 64]
/** Dimensions of given embeddings that share a code: the more the coarser. */
const WIDTHS = [8, 4]
const LAYERS = [[], [2], [4], [4, 4]]
const BITS: Recipe['weightBits'][] = [4, 8]

export interface Rung {
  /** What is kept, in words; empty: it goes without saying. */
  what: string
  on(recipe: Recipe): Recipe
}

export interface Ladder {
  /** How much of a source there is, or what layers or weights have. */
  part: 'source' | 'layers' | 'bits'
  /** undefined: it is about all sources of its kind. */
  source?: string
  /** Its lowest rung is none of the source. */
  optional: boolean
  kind: 'lists' | 'vectors' | 'same to everybody'
  rungs: readonly Rung[]
  /** The rung of a build that need not save. */
  usual: number
}

/** A rung of each ladder. */
export type Places = readonly number[]

/** All sources that these inputs and the config allow. */
export function possibleSources(given: Given, training: Training | null, recipe: Recipe): Source[] {
  const from: Materials = {
    ...given,
    training,
    recipe,
    factors: () => Promise.reject(new Error('asked for too early')),
  }
  return sourcesWith(given.lists).filter((source) => {
    const wanted = given.config.sources?.[source.name as SourceName]
    return wanted !== false && (source.onRequest !== true || wanted === true) && source.possible(from)
  })
}

type Rungs = Pick<Ladder, 'rungs' | 'usual'>

/** The values that are open, with the usual one among them; where the config says which, that alone. */
function rungsOf<T>(said: unknown, open: readonly T[], usual: T, rung: (value: T) => Rung): Rungs {
  const isUsual = (value: T) => JSON.stringify(value) === JSON.stringify(usual)
  const values = said !== undefined ? [usual] : open.some(isUsual) ? [...open] : [...open, usual]
  if (typeof usual === 'number') values.sort((a, b) => Number(a) - Number(b))
  return { rungs: values.map(rung), usual: values.findIndex(isUsual) }
}

/** `usual`: the recipe of a build that need not save; `als`: how its factors are trained before their dimensions are chosen. */
export function laddersOf(given: Given, sources: readonly Source[], usual: Recipe, als: Recipe['als']): Ladder[] {
  const { config } = given
  const ofSources = sources.map(({ name, kind, role }): Ladder => {
    const optional = config.sources?.[name as SourceName] !== true && !isNamed(name, config.features)
    const none: Rung[] = optional ? [{ what: '', on: (recipe) => without(recipe, name) }] : []
    const own = ofSource(name, given, usual, als)
    const ofKind = role === 'everybody' ? 'same to everybody' : kind === 'vectors' ? 'vectors' : 'lists'
    return {
      part: 'source',
      source: name,
      optional,
      kind: ofKind,
      rungs: [...none, ...own.rungs],
      usual: none.length + own.usual,
    }
  })
  const shared = (part: Ladder['part'], kind: Ladder['kind'], own: Rungs): Ladder => ({
    part,
    optional: false,
    kind,
    ...own,
  })
  const layers = (of: string, mine: number[], on: (layers: number[]) => Partial<Recipe>) =>
    rungsOf(config.layers, LAYERS, mine, (layers) => ({
      what: layers.length === 0 ? '' : `${of} of ${layers.join(' and ')} bits`,
      on: (recipe) => ({ ...recipe, ...on(layers) }),
    }))
  const bits = rungsOf(config.weightBits, BITS, usual.weightBits, (weightBits) => ({
    what: weightBits === BITS[0] ? '' : `weights of ${weightBits} bits`,
    on: (recipe) => ({ ...recipe, weightBits }),
  }))
  const learned = layers('layers', usual.factorLayers, (factorLayers) => ({ factorLayers }))
  const embedded = layers('layers of the embeddings', usual.layers, (layers) => ({ layers }))
  const towers = layers('layers of the tower', usual.towerLayers, (towerLayers) => ({ towerLayers }))
  const has = (kind: Ladder['kind']) =>
    ofSources.some((one) => one.kind === kind && one.source !== 'embeddings' && one.source !== 'tower')
  return [
    ...ofSources,
    ...(has('lists') ? [shared('bits', 'lists', bits)] : []),
    ...(has('vectors') ? [shared('layers', 'vectors', learned)] : []),
    ...(given.embeddings === null ? [] : [{ ...shared('layers', 'vectors', embedded), source: 'embeddings' }]),
    ...(usual.tower === null ? [] : [{ ...shared('layers', 'vectors', towers), source: 'tower' }]),
  ]
}

/** A ranker that is told of a source wants it there. */
const isNamed = (name: string, features: Given['config']['features']) =>
  [features ?? []].flat().some((one) => one !== false && (one.includes(`source.${name}.`) || one.includes(`similarity.${name}.`))) // prettier-ignore

/** `usual`, with each ladder's rung on it. */
export const recipeAt = (usual: Recipe, ladders: readonly Ladder[], places: Places): Recipe =>
  ladders.reduce((recipe, { rungs }, l) => rungs[places[l]!]!.on(recipe), usual)

/** What is kept there, in words. */
export const whatAt = (ladders: readonly Ladder[], places: Places): string =>
  ladders.flatMap(({ rungs }, l) => rungs[places[l]!]!.what || []).join(', ') || 'no lists or vectors'

const without = (recipe: Recipe, name: string): Recipe => ({ ...recipe, without: [...recipe.without, name] })

/** How much there can be of a source. */
function ofSource(name: string, given: Given, usual: Recipe, als: Recipe['als']): Rungs {
  const { config, lists, embeddings } = given
  const table = lists?.get(name)
  if (table !== undefined) return ends(name, name === 'next' ? config.transitions : config.neighbours, longest(table))
  switch (name) {
    case 'als':
      return rungsOf(config.dimension, DIMS, usual.als.dims, (dims) => ({
        what: `factors of ${dims} dimensions`,
        on: (recipe) => ({ ...recipe, als: dims === als.dims ? als : wide(als, dims) }),
      }))
    case 'content':
      return rungsOf(config.dimension, DIMS_OF_CONTENT, usual.content.dims, (dims) => ({
        what: `content of ${dims} dimensions`,
        on: (recipe) => ({ ...recipe, content: { ...recipe.content, dims } }),
      }))
    case 'item2vec':
      return rungsOf(config.dimension, DIMS_OF_COMPANY, usual.item2vec!.dims, (dims) => ({
        what: `item2vec of ${dims} dimensions`,
        on: (recipe) => ({ ...recipe, item2vec: { ...usual.item2vec!, dims } }),
      }))
    case 'embeddings':
      return inCodes(config.subspaces, embeddings!.dim)
    case 'i2i':
      return rungsOf(config.neighbours, LISTS, usual.neighbours.top, (top) => ({
        what: `${top} neighbours`,
        on: (recipe) => ({ ...recipe, neighbours: { ...recipe.neighbours, top } }),
      }))
    case 'ease':
      return rungsOf(config.neighbours, LISTS, usual.ease!.top, (top) => ({
        what: `${top} of ease`,
        on: (recipe) => ({ ...recipe, ease: { ...usual.ease!, top } }),
      }))
    case 'next':
      return rungsOf(config.transitions, LISTS, usual.transitions.top, (top) => ({
        what: `${top} next items`,
        on: (recipe) => ({ ...recipe, transitions: { ...recipe.transitions, top } }),
      }))
    case 'graph':
      return ends(name, undefined, GRAPH)
    case 'together':
      return ends(name, undefined, TOGETHER)
    default:
      return { rungs: [{ what: name === 'popular' ? '' : name, on: (recipe) => recipe }], usual: 0 }
  }
}

/** Of lists that are there the ends are left out. */
function ends(name: string, said: number | undefined, all: number): Rungs {
  const shorter = LISTS.filter((length) => length < all)
  return rungsOf(said, shorter, all, (length) => ({
    what: `${length} of ${name}`,
    on: (recipe) => (length === all ? recipe : { ...recipe, lengths: { ...recipe.lengths, [name]: length } }),
  }))
}

const longest = ({ keys, start }: Lists) => {
  let most = 0
  for (let key = 0; key < keys; key++) most = Math.max(most, start[key + 1]! - start[key]!)
  return most
}

/** Given embeddings, as they are or in fewer codes. */
function inCodes(said: number | undefined, dim: number): Rungs {
  const codes = (width: number) => Math.max(4, Math.ceil(dim / width / 4) * 4) // the core rounds them up to fours
  const usual = codes(dim <= 8 ? 1 : dim <= 128 ? 2 : 4)
  const fewer = [...new Set(WIDTHS.map(codes))].filter((count) => count < usual)
  return rungsOf(said, fewer, usual, (subspaces) => ({
    what: subspaces === usual ? 'embeddings' : `embeddings in ${subspaces} codes`,
    on: (recipe) => (subspaces === usual ? recipe : { ...recipe, subspaces }),
  }))
}
