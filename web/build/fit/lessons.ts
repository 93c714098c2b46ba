/** What a tree's scorer learns from a row: of each level the nodes above what came next, among others that are drawn. */
import { NO_NODE, type Lesson } from './branches.js'
import type { Row } from './stepper.js'
import type { ItemTree } from './tree.js'

/** Items that a row is asked about, beside nodes of another level. */
const OF_ITEMS = 1.5

/** Of how many nodes of each level a row is asked about: where each level ends. */
export function endsOf({ counts }: ItemTree, negatives: number): number[] {
  let end = 0
  return counts.map(
    (count, level) => (end += Math.min(level === 0 ? OF_ITEMS * negatives : negatives, 4 * Math.ceil(count / 4))),
  )
}

export class Lessons {
  private readonly leaf: Uint32Array
  constructor(
    private readonly tree: ItemTree,
    private readonly ends: readonly number[],
    private readonly draw: () => number,
  ) {
    this.leaf = tree.leaves()
  }

  of({ history, target }: Row): Lesson {
    const { tree, ends, draw } = this
    const nodes = ends.at(-1)!
    const asked = new Uint32Array(nodes).fill(NO_NODE)
    const wanted = new Float32Array(nodes)
    let [from, above] = [0, 1]
    for (let level = 0; level <= tree.top; level++, above *= tree.arity) {
      const end = ends[level]!
      const there = new Map<number, number>()
      for (const item of target) {
        const place = Math.floor(this.leaf[item]! / above)
        const row = tree.row(level, place)
        const at = there.get(row) ?? from + there.size
        if (at >= end) continue
        there.set(row, at)
        asked[at] = row
        wanted[at]! += 1 / target.length
      }
      const all = tree.counts[level]!
      const first = from + there.size
      if (all <= end - from) {
        let at = first
        for (let place = 0; place < all; place++)
          if (!there.has(tree.row(level, place))) asked[at++] = tree.row(level, place)
      } else
        for (let at = first; at < end; at++) {
          const row = tree.row(level, Math.floor(draw() * all))
          if (!there.has(row)) asked[at] = row
        }
      from = end
    }
    return { history, asked, wanted }
  }
}
