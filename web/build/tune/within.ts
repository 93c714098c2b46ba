/**
 * Keeping within the bytes that are wanted: a bundle's size is known when it is written, so one that came out too large is
 * built again of a smaller division (bytes.ts), and one that leaves room for more of a larger. Without held-out events nothing
 * tells what bytes are worth, and it goes down a rung at a time, in the order in which that usually costs least: layers, then
 * whatever takes most, then whole sources; and up again where that left room.
 */
import type { Given } from '../given.js'
import type { Recipe } from '../recipe.js'
import type { Built } from '../sources/assemble.js'
import { Training } from '../training.js'
import type { Divided as Divisible } from './bytes.js'
import { Divisions, type Point, type Share } from './divisions.js'
import { laddersOf, possibleSources, recipeAt, type Places } from './ladders.js'
import { merit } from './tune.js'
import { difference, type Figures } from './ways.js'

/** How bytes were divided. */
export interface Division {
  /** Of the largest bundle wanted. */
  wanted: number
  /** What the held-out events bring back at which size, rising; empty where nothing was held out. */
  points: Point[]
  /** Which of them was built; null: nothing was held out. */
  chosen: number | null
  /** Sources for which there was no room. */
  left: string[]
  /** What all that is usual would take, about, with what weighs nothing. */
  whole: number
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
export async function fitting<T extends { said: Said | null }>(
  wanted: number,
  { shares, usual, whole, left, shipped }: Divisible,
  trialOf: (share: Share) => Promise<T>,
): Promise<T & Divided<T>> {
  /** Of the shares that were written, by how many bytes the estimate was too low. */
  const wrong = new Map<Share, number>()
  const corrected = (share: Share) => {
    const far = (other: Share) => Math.abs(other.point.bytes - share.point.bytes)
    const [nearest] = [...wrong.keys()].toSorted((a, b) => far(a) - far(b))
    return share.point.bytes + (nearest === undefined ? 0 : wrong.get(nearest)!)
  }
  const best = () => shares.findLast((share) => corrected(share) <= wanted) ?? shares[0]!
  const at = async (chosen: Share): Promise<T & Divided<T>> => {
    let [share, trial] = [chosen, await trialOf(chosen)]
    if (usual !== null && usual !== share && !wrong.has(usual) && corrected(usual) <= wanted && isNear(share, usual)) {
      const plain = await trialOf(usual)
      if (worth(plain) > worth(trial)) [share, trial] = [usual, plain]
    }
    const drawn = [...new Set([...shares, share])].toSorted((a, b) => a.point.bytes - b.point.bytes)
    const shown = thinned(drawn, share)
    const kept = await shipped(share, silentIn(trial))
    const points = shown.map((one) => ({
      ...one.point,
      bytes: corrected(one),
      ...(one === share && { what: kept.what }),
    }))
    return {
      ...trial,
      division: { wanted, points, chosen: shown.indexOf(share), left: await left(share), whole },
      other: async ({ bytes }) => {
        wrong.set(share, bytes - kept.bytes)
        const next = best()
        return next === chosen || wrong.has(next) ? null : at(next)
      },
    }
  }
  return at(best())
}

/** So many points tell how recall grows with bytes: the record that holds them is part of the bundle. */
export const POINTS = 12

/** The first, the last, `always` and others, evenly drawn. */
function thinned(shares: readonly Share[], always: Share): Share[] {
  const places = Array.from({ length: POINTS }, (_, p) => Math.round((p * (shares.length - 1)) / (POINTS - 1)))
  return shares.filter((share, place) => share === always || places.includes(place))
}

/** What held-out events say of sources that are weighed on all of them. */
interface Said {
  of: ReadonlyMap<string, { weight: readonly number[] }>
  together: Figures
}

const worth = ({ said }: { said: Said | null }) => (said === null ? 0 : merit(said.together))
const silentIn = ({ said }: { said: Said | null }): Set<string> =>
  new Set([...(said?.of ?? [])].filter(([, { weight }]) => weight.every((one) => one === 0)).map(([name]) => name))

/** So near, in standard errors, that the search of weights for good may turn them round. */
const NEAR = 3
function isNear(one: Share, other: Share): boolean {
  const { mean, error } = difference(one.each, other.each)
  return mean <= NEAR * error
}

/** The trial, with as much as fits where nothing is held out. `spare`: bytes by which sizes are higher than they look. */
export async function unmeasured<T extends { recipe: Recipe }>(
  given: Given,
  trial: T,
  spare = 0,
): Promise<T & Divided<T>> {
  const { bytes: wanted } = given.config
  if (wanted === undefined) return undivided(trial)
  const { recipe, bytes, ...division } = await leaner(given, trial.recipe, wanted - spare)
  return {
    ...trial,
    recipe,
    division: { wanted, points: [], chosen: null, ...division },
    other: async (than) => {
      if (than.bytes <= wanted) return null
      const next = await unmeasured(given, trial, than.bytes - bytes)
      return JSON.stringify(next.recipe) === JSON.stringify(recipe) ? null : next
    },
  }
}

/** As much of what is usual as fits, or the least there is. */
async function leaner(given: Given, usual: Recipe, wanted: number) {
  const { learn, workers, log, progress } = given
  const training = log && (await Training.of(learn, workers, log, (...how) => progress.stage(...how)))
  const sources = possibleSources(given, training, usual)
  const ladders = laddersOf(given, sources, usual, usual.als)
  const divisions = new Divisions(given, training, sources, JSON.stringify(usual).length)
  const bytesAt = (places: Places) => divisions.bytes(recipeAt(usual, ladders, places))
  const all = [...ladders.keys()]
  const least = (l: number) => Number(ladders[l]!.optional)
  const source = (l: number) => sources.find(({ name }) => name === ladders[l]!.source)!
  const ofSources = all.filter((l) => ladders[l]!.part === 'source')
  const silent = ofSources.filter((l) => ladders[l]!.optional && log !== null && source(l).untuned === 0)
  let places: Places = ladders.map(({ usual }) => usual)

  const largest = async (of: readonly number[]): Promise<number | undefined> => {
    const recipe = recipeAt(usual, ladders, places)
    const sizes = await Promise.all(of.map(async (l) => ({ l, bytes: await divisions.bytesOf(source(l), recipe) })))
    return sizes.toSorted((a, b) => b.bytes - a.bytes)[0]?.l
  }
  /** What goes down a rung next; undefined: nothing can. */
  const next = async (): Promise<number | undefined> => {
    const lower = all.filter((l) => places[l]! > least(l))
    const there = ofSources.filter((l) => (ladders[l]!.optional ? places[l]! > 0 : true))
    return (
      silent.find((l) => places[l]! > 0 && there.length > 1) ??
      lower.find((l) => ladders[l]!.part !== 'source') ??
      (await largest(lower)) ??
      (there.length > 1 ? largest(there.filter((l) => ladders[l]!.optional)) : undefined)
    )
  }
  /** A rung up where that takes least, of what fits; null: nothing does. */
  const up = async (of: readonly number[]): Promise<Places | null> => {
    const higher = of.filter((l) => places[l]! < ladders[l]!.usual).map((l) => places.with(l, places[l]! + 1))
    const tries = await Promise.all(higher.map(async (places) => ({ places, bytes: await bytesAt(places) })))
    const fitting = tries.filter(({ bytes }) => bytes <= wanted).toSorted((a, b) => a.bytes - b.bytes)
    return fitting[0]?.places ?? null
  }

  const whole = await bytesAt(places)
  for (let l: number | undefined; (await bytesAt(places)) > wanted && (l = await next()) !== undefined;)
    places = places.with(l, places[l]! - 1)
  for (const of of [all.filter((l) => !silent.includes(l)), silent])
    for (let higher: Places | null; (higher = await up(of)) !== null;) places = higher
  training?.drop()
  const left = ofSources.filter((l) => ladders[l]!.optional && places[l] === 0).map((l) => source(l).name)
  return { recipe: recipeAt(usual, ladders, places), bytes: await bytesAt(places), left, whole }
}
