/**
 * Trees that are trained here: rows of moments become a forest (src/learn/boost.h), which from there on is what an imported
 * model of LightGBM or XGBoost is.
 */
import type { Learn, Pointer } from '../../learn/learn.js'
import { checkForest, type Forest, type Split, type Tree } from '../../import/trees/trees.js'

/** Rows of moments, one moment's together, in the order that the merge gave them. */
export interface Rows {
  /** [rows][features] */
  x: Float32Array
  features: number
  /** Where each moment begins, and the last one ends. */
  start: Uint32Array
  /** What each row was worth: 0 nothing, 1 it was met. */
  label: Float32Array
}

/** src/learn/grow.h, src/learn/boost.h */
export interface BoostPlan {
  leaves: number
  least: number
  lambda: number
  rate: number
  smooth: number
  setLambda: number
  setLeast: number
  setMost: number
  /** Places that pairs are counted of, and those that held rows are judged by. */
  top: number
  ndcg: number
  /** Shares of moments and of features that each tree is given. */
  groups: number
  features: number
}

/** LightGBM's own numbers where it has them, but for shares and `lambda`, which hold trees of few people back. */
export const BOOST: BoostPlan = {
  leaves: 31,
  least: 20,
  lambda: 5,
  rate: 0.1,
  smooth: 10,
  setLambda: 10,
  setLeast: 100,
  setMost: 32,
  top: 32,
  ndcg: 10,
  groups: 0.7,
  features: 0.7,
}

const BINS = 256
const NODE_BYTES = 64
const LEAF = 0xffffffff

export class Boost {
  /** Trees that there are. */
  rounds = 0

  private constructor(
    private readonly learn: Learn,
    private readonly made: Pointer,
    private readonly width: number,
    private readonly isCategory: Uint8Array,
    private readonly kept: Pointer[],
  ) {}

  /** Give it back with drop(). `isCategory`: of each feature, 1 where its numbers only name something. */
  static of(learn: Learn, rows: Rows, isCategory: Uint8Array, plan: BoostPlan, seed: number): Boost {
    const { leaves, least, lambda, rate, smooth, setLambda, setLeast, setMost, top, ndcg, groups, features } = plan
    const how = [leaves, least, lambda, rate, smooth, setLambda, setLeast, setMost, top, ndcg, groups, features, seed]
    const kept = [learn.put(rows.start), learn.put(rows.label)] as const
    const made = learn.with([Float64Array.from(how), rows.x, isCategory], (how, x, categories) =>
      learn.make('mt_make_boost', how, x, rows.features, categories, rows.start.length - 1, ...kept),
    )
    return new Boost(learn, made, rows.features, isCategory, [...kept])
  }

  /** Rows that tell when to stop, and are not learned from. */
  hold(rows: Rows): void {
    const kept = [this.learn.put(rows.start), this.learn.put(rows.label)] as const
    this.kept.push(...kept)
    this.learn.with([rows.x], (x) => this.learn.call('mt_boost_hold', this.made, x, rows.start.length - 1, ...kept))
  }

  /** One tree more; the held rows' NDCG with it. */
  round(): number {
    const out = this.learn.take(8)
    this.learn.call('mt_boost_round', this.made, out)
    const held = this.learn.f64(out, 1)[0]!
    this.learn.drop(out)
    this.rounds++
    return held
  }

  /** NDCG of each held moment after the last round; NaN where nothing was met. */
  held(moments: number): Float64Array {
    return this.learn.f64(this.learn.run('mt_held_of_boost', this.made), moments).slice()
  }

  /** The first `rounds` trees. */
  forest(rounds: number, names: readonly string[], file: string, objective: string): Forest {
    return checkForest({
      file,
      origin: 'trained here',
      objective,
      features: this.width,
      featureNames: [...names],
      named: true,
      outputs: 1,
      base: [0],
      divisor: 1,
      link: 'identity',
      scale: 1,
      floatSum: false,
      trees: Array.from({ length: Math.min(rounds, this.rounds) }, (_, t) => this.tree(t)),
      remarks: [],
    })
  }

  /** What splits by each feature gained, in the first `rounds` trees. */
  gains(rounds: number): Float64Array {
    const gains = new Float64Array(this.width)
    for (let t = 0; t < rounds; t++)
      for (const { feature, gain } of this.nodes(t)) if (feature !== LEAF) gains[feature]! += gain
    return gains
  }

  drop(): void {
    this.learn.run('mt_drop_boost', this.made)
    this.learn.drop(...this.kept)
  }

  /** A tree as the core has it: src/learn/grow.h. */
  private nodes(tree: number) {
    const { learn } = this
    const out = learn.take(4)
    const at = learn.run('mt_tree_of_boost', this.made, tree, out)
    const count = learn.u32(out, 1)[0]!
    learn.drop(out)
    return Array.from({ length: count }, (_, n) => {
      const [words, numbers] = [learn.u32(at + NODE_BYTES * n, 10), learn.f64(at + NODE_BYTES * n + 40, 3)]
      const left = Array.from({ length: BINS }, (_, bin) => bin).filter((bin) => (words[bin >> 5]! >>> (bin & 31)) & 1)
      const [value, cover, gain] = numbers as unknown as [number, number, number]
      return { left, feature: words[8]!, child: words[9]!, value, cover, gain }
    })
  }

  private tree(tree: number): Tree {
    const nodes = this.nodes(tree).map(({ left, feature, child, value, cover }) => ({
      split: feature === LEAF ? null : this.split(feature, left),
      left: child,
      right: child + 1,
      value,
      cover,
    }))
    return { output: 0, nodes }
  }

  /** A set of bins that go left, as a comparison or a set of categories: src/learn/bins.h. */
  private split(feature: number, left: readonly number[]): Split {
    const edges = this.learn.f32(this.learn.run('mt_edges_of_boost', this.made, feature), BINS)
    if (this.isCategory[feature] === 1) {
      const members = left.map((bin) => edges[bin - 1]!)
      const set = new Uint32Array((Math.max(...members) >> 5) + 1)
      for (const member of members) set[member >> 5]! |= 1 << (member & 31)
      return { kind: 'category', feature, set, membersLeft: true, missingLeft: false, cut: false }
    }
    const missingLeft = left[0] === 0
    const last = left.at(-1)!
    // only what is not known goes left: no number is below -Infinity
    const [operator, threshold] = last === 0 ? (['<', -Infinity] as const) : (['<=', edges[last - 1]!] as const)
    return { kind: 'number', feature, operator, threshold, missing: 'nan', missingLeft }
  }
}
