/**
 * Ranges of whole numbers: how far each value of a graph can reach, from what its inputs hold.
 *
 * Scratch is float32, which holds whole numbers up to 2^24. What stays below is one float; what may go beyond, such as times
 * in seconds, is two (see lower/whole.ts), exact up to 2^48; what may go beyond that is refused, by its node, and so is an op
 * on whole numbers that has no range here. Types of 8 to 32 bits wrap around. A whole number cast from a float that nothing is
 * known of is taken to be below 2^24, as an id or a place is.
 */
import { type Node } from '../model/graph.js';
import type { TracedGraph } from './trace.js';
/** Whole numbers from `least` to `most`. */
export interface Range {
    least: number;
    most: number;
}
/** What one float holds. */
export declare const EXACT: number;
/** What two floats hold. */
export declare const WIDEST: number;
export declare const beyond: ({ least, most }: Range, limit: number) => boolean;
export declare const united: (ranges: readonly Range[]) => Range;
/** `up to 1.7e9`, as messages say a range */
export declare const reach: (range: Range) => string;
/** Ops that only move elements, and which of their inputs these are. */
export declare const MOVED: Readonly<Record<string, 'all' | readonly number[]>>;
export declare const movedInputs: (node: Node) => string[];
/** The exponent of a power of whole numbers that is multiplied out: one constant, 1 or more. */
export declare function wholeExponent(graph: TracedGraph, node: Node): number | undefined;
/** x^exponent by squares and products; none of them goes beyond the result. */
export declare function power<T>(x: T, exponent: number, times: (a: T, b: T) => T): T;
/** The ranges of a graph's values, worked out from the inputs on. */
export declare class Ranges {
    private readonly graph;
    /** that an op may join */
    private readonly rows;
    private readonly found;
    /** What the nodes' ops make, before their types bound it. */
    private readonly made;
    /** `given`: what the inputs hold; those left out are taken to stay below 2^24. `rows`: of the longest list. */
    constructor(graph: TracedGraph, given: ReadonlyMap<string, Range>, rows?: number);
    /** undefined: nothing is known. */
    of(name: string): Range | undefined;
    private longest;
    private isInt;
    /** Whether a value is of whole numbers that one float cannot hold. */
    isWide(name: string): boolean;
    /** Whether a node reads or makes such. */
    touches(node: Node): boolean;
    /** What a node makes before its type bounds it; undefined: no whole numbers. */
    madeBy(node: Node): Range | undefined;
    /** Whether a result goes beyond its type. */
    private overflows;
    /** Whether a result wraps around. */
    wraps(node: Node): boolean;
    private infer;
    /** What a node's result may be, before its type bounds it; undefined: nothing is known. */
    private resultOf;
    /** Sums of up to `count`, and of none. */
    private times;
    private gemm;
    private einsum;
    /** Elements that a reduction takes together. */
    private counted;
    private clipped;
}
/** Errors: numbers that nothing here holds. */
export declare function refuseBeyond(node: Node, range: Range): void;
