/**
 * The ranker of a bundle: an imported model whose inputs are features that the bundle declares.
 *
 * A model's features are matched by name; punctuation does not count, since LightGBM and XGBoost allow little of it in
 * names ("product(a,b)" may be "product_a_b_" there). A model without names takes the features in their order.
 */
import { readFile } from 'node:fs/promises'
import { readForest } from '../../import/trees/tree-model.js'
import { LINK } from '../../generated/numbers.js'
import { treesBytes, type Forest } from '../../import/trees/trees.js'
import { fileError, InputError, quote, quoteList } from '../../read/errors.js'
import type { RankerConfig } from '../config.js'
import type { Learn } from '../../learn/learn.js'
import { RANKER, RANKER_HEAD, RANKER_WEIGHT, SECTION } from '../../generated/numbers.js'
import { section, type Section } from '../sections/section.js'
import { readTower, type Tower } from './tower.js'

/** How many candidates are scored, where the config does not say. */
export const CANDIDATES = 300

/** A model that `--ranker` names. Errors: no such file, a model of an unknown kind. */
export async function readRanker(path: string, config: RankerConfig = {}): Promise<Forest | Tower> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw fileError(path, error, 'a model')
  })
  const { isOnnx } = await import('../../import/onnx/model/onnx.js') // takes long to load
  if (isOnnx(bytes)) return readTower(path, config)
  const forest = readForest(path, bytes, config)
  if (forest === null)
    throw new InputError({ file: path }, 'a file of another kind', 'a model of LightGBM, XGBoost or ONNX')
  return forest
}

export interface RankerPlan {
  sections: Section[]
  /** What was matched with what, for people. */
  remarks: string[]
}

/** `features`: names of what the bundle declares, in their order. */
export function rankerSections(
  learn: Learn,
  forest: Forest,
  features: readonly string[],
  config: RankerConfig = {},
): RankerPlan {
  const mapped = onFeatures(forest, features)
  const trees = section(SECTION.trees, 'trees', treesBytes(learn, mapped))
  const used = new Set(usedFeatures(mapped))
  const { bytes, words } = rankerSection(learn, RANKER.trees, 0, outputOf(forest, config), 0, features, config)
  return {
    sections: [trees, bytes],
    remarks: [
      `ranker ${forest.file}: ${forest.origin}, ${forest.objective}, ${forest.trees.length} trees on ${used.size} of ${features.length} features${forest.named ? ', by name' : ', by order'}`,
      words,
    ],
  }
}

/** Which model ranks, and which candidates it is given; and that in words. */
export function rankerSection(
  learn: Learn,
  model: number,
  ordinal: number,
  output: number,
  element: number,
  features: readonly string[],
  config: RankerConfig,
): { bytes: Section; words: string } {
  const candidates = config.candidates ?? CANDIDATES
  const weights = Object.entries(config.prerank ?? {})
  const ordinals = weights.map(([name]) => {
    const at = features.indexOf(name)
    if (at < 0) throw new InputError({ file: 'config', part: 'key "ranker.prerank"' }, quote(name), listed(features))
    return at
  })
  const numbers = weights.map(([, weight]) => (typeof weight === 'number' ? { weight, missing: 0 } : weight))
  const out = learn.take(RANKER_HEAD + RANKER_WEIGHT * weights.length)
  learn.with(
    [
      Uint32Array.from(ordinals),
      Float32Array.from(numbers, ({ weight }) => weight),
      Float32Array.from(numbers, ({ missing }) => missing ?? 0),
    ],
    (feature, weight, missing) =>
      learn.run(
        'mt_ranker_encode',
        model,
        ordinal,
        output,
        element,
        candidates,
        config.blend ?? 0,
        weights.length,
        feature,
        weight,
        missing,
        out,
      ),
  )
  const bytes = learn.u8(out, RANKER_HEAD + RANKER_WEIGHT * weights.length).slice()
  learn.drop(out)
  return {
    bytes: section(SECTION.ranker, 'ranker', bytes),
    words: `ranker: the best ${candidates} candidates by ${weights.length === 0 ? 'fused score' : weights.map(([name]) => name).join(' + ')}${config.blend ? `, blended with ${config.blend} × fused score` : ''}`,
  }
}

/** Which output is the score: the only one, or the class that the config names. */
function outputOf(forest: Forest, config: RankerConfig): number {
  const place = { file: 'config', part: 'key "ranker.class"' }
  if (forest.outputs === 1 && config.class !== undefined)
    throw new InputError(place, `${config.class}`, 'nothing: the model has one output')
  if (forest.outputs > 1 && (config.class === undefined || config.class >= forest.outputs))
    throw new InputError(
      place,
      config.class === undefined ? 'nothing' : `${config.class}`,
      `the class whose probability ranks, 0 to ${forest.outputs - 1}`,
    )
  return config.class ?? 0
}

const listed = (names: readonly string[]) => `one of the bundle's ${names.length} features: ${quoteList(names)}`

/** Names that differ in punctuation only are one. */
const plain = (name: string) => name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '_')

function usedFeatures(forest: Forest): number[] {
  return forest.trees.flatMap((tree) => tree.nodes.flatMap((node) => (node.split === null ? [] : [node.split.feature])))
}

/** The same trees, whose features are numbered as the bundle numbers its own. */
function onFeatures(forest: Forest, features: readonly string[]): Forest {
  const file = forest.file
  if (features.length === 0)
    throw new InputError({ file }, 'a ranker for a bundle without features', 'a config whose "features" is not false')
  if (!forest.named && forest.features !== features.length)
    throw new InputError(
      { file },
      `${forest.features} features without names`,
      `${features.length}, those of the bundle in their order: ${quoteList(features)}`,
    )
  const ordinals = forest.named ? byName(forest, features) : forest.featureNames.map((_, i) => i)
  const trees = forest.trees.map((tree) => ({
    ...tree,
    nodes: tree.nodes.map((node) =>
      node.split === null ? node : { ...node, split: { ...node.split, feature: ordinals[node.split.feature]! } },
    ),
  }))
  // a class for each row is no score: its probability is
  const link = LINK[forest.link] === LINK.argmax ? 'softmax' : forest.link
  return { ...forest, features: features.length, featureNames: [...features], trees, link }
}

/** The bundle's number of each of the model's features. One that no split reads may be unknown. */
function byName(forest: Forest, features: readonly string[]): number[] {
  const used = new Set(usedFeatures(forest))
  const loose = new Map<string, number[]>()
  features.forEach((name, i) => loose.set(plain(name), [...(loose.get(plain(name)) ?? []), i]))
  return forest.featureNames.map((name, f) => {
    const exact = features.indexOf(name)
    const near = loose.get(plain(name)) ?? []
    if (exact >= 0) return exact
    if (near.length === 1) return near[0]!
    if (!used.has(f)) return 0
    const found =
      near.length > 1
        ? `feature ${quote(name)}, which may be ${quoteList(near.map((i) => features[i]!))}`
        : `feature ${quote(name)}`
    throw new InputError({ file: forest.file }, found, listed(features))
  })
}
