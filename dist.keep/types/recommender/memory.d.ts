import type { CoreExports } from './exports.js';
/** Longest records of rules that a call takes, in bytes; the longest text is STRING_BYTES. */
export declare const RULES_BYTES = 16384;
export declare const roundUp: (value: number) => number;
export declare class Memory {
    private readonly wasm;
    /** Where calls write what went wrong, and their results; where they take a vector, and rules. */
    readonly error: number;
    readonly out: number;
    readonly vector: number;
    readonly rules: number;
    /** Where the bundle begins. */
    readonly bundle: number;
    private readonly text;
    private readonly encoder;
    private readonly decoder;
    constructor(wasm: CoreExports);
    u8(at: number, length: number): Uint8Array;
    u32(at: number, length: number): Uint32Array;
    f32(at: number, length: number): Float32Array;
    /** The n-th number that the last call gave. */
    result(n?: number): number;
    /** Calls with the place and the length of `text` in memory; one that is longer than any text of a bundle is `absent`. */
    withText(text: string, absent: number, call: (at: number, length: number) => number): number;
    /** The text that a call writes, which returns its length. */
    textOf(call: (at: number) => number): string;
    /** The sentence of the call that failed. */
    message(): string;
    /** Sees to it that there are so many bytes. */
    grow(bytes: number): void;
}
