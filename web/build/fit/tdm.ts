/**
 * Training a scorer that mixes a person with an item, and a tree over the items in which it finds the best of all by scoring few of
 * them (Zhu et al. 2018, TDM). The tree begins with items that the same people met near each other, and is drawn once more from what
 * the scorer learned of them (Zhu et al. 2019, JTM). Held down, what a node has for itself stays small beside what its branch has in
 * common, so that a node can score about what the best below it score, which is what a search from the top goes by; in the end it
 * learns to (guide.ts).
 */
import { random } from '../random.js'
import { wide, type Recipe } from '../recipe.js'
import type { Materials } from '../sources/source.js'
import type { Factors, Training } from '../training.js'
import type { Asking } from '../tune/answer.js'
import { Branches } from './branches.js'
import type { TdmPlan } from './config.js'
import { ndcgOf } from './descent.js'
import { guide } from './guide.js'
import { endsOf, Lessons } from './lessons.js'
import { parts, personRows, shuffle } from './rows.js'
import type { Row } from './stepper.js'
import { ItemTree, leafOrder, meansAbove } from './tree.js'

/** A tree and its scorer, as they were trained. */
export interface LearnedTdm {
  plan: TdmPlan
  tree: ItemTree
  /** [rows][width] */
  vectors: Float32Array
  parameters: Map<string, Float32Array>
  passes: { loss: number; ndcg: number }[]
  /** Whether it had to end before it was done. */
  cut: boolean
}

export type Fitting = Pick<Materials, 'learn' | 'workers' | 'seed' | 'progress' | 'minutes'>

/** How it is trained; passes and steps are chosen by held-out people. */
export const TDM: TdmPlan = {
  width: 32,
  length: 20,
  interests: 4,
  hidden: 32,
  arity: 8,
  beam: 368,
  negatives: 32,
  drop: 0.3,
  decay: 1,
  batch: 128,
  rate: 0.004,
  passes: [],
  steps: 0,
}

/** Held-out people who say when to stop. */
const ASKED = 2000
/** Passes without a better one, until the rate falls; and how often it does. */
const PATIENCE = 3
const FALLS = 1
const FALL = 0.3
const MOST_PASSES = 60
/** Passes with the first tree; what comes of it is kept where there is no time for the second. */
const FIRST = 1
/** Of the minutes, what may pass until it is known how many passes are made, and until nodes are fitted to what lies below; … */
const TRIAL = [1 / 3, 0.4] as const
/** … and with everything. */
const WHOLE = [0.9, 1] as const
/** Times as many steps on everything as without the held-out events, at most. */
const MORE = 2

/** Factors that items begin as. */
export const startFor = (
  training: Training,
  { als }: Pick<Recipe, 'als'>,
  { width }: TdmPlan,
  seed: number,
): Promise<Factors> => training.als(wide(als, width), seed)

/** What was weighed, by its plan: it is good enough where there is no time to learn from everything. */
const weighed = new WeakMap<TdmPlan, LearnedTdm>()

/** `first`: factors of `plan.width` dimensions, what items begin as. `asking`: the people who say when to stop; without, `plan.passes` are made. */
export async function fitTdm(
  from: Fitting,
  training: Training,
  plan: TdmPlan,
  first: Factors,
  asking: Asking | null,
): Promise<LearnedTdm> {
  const { learn, workers, seed, progress } = from
  const { items, time } = training.log
  const { sequences } = training
  const { width, length, interests, hidden } = plan
  const met = Uint32Array.from(new Set(sequences.item)).sort()
  progress.stage('dividing items into a tree', 0, 1)
  const vectors = started(first, items)
  const order = leafOrder(vectors, width, met, plan.arity, seed)
  const tree = new ItemTree(items, order, plan.arity, plan.beam)
  const ends = endsOf(tree, plan.negatives)
  const shape = { width, length, interests, hidden, nodes: ends.at(-1)! }
  const branches = new Branches(learn, workers, tree, shape, ends, plan.rate, plan.drop, plan.decay, seed)
  branches.become(meansAbove(tree, vectors, width), tree)
  try {
    const draw = random(seed ^ 0x3c6ef372)
    const rows = () => parts(sequences, length, time !== null, draw)
    const asked = asking && personRows(asking, null, ASKED, length)
    return await passOver(from, branches, { tree, met, ends, rows, draw, asked }, plan)
  } finally {
    branches.drop()
  }
}

/** How long item vectors are in the beginning: what is as near as can be is e^6 times as likely as what is unlike. */
const LENGTH = 2.5

/** Vectors of one length: what factors say of direction. */
function started({ items: factors, dims, stride }: Factors, items: number): Float32Array {
  const vectors = new Float32Array(items * dims)
  for (let item = 0; item < items; item++) {
    const row = factors.subarray(item * stride, item * stride + dims)
    const length = Math.hypot(...row)
    if (length > 0) vectors.set(row.map((value) => (value * LENGTH) / length), item * dims) // prettier-ignore
  }
  return vectors
}

interface Schooling {
  tree: ItemTree
  /** Items that somebody met. */
  met: Uint32Array
  ends: readonly number[]
  rows: () => Row[]
  draw: () => number
  asked: Row[] | null
}

async function passOver(
  { progress, minutes, seed }: Fitting,
  branches: Branches,
  { tree: firstTree, met, ends, rows: rowsOf, draw, asked }: Schooling,
  plan: TdmPlan,
): Promise<LearnedTdm> {
  const nodes = ends.at(-1)!
  const passes: LearnedTdm['passes'] = []
  const paces: number[] = []
  let tree = firstTree
  let best = { at: 0, ndcg: -1, state: branches.learned.state(), tree }
  let [since, falls, step, cut, total] = [0, 0, 0, false, Infinity]
  const most = asked === null ? plan.passes.length : MOST_PASSES
  const [learning, guiding] = asked === null ? WHOLE : TRIAL
  let each = 0
  while (passes.length < most && step < total && !cut) {
    if (passes.length === FIRST) {
      const whole = branches.whole()
      tree = new ItemTree(tree.items, leafOrder(whole, plan.width, met, plan.arity, seed), plan.arity, plan.beam)
      branches.become(meansAbove(tree, whole, plan.width), tree)
      best.ndcg = -1
    }
    const lessons = new Lessons(tree, ends, draw)
    const rows = rowsOf()
    shuffle(rows, draw)
    each = Math.ceil(rows.length / plan.batch)
    if (asked === null) total = Math.min(each * most, MORE * plan.steps)
    let loss = 0
    for (let at = 0; at < rows.length && step < total && !cut; at += plan.batch) {
      if (asked === null) branches.pace = plan.passes[Math.floor((step / total) * most)]!
      loss += await branches.step(rows.slice(at, at + plan.batch).map((row) => lessons.of(row)))
      step++
      const said = passes.at(-1)
      const so =
        said === undefined
          ? ''
          : `, loss ${said.loss.toFixed(3)}${asked ? `, held-out ndcg ${best.ndcg.toFixed(4)}` : ''}`
      progress.stage(`training the tree's scorer, pass ${passes.length + 1}${so}`, at, rows.length)
      cut = step < total && minutes.left(learning) <= 0
    }
    const isGood = Number.isFinite(loss)
    if (!isGood && asked === null) cut = true
    if (cut) break // half a pass is not measured
    paces.push(branches.pace)
    const ndcg = asked === null ? 0 : isGood ? await ndcgOf(branches, tree, nodes, plan.beam, asked) : -1
    passes.push({ loss: loss / each, ndcg })
    if (asked === null || ndcg > best.ndcg) {
      best = { at: paces.length, ndcg, state: branches.learned.state(), tree }
      since = 0
    } else if (++since >= PATIENCE || !isGood) {
      if (++falls > FALLS) break
      // on from the best, in smaller steps; what came after it is as if it had not been
      branches.learned.return(best.state)
      branches.follow((tree = best.tree))
      paces.length = best.at
      branches.pace *= FALL
      since = 0
    }
  }
  const known = weighed.get(plan)
  if (asked === null && cut && known !== undefined) return { ...known, cut }
  branches.learned.return(best.state)
  branches.follow((tree = best.tree))
  const rows = rowsOf()
  shuffle(rows, draw)
  await guide({
    ...{ branches, tree, ends, rows, draw, batch: plan.batch },
    isOver: () => minutes.left(guiding) <= 0,
    said: (made, of) => progress.stage('fitting the nodes of the tree to what lies below them', made, of),
  })
  const own = asked === null ? plan : { ...plan, passes: paces.slice(0, best.at), steps: best.at * each }
  const learned = {
    plan: own,
    tree: best.tree,
    vectors: branches.whole(),
    parameters: branches.learned.named(),
    passes,
    cut,
  }
  if (asked !== null) weighed.set(own, learned)
  return learned
}
