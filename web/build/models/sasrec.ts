/**
 * SASRec (Kang & McAuley 2018): what comes next by self-attention over what was met, each place looking at itself and those
 * before it. Layer norms stand before what they norm, as in later transformers. With a filter it is BSARec (Shin et al. 2024): beside
 * attention, which only smoothes, stands what was met without its slow part, and that part alone.
 */
import { tensor } from '../../import/onnx/model/tensor.js'
import { Drawing, type Drawn } from './draw.js'
import type { TowerDrawing, TowerShape } from './towers.js'

/** A place that is not to be looked at. */
const NEVER = -1e9
/** What the filter says of a block's output, attention the rest (α of the paper). */
const FILTERED = 0.7

export function sasrec(shape: TowerShape, learning: boolean): TowerDrawing {
  const { width, length, longest, blocks, heads, hidden } = shape
  const drawing = new Drawing('sasrec', learning)
  const { add, mul, softmax, relu, matmul, reshape, transpose } = drawing
  const share = (a: Drawn, of: number) => mul(a, drawing.number(of))
  const history = drawing.input('history', 'int', length)
  const mask = drawing.input('mask', 'float', length)
  const items = mul(drawing.items('items', history), drawing.number(Math.sqrt(width)))
  let x = drawing.dropout(items, length, width)

  // 0 for what is there and not later, NEVER for the rest: [batch, 1, length, length]
  const later = Float64Array.from({ length: length * length }, (_, cell) =>
    cell % length > Math.floor(cell / length) ? NEVER : 0,
  )
  const absent = mul(add(reshape(mask, -1, 1, 1, length), drawing.number(-1)), drawing.number(-NEVER))
  const hiding = add(absent, drawing.constant(tensor('float', [1, 1, length, length], later)))
  const back = drawing.whole(
    ...Array.from({ length: length * length }, (_, cell) => Math.max(0, Math.floor(cell / length) - (cell % length))),
  )
  const filter = shape.filter > 0 ? filterOf(drawing, shape, mask) : null

  for (let block = 0; block < blocks; block++) {
    const own = (part: string) => `block.${block}.${part}`
    const split = (a: Drawn) => transpose(reshape(a, -1, length, heads, width / heads), 0, 2, 1, 3)
    const normed = drawing.layerNorm(own('norm'), x, width)
    const [query, key, value] = ['query', 'key', 'value'].map((part) =>
      split(drawing.linear(own(part), normed, width, width)),
    ) as [Drawn, Drawn, Drawn]
    const scores = mul(matmul(query, transpose(key, 0, 1, 3, 2)), drawing.number(1 / Math.sqrt(width / heads)))
    // how much further back counts, by head
    const distance = drawing.parameter(own('distance'), [longest, heads], { value: 0 })
    const bias = transpose(reshape(drawing.items(distance, back), length, length, heads), 2, 0, 1)
    const seen = matmul(softmax(add(add(scores, bias), hiding)), value)
    const attended = drawing.linear(own('out'), reshape(transpose(seen, 0, 2, 1, 3), -1, length, width), width, width)
    const mixed = filter ? add(share(filter(own('beta'), normed), FILTERED), share(attended, 1 - FILTERED)) : attended
    x = add(x, drawing.dropout(mixed, length, width))
    const second = drawing.layerNorm(own('second'), x, width)
    const inner = relu(drawing.linear(own('inner'), second, width, hidden))
    x = add(x, drawing.dropout(drawing.linear(own('outer'), inner, hidden, width), length, width))
  }
  const states = drawing.layerNorm('last', x, width)
  const newest = reshape(drawing.slice(states, 1, length - 1, length), -1, width)
  return { drawing, output: states, vectors: length, query: newest }
}

/**
 * What is slow in the values of a history stays, what is fast is weighed, number by number. Slow are the lowest frequencies of a Fourier
 * transform over the longest history; to cut off the others is a product with a circulant matrix. Each place is told of it what the newest
 * is, so that none sees what came later.
 */
function filterOf(drawing: Drawing, { width, length, longest, filter }: TowerShape, mask: Drawn) {
  const { add, mul, matmul, reshape } = drawing
  const kernel = Float64Array.from({ length }, (_, back) => {
    let sum = 1
    for (let f = 1; f <= filter && 2 * f <= longest; f++)
      sum += (2 * f === longest ? 1 : 2) * Math.cos((2 * Math.PI * f * back) / longest)
    return sum / longest
  })
  const matrix = Float64Array.from({ length: length * length }, (_, cell) => {
    const back = Math.floor(cell / length) - (cell % length)
    return back < 0 ? 0 : kernel[back]!
  })
  const slow = drawing.constant(tensor('float', [length, length], matrix))
  const there = reshape(mask, -1, length, 1)
  return (name: string, a: Drawn): Drawn => {
    const values = mul(a, there)
    const low = matmul(slow, values)
    const beta = drawing.parameter(name, [width], { deviation: 1 })
    return add(low, mul(mul(beta, beta), drawing.op('Sub', [values, low])))
  }
}
