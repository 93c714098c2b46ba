export type Pointer = number;
/** Lists in wasm memory, as src/learn/lists.h draws them. */
export interface Lists {
    keys: number;
    start: Uint32Array;
    items: Uint32Array;
    weights: Float32Array;
}
/** A failure of the core, in its own words. */
export declare class LearnError extends Error {
    name: string;
}
/** What other threads need to join a core: each of them takes a stack. */
export interface Joining {
    /** A WebAssembly.Module and a WebAssembly.Memory: published types must not name what TypeScript knows of with DOM alone. */
    module: object;
    memory: object;
    stacks: Pointer;
    /** How many stacks there are, and how many are taken. */
    count: number;
    taken: Int32Array;
}
export declare class Learn {
    private readonly module;
    private readonly memory;
    private readonly exports;
    private readonly error;
    private constructor();
    static start(): Promise<Learn>;
    /** For so many other threads, once. */
    joining(count: number): Joining;
    /** In another thread: an instance over the same memory. */
    static join({ module, memory, stacks, count, taken }: Joining): Learn;
    /** Bytes of wasm memory in use. It never shrinks. */
    get bytes(): number;
    /** A call that cannot fail. */
    run(name: string, ...numbers: number[]): number;
    /** A call that returns a status; throws its message. The error pointer is added as the last argument. */
    call(name: string, ...numbers: number[]): void;
    /** A call that returns a pointer, or 0 where it failed. */
    make(name: string, ...numbers: number[]): Pointer;
    /** Cleared memory, 64-byte aligned. */
    take(bytes: number): Pointer;
    drop(...pointers: Pointer[]): void;
    /** Copies an array into wasm memory. Drop it when it is no longer needed. */
    put(array: Uint8Array | Uint16Array | Uint32Array | Float32Array | Float64Array): Pointer;
    /** Copies UTF-8 with a NUL behind it. */
    putText(text: string): Pointer;
    /** Views: of memory that is shared they stay good when it grows. Copy what is kept. */
    u8(pointer: Pointer, length: number): Uint8Array;
    u16(pointer: Pointer, length: number): Uint16Array;
    u32(pointer: Pointer, length: number): Uint32Array;
    f32(pointer: Pointer, length: number): Float32Array;
    f64(pointer: Pointer, length: number): Float64Array;
    /** Runs `use` with arrays in wasm memory, and drops them afterwards whatever happens. */
    with<T>(arrays: (Uint8Array | Uint16Array | Uint32Array | Float32Array | Float64Array)[], use: (...pointers: Pointer[]) => T): T;
    /** Views of lists in wasm memory, good as long as the lists are. */
    listsAt(pointer: Pointer): Lists;
    startsOf(pointer: Pointer): Uint32Array;
    /** Copies lists out of wasm memory. */
    lists(pointer: Pointer): Lists;
    /** Lists that a call makes: copied out, and dropped. */
    makeLists(name: string, ...numbers: number[]): Lists;
    /** Copies lists into wasm memory; give them back with mt_drop_lists. */
    putLists(lists: Lists, width: number): Pointer;
    private fail;
}
