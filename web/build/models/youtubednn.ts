/**
 * The candidate tower of YouTube (Covington et al. 2016): the mean of what was met, through layers that bend it towards what is
 * met besides. Without order, so it also learns from logs without times. Queries have one length, so that
 * loss and gradient say which items are near, not how sure the network is of a person (Wu et al. 2024, on sampled softmax).
 */
import type { TowerShape, TowerDrawing } from './towers.js'
import { Drawing } from './draw.js'

export function youtubednn(
  { width, length, hidden, blocks, temperature }: TowerShape,
  learning: boolean,
): TowerDrawing {
  const drawing = new Drawing('youtubednn', learning)
  const history = drawing.input('history', 'int', length)
  const mask = drawing.input('mask', 'float', length)
  const rows = drawing.items('items', history)
  const met = drawing.op('Max', [drawing.op('ReduceSum', [mask, drawing.whole(1)], { keepdims: 1 }), drawing.number(1)])
  const sum = drawing.reshape(drawing.matmul(drawing.reshape(mask, -1, 1, length), rows), -1, width)
  let x = drawing.dropout(drawing.op('Div', [sum, met]), width)
  for (let block = 0; block < blocks; block++) {
    // at first little more than the mean itself, which is worth something from the start
    const inner = drawing.relu(drawing.linear(`block.${block}.inner`, x, width, hidden))
    x = drawing.add(x, drawing.linear(`block.${block}.outer`, inner, hidden, width, true, 0.01))
  }
  const query = drawing.unit(x, 1 / temperature)
  return { drawing, output: query, vectors: 1, query }
}
