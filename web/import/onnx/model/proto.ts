/**
 * ONNX files as protocol buffers: the messages of onnx.proto that models of towers and rankers use, with the numbers of
 * their fields. Fields left out (documentation, training, functions of others) are skipped when reading.
 */
import protobuf from 'protobufjs/light.js'

type Field = { id: number; type: string; rule?: 'repeated' }
const one = (id: number, type: string): Field => ({ id, type })
const list = (id: number, type: string): Field => ({ id, type, rule: 'repeated' })

const root = protobuf.Root.fromJSON({
  nested: {
    ModelProto: {
      fields: {
        irVersion: one(1, 'int64'),
        producerName: one(2, 'string'),
        producerVersion: one(3, 'string'),
        graph: one(7, 'GraphProto'),
        opsetImport: list(8, 'OperatorSetIdProto'),
        functions: list(25, 'FunctionProto'),
      },
    },
    OperatorSetIdProto: { fields: { domain: one(1, 'string'), version: one(2, 'int64') } },
    FunctionProto: { fields: { name: one(1, 'string'), domain: one(10, 'string') } },
    GraphProto: {
      fields: {
        node: list(1, 'NodeProto'),
        name: one(2, 'string'),
        initializer: list(5, 'TensorProto'),
        input: list(11, 'ValueInfoProto'),
        output: list(12, 'ValueInfoProto'),
        sparseInitializer: list(15, 'SparseTensorProto'),
      },
    },
    NodeProto: {
      fields: {
        input: list(1, 'string'),
        output: list(2, 'string'),
        name: one(3, 'string'),
        opType: one(4, 'string'),
        attribute: list(5, 'AttributeProto'),
        domain: one(7, 'string'),
      },
    },
    AttributeProto: {
      fields: {
        name: one(1, 'string'),
        f: one(2, 'float'),
        i: one(3, 'int64'),
        s: one(4, 'bytes'),
        t: one(5, 'TensorProto'),
        g: one(6, 'GraphProto'),
        floats: list(7, 'float'),
        ints: list(8, 'int64'),
        strings: list(9, 'bytes'),
        type: one(20, 'int32'),
      },
    },
    TensorProto: {
      fields: {
        dims: list(1, 'int64'),
        dataType: one(2, 'int32'),
        floatData: list(4, 'float'),
        int32Data: list(5, 'int32'),
        int64Data: list(7, 'int64'),
        name: one(8, 'string'),
        rawData: one(9, 'bytes'),
        doubleData: list(10, 'double'),
        uint64Data: list(11, 'uint64'),
        externalData: list(13, 'StringStringEntryProto'),
        dataLocation: one(14, 'int32'),
      },
    },
    SparseTensorProto: { fields: { values: one(1, 'TensorProto') } },
    StringStringEntryProto: { fields: { key: one(1, 'string'), value: one(2, 'string') } },
    ValueInfoProto: { fields: { name: one(1, 'string'), type: one(2, 'TypeProto') } },
    TypeProto: { fields: { tensorType: one(1, 'TensorTypeProto') } },
    TensorTypeProto: { fields: { elemType: one(1, 'int32'), shape: one(2, 'TensorShapeProto') } },
    TensorShapeProto: { fields: { dim: list(1, 'DimensionProto') } },
    DimensionProto: { fields: { dimValue: one(1, 'int64'), dimParam: one(2, 'string') } },
  },
})

/** Numbers of 64 bits arrive as Long objects, or as numbers where they were made by hand. */
export type Wide = number | { toNumber(): number }

export interface ModelProto {
  irVersion: Wide
  producerName: string
  producerVersion: string
  graph?: GraphProto
  opsetImport: { domain: string; version: Wide }[]
  functions: { name: string; domain: string }[]
}
export interface GraphProto {
  node: NodeProto[]
  name: string
  initializer: TensorProto[]
  input: ValueInfoProto[]
  output: ValueInfoProto[]
  sparseInitializer: { values?: TensorProto }[]
}
export interface NodeProto {
  input: string[]
  output: string[]
  name: string
  opType: string
  attribute: AttributeProto[]
  domain: string
}
export interface AttributeProto {
  name: string
  f: number
  i: Wide
  s: Uint8Array
  t?: TensorProto
  g?: GraphProto
  floats: number[]
  ints: Wide[]
  strings: Uint8Array[]
  type: number
}
export interface TensorProto {
  dims: Wide[]
  dataType: number
  floatData: number[]
  int32Data: number[]
  int64Data: Wide[]
  name: string
  rawData: Uint8Array
  doubleData: number[]
  uint64Data: Wide[]
  externalData: { key: string; value: string }[]
  dataLocation: number
}
export interface ValueInfoProto {
  name: string
  type?: { tensorType?: { elemType: number; shape?: { dim: { dimValue: Wide; dimParam: string }[] } } }
}

const Model = root.lookupType('ModelProto')
const Tensor = root.lookupType('TensorProto')

/** Throws whatever the parser throws: the caller knows the file. */
export const decodeModel = (bytes: Uint8Array): ModelProto => Model.decode(bytes) as unknown as ModelProto
export const decodeTensor = (bytes: Uint8Array): TensorProto => Tensor.decode(bytes) as unknown as TensorProto

/** The bytes of a model of which any field may be left out; tests write theirs so. */
export const encodeModel = (model: object): Uint8Array => Model.encode(Model.fromObject(model)).finish()
export const encodeTensor = (tensor: object): Uint8Array => Tensor.encode(Tensor.fromObject(tensor)).finish()
