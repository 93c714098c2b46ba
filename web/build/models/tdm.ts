/**
 * A scorer of the nodes of a tree (Zhu et al. 2018, TDM), which mixes what a person met with what a node stands for: a few interests
 * are read from the history (Lin et al. 2017, structured self-attention; Cen et al. 2020, ComiRec), each node looks at those that are
 * about it (Zhou et al. 2018, DIN), and layers over both say how well it goes on.
 */
import { Drawing, type Drawn } from './draw.js'

export interface ScorerShape {
  width: number
  /** Newest items of a history. */
  length: number
  interests: number
  /** Of the layer between. */
  hidden: number
  /** Nodes that each row is asked about while it is learned; on a device the rows are nodes. */
  nodes: number
}

export interface ScorerDrawing {
  drawing: Drawing
  /** [batch, nodes], or on a device [batch]. */
  score: Drawn
}

/** A place that is not to be looked at. */
const NEVER = 1e9

export function tdm({ width, length, interests, hidden, nodes }: ScorerShape, learning: boolean): ScorerDrawing {
  const drawing = new Drawing('tdm', learning)
  const { add, mul, matmul, softmax, relu, reshape, transpose, sum } = drawing
  const history = drawing.input('history', 'float', length, width)
  const mask = drawing.input('mask', 'float', length)
  const asked = learning ? drawing.input('asked', 'float', nodes, width) : drawing.input('asked', 'float', width)

  // once a person: [batch, interests, width]
  const positions = drawing.parameter('positions', [length, width], { deviation: 0.1 })
  const met = drawing.dropout(history, length, width)
  const keys = drawing.op('Tanh', [add(drawing.linear('key', met, width, width, false), positions)])
  const look = drawing.parameter('look.weight', [width, interests], { deviation: 0.1 })
  const looks = transpose(matmul(keys, look), 0, 2, 1)
  const absent = mul(add(reshape(mask, -1, 1, length), drawing.number(-1)), drawing.number(NEVER))
  const read = matmul(softmax(add(looks, absent)), met)
  const bend = drawing.parameter('person.weight', [width, width], { deviation: 0.02 })
  const person = drawing.dropout(add(read, matmul(read, bend)), interests, width)

  // each node, beside its person: [batch, nodes, …], or [batch, …] beside the only one
  const about = learning ? person : reshape(person, interests, width)
  const near = mul(
    matmul(asked, learning ? transpose(about, 0, 2, 1) : transpose(about, 1, 0)),
    drawing.number(1 / Math.sqrt(width)),
  )
  const seen = matmul(softmax(near), about)
  const both = mul(seen, asked)
  const inner = relu(
    add(drawing.linear('both', both, width, hidden), drawing.linear('own', asked, width, hidden, false)),
  )
  const bent = drawing.linear('score', inner, hidden, 1, false)
  return { drawing, score: add(sum(both, -1), sum(bent, -1)) }
}
