/**
 * Dividing bytes: where the config says how large a bundle may be (`bytes`), lists, vectors and their layers get what they
 * are worth.
 *
 * What can be longer or shorter stands on ladders (ladders.ts). From what is popular alone on, the step is taken that brings
 * most for a byte: the merit of all sources together, their weights searched anew, on the held-out people. Gains fall as a rule
 * while others are taken, so only the step that looks best is measured again before it is taken (lazy greedy: Minoux 1978), and
 * all of them before a stage ends: where nothing more fits, or brings more, two steps at once included. The stages:
 *
 *   1. what surely brings more
 *   2. what held-out events cannot judge: what is there for new items, or is asked for by name
 *   3. since there is room, whatever brings more on the mean; from the division of a build that need not save on, where that
 *      fits and is better
 *   4. of what they cannot judge, and of what is the same to everybody, as much as is usual
 *
 * The points on the way are the recall that bytes buy. A size is an estimate until it is written, so steps go on a little
 * beyond what is wanted.
 */
import type { Given } from '../given.js'
import { metItems } from '../popularity.js'
import type { Recipe } from '../recipe.js'
import type { Factors, Training } from '../training.js'
import { Divisions, noSource, type Share } from './divisions.js'
import type { Holdout } from './holdout.js'
import { laddersOf, possibleSources, recipeAt, whatAt, type Ladder, type Places } from './ladders.js'
import { POPULAR } from './popular.js'
import { merit, sample } from './tune.js'
import { difference, SURE, type Tried } from './ways.js'

/** What one rung more of what is there is expected to bring up to the usual length, relative, and how far from that it may be:
 * where few people tell, length that is good on all logs counts more than what chance makes of it on one. */
const EXPECTED = 0.005
const GIVE_OR_TAKE = 0.005
/** What the record tells of the divisions themselves, about. */
const POINTS = 600
/** So many held-out events tell one step from another. */
const ENOUGH_EVENTS = 25_000
/** As far beyond what is wanted, relative, an estimate may be and still fit when it is written. */
const BEYOND = 1.15

interface Step {
  ladder: number
  share: Share
  /** The division from which it was measured. */
  from: Share
  /** What it is expected to bring, and what at least, with 90 % of certainty. */
  gain: number
  surely: number
}

/** A build that need not save, how its factors are trained before their dimensions are chosen, and some that are. */
export interface Usual {
  recipe: Recipe
  als: Recipe['als']
  trained: { als: Recipe['als']; factors: Factors }[]
}

export interface Divided {
  /** The smallest first, none worth less than those before. */
  shares: Share[]
  /** That of a build that need not save, if it fits. */
  usual: Share | null
  /** What such a build would take. */
  whole: number
  /** Sources that might say something, for which a division has no room. */
  left: (share: Share) => Promise<string[]>
  /** What of a division is shipped, where these sources turn out to say nothing. */
  shipped: (share: Share, silent: ReadonlySet<string>) => Promise<{ bytes: number; what: string }>
}

/** Divisions of the bytes that are wanted, and of a little more. `tried`: what the build record tells of choices so far. */
export async function divide(
  given: Given,
  training: Training,
  usual: Usual,
  holdout: Holdout,
  tried: readonly Tried[],
): Promise<Divided> {
  const sources = possibleSources(given, training, usual.recipe)
  if (sources.length === 0) throw noSource()
  const ladders = laddersOf(given, sources, usual.recipe, usual.als)
  const divisions = new Divisions(
    given,
    training,
    sources,
    POINTS + JSON.stringify([usual.recipe, tried]).length,
    usual.trained,
  )
  const some = sample(holdout, Math.ceil((holdout.who.length * ENOUGH_EVENTS) / Math.max(1, holdout.held.length)))
  const climb = new Climb(given, divisions, ladders, usual.recipe, some)
  return climb.whole()
}

class Climb {
  private here!: Share
  private usual: Share | null = null
  private readonly shares: Share[] = []
  /** By ladder, what a step up was last seen to bring; null: from here it cannot be taken, or changes nothing. */
  private steps: (Step | null | undefined)[] = []
  /** Sources that were found to say nothing beside others. */
  private readonly silent = new Set<string>()
  private readonly wanted: number
  private most: number
  /** Sources that are there for what held-out events do not ask: new items, and requests by name. */
  private readonly unjudged: ReadonlySet<string>

  constructor(
    private readonly given: Given,
    private readonly divisions: Divisions,
    private readonly ladders: readonly Ladder[],
    private readonly recipe: Recipe,
    private readonly holdout: Holdout,
  ) {
    this.most = this.wanted = given.config.bytes!
    const hasNew = metItems(given.log!) < given.catalogue.ids.length
    this.unjudged = new Set(
      divisions.sources.filter(({ stays, knowsNew }) => stays || (knowsNew && hasNew)).map(({ name }) => name),
    )
  }

  async whole(): Promise<Divided> {
    await this.begin()
    await this.climb(true)
    await this.raise(({ optional, source }) => optional && this.unjudged.has(source!), 1)
    await this.orUsual()
    await this.climb(false)
    await this.raise(({ source, kind }) => this.unjudged.has(source ?? '') || kind === 'same to everybody')
    this.most = this.wanted * BEYOND
    this.steps = []
    await this.climb(false)
    if (this.shares.length === 0) await this.least()
    const whole = await this.share(this.ladders.map(({ usual }) => usual))
    return {
      shares: rising(this.shares),
      usual: this.usual,
      whole: whole.point.bytes,
      left: (share) => this.left(share),
      shipped: async ({ places }, silent) => {
        const isKept = ({ source, optional, kind }: Ladder) =>
          !optional || !silent.has(source!) || this.unjudged.has(source!) || kind === 'same to everybody'
        const kept = await this.share(places.map((place, l) => (isKept(this.ladders[l]!) ? place : 0)))
        return kept.point
      },
    }
  }

  private async left({ recipe, places }: Share): Promise<string[]> {
    const names = []
    for (const [l, { source, kind }] of this.ladders.entries()) {
      if (source === undefined || !recipe.without.includes(source)) continue
      const says = kind === 'same to everybody' || this.unjudged.has(source) || !this.silent.has(source)
      const more = await this.share(places.with(l, 1))
      if (says && places[l] === 0 && more.point.bytes > this.wanted) names.push(source)
    }
    return names
  }

  /** With what is popular, which fills up every shelf, if that fits; and with what the config wants whatever it brings. */
  private async begin(): Promise<void> {
    const places = this.ladders.map(() => 0)
    const popular = this.ladders.map(({ source, optional }) => Number(source === POPULAR && optional))
    const first = await this.share(popular)
    this.here = first.point.bytes > this.wanted ? await this.share(places) : first
    if (!this.isEmpty(this.here)) this.arrive(await this.measured(this.here))
  }

  /** The smallest bundle that recommends anything, where none fits. */
  private async least(): Promise<void> {
    const alone = this.ladders.flatMap(({ optional }, l) =>
      optional ? [this.ladders.map((_, o) => Number(o === l))] : [],
    )
    const all = await Promise.all(alone.map((places) => this.share(places)))
    const smallest = all.reduce((so, one) => (one.point.bytes < so.point.bytes ? one : so))
    this.shares.push(await this.measured(smallest))
  }

  /** Steps up, as long as one brings more, `surely` or so that it is to be expected. */
  private async climb(surely: boolean): Promise<void> {
    for (;;) {
      // one after the other: each thread holds one bundle open
      for (const l of this.ladders.keys()) if (this.steps[l] === undefined) this.steps[l] = await this.step(l)
      const worth = (step: Step | null | undefined) =>
        step ? (surely ? step.surely : step.gain) / (step.share.point.bytes - step.from.point.bytes) : 0
      const best = this.steps.reduce((so, one) => (worth(one) > worth(so) ? one : so), null)
      if (best && worth(best) > 0 && best.from === this.here) this.arrive(best.share, best.ladder)
      else if (best && worth(best) > 0) this.steps[best.ladder] = undefined
      else if (this.steps.some((one) => one && one.from !== this.here))
        this.steps = this.steps.map((one) => (one && one.from !== this.here ? undefined : one))
      else if (!(await this.two(surely))) return
    }
  }

  /** One rung up; null where there is none, or none that fits. */
  private async step(ladder: number): Promise<Step | null> {
    const step = await this.up([ladder])
    if (step === null) return null
    const { source } = this.ladders[ladder]!
    if (source === undefined || !isSilent(step.share, source)) {
      this.shares.push(step.share)
      return step
    }
    this.silent.add(source) // it would not be shipped
    return { ...step, gain: 0, surely: 0 }
  }

  /** Where no step brings more, two may: wider factors without the layers that tell them apart do not. */
  private async two(surely: boolean): Promise<boolean> {
    for (const [one, ladder] of this.ladders.entries())
      for (let other = one; other < this.ladders.length; other++) {
        if (other !== one && !touch(ladder, this.ladders[other]!)) continue
        const step = await this.up([one, other])
        if (step === null) continue
        this.shares.push(step.share)
        if ((surely ? step.surely : step.gain) <= 0) continue
        this.arrive(step.share)
        return true
      }
    return false
  }

  /** A rung up on each of these ladders, measured; null where there is none, or none that fits, or that changes nothing. */
  private async up(ladders: readonly number[]): Promise<Step | null> {
    const { here } = this
    const places = [...here.places]
    for (const l of ladders) places[l]!++
    if (places.some((place, l) => place >= this.ladders[l]!.rungs.length)) return null
    const share = await this.share(places)
    if (share.point.bytes > this.most || share.point.bytes <= here.point.bytes) return null
    const after = await this.divisions.measured(share, this.holdout, here)
    const by = difference(after.each, here.each.length === 0 ? new Float32Array(after.each.length) : here.each)
    const isLonger = ladders.every((l) => here.places[l]! >= Number(this.ladders[l]!.optional) && places[l]! <= this.ladders[l]!.usual) // prettier-ignore
    const gain = expected(by, isLonger ? here.worth : 0)
    after.worth = here.worth + gain
    return { ladder: ladders[0]!, share: after, from: here, gain, surely: by.mean - SURE * by.error }
  }

  /** Goes on from there. Of the steps that are known, those stand that are about other things. */
  private arrive(share: Share, ladder?: number): void {
    const stands = (l: number) =>
      ladder !== undefined && l !== ladder && !touch(this.ladders[l]!, this.ladders[ladder]!)
    this.steps = this.steps.map((step, l) => (step && stands(l) ? step : undefined))
    if (!this.shares.includes(share)) this.shares.push(share)
    this.here = share
    const { bytes, recall, ndcg, what } = share.point
    this.given.progress.say(
      `about ${inWords(bytes)}: recall ${recall.toFixed(4)}, ndcg ${ndcg.toFixed(4)} with ${what}`,
    )
  }

  /** Without asking what it brings, as much as fits: up to rung `to`, or to the usual one. */
  private async raise(which: (ladder: Ladder) => boolean, to = Infinity): Promise<void> {
    const { here } = this
    for (const [l, ladder] of this.ladders.entries())
      while (which(ladder) && this.here.places[l]! < Math.min(to, ladder.usual)) {
        const { point, ...share } = await this.share(this.here.places.with(l, this.here.places[l]! + 1))
        if (point.bytes > this.most) break
        const { recall, ndcg } = this.here.point // it says as little as before
        this.here = { ...this.here, recipe: share.recipe, places: share.places, point: { ...point, recall, ndcg } }
        this.shares.push(this.here)
      }
    if (this.here !== here) this.arrive(this.here)
  }

  /** On to the division of a build that need not save, where it fits, without what says nothing in it at least, and is better. */
  private async orUsual(): Promise<void> {
    const whole = await this.measured(await this.share(this.ladders.map(({ usual }) => usual)))
    if (whole.point.bytes <= this.most) this.usual = whole
    const silent = (l: number) => this.ladders[l]!.optional && isSilent(whole, this.ladders[l]!.source!)
    const rest = await this.share(whole.places.map((place, l) => (silent(l) ? 0 : place)))
    if (rest.point.bytes > this.most) return
    const usual = this.usual ?? (await this.measured(rest))
    const gain = merit(usual.point) - merit(this.here.point)
    usual.worth = this.here.worth + gain
    if (gain > 0) this.arrive(usual)
    else this.shares.push(usual)
  }

  private async measured(share: Share): Promise<Share> {
    const measured = await this.divisions.measured(share, this.holdout, this.here)
    return { ...measured, worth: merit(measured.point) }
  }

  /** A division, not measured yet. */
  private async share(places: Places): Promise<Share> {
    const recipe = recipeAt(this.recipe, this.ladders, places)
    const bytes = await this.divisions.bytes(recipe)
    const point = { bytes, what: whatAt(this.ladders, places), recall: 0, ndcg: 0 }
    return {
      point,
      recipe,
      places,
      factors: undefined,
      weights: new Map(),
      decays: new Map(),
      each: new Float32Array(),
      worth: 0,
    }
  }

  private isEmpty({ recipe }: Share): boolean {
    return this.divisions.sources.every(({ name }) => recipe.without.includes(name))
  }
}

const isSilent = ({ weights }: Share, source: string) => weights.get(source)?.every((weight) => weight === 0) ?? false

/** What a step is expected to bring: what is measured, or more where it makes longer what is worth so much, and few people tell. */
function expected({ mean, error }: { mean: number; error: number }, worth: number): number {
  if (worth === 0 || error === 0) return mean
  const [measured, known] = [error ** -2, (GIVE_OR_TAKE * worth) ** -2]
  return Math.max(mean, (mean * measured + EXPECTED * worth * known) / (measured + known))
}

/** A step up one may change what one up the other is worth: what sources share is worth what the sources are. */
const touch = (one: Ladder, other: Ladder) =>
  one.kind === other.kind && (one.part === 'source') !== (other.part === 'source')

const inWords = (bytes: number) => (bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} KB` : `${(bytes / 1e6).toFixed(2)} MB`)

/** The smallest, and what is worth no less than all that are smaller; of one size the last. */
function rising(shares: readonly Share[]): Share[] {
  let most = -1
  return shares
    .toSorted((a, b) => a.point.bytes - b.point.bytes || a.worth - b.worth)
    .filter(({ worth }) => worth >= most && (most = worth) >= 0)
    .filter(({ point }, place, all) => point.bytes !== all[place + 1]?.point.bytes)
}
