/** DeepFM (Guo et al. 2017): a factorisation machine, and layers over the same vectors beside it. */
import { machine } from './fm.js'
import { fieldCount, fields, layers, ranker, type RankerDrawing, type RankerShape } from './rankers.js'

export function deepfm(shape: RankerShape, learning: boolean): RankerDrawing {
  const { width, hidden } = shape
  const drawing = ranker('deepfm', learning)
  const of = fields(drawing, shape, 1 + width)
  const flat = drawing.reshape(drawing.slice(of, 2, 1, 1 + width), -1, fieldCount(shape) * width)
  const deep = layers(drawing, flat, fieldCount(shape) * width, hidden)
  return { drawing, score: drawing.add(machine(drawing, of, width), deep) }
}
