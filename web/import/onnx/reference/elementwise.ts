/** Ops that work on each element by itself, with NumPy's broadcasting, in double precision. */
import { number, scalarOr, need, text, type Node } from '../model/graph.js'
import {
  broadcastShape,
  broadcastStrides,
  OpError,
  shapeText,
  tensor,
  walk,
  type ElementType,
  type Tensor,
} from '../model/tensor.js'
import { wrapsAround } from '../model/types.js'
import type { Kernel } from './kernel.js'

/**
 * erf by its series with positive terms, 2/√π · e^(-x²) · Σ 2^n x^(2n+1) / (1·3·…·(2n+1)): exact to a few bits.
 */
export function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x)
  let term = x
  let sum = x
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1)
    sum += term
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))
const clamp = (x: number, low: number, high: number) => Math.min(Math.max(x, low), high)
/** Halves go to the even neighbour. */
const round = (x: number) => (Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x))

type Unary = (x: number) => number

/** Selu's constants are part of its definition (Klambauer et al. 2017). */
const SELU = { alpha: 1.6732632423543772, gamma: 1.0507009873554805 }

/** Activations by name, for ops of their own and inside recurrent cells. */
export function activation(op: string, alpha: number | undefined, beta: number | undefined): Unary | undefined {
  switch (op) {
    case 'Relu':
      return (x) => (x < 0 ? 0 : x)
    case 'LeakyRelu': {
      const slope = alpha ?? 0.01
      return (x) => (x < 0 ? slope * x : x)
    }
    case 'ThresholdedRelu': {
      const least = alpha ?? 1
      return (x) => (x > least ? x : 0)
    }
    case 'Elu': {
      const scale = alpha ?? 1
      return (x) => (x < 0 ? scale * Math.expm1(x) : x)
    }
    case 'Celu': {
      const scale = alpha ?? 1
      return (x) => Math.max(0, x) + Math.min(0, scale * Math.expm1(x / scale))
    }
    case 'Selu': {
      const scale = alpha ?? SELU.alpha
      const gamma = beta ?? SELU.gamma
      return (x) => gamma * (x < 0 ? scale * Math.expm1(x) : x)
    }
    case 'Sigmoid':
      return sigmoid
    case 'HardSigmoid': {
      const slope = alpha ?? 0.2
      const offset = beta ?? 0.5
      return (x) => clamp(slope * x + offset, 0, 1)
    }
    case 'Tanh':
      return Math.tanh
    case 'Softplus':
      return softplus
    case 'Softsign':
      return (x) => x / (1 + Math.abs(x))
    default:
      return undefined
  }
}

const UNARY: Record<string, Unary> = {
  Erf: erf,
  Exp: Math.exp,
  Log: Math.log,
  Sqrt: Math.sqrt,
  Neg: (x) => -x,
  Abs: Math.abs,
  Reciprocal: (x) => 1 / x,
  Floor: Math.floor,
  Ceil: Math.ceil,
  Round: round,
  Sign: Math.sign,
  Sin: Math.sin,
  Cos: Math.cos,
  HardSwish: (x) => x * clamp(x / 6 + 0.5, 0, 1),
  Mish: (x) => x * Math.tanh(softplus(x)),
}

const GELU: Record<string, Unary> = {
  none: (x) => 0.5 * x * (1 + erf(x / Math.SQRT2)),
  tanh: (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
}

export function map(input: Tensor, f: Unary, type: ElementType = input.type): Tensor {
  const out = tensor(type, input.shape)
  for (let i = 0; i < out.data.length; i++) out.data[i] = f(input.data[i])
  return out
}

type Binary = (a: number, b: number) => number

export function combine(a: Tensor, b: Tensor, f: Binary, type: ElementType = a.type): Tensor {
  const shape = broadcastShape(a.shape, b.shape)
  if (shape === null) throw new OpError(`shapes ${shapeText(a.shape)} and ${shapeText(b.shape)} that do not broadcast`)
  const out = tensor(type, shape)
  walk(shape, [broadcastStrides(a.shape, shape), broadcastStrides(b.shape, shape)], (at, [i, j]) => {
    out.data[at] = f(a.data[i], b.data[j])
  })
  return out
}

const ARITHMETIC: Record<string, Binary> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
  Pow: (a, b) => a ** b,
}
/** Products in types that wrap around, which may be beyond what a double holds: their last 32 bits. */
const WRAPPING: Record<string, Binary> = {
  Mul: Math.imul,
  Pow: (a, b) => {
    if (!Number.isInteger(b) || b < 0) return Math.trunc(a ** b)
    let product = 1
    for (let [power, left] = [a, b]; left > 0; left = Math.floor(left / 2)) {
      if (left % 2 === 1) product = Math.imul(product, power)
      power = Math.imul(power, power)
    }
    return product
  },
}
const wrapping = (node: Node, a: Tensor, op: string): Binary | undefined =>
  a.type === 'int' && wrapsAround(node.dataType) ? WRAPPING[op] : undefined

const COMPARISON: Record<string, Binary> = {
  Equal: (a, b) => Number(a === b),
  Greater: (a, b) => Number(a > b),
  Less: (a, b) => Number(a < b),
  GreaterOrEqual: (a, b) => Number(a >= b),
  LessOrEqual: (a, b) => Number(a <= b),
  And: (a, b) => Number(a !== 0 && b !== 0),
  Or: (a, b) => Number(a !== 0 || b !== 0),
  Xor: (a, b) => Number((a !== 0) !== (b !== 0)),
}
const VARIADIC: Record<string, Binary> = {
  Min: Math.min,
  Max: Math.max,
  Sum: (a, b) => a + b,
  Mean: (a, b) => a + b,
}

/** Before opset 7 the second shape was laid against the first from `axis` on. */
function laidAgainst(node: Node, a: Tensor, b: Tensor, opset: number): Tensor {
  if (opset >= 7 || !node.attributes.has('axis') || b.shape.length === 0) return b
  const after = a.shape.length - number(node, 'axis', 0) - b.shape.length
  return after > 0 ? { ...b, shape: [...b.shape, ...new Array<number>(after).fill(1)] } : b
}

/** Mod has the divisor's sign, or with fmod the dividend's. */
const modulo =
  (fmod: boolean): Binary =>
  (a, b) => {
    const rest = a % b
    return !fmod && rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest
  }

/** A PRelu's slope of one dimension lies along the channels (axis 1) only where it fits there alone. */
const prelu: Kernel = (_, inputs) => {
  const [x, slope] = [need(inputs, 0), need(inputs, 1)]
  return [combine(x, slope, (a, b) => (a < 0 ? a * b : a))]
}

const where: Kernel = (_, inputs) => {
  const [condition, a, b] = [need(inputs, 0), need(inputs, 1), need(inputs, 2)]
  const shape = broadcastShape(condition.shape, a.shape, b.shape)
  if (shape === null)
    throw new OpError(
      `shapes ${[condition, a, b].map((each) => shapeText(each.shape)).join(', ')} that do not broadcast`,
    )
  const out = tensor(a.type, shape)
  const strides = [condition, a, b].map((each) => broadcastStrides(each.shape, shape))
  walk(shape, strides, (at, [c, i, j]) => {
    out.data[at] = condition.data[c] !== 0 ? a.data[i] : b.data[j]
  })
  return [out]
}

/** TensorProto.DataType by Cast's `to`. */
const cast: Kernel = (node, inputs) => {
  const to = number(node, 'to', 1)
  const x = need(inputs, 0)
  if (to === 9) return [map(x, (v) => Number(v !== 0), 'bool')]
  if (to === 1 || to === 10 || to === 11) return [map(x, (v) => v, 'float')]
  return [map(x, Math.trunc, 'int')]
}

/** A model that was exported for training draws at random; of ratio 0 it drops nothing. */
function refuseTraining(node: Node, ratio: Tensor | undefined, training: Tensor | undefined, opset: number): void {
  const trains = opset < 7 ? number(node, 'is_test', 0) === 0 : (training?.data[0] ?? 0) !== 0
  if (trains && scalarOr(node, 'ratio', ratio, 0.5) !== 0)
    throw new OpError('training mode', 'a model exported for inference (PyTorch: model.eval() before the export)')
}

const identity: Kernel = (_, inputs) => [need(inputs, 0)]

export const ELEMENTWISE: Record<string, Kernel> = {
  Identity: identity,
  Cast: cast,
  CastLike: (_, inputs) => {
    const { type } = need(inputs, 1)
    return [
      map(need(inputs, 0), type === 'int' ? Math.trunc : type === 'bool' ? (v) => Number(v !== 0) : (v) => v, type),
    ]
  },
  Dropout: (node, inputs, opset) => {
    const x = need(inputs, 0)
    refuseTraining(node, inputs[1], inputs[2], opset)
    return node.outputs.length > 1 ? [x, map(x, () => 1, 'bool')] : [x]
  },
  Not: (_, inputs) => [map(need(inputs, 0), (x) => Number(x === 0), 'bool')],
  IsNaN: (_, inputs) => [map(need(inputs, 0), (x) => Number(Number.isNaN(x)), 'bool')],
  IsInf: (node, inputs) => {
    const up = number(node, 'detect_positive', 1) !== 0
    const down = number(node, 'detect_negative', 1) !== 0
    return [map(need(inputs, 0), (x) => Number((up && x === Infinity) || (down && x === -Infinity)), 'bool')]
  },
  Gelu: (node, inputs) => [map(need(inputs, 0), GELU[text(node, 'approximate', 'none')])],
  PRelu: prelu,
  Where: where,
  Clip: (node, inputs) => {
    const low = scalarOr(node, 'min', inputs[1], -Infinity)!
    const high = scalarOr(node, 'max', inputs[2], Infinity)!
    return [map(need(inputs, 0), (x) => clamp(x, low, high))]
  },
  Mod: (node, inputs) => [combine(need(inputs, 0), need(inputs, 1), modulo(number(node, 'fmod', 0) !== 0))],
  ...fromTable(UNARY, (f) => (_, inputs) => [map(need(inputs, 0), f)]),
  ...Object.fromEntries(
    'Relu LeakyRelu ThresholdedRelu Elu Celu Selu Sigmoid HardSigmoid Tanh Softplus Softsign'.split(' ').map((op) => [
      op,
      ((node, inputs) => {
        const alpha = node.attributes.get('alpha') as number | undefined
        const beta = node.attributes.get(op === 'Selu' ? 'gamma' : 'beta') as number | undefined
        return [map(need(inputs, 0), activation(op, alpha, beta)!)]
      }) satisfies Kernel,
    ]),
  ),
  ...fromTable(ARITHMETIC, (f, op) => (node, inputs, opset) => {
    const a = need(inputs, 0)
    const out = combine(a, laidAgainst(node, a, need(inputs, 1), opset), wrapping(node, a, op) ?? f)
    return [op === 'Div' && a.type === 'int' ? map(out, Math.trunc) : out]
  }),
  ...fromTable(COMPARISON, (f) => (node, inputs, opset) => {
    const a = need(inputs, 0)
    return [combine(a, laidAgainst(node, a, need(inputs, 1), opset), f, 'bool')]
  }),
  ...fromTable(VARIADIC, (f, op) => (_, inputs) => {
    let out = need(inputs, 0)
    for (let i = 1; i < inputs.length; i++) out = combine(out, need(inputs, i), f)
    return [op === 'Mean' ? map(out, (x) => x / inputs.length) : out]
  }),
}

function fromTable<F>(table: Record<string, F>, make: (f: F, op: string) => Kernel): Record<string, Kernel> {
  return Object.fromEntries(Object.entries(table).map(([op, f]) => [op, make(f, op)]))
}
