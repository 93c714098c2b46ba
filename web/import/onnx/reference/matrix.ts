/** Products: MatMul, Gemm and Einsum. */
import { need, number, text, type Node } from '../model/graph.js'
import {
  broadcastShape,
  broadcastStrides,
  OpError,
  shapeText,
  sizeOf,
  stridesOf,
  tensor,
  walk,
  type Tensor,
} from '../model/tensor.js'
import { combine, map } from './elementwise.js'
import type { Cost, Kernel } from './kernel.js'

function matMul(a: Tensor, b: Tensor): Tensor {
  const left = a.shape.length === 1 ? [1, a.shape[0]] : a.shape
  const right = b.shape.length === 1 ? [b.shape[0], 1] : b.shape
  const [m, inner] = left.slice(-2)
  const [same, n] = right.slice(-2)
  const batch = broadcastShape(left.slice(0, -2), right.slice(0, -2))
  if (batch === null || inner !== same)
    throw new OpError(`shapes ${shapeText(a.shape)} and ${shapeText(b.shape)} that cannot be multiplied`)
  const out = tensor('float', [...batch, m, n])
  const strides = [left, right].map((shape) => broadcastStrides(shape.slice(0, -2), batch))
  walk(batch, strides, (at, [i, j]) => {
    const [x, y, z] = [i * m * inner, j * inner * n, at * m * n]
    for (let row = 0; row < m; row++)
      for (let k = 0; k < inner; k++) {
        const v = a.data[x + row * inner + k]
        for (let column = 0; column < n; column++) out.data[z + row * n + column] += v * b.data[y + k * n + column]
      }
  })
  const shape = [...batch, ...(a.shape.length === 1 ? [] : [m]), ...(b.shape.length === 1 ? [] : [n])]
  return { ...out, type: a.type, shape }
}

export function transposed(x: Tensor): Tensor {
  const [rows, columns] = x.shape
  const out = tensor(x.type, [columns, rows])
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) out.data[c * rows + r] = x.data[r * columns + c]
  return out
}

const gemm: Kernel = (node, inputs) => {
  const a = number(node, 'transA', 0) !== 0 ? transposed(need(inputs, 0)) : need(inputs, 0)
  const b = number(node, 'transB', 0) !== 0 ? transposed(need(inputs, 1)) : need(inputs, 1)
  const alpha = number(node, 'alpha', 1)
  const beta = number(node, 'beta', 1)
  const product = map(matMul(a, b), (x) => alpha * x)
  const c = inputs[2]
  return [
    c === undefined || beta === 0
      ? product
      : combine(
          product,
          map(c, (x) => beta * x),
          (x, y) => x + y,
        ),
  ]
}

export interface EinsumPlan {
  /** one list of letters per input, and the result's */
  inputs: string[][]
  output: string[]
  sizes: Map<string, number>
}

/** Takes an equation apart; `...` stands for capital letters that no equation of PyTorch uses. */
export function einsumPlan(node: Node, shapes: readonly (readonly number[])[]): EinsumPlan {
  const equation = text(node, 'equation', '').replaceAll(' ', '')
  const [left, right] = equation.split('->')
  const terms = left.split(',')
  if (terms.length !== shapes.length) throw new OpError(`equation "${equation}" for ${shapes.length} inputs`)
  const dots = Math.max(0, ...terms.map((term, i) => (term.includes('...') ? shapes[i].length - (term.length - 3) : 0)))
  const filler = (rank: number) => Array.from({ length: rank }, (_, i) => `_${dots - rank + i}`)
  const lettersOf = (term: string, rank?: number): string[] => {
    const at = term.indexOf('...')
    if (at < 0) return [...term]
    return [
      ...term.slice(0, at),
      ...filler(rank === undefined ? dots : rank - (term.length - 3)),
      ...term.slice(at + 3),
    ]
  }
  const inputs = terms.map((term, i) => lettersOf(term, shapes[i].length))
  const sizes = new Map<string, number>()
  inputs.forEach((letters, i) => {
    if (letters.length !== shapes[i].length)
      throw new OpError(`equation "${equation}" for a shape of ${shapeText(shapes[i])}`)
    letters.forEach((letter, axis) => {
      const known = sizes.get(letter) ?? 1
      if (known !== 1 && shapes[i][axis] !== 1 && known !== shapes[i][axis])
        throw new OpError(`equation "${equation}": sizes ${known} and ${shapes[i][axis]} of "${letter}"`)
      sizes.set(letter, Math.max(known, shapes[i][axis]))
    })
  })
  const all = inputs.flat()
  const implied = [...new Set(all)].filter((letter) => all.filter((each) => each === letter).length === 1).sort()
  return { inputs, output: right === undefined ? implied : lettersOf(right), sizes }
}

const einsum: Kernel = (node, inputs) => {
  const given = inputs.map((_, i) => need(inputs, i))
  const plan = einsumPlan(
    node,
    given.map((each) => each.shape),
  )
  const summed = [...plan.sizes.keys()].filter((letter) => !plan.output.includes(letter))
  const letters = [...plan.output, ...summed]
  const shape = letters.map((letter) => plan.sizes.get(letter)!)
  const out = tensor(
    given[0].type,
    plan.output.map((letter) => plan.sizes.get(letter)!),
  )
  const strides = given.map((each, i) => {
    const own = stridesOf(each.shape)
    return letters.map((letter) =>
      plan.inputs[i].reduce(
        (sum, each_, axis) => (each_ === letter && each.shape[axis] > 1 ? sum + own[axis] : sum),
        0,
      ),
    )
  })
  const block = sizeOf(summed.map((letter) => plan.sizes.get(letter)!))
  walk(shape, strides, (at, offsets) => {
    let product = 1
    for (let i = 0; i < given.length; i++) product *= given[i].data[offsets[i]]
    out.data[Math.floor(at / block)] += product
  })
  return [out]
}

export const MATRIX: Record<string, Kernel> = {
  MatMul: (_, inputs) => [matMul(need(inputs, 0), need(inputs, 1))],
  Gemm: gemm,
  Einsum: einsum,
}

/** So many multiplications of a plain product take as long as one step of a walk. */
const FAST = 8

export const MATRIX_COSTS: Record<string, Cost> = {
  MatMul: (_, inputs) => {
    const [a, b] = [need(inputs, 0).shape, need(inputs, 1).shape]
    const batch = broadcastShape(a.slice(0, -2), b.slice(0, -2)) ?? []
    return (sizeOf(batch) * sizeOf(a.slice(-2)) * (b.length > 1 ? b.at(-1)! : 1)) / FAST
  },
  Gemm: (node, inputs) => {
    const [a, b] = [need(inputs, 0).shape, need(inputs, 1).shape]
    return (sizeOf(a) * (number(node, 'transB', 0) !== 0 ? b[0] : b[1])) / FAST
  },
  Einsum: (node, inputs) => {
    const { sizes } = einsumPlan(
      node,
      inputs.map((_, i) => need(inputs, i).shape),
    )
    return inputs.length * sizeOf([...sizes.values()])
  },
}
