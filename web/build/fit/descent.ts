/** The search of a device (src/recall/beam.c), while its scorer is trained: from the top of a tree by the best nodes of each level. */
import { NO_NODE, type Branches, type Question } from './branches.js'
import type { Row } from './stepper.js'
import type { ItemTree } from './tree.js'

/** People who are asked at a time. */
const PEOPLE = 64

/** For each history the items that it ends with, the best first. Of each level `beam` nodes are scored at most, `nodes` in a row. */
export async function descend(
  branches: Branches,
  tree: ItemTree,
  nodes: number,
  histories: readonly Uint32Array[],
  beam: number,
): Promise<Uint32Array[]> {
  let fronts: Uint32Array[] = histories.map(() =>
    Uint32Array.from({ length: tree.counts[tree.top]! }, (_, place) => place),
  )
  for (let level = tree.top; level >= 0; level--) {
    const rows = (front: Uint32Array) => Math.ceil(front.length / nodes)
    const questions = histories.flatMap((history, h) =>
      Array.from({ length: rows(fronts[h]!) }, (_, r): Question => {
        const asked = new Uint32Array(nodes).fill(NO_NODE)
        fronts[h]!.subarray(r * nodes, (r + 1) * nodes).forEach((place, n) => (asked[n] = tree.row(level, place)))
        return { history, asked }
      }),
    )
    const scores = await branches.scores(questions)
    let at = 0
    fronts = fronts.map((front) => {
      const own = scores.subarray(at, at + front.length)
      at += nodes * rows(front)
      const places = Uint32Array.from(front.keys())
        .sort((a, b) => own[b]! - own[a]! || tree.row(level, front[a]!) - tree.row(level, front[b]!))
        .map((n) => front[n]!)
      return level === 0 ? places.map((place) => tree.row(0, place)) : below(tree, level, places, beam)
    })
  }
  return fronts
}

/** The children of nodes of a level, the first `beam` of them. */
function below(tree: ItemTree, level: number, places: Uint32Array, beam: number): Uint32Array {
  const next: number[] = []
  for (const place of places) {
    const [from, to] = tree.children(level, place)
    for (let child = from; child < to && next.length < beam; child++) next.push(child)
  }
  return Uint32Array.from(next)
}

/** NDCG@10 of what came next among what the search brings that was not met before. */
export async function ndcgOf(
  branches: Branches,
  tree: ItemTree,
  nodes: number,
  beam: number,
  asked: readonly Row[],
): Promise<number> {
  let sum = 0
  for (let at = 0; at < asked.length; at += PEOPLE) {
    const some = asked.slice(at, at + PEOPLE)
    const histories = some.map(({ history }) => history)
    const found = await descend(branches, tree, nodes, histories, beam)
    some.forEach(({ history, target }, p) => {
      const met = new Set(history)
      const rank = found[p]!.filter((item) => !met.has(item)).indexOf(target[0]!)
      if (rank >= 0 && rank < 10) sum += 1 / Math.log2(rank + 2)
    })
  }
  return sum / Math.max(1, asked.length)
}
