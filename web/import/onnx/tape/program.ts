/** A PROGRAM section from a tape: ports, views, ops, names and constants, as src/bundle/program.h draws them. */
import { ELEMENT, NO_ROWS, NO_VIEW, OP, PROGRAM_HEAD, TYPE } from '../../../generated/numbers.js'
import type { TapeOp, View } from './tape.js'
import { OpError, type ElementType } from '../model/tensor.js'
import type { Buffer } from './value.js'

export type Weights = 'float32' | 'float16' | 'int8'

/** An input or output of a program. */
export interface ProgramPort {
  name: string
  element: ElementType
  /** for one row; the first size is that of one row where `rows` */
  shape: number[]
  /** one for each row; else one for the whole request */
  rows: boolean
  buffer: Buffer
  /** rows of an embedding table that is not in the program, one for each id of that input */
  table?: { ids: number; padding: Float32Array | null; rows: number }
}

export interface ProgramPlan {
  capacity: number
  scratch: number
  requestOps: number
  inputs: ProgramPort[]
  outputs: ProgramPort[]
  ops: TapeOp[]
  offset: Map<Buffer, number>
  weights: Weights
}

const PORT = 64
const VIEW = 64
const OP_BYTES = 48
const OP_VIEWS = 7
/** Smaller constants stay float32: there is nothing to save. */
const LEAST_CODED = 512

/** A constant's place among the constants' bytes, and how it is coded. */
interface Placed {
  type: Weights
  /** in bytes */
  at: number
  /** int8: in floats */
  scales: number
}

export function writeProgram(plan: ProgramPlan): Uint8Array {
  const constants = new Constants(plan)
  const views: View[] = []
  const numberOf = new Map<string, number>()
  const ids = new Map<Buffer, number>()
  const idOf = (buffer: Buffer): number => {
    if (!ids.has(buffer)) ids.set(buffer, ids.size)
    return ids.get(buffer)!
  }
  const place = (view: View | null | undefined): number => {
    if (view === null || view === undefined) return NO_VIEW
    const dims = view.dims.map(({ size, step, rows }) => `${size}:${step}:${Number(rows)}`)
    const key = `${idOf(view.buffer)}@${view.offset}/${view.codedAlong ?? ''}/${dims.join()}`
    const found = numberOf.get(key)
    if (found !== undefined) return found
    numberOf.set(key, views.length)
    views.push(view)
    return views.length - 1
  }
  const opViews = plan.ops.map((op) => Array.from({ length: OP_VIEWS }, (_, i) => place(op.views[i])))
  const ports = [...plan.inputs, ...plan.outputs]
  const names = ports.map((port) => Buffer_.from(port.name))
  const nameBytes = names.reduce((sum, name) => sum + name.length, 0)
  const [viewsAt, opsAt] = [
    PROGRAM_HEAD + PORT * ports.length,
    PROGRAM_HEAD + PORT * ports.length + VIEW * views.length,
  ]
  const namesAt = opsAt + OP_BYTES * plan.ops.length
  const constantsAt = Math.ceil((namesAt + nameBytes) / 64) * 64
  const padding = ports.map((port) => (port.table?.padding ? constants.addFloats(port.table.padding) : NO_VIEW))
  const bytes = new Uint8Array(constantsAt + constants.length)
  const out = new DataView(bytes.buffer)
  const head = [plan.capacity, plan.scratch, plan.inputs.length, plan.outputs.length, views.length, plan.ops.length]
  ;[...head, plan.requestOps, nameBytes, constants.length].forEach((value, i) => out.setUint32(4 * i, value, true))
  let nameAt = 0
  ports.forEach((port, i) => {
    const at = PROGRAM_HEAD + PORT * i
    out.setUint32(at, nameAt, true)
    out.setUint32(at + 4, names[i].length, true)
    bytes.set([ELEMENT[port.element], port.shape.length, port.rows ? 0 : NO_ROWS, port.table ? 1 : 0], at + 8)
    out.setUint32(at + 12, plan.offset.get(port.buffer)!, true)
    port.shape.forEach((size, axis) => out.setUint32(at + 16 + 4 * axis, size, true))
    out.setUint32(at + 40, port.table?.ids ?? 0, true)
    out.setUint32(at + 44, port.table ? padding[i] : 0, true)
    out.setUint32(at + 48, port.table?.rows ?? 0, true)
    bytes.set(names[i], namesAt + nameAt)
    nameAt += names[i].length
  })
  views.forEach((view, i) => writeView(out, viewsAt + VIEW * i, view, plan, constants))
  plan.ops.forEach((op, i) => {
    const at = opsAt + OP_BYTES * i
    bytes.set([OP[op.code], op.kind, op.m, op.n], at)
    out.setFloat32(at + 4, op.alpha, true)
    out.setFloat32(at + 8, op.beta, true)
    out.setFloat32(at + 12, op.scale, true)
    opViews[i].forEach((view, v) => out.setUint32(at + 16 + 4 * v, view, true))
  })
  bytes.set(constants.bytes(), constantsAt)
  return bytes
}

/** Node's Buffer; this file's Buffer is memory of a program. */
const Buffer_ = globalThis.Buffer

function writeView(out: DataView, at: number, view: View, plan: ProgramPlan, constants: Constants): void {
  const rows = view.dims.reduce((bits, dim, axis) => bits | (Number(dim.rows) << axis), 0)
  const isConstant = view.buffer.data !== undefined
  const placed = isConstant ? constants.placed.get(view.buffer)! : null
  const type = placed?.type ?? 'float32'
  const bytesEach = { float32: 4, float16: 2, int8: 1 }[type]
  const base = placed === null ? plan.offset.get(view.buffer) : placed.at / bytesEach
  if (base === undefined) throw new OpError('memory that nothing planned')
  out.setUint8(at, isConstant ? 1 : 0)
  out.setUint8(at + 1, TYPE[type])
  out.setUint8(at + 2, view.dims.length)
  out.setUint8(at + 3, rows)
  out.setUint32(at + 4, base + view.offset, true)
  out.setUint32(at + 8, placed?.scales ?? 0, true)
  out.setUint32(at + 12, type === 'int8' ? view.codedAlong! : 0, true)
  view.dims.forEach(({ size, step }, d) => {
    out.setUint32(at + 16 + 4 * d, size, true)
    out.setInt32(at + 40 + 4 * d, step, true)
  })
}

/** Constants, each on a line of its own, coded where every op that reads them can decode. */
class Constants {
  readonly placed = new Map<Buffer, Placed>()
  private readonly parts: { at: number; bytes: Uint8Array }[] = []
  length = 0

  constructor(plan: ProgramPlan) {
    const uses = new Map<Buffer, View[]>()
    for (const op of plan.ops)
      for (const view of op.views)
        if (view !== null && view.buffer.data !== undefined)
          uses.set(view.buffer, [...(uses.get(view.buffer) ?? []), view])
    for (const [buffer, views] of uses) this.placed.set(buffer, this.place(buffer, views, plan.weights))
  }

  addFloats(values: Float32Array): number {
    return this.add(new Uint8Array(values.buffer, values.byteOffset, values.byteLength)) / 4
  }

  bytes(): Uint8Array {
    const out = new Uint8Array(this.length)
    for (const part of this.parts) out.set(part.bytes, part.at)
    return out
  }

  private place(buffer: Buffer, views: readonly View[], weights: Weights): Placed {
    const data = buffer.data!
    const isPlain = (view: View) => view.codedAlong !== undefined && !view.dims.some((dim) => dim.rows)
    const codable = data.length >= LEAST_CODED && views.every(isPlain)
    if (codable && weights === 'float16') {
      const halves = Uint16Array.from(data, toHalf)
      return { type: 'float16', at: this.add(new Uint8Array(halves.buffer)), scales: 0 }
    }
    if (codable && weights === 'int8' && views.every((view) => sameGrid(view, views[0]))) {
      const { codes, scales } = toBytes(data, views[0])
      const scalesAt = this.addFloats(scales)
      return { type: 'int8', at: this.add(new Uint8Array(codes.buffer)), scales: scalesAt }
    }
    const floats = Float32Array.from(data)
    return { type: 'float32', at: this.add(new Uint8Array(floats.buffer)), scales: 0 }
  }

  private add(bytes: Uint8Array): number {
    const at = Math.ceil(this.length / 64) * 64
    this.parts.push({ at, bytes })
    this.length = at + Math.ceil(bytes.length / 4) * 4
    return at
  }
}

/** Whether two views share one set of scales. */
const sameGrid = (a: View, b: View): boolean => {
  const [x, y] = [a.dims[a.codedAlong!], b.dims[b.codedAlong!]]
  return a.offset === 0 && b.offset === 0 && x.size === y.size && x.step === y.step && x.step !== 0
}

/** Each slice along the coded dimension in whole steps of its largest magnitude / 127. */
function toBytes(data: ArrayLike<number>, view: View): { codes: Int8Array; scales: Float32Array } {
  const { size, step } = view.dims[view.codedAlong!]
  const sliceOf = (i: number) => Math.floor(i / step) % size
  const scales = new Float32Array(size)
  for (let i = 0; i < data.length; i++) scales[sliceOf(i)] = Math.max(scales[sliceOf(i)], Math.abs(data[i]) / 127)
  const codes = new Int8Array(data.length)
  for (let i = 0; i < data.length; i++) {
    const scale = scales[sliceOf(i)]
    codes[i] = scale === 0 ? 0 : Math.max(-127, Math.min(127, Math.round(data[i] / scale)))
  }
  return { codes, scales }
}

const float = new Float32Array(1)
const bits = new Uint32Array(float.buffer)

/** The nearest IEEE half, ties to even; beyond its range the largest half. */
export function toHalf(value: number): number {
  float[0] = value
  const sign = (bits[0] >>> 16) & 0x8000
  const magnitude = bits[0] & 0x7fffffff
  if (magnitude > 0x7f800000) return sign | 0x7e00
  if (magnitude >= 0x47800000) return sign | (magnitude === 0x7f800000 ? 0x7c00 : 0x7bff)
  if (magnitude < 0x38800000) return sign | roundEven(Math.abs(value) * 2 ** 24)
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1)
  const half = (rounded - 0x38000000) >>> 13
  return sign | Math.min(half, 0x7bff)
}

const roundEven = (x: number): number => (x % 1 === 0.5 ? 2 * Math.round(x / 2) : Math.round(x))
