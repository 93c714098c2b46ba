/**
 * The learning core, seen from JavaScript: wasm memory that arrays are put into and taken out of, and its calls.
 * Node only; one instance per thread. Pointers are plain numbers, as wasm/learn.c gives them.
 */
import { readBeside } from '../read/beside.js'

/** Functions are called by their names in C, written out in quotes: the Makefile lists what learn.wasm exports by them. */
type Call = (...numbers: number[]) => number

export type Pointer = number

/** Lists in wasm memory, as src/learn/lists.h draws them. */
export interface Lists {
  keys: number
  start: Uint32Array
  items: Uint32Array
  weights: Float32Array
}

/** A failure of the core, in its own words. */
export class LearnError extends Error {
  override name = 'LearnError'
}

let compiled: Promise<WebAssembly.Module> | undefined

export class Learn {
  private readonly memory: WebAssembly.Memory
  private readonly exports: Record<string, Call>
  private readonly error: Pointer

  private constructor(instance: WebAssembly.Instance) {
    this.memory = instance.exports['memory'] as WebAssembly.Memory
    this.exports = instance.exports as unknown as Record<string, Call>
    this.exports['_initialize']?.()
    this.error = this.take(260)
  }

  static async start(): Promise<Learn> {
    compiled ??= readBeside('learn.wasm', import.meta.url).then((bytes) => WebAssembly.compile(bytes))
    return new Learn(
      await WebAssembly.instantiate(await compiled, { env: { emscripten_notify_memory_growth: () => {} } }),
    )
  }

  /** Bytes of wasm memory in use. It never shrinks. */
  get bytes(): number {
    return this.memory.buffer.byteLength
  }

  /** A call that cannot fail. */
  run(name: string, ...numbers: number[]): number {
    return this.exports[name]!(...numbers) >>> 0
  }

  /** A call that returns a status; throws its message. The error pointer is added as the last argument. */
  call(name: string, ...numbers: number[]): void {
    if (this.exports[name]!(...numbers, this.error) !== 0) this.fail()
  }

  /** A call that returns a pointer, or 0 where it failed. */
  make(name: string, ...numbers: number[]): Pointer {
    const pointer = this.exports[name]!(...numbers, this.error) >>> 0
    return pointer === 0 ? this.fail() : pointer
  }

  /** Cleared memory, 64-byte aligned. */
  take(bytes: number): Pointer {
    const pointer = this.exports['mt_take']!(bytes) >>> 0
    if (pointer === 0) throw new LearnError(`learn: no memory for ${bytes} bytes`)
    return pointer
  }

  drop(...pointers: Pointer[]): void {
    for (const pointer of pointers) this.exports['mt_drop']!(pointer)
  }

  /** Copies an array into wasm memory. Drop it when it is no longer needed. */
  put(array: Uint8Array | Uint16Array | Uint32Array | Float32Array | Float64Array): Pointer {
    const pointer = this.take(array.byteLength)
    new Uint8Array(this.memory.buffer, pointer, array.byteLength).set(
      new Uint8Array(array.buffer, array.byteOffset, array.byteLength),
    )
    return pointer
  }

  /** Copies UTF-8 with a NUL behind it. */
  putText(text: string): Pointer {
    return this.put(new TextEncoder().encode(`${text}\0`))
  }

  /** Views, good until memory grows: copy what is kept. */
  u8(pointer: Pointer, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, pointer, length)
  }
  u32(pointer: Pointer, length: number): Uint32Array {
    return new Uint32Array(this.memory.buffer, pointer, length)
  }
  f32(pointer: Pointer, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, pointer, length)
  }

  f64(pointer: Pointer, length: number): Float64Array {
    return new Float64Array(this.memory.buffer, pointer, length)
  }

  /** Runs `use` with arrays in wasm memory, and drops them afterwards whatever happens. */
  with<T>(
    arrays: (Uint8Array | Uint16Array | Uint32Array | Float32Array | Float64Array)[],
    use: (...pointers: Pointer[]) => T,
  ): T {
    const pointers = arrays.map((array) => this.put(array))
    try {
      return use(...pointers)
    } finally {
      this.drop(...pointers)
    }
  }

  /** Copies lists out of wasm memory. */
  lists(pointer: Pointer): Lists {
    const [keys, , start, items, weights] = this.u32(pointer, 5) as unknown as [number, number, number, number, number]
    const starts = this.u32(start, keys + 1).slice()
    const entries = starts[keys]!
    return { keys, start: starts, items: this.u32(items, entries).slice(), weights: this.f32(weights, entries).slice() }
  }

  /** Lists that a call makes: copied out, and dropped. */
  makeLists(name: string, ...numbers: number[]): Lists {
    const made = this.make(name, ...numbers)
    const lists = this.lists(made)
    this.run('mt_drop_lists', made)
    return lists
  }

  /** Copies lists into wasm memory; give them back with mt_drop_lists. */
  putLists(lists: Lists, width: number): Pointer {
    const pointer = this.make('mt_make_lists', lists.keys, width, lists.items.length)
    const [, , start, items, weights] = this.u32(pointer, 5) as unknown as [number, number, number, number, number]
    this.u32(start, lists.keys + 1).set(lists.start)
    this.u32(items, lists.items.length).set(lists.items)
    this.f32(weights, lists.items.length).set(lists.weights)
    return pointer
  }

  private fail(): never {
    const bytes = this.u8(this.error + 4, 256)
    throw new LearnError(new TextDecoder().decode(bytes.slice(0, bytes.indexOf(0))))
  }
}
