/**
 * Which type of whole numbers each node works in: those of 8 to 32 bits wrap around where int64 does not. Types follow from those of the
 * inputs, of the constants and of casts; what cannot be known is left open, and then no width is assumed.
 */
import { number, type Graph, type Node } from './graph.js'
import type { Tensor } from './tensor.js'

/** TensorProto.DataType, those that matter here. */
export const DATA_TYPE = {
  float: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  double: 11,
  uint32: 12,
  uint64: 13,
}

/** The bounds of a type of whole numbers; int64's, and those of a type that is not known, are beyond all that is exact. */
const BOUNDS: Readonly<Record<number, readonly [least: number, most: number]>> = {
  [DATA_TYPE.uint8]: [0, 2 ** 8 - 1],
  [DATA_TYPE.int8]: [-(2 ** 7), 2 ** 7 - 1],
  [DATA_TYPE.uint16]: [0, 2 ** 16 - 1],
  [DATA_TYPE.int16]: [-(2 ** 15), 2 ** 15 - 1],
  [DATA_TYPE.int32]: [-(2 ** 31), 2 ** 31 - 1],
  [DATA_TYPE.uint32]: [0, 2 ** 32 - 1],
  [DATA_TYPE.uint64]: [0, Infinity],
}
export const boundsOf = (dataType: number | undefined): readonly [number, number] =>
  BOUNDS[dataType ?? DATA_TYPE.int64] ?? [-Infinity, Infinity]
/** Whether a type is one of 8 to 32 bits, in which what goes beyond it wraps around. */
export const wrapsAround = (dataType: number | undefined): boolean => Number.isFinite(boundsOf(dataType)[1])
/** What a type makes of a whole number. */
export function wrapped(dataType: number | undefined, value: number): number {
  const [least, most] = boundsOf(dataType)
  if ((value >= least && value <= most) || !Number.isFinite(value)) return value
  const size = most - least + 1
  const rest = (value - least) % size
  return least + (rest < 0 ? rest + size : rest)
}

const LOGICAL = new Set('Equal Less LessOrEqual Greater GreaterOrEqual And Or Xor Not IsNaN IsInf'.split(' '))
const PLACES = new Set(['Shape', 'Size', 'ArgMax', 'ArgMin'])

/** Fills in `dataType` of every node outside of branches. */
export function inferTypes(graph: Graph): void {
  const known = new Map<string, number | undefined>([
    ...graph.inputs.map((port) => [port.name, port.dataType] as const),
    ...[...graph.constants].map(([name, constant]) => [name, constant.dataType] as const),
  ])
  for (const node of graph.nodes) {
    node.dataType = typeOf(node, known)
    node.outputs.forEach((name, i) => known.set(name, node.op === 'TopK' && i === 1 ? DATA_TYPE.int64 : node.dataType))
  }
}

function typeOf(node: Node, known: ReadonlyMap<string, number | undefined>): number | undefined {
  if (node.op === 'Cast') return number(node, 'to', DATA_TYPE.float)
  if (LOGICAL.has(node.op)) return DATA_TYPE.bool
  if (PLACES.has(node.op)) return DATA_TYPE.int64
  if (node.op === 'If') return undefined
  if (node.op === 'ConstantOfShape')
    return (node.attributes.get('value') as Tensor | undefined)?.dataType ?? DATA_TYPE.float
  const typed =
    node.op === 'Where' || node.op === 'CastLike'
      ? node.inputs[1]
      : node.op === 'OneHot'
        ? node.inputs[2]
        : node.inputs[0]
  return known.get(typed)
}
