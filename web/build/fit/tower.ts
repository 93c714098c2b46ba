/**
 * Training a tower: the network that makes a person's vector from their history, and the item vectors that it is compared with.
 * Without the held-out events it learns until they come back no better, pass by pass over the log; with everything, for as many.
 */
import { gru4rec } from '../models/gru4rec.js'
import type { Imported } from '../models/imported.js'
import { sasrec } from '../models/sasrec.js'
import type { Drawn } from '../models/draw.js'
import type { TowerDrawing, TowerShape } from '../models/towers.js'
import { youtubednn } from '../models/youtubednn.js'
import { random } from '../random.js'
import { contentVectors } from '../sources/content.js'
import type { Materials } from '../sources/source.js'
import type { Log, Training } from '../training.js'
import type { Asking } from '../tune/answer.js'
import type { TowerLoss, TowerName, TowerPlan, TowerTraining } from './config.js'
import { NegativeDraw } from './negatives.js'
import { asPlanned, trial, type Outcome } from './passes.js'
import { among, MOST_TARGETS, oneEach, parts, personRows, windows, type Sequences } from './rows.js'
import { LOSS, Stepper, toUnit, type ItemSide, type Row } from './stepper.js'
import { eventWeights, itemWeights, ownWeights, worthOf } from './weights.js'

/** A tower that was trained. */
export interface LearnedTower extends Outcome {
  parameters: Map<string, Float32Array>
  /** [items][width], zeros for what has no vector. */
  items: Float32Array
}

export function towerPlan(asked: TowerName | TowerTraining): TowerPlan {
  const { passes, ...said }: TowerTraining = typeof asked === 'string' ? { kind: asked } : asked
  const { usual } = TOWERS[said.kind]
  return {
    ...COMMON,
    ...usual,
    ...said,
    weights: { ...usual.weights, ...said.weights },
    planned: passes ?? usual.planned ?? COMMON.planned,
    leastSteps: passes === undefined ? 1000 : 0,
    passes: [],
    steps: 0,
  }
}

/** What towers do alike where a config does not say. */
const COMMON = { filter: 0, loss: 'softmax', negatives: 512, mixed: 0, hard: 0, weights: {}, align: 0, decay: 0, planned: 0 } as const // prettier-ignore

/** Lengths for which there is a program each, so that short histories cost little. */
const LENGTHS = [8, 16, 32, 64]
/** Held-out people who say when to stop. */
const ASKED = 5000
const WARM = 200
/** Deviation of what items are at first, about where they start. */
const SPREAD = 0.02
/** Of CCL: below which cosine others are far enough, and what each of them weighs against what came next. */
const CCL = [0.4, 0.3] as const
/** Of gBCE: how far likelihoods are those among all items (t of the paper). */
const CALIBRATED = 0.75

/** What was learned by a plan, by log, so that no log is learned from twice; what was weighed is good enough where there is no time to
 * learn from everything. */
const learnedBy = new WeakMap<TowerPlan, { weighed: LearnedTower; of: WeakMap<Log, LearnedTower> }>()

interface Tower {
  /** Not of one that is imported. */
  draw?: (shape: TowerShape, learning: boolean) => TowerDrawing
  /** How it is trained where a config does not say. */
  usual: Omit<TowerPlan, 'kind' | 'leastSteps' | 'passes' | 'steps' | keyof typeof COMMON> & Partial<TowerPlan>
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
    usual: { width: 64, length: 50, blocks: 1, heads: 2, hidden: 256, drop: 0.5, temperature: 1, batch: 128, rate: 0.004, decay: 0.02, filter: 2, negatives: 2048, planned: 20 }, // prettier-ignore
    places: true,
    unit: false,
    start: 0.3,
    side: false,
  },
  gru4rec: {
    draw: gru4rec,
    usual: { width: 64, length: 50, blocks: 1, heads: 1, hidden: 64, drop: 0.3, temperature: 1, batch: 128, rate: 0.001 }, // prettier-ignore
    places: true,
    unit: false,
    start: 0.3,
    side: false,
  },
  youtubednn: {
    draw: youtubednn,
    usual: { width: 128, length: 100, blocks: 1, heads: 1, hidden: 128, drop: 0.4, temperature: 0.1, batch: 256, rate: 0.003, negatives: 4096, planned: 20 }, // prettier-ignore
    places: false,
    unit: false,
    start: 1,
    side: false,
  },
  twotower: {
    draw: youtubednn,
    // popularity is what a new item has none of
    usual: { width: 64, length: 100, blocks: 1, heads: 1, hidden: 128, drop: 0.3, temperature: 0.15, batch: 256, rate: 0.001, weights: { popularity: 0.5 } }, // prettier-ignore
    places: false,
    unit: true,
    start: 0,
    side: true,
  },
  finetune: {
    usual: { width: 64, length: 50, blocks: 1, heads: 1, hidden: 64, drop: 0, temperature: 0, batch: 128, rate: 0.0003 }, // prettier-ignore
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

/** Whether it compares by cosines, as CCL does whatever the tower. */
const isUnit = ({ kind, loss }: TowerPlan): boolean => TOWERS[kind].unit || loss === 'ccl'

/** The model for histories of this length. */
export function drawn(plan: TowerPlan, length: number, learning: boolean): TowerDrawing {
  const { kind, width, blocks, heads, hidden, loss, filter } = plan
  const temperature = loss === 'ccl' ? 1 : plan.temperature
  const shape = { width, length, longest: plan.length, blocks, heads, hidden, temperature, filter }
  const tower = TOWERS[kind].draw!(shape, learning)
  if (loss !== 'ccl' || TOWERS[kind].unit) return tower
  const unit = (vectors: Drawn): Drawn => tower.drawing.unit(vectors, 1)
  return { ...tower, output: unit(tower.output), query: unit(tower.query) }
}

/** As src/learn/fit.h lists losses and what they are told. */
function lossOf(loss: TowerLoss, negatives: number, items: number): { loss: number; terms: [number, number] } {
  if (loss === 'ccl') return { loss: LOSS.ccl, terms: [CCL[0], CCL[1] * negatives] }
  if (loss === 'gbce') {
    const beta = 1 - CALIBRATED * Math.max(0, 1 - negatives / (items - 1))
    // where nothing is known, scores of 0 are right from the start: pushed there together, vectors would all be one
    return { loss: LOSS.gbce, terms: [beta, Math.log(negatives / beta)] }
  }
  return { loss: loss === 'full' ? LOSS.softmax : LOSS[loss], terms: [0, 0] }
}

export type Fitting = Pick<Materials, 'learn' | 'workers' | 'catalogue' | 'seed' | 'progress' | 'minutes' | 'tower'>

/** What items say of themselves, in the numbers by which the source `content` knows them: at first they are no more. */
function sideOf(from: Fitting, { width }: TowerPlan): ItemSide {
  const content = contentVectors(from, { dims: width, steps: 6 })
  for (let at = 0; at < content.length; at += width) toUnit(content.subarray(at, at + width))
  return { content, drop: OWN.drop, decay: OWN.decay }
}

/** Of rows that items have beside their content. With larger ones people stand where nothing is that nobody met. */
const OWN = { drop: 0.5, decay: 30 }

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
  const all = training.sequences
  const met = of({ ...all, weight: ownWeights(all.weight, training.log, plan.weights) })
  const ofItem = itemWeights(met, items, from.catalogue, plan.weights)
  const sequences = { ...met, weight: eventWeights(met, ofItem) }
  const { places, side } = TOWERS[plan.kind]
  const drawRows = random(seed ^ 0x3c6ef372)
  const fixed = places ? windows(sequences, plan.length) : null
  const fresh = () => parts(sequences, plan.length, time !== null, drawRows)
  const rows = () => fixed ?? (imported === null ? fresh() : oneEach(fresh(), drawRows))
  const learned = {
    lengths: [...LENGTHS.filter((length) => length < plan.length), plan.length],
    draw: (length: number) => drawn(plan, length, true),
    unit: isUnit(plan),
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
  const negatives = new NegativeDraw(plan, sequences, items, random(seed ^ 0x2545f491))
  const stepper = new Stepper(
    learn,
    workers,
    {
      items,
      width: plan.width,
      pairs: (length) => (places ? length : MOST_TARGETS),
      negatives: negatives.most,
      drop: plan.drop,
      ...lossOf(plan.loss, plan.negatives, items),
      rate: plan.rate,
      decay: plan.decay,
      align: plan.align,
      clip: 5,
      side: side ? sideOf(from, plan) : null,
      ...(given ?? learned),
    },
    seed,
  )
  stepper.warm = WARM
  try {
    const people = asking && { ...asking.people, ...of(asking.people) }
    const isKnown = ({ target }: Row) => imported === null || imported.has[target[0]!] === 1
    const asked =
      asking &&
      personRows({ ...asking, people: people! }, worthOf(sequences, items), ASKED, plan.length).filter(isKnown)
    const isImported = imported !== null
    // what nobody met has no vector in the end, but where its content tells of it
    const counted = imported?.has ?? (side ? null : negatives.met)
    const course = { stepper, rows, negatives, among: counted, plan, seed, progress, minutes, isImported }
    const made = asked === null ? await asPlanned(course) : await trial(course, asked)
    if (known !== undefined && made.cut) return { ...known.weighed, cut: true }
    if (!isImported) stepper.learned.silence(negatives.met)
    const tower = { ...made, parameters: stepper.learned.named(), items: (await stepper.whole()).slice() }
    if (asking !== null) learnedBy.set(tower.plan, { weighed: tower, of: new WeakMap() })
    learnedBy.get(tower.plan)?.of.set(training.log, tower)
    return tower
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
