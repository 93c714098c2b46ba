/**
 * GRU4Rec (Hidasi et al. 2016): what comes next by a recurrent network, which reads a history event by event. Without biases, so that
 * places before the first event leave its state at zero, however many there are.
 */
import { Drawing } from './draw.js'
import type { TowerDrawing, TowerShape } from './towers.js'

export function gru4rec({ width, length, hidden }: TowerShape, learning: boolean): TowerDrawing {
  const drawing = new Drawing('gru4rec', learning)
  const { reshape, transpose } = drawing
  const history = drawing.input('history', 'int', length)
  const items = drawing.dropout(drawing.items('items', history), length, width)
  const inward = drawing.parameter('gates.inward', [1, 3 * hidden, width], {
    deviation: Math.sqrt(2 / (width + hidden)),
  })
  const onward = drawing.parameter('gates.onward', [1, 3 * hidden, hidden], { deviation: Math.sqrt(1 / hidden) })
  const steps = drawing.op('GRU', [transpose(items, 1, 0, 2), inward, onward], { hidden_size: hidden })
  const states = reshape(transpose(steps, 2, 0, 1, 3), -1, length, hidden)
  const output = drawing.linear('out', drawing.dropout(states, length, hidden), hidden, width)
  const query = reshape(drawing.slice(output, 1, length - 1, length), -1, width)
  return { drawing, output, vectors: length, query }
}
