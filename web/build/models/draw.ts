/**
 * Drawing a model that is trained here: nodes of the importer's own graph, so that what is trained, what is compiled for a device
 * and what an ONNX file brings are one thing. A parameter is an input while it is learned, and a constant afterwards.
 */
import type { Attribute, Dim, Graph, Node, Port } from '../../import/onnx/model/graph.js'
import { scalarOf, sizeOf, tensor, vectorOf, type Tensor } from '../../import/onnx/model/tensor.js'

/** The batch, which every model leaves open. */
export const BATCH = 'batch'
const OPSET = 20

/** What a parameter begins as: noise of this deviation, one number, or what was learned elsewhere. */
export type Start = { deviation: number } | { value: number } | { values: Float32Array }

export interface Parameter {
  name: string
  shape: number[]
  start: Start
}

/** A value of the model, by the name of what makes it. */
export type Drawn = string

export class Drawing {
  readonly parameters: Parameter[] = []
  /** Inputs by which each element is kept and scaled up, or dropped; only while it is learned. */
  readonly dropouts: Port[] = []
  private readonly inputs: Port[] = []
  private readonly nodes: Node[] = []
  private readonly constants = new Map<string, Tensor>()

  /** `learning`: with dropout. `file`: what messages call it. */
  constructor(
    readonly name: string,
    readonly learning: boolean,
    private readonly file = `the tower "${name}"`,
  ) {}

  input(name: string, type: 'float' | 'int', ...shape: number[]): Drawn {
    this.inputs.push({ name, type, shape: [BATCH, ...shape] })
    return name
  }

  parameter(name: string, shape: number[], start: Start): Drawn {
    this.parameters.push({ name, shape, start })
    return name
  }

  constant(value: Tensor): Drawn {
    const name = `constant.${this.constants.size}`
    this.constants.set(name, value)
    return name
  }
  number(value: number): Drawn {
    return this.constant(scalarOf('float', value))
  }
  whole(...values: number[]): Drawn {
    return this.constant(vectorOf('int', values))
  }

  op(op: string, inputs: Drawn[], attributes: Record<string, Attribute> = {}): Drawn {
    const name = `${op.toLowerCase()}.${this.nodes.length}`
    this.nodes.push({ name, op, inputs, outputs: [name], attributes: new Map(Object.entries(attributes)) })
    return name
  }

  sub = (a: Drawn, b: Drawn): Drawn => this.op('Sub', [a, b])
  add = (a: Drawn, b: Drawn): Drawn => this.op('Add', [a, b])
  mul = (a: Drawn, b: Drawn): Drawn => this.op('Mul', [a, b])
  matmul = (a: Drawn, b: Drawn): Drawn => this.op('MatMul', [a, b])
  relu = (a: Drawn): Drawn => this.op('Relu', [a])
  softmax = (a: Drawn): Drawn => this.op('Softmax', [a], { axis: -1 })
  reshape = (a: Drawn, ...shape: number[]): Drawn => this.op('Reshape', [a, this.whole(...shape)])
  transpose = (a: Drawn, ...perm: number[]): Drawn => this.op('Transpose', [a], { perm })
  slice = (a: Drawn, axis: number, from: number, to: number): Drawn =>
    this.op('Slice', [a, this.whole(from), this.whole(to), this.whole(axis)])
  concat = (axis: number, ...parts: Drawn[]): Drawn =>
    parts.length === 1 ? parts[0]! : this.op('Concat', parts, { axis })
  sum = (a: Drawn, axis: number): Drawn => this.op('ReduceSum', [a, this.whole(axis)], { keepdims: 0 })

  /** a · W + b, W small noise (Glorot & Bengio 2010). */
  linear(name: string, a: Drawn, from: number, to: number, bias = true, deviation = Math.sqrt(2 / (from + to))): Drawn {
    const weight = this.parameter(`${name}.weight`, [from, to], { deviation })
    const product = this.matmul(a, weight)
    return bias ? this.add(product, this.parameter(`${name}.bias`, [to], { value: 0 })) : product
  }

  layerNorm(name: string, a: Drawn, width: number): Drawn {
    const weight = this.parameter(`${name}.weight`, [width], { value: 1 })
    const bias = this.parameter(`${name}.bias`, [width], { value: 0 })
    return this.op('LayerNormalization', [a, weight, bias], { axis: -1, epsilon: 1e-8 })
  }

  /** Of length `scale`, along the last axis. */
  unit(a: Drawn, scale: number): Drawn {
    const length = this.op('ReduceL2', [a, this.whole(-1)], { keepdims: 1 })
    return this.op('Div', [a, this.mul(this.add(length, this.number(1e-6)), this.number(1 / scale))])
  }

  dropout(a: Drawn, ...shape: number[]): Drawn {
    if (!this.learning) return a
    const port: Port = { name: `dropout.${this.dropouts.length}`, type: 'float', shape: [BATCH, ...shape] }
    this.dropouts.push(port)
    return this.mul(a, port.name)
  }

  /** Rows of the item table, for the ids of an input. */
  items(table: Drawn, ids: Drawn): Drawn {
    return this.op('Gather', [table, ids], { axis: 0 })
  }

  /** To be learned: inputs, what is dropped, then parameters, in their order. `tables`: the shapes of those that stay outside. */
  toLearn(output: Drawn, outputShape: Dim[], ...tables: { name: string; rows: number; width: number }[]): Graph {
    const parameters = this.parameters.map(({ name, shape }): Port => ({ name, type: 'float', shape }))
    const empty = tables.map(({ name, rows, width }): [string, Tensor] => [
      name,
      tensor('float', [rows, width], new Float32Array(rows * width)),
    ])
    return this.graph([...this.inputs, ...this.dropouts, ...parameters], output, outputShape, new Map(empty))
  }

  /** As learned: parameters and tables are constants. */
  learned(
    output: Drawn,
    outputShape: Dim[],
    values: ReadonlyMap<string, Float32Array>,
    ...tables: { name: string; values: Tensor }[]
  ): Graph {
    const constants = new Map(tables.map(({ name, values }) => [name, values]))
    for (const { name, shape } of this.parameters) constants.set(name, tensor('float', shape, values.get(name)!))
    return this.graph(this.inputs, output, outputShape, constants)
  }

  private graph(inputs: Port[], output: Drawn, shape: Dim[], constants: ReadonlyMap<string, Tensor>): Graph {
    return {
      file: this.file,
      opset: OPSET,
      inputs,
      outputs: [{ name: output, type: 'float', shape }],
      nodes: this.nodes,
      constants: new Map([...this.constants, ...constants]),
    }
  }
}

/** Floats of parameters laid out one after the other, each of a multiple of 4, as src/learn/fit.h takes them. */
export function placesOf(parameters: readonly Parameter[]): { at: number[]; floats: number } {
  let floats = 0
  const at = parameters.map(({ shape }) => {
    const place = floats
    floats += Math.ceil(sizeOf(shape) / 4) * 4
    return place
  })
  return { at, floats }
}
