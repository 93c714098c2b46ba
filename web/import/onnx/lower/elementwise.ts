/** Elementwise ops: one op of the tape each, or none where types alone change. */
import { number, scalarOr, text, type Node } from '../model/graph.js'
import { power, reach, wholeExponent } from '../tape/ranges.js'
import { BINARY, UNARY, type OpNumbers } from '../tape/tape.js'
import { OpError, type ElementType } from '../model/tensor.js'
import type { Value } from '../tape/value.js'
import { repeated, type Context, type Lowering } from './context.js'

const attribute = (node: Node, name: string): number | undefined => node.attributes.get(name) as number | undefined

/** The tape's unary kind of an ONNX activation, with its numbers; undefined for other ops. */
export function activationOf(node: Node): OpNumbers | undefined {
  const kind = UNARY[PLAIN[node.op] ?? '']
  if (kind !== undefined) return { kind }
  switch (node.op) {
    case 'LeakyRelu':
      return { kind: UNARY['leaky'], alpha: attribute(node, 'alpha') ?? 0.01 }
    case 'Elu':
      return { kind: UNARY['elu'], alpha: attribute(node, 'alpha') ?? 1 }
    case 'Selu':
      return {
        kind: UNARY['selu'],
        alpha: attribute(node, 'alpha') ?? 1.6732632423543772,
        beta: attribute(node, 'gamma') ?? 1.0507009873554805,
      }
    case 'Gelu':
      return { kind: UNARY[text(node, 'approximate', 'none') === 'tanh' ? 'gelu_tanh' : 'gelu'] }
    case 'HardSigmoid':
      return {
        kind: UNARY['hardsigmoid'],
        alpha: attribute(node, 'alpha') ?? 0.2,
        beta: attribute(node, 'beta') ?? 0.5,
      }
    case 'HardSwish':
      return { kind: UNARY['hardswish'], alpha: 1 / 6, beta: 0.5 }
    default:
      return undefined
  }
}

/** ONNX's names of what needs no numbers. */
const PLAIN: Record<string, string> = {
  Abs: 'abs',
  Sqrt: 'sqrt',
  Reciprocal: 'reciprocal',
  Exp: 'exp',
  Log: 'log',
  Relu: 'relu',
  Erf: 'erf',
  Sigmoid: 'sigmoid',
  Tanh: 'tanh',
  Softplus: 'softplus',
  Softsign: 'softsign',
  Silu: 'silu', // ours: fusion makes it
  Floor: 'floor',
  Ceil: 'ceil',
  Round: 'round',
  Sign: 'sign',
  Not: 'not',
  IsNaN: 'isnan',
  Sin: 'sin',
  Cos: 'cos',
}

const unary = (context: Context, value: Value, numbers: OpNumbers, type: ElementType = value.type): Value =>
  context.elementwise('unary', [value], type, numbers)
const binary = (context: Context, kind: string, a: Value, b: Value, type: ElementType): Value =>
  context.elementwise('binary', [a, b], type, { kind: BINARY[kind] })
export const affine = (context: Context, value: Value, alpha: number, beta: number, type?: ElementType): Value =>
  unary(context, value, { kind: UNARY['affine'], alpha, beta }, type)

const activation: Lowering = (context, node) => [
  unary(context, context.input(node, 0), activationOf(node)!, context.result(node).type),
]

/** The value of input `at` where it is one constant number. */
function scalarOf(context: Context, node: Node, at: number): number | undefined {
  const constant = context.constant(node, at)
  return constant !== undefined && constant.data.length === 1 ? constant.data[0] : undefined
}

/** Before opset 7 the second operand could be laid against an axis; see the plain evaluator. */
function operands(context: Context, node: Node): [Value, Value] {
  const [a, b] = [context.input(node, 0), context.input(node, 1)]
  if (context.graph.opset >= 7 || !node.attributes.has('axis')) return [a, b]
  const after = a.axes.length - number(node, 'axis', 0) - b.axes.length
  return [a, after > 0 ? { ...b, axes: [...b.axes, ...Array.from({ length: after }, () => [])] } : b]
}

/** Adding and multiplying by one number is an affine map: one operand less to read. */
const arithmetic =
  (kind: string): Lowering =>
  (context, node) => {
    const { type } = context.result(node)
    const [left, right] = [scalarOf(context, node, 0), scalarOf(context, node, 1)]
    const isInt = type === 'int'
    if (left === undefined && right !== undefined && keepsRank(context, node, 0)) {
      const a = context.input(node, 0)
      if (kind === 'add') return [affine(context, a, 1, right, type)]
      if (kind === 'sub') return [affine(context, a, 1, -right, type)]
      if (kind === 'mul') return [affine(context, a, right, 0, type)]
    }
    if (left !== undefined && right === undefined && keepsRank(context, node, 1)) {
      const b = context.input(node, 1)
      if (kind === 'add') return [affine(context, b, 1, left, type)]
      if (kind === 'sub') return [affine(context, b, -1, left, type)]
      if (kind === 'mul') return [affine(context, b, left, 0, type)]
    }
    const [a, b] = operands(context, node)
    return [binary(context, kind === 'div' && isInt ? 'div_trunc' : kind, a, b, type)]
  }

/** A number as [1, 1, 1] would add axes to what it is combined with. */
const keepsRank = (context: Context, node: Node, at: number): boolean =>
  context.shapeOf(node, at).length === context.result(node).shape.length

const pow: Lowering = (context, node) => {
  const exponent = scalarOf(context, node, 1)
  const { type } = context.result(node)
  const base = context.input(node, 0)
  const whole = type === 'int' ? wholeExponent(context.graph, node) : undefined
  if (whole !== undefined) return [power(base, whole, (a, b) => binary(context, 'mul', a, b, type))]
  const square = (value: Value) => unary(context, value, { kind: UNARY['square'] }, type)
  if (exponent !== undefined && keepsRank(context, node, 0)) {
    if (exponent === 1) return [base]
    if (exponent === 2) return [square(base)]
    if (exponent === 3) return [binary(context, 'mul', square(base), base, type)]
    if (exponent === 4) return [square(square(base))]
    if (exponent === 0.5) return [unary(context, base, { kind: UNARY['sqrt'] }, type)]
    if (exponent === -1) return [unary(context, base, { kind: UNARY['reciprocal'] }, type)]
    if (exponent === -0.5)
      return [unary(context, unary(context, base, { kind: UNARY['sqrt'] }), { kind: UNARY['reciprocal'] }, type)]
  }
  return [binary(context, 'pow', base, context.input(node, 1), type)]
}

const compare =
  (kind: string, swap: boolean): Lowering =>
  (context, node) => {
    const [a, b] = operands(context, node)
    return [binary(context, kind, swap ? b : a, swap ? a : b, 'bool')]
  }

/** Whole numbers and truths are floats on the tape; only what a cast changes costs an op. */
export function castTo(context: Context, value: Value, type: ElementType): Value {
  if (type === 'bool' && value.type !== 'bool') return unary(context, value, { kind: UNARY['bool'] }, 'bool')
  if (type === 'int' && value.type === 'float') return unary(context, value, { kind: UNARY['trunc'] }, 'int')
  return { ...value, type }
}
const cast: Lowering = (context, node) => [castTo(context, context.input(node, 0), context.result(node).type)]
const same: Lowering = (context, node) => [context.input(node, 0)]

const clip: Lowering = (context, node) => {
  const limit = (at: number, name: string, fallback: number) => {
    const dynamic = node.inputs[at] !== undefined && node.inputs[at] !== '' && context.constant(node, at) === undefined
    return dynamic ? undefined : scalarOr(node, name, context.constant(node, at), fallback)
  }
  const [low, high] = [limit(1, 'min', -Infinity), limit(2, 'max', Infinity)]
  let value = context.input(node, 0)
  const { type } = value
  if (low !== undefined && high !== undefined) {
    const [alpha, beta] = [Math.max(low, -3.4028234663852886e38), Math.min(high, 3.4028234663852886e38)]
    return [unary(context, value, { kind: UNARY['clip'], alpha, beta })]
  }
  value = binary(context, 'max', value, low === undefined ? context.input(node, 1) : context.tape.scalar(low), type)
  return [binary(context, 'min', value, high === undefined ? context.input(node, 2) : context.tape.scalar(high), type)]
}

const variadic =
  (kind: string): Lowering =>
  (context, node) => {
    const { type } = context.result(node)
    let value = context.input(node, 0)
    for (let i = 1; i < node.inputs.length; i++) value = binary(context, kind, value, context.input(node, i), type)
    return [node.op === 'Mean' ? affine(context, value, 1 / node.inputs.length, 0) : value]
  }

const where: Lowering = (context, node) => [
  context.elementwise(
    'where',
    [0, 1, 2].map((at) => context.input(node, at)),
    context.result(node).type,
  ),
]

export const ELEMENTWISE: Record<string, Lowering> = {
  ...Object.fromEntries(
    [...Object.keys(PLAIN), 'LeakyRelu', 'Elu', 'Selu', 'Gelu', 'HardSigmoid', 'HardSwish'].map((op) => [
      op,
      activation,
    ]),
  ),
  Add: arithmetic('add'),
  Sub: arithmetic('sub'),
  Mul: arithmetic('mul'),
  Div: arithmetic('div'),
  Pow: pow,
  Mod: (context, node) => {
    const [a, b] = [0, 1].map((at) => context.ranges?.of(node.inputs[at]))
    const times = a && b ? Math.max(-a.least, a.most) / Math.max(1, Math.min(Math.abs(b.least), Math.abs(b.most))) : 0
    if (times >= 2 ** 24)
      throw new OpError(
        `a rest of numbers ${reach(a!)}, of which float32 has none`,
        'whole numbers, cast to float after it',
      )
    const kind = number(node, 'fmod', 0) !== 0 ? 'fmod' : 'mod'
    return [binary(context, kind, context.input(node, 0), context.input(node, 1), context.result(node).type)]
  },
  PRelu: (context, node) => [binary(context, 'prelu', context.input(node, 0), context.input(node, 1), 'float')],
  Neg: (context, node) => [affine(context, context.input(node, 0), -1, 0)],
  Celu: (context, node) => {
    const alpha = attribute(node, 'alpha') ?? 1
    const scaled = affine(context, context.input(node, 0), 1 / alpha, 0)
    return [affine(context, unary(context, scaled, { kind: UNARY['elu'], alpha: 1 }), alpha, 0)] // no change where x >= 0
  },
  ThresholdedRelu: (context, node) => {
    const x = context.input(node, 0)
    const above = binary(context, 'less', context.tape.scalar(attribute(node, 'alpha') ?? 1), x, 'bool')
    return [binary(context, 'mul', x, above, 'float')]
  },
  Mish: (context, node) => {
    const x = context.input(node, 0)
    const inner = unary(context, unary(context, x, { kind: UNARY['softplus'] }), { kind: UNARY['tanh'] })
    return [binary(context, 'mul', x, inner, 'float')]
  },
  IsInf: (context, node) => {
    const x = context.input(node, 0)
    const [up, down] = [number(node, 'detect_positive', 1) !== 0, number(node, 'detect_negative', 1) !== 0]
    if (!up && !down) return [repeated(context.tape.scalar(0, 'bool'), context.result(node).shape)]
    const of = up && down ? unary(context, x, { kind: UNARY['abs'] }) : x
    return [binary(context, 'equal', of, context.tape.scalar(up ? Infinity : -Infinity), 'bool')]
  },
  Equal: compare('equal', false),
  Less: compare('less', false),
  LessOrEqual: compare('less_equal', false),
  Greater: compare('less', true),
  GreaterOrEqual: compare('less_equal', true),
  And: compare('and', false),
  Or: compare('or', false),
  Xor: compare('xor', false),
  Min: variadic('min'),
  Max: variadic('max'),
  Sum: variadic('add'),
  Mean: variadic('add'),
  Where: where,
  Clip: clip,
  Cast: cast,
  CastLike: cast,
  Identity: same,
  Dropout: (context, node) => {
    const x = context.input(node, 0)
    if (node.outputs.length < 2 || !context.isRead(node.outputs[1])) return [x]
    return [x, repeated(context.tape.scalar(1, 'bool'), context.result(node).shape)] // at inference nothing is dropped
  },
}
