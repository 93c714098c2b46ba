/** Ops that move elements: most only look at the same memory in another way. */
import { number, text } from '../model/graph.js'
import { padsOf, sliceOf, splitSizes, transposition } from '../reference/movement.js'
import { BINARY, viewWith } from '../tape/tape.js'
import { axisOf, OpError, tensor, type Tensor } from '../model/tensor.js'
import { BatchError, type Extent } from '../tape/trace.js'
import { aligned, extentFactors, regroup, type Factor, type Value } from '../tape/value.js'
import { repeated, type Context, type Lowering } from './context.js'
import { affine } from './elementwise.js'

const identity: Lowering = (context, node) => [reshape(context, context.input(node, 0), context.result(node).shape)]

/** The value with axes of other sizes; a copy where its memory lies in the wrong order. */
export function reshape(context: Context, value: Value, shape: readonly Extent[]): Value {
  const axes = regroup(value.axes, shape)
  if (axes !== null) return { ...value, axes }
  const copy = context.tape.copy(value)
  const again = regroup(copy.axes, shape)
  if (again === null) throw new BatchError('a reshape cuts across the batch')
  return { ...copy, axes: again }
}

const transpose: Lowering = (context, node) => {
  const value = context.input(node, 0)
  return [{ ...value, axes: transposition(node, value.axes.length).map((axis) => value.axes[axis]) }]
}

/** Elements start, start + step, … of an axis: `count` of them. */
export function sliced(
  context: Context,
  given: Value,
  axis: number,
  start: number,
  step: number,
  extent: Extent,
  size: number,
): Value {
  if (start === 0 && step === 1 && size === extent.size) return given
  if (extent.rows) throw new BatchError('a slice of the batch')
  const value = context.tape.single(given, axis)
  const run: Factor = value.axes[axis][0] ?? { size: 1, step: 0, rows: false }
  const factors: Factor[] = size === 1 ? [] : [{ size, step: run.step * step, rows: false }]
  return {
    ...value,
    offset: value.offset + start * run.step,
    axes: value.axes.map((each, a) => (a === axis ? factors : each)),
  }
}

const slice: Lowering = (context, node) => {
  const likeness = context.likeness(node, 0)
  const extents = context.shapeOf(node, 0)
  const fixed = node.inputs.map((name, at) =>
    at === 0 ? likeness : name === '' ? undefined : context.fixed(node, at, 'bounds'),
  )
  const { start, step, shape } = sliceOf(node, fixed)
  let value = context.input(node, 0)
  extents.forEach((extent, axis) => {
    if (shape[axis] === 0) throw new OpError('an empty slice')
    // An open end of the batch counts as its whole.
    const isPart = extent.rows && !context.result(node).shape[axis].rows
    if (isPart) throw new BatchError('a slice of the batch')
    const whole = extent.rows && start[axis] === 0 && step[axis] === 1 && shape[axis] === extent.size
    if (!whole) value = sliced(context, value, axis, start[axis], step[axis], extent, shape[axis])
  })
  return [value]
}

const split: Lowering = (context, node) => {
  const likeness = context.likeness(node, 0)
  const { axis, sizes } = splitSizes(node, [likeness, context.constant(node, 1)])
  const value = context.input(node, 0)
  const extent = context.shapeOf(node, 0)[axis]
  let start = 0
  return sizes.map((size) => {
    const part = sliced(context, value, axis, start, 1, extent, size)
    start += size
    return part
  })
}

/** The factors of an axis between two elements of it, for copying into a part of a result. */
function part(whole: Value, axis: number, start: number, extent: Extent): Value {
  const run = whole.axes[axis][0] ?? { size: 1, step: 0, rows: false }
  const factors: Factor[] = extent.size === 1 ? [] : [{ size: extent.size, step: run.step, rows: false }]
  return {
    ...whole,
    offset: whole.offset + start * run.step,
    axes: whole.axes.map((each, a) => (a === axis ? factors : each)),
  }
}

/** Copies `value` into memory that its axes may cut in other ways. */
function copyInto(context: Context, out: Value, value: Value): void {
  const cut = out.axes.map((axis, a) => aligned([axis, value.axes[a]]))
  const source = cut.every((each) => each !== null) ? value : context.tape.copy(value)
  const pairs = out.axes.map((axis, a) => aligned([axis, source.axes[a]]))
  if (pairs.some((each) => each === null)) throw new BatchError('a copy cuts across the batch')
  context.tape.copyInto(
    { ...out, axes: pairs.map((pair) => pair![0]) },
    { ...source, axes: pairs.map((pair) => pair![1]) },
  )
}

export function concatenated(
  context: Context,
  parts: readonly Value[],
  extents: readonly Extent[][],
  axis: number,
  shape: readonly Extent[],
): Value {
  if (shape[axis].rows) throw new BatchError('rows joined to rows')
  const perRow = parts.some((each) => each.perRow)
  const out = context.tape.fresh(commonAxes(parts, axis, shape), parts[0].type, perRow)
  let start = 0
  parts.forEach((value, i) => {
    const extent = extents[i][axis]
    copyInto(context, part(out, axis, start, extent), value)
    start += extent.size
  })
  return out
}

/** Axes of memory for several parts: contiguous, but repeated where all of them repeat. */
function commonAxes(parts: readonly Value[], axis: number, shape: readonly Extent[]): Factor[][] {
  return shape.map((extent, a) => {
    if (a === axis) return [{ size: extent.size, step: 1, rows: false }]
    const cut = aligned(parts.map((each) => each.axes[a]))
    const factors = cut?.[0] ?? extentFactors(extent)
    return factors.map((factor, f) => ({
      ...factor,
      step: cut === null || cut.some((each) => each[f].step !== 0) ? 1 : 0,
    }))
  })
}

const concat: Lowering = (context, node) => {
  const { shape } = context.result(node)
  const axis = axisOf(number(node, 'axis', 1), shape.length)
  const places = node.inputs.map((_, at) => at).filter((at) => context.shapeOf(node, at)[axis].size > 0)
  const parts = places.map((at) => context.input(node, at))
  if (parts.length === 1) return [parts[0]]
  return [
    concatenated(
      context,
      parts,
      places.map((at) => context.shapeOf(node, at)),
      axis,
      shape,
    ),
  ]
}

const expand: Lowering = (context, node) => [repeated(context.input(node, 0), context.result(node).shape)]

const tile: Lowering = (context, node) => {
  const value = context.input(node, 0)
  const before = context.shapeOf(node, 0)
  const { shape } = context.result(node)
  const axes = value.axes.map((axis, a): Factor[] => {
    const opened = shape[a].rows && !before[a].rows
    const times = shape[a].size / before[a].size
    return [...extentFactors({ size: times, rows: opened }), ...axis]
  })
  return [{ ...value, axes }]
}

const pad: Lowering = (context, node) => {
  const likeness = context.likeness(node, 0)
  const mode = text(node, 'mode', 'constant')
  if (mode !== 'constant') throw new OpError(`mode "${mode}", expected constant`)
  const { before, behind } = padsOf(node, [likeness, context.constant(node, 1), undefined, context.constant(node, 3)])
  const fill = context.constant(node, 2)?.data[0] ?? number(node, 'value', 0)
  let value = context.input(node, 0)
  let extents = context.shapeOf(node, 0)
  before.forEach((_, axis) => {
    const [cutBefore, cutBehind] = [Math.max(0, -before[axis]), Math.max(0, -behind[axis])]
    if (cutBefore + cutBehind === 0) return
    const size = extents[axis].size - cutBefore - cutBehind
    value = sliced(context, value, axis, cutBefore, 1, extents[axis], size)
    extents = extents.map((extent, a) => (a === axis ? { size, rows: false } : extent))
  })
  for (let axis = 0; axis < before.length; axis++) {
    const edges = [before[axis], behind[axis]].map((n) => Math.max(0, n))
    if (edges[0] + edges[1] === 0) continue
    const parts: [Value, Extent[]][] = [[value, extents]]
    const filler = (n: number): [Value, Extent[]] => {
      const shape = extents.map((extent, a) => (a === axis ? { size: n, rows: false } : extent))
      return [repeated(context.tape.scalar(fill, value.type), shape), shape]
    }
    if (edges[0] > 0) parts.unshift(filler(edges[0]))
    if (edges[1] > 0) parts.push(filler(edges[1]))
    const shape = extents.map((extent, a) =>
      a === axis ? { size: extent.size + edges[0] + edges[1], rows: false } : extent,
    )
    value = concatenated(
      context,
      parts.map(([each]) => each),
      parts.map(([, each]) => each),
      axis,
      shape,
    )
    extents = shape
  }
  return [value]
}

/** What a triangle leaves, by a constant mask. */
const trilu: Lowering = (context, node) => {
  const value = context.input(node, 0)
  const last = context.shapeOf(node, 0).slice(-2)
  if (last.some((extent) => extent.rows)) throw new BatchError('a triangle of the batch')
  const [rows, columns] = last.map(({ size }) => size)
  const k = context.constant(node, 1)?.data[0] ?? 0
  const upper = number(node, 'upper', 1) !== 0
  const mask = tensor('bool', [rows, columns])
  for (let at = 0; at < mask.data.length; at++) {
    const above = (at % columns) - Math.floor(at / columns)
    mask.data[at] = Number(upper ? above >= k : above <= k)
  }
  const kept = context.tape.constant(mask, node.name)
  return [context.elementwise('where', [kept, value, context.tape.scalar(0, value.type)], value.type)]
}

/** Places below 0 count from the end. */
function fromEnd(context: Context, ids: Value, count: number): Value {
  const below = context.elementwise('binary', [ids, context.tape.scalar(0, 'int')], 'bool', { kind: BINARY['less'] })
  return context.elementwise('where', [below, affine(context, ids, 1, count), ids], ids.type)
}

const oneHot: Lowering = (context, node) => {
  const depth = context.fixed(node, 1, 'depths').data[0]
  const ids = fromEnd(context, context.input(node, 0), depth)
  const [off, on] = context.fixed(node, 2, 'values').data
  const { shape, type } = context.result(node)
  const axis = axisOf(number(node, 'axis', -1), shape.length)
  const places = tensor(
    'int',
    [depth],
    Float64Array.from({ length: depth }, (_, i) => i),
  )
  const along = context.tape.constant(places, node.name)
  const laid: Value = { ...along, axes: shape.map((_, a) => (a === axis ? along.axes[0] : [])) }
  const spread: Value = { ...ids, axes: [...ids.axes.slice(0, axis), [], ...ids.axes.slice(axis)] }
  const hit = context.elementwise('binary', [spread, laid], 'bool', { kind: BINARY['equal'] })
  return [affine(context, hit, on - off, off, type)]
}

const MOST_COPIES = 256

/** Updates at constant places: a copy of the whole, then each update over it. */
const scatterNd: Lowering = (context, node) => {
  if (text(node, 'reduction', 'none') !== 'none') throw new OpError(`reduction "${text(node, 'reduction', '')}"`)
  const ids = context.fixed(node, 1, 'indices')
  const depth = ids.shape.at(-1)!
  const count = ids.data.length / depth
  if (count > MOST_COPIES) throw new OpError(`${count} places (expected at most ${MOST_COPIES})`)
  const extents = context.shapeOf(node, 0)
  if (extents.slice(0, depth).some((extent) => extent.rows)) throw new BatchError('places in the batch')
  const [base, updates] = [context.input(node, 0), context.input(node, 2)]
  const perRow = base.perRow || updates.perRow
  const axes = extents.map((extent) => extentFactors(extent).map((factor) => ({ ...factor, step: 1 })))
  const out = context.tape.fresh(axes, base.type, perRow, true)
  copyInto(context, out, base)
  const flat = context.shapeOf(node, 2).slice(ids.shape.length - 1)
  const rows = reshape(context, updates, [{ size: count, rows: false }, ...flat])
  for (let row = 0; row < count; row++) {
    let offset = out.offset
    for (let d = 0; d < depth; d++) {
      const id = ids.data[row * depth + d]
      offset += (id < 0 ? id + extents[d].size : id) * (out.axes[d][0]?.step ?? 0)
    }
    const target: Value = { ...out, offset, axes: out.axes.slice(depth) }
    const source = sliced(context, rows, 0, row, 1, { size: count, rows: false }, 1)
    copyInto(context, target, { ...source, axes: source.axes.slice(1) })
  }
  return [out]
}

/** Along an axis of one element every update lands on it. */
const scatterElements: Lowering = (context, node) => {
  const extents = context.shapeOf(node, 0)
  const axis = axisOf(number(node, 'axis', 0), extents.length)
  const [whole, updates] = [context.shapeOf(node, 0), context.shapeOf(node, 2)]
  if (extents[axis].rows) throw new BatchError('updates within the batch')
  if (
    extents[axis].size !== 1 ||
    whole.some((extent, a) => extent.size !== updates[a].size || extent.rows !== updates[a].rows)
  )
    throw new OpError('updates at places that depend on the inputs')
  return [context.input(node, 2)]
}

/** Constant indices that go up or down evenly are a slice. */
function progression(ids: Tensor, size: number): { start: number; step: number } | null {
  const at = Array.from(ids.data, (id) => (id < 0 ? id + size : id))
  if (at.length === 0 || at.some((id) => !(id >= 0 && id < size)))
    throw new OpError(`indices outside of ${size} elements`)
  const step = at.length > 1 ? at[1] - at[0] : 1
  return at.every((id, i) => id === at[0] + i * step) ? { start: at[0], step } : null
}

/** The first or the last, which a list of any length has. */
const isEnd = (place: number): boolean => place === 0 || place === -1

const gather: Lowering = (context, node) => {
  const extents = context.shapeOf(node, 0)
  const axis = axisOf(number(node, 'axis', 0), extents.length)
  const constant = context.constant(node, 1)
  const data = context.input(node, 0)
  const { type } = data
  if (constant !== undefined && !extents[axis].rows) {
    const even = progression(constant, extents[axis].size)
    if (even !== null) {
      const size = constant.data.length
      const value = sliced(context, data, axis, even.start, even.step, extents[axis], size)
      const ids: Factor[][] = constant.shape.map(() => [])
      const axes = [...value.axes.slice(0, axis), ...ids, ...value.axes.slice(axis + 1)]
      if (constant.shape.length === 1) axes[axis] = value.axes[axis]
      return [constant.shape.length <= 1 ? { ...value, axes } : reshape(context, value, context.result(node).shape)]
    }
  }
  if (extents[axis].rows && !(context.tape.isList && constant !== undefined && constant.data.every(isEnd)))
    throw new BatchError('an index into the batch')
  const table = context.tape.single(data, axis)
  const ids = context.input(node, 1)
  const rest = [...table.axes.slice(0, axis), ...table.axes.slice(axis + 1)]
  const places = ids.axes
  const perRow = table.perRow || ids.perRow || extents[axis].rows
  const out = context.tape.fresh([...rest.slice(0, axis), ...places, ...rest.slice(axis)], type, perRow)
  const [outPlaces, outRest] = [
    out.axes.slice(axis, axis + places.length),
    [...out.axes.slice(0, axis), ...out.axes.slice(axis + places.length)],
  ]
  lookUp(
    context,
    { out, shared: [], places: outPlaces, rest: outRest },
    table,
    { shared: [], coordinates: [table.axes[axis]], rest },
    ids,
    { shared: [], places },
  )
  return [out]
}

interface Shared {
  shared: Factor[][]
}

/** Emits a gather; the parts of each view are given as factors in the order that the op wants. */
function lookUp(
  context: Context,
  out: Shared & { out: Value; places: Factor[][]; rest: Factor[][] },
  data: Value,
  from: Shared & { coordinates: Factor[][]; rest: Factor[][] },
  ids: Value,
  by: Shared & { places: Factor[][]; last?: Factor },
): void {
  const one: Factor = { size: 1, step: 0, rows: false }
  // What repeats in all operands repeats in the result and is looked up once.
  const moving = (lists: Factor[][][]): Factor[][] => {
    const flat = lists.map((each) => each.flat())
    const used = flat[0].map((_, f) => f).filter((f) => flat.some((each) => each[f].step !== 0))
    return flat.map((each) => used.map((f) => each[f]))
  }
  const [outShared, dataShared, idsShared] = moving([out.shared, from.shared, by.shared])
  const [outPlaces, idsPlaces] = moving([out.places, by.places])
  const [outRest, dataRest] = moving([out.rest, from.rest])
  const coordinates = from.coordinates.map((axis) => axis[0] ?? one)
  const [p, q] = pairUp(outPlaces, idsPlaces)
  const [r, s] = pairUp(outRest, dataRest)
  const dataView = viewWith(data, [...dataShared, ...coordinates, ...s])
  // whole numbers and truths are no weights: they are never coded
  if (data.type === 'float' && dataShared.length === 0 && coordinates.length === 1) dataView.codedAlong = 0
  context.tape.emit(
    'gather',
    [viewWith(out.out, [...outShared, ...p, ...r]), dataView, viewWith(ids, [...idsShared, ...q, by.last ?? one])],
    out.out.perRow,
    { m: dataShared.length, n: coordinates.length },
  )
}

/** Two lists of the same sizes with neighbours merged where both allow it. */
function pairUp(a: readonly Factor[], b: readonly Factor[]): [Factor[], Factor[]] {
  const out: [Factor[], Factor[]] = [[], []]
  a.forEach((first, i) => {
    const second = b[i]
    const [x, y] = [out[0].at(-1), out[1].at(-1)]
    const together =
      x !== undefined &&
      y !== undefined &&
      !first.rows &&
      x.step === first.step * first.size &&
      y.step === second.step * second.size
    if (!together) {
      out[0].push(first)
      out[1].push(second)
      return
    }
    out[0][out[0].length - 1] = { size: x.size * first.size, step: first.step, rows: x.rows }
    out[1][out[1].length - 1] = { size: y.size * second.size, step: second.step, rows: y.rows }
  })
  return out
}

/** Axes that the indices only repeat along are taken whole; the others are shared by data and indices. */
const gatherElements: Lowering = (context, node) => {
  const extents = context.shapeOf(node, 0)
  const axis = axisOf(number(node, 'axis', 0), extents.length)
  if (extents[axis].rows) throw new BatchError('an index into the batch')
  let [data, ids] = [context.tape.single(context.input(node, 0), axis), context.input(node, 1)]
  // Indices may be fewer than the data along other axes; those that are left over are not read.
  context.result(node).shape.forEach((extent, a) => {
    if (a !== axis && extent.size < extents[a].size) data = sliced(context, data, a, 0, 1, extents[a], extent.size)
  })
  const along = data.axes[axis]
  const places = ids.axes[axis]
  const hole = (value: Value): Value => ({ ...value, axes: value.axes.map((each, a) => (a === axis ? [] : each)) })
  const [first, second] = context.together([hole(data), hole(ids)])
  data = first
  ids = second
  const shared: Factor[][] = []
  const rest: Factor[][] = []
  const idsShared: Factor[][] = []
  const outAxes: Factor[][] = data.axes.map((each, a) =>
    a === axis ? places : each.map((factor, f) => ({ ...factor, step: factor.step || ids.axes[a][f].step })),
  )
  const out = context.tape.fresh(outAxes, data.type, data.perRow || ids.perRow)
  const outShared: Factor[][] = []
  const outRest: Factor[][] = []
  data.axes.forEach((each, a) =>
    each.forEach((factor, f) => {
      const index = ids.axes[a][f]
      if (index.step === 0 && !factor.rows) {
        rest.push([factor])
        outRest.push([out.axes[a][f]])
      } else {
        shared.push([factor])
        idsShared.push([index])
        outShared.push([out.axes[a][f]])
      }
    }),
  )
  lookUp(
    context,
    { out, shared: outShared, places: [out.axes[axis]], rest: outRest },
    data,
    { shared, coordinates: [along], rest },
    ids,
    { shared: idsShared, places: [places] },
  )
  return [out]
}

const gatherNd: Lowering = (context, node) => {
  const batch = number(node, 'batch_dims', 0)
  const [dataExtents, idExtents] = [context.shapeOf(node, 0), context.shapeOf(node, 1)]
  const depth = idExtents.at(-1)!.size
  if (dataExtents.slice(batch, batch + depth).some((extent) => extent.rows))
    throw new BatchError('an index into the batch')
  let data = context.input(node, 0)
  for (let d = 0; d < depth; d++) data = context.tape.single(data, batch + d)
  let ids = context.tape.single(context.input(node, 1), idExtents.length - 1)
  const [a, b] = context.together([
    { ...data, axes: data.axes.slice(0, batch) },
    { ...ids, axes: ids.axes.slice(0, batch) },
  ])
  data = a.buffer === data.buffer ? { ...data, axes: [...a.axes, ...data.axes.slice(batch)] } : data
  ids = b.buffer === ids.buffer ? { ...ids, axes: [...b.axes, ...ids.axes.slice(batch)] } : ids
  const places = ids.axes.slice(batch, -1)
  const rest = data.axes.slice(batch + depth)
  const shared = data.axes
    .slice(0, batch)
    .map((axis, i) => axis.map((factor, f) => ({ ...factor, step: factor.step || ids.axes[i][f].step })))
  const out = context.tape.fresh([...shared, ...places, ...rest], data.type, data.perRow || ids.perRow)
  lookUp(
    context,
    {
      out,
      shared: out.axes.slice(0, batch),
      places: out.axes.slice(batch, batch + places.length),
      rest: out.axes.slice(batch + places.length),
    },
    data,
    { shared: data.axes.slice(0, batch), coordinates: data.axes.slice(batch, batch + depth), rest },
    ids,
    { shared: ids.axes.slice(0, batch), places, last: ids.axes.at(-1)![0] },
  )
  return [out]
}

/** Of states [steps, rows, width] those that `places` [n, rows, 1] name: [n, rows, width]. */
export function stepsAt(context: Context, given: Value, places: Value): Value {
  const data = context.tape.single(given, 0)
  const [rows, ids] = context.together([
    { ...data, axes: [[], data.axes[1], []] },
    { ...places, axes: [[], places.axes[1], []] },
  ])
  const shared = rows.axes[1].map((factor, f) => ({ ...factor, step: factor.step || ids.axes[1][f].step }))
  const out = context.tape.fresh([places.axes[0], shared, data.axes[2]], data.type, data.perRow || places.perRow)
  lookUp(
    context,
    { out, shared: [out.axes[1]], places: [out.axes[0]], rest: [out.axes[2]] },
    data,
    { shared: [rows.axes[1]], coordinates: [data.axes[0]], rest: [data.axes[2]] },
    places,
    { shared: [ids.axes[1]], places: [places.axes[0]] },
  )
  return out
}

export const MOVEMENT: Record<string, Lowering> = {
  Reshape: identity,
  Flatten: identity,
  Squeeze: identity,
  Unsqueeze: identity,
  Transpose: transpose,
  Slice: slice,
  Split: split,
  Concat: concat,
  Expand: expand,
  Tile: tile,
  Pad: pad,
  Trilu: trilu,
  OneHot: oneHot,
  ScatterND: scatterNd,
  ScatterElements: scatterElements,
  Gather: gather,
  GatherElements: gatherElements,
  GatherND: gatherNd,
}
