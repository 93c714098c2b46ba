/**
 * Memory: where each buffer lies in scratch. A buffer lives from the op that first writes it to the last one that reads
 * it, and shares its place with buffers that live at other times. The largest are placed first, each as low as it fits.
 *
 * What the caller writes (inputs) is there from before the first op, or from before the first op of rows: whichever, until
 * all ops of the request are through; outputs stay to the end. Ops that run once a request
 * come first on the tape, and what they hand on to ops of rows stays to the end too, since those run several times.
 *
 * An op that may work in place does, where what it reads is not needed after it: a list's [rows, rows] is there once.
 *
 * For training every buffer stays where nothing else does: gradients are made of what ops read and wrote.
 */
import type { OpCode, TapeOp, View } from './tape.js'
import type { Buffer } from './value.js'

interface Life {
  buffer: Buffer
  first: number
  last: number
}

export interface Plan {
  offset: Map<Buffer, number>
  /** floats of scratch in all */
  floats: number
}

/** Buffers begin on lines of a cache, so that kernels load whole vectors. */
const ALIGN = 16
const FOREVER = Number.MAX_SAFE_INTEGER

/** Ops whose result may take the place of what they read, as src/bundle/ops.h says. */
const IN_PLACE: ReadonlySet<OpCode> = new Set(['unary', 'binary', 'where', 'softmax', 'norm', 'cumsum'])

export function plan(
  ops: readonly TapeOp[],
  inputs: readonly Buffer[],
  outputs: readonly Buffer[],
  requestOps: number,
  keep = false,
): Plan {
  const lives = new Map<Buffer, Life>()
  const touch = (buffer: Buffer, at: number, writes: boolean) => {
    if (buffer.data !== undefined) return
    const life = lives.get(buffer)
    if (life === undefined) lives.set(buffer, { buffer, first: at, last: at })
    else life.last = Math.max(life.last, !writes && at >= requestOps && life.first < requestOps ? FOREVER : at)
  }
  for (const buffer of inputs) {
    touch(buffer, -1, true)
    touch(buffer, requestOps, true)
  }
  ops.forEach((op, at) => {
    for (const buffer of op.writes) touch(buffer, at, true)
    for (const view of op.views) if (view !== null) touch(view.buffer, at, op.writes.includes(view.buffer))
  })
  for (const buffer of outputs) {
    touch(buffer, ops.length, false)
    const life = lives.get(buffer)!
    life.last = FOREVER
  }
  if (keep) for (const life of lives.values()) Object.assign(life, { first: -1, last: FOREVER })
  const stays = new Map<Buffer, Buffer>()
  ops.forEach((op, at) => {
    const [out, ...read] = op.views
    const from = out !== null && IN_PLACE.has(op.code) ? takenPlace(out, read, lives, at) : undefined
    if (from === undefined) return
    const life = lives.get(from)!
    life.last = lives.get(out!.buffer)!.last
    lives.set(out!.buffer, life)
    stays.set(out!.buffer, life.buffer)
  })
  for (const buffer of stays.keys()) lives.delete(buffer)
  const placed: { life: Life; start: number; end: number }[] = []
  const offset = new Map<Buffer, number>()
  let floats = 0
  for (const life of [...lives.values()].sort((a, b) => b.buffer.floats - a.buffer.floats || a.first - b.first)) {
    const size = Math.ceil(life.buffer.floats / ALIGN) * ALIGN
    const others = placed.filter((each) => each.life.first <= life.last && life.first <= each.life.last)
    others.sort((a, b) => a.start - b.start)
    let start = 0
    for (const each of others) {
      if (start + size <= each.start) break
      start = Math.max(start, each.end)
    }
    placed.push({ life, start, end: start + size })
    offset.set(life.buffer, start)
    floats = Math.max(floats, start + size)
  }
  for (const [buffer, place] of stays) offset.set(buffer, offset.get(place)!)
  return { offset, floats }
}

/** The buffer that is read last by op `at`, element by element as its result is written, so that this can lie there. */
function takenPlace(
  out: View,
  read: readonly (View | null)[],
  lives: ReadonlyMap<Buffer, Life>,
  at: number,
): Buffer | undefined {
  const { first } = lives.get(out.buffer)!
  const views = read.filter((view) => view !== null)
  const isSame = (view: View): boolean =>
    view.offset === out.offset &&
    view.dims.length === out.dims.length &&
    view.dims.every(({ size, step, rows }, d) => {
      const own = out.dims[d]
      return size === own.size && step === own.step && rows === own.rows
    })
  return views
    .map((view) => view.buffer)
    .find((buffer) => {
      const life = lives.get(buffer)
      return (
        first === at &&
        life !== undefined &&
        life.last === at &&
        buffer !== out.buffer &&
        buffer.floats === out.buffer.floats &&
        views.every((view) => view.buffer !== buffer || isSame(view))
      )
    })
}
