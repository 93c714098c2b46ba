/**
 * Training a tower: the network that makes a person's vector from their history, and the item vectors that it is compared with.
 * Without the held-out events it learns until they come back no better, pass by pass over the log; with everything, for as many.
 */
import { gru4rec } from '../models/gru4rec.js'
import type { Imported } from '../models/imported.js'
import { sasrec } from '../models/sasrec.js'
import type { TowerDrawing, TowerShape } from '../models/towers.js'
import { youtubednn } from '../models/youtubednn.js'
import { random } from '../random.js'
import { commonTerms, termsOf } from '../sources/terms.js'
import type { Materials } from '../sources/source.js'
import type { Log, Training } from '../training.js'
import type { Asking } from '../tune/answer.js'
import type { TowerName, TowerPlan, TowerTraining } from './config.js'
import { among, MOST_TARGETS, oneEach, parts, personRows, shuffle, windows, type Sequences } from './rows.js'
import { LOSS, Stepper, type ItemSide, type Row } from './stepper.js'

/** A tower that was trained. */
export interface LearnedTower {
  plan: TowerPlan
  parameters: Map<string, Float32Array>
  /** [items][width], zeros for what has no vector. */
  items: Float32Array
  /** HR@10 and NDCG@10 of held-out people after each pass, and the loss. */
  passes: Pass[]
  /** NDCG@10 of an imported one as it came; else -1. */
  before: number
  /** Whether it had to end before it was done. */
  cut: boolean
}

export interface Pass {
  loss: number
  ndcg: number
}

export function towerPlan(asked: TowerName | TowerTraining): TowerPlan {
  const said = typeof asked === 'string' ? { kind: asked } : asked
  return { ...TOWERS[said.kind].usual, passes: [], steps: 0, ...said }
}

/** Lengths for which there is a program each, so that short histories cost little. */
const LENGTHS = [8, 16, 32, 64]
/** Held-out people who say when to stop. */
const ASKED = 5000
/** Passes without a better one, until the rate falls; and how often it does. */
const PATIENCE = 8
const FALLS = 2
const FALL = 0.3
const MOST_PASSES = 200
const WARM = 200
/** Deviation of what items are at first, about where they start. */
const SPREAD = 0.02
/** Of the minutes, what may pass until it is known how many passes are made. */
const TRIAL = 1 / 3
/** Times as many steps on everything as without the held-out events, at most. */
const MORE = 2

/** What was learned by a plan, by log, so that no log is learned from twice; what was weighed is good enough where there is no time to
 * learn from everything. */
const learnedBy = new WeakMap<TowerPlan, { weighed: LearnedTower; of: WeakMap<Log, LearnedTower> }>()

interface Tower {
  /** Not of one that is imported. */
  draw?: (shape: TowerShape, learning: boolean) => TowerDrawing
  /** How it is trained where a config does not say. */
  usual: Omit<TowerPlan, 'kind' | 'passes' | 'steps'>
  /** Whether each place of a history learns at once what came next. */
  places: boolean
  /** Whether item vectors have length 1. */
  unit: boolean
  /** How long item vectors are at first, in the direction that their people give them; 0: they are noise alone. */
  start: number
  /** Whether items are told by their content too, so that those that nobody met have vectors. */
  side: boolean
}

const TOWERS: Record<TowerName, Tower> = {
  sasrec: {
    draw: sasrec,
    usual: { width: 64, length: 50, blocks: 1, heads: 2, hidden: 64, drop: 0.5, temperature: 1, negatives: 512, batch: 128, rate: 0.004 }, // prettier-ignore
    places: true,
    unit: false,
    start: 0.3,
    side: false,
  },
  gru4rec: {
    draw: gru4rec,
    usual: { width: 64, length: 50, blocks: 1, heads: 1, hidden: 64, drop: 0.3, temperature: 1, negatives: 512, batch: 128, rate: 0.004 }, // prettier-ignore
    places: true,
    unit: false,
    start: 0.3,
    side: false,
  },
  youtubednn: {
    draw: youtubednn,
    usual: { width: 64, length: 100, blocks: 1, heads: 1, hidden: 128, drop: 0.2, temperature: 0.1, negatives: 512, batch: 256, rate: 0.002 }, // prettier-ignore
    places: false,
    unit: true,
    start: 1,
    side: false,
  },
  twotower: {
    draw: youtubednn,
    usual: { width: 64, length: 100, blocks: 1, heads: 1, hidden: 128, drop: 0.3, temperature: 0.3, negatives: 512, batch: 256, rate: 0.002 }, // prettier-ignore
    places: false,
    unit: true,
    start: 0,
    side: true,
  },
  finetune: {
    usual: { width: 64, length: 50, blocks: 1, heads: 1, hidden: 64, drop: 0, temperature: 0, negatives: 512, batch: 128, rate: 0.0003 }, // prettier-ignore
    places: false,
    unit: false,
    start: 0,
    side: false,
  },
}

/** Whether it learns what items are by their content, and cannot do without. */
export const needsContent = (kind: TowerName): boolean => TOWERS[kind].side

/** Whether it learns in what order things are met, and cannot do without. */
export const needsOrder = (kind: TowerName): boolean => TOWERS[kind].places

/** The model for histories of this length. */
export function drawn(plan: TowerPlan, length: number, learning: boolean): TowerDrawing {
  const { kind, width, blocks, heads, hidden, temperature } = plan
  return TOWERS[kind].draw!({ width, length, longest: plan.length, blocks, heads, hidden, temperature }, learning)
}

export type Fitting = Pick<Materials, 'learn' | 'workers' | 'catalogue' | 'seed' | 'progress' | 'minutes' | 'tower'>

/** What items say of themselves: their terms, as the source `content` knows them, so many of the most common. */
function sideOf({ catalogue }: Fitting, drop: number): ItemSide {
  const { lists, width } = termsOf(catalogue)
  return { ...commonTerms(lists, width, MOST_TERMS), drop }
}
const MOST_TERMS = 1 << 14

/** `asking`: the people who say when to stop; without, `plan.passes` are made. `imported`: the tower that is trained on. */
export async function fitTower(
  from: Fitting,
  training: Training,
  plan: TowerPlan,
  asking: Asking | null,
  imported: Imported | null = null,
): Promise<LearnedTower> {
  const { learn, workers, seed, progress, minutes } = from
  const known = asking === null ? learnedBy.get(plan) : undefined
  const found = known?.of.get(training.log)
  if (found !== undefined) return found
  const { items, time } = training.log
  const of = (log: Sequences) => (imported === null ? log : among(log, imported.has))
  const sequences = of(training.sequences)
  const { places, unit, side } = TOWERS[plan.kind]
  const drawRows = random(seed ^ 0x3c6ef372)
  const fixed = places ? windows(sequences, plan.length) : null
  const fresh = () => parts(sequences, plan.length, time !== null, drawRows)
  const rows = () => fixed ?? (imported === null ? fresh() : oneEach(fresh(), drawRows))
  const learned = {
    lengths: [...LENGTHS.filter((length) => length < plan.length), plan.length],
    draw: (length: number) => drawn(plan, length, true),
    unit,
    spread: SPREAD,
    start: imported === null ? await startOf(training, plan, seed) : null,
  }
  const given = imported && {
    lengths: [plan.length],
    draw: () => imported.learnable(plan.temperature),
    unit: imported.unit,
    spread: 0,
    start: imported.start,
  }
  const stepper = new Stepper(
    learn,
    workers,
    {
      items,
      width: plan.width,
      pairs: (length) => (places ? length : MOST_TARGETS),
      negatives: plan.negatives,
      drop: plan.drop,
      loss: LOSS.softmax,
      rate: plan.rate,
      decay: 0,
      clip: 5,
      side: side ? sideOf(from, plan.drop) : null,
      ...(given ?? learned),
    },
    seed,
  )
  stepper.warm = WARM
  try {
    const people = asking && { ...asking.people, ...of(asking.people) }
    const isKnown = ({ target }: Row) => imported === null || imported.has[target[0]!] === 1
    const asked = asking && personRows({ ...asking, people: people! }, ASKED, plan.length).filter(isKnown)
    const schedule = { plan, seed, progress, minutes, isImported: imported !== null }
    const learned = await passOver(stepper, rows, metIn(sequences, items), asked, schedule)
    if (known !== undefined && learned.cut) return { ...known.weighed, cut: true }
    if (asking !== null) learnedBy.set(learned.plan, { weighed: learned, of: new WeakMap() })
    learnedBy.get(learned.plan)?.of.set(training.log, learned)
    return learned
  } finally {
    stepper.drop()
  }
}

/**
 * Items as their people put them, [items][width]: towers learn in a third of the passes from there, and end higher, than from noise.
 * What nobody shares begins at zero.
 */
async function startOf(training: Training, { kind, width }: TowerPlan, seed: number): Promise<Float32Array | null> {
  const { start } = TOWERS[kind]
  if (start === 0) return null
  const items = await training.shared(width, seed)
  for (let at = 0; at < items.length; at += width) {
    const item = items.subarray(at, at + width)
    const length = Math.hypot(...item)
    if (length > 0) item.forEach((value, d) => (item[d] = (value / length) * start))
  }
  return items
}

interface Schedule extends Pick<Fitting, 'seed' | 'progress' | 'minutes'> {
  plan: TowerPlan
  /** It is worth something before it learns, and items that nobody met have vectors. */
  isImported: boolean
}

async function passOver(
  stepper: Stepper,
  rowsOf: () => Row[],
  met: Uint8Array,
  asked: Row[] | null,
  { plan, seed, progress, minutes, isImported }: Schedule,
): Promise<LearnedTower> {
  const draw = random(seed ^ 0x5bd1e995)
  const negative = anyOf(met, random(seed ^ 0x2545f491))
  const passes: Pass[] = []
  const paces: number[] = []
  const before = isImported && asked !== null ? ndcgOf(await stepper.ranks(asked)) : -1
  let best = { at: 0, ndcg: before, state: stepper.state() }
  let [since, falls, step, cut] = [0, 0, 0, false]
  const most = asked === null ? plan.passes.length : MOST_PASSES
  let total = Infinity
  let each = 0
  while (passes.length < most && step < total && !cut) {
    const rows = rowsOf()
    shuffle(rows, draw)
    each = Math.ceil(rows.length / plan.batch)
    if (asked === null) total = Math.min(each * most, MORE * plan.steps)
    let loss = 0
    for (let at = 0; at < rows.length && step < total && !cut; at += plan.batch) {
      if (asked === null) stepper.pace = plan.passes[Math.floor((step / total) * most)]!
      const drawn = Uint32Array.from({ length: plan.negatives }, negative)
      loss += await stepper.step(rows.slice(at, at + plan.batch), drawn, ++step)
      const said = passes.at(-1)
      const so =
        said === undefined
          ? ''
          : `, loss ${said.loss.toFixed(3)}${asked ? `, held-out ndcg ${best.ndcg.toFixed(4)}` : ''}`
      progress.stage(`training the tower, pass ${passes.length + 1}${so}`, at, rows.length)
      cut = step < total && minutes.left(asked === null ? 1 : TRIAL) <= 0
    }
    const isGood = Number.isFinite(loss)
    if (!isGood && asked === null) cut = true
    if (cut) break // half a pass is not measured
    paces.push(stepper.pace)
    const ndcg = asked === null ? 0 : isGood ? ndcgOf(await stepper.ranks(asked)) : -1
    passes.push({ loss: loss / each, ndcg })
    if (asked === null || ndcg > best.ndcg) {
      best = { at: paces.length, ndcg, state: stepper.state() }
      since = 0
    } else if (++since >= PATIENCE || !isGood) {
      if (++falls > FALLS) break
      // on from the best, in smaller steps; what came after it is as if it had not been
      stepper.return(best.state)
      paces.length = best.at
      stepper.pace *= FALL
      since = 0
    }
  }
  stepper.return(best.state)
  if (!isImported) stepper.silence(met)
  const own = asked === null ? plan : { ...plan, passes: paces.slice(0, best.at), steps: best.at * each }
  const items = (await stepper.whole()).slice()
  return { plan: own, parameters: stepper.learned, items, passes, before, cut }
}

function ndcgOf(ranks: Uint32Array): number {
  let sum = 0
  for (const rank of ranks) if (rank < 10) sum += 1 / Math.log2(rank + 2)
  return sum / Math.max(1, ranks.length)
}

/** 1: somebody met the item. */
function metIn({ item }: Sequences, items: number): Uint8Array {
  const met = new Uint8Array(items)
  for (const one of item) met[one] = 1
  return met
}

/** Any item that somebody met, each as likely. */
function anyOf(met: Uint8Array, draw: () => number): () => number {
  const known = Uint32Array.from(met.keys()).filter((item) => met[item] === 1)
  return () => known[Math.floor(draw() * known.length)]!
}
