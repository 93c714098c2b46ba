/**
 * Values at run time: views on buffers, with every axis taken apart into factors.
 *
 * An axis of a model's tensor may be made of several runs of memory: [L, N·H, d] seen from a buffer [L, N, H·d], or what a
 * reshape makes of a transposed tensor. Each axis is therefore a list of factors, outermost first, each with its own step.
 * Reshaping, transposing, slicing and expanding rearrange factors and move nothing; an op that wants one run where there are
 * several gets a copy. An axis of size 1 has no factors. A step of 0 repeats.
 *
 * The batch is a factor of its own, `rows`, whose size is open; it is never merged into another one here.
 */
import type { ElementType } from '../model/tensor.js';
import { type Extent } from './trace.js';
export interface Factor {
    /** 1 for rows */
    size: number;
    /** in elements of the buffer */
    step: number;
    rows: boolean;
}
/** Memory of the program: scratch, or a constant's elements. */
export interface Buffer {
    /** constants only */
    data?: Float32Array | Float64Array;
    /** floats for one row less factor: see Tape */
    floats: number;
    /** what a constant is for, which decides how it may be coded */
    name: string;
}
export interface Value {
    buffer: Buffer;
    offset: number;
    axes: Factor[][];
    type: ElementType;
    /** depends on an input that differs between rows */
    perRow: boolean;
}
export declare const factorsOf: (value: Value) => Factor[];
/** Steps of C order for factors laid out at `capacity` rows; returns the floats that they take. */
export declare function layOut(factors: readonly Factor[], capacity: number): {
    factors: Factor[];
    floats: number;
};
/** Factors of a contiguous tensor's axis; the batch comes before what it is multiplied by. */
export declare function extentFactors(extent: Extent): Factor[];
/** An axis that only repeats: it can be taken apart in any way. */
export declare const repeats: (axis: readonly Factor[]) => boolean;
/** Neighbours that form one run. Rows stay apart: their number is open. */
export declare function merged(factors: readonly Factor[]): Factor[];
/**
 * Regroups the factors of a value into axes of other sizes. null where a run would have to be cut across; then a copy
 * helps. Errors: the batch would be mixed into other sizes.
 */
export declare function regroup(axes: readonly Factor[][], shape: readonly Extent[]): Factor[][] | null;
/** The same axis of several tensors, cut so that all have the same sizes; null where they cannot be. */
export declare function aligned(lists: readonly (readonly Factor[])[]): Factor[][] | null;
