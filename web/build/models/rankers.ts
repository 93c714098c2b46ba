/**
 * What the rankers that are trained here have in common; each has a file of its own, which reads like its paper's figure.
 *
 * A candidate is told by fields, each a vector. A number has a vector for each of its bins, and between the edges of one it is
 * on its way from one to the next (piecewise linear: Gorishniy et al. 2022), so that a straight line through vectors bends as the
 * number does; what is not known has none. A category has the row of its value, and one for all that it does not know.
 */
import { tensor } from '../../import/onnx/model/tensor.js'
import { Drawing, type Drawn } from './draw.js'

/** Of a number: the edges of its bins, ascending; of those that are alike nothing goes. */
export type Edges = readonly number[]

export interface RankerShape {
  /** As many edges for each number. */
  numbers: readonly Edges[]
  /** How many values each category has, with that of what is not known, which comes first. */
  categories: readonly number[]
  items: number
  /** Of a vector. */
  width: number
  /** Newest events that it looks at, of rankers that do. */
  length: number
  /** Of the layers between. */
  hidden: number
}

export interface RankerDrawing {
  drawing: Drawing
  /** [batch, 1] */
  score: Drawn
}

/** Names of what a ranker may read, as the importer binds it. */
export const INPUT = { numbers: 'numbers', known: 'known', categories: 'categories', item: 'item', history: 'history', mask: 'mask' } as const // prettier-ignore
/** Tables of vectors. */
export const TABLE = { categories: 'values', items: 'items' } as const

export const ranker = (name: string, learning: boolean): Drawing => new Drawing(name, learning, name)

/** The vectors of all fields, [batch, fields, width]. */
export function fields(drawing: Drawing, shape: RankerShape, width: number): Drawn {
  const of = [
    ...(shape.numbers.length > 0 ? [numbers(drawing, shape.numbers, width)] : []),
    ...(shape.categories.length > 0 ? [categories(drawing, shape.categories)] : []),
  ]
  return drawing.concat(1, ...of)
}

export const fieldCount = ({ numbers, categories }: RankerShape): number => numbers.length + categories.length

function numbers(drawing: Drawing, edges: readonly Edges[], width: number): Drawn {
  const { sub, mul, matmul, reshape, transpose } = drawing
  const [count, bins] = [edges.length, edges[0]!.length - 1]
  const of = (value: (low: number, high: number) => number) =>
    drawing.constant(
      tensor('float', [count, bins], Float64Array.from(edges.flatMap((own) => own.slice(1).map((high, t) => value(own[t]!, high))))), // prettier-ignore
    )
  const x = reshape(drawing.input(INPUT.numbers, 'float', count), -1, count, 1)
  const known = reshape(drawing.input(INPUT.known, 'float', count), -1, count, 1)
  const steps = mul(
    sub(
      x,
      of((low) => low),
    ),
    of((low, high) => (high > low ? 1 / (high - low) : 0)),
  )
  const along = drawing.op('Clip', [steps, drawing.number(0), drawing.number(1)])
  const parts = drawing.concat(2, mul(along, known), known) // [batch, count, bins + 1]
  const vectors = drawing.parameter('numbers.vectors', [count, bins + 1, width], { deviation: 0.02 })
  return transpose(matmul(transpose(parts, 1, 0, 2), vectors), 1, 0, 2)
}

/**
 * All values of all categories are rows of one table, one category's after the other. What a value's number is beyond those that
 * were learned, is not known either.
 */
function categories(drawing: Drawing, sizes: readonly number[]): Drawn {
  if (drawing.learning) return drawing.items(TABLE.categories, drawing.input(INPUT.categories, 'int', sizes.length))
  let rows = 0
  const first = sizes.map((size) => (rows += size) - size)
  const row = (values: readonly number[]) =>
    drawing.constant(tensor('float', [sizes.length], Float64Array.from(values)))
  const codes = drawing.input(INPUT.categories, 'float', sizes.length)
  const known = drawing.op('Cast', [drawing.op('Less', [codes, row(sizes)])], { to: FLOAT })
  const places = drawing.add(drawing.mul(codes, known), row(first))
  return drawing.items(TABLE.categories, drawing.op('Cast', [places], { to: INT64 }))
}
/** ONNX's numbers of types. */
const [FLOAT, INT64] = [1, 7]

/** Candidates as a ranker could be told of them: of each, all numbers of an input after another, by its name. */
export interface Examples {
  /** How many candidates. */
  rows: number
  /** Numbers of each input by its name, candidate by candidate. */
  inputs: ReadonlyMap<string, readonly number[]>
}

/**
 * Candidates of which each number is once in each of its bins and once not known, and each category has as many values as there is
 * room for, with one that was not learned: what is wrong with any vector of a number changes what is said of one of them.
 */
export function examples({ numbers, categories }: RankerShape, draw: () => number): Examples {
  const rows = numbers[0]?.length ?? EXAMPLES
  const each = <T, V>(fields: readonly T[], of: (field: T, turn: number) => V): V[][] => {
    const from = fields.map(() => Math.floor(draw() * 2 ** 30))
    return Array.from({ length: rows }, (_, row) => fields.map((field, f) => of(field, from[f]! + row)))
  }
  const values = each(numbers, (edges, turn) => {
    const bin = turn % rows
    return bin + 1 < rows ? Math.fround(edges[bin]! + draw() * (edges[bin + 1]! - edges[bin]!)) : NaN
  }).flat()
  const codes = each(categories, (size, turn) => turn % (size + 1)).flat()
  return {
    rows,
    inputs: new Map([
      [INPUT.numbers, values.map((value) => (Number.isNaN(value) ? 0 : value))],
      [INPUT.known, values.map((value) => Number(!Number.isNaN(value)))],
      [INPUT.categories, codes],
    ]),
  }
}
/** Where there are no numbers. */
const EXAMPLES = 8

/** Layers over a row, to one number. */
export function layers(drawing: Drawing, x: Drawn, from: number, hidden: number): Drawn {
  const inner = drawing.dropout(drawing.relu(drawing.linear('inner', x, from, hidden)), hidden)
  const outer = drawing.dropout(drawing.relu(drawing.linear('outer', inner, hidden, hidden / 2)), hidden / 2)
  return drawing.linear('last', outer, hidden / 2, 1)
}
