/**
 * SASRec (Kang & McAuley 2018): what comes next by self-attention over what was met, each place looking at itself and those
 * before it. Layer norms stand before what they norm, as in later transformers.
 */
import { tensor } from '../../import/onnx/model/tensor.js'
import { Drawing, type Drawn } from './draw.js'
import type { TowerDrawing, TowerShape } from './towers.js'

/** A place that is not to be looked at. */
const NEVER = -1e9

export function sasrec(shape: TowerShape, learning: boolean): TowerDrawing {
  const { width, length, longest, blocks, heads, hidden } = shape
  const drawing = new Drawing('sasrec', learning)
  const { add, mul, softmax, relu, matmul, reshape, transpose } = drawing
  const history = drawing.input('history', 'int', length)
  const mask = drawing.input('mask', 'float', length)
  const positions = drawing.parameter('positions', [longest, width], { deviation: 0.02 })
  const items = mul(drawing.items('items', history), drawing.number(Math.sqrt(width)))
  let x = drawing.dropout(add(items, drawing.slice(positions, 0, longest - length, longest)), length, width)

  // 0 for what is there and not later, NEVER for the rest: [batch, 1, length, length]
  const later = Float64Array.from({ length: length * length }, (_, cell) =>
    cell % length > Math.floor(cell / length) ? NEVER : 0,
  )
  const absent = mul(add(reshape(mask, -1, 1, 1, length), drawing.number(-1)), drawing.number(-NEVER))
  const hiding = add(absent, drawing.constant(tensor('float', [1, 1, length, length], later)))

  for (let block = 0; block < blocks; block++) {
    const own = (part: string) => `block.${block}.${part}`
    const split = (a: Drawn) => transpose(reshape(a, -1, length, heads, width / heads), 0, 2, 1, 3)
    const normed = drawing.layerNorm(own('norm'), x, width)
    const [query, key, value] = ['query', 'key', 'value'].map((part) =>
      split(drawing.linear(own(part), normed, width, width)),
    ) as [Drawn, Drawn, Drawn]
    const scores = mul(matmul(query, transpose(key, 0, 1, 3, 2)), drawing.number(1 / Math.sqrt(width / heads)))
    const seen = matmul(softmax(add(scores, hiding)), value)
    const attended = drawing.linear(own('out'), reshape(transpose(seen, 0, 2, 1, 3), -1, length, width), width, width)
    x = add(x, drawing.dropout(attended, length, width))
    const second = drawing.layerNorm(own('second'), x, width)
    const inner = relu(drawing.linear(own('inner'), second, width, hidden))
    x = add(x, drawing.dropout(drawing.linear(own('outer'), inner, hidden, width), length, width))
  }
  const states = drawing.layerNorm('last', x, width)
  const newest = reshape(drawing.slice(states, 1, length - 1, length), -1, width)
  return { drawing, output: states, vectors: length, query: newest }
}
