/**
 * The plain evaluator: every op as its definition reads, in double precision, one node after the other. It folds
 * constants and finds shapes when a model is compiled, makes golden pairs, and is what the tape is measured against.
 */
import { nodeName, type Branch, type Graph, type Node } from '../model/graph.js'
import { InputError } from '../../../read/errors.js'
import { OpError, reachOf, type Tensor } from '../model/tensor.js'
import { wrapped, wrapsAround } from '../model/types.js'
import { ELEMENTWISE, map } from './elementwise.js'
import type { Cost, Kernel } from './kernel.js'
import { MATRIX, MATRIX_COSTS } from './matrix.js'
import { MOVEMENT } from './movement.js'
import { POOLING, POOLING_COSTS } from './pooling.js'
import { RECURRENT, RECURRENT_COSTS } from './recurrent.js'
import { REDUCE, REDUCE_COSTS } from './reduce.js'

const KERNELS: Record<string, Kernel> = { ...ELEMENTWISE, ...MOVEMENT, ...REDUCE, ...MATRIX, ...POOLING, ...RECURRENT }
const COSTS: Record<string, Cost> = { ...REDUCE_COSTS, ...MATRIX_COSTS, ...POOLING_COSTS, ...RECURRENT_COSTS }

export const SUPPORTED: readonly string[] = Object.keys(KERNELS).sort()

export const isSupported = (op: string): boolean => Object.hasOwn(KERNELS, op)

/** The values that a node makes. Errors name the file and the node. */
export function evaluateNode(
  file: string,
  node: Node,
  inputs: readonly (Tensor | undefined)[],
  opset: number,
): Tensor[] {
  const kernel = KERNELS[node.op]
  if (kernel === undefined) throw unsupported(file, node)
  try {
    return kernel(node, inputs, opset).map((value, i) => (node.op === 'TopK' && i === 1 ? value : inType(node, value)))
  } catch (error) {
    throw ofNode(file, node, error, 'what ONNX defines for this op')
  }
}

/** About how many numbers a node looks at to make its values, those that it makes aside. Errors: as of evaluateNode. */
export function costOf(file: string, node: Node, inputs: readonly (Tensor | undefined)[]): number {
  try {
    const own = COSTS[node.op]?.(node, inputs) ?? 0
    return inputs.reduce((sum, input) => sum + reachOf(input?.shape ?? []), own)
  } catch (error) {
    throw ofNode(file, node, error, 'what ONNX defines for this op')
  }
}

/** Whole numbers as their type holds them. */
function inType(node: Node, value: Tensor): Tensor {
  if (value.type !== 'int' || !wrapsAround(node.dataType)) return value
  return map(value, (x) => wrapped(node.dataType, x))
}

/**
 * What a node's op said, with the node's name. Where it stumbled, inputs are left out or attributes are of another kind than
 * the op has: only the file can be the reason.
 */
export function ofNode(file: string, node: Node, error: unknown, expected: string): unknown {
  const place = { file, part: nodeName(node) }
  if (error instanceof OpError) return new InputError(place, error.message, error.expected ?? expected)
  if (!(error instanceof TypeError || error instanceof RangeError)) return error
  return new InputError(place, 'inputs or attributes that do not go together', expected, { cause: error })
}

/** What writes an op that nothing here runs, and what to write instead. */
const INSTEAD: Readonly<Record<string, string>> = {
  Loop: 'loops are not run: PyTorch writes one for EmbeddingBag, where Embedding and a sum or a mean are the same',
  Scan: 'loops are not run: let the exporter unroll them',
}

export const unsupported = (file: string, node: Node): InputError => {
  const instead = INSTEAD[node.op]
  return new InputError(
    { file, part: `node "${node.name}"` },
    `the op ${node.op}${instead === undefined ? '' : ` (${instead})`}`,
    `one of ${SUPPORTED.join(', ')}`,
  )
}

/** Every value of the graph, for the given inputs. */
export function evaluate(graph: Graph, given: ReadonlyMap<string, Tensor>): Map<string, Tensor> {
  const values = new Map([...graph.constants, ...given])
  run(graph, graph.nodes, values)
  return values
}

function run(graph: Graph, nodes: readonly Node[], values: Map<string, Tensor>): void {
  for (const node of nodes) {
    if (node.op === 'If') {
      const taken = node.attributes.get(
        values.get(node.inputs[0])!.data[0] !== 0 ? 'then_branch' : 'else_branch',
      ) as Branch
      for (const [name, value] of taken.constants) values.set(name, value)
      run(graph, taken.nodes, values)
      taken.outputs.forEach((name, i) => values.set(node.outputs[i], values.get(name)!))
      continue
    }
    const inputs = node.inputs.map((name) => (name === '' ? undefined : values.get(name)))
    evaluateNode(graph.file, node, inputs, graph.opset).forEach((value, i) => {
      const name = node.outputs[i]
      if (name !== undefined && name !== '') values.set(name, value)
    })
  }
}
