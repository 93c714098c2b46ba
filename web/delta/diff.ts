/**
 * Makes a patch. What stands in both files is found by hashes of windows, the same place first, since little moves in a bundle
 * that was built from the one before; around each such run what is nearly the same is told by differences, as long as more than half
 * of its bytes agree (bsdiff, Percival 2003).
 */
import { constants, deflateRawSync } from 'node:zlib'
import { mostOf, sha256, writeHeader } from './format.js'

const { Z_DEFAULT_STRATEGY, Z_FILTERED } = constants

/** Bytes that are the same in both. */
interface Run {
  from: number
  to: number
  length: number
}

/** Bytes that are hashed together: a run that is not where it was has as many at least. */
const WINDOW = 12
/** … and one that goes on where the last left off: codes of an item stand a few bytes apart, and a step that comes again packs to nothing. */
const SAME_PLACE = 2
/** As many bytes between two runs that moved alike are told by differences, however few agree: a half of a byte is often the same. */
const BETWEEN = 16
/** Windows of the old file that are known; of a larger file every second, third … */
const MOST_WINDOWS = 1 << 23

export async function makePatch(old: Uint8Array, made: Uint8Array): Promise<Uint8Array> {
  let packed = packedSteps(old, made, runsOf(old, made))
  // what repeats the old file so often is little else
  if (made.length > mostOf(old.length, packed.plain.length)) packed = packedSteps(old, made, [])
  const { steps, differences, plain } = packed
  const header = writeHeader({
    old: { length: old.length, digest: await sha256(old) },
    new: { length: made.length, digest: await sha256(made) },
    streams: { steps: steps.length, differences: differences.length, plain: plain.length },
  })
  return new Uint8Array(Buffer.concat([header, steps, differences, plain]))
}

/** Rising in the new file, not overlapping there. */
function runsOf(old: Uint8Array, made: Uint8Array): Run[] {
  const find = windowsOf(old)
  const runs: Run[] = []
  let [apart, end] = [0, 0] // how far the last run had moved, and where it ended in the new file
  let at = 0
  while (at < made.length) {
    const same = lengthFrom(old, at - apart, made, at)
    const elsewhere = same >= WINDOW ? -1 : find(made, at)
    const there = elsewhere < 0 ? 0 : lengthFrom(old, elsewhere, made, at)
    if (same < SAME_PLACE && there < WINDOW) {
      at++
      continue
    }
    let [from, length] = same >= there ? [at - apart, same] : [elsewhere, there]
    apart = at - from
    // windows of a large file are few, so that a run may begin before the first one
    while (at > end && from > 0 && old[from - 1] === made[at - 1]) {
      at--
      from--
      length++
    }
    runs.push({ from, to: at, length })
    at += length
    end = at
  }
  return runs
}

function lengthFrom(old: Uint8Array, from: number, made: Uint8Array, to: number): number {
  if (from < 0) return 0
  const most = Math.min(old.length - from, made.length - to)
  let length = 0
  while (length < most && old[from + length] === made[to + length]) length++
  return length
}

/** Finds where in the old file a window may stand that begins at a place of the new one; -1: nowhere. */
function windowsOf(old: Uint8Array): (made: Uint8Array, at: number) => number {
  const stride = Math.ceil(old.length / MOST_WINDOWS)
  const slots = 2 ** Math.ceil(Math.log2(Math.max(2, (2 * old.length) / stride)))
  const first = new Int32Array(slots).fill(-1)
  const hash = (bytes: Uint8Array, at: number) => {
    let sum = 0
    for (let i = 0; i < WINDOW; i++) sum = Math.imul(sum ^ bytes[at + i]!, 0x01000193)
    return (Math.imul(sum ^ (sum >>> 15), 0x2c1b3c6d) >>> 0) % slots
  }
  for (let at = 0; at + WINDOW <= old.length; at += stride) {
    const slot = hash(old, at)
    if (first[slot] === -1) first[slot] = at / stride
  }
  return (made, at) => {
    if (at + WINDOW > made.length) return -1
    const found = first[hash(made, at)]!
    return found < 0 ? -1 : found * stride
  }
}

/** The runs, with what is nearly the same behind and before each, as steps. */
function packedSteps(old: Uint8Array, made: Uint8Array, runs: readonly Run[]) {
  const steps: number[] = []
  const [differences, plain]: [Uint8Array[], Uint8Array[]] = [[], []]
  let at = 0 // in the old file, behind the last step
  const step = (from: number, copy: number, to: number, mix: number, own: number) => {
    const move = from - at
    varint(steps, move < 0 ? -2 * move - 1 : 2 * move)
    for (const length of [copy, mix, own]) varint(steps, length)
    const [mixed, taken] = [from + copy, to + copy]
    differences.push(made.slice(taken, taken + mix).map((byte, i) => byte - old[mixed + i]!))
    plain.push(made.subarray(taken + mix, taken + mix + own))
    at = mixed + mix
  }
  const ends = [{ from: 0, to: 0, length: 0 }, ...runs]
  ends.forEach((run, r) => {
    const next = runs[r] ?? { from: Infinity, to: made.length, length: 0 }
    const [from, to] = [run.from + run.length, run.to + run.length]
    const gap = next.to - to
    const isBetween = run.length > 0 && gap <= BETWEEN && next.from - next.to === from - to
    let after = isBetween ? gap : alikeAfter(old, from, made, to, gap)
    let before = isBetween || next.from === Infinity ? 0 : alikeBefore(old, next.from, made, next.to, gap)
    if (after + before > gap) {
      // both would take some bytes: they go to whom they are more alike
      const over = after + before - gap
      const cut = cutOf(old, from + after - over, next.from - before, made, to + after - over, over)
      after -= over - cut
      before -= cut
    }
    if (run.length + gap > before) step(run.from, run.length, run.to, after, gap - after - before)
    if (before > 0) step(next.from - before, 0, next.to - before, before, 0)
  })
  return { steps: pack(Uint8Array.from(steps)), differences: pack(Buffer.concat(differences)), plain: pack(Buffer.concat(plain)) } // prettier-ignore
}

/**
 * The shortest of some ways. Code tables that are made anew sooner (`memLevel`) suit what changes from section to section, fewer
 * matches bytes that hardly repeat.
 */
function pack(bytes: Uint8Array): Uint8Array {
  const ways = [8, 7, 6, 5].flatMap((memLevel) => [Z_DEFAULT_STRATEGY, Z_FILTERED].map((strategy) => ({ level: 9, memLevel, strategy }))) // prettier-ignore
  const packed = ways.map((way) => deflateRawSync(bytes, way))
  return packed.reduce((best, one) => (one.length < best.length ? one : best))
}

/** How many of the `gap` bytes on from there are told best by differences: where most agree, counted to the end. */
function alikeAfter(old: Uint8Array, from: number, made: Uint8Array, to: number, gap: number): number {
  let [score, best, length] = [0, 0, 0]
  for (let i = 0; i < gap && from + i < old.length; i++) {
    score += old[from + i] === made[to + i] ? 1 : -1
    if (score > best) [best, length] = [score, i + 1]
  }
  return length
}

/** The same of the bytes up to there. */
function alikeBefore(old: Uint8Array, from: number, made: Uint8Array, to: number, gap: number): number {
  let [score, best, length] = [0, 0, 0]
  for (let i = 1; i <= gap && i <= from; i++) {
    score += old[from - i] === made[to - i] ? 1 : -1
    if (score > best) [best, length] = [score, i]
  }
  return length
}

/** Of `over` bytes, how many agree best with what goes on at `first`, the rest with what ends behind `second`. */
function cutOf(old: Uint8Array, first: number, second: number, made: Uint8Array, to: number, over: number): number {
  let [score, best, cut] = [0, 0, 0]
  for (let i = 0; i < over; i++) {
    score += Number(old[first + i] === made[to + i]) - Number(old[second + i] === made[to + i])
    if (score > best) [best, cut] = [score, i + 1]
  }
  return cut
}

function varint(to: number[], value: number): void {
  for (; value >= 128; value = Math.floor(value / 128)) to.push(128 + (value % 128))
  to.push(value)
}
