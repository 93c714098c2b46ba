/**
 * The graph that the importer works on: nodes in the order in which they run, each naming the values that it reads and
 * makes. Constants are tensors by name. What an older opset says in attributes is read where a newer one has inputs:
 * `listOf` and its like look in both places, so that the rest knows one form.
 */
import type { ElementType, Tensor } from './tensor.js'
import { OpError } from './tensor.js'

export type Attribute = number | number[] | string | Tensor | Branch

/** A graph within a node: it may read what is made outside of it. */
export interface Branch {
  nodes: Node[]
  /** names of what it is given anew each time, as a loop's body is */
  inputs: string[]
  /** names of its results */
  outputs: string[]
  constants: Map<string, Tensor>
}

export interface Node {
  /** as the model names it; never empty */
  name: string
  op: string
  /** '' where an optional input is left out */
  inputs: string[]
  outputs: string[]
  attributes: Map<string, Attribute>
  /** TensorProto.DataType of its results, where it is known: see types.ts */
  dataType?: number
}

/** A size that the model leaves open is its symbol's name. */
export type Dim = number | string

export interface Port {
  name: string
  type: ElementType
  /** TensorProto.DataType */
  dataType?: number
  shape: Dim[]
}

export interface Graph {
  /** the file, for messages */
  file: string
  opset: number
  inputs: Port[]
  outputs: Port[]
  nodes: Node[]
  constants: Map<string, Tensor>
}

export function number(node: Node, name: string, fallback: number): number {
  const found = node.attributes.get(name)
  return typeof found === 'number' ? found : fallback
}

export function text(node: Node, name: string, fallback: string): string {
  const found = node.attributes.get(name)
  return typeof found === 'string' ? found : fallback
}

export function numbers(node: Node, name: string): number[] | undefined {
  const found = node.attributes.get(name)
  return Array.isArray(found) ? found : undefined
}

/** A list that is an input in newer opsets and an attribute in older ones; undefined where it is left out. */
export function listOf(node: Node, name: string, input: Tensor | undefined): number[] | undefined {
  return input === undefined ? numbers(node, name) : Array.from(input.data)
}

/** The same for a single number. */
export function scalarOr(
  node: Node,
  name: string,
  input: Tensor | undefined,
  fallback: number | undefined,
): number | undefined {
  if (input !== undefined) return input.data[0]
  const found = node.attributes.get(name)
  return typeof found === 'number' ? found : fallback
}

/** An input that the op cannot do without. */
export function need(inputs: readonly (Tensor | undefined)[], at: number): Tensor {
  const found = inputs[at]
  if (found === undefined) throw new OpError(`${inputs.length} inputs, expected input ${at} too`)
  return found
}

/** `node "/att/MatMul" (MatMul)` */
export const nodeName = (node: Node): string => `node "${node.name}" (${node.op})`

/** Which nodes read each value; outputs of the graph are read by the world, which `readers` does not list. */
export function readersOf(graph: Graph): Map<string, Node[]> {
  const readers = new Map<string, Node[]>()
  for (const node of graph.nodes)
    for (const name of new Set(node.inputs)) {
      const list = readers.get(name)
      if (list === undefined) readers.set(name, [node])
      else list.push(node)
    }
  return readers
}

export function makersOf(graph: Graph): Map<string, Node> {
  const makers = new Map<string, Node>()
  for (const node of graph.nodes) for (const name of node.outputs) if (name !== '') makers.set(name, node)
  return makers
}

/** All values that a node reads, those that its branches take from outside included. */
export function readsOf(node: Node): string[] {
  const names = node.inputs.filter((name) => name !== '')
  for (const value of node.attributes.values())
    if (typeof value === 'object' && 'nodes' in value) {
      const own = new Set([...value.inputs, ...value.constants.keys(), ...value.nodes.flatMap((each) => each.outputs)])
      for (const name of [...value.nodes.flatMap(readsOf), ...value.outputs]) if (!own.has(name)) names.push(name)
    }
  return names
}

/** Drops nodes and constants that no output needs. */
export function dropDead(graph: Graph): Graph {
  const needed = new Set(graph.outputs.map((port) => port.name))
  const nodes: Node[] = []
  for (let i = graph.nodes.length - 1; i >= 0; i--) {
    const node = graph.nodes[i]
    if (!node.outputs.some((name) => needed.has(name))) continue
    nodes.push(node)
    for (const name of readsOf(node)) needed.add(name)
  }
  const constants = new Map([...graph.constants].filter(([name]) => needed.has(name)))
  return { ...graph, nodes: nodes.reverse(), constants }
}
