/**
 * The factorisation machine (Rendle 2010): what each field says, and what each two of them say together, which is the product of
 * their vectors. All pairs at once: the sum of products is half of what the square of the sum has more than the sum of squares.
 */
import type { Drawing, Drawn } from './draw.js'
import { fields, ranker, type RankerDrawing, type RankerShape } from './rankers.js'

export function fm(shape: RankerShape, learning: boolean): RankerDrawing {
  const drawing = ranker('fm', learning)
  return { drawing, score: machine(drawing, fields(drawing, shape, 1 + shape.width), shape.width) }
}

/** Of vectors [batch, fields, 1 + width]: first what a field says alone. */
export function machine(drawing: Drawing, of: Drawn, width: number): Drawn {
  const { add, sub, mul, slice, sum } = drawing
  const [alone, factors] = [slice(of, 2, 0, 1), slice(of, 2, 1, 1 + width)]
  const all = sum(factors, 1)
  const pairs = sub(mul(all, all), sum(mul(factors, factors), 1))
  const together = drawing.op('ReduceSum', [pairs, drawing.whole(1)], { keepdims: 1 })
  const bias = drawing.parameter('bias', [1], { value: 0 })
  return add(add(sum(alone, 1), mul(together, drawing.number(0.5))), bias)
}
