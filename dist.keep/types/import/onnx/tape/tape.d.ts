/**
 * The tape while it is being written: ops over views, in the order in which they will run. src/bundle/ops.h lists
 * them and says what each means.
 */
import * as numbers from '../../../generated/numbers.js';
import { type ElementType, type Tensor } from '../model/tensor.js';
import { type Extent } from './trace.js';
import { type Buffer, type Factor, type Value } from './value.js';
export type OpCode = keyof typeof numbers.OP;
/** What a node of ONNX becomes is looked up by name, and may be none of these. */
export declare const UNARY: Readonly<Record<string, number>>;
export declare const BINARY: Readonly<Record<string, number>>;
export declare const WHOLE: Readonly<Record<string, number>>;
export declare const REDUCE: Readonly<Record<string, number>>;
/** Dimensions of a view are factors; one with `rows` has `size` times the rows. */
export interface View {
    buffer: Buffer;
    offset: number;
    dims: Factor[];
    /** A constant that the op can read in a coded form, each slice along this dimension with a scale of its own. */
    codedAlong?: number;
}
export interface TapeOp {
    code: OpCode;
    kind: number;
    m: number;
    n: number;
    alpha: number;
    beta: number;
    scale: number;
    views: (View | null)[];
    /** Buffers that it writes: views[0], and for some ops others. */
    writes: Buffer[];
    perRow: boolean;
}
export type OpNumbers = Partial<Pick<TapeOp, 'kind' | 'm' | 'n' | 'alpha' | 'beta' | 'scale'>>;
export declare const MAX_RANK = 6;
export declare class Tape {
    readonly ops: TapeOp[];
    private readonly constants;
    readonly capacity: number;
    /** Rows may know of each other: all of them are in one run. */
    readonly isList: boolean;
    /** `capacity`: rows of one run; memory is laid out for so many. */
    constructor(capacity: number, isList?: boolean);
    /** Errors: an op goes along the rows, `what`, though they are each for themselves. */
    join(axes: readonly (readonly Factor[])[], what: string): void;
    /** How many rows there are. */
    count(): Value;
    /** A constant that differs between rows, as it is for all that one run takes. */
    perRow(value: Tensor, shape: readonly Extent[], name: string): Value;
    constant(value: Tensor, name: string): Value;
    scalar(value: number, type?: ElementType): Value;
    /**
     * New scratch memory with axes like `axes`, in C order. Factors that repeat stay repeated, so that an op on them is done
     * once; `whole` gives them memory of their own.
     */
    fresh(axes: readonly (readonly Factor[])[], type: ElementType, perRow: boolean, whole?: boolean): Value;
    emit(code: OpCode, views: (View | null)[], perRow: boolean, numbers?: OpNumbers, alsoWrites?: Buffer[]): void;
    /** A copy in C order, with memory for what repeats. */
    copy(value: Value): Value;
    /** Copies `value` into memory of the same axes. */
    copyInto(out: Value, value: Value, perRow?: boolean): void;
    /** The value with `axis` as one run of memory at most; copied if need be. */
    single(value: Value, axis: number): Value;
}
export declare const viewOf: (value: Value) => View;
/** A view with its dimensions given one by one. */
export declare const viewWith: (value: Value, dims: Factor[]) => View;
/**
 * Views of the same dimensions, with neighbours merged where all of them allow it: fewer dimensions, longer runs. Only the
 * first `count` dimensions are looked at; the rest stay.
 */
export declare function asOut(views: View[], count?: number): View[];
