/**
 * The deep interest network (Zhou et al. 2018): of what a person met, what is like the candidate counts. A small network says of
 * each event, beside the candidate, how much; not out of 1, so that much that is alike says more than little does. The candidate's
 * vector itself is not told to the layers: of few moments they would learn each item by heart.
 */
import { fieldCount, fields, INPUT, layers, ranker, TABLE, type RankerDrawing, type RankerShape } from './rankers.js'

/** Of the network that compares. */
const COMPARING = 16

export function din(shape: RankerShape, learning: boolean): RankerDrawing {
  const { width, length, hidden } = shape
  const drawing = ranker('din', learning)
  const { add, mul, relu, matmul, reshape, linear } = drawing
  const candidate = drawing.items(TABLE.items, drawing.input(INPUT.item, 'int')) // [batch, width]
  const met = drawing.items(TABLE.items, drawing.input(INPUT.history, 'int', length)) // [batch, length, width]
  const mask = drawing.input(INPUT.mask, 'float', length)

  const own = reshape(candidate, -1, 1, width)
  const [ofEvent, ofOwn, ofBoth] = [
    linear.call(drawing, 'event', met, width, COMPARING),
    linear.call(drawing, 'own', own, width, COMPARING, false),
    linear.call(drawing, 'both', mul(met, own), width, COMPARING, false),
  ]
  const compared = relu(add(add(ofEvent, ofOwn), ofBoth))
  const weights = mul(reshape(linear.call(drawing, 'weight', compared, COMPARING, 1), -1, length), mask)
  const interest = reshape(matmul(reshape(weights, -1, 1, length), met), -1, width)

  const flat = reshape(fields(drawing, shape, width), -1, fieldCount(shape) * width)
  const all = drawing.concat(1, flat, interest, mul(interest, candidate))
  return { drawing, score: layers(drawing, all, (fieldCount(shape) + 2) * width, hidden) }
}
