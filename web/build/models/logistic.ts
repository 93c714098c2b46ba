/** Logistic regression: what each field says of a candidate by itself, added up. */
import { fields, ranker, type RankerDrawing, type RankerShape } from './rankers.js'

export function logistic(shape: RankerShape, learning: boolean): RankerDrawing {
  const drawing = ranker('logistic', learning)
  const bias = drawing.parameter('bias', [1], { value: 0 })
  return { drawing, score: drawing.add(drawing.sum(fields(drawing, shape, 1), 1), bias) }
}
