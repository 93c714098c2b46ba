/** What lowering one node to tape ops works with. */
import type { Node } from '../model/graph.js';
import { Tape, type OpCode, type OpNumbers } from '../tape/tape.js';
import type { Ranges } from '../tape/ranges.js';
import { type ElementType, type Tensor } from '../model/tensor.js';
import { type Extent, type Traced, type TracedGraph } from '../tape/trace.js';
import { type Buffer, type Factor, type Value } from '../tape/value.js';
export type Lowering = (context: Context, node: Node) => Value[];
export declare class Context {
    readonly graph: TracedGraph;
    readonly tape: Tape;
    readonly values: Map<string, Value>;
    /** What whole numbers have besides, where one float does not hold them: see whole.ts. */
    readonly low: Map<string, Value>;
    /** How far whole numbers reach; null: all are taken to stay below 2^24. */
    readonly ranges: Ranges | null;
    /** Buffers that are outputs already. */
    readonly outputs: Set<Buffer>;
    private readonly laid;
    private readonly read;
    constructor(graph: TracedGraph, tape: Tape, ranges?: Ranges | null);
    /** An input of a node as a value; a constant becomes memory when it is first asked for. */
    input(node: Node, at: number): Value;
    optional(node: Node, at: number): Value | undefined;
    private plain;
    /** What a list of any length makes of a constant that differs with its length. */
    private ofList;
    /** An input's value where it is a constant. */
    constant(node: Node, at: number): Tensor | undefined;
    /** An input that must be a constant, such as axes. */
    fixed(node: Node, at: number, what: string): Tensor;
    /** Whether an optional input is there and no constant. */
    optionalIsDynamic(node: Node, at: number): boolean;
    /** Whether anything reads a value. */
    isRead(name: string): boolean;
    /** A constant's elements in the order of `dims`, as memory of its own. */
    moved(value: Value, dims: readonly Factor[]): Buffer;
    traced(name: string): Traced;
    /** The shape of input `at`, sizes of the batch counted as for one row. */
    shapeOf(node: Node, at: number): Extent[];
    /** Output `at`'s type and shape. */
    result(node: Node, at?: number): Traced;
    /** A tensor of the shape alone, for the functions that the plain evaluator shares with this. */
    likeness(node: Node, at: number): Tensor;
    /** Runs an op whose operands are all as its result, and returns the result. */
    elementwise(code: OpCode, operands: readonly Value[], type: ElementType, numbers?: OpNumbers): Value;
    /** Emits an op over operands that are already together with `out`; what repeats in all of them is done once. */
    asOut(code: OpCode, out: Value, inputs: readonly Value[], numbers?: OpNumbers): void;
    /** Operands of broadcasting, given the same axes cut the same way. */
    together(operands: readonly Value[]): Value[];
}
/** Axes of size 1 in front, up to `rank` axes. */
export declare const padded: (value: Value, rank: number) => Value;
/** The axes that a result has: a factor that repeats in every operand repeats in the result. */
export declare function walked(inputs: readonly Value[]): Factor[][];
/** A value of fewer elements, repeated up to `shape`; this is all that Expand does. */
export declare function repeated(value: Value, shape: readonly Extent[]): Value;
