/**
 * A balanced tree over items: each node but the last of its level has the same number of children, so that nothing of it but the order
 * of the leaves needs to be kept. Nodes are numbered as rows of a table: items first, then the level above them, and so on.
 */
import { random } from '../random.js'

const NONE = 0xffffffff

export class ItemTree {
  /** Nodes of each level, and the row of the first of them; the lowest level's are the items themselves. */
  readonly counts: number[]
  readonly first: number[]
  readonly rows: number

  /** `order`: the items at the leaves. Levels are added until one has at most `beam` nodes. */
  constructor(
    readonly items: number,
    readonly order: Uint32Array,
    readonly arity: number,
    beam: number,
  ) {
    this.counts = [order.length]
    this.first = [0]
    let rows = items
    while (this.counts.at(-1)! > beam) {
      this.first.push(rows)
      this.counts.push(Math.ceil(this.counts.at(-1)! / arity))
      rows += this.counts.at(-1)!
    }
    this.rows = rows
  }

  get top(): number {
    return this.counts.length - 1
  }

  /** The row of a node of a level by its place there. */
  row(level: number, place: number): number {
    return level === 0 ? this.order[place]! : this.first[level]! + place
  }

  /** Places of the children of a node, on the level below. */
  children(level: number, place: number): [from: number, to: number] {
    return [place * this.arity, Math.min((place + 1) * this.arity, this.counts[level - 1]!)]
  }

  /** Of each item its leaf; NONE where it has none. */
  leaves(): Uint32Array {
    const leaf = new Uint32Array(this.items).fill(NONE)
    this.order.forEach((item, place) => (leaf[item] = place))
    return leaf
  }

  /** Of each row the one above it. */
  parents(): Uint32Array {
    const parents = new Uint32Array(this.rows).fill(NONE)
    for (let level = 0; level < this.top; level++)
      for (let place = 0; place < this.counts[level]!; place++)
        parents[this.row(level, place)] = this.row(level + 1, Math.floor(place / this.arity))
    return parents
  }
}

const ROUNDS = 6

/** An order of leaves in which each node's lie near each other: halves, of which each is nearer to its own mean (balanced 2-means). */
export function leafOrder(
  vectors: Float32Array,
  width: number,
  leaves: Uint32Array,
  arity: number,
  seed: number,
): Uint32Array {
  const order = leaves.slice()
  const draw = random(seed)
  const away = new Float64Array(vectors.length / width)
  const meanOf = (from: number, to: number): Float64Array => {
    const mean = new Float64Array(width)
    for (let at = from; at < to; at++)
      for (let d = 0; d < width; d++) mean[d]! += vectors[order[at]! * width + d]! / (to - from)
    return mean
  }
  const part = (from: number, middle: number, to: number): void => {
    const own = order.subarray(from, to)
    const any = () => own[Math.floor(draw() * own.length)]! * width
    let [one, other] = [any(), any()].map((at) => Float64Array.from(vectors.subarray(at, at + width))) as [
      Float64Array,
      Float64Array,
    ]
    for (let round = 0; round < ROUNDS; round++) {
      for (const item of own) {
        let dot = 0
        for (let d = 0; d < width; d++) dot += vectors[item * width + d]! * (other[d]! - one[d]!)
        away[item] = dot
      }
      own.sort((a, b) => away[a]! - away[b]! || a - b)
      ;[one, other] = [meanOf(from, middle), meanOf(middle, to)]
    }
  }
  const divide = (from: number, to: number, block: number): void => {
    const count = to - from
    if (count <= arity) return
    while (block >= count) block /= arity
    const middle = from + Math.ceil(Math.ceil(count / block) / 2) * block
    part(from, middle, to)
    divide(from, middle, block)
    divide(middle, to, block)
  }
  divide(0, order.length, arity ** Math.ceil(Math.log2(Math.max(2, order.length)) / Math.log2(arity)))
  return order
}

/** Vectors of all nodes: of items as they are, of others the mean of what lies below. */
export function meansAbove(tree: ItemTree, items: Float32Array, width: number): Float32Array {
  const whole = new Float32Array(tree.rows * width)
  whole.set(items.subarray(0, tree.items * width))
  const below = new Float64Array(tree.rows).fill(1)
  for (let level = 1; level <= tree.top; level++)
    for (let place = 0; place < tree.counts[level]!; place++) {
      const row = tree.row(level, place)
      const [from, to] = tree.children(level, place)
      let count = 0
      for (let child = from; child < to; child++) count += below[tree.row(level - 1, child)]!
      for (let child = from; child < to; child++) {
        const own = tree.row(level - 1, child)
        for (let d = 0; d < width; d++) whole[row * width + d]! += (whole[own * width + d]! * below[own]!) / count
      }
      below[row] = count
    }
  return whole
}
