/**
 * Products. Every one is a contraction: dimensions of both operands that are summed (K), of both that stay (L), of one
 * alone (M of a, N of b). The longest runs of M and N become the matrix product's own, all others are looped over.
 */
import { number, type Node } from '../model/graph.js'
import { einsumPlan } from '../reference/matrix.js'
import { BINARY, UNARY, type OpNumbers, type View } from '../tape/tape.js'
import { OpError } from '../model/tensor.js'
import { BatchError } from '../tape/trace.js'
import { aligned, layOut, merged, type Factor, type Value } from '../tape/value.js'
import { padded, type Context, type Lowering } from './context.js'
import { reduced } from './reduce.js'

/** What comes after a product: scale · ab + bias, then an activation. */
export interface Epilogue {
  scale: number
  bias?: Value
  numbers: OpNumbers
}

/** One dimension of a contraction with its step in each operand; K has none in `out` and `bias`. */
interface Loop {
  size: number
  rows: boolean
  a: number
  b: number
  out: number
  bias: number
}

const ONE: Loop = { size: 1, rows: false, a: 0, b: 0, out: 0, bias: 0 }

/**
 * out = contraction of a and b. `axes[i]` says of each axis of the result which axes of a and b it is, null for none;
 * `summed` are pairs of axes of a and b. Steps of what is absent are 0.
 */
export function contract(
  context: Context,
  given: readonly [Value, Value],
  axes: readonly (readonly [number | null, number | null])[],
  summed: readonly (readonly [number, number])[],
  after: Epilogue,
): Value {
  let [a, b] = given
  const none: Factor[] = []
  const inner = summed.map(([x, y]) => aligned([a.axes[x], b.axes[y]]))
  const runs = inner.every((each) => each !== null) ? together(inner as Factor[][][]) : null
  if (runs === null || runs.length > 1) {
    if (
      summed.length > 1 ||
      fragments(
        a,
        summed.map(([x]) => x),
      ) ||
      fragments(
        b,
        summed.map(([, y]) => y),
      )
    )
      return contract(
        context,
        [
          gathered(
            context,
            a,
            summed.map(([x]) => x),
          ),
          gathered(
            context,
            b,
            summed.map(([, y]) => y),
          ),
        ],
        axes,
        summed,
        after,
      )
    throw new BatchError('a product over the batch')
  }
  const k = runs[0] ?? [
    { size: 1, step: 0, rows: false },
    { size: 1, step: 0, rows: false },
  ]
  context.tape.join(
    k.slice(0, 1).map((each) => [each]),
    'a product over the batch',
  )
  const pairs = axes.map(([x, y]) => aligned([x === null ? none : a.axes[x], y === null ? none : b.axes[y]]))
  if (pairs.some((pair) => pair === null)) {
    if (fragmented(a) || fragmented(b))
      return contract(context, [context.tape.copy(a), context.tape.copy(b)], axes, summed, after)
    throw new BatchError('operands hold the batch in different places')
  }
  const perRow = a.perRow || b.perRow || k[0].rows || (after.bias?.perRow ?? false)
  const bias = after.bias === undefined ? undefined : padded(after.bias, axes.length)
  const withBias = pairs.map((pair, i) => (bias === undefined ? pair! : alignedThree(pair!, bias.axes[i])))
  if (withBias.some((each) => each === null)) {
    const out = contract(context, given, axes, summed, { ...after, bias: undefined, numbers: {} })
    const sum = context.elementwise('binary', [out, after.bias!], 'float', { kind: BINARY['add'] })
    return after.numbers.kind === undefined ? sum : context.elementwise('unary', [sum], 'float', after.numbers)
  }
  const cut = withBias as Factor[][][]
  const template = cut.map((lists) =>
    lists[0].map((factor, f) => ({ ...factor, step: lists.some((list) => list[f].step !== 0) ? 1 : 0 })),
  )
  const out = context.tape.fresh(template, 'float', perRow)
  const loops: Loop[] = []
  cut.forEach((lists, i) =>
    lists[0].forEach((factor, f) => {
      if (template[i][f].step === 0) return
      const step = (at: number) => lists[at]?.[f].step ?? 0
      loops.push({
        size: factor.size,
        rows: factor.rows,
        a: step(0),
        b: step(1),
        out: out.axes[i][f].step,
        bias: step(2),
      })
    }),
  )
  emit(context, out, a, b, bias, loops, k, after, perRow)
  return out
}

const alignedThree = (pair: Factor[][], bias: readonly Factor[]): Factor[][] | null => {
  const found = aligned([...pair, bias])
  return found
}

/** The summed dimensions as one list of pairs, neighbours merged where both operands allow it. */
function together(inner: readonly Factor[][][]): Factor[][] {
  const out: Factor[][] = []
  for (const [xs, ys] of inner)
    xs.forEach((x, f) => {
      const y = ys[f]
      const before = out.at(-1)
      if (before !== undefined && before[0].step === x.step * x.size && before[1].step === y.step * y.size && !x.rows)
        out[out.length - 1] = [
          { ...x, size: x.size * before[0].size, rows: before[0].rows },
          { ...y, size: y.size * before[0].size, rows: before[0].rows },
        ]
      else out.push([x, y])
    })
  return out
}

const fragmented = (value: Value): boolean => value.axes.some((axis) => merged(axis).length > 1)
const fragments = (value: Value, axes: readonly number[]): boolean =>
  merged(axes.flatMap((axis) => value.axes[axis])).length > 1

/** A copy in which the given axes lie innermost, in one run. */
function gathered(context: Context, value: Value, axes: readonly number[]): Value {
  const order = [...value.axes.keys()].filter((axis) => !axes.includes(axis)).concat(axes)
  const copy = context.tape.copy({ ...value, axes: order.map((axis) => value.axes[axis]) })
  const back: Factor[][] = []
  order.forEach((axis, i) => {
    back[axis] = axes.includes(axis) ? merged(copy.axes[i]) : copy.axes[i]
  })
  return { ...copy, axes: back }
}

function emit(
  context: Context,
  out: Value,
  a: Value,
  b: Value,
  bias: Value | undefined,
  loops: Loop[],
  k: readonly Factor[],
  after: Epilogue,
  perRow: boolean,
): void {
  // Weights stand on the right, where they may be coded; and rows on the left.
  const swap =
    loops.some((loop) => loop.rows && loop.a === 0) || (a.buffer.data !== undefined && b.buffer.data === undefined)
  if (swap) {
    ;[a, b] = [b, a]
    k = [k[1], k[0]]
    loops = loops.map((loop) => ({ ...loop, a: loop.b, b: loop.a }))
  }
  const runs = mergeLoops(loops)
  const isM = (loop: Loop) => loop.b === 0 && loop.a !== 0
  const isN = (loop: Loop) => loop.a === 0 && loop.b !== 0 && (context.tape.isList || !loop.rows)
  const longest = (test: (loop: Loop) => boolean): Loop | undefined => {
    const found = runs.filter(test)
    return found.sort((x, y) => Number(y.rows) - Number(x.rows) || y.size - x.size)[0]
  }
  const m = longest(isM)
  const n = longest(isN)
  const rest = runs.filter((loop) => loop !== m && loop !== n)
  const dims = (of: 'a' | 'b' | 'out' | 'bias', last: readonly [Factor | Loop, Factor | Loop]): Factor[] =>
    [...rest, ...last].map((each) => ({
      size: each.size,
      step: 'step' in each ? each.step : each[of],
      rows: each.rows,
    }))
  const view = (value: Value, dimensions: Factor[]): View => ({
    buffer: value.buffer,
    offset: value.offset,
    dims: dimensions,
  })
  const [M, N] = [m ?? ONE, n ?? ONE]
  const right = rightOperand(context, b, dims('b', [k[1], N]))
  const views: (View | null)[] = [
    view(out, dims('out', [M, N])),
    view(a, dims('a', [M, k[0]])),
    right,
    bias === undefined ? null : view(bias, dims('bias', [M, N])),
  ]
  context.tape.emit('matmul', views, perRow, { kind: UNARY['none'], ...after.numbers, scale: after.scale })
}

/** A constant matrix in its natural order, K by N: what the kernel reads fastest, and what may be coded. */
function rightOperand(context: Context, b: Value, dims: Factor[]): View {
  const { data } = b.buffer
  const along = dims.length - 1
  if (data === undefined) return { buffer: b.buffer, offset: b.offset, dims }
  const used = dims.filter((dim) => dim.step !== 0)
  const laid = layOut(used, 1).factors
  const inOrder = used.every((dim, i) => dim.step === laid[i].step)
  if (inOrder || used.some((dim) => dim.rows)) return { buffer: b.buffer, offset: b.offset, dims, codedAlong: along }
  const moved = context.moved(b, used)
  const steps = laid.map(({ step }) => step)
  return {
    buffer: moved,
    offset: 0,
    dims: dims.map((dim) => (dim.step === 0 ? dim : { ...dim, step: steps.shift()! })),
    codedAlong: along,
  }
}

/** Neighbouring loops that every operand walks through in one run become one. */
function mergeLoops(loops: readonly Loop[]): Loop[] {
  const out: Loop[] = []
  for (const loop of loops) {
    const before = out.at(-1)
    const joins =
      before !== undefined &&
      !loop.rows &&
      (['a', 'b', 'out', 'bias'] as const).every((of) => before[of] === loop[of] * loop.size)
    if (joins) out[out.length - 1] = { ...loop, size: loop.size * before.size, rows: before.rows }
    else out.push(loop)
  }
  return out
}

/** The activation that fusion found, and the bias and scale. */
export function epilogueOf(context: Context, node: Node, biasAt: number): Epilogue {
  const bias = context.optional(node, biasAt)
  const kind = node.attributes.get('fused')
  return {
    scale: number(node, 'scale', 1),
    bias,
    numbers:
      kind === undefined
        ? {}
        : { kind: kind as number, alpha: number(node, 'fusedAlpha', 0), beta: number(node, 'fusedBeta', 0) },
  }
}

export function product(context: Context, left: Value, right: Value, after: Epilogue): Value {
  const [la, lb] = [left.axes.length, right.axes.length]
  const a: Value = la === 1 ? { ...left, axes: [[], ...left.axes] } : left
  const b: Value = lb === 1 ? { ...right, axes: [...right.axes, []] } : right
  const batch = Math.max(a.axes.length, b.axes.length) - 2
  const axes: [number | null, number | null][] = []
  for (let i = 0; i < batch; i++) {
    const x = i - (batch + 2 - a.axes.length)
    const y = i - (batch + 2 - b.axes.length)
    axes.push([x < 0 ? null : x, y < 0 ? null : y])
  }
  if (la > 1) axes.push([a.axes.length - 2, null])
  if (lb > 1) axes.push([null, b.axes.length - 1])
  return contract(context, [a, b], axes, [[a.axes.length - 1, b.axes.length - 2]], after)
}

const matMul: Lowering = (context, node) => [
  product(context, context.input(node, 0), context.input(node, 1), epilogueOf(context, node, 2)),
]

const gemm: Lowering = (context, node) => {
  const flip = (value: Value, by: string): Value =>
    number(node, by, 0) !== 0 ? { ...value, axes: [value.axes[1], value.axes[0]] } : value
  const a = flip(context.input(node, 0), 'transA')
  const b = flip(context.input(node, 1), 'transB')
  const beta = number(node, 'beta', 1)
  const after = epilogueOf(context, node, 2)
  after.scale *= number(node, 'alpha', 1)
  if (beta === 0) after.bias = undefined
  else if (beta !== 1 && after.bias !== undefined)
    after.bias = context.elementwise('unary', [after.bias], 'float', { kind: UNARY['affine'], alpha: beta })
  return [product(context, a, b, after)]
}

/** Two operands at a time, from the left; what no later operand and no result needs is summed as soon as it can be. */
const einsum: Lowering = (context, node) => {
  const shapes = node.inputs.map((_, at) => context.likeness(node, at).shape)
  const plan = einsumPlan(node, shapes)
  const terms = plan.inputs.map((letters, at) => diagonal(context.input(node, at), letters, shapes[at]))
  while (terms.length > 1) {
    const [x, y] = [terms.shift()!, terms.shift()!]
    const later = new Set([...plan.output, ...terms.flatMap((term) => term.letters)])
    const summed = x.letters.filter((letter) => y.letters.includes(letter) && !later.has(letter))
    const kept = [...new Set([...x.letters, ...y.letters])].filter((letter) => !summed.includes(letter))
    const at = (letters: string[], letter: string) => (letters.includes(letter) ? letters.indexOf(letter) : null)
    const wanted = terms.length === 0 ? plan.output.filter((letter) => kept.includes(letter)) : kept
    const letters = [...wanted, ...kept.filter((letter) => !wanted.includes(letter))]
    const axes = letters.map((letter) => [at(x.letters, letter), at(y.letters, letter)] as const)
    const spread = (term: Term, side: 0 | 1): Value => ({
      ...term.value,
      axes: axes.map((pair) => (pair[side] === null ? [] : term.value.axes[pair[side]])),
    })
    const value =
      summed.length === 0
        ? context.elementwise('binary', [spread(x, 0), spread(y, 1)], 'float', { kind: BINARY['mul'] })
        : contract(
            context,
            [x.value, y.value],
            axes,
            summed.map((letter) => [x.letters.indexOf(letter), y.letters.indexOf(letter)] as const),
            { scale: 1, numbers: {} },
          )
    terms.unshift({ value, letters })
  }
  return [settled(context, terms[0], plan.output)]
}

interface Term {
  value: Value
  letters: string[]
}

/** A letter twice in one operand is its diagonal. */
function diagonal(given: Value, letters: readonly string[], shape: readonly number[]): Term {
  let value = given
  const axes: Factor[][] = []
  const kept: string[] = []
  letters.forEach((letter, axis) => {
    const before = kept.indexOf(letter)
    if (before < 0) {
      kept.push(letter)
      axes.push(value.axes[axis])
      return
    }
    if (shape[axis] === 1 && value.axes[axis].length === 0) return
    const [x, y] = [axes[before], value.axes[axis]]
    if (x.length !== 1 || y.length !== 1 || x[0].rows !== y[0].rows)
      throw new OpError(`the letter "${letter}" twice in one operand`)
    axes[before] = [{ ...x[0], step: x[0].step + y[0].step }]
  })
  value = { ...value, axes }
  return { value, letters: kept }
}

/** Sums what the result does not name, and puts the axes into its order. */
function settled(context: Context, term: Term, output: readonly string[]): Value {
  const extra = term.letters.filter((letter) => !output.includes(letter))
  const ordered = [...output, ...extra].map((letter) => term.value.axes[term.letters.indexOf(letter)])
  const value = { ...term.value, axes: ordered }
  if (extra.length === 0) return value
  const over = extra.map((_, i) => output.length + i)
  const sum = reduced(context, value, over, 'sum')
  return { ...sum, axes: sum.axes.slice(0, output.length) }
}

export const MATRIX_OPS: Record<string, Lowering> = { MatMul: matMul, Linear: matMul, Gemm: gemm, Einsum: einsum }
