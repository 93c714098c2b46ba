/**
 * Keeping within the bytes that are wanted: a bundle's size is known when it is written, so one that came out too large is
 * built again of a smaller division (bytes.ts), and one that leaves room for more of a larger. Without held-out events nothing tells what bytes are worth, and it goes
 * down in the order in which they usually cost least: layers, the ends of lists, dimensions, then the largest source.
 */
import type { Config } from '../config.js'
import type { Recipe } from '../recipe.js'
import type { Section } from '../sections/section.js'
import type { SourceName } from '../sources/index.js'
import type { Built } from '../sources/assemble.js'
import type { Share, Point } from './bytes.js'
import { merit } from './tune.js'
import { difference, SAME_SIZE, SURE } from './ways.js'

/** How bytes were divided. */
export interface Division {
  /** Of the largest bundle wanted. */
  wanted: number
  /** What the held-out events bring back at which size, rising; empty where nothing was held out. */
  points: Point[]
  /** Which of them was built; null: nothing was held out. */
  chosen: number | null
}

/** What a trial became. */
export interface Written {
  bytes: number
  built: Built
}

/** A trial T whose bytes are divided. */
export interface Divided<T> {
  /** null: the config does not say how many bytes are wanted. */
  division: Division | null
  /** Of a bundle that is better, or that fits, after this one was written; null: there is none. */
  other: (than: Written) => Promise<(T & Divided<T>) | null>
}

/** A trial that divides nothing. */
export const undivided = <T>(trial: T): T & Divided<T> => ({
  ...trial,
  division: null,
  other: () => Promise.resolve(null),
})

/**
 * The trial of the best division that fits. Sizes are estimates until they are written: each is corrected by as much as the
 * nearest one that was written was wrong, until what looks best is written already. `trialOf` weighs its sources.
 */
export async function fitting<T>(
  wanted: number,
  shares: readonly Share[],
  trialOf: (share: Share, again: boolean) => Promise<T>,
): Promise<T & Divided<T>> {
  /** By place among the shares, by how many bytes the estimate of one that was written was too low. */
  const wrong = new Map<number, number>()
  const estimate = (place: number) => shares[place]!.point.bytes
  const corrected = (place: number) => {
    const far = (other: number) => Math.abs(estimate(other) - estimate(place))
    const [nearest] = [...wrong.keys()].toSorted((a, b) => far(a) - far(b))
    return estimate(place) + (nearest === undefined ? 0 : wrong.get(nearest)!)
  }
  const best = () => enough(shares, (place) => corrected(place) <= wanted)
  const at = async (chosen: number): Promise<T & Divided<T>> => ({
    ...(await trialOf(shares[chosen]!, wrong.size > 0)),
    division: { wanted, points: shares.map(({ point }, place) => ({ ...point, bytes: corrected(place) })), chosen },
    other: async ({ bytes }) => {
      wrong.set(chosen, bytes - estimate(chosen))
      const next = best()
      return wrong.has(next) ? null : at(next)
    },
  })
  return at(best())
}

/** What fewer bytes may cost, relative, where it may be chance: among many divisions one is lucky. */
const LOSS = 0.01

/**
 * Of those that fit, the smallest that is as good as the best of them but for chance, or the best of its size; the smallest of
 * all where none fits.
 */
function enough(shares: readonly Share[], fits: (place: number) => boolean): number {
  const fitting = [...shares.keys()].filter(fits)
  const best = fitting.at(-1)
  if (best === undefined) return 0
  const least = fitting.find((place) => {
    const { mean, error } = difference(shares[best]!.each, shares[place]!.each)
    return mean <= Math.min(SURE * error, LOSS * merit(shares[best]!.point))
  })!
  const size = (place: number) => shares[place]!.point.bytes
  return fitting.findLast((place) => size(place) <= size(least) * (1 + SAME_SIZE))!
}

/** The trial, and smaller ones where nothing is held out. */
export function unmeasured<T extends { recipe: Recipe }>(trial: T, config: Config): T & Divided<T> {
  const { bytes: wanted } = config
  if (wanted === undefined) return undivided(trial)
  return {
    ...trial,
    division: { wanted, points: [], chosen: null },
    other: ({ bytes, built }) => {
      const recipe = bytes <= wanted ? null : leaner(trial.recipe, config, built)
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
