/**
 * Passes over the log. Without the held-out events a tower learns in steps that become smaller along a cosine (Loshchilov & Hutter 2017),
 * or until these events come back no better; what was best is kept, and tells how everything is gone through.
 */
import { random } from '../random.js'
import type { Materials } from '../sources/source.js'
import type { TowerPlan } from './config.js'
import type { NegativeDraw } from './negatives.js'
import { shuffle } from './rows.js'
import type { Row, Stepper } from './stepper.js'

export interface Course extends Pick<Materials, 'seed' | 'progress' | 'minutes'> {
  stepper: Stepper
  /** Those of a pass. */
  rows: () => Row[]
  negatives: NegativeDraw
  /** 1: held-out people are asked whether the item comes before theirs; null: all items do. */
  among: Uint8Array | null
  plan: TowerPlan
  /** It is worth something before it learns. */
  isImported: boolean
}

/** A pass: its loss, and NDCG@10 of held-out people after it, 0 where it was not looked at. */
export interface Pass {
  loss: number
  ndcg: number
}

/** What came of passes; the stepper stands where it learned best. */
export interface Outcome {
  plan: TowerPlan
  passes: Pass[]
  /** NDCG@10 of an imported one as it came; else -1. */
  before: number
  /** Whether it had to end before it was done. */
  cut: boolean
}

/** Passes without a better one, until the rate falls; and how often it does. */
const PATIENCE = 8
const FALLS = 2
const FALL = 0.3
const MOST_PASSES = 200
/** Of passes along a cosine, those before half of it are looked at so rarely. */
const RARELY = 5
/** Of the minutes, what may pass until it is known how many passes are made. */
const TRIAL = 1 / 3
/** Times as many steps on everything as without the held-out events, at most. */
const MORE = 2

class Passes {
  readonly made: Pass[] = []
  /** Steps of the present pass. */
  each = 0
  private readonly draw: () => number
  private step = 0

  constructor(
    private readonly course: Course,
    /** Of the minutes, what may pass. */
    private readonly share: number,
  ) {
    this.draw = random(course.seed ^ 0x5bd1e995)
  }

  get isOver(): boolean {
    return this.course.minutes.left(this.share) <= 0
  }

  /** The mean loss of a pass; null: the time was over before it was. `most`: steps of all passes, of so many for each; `pace`: of a step. */
  async next(
    most: (each: number) => number,
    pace: (step: number, most: number) => number,
    said = '',
  ): Promise<number | null> {
    const { stepper, rows: rowsOf, negatives, plan, progress } = this.course
    const rows = rowsOf()
    shuffle(rows, this.draw)
    this.each = Math.ceil(rows.length / plan.batch)
    const total = most(this.each)
    const before = this.made.at(-1)
    if (before !== undefined) await negatives.lookUp(stepper, rows, () => this.isOver)
    const so = before === undefined ? '' : `, loss ${before.loss.toFixed(3)}${said}`
    const first = this.step
    let loss = 0
    for (let at = 0; at < rows.length && this.step < total; at += plan.batch) {
      stepper.pace = pace(this.step, total)
      const batch = rows.slice(at, at + plan.batch)
      loss += await stepper.step(batch, negatives.of(batch), ++this.step)
      progress.stage(`training the tower, pass ${this.made.length + 1}${so}`, at, rows.length)
      if (this.step < total && this.isOver && at + plan.batch < rows.length) return null
    }
    return loss / (this.step - first)
  }
}

/** Without the held-out events, which say when it was best. */
export async function trial(course: Course, asked: Row[]): Promise<Outcome> {
  const { stepper, plan, minutes, among } = course
  const isCosine = plan.planned > 0
  const passes = new Passes(course, TRIAL)
  const paces: number[] = []
  const before = course.isImported ? ndcgOf(await stepper.ranks(asked, among), asked) : -1
  let best = { at: 0, ndcg: before, state: stepper.learned.state() }
  let [since, falls, fall, cut] = [0, 0, 1, false]
  let most = isCosine ? plan.planned : MOST_PASSES
  const begun = minutes.left(TRIAL)
  while (passes.made.length < most) {
    const pace = fall * (isCosine ? cosine((passes.made.length + 0.5) / most) : 1)
    const said = best.at > 0 ? `, held-out ndcg ${best.ndcg.toFixed(4)}` : ''
    const loss = await passes.next(
      () => Infinity,
      () => pace,
      said,
    )
    if (loss === null) {
      cut = true // half a pass is not measured
      break
    }
    paces.push(pace)
    const [done, left] = [passes.made.length + 1, minutes.left(TRIAL)]
    if (isCosine && done === 1) most = Math.min(MOST_PASSES, Math.max(most, Math.ceil(plan.leastSteps / passes.each)))
    // as many as there is time for, so that the last steps are small
    if (isCosine) most = Math.min(most, Math.max(done, Math.floor((done * begun) / (begun - left))))
    const isGood = Number.isFinite(loss)
    if (isGood && isCosine && 2 * done < most && done % RARELY !== 1) {
      passes.made.push({ loss, ndcg: 0 })
      continue
    }
    const ndcg = isGood ? ndcgOf(await stepper.ranks(asked, among), asked) : -1
    passes.made.push({ loss, ndcg })
    if (ndcg > best.ndcg) {
      best = { at: paces.length, ndcg, state: stepper.learned.state() }
      since = 0
    } else if (++since >= PATIENCE || !isGood) {
      if (++falls > FALLS || (isCosine && isGood)) break
      // on from the best, in smaller steps; what came after it is as if it had not been
      stepper.learned.return(best.state)
      paces.length = best.at
      fall *= FALL
      since = 0
    }
  }
  stepper.learned.return(best.state)
  const own = { ...plan, passes: paces.slice(0, best.at), steps: best.at * passes.each }
  return { plan: own, passes: passes.made, before, cut: cut || most < plan.planned }
}

/** Over everything, as the trial went. */
export async function asPlanned(course: Course): Promise<Outcome> {
  const { stepper, plan } = course
  const passes = new Passes(course, 1)
  const count = plan.passes.length
  const total = (each: number) => Math.min(each * count, MORE * plan.steps)
  const pace = (step: number, most: number) => plan.passes[Math.floor((step / most) * count)]!
  let state = stepper.learned.state()
  let [steps, cut] = [0, false]
  while (passes.made.length < count && (passes.each === 0 || steps < total(passes.each))) {
    const loss = await passes.next(total, pace)
    cut = loss === null || !Number.isFinite(loss)
    if (cut) break
    steps += passes.each
    state = stepper.learned.state()
    passes.made.push({ loss: loss!, ndcg: 0 })
  }
  stepper.learned.return(state)
  return { plan, passes: passes.made, before: -1, cut }
}

function cosine(way: number): number {
  return (1 + Math.cos(Math.PI * way)) / 2
}

/** NDCG@10 of rows of one target each, by what these weigh. */
function ndcgOf(ranks: Uint32Array, asked: readonly Row[]): number {
  let [sum, all] = [0, 0]
  ranks.forEach((rank, r) => {
    const weight = asked[r]!.weight?.[0] ?? 1
    all += weight
    if (rank < 10) sum += weight / Math.log2(rank + 2)
  })
  return all > 0 ? sum / all : 0
}
