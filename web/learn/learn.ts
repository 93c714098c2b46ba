/**
 * The learning core, seen from JavaScript: wasm memory that arrays are put into and taken out of, and its calls.
 * Node only. Pointers are plain numbers, as wasm/learn.c gives them. Each thread has an instance; those that join another's
 * work in its memory, so that a pointer means the same to all of them.
 */
import { readBeside } from '../read/beside.js'
import { known } from '../recommender/known.js'

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

/** The sources of the module that this JavaScript was built with. */
declare const LEARN_ID: string

let compiled: Promise<WebAssembly.Module> | undefined

/** In pages of 64 KB: what the module declares, and all that 32 bits address. */
const PAGES = { initial: 17, maximum: 65_536 }
/** Bytes that may be taken at a time: those of 32 bits, but for what aligns them. */
const MOST = 2 ** 32 - 256
/** As the module's own stack. */
const STACK = 131_072

/** What other threads need to join a core: each of them takes a stack. */
export interface Joining {
  /** A WebAssembly.Module and a WebAssembly.Memory: published types must not name what TypeScript knows of with DOM alone. */
  module: object
  memory: object
  stacks: Pointer
  /** How many stacks there are, and how many are taken. */
  count: number
  taken: Int32Array
}

export class Learn {
  private readonly exports: Record<string, Call>
  private readonly error: Pointer
  private gone: Error | undefined

  private constructor(
    private readonly module: WebAssembly.Module,
    private readonly memory: WebAssembly.Memory,
    stack?: Pointer,
  ) {
    const env = { memory, emscripten_notify_memory_growth: () => {} }
    this.exports = new WebAssembly.Instance(module, { env }).exports as unknown as Record<string, Call>
    if (stack === undefined) this.exports['_initialize']!()
    else this.exports['stackRestore']!(stack)
    this.error = this.take(260)
  }

  static async start(): Promise<Learn> {
    compiled ??= readBeside('learn.wasm', import.meta.url)
      .then((bytes) => WebAssembly.compile(bytes))
      .then((module) => known(module, 'build', 'learn.wasm', LEARN_ID))
    return new Learn(await compiled, new WebAssembly.Memory({ ...PAGES, shared: true }))
  }

  /** For so many other threads, once. */
  joining(count: number): Joining {
    const { module, memory } = this
    return { module, memory, stacks: this.take(count * STACK), count, taken: new Int32Array(new SharedArrayBuffer(4)) }
  }

  /** In another thread: an instance over the same memory. */
  static join({ module, memory, stacks, count, taken }: Joining): Learn {
    const place = Atomics.add(taken, 0, 1)
    if (place >= count) throw new Error(`found ${place + 1} threads, expected at most ${count}`)
    const stack = stacks + (place + 1) * STACK // it grows downwards
    return new Learn(module as WebAssembly.Module, memory as WebAssembly.Memory, stack)
  }

  /** Bytes of wasm memory in use. It never shrinks. */
  get bytes(): number {
    return this.memory.buffer.byteLength
  }

  /**
   * Another thread ended in the midst of its work, perhaps while it held the heap, for which all others would wait: from here on
   * each call throws what it ended with.
   */
  abandon(reason: Error): void {
    this.gone ??= reason
  }
  get isGone(): boolean {
    return this.gone !== undefined
  }

  /** A call that cannot fail. */
  run(name: string, ...numbers: number[]): number {
    return this.invoke(name, numbers) >>> 0
  }

  /** Throws what another thread ended with, if one did. */
  check(): void {
    if (this.gone !== undefined) throw this.gone
  }

  private invoke(name: string, numbers: readonly number[]): number {
    this.check()
    return this.exports[name]!(...numbers)
  }

  /** A call that returns a status; throws its message. The error pointer is added as the last argument. */
  call(name: string, ...numbers: number[]): void {
    if (this.invoke(name, [...numbers, this.error]) !== 0) this.fail()
  }

  /** A call that returns a pointer, or 0 where it failed. */
  make(name: string, ...numbers: number[]): Pointer {
    const pointer = this.invoke(name, [...numbers, this.error]) >>> 0
    return pointer === 0 ? this.fail() : pointer
  }

  /** Cleared memory, 64-byte aligned. */
  take(bytes: number): Pointer {
    if (bytes > MOST) throw new LearnError(`learn: no memory for ${bytes} bytes`) // an argument of 32 bits would wrap around
    const pointer = this.run('mt_take', bytes)
    if (pointer === 0) throw new LearnError(`learn: no memory for ${bytes} bytes`)
    return pointer
  }

  drop(...pointers: Pointer[]): void {
    for (const pointer of pointers) this.run('mt_drop', pointer)
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

  /** Views: of memory that is shared they stay good when it grows. Copy what is kept. */
  u8(pointer: Pointer, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, pointer, length)
  }
  u16(pointer: Pointer, length: number): Uint16Array {
    return new Uint16Array(this.memory.buffer, pointer, length)
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

  /** Views of lists in wasm memory, good as long as the lists are. */
  listsAt(pointer: Pointer): Lists {
    const [keys, , starts, items, weights] = this.u32(pointer, 5) as unknown as [number, number, number, number, number]
    const start = this.u32(starts, keys + 1)
    return { keys, start, items: this.u32(items, start[keys]!), weights: this.f32(weights, start[keys]!) }
  }
  startsOf(pointer: Pointer): Uint32Array {
    return this.listsAt(pointer).start
  }

  /** Copies lists out of wasm memory. */
  lists(pointer: Pointer): Lists {
    const { keys, start, items, weights } = this.listsAt(pointer)
    return { keys, start: start.slice(), items: items.slice(), weights: weights.slice() }
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
