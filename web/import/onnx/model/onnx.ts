/**
 * Reading an ONNX model: from the file's bytes to a graph whose nodes stand in the order in which they run.
 * Errors name the file and the tensor, node or input that is wrong.
 */
import { InputError, reasonOf } from '../../../read/errors.js'
import { dropDead, readsOf, type Attribute, type Branch, type Dim, type Graph, type Node, type Port } from './graph.js'
import {
  decodeModel,
  decodeTensor,
  type AttributeProto,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type ValueInfoProto,
} from './proto.js'
import { inferTypes } from './types.js'
import { dataTypeName, elementType, readTensor, tensor, wide, type Tensor } from './tensor.js'

/** The newest opset whose ops are known; older ones than 11 are read as far as their ops mean the same. */
const NEWEST_OPSET = 21

/** How the fields of ModelProto are written, by their numbers: 0 a varint, 2 bytes behind their length. */
const MODEL_FIELDS: Readonly<Record<number, 0 | 2>> = {
  1: 0,
  2: 2,
  3: 2,
  4: 2,
  5: 0,
  6: 2,
  7: 2,
  8: 2,
  14: 2,
  20: 2,
  25: 2,
}

/** Whether bytes look like an ONNX model: a protocol buffer of ModelProto's fields, in any order, up to the graph. */
export function isOnnx(bytes: Uint8Array): boolean {
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let scale = 1; at < bytes.length && scale < 2 ** 49; scale *= 128) {
      value += (bytes[at] & 127) * scale
      if (bytes[at++] < 128) return value
    }
    return NaN
  }
  for (let fields = 0; bytes.length > 4; fields++) {
    const tag = varint()
    const wire = MODEL_FIELDS[Math.floor(tag / 8)]
    if (wire === undefined || wire !== tag % 8) return fields > 1 && at >= bytes.length // a file that was cut off
    const value = varint()
    if (Number.isNaN(value)) return false
    if (tag === 0x3a) return true
    if (wire === 2) at += value
  }
  return false
}

/** A model from the bytes of `file`, which messages name. Throws InputError where something in it is wrong. */
export function readOnnx(file: string, bytes: Uint8Array): Graph {
  let model: ModelProto
  try {
    model = decodeModel(bytes)
  } catch (error) {
    throw new InputError({ file }, `a damaged file${reasonOf(error)}`, 'a whole ONNX model', {
      cause: error,
    })
  }
  const { graph } = model
  if (graph === undefined || graph === null) throw new InputError({ file }, 'no graph', 'an ONNX model')
  if (model.functions.length > 0)
    throw new InputError(
      { file, part: `function "${model.functions[0].name}"` },
      'a function of the model',
      'plain ops',
    )
  if (graph.sparseInitializer.length > 0)
    throw new InputError({ file, part: 'graph' }, 'sparse initializers', 'dense ones')
  const opset = opsetOf(file, model)
  const constants = new Map<string, Tensor>()
  for (const proto of graph.initializer)
    constants.set(proto.name, readTensor({ file, part: `initializer "${proto.name}"` }, proto))
  const nodes = graph.node.map((proto, i) => readNode(file, proto, i))
  liftConstants(file, nodes, constants)
  const inputs = graph.input
    .filter((input) => !constants.has(input.name))
    .map((input) => portOf(file, 'input', input, undefined))
  const outputs = graph.output.map((output) => portOf(file, 'output', output, 1))
  if (outputs.length === 0) throw new InputError({ file, part: 'graph' }, 'no output', 'at least one')
  const sorted = inOrder(file, nodes, new Set([...constants.keys(), ...inputs.map((port) => port.name)]))
  const whole = { file, opset, inputs, outputs, nodes: sorted, constants }
  checkOutputs(whole)
  inferTypes(whole)
  return dropDead(whole)
}

/** The tensor of a TensorProto file, such as those of the ONNX project's test cases. */
export const readTensorFile = (file: string, bytes: Uint8Array): Tensor => readTensor({ file }, decodeTensor(bytes))

function opsetOf(file: string, model: ModelProto): number {
  const opset = model.opsetImport.find((each) => each.domain === '' || each.domain === 'ai.onnx')
  const version = opset === undefined ? 1 : wide(opset.version)
  if (version > NEWEST_OPSET)
    throw new InputError({ file, part: 'opset' }, `version ${version}`, `11 to ${NEWEST_OPSET}`)
  return version
}

function readNode(file: string, proto: NodeProto, index: number): Node {
  const name = proto.name || proto.output.find((output) => output !== '') || `number ${index}`
  const part = `node "${name}" (${proto.opType})`
  if (proto.domain !== '' && proto.domain !== 'ai.onnx')
    throw new InputError({ file, part }, `an op of the domain "${proto.domain}"`, 'ops of ONNX itself')
  const attributes = new Map<string, Attribute>()
  for (const attribute of proto.attribute) {
    const value = attributeOf({ file, part: `${part}, attribute "${attribute.name}"` }, attribute)
    if (value !== undefined) attributes.set(attribute.name, value)
  }
  return { name, op: proto.opType, inputs: [...proto.input], outputs: [...proto.output], attributes }
}

/** AttributeProto.AttributeType. Very old writers leave the type out; then whatever is there counts. */
function attributeOf(place: { file: string; part: string }, proto: AttributeProto): Attribute | undefined {
  const kind = proto.type || guess(proto)
  const decode = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8')
  switch (kind) {
    case 1:
      return proto.f
    case 2:
      return wide(proto.i)
    case 3:
      return decode(proto.s)
    case 4:
      if (proto.t) return readTensor(place, proto.t)
      throw new InputError(place, 'no tensor', 'one')
    case 5:
      if (proto.g) return branchOf(place.file, proto.g)
      throw new InputError(place, 'no graph', 'one')
    case 6:
      return [...proto.floats]
    case 7:
      return proto.ints.map(wide)
    case 8:
      return proto.strings.map(decode).join(',')
    default:
      return undefined // sparse tensors and the like: no op of ours reads them
  }
}

/** The graph of a branch. Its names are not those of the outer graph, as the format demands. */
function branchOf(file: string, graph: GraphProto): Branch {
  const constants = new Map<string, Tensor>()
  for (const proto of graph.initializer)
    constants.set(proto.name, readTensor({ file, part: `initializer "${proto.name}"` }, proto))
  const nodes = graph.node.map((proto, i) => readNode(file, proto, i))
  liftConstants(file, nodes, constants)
  const named = (ports: readonly ValueInfoProto[]) => ports.map((port) => port.name)
  return { nodes, inputs: named(graph.input), outputs: named(graph.output), constants }
}

function guess(proto: AttributeProto): number {
  if (proto.t) return 4
  if (proto.ints.length > 0) return 7
  if (proto.floats.length > 0) return 6
  if (proto.s.length > 0) return 3
  return proto.f !== 0 ? 1 : 2
}

/** Constant nodes become constants by name. */
function liftConstants(file: string, nodes: Node[], constants: Map<string, Tensor>): void {
  for (const node of nodes) {
    if (node.op !== 'Constant') continue
    const { attributes } = node
    const list = (key: string, type: 'float' | 'int') => {
      const found = attributes.get(key)
      if (found === undefined) return undefined
      const values = Array.isArray(found) ? found : [found as number]
      return tensor(type, Array.isArray(found) ? [values.length] : [], Float64Array.from(values))
    }
    const value =
      (attributes.get('value') as Tensor | undefined) ??
      list('value_float', 'float') ??
      list('value_floats', 'float') ??
      list('value_int', 'int') ??
      list('value_ints', 'int')
    if (value === undefined)
      throw new InputError(
        { file, part: `node "${node.name}" (Constant)` },
        [...attributes.keys()].join(', ') || 'no value',
        'a tensor or numbers',
      )
    constants.set(node.outputs[0], value)
  }
  for (let i = nodes.length - 1; i >= 0; i--) if (nodes[i].op === 'Constant') nodes.splice(i, 1)
}

function portOf(file: string, kind: string, proto: ValueInfoProto, fallback: number | undefined): Port {
  const part = `${kind} "${proto.name}"`
  const type = proto.type?.tensorType
  const dataType = type?.elemType || fallback
  if (dataType === undefined) throw new InputError({ file, part }, 'no tensor type', 'a tensor')
  const element = elementType(dataType)
  if (element === undefined) throw new InputError({ file, part }, `values of ${dataTypeName(dataType)}`, 'numbers')
  const dims = type?.shape?.dim ?? []
  const shape: Dim[] = dims.map((dim, axis) => {
    const size = wide(dim.dimValue)
    if (dim.dimParam !== '') return dim.dimParam
    return size > 0 ? size : `${proto.name}.${axis}`
  })
  return { name: proto.name, type: element, dataType, shape }
}

/**
 * Nodes after those that make what they read, else as they come. The format promises that order; some tools break it. A node
 * that comes too early waits for the values that it lacks.
 */
function inOrder(file: string, nodes: readonly Node[], known: Set<string>): Node[] {
  const sorted: Node[] = []
  const waiting = new Map<string, Node[]>()
  const lacks = new Map<Node, number>()
  for (const first of nodes) {
    const missing = new Set(readsOf(first).filter((name) => !known.has(name)))
    for (const name of missing) {
      const list = waiting.get(name)
      if (list === undefined) waiting.set(name, [first])
      else list.push(first)
    }
    lacks.set(first, missing.size)
    const ready = missing.size === 0 ? [first] : []
    for (let node = ready.pop(); node !== undefined; node = ready.pop()) {
      sorted.push(node)
      for (const name of node.outputs) {
        known.add(name)
        for (const reader of waiting.get(name) ?? []) {
          const left = lacks.get(reader)! - 1
          lacks.set(reader, left)
          if (left === 0) ready.push(reader)
        }
        waiting.delete(name)
      }
    }
  }
  const early = nodes.find((node) => lacks.get(node)! > 0)
  if (early === undefined) return sorted
  const missing = readsOf(early).find((name) => !known.has(name))
  throw new InputError({ file, part: `node "${early.name}" (${early.op})` }, `input "${missing}"`, 'one that something makes') // prettier-ignore
}

function checkOutputs(graph: Graph): void {
  const made = new Set([
    ...graph.constants.keys(),
    ...graph.inputs.map((port) => port.name),
    ...graph.nodes.flatMap((node) => node.outputs),
  ])
  for (const { name } of graph.outputs)
    if (!made.has(name))
      throw new InputError({ file: graph.file, part: `output "${name}"` }, 'no node that makes it', 'one')
}
