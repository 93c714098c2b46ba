/**
 * Neighbours by a knowledge graph: items are alike that lead to the same things.
 *
 * Every item is a sparse vector over the graph's nodes, and its neighbours are the nearest by cosine:
 *   one step    the entities it is linked with, either way round, each by how much that tells: relation weight · idf
 *   two steps   what those entities are linked with in turn, fainter
 *   items       an item that it is linked with, and every such item itself, so that the link alone makes them neighbours
 *
 *     idf(relation, node) = ln(1 + links of the relation / links of the relation at the node)
 *
 * A genre that half of the catalogue shares so says little, a director much. Nodes with more than LONGEST items are passed
 * over: they would say next to nothing, at most of the cost.
 */
import type { Graph } from '../../read/index.js'
import { InputError } from '../../read/index.js'
import type { Catalogue } from '../catalogue.js'
import type { Learn, Lists } from '../../learn/learn.js'
import type { SourceOptions } from '../options.js'
import { Training, type Log } from '../training.js'
import type { Workers } from '../workers.js'
import { listsUnderItems } from './postings.js'
import { popularityIn, type Source } from './source.js'

const LONGEST = 5000
/** Neighbours kept, of so many that were the nearest before popularity had a say. */
export const TOP = 30
const NEAREST = 200
/** What two steps count against one. */
const SECOND = 0.3
/** Entities are followed to at most so many others, the most telling first. */
const BRANCHES = 32

export const graph: Source<'graph'> = {
  name: 'graph',
  kind: 'postings',
  role: 'alike',
  untuned: 0.5,
  knowsNew: true,
  possible: ({ related }) => related !== null,
  sections(from, ordinal) {
    const lists = popularNeighbours(from.related!, popularityIn(from))
    return [listsUnderItems(from, 'graph', lists, ordinal)]
  },
}

/** item -> neighbours; null where no triple tells of an item. */
export async function graphNeighbours(
  learn: Learn,
  workers: Workers,
  graph: Graph,
  catalogue: Catalogue,
  config: SourceOptions,
): Promise<Lists | null> {
  const log = vectorsOf(graph, catalogue, config)
  if (log.user.length === 0) return null
  const plan = { user: 0, key: 0.5, target: 0.5, shrinkage: 0, cosine: true, longest: LONGEST, top: NEAREST }
  const training = await Training.of(learn, workers, log)
  const lists = await training.neighbours(plan)
  training.drop()
  return lists
}

/**
 * Of things that are equally near, people take to those that others took to: on films and their genres, years and tags the
 * source alone brings back three times as much with the square root of popularity as without, and more still with
 * popularity itself, which other sources know better. `met`: how many people met each item.
 */
export function popularNeighbours(lists: Lists, met: Float32Array | null, power = 0.5): Lists {
  const start = new Uint32Array(lists.keys + 1)
  const items: number[] = []
  const weights: number[] = []
  for (let key = 0; key < lists.keys; key++) {
    const mine = Array.from({ length: lists.start[key + 1]! - lists.start[key]! }, (_, e) => {
      const item = lists.items[lists.start[key]! + e]!
      return { item, weight: lists.weights[lists.start[key]! + e]! * (met === null ? 1 : (1 + met[item]!) ** power) }
    })
    mine.sort((a, b) => b.weight - a.weight || a.item - b.item)
    for (const { item, weight } of mine.slice(0, TOP)) {
      items.push(item)
      weights.push(weight)
    }
    start[key + 1] = items.length
  }
  return { keys: lists.keys, start, items: Uint32Array.from(items), weights: Float32Array.from(weights) }
}

/** How many of the catalogue's items the graph names. */
export const itemsNamed = (graph: Graph, catalogue: Catalogue) =>
  graph.nodes.reduce((count, node) => count + Number(catalogue.numberOf.has(node)), 0)

interface Link {
  to: number
  weight: number
}

/** The items' vectors as a log: "user" is a node, "item" an item, "weight" how much the node tells of it. */
export function vectorsOf(graph: Graph, catalogue: Catalogue, config: SourceOptions): Log {
  const links = linksOf(graph, config)
  const { hops = 2 } = config.graph ?? {}
  const item = graph.nodes.map((node) => catalogue.numberOf.get(node) ?? -1)
  const nodes: number[] = []
  const items: number[] = []
  const weights: number[] = []
  links.forEach((mine, from) => {
    if (item[from]! < 0) return
    const vector = new Map<number, number>()
    const add = (node: number, weight: number) => vector.set(node, Math.max(vector.get(node) ?? 0, weight))
    for (const { to, weight } of mine) {
      add(to, weight)
      if (item[to]! >= 0)
        add(from, weight) // to have its own node is how the other finds it
      else if (hops > 1)
        for (const next of links[to]!.slice(0, BRANCHES))
          if (item[next.to]! < 0 && next.to !== from) add(next.to, SECOND * Math.min(weight, next.weight))
    }
    for (const [node, weight] of vector) {
      nodes.push(node)
      items.push(item[from]!)
      weights.push(weight)
    }
  })
  return {
    users: graph.nodes.length,
    items: catalogue.ids.length,
    user: Uint32Array.from(nodes),
    item: Uint32Array.from(items),
    time: null,
    weight: Float32Array.from(weights),
  }
}

/** Under each node its links, both ways round, the most telling first. */
function linksOf(graph: Graph, config: SourceOptions): Link[][] {
  const weightOf = relationWeights(graph, config)
  const links: Link[][] = graph.nodes.map(() => [])
  const total = new Float64Array(graph.relations.length)
  const degree = new Map<number, number>() // (relation, node) -> links
  const key = (relation: number, node: number) => relation * graph.nodes.length + node
  for (let row = 0; row < graph.rows; row++) {
    const relation = graph.relation[row]!
    total[relation]! += 1
    for (const node of [graph.head[row]!, graph.tail[row]!])
      degree.set(key(relation, node), (degree.get(key(relation, node)) ?? 0) + 1)
  }
  const idf = (relation: number, node: number) => Math.log(1 + total[relation]! / degree.get(key(relation, node))!)
  for (let row = 0; row < graph.rows; row++) {
    const [relation, head, tail] = [graph.relation[row]!, graph.head[row]!, graph.tail[row]!]
    const weight = weightOf[relation]!
    if (weight <= 0 || head === tail) continue
    links[head]!.push({ to: tail, weight: weight * idf(relation, tail) })
    links[tail]!.push({ to: head, weight: weight * idf(relation, head) })
  }
  for (const mine of links) mine.sort((a, b) => b.weight - a.weight || a.to - b.to)
  return links
}

function relationWeights(graph: Graph, config: SourceOptions): number[] {
  const named = config.graph?.relations ?? {}
  const unknown = Object.keys(named).find((name) => !graph.relations.includes(name))
  if (unknown !== undefined)
    throw new InputError(
      { file: 'config', part: 'key "graph.relations"' },
      `relation "${unknown}"`,
      `one of the graph: ${graph.relations.slice(0, 20).join(', ')}`,
    )
  return graph.relations.map((name) => named[name] ?? 1)
}
