// ONNX models made in a test: a graph of nodes, written by the protocol buffers that the importer reads.
import { readOnnx } from '../../../build/web/import/onnx/model/onnx.js'
import { encodeModel, encodeTensor } from '../../../build/web/import/onnx/model/proto.js'

/** TensorProto.DataType by the names that tests use; int is int64. */
export const DATA_TYPE = {
  float: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int: 7,
  bool: 9,
  double: 11,
  uint32: 12,
  uint64: 13,
}

/** A TensorProto; `type` is a name of DATA_TYPE, int for int64. */
export function tensorProto(name, type, dims, values) {
  const data = { name, dims, dataType: DATA_TYPE[type] }
  if (type === 'float') return { ...data, floatData: Array.from(values) }
  if (type === 'double') return { ...data, doubleData: Array.from(values) }
  if (type === 'int') return { ...data, int64Data: Array.from(values) }
  if (type === 'uint32' || type === 'uint64') return { ...data, uint64Data: Array.from(values) }
  return { ...data, int32Data: Array.from(values, Number) }
}
export { encodeTensor }

function attribute(name, value) {
  if (typeof value === 'string') return { name, s: Buffer.from(value), type: 3 }
  if (Array.isArray(value)) {
    if (typeof value[0] === 'string') return { name, strings: value.map((each) => Buffer.from(each)), type: 8 }
    return value.every(Number.isInteger) ? { name, ints: value, type: 7 } : { name, floats: value, type: 6 }
  }
  if (typeof value === 'object' && value.node !== undefined) return { name, g: value, type: 5 }
  if (typeof value === 'object' && value.float !== undefined) return { name, f: value.float, type: 1 }
  if (typeof value === 'object') return { name, t: value, type: 4 }
  return Number.isInteger(value) ? { name, i: value, type: 2 } : { name, f: value, type: 1 }
}

/** node('Gemm', ['x', 'w'], ['y'], { transB: 1 }); a whole number that is a float attribute is written { float: 1 }. */
export const node = (opType, input, output, attributes = {}, name = '') => ({
  opType,
  input,
  output,
  name,
  attribute: Object.entries(attributes).map(([key, value]) => attribute(key, value)),
})

const port = (name, type, dims) => ({
  name,
  type: {
    tensorType: {
      elemType: DATA_TYPE[type],
      shape: { dim: dims.map((dim) => (typeof dim === 'string' ? { dimParam: dim } : { dimValue: dim })) },
    },
  },
})

/** The bytes of a model: inputs and outputs as { name: [type, dims] }, constants as { name: [type, dims, values] }. */
export function onnxBytes({ opset = 13, inputs, outputs, nodes, constants = {} }) {
  return encodeModel({
    irVersion: 7,
    producerName: 'martello tests',
    opsetImport: [{ domain: '', version: opset }],
    graph: {
      name: 'g',
      node: nodes,
      input: Object.entries(inputs).map(([name, [type, dims]]) => port(name, type, dims)),
      output: Object.entries(outputs).map(([name, [type, dims]]) => port(name, type, dims)),
      initializer: Object.entries(constants).map(([name, [type, dims, values]]) =>
        tensorProto(name, type, dims, values),
      ),
    },
  })
}

export const onnxGraph = (model, file = 'test.onnx') => readOnnx(file, onnxBytes(model))

/** The largest difference, in shares of the largest expected magnitude. */
export function relativeError(found, expected) {
  if (found.length !== expected.length) return Infinity
  let [worst, scale] = [0, 0]
  for (let i = 0; i < found.length; i++) {
    const wanted = Math.fround(expected[i])
    if (Number.isFinite(wanted)) scale = Math.max(scale, Math.abs(wanted))
    if (Object.is(found[i], wanted) || found[i] === wanted || (Number.isNaN(found[i]) && Number.isNaN(wanted))) continue
    const apart = Math.abs(found[i] - wanted)
    worst = Math.max(worst, Number.isNaN(apart) ? Infinity : apart)
  }
  return worst / (scale || 1)
}
