/**
 * What the nodes above the items are for: a search goes by them, so each should score as the best of what lies below it does (Zhuo et
 * al. 2020). The log says that of the way to what came next alone, and the longer the scorer learns of items, the more the best of
 * them part from their branches. So in the end, with items and scorer as they are, the nodes above learn what the scorer says of those
 * below: of each level the best child's likelihood among the nodes that a row is asked about.
 */
import { NO_NODE, type Branches, type Lesson, type Question } from './branches.js'
import type { Row } from './stepper.js'
import type { ItemTree } from './tree.js'

/** How often a node right above items is asked about. */
const TIMES = 600
/** What the training's rate is multiplied by at first, and along half a cosine in the end. */
const [FIRST, LAST] = [2.5, 0.1]

export interface Guiding {
  branches: Branches
  tree: ItemTree
  /** Where each level's nodes end among those that a row is asked about. */
  ends: readonly number[]
  rows: readonly Row[]
  batch: number
  draw: () => number
  isOver: () => boolean
  /** How many steps of how many are made. */
  said: (step: number, of: number) => void
}

/** By rows one after the other, and again from the first where they are too few. */
export async function guide({ branches, tree, ends, rows, batch, draw, isOver, said }: Guiding): Promise<void> {
  branches.settle()
  if (tree.top === 0 || rows.length === 0) return
  const leaves = tree.leaves()
  const steps = Math.ceil((TIMES * tree.counts[1]!) / (batch * (ends[1]! - ends[0]!)))
  for (let step = 0, at = 0; step < steps && !isOver(); step++, at += batch) {
    branches.pace = LAST + ((FIRST - LAST) * (1 + Math.cos((Math.PI * step) / steps))) / 2
    const own = Array.from({ length: batch }, (_, r) => rows[(at + r) % rows.length]!)
    await branches.step(await lessonsOf(branches, tree, leaves, ends, own, draw))
    said(step, steps)
  }
}

async function lessonsOf(
  branches: Branches,
  tree: ItemTree,
  leaves: Uint32Array,
  ends: readonly number[],
  rows: readonly Row[],
  draw: () => number,
): Promise<Lesson[]> {
  const nodes = ends.at(-1)!
  const asked = rows.map(({ target }) =>
    drawn(
      tree,
      ends,
      Array.from(target, (item) => leaves[item]!),
      draw,
    ),
  )
  const questions = rows.map(({ history }, r) => {
    const below = asked[r]!.flatMap(({ level, place }) => {
      const [from, to] = tree.children(level, place)
      return Array.from({ length: to - from }, (_, child) => tree.row(level - 1, from + child))
    })
    return Array.from({ length: Math.ceil(below.length / nodes) }, (_, q): Question => {
      const own = new Uint32Array(nodes).fill(NO_NODE)
      own.set(below.slice(q * nodes, (q + 1) * nodes))
      return { history, asked: own }
    })
  })
  const scores = await branches.scores(questions.flat())
  let first = 0
  return rows.map(({ history }, r) => {
    const lesson = { history, asked: new Uint32Array(nodes).fill(NO_NODE), wanted: new Float32Array(nodes) }
    let at = first
    for (const { level, place, slot } of asked[r]!) {
      const [from, to] = tree.children(level, place)
      lesson.asked[slot] = tree.row(level, place)
      lesson.wanted[slot] = Math.max(...scores.subarray(at, (at += to - from)))
    }
    for (let level = 1; level <= tree.top; level++) likely(lesson, ends[level - 1]!, ends[level]!)
    first += questions[r]!.length * nodes
    return lesson
  })
}

/** Of each level above the items nodes that are asked about: those above what came next, and others. */
function drawn(
  tree: ItemTree,
  ends: readonly number[],
  leaves: readonly number[],
  draw: () => number,
): { level: number; place: number; slot: number }[] {
  const all: { level: number; place: number; slot: number }[] = []
  for (let level = 1; level <= tree.top; level++) {
    const [from, count] = [ends[level - 1]!, tree.counts[level]!]
    const most = Math.min(ends[level]! - from, count)
    const above = leaves.slice(0, most).map((leaf) => Math.floor(leaf / tree.arity ** level))
    const places = new Set(most === count ? Array(count).keys() : above)
    while (places.size < most) places.add(Math.floor(draw() * count))
    Array.from(places, (place, n) => all.push({ level, place, slot: from + n }))
  }
  return all
}

/** Scores of a level as likelihoods. */
function likely({ asked, wanted }: Lesson, from: number, to: number): void {
  const isAsked = (slot: number) => asked[slot] !== NO_NODE
  let [most, sum] = [-Infinity, 0]
  for (let slot = from; slot < to; slot++) if (isAsked(slot)) most = Math.max(most, wanted[slot]!)
  for (let slot = from; slot < to; slot++) if (isAsked(slot)) sum += wanted[slot] = Math.exp(wanted[slot]! - most)
  for (let slot = from; slot < to; slot++) wanted[slot]! /= sum
}
