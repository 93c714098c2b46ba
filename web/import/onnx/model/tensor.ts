/** Tensors as the importer computes with them: numbers in C order, in double precision wherever they are worked on. */
import { InputError, type Place } from '../../../read/errors.js'
import type { TensorProto, Wide } from './proto.js' // the types alone: what reads the files takes long to load

/** float: float16, 32 or 64; int: any whole number, exact up to 2^53; bool: 0 or 1. */
export type ElementType = 'float' | 'int' | 'bool'

export interface Tensor {
  type: ElementType
  /** TensorProto.DataType, where it came from a file */
  dataType?: number
  shape: number[]
  /** Weights stay as the file has them (Float32Array), so that large tables are not held twice. */
  data: Float32Array | Float64Array
}

export const wide = (value: Wide): number => (typeof value === 'number' ? value : value.toNumber())

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1)

/** The size but for axes of nothing, since loops over the others go round all the same. */
export const reachOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * (n || 1), 1)

/** Numbers of one value: four times what a device has room for. */
export const MOST_NUMBERS = 2 ** 26
/** Dimensions of one value, as in NumPy. */
const MOST_AXES = 64

/** What tensors may still take, in numbers; `of` says what that is made of. */
export interface Room {
  numbers: number
  of: string
}

let room: Room | null = null

/** Tensors that `run` makes come out of `within`, asked before they are made: a few bytes of a model can name any size. */
export function withRoom<T>(within: Room, run: () => T): T {
  const before = room
  room = within
  try {
    return run()
  } finally {
    room = before
  }
}

/** Throws OpError for a shape of more numbers than there is room for. */
export function tensor(
  type: ElementType,
  shape: readonly number[],
  data: Float32Array | Float64Array = new Float64Array(roomFor(shape)),
): Tensor {
  if (shape.length > MOST_AXES) throw new OpError(`a value of ${shape.length} dimensions`, `${MOST_AXES} at most`)
  return { type, shape: [...shape], data }
}

function roomFor(shape: readonly number[]): number {
  const size = sizeOf(shape)
  const most = room?.numbers ?? MOST_NUMBERS
  const fits = shape.every((n) => Number.isInteger(n) && n >= 0) && size <= most && reachOf(shape) <= MOST_NUMBERS
  if (!fits) throw new OpError(`a value of shape ${shapeText(shape)}`, room?.of ?? `${MOST_NUMBERS} numbers at most`)
  if (room !== null) room.numbers -= size
  return size
}

export const vectorOf = (type: ElementType, values: readonly number[]): Tensor =>
  tensor(type, [values.length], Float64Array.from(values))
export const scalarOf = (type: ElementType, value: number): Tensor => tensor(type, [], Float64Array.of(value))

/** Steps between neighbours along each axis, in C order. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length)
  let step = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step
    step *= shape[axis]
  }
  return strides
}

/** NumPy's rule; null where the shapes do not go together. */
export function broadcastShape(...shapes: readonly (readonly number[])[]): number[] | null {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length))
  const out: number[] = new Array<number>(rank).fill(1)
  for (const shape of shapes)
    for (let i = 0; i < shape.length; i++) {
      const axis = rank - shape.length + i
      if (shape[i] === 1) continue
      if (out[axis] !== 1 && out[axis] !== shape[i]) return null
      out[axis] = shape[i]
    }
  return out
}

/** Steps with which a tensor of `shape` walks through `out`: 0 along the axes that it is repeated on. */
export function broadcastStrides(shape: readonly number[], out: readonly number[]): number[] {
  const strides = stridesOf(shape)
  const pad = out.length - shape.length
  return out.map((_, axis) => (axis < pad || shape[axis - pad] === 1 ? 0 : strides[axis - pad]))
}

/** Calls `visit` for every index of `shape` in C order, with the offset that each set of strides gives. */
export function walk(
  shape: readonly number[],
  strides: readonly (readonly number[])[],
  visit: (at: number, offsets: number[]) => void,
): void {
  const size = sizeOf(shape)
  const index = shape.map(() => 0)
  const offsets = strides.map(() => 0)
  for (let at = 0; at < size; at++) {
    visit(at, offsets)
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      for (let s = 0; s < strides.length; s++) offsets[s] += strides[s][axis]
      if (++index[axis] < shape[axis]) break
      for (let s = 0; s < strides.length; s++) offsets[s] -= shape[axis] * strides[s][axis]
      index[axis] = 0
    }
  }
}

/** `[batch, 50]`, as messages show a shape */
export const shapeText = (shape: readonly (number | string)[]): string =>
  shape.length <= MOST_AXES ? `[${shape.join(', ')}]` : `[${shape.slice(0, 8).join(', ')}, … ${shape.length} in all]`

/** -1 is the last axis, and so on. */
export function axisOf(axis: number, rank: number): number {
  const at = axis < 0 ? axis + rank : axis
  if (!(at >= 0 && at < Math.max(rank, 1))) throw new OpError(`axis ${axis} of a tensor of ${rank} dimensions`)
  return at
}

/** What is wrong with one node; whoever walks the graph adds the node's name. */
export class OpError extends Error {
  /** what would do instead, if that can be said */
  readonly expected: string | undefined

  constructor(found: string, expected?: string) {
    super(found)
    this.expected = expected
  }
}

interface DataType {
  name: string
  type: ElementType
  /** Reads raw little-endian bytes. */
  raw: (view: DataView, count: number) => Float32Array | Float64Array
}

const read = (
  size: number,
  get: (view: DataView, at: number) => number,
): ((view: DataView, count: number) => Float64Array) => {
  return (view, count) => Float64Array.from({ length: count }, (_, i) => get(view, i * size))
}

/** TensorProto.DataType: those that have numbers. */
const DATA_TYPES: Record<number, DataType> = {
  1: {
    name: 'float32',
    type: 'float',
    raw: (view, count) => {
      const bytes = new Uint8Array(4 * count)
      bytes.set(new Uint8Array(view.buffer, view.byteOffset, 4 * count))
      return new Float32Array(bytes.buffer)
    },
  },
  2: { name: 'uint8', type: 'int', raw: read(1, (view, at) => view.getUint8(at)) },
  3: { name: 'int8', type: 'int', raw: read(1, (view, at) => view.getInt8(at)) },
  4: { name: 'uint16', type: 'int', raw: read(2, (view, at) => view.getUint16(at, true)) },
  5: { name: 'int16', type: 'int', raw: read(2, (view, at) => view.getInt16(at, true)) },
  6: { name: 'int32', type: 'int', raw: read(4, (view, at) => view.getInt32(at, true)) },
  7: { name: 'int64', type: 'int', raw: read(8, (view, at) => Number(view.getBigInt64(at, true))) },
  9: { name: 'bool', type: 'bool', raw: read(1, (view, at) => (view.getUint8(at) === 0 ? 0 : 1)) },
  10: { name: 'float16', type: 'float', raw: read(2, (view, at) => fromHalf(view.getUint16(at, true))) },
  11: { name: 'float64', type: 'float', raw: read(8, (view, at) => view.getFloat64(at, true)) },
  12: { name: 'uint32', type: 'int', raw: read(4, (view, at) => view.getUint32(at, true)) },
  13: { name: 'uint64', type: 'int', raw: read(8, (view, at) => Number(view.getBigUint64(at, true))) },
}
const BYTES: Record<number, number> = { 1: 4, 2: 1, 3: 1, 4: 2, 5: 2, 6: 4, 7: 8, 9: 1, 10: 2, 11: 8, 12: 4, 13: 8 }

/** IEEE half: 1 sign, 5 exponent (bias 15), 10 fraction bits. */
function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1
  const exponent = (half >> 10) & 31
  const fraction = half & 0x3ff
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25)
}

/** float, int or bool; undefined for text, complex numbers and the like. */
export const elementType = (dataType: number): ElementType | undefined => DATA_TYPES[dataType]?.type
export const dataTypeName = (dataType: number): string => DATA_TYPES[dataType]?.name ?? `number ${dataType}`

/** The numbers of a TensorProto. Errors: data in another file, a type without numbers, more or fewer numbers than its shape. */
export function readTensor(place: Place, proto: TensorProto): Tensor {
  if (proto.dataLocation === 1 || proto.externalData.length > 0) {
    const location = proto.externalData.find((entry) => entry.key === 'location')?.value ?? 'another file'
    throw new InputError(place, `weights in another file ("${location}")`, 'all weights in the model itself')
  }
  const kind = DATA_TYPES[proto.dataType]
  if (kind === undefined) {
    const known = Object.values(DATA_TYPES).map((each) => each.name)
    throw new InputError(place, `values of data type ${proto.dataType}`, known.join(', '))
  }
  const shape = proto.dims.map(wide)
  const count = sizeOf(shape)
  if (!shape.every((n) => Number.isInteger(n) && n >= 0) || !(reachOf(shape) <= 2 ** 31) || shape.length > MOST_AXES)
    throw new InputError(place, `shape ${shapeText(shape)}`, 'a tensor that fits in memory')
  const data = proto.rawData.length > 0 ? rawValues(place, proto, kind, count) : typedValues(proto)
  if (data.length !== count)
    throw new InputError(place, `${data.length} values`, `${count} for shape ${shapeText(shape)}`)
  return { type: kind.type, dataType: proto.dataType, shape, data }
}

function rawValues(place: Place, proto: TensorProto, kind: DataType, count: number): Float32Array | Float64Array {
  const { rawData } = proto
  const expected = count * BYTES[proto.dataType]
  if (rawData.length !== expected) throw new InputError(place, `${rawData.length} bytes`, `${expected}`)
  return kind.raw(new DataView(rawData.buffer, rawData.byteOffset, rawData.byteLength), count)
}

function typedValues(proto: TensorProto): Float32Array | Float64Array {
  if (proto.dataType === 1) return Float32Array.from(proto.floatData)
  if (proto.dataType === 11) return Float64Array.from(proto.doubleData)
  if (proto.dataType === 7) return Float64Array.from(proto.int64Data, wide)
  if (proto.dataType === 12 || proto.dataType === 13) return Float64Array.from(proto.uint64Data, wide)
  if (proto.dataType === 10) return Float64Array.from(proto.int32Data, fromHalf)
  return Float64Array.from(proto.int32Data)
}
