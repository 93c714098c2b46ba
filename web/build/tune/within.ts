/**
 * Keeping within the bytes that are wanted: a bundle's size is known when it is written, so one that came out too large is
 * built again of a smaller division (bytes.ts). Without held-out events nothing tells what bytes are worth, and it goes
 * down in the order in which they usually cost least: layers, the ends of lists, dimensions, then the largest source.
 */
import type { Config } from '../config.js'
import type { Recipe } from '../recipe.js'
import type { Section } from '../sections/section.js'
import type { SourceName } from '../sources/index.js'
import type { Built } from '../sources/assemble.js'
import type { Share, Point } from './bytes.js'
import { difference, SURE } from './ways.js'

/** How bytes were divided. */
export interface Division {
  /** Of the largest bundle wanted. */
  wanted: number
  /** What the held-out events bring back at which size, rising; empty where nothing was held out. */
  points: Point[]
  /** Which of them was built; null: nothing was held out. */
  chosen: number | null
}

/** What came out too large. */
export interface TooLarge {
  bytes: number
  built: Built
}

/** A trial T whose bytes are divided. */
export interface Divided<T> {
  /** null: the config does not say how many bytes are wanted. */
  division: Division | null
  /** The trial of a smaller bundle; null: there is none. */
  smaller: (than: TooLarge) => Promise<(T & Divided<T>) | null>
}

/** A trial that divides nothing. */
export const undivided = <T>(trial: T): T & Divided<T> => ({
  ...trial,
  division: null,
  smaller: () => Promise.resolve(null),
})

/** The smallest of the first `count` that is as good as the last of them, but for chance. */
function enough(shares: readonly Share[], count: number): number {
  const best = shares[count - 1]!
  return shares.findIndex(({ each }) => {
    const { mean, error } = difference(best.each, each)
    return mean <= SURE * error
  })
}

/** The trial of the best division that fits, as far as can be told before it is written. `trialOf` weighs its sources. */
export async function fitting<T>(
  wanted: number,
  shares: readonly Share[],
  trialOf: (share: Share, again: boolean) => Promise<T>,
): Promise<T & Divided<T>> {
  const points = shares.map(({ point }) => point)
  const best = (more: number, below: number) =>
    enough(shares, Math.max(1, 1 + points.findLastIndex(({ bytes }, i) => i < below && bytes + more <= wanted)))
  const at = async (chosen: number, again: boolean): Promise<T & Divided<T>> => ({
    ...(await trialOf(shares[chosen]!, again)),
    division: { wanted, points, chosen },
    smaller: async ({ bytes }) => (chosen === 0 ? null : at(best(bytes - points[chosen]!.bytes, chosen), true)),
  })
  return at(best(0, points.length), false)
}

/** The trial, and smaller ones where nothing is held out. */
export function unmeasured<T extends { recipe: Recipe }>(trial: T, config: Config): T & Divided<T> {
  const { bytes: wanted } = config
  if (wanted === undefined) return undivided(trial)
  return {
    ...trial,
    division: { wanted, points: [], chosen: null },
    smaller: ({ built }) => {
      const recipe = leaner(trial.recipe, config, built)
      return Promise.resolve(recipe && unmeasured({ ...trial, recipe }, config))
    },
  }
}

const LEAST_LIST = 10
const LEAST_DIMS = 32

function leaner(recipe: Recipe, config: Config, { sources, sections }: Built): Recipe | null {
  const { layers, factorLayers, neighbours, transitions, als, content, without } = recipe
  if (config.layers === undefined && layers.length + factorLayers.length > 0)
    return { ...recipe, layers: [], factorLayers: [] }
  const shorter = {
    neighbours: config.neighbours === undefined ? Math.min(neighbours.top, LEAST_LIST) : neighbours.top,
    transitions: config.transitions === undefined ? Math.min(transitions.top, LEAST_LIST) : transitions.top,
  }
  if (shorter.neighbours < neighbours.top || shorter.transitions < transitions.top)
    return {
      ...recipe,
      neighbours: { ...neighbours, top: shorter.neighbours },
      transitions: { ...transitions, top: shorter.transitions },
    }
  if (config.dimension === undefined && Math.max(als.dims, content.dims) > LEAST_DIMS)
    return { ...recipe, als: { ...als, dims: LEAST_DIMS }, content: { ...content, dims: LEAST_DIMS } }
  const size = (name: string) => bytesOf(sections.filter((one) => one.name === name))
  const [most] = sources
    .map(({ name }) => name)
    .filter((name) => config.sources?.[name as SourceName] !== true)
    .toSorted((a, b) => size(b) - size(a))
  return most === undefined || sources.length < 2 ? null : { ...recipe, without: [...without, most] }
}

const bytesOf = (sections: readonly Section[]) => sections.reduce((sum, { bytes }) => sum + bytes.length, 0)
