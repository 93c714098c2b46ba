/**
 * NumPy's .npy format, streamed: a file of any size needs its array and one block of memory.
 *
 *   0  "\x93NUMPY"
 *   6  version: 1, 2 or 3, then 0
 *   8  header length, u16 (version 1) or u32, little-endian
 *      header: a Python dict, {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }
 *      data, row by row, or column by column where fortran_order is True
 *
 * The JavaScript packages for it (npyjs, numpy-parser) want the whole file in one buffer and believe its header.
 */
import { open } from 'node:fs/promises'
import { fileSize, type Progress } from './bytes.js'
import { fileError, InputError, quote, type Place } from './errors.js'
import { counter } from './table.js'

export type NpyData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array

/** data[i * shape[1] + j] is element [i, j] of a matrix, and so on (C order). */
export interface NpyArray<T extends NpyData = NpyData> {
  /** as NumPy names it, without the byte order: 'f4', 'i8', 'b1' ... */
  dtype: string
  shape: number[]
  /** float16 comes as Float32Array, booleans as Uint8Array of 0 and 1 */
  data: T
}

interface Dtype {
  name: string
  /** bytes per element in the file */
  size: number
  /** makes a view on raw bytes; where absent the elements are float16 */
  view?: new (buffer: ArrayBuffer, offset: number, length: number) => NpyData
  make: (length: number) => NpyData
}

const DTYPES: Record<string, Dtype> = {
  f2: { name: 'float16', size: 2, make: (n) => new Float32Array(n) },
  f4: { name: 'float32', size: 4, view: Float32Array, make: (n) => new Float32Array(n) },
  f8: { name: 'float64', size: 8, view: Float64Array, make: (n) => new Float64Array(n) },
  b1: { name: 'bool', size: 1, view: Uint8Array, make: (n) => new Uint8Array(n) },
  i1: { name: 'int8', size: 1, view: Int8Array, make: (n) => new Int8Array(n) },
  i2: { name: 'int16', size: 2, view: Int16Array, make: (n) => new Int16Array(n) },
  i4: { name: 'int32', size: 4, view: Int32Array, make: (n) => new Int32Array(n) },
  i8: { name: 'int64', size: 8, view: BigInt64Array, make: (n) => new BigInt64Array(n) },
  u1: { name: 'uint8', size: 1, view: Uint8Array, make: (n) => new Uint8Array(n) },
  u2: { name: 'uint16', size: 2, view: Uint16Array, make: (n) => new Uint16Array(n) },
  u4: { name: 'uint32', size: 4, view: Uint32Array, make: (n) => new Uint32Array(n) },
  u8: { name: 'uint64', size: 8, view: BigUint64Array, make: (n) => new BigUint64Array(n) },
}

/** The header names a type that this reader does not have or that the caller did not wish for. */
export class TypeInputError extends InputError {}

/** What a caller accepts, checked on the header before anything is allocated. */
export interface NpyWish {
  /** any of DTYPES' keys; default all */
  dtypes?: readonly string[]
  /** number of dimensions; default any */
  dimensions?: number
  /** convert floats to float32 on the way */
  float32?: boolean
}

/** Reads an .npy file. Errors: not .npy, an unsupported or unwished type or shape, cut short or too long. */
export async function readNpy(path: string, wish: NpyWish = {}, onProgress?: Progress): Promise<NpyArray> {
  const size = await fileSize(path)
  return decode({ file: path }, ofFile(path, onProgress && counter(onProgress, size)), size, wish)
}

const MATRIX: NpyWish = { dtypes: ['f4', 'f8', 'f2'], dimensions: 2, float32: true }

/** What the header of a matrix of floats says. Errors: as readNpy. */
export async function npyShape(path: string): Promise<{ rows: number; dim: number; fortran: boolean }> {
  const bytes = new ByteReader(ofFile(path))
  try {
    const { descr, fortran, shape } = await readHeader({ file: path }, bytes)
    checkWish({ file: path }, descr, shape, MATRIX)
    return { rows: shape[0]!, dim: shape[1]!, fortran }
  } finally {
    await bytes.close()
  }
}

/** The numbers of a matrix of floats that lies row by row, `each` at a time. Errors: as readNpy. */
export async function* npyBlocks(path: string, each: number, onProgress?: Progress): AsyncGenerator<Float32Array> {
  const place = { file: path }
  const bytesTotal = await fileSize(path)
  const bytes = new ByteReader(ofFile(path, onProgress && counter(onProgress, bytesTotal)))
  try {
    const { descr, shape, dataStart } = await readHeader(place, bytes)
    const dtype = checkWish(place, descr, shape, MATRIX)
    const count = checkLength(place, shape, dtype, bytesTotal - dataStart)
    for (let left = count * dtype.size; left > 0;) {
      const block = Buffer.from(new ArrayBuffer(Math.min(each * dtype.size, left)))
      const length = await bytes.fill(block)
      if (length < block.length)
        throw new InputError(place, `data that end ${left - length} bytes early`, `${count * dtype.size} bytes`)
      const numbers = elements(block, dtype, descr[0] === '>')
      yield numbers instanceof Float32Array ? numbers : Float32Array.from(numbers as Float64Array)
      left -= length
    }
  } finally {
    await bytes.close()
  }
}

/** Reads an .npy from a stream of `bytesTotal` bytes; `place` is what errors name. */
export async function decodeNpy(
  place: Place,
  source: AsyncIterable<Buffer>,
  bytesTotal: number,
  wish: NpyWish,
): Promise<NpyArray> {
  return decode(place, ofStream(source), bytesTotal, wish)
}

async function decode(place: Place, source: Source, bytesTotal: number, wish: NpyWish): Promise<NpyArray> {
  const bytes = new ByteReader(source)
  try {
    const { descr, fortran, shape, dataStart } = await readHeader(place, bytes)
    const dtype = checkWish(place, descr, shape, wish)
    const count = checkLength(place, shape, dtype, bytesTotal - dataStart)
    const data = allocate(place, () => (wish.float32 ? new Float32Array(count) : dtype.make(count)), shape)
    const inOrder = !fortran || shape.length < 2
    const cut = (left: number) =>
      new InputError(place, `data that end ${left} bytes early`, `${count * dtype.size} bytes`)
    let left = count * dtype.size
    if (inOrder && descr[0] !== '>' && dtype.view === data.constructor) {
      left -= await bytes.fill(Buffer.from(data.buffer)) // as they lie in the file
      if (left > 0) throw cut(left)
    }
    const write = inOrder ? rowWriter(data) : fortranWriter(data, shape)
    const block = Buffer.from(new ArrayBuffer(Math.min(BLOCK, left)))
    while (left > 0) {
      const length = await bytes.fill(block.subarray(0, Math.min(BLOCK, left)))
      if (length === 0 || length % dtype.size !== 0) throw cut(left - length)
      write(elements(block.subarray(0, length), dtype, descr[0] === '>'))
      left -= length
    }
    return { dtype: descr.slice(1), shape, data }
  } finally {
    await bytes.close()
  }
}

/** `(3, 4)`, as NumPy writes it */
export function shapeName(shape: readonly number[]): string {
  return shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`
}

/** The header's three fields. Errors: another format, a version after 3, a header that cannot be read. */
async function readHeader(place: Place, bytes: ByteReader) {
  const lead = await bytes.take(8)
  if (lead.subarray(0, 6).toString('latin1') !== '\x93NUMPY') {
    throw new InputError(
      place,
      lead.length === 0 ? 'an empty file' : `${quote(lead.toString('latin1'))} at the start`,
      'a NumPy array (.npy)',
    )
  }
  const version = lead[6]
  if (!(version >= 1 && version <= 3)) throw new InputError(place, `.npy version ${version}`, 'version 1, 2 or 3')
  const lengthSize = version === 1 ? 2 : 4
  const length = await bytes.take(lengthSize)
  if (length.length < lengthSize) throw new InputError(place, 'an .npy header cut short', 'a whole file')
  const headerLength = length.readUIntLE(0, lengthSize)
  if (headerLength > HEADER_MAX) {
    throw new InputError(place, `a header of ${headerLength} bytes`, `at most ${HEADER_MAX}`)
  }
  const text = (await bytes.take(headerLength)).toString('latin1')
  if (text.length < headerLength) throw new InputError(place, 'an .npy header cut short', 'a whole file')
  const descr = /'descr'\s*:\s*(?:'([^']*)'|(\[))/.exec(text)
  const fortran = /'fortran_order'\s*:\s*(True|False)/.exec(text)
  const shape = /'shape'\s*:\s*\(([\d\sL,]*)\)/.exec(text)
  if (descr === null || fortran === null || shape === null) {
    throw new InputError(
      place,
      `the header ${quote(text.trim())}`,
      "an .npy header with 'descr', 'fortran_order', 'shape'",
    )
  }
  return {
    descr: descr[2] === undefined ? descr[1] : 'records',
    fortran: fortran[1] === 'True',
    shape: shape[1]
      .split(',')
      .filter((n) => n.trim() !== '')
      .map((n) => Number.parseInt(n, 10)),
    dataStart: 8 + lengthSize + headerLength,
  }
}

function checkWish(place: Place, descr: string, shape: number[], wish: NpyWish): Dtype {
  const key = /^[<>|=]/.test(descr) ? descr.slice(1) : ''
  const allowed = wish.dtypes ?? Object.keys(DTYPES)
  if (!Object.hasOwn(DTYPES, key) || !allowed.includes(key)) {
    const known = Object.hasOwn(DTYPES, key) ? DTYPES[key].name : quote(descr)
    throw new TypeInputError(place, `values of type ${known}`, allowed.map((name) => DTYPES[name].name).join(', '))
  }
  if (wish.dimensions !== undefined && shape.length !== wish.dimensions) {
    throw new InputError(place, `shape ${shapeName(shape)}`, `${wish.dimensions} dimensions`)
  }
  return DTYPES[key]
}

/** How many elements there are. Errors: another number of bytes. */
function checkLength(place: Place, shape: number[], dtype: Dtype, found: number): number {
  const count = shape.reduce((product, n) => product * n, 1)
  if (found !== count * dtype.size)
    throw new InputError(
      place,
      `${found} bytes of data`,
      `${count * dtype.size} for shape ${shapeName(shape)} of ${dtype.name}`,
    )
  return count
}

function allocate<T>(place: Place, make: () => T, shape: number[]): T {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new InputError(place, `shape ${shapeName(shape)}`, 'an array that fits in memory', { cause: error })
  }
}

const BLOCK = 1 << 20
const HEADER_MAX = 1 << 20

/** A view on the block's elements; the block's buffer starts at 0, so every type is aligned. */
function elements(block: Buffer, dtype: Dtype, bigEndian: boolean): NpyData {
  if (bigEndian && dtype.size === 2) block.swap16()
  if (bigEndian && dtype.size === 4) block.swap32()
  if (bigEndian && dtype.size === 8) block.swap64()
  const buffer = block.buffer as ArrayBuffer
  const count = block.length / dtype.size
  if (dtype.view !== undefined) return new dtype.view(buffer, 0, count)
  return Float32Array.from(new Uint16Array(buffer, 0, count), (half) => float16(half))
}

/** IEEE half: 1 sign, 5 exponent (bias 15), 10 fraction bits. */
function float16(half: number): number {
  const sign = half & 0x8000 ? -1 : 1
  const exponent = (half >> 10) & 31
  const fraction = half & 0x3ff
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25)
}

// TypeScript cannot see that both sides hold numbers or both hold bigints: the target was made from the same dtype.
type Loose = { [index: number]: number | bigint; set(from: ArrayLike<number | bigint>, at: number): void }

function rowWriter(data: NpyData): (block: NpyData) => void {
  const target = data as unknown as Loose
  let at = 0
  return (block) => {
    target.set(block, at)
    at += block.length
  }
}

/** Elements come with the first index running fastest; an odometer says where each belongs. */
function fortranWriter(data: NpyData, shape: number[]): (block: NpyData) => void {
  const target = data as unknown as Loose
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, n) => product * n, 1))
  const index = shape.map(() => 0)
  let at = 0
  return (block) => {
    for (let i = 0; i < block.length; i++) {
      target[at] = block[i]
      for (let axis = 0; axis < shape.length; axis++) {
        at += strides[axis]
        if (++index[axis] < shape[axis]) break
        at -= shape[axis] * strides[axis]
        index[axis] = 0
      }
    }
  }
}

/** Where bytes come from, one after the other: some of them into `target`, as many as it says; 0 at the end. */
interface Source {
  read: (target: Buffer) => Promise<number>
  close: () => Promise<unknown>
}

/** A file, straight to where its bytes go: a stream would hand over each in memory of its own, which takes longer than to read it. */
function ofFile(path: string, onBytes?: (count: number) => void): Source {
  const file = open(path)
  file.catch(() => {}) // which the first to read hears
  return {
    async read(target) {
      try {
        const { bytesRead } = await (await file).read(target, 0, Math.min(PIECE, target.length), null)
        onBytes?.(bytesRead)
        return bytesRead
      } catch (error) {
        throw fileError(path, error)
      }
    },
    close: async () => (await file.catch(() => null))?.close(),
  }
}

/** How much of a file is read between two words of progress. */
const PIECE = 1 << 22

function ofStream(chunks: AsyncIterable<Buffer>): Source {
  const iterator = chunks[Symbol.asyncIterator]()
  let chunk = Buffer.alloc(0)
  return {
    async read(target) {
      while (chunk.length === 0) {
        const next = await iterator.next()
        if (next.done) return 0
        chunk = next.value as Buffer<ArrayBuffer>
      }
      const taken = chunk.copy(target)
      chunk = chunk.subarray(taken)
      return taken
    },
    close: async () => iterator.return?.(),
  }
}

/** Takes a source apart by length. */
class ByteReader {
  constructor(private readonly source: Source) {}

  /** Fills `target`; returns how many bytes there were, less than asked for only at the end. */
  async fill(target: Buffer): Promise<number> {
    let at = 0
    while (at < target.length) {
      const taken = await this.source.read(target.subarray(at))
      if (taken === 0) break
      at += taken
    }
    return at
  }

  async take(count: number): Promise<Buffer> {
    const target = Buffer.alloc(count)
    return target.subarray(0, await this.fill(target))
  }

  async close(): Promise<void> {
    await this.source.close()
  }
}
