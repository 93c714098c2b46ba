/** Tensors as the importer computes with them: numbers in C order, in double precision wherever they are worked on. */
import { type Place } from '../../../read/errors.js';
import { type TensorProto } from './proto.js';
/** float: float16, 32 or 64; int: any whole number, exact up to 2^53; bool: 0 or 1. */
export type ElementType = 'float' | 'int' | 'bool';
export interface Tensor {
    type: ElementType;
    /** TensorProto.DataType, where it came from a file */
    dataType?: number;
    shape: number[];
    /** Weights stay as the file has them (Float32Array), so that large tables are not held twice. */
    data: Float32Array | Float64Array;
}
export declare const sizeOf: (shape: readonly number[]) => number;
/** The size but for axes of nothing, since loops over the others go round all the same. */
export declare const reachOf: (shape: readonly number[]) => number;
/** Numbers of one value: four times what a device has room for. */
export declare const MOST_NUMBERS: number;
/** What tensors may still take, in numbers; `of` says what that is made of. */
export interface Room {
    numbers: number;
    of: string;
}
/** Tensors that `run` makes come out of `within`, asked before they are made: a few bytes of a model can name any size. */
export declare function withRoom<T>(within: Room, run: () => T): T;
/** Throws OpError for a shape of more numbers than there is room for. */
export declare function tensor(type: ElementType, shape: readonly number[], data?: Float32Array | Float64Array): Tensor;
export declare const vectorOf: (type: ElementType, values: readonly number[]) => Tensor;
export declare const scalarOf: (type: ElementType, value: number) => Tensor;
/** Steps between neighbours along each axis, in C order. */
export declare function stridesOf(shape: readonly number[]): number[];
/** NumPy's rule; null where the shapes do not go together. */
export declare function broadcastShape(...shapes: readonly (readonly number[])[]): number[] | null;
/** Steps with which a tensor of `shape` walks through `out`: 0 along the axes that it is repeated on. */
export declare function broadcastStrides(shape: readonly number[], out: readonly number[]): number[];
/** Calls `visit` for every index of `shape` in C order, with the offset that each set of strides gives. */
export declare function walk(shape: readonly number[], strides: readonly (readonly number[])[], visit: (at: number, offsets: number[]) => void): void;
/** `[batch, 50]`, as messages show a shape */
export declare const shapeText: (shape: readonly (number | string)[]) => string;
/** -1 is the last axis, and so on. */
export declare function axisOf(axis: number, rank: number): number;
/** What is wrong with one node; whoever walks the graph adds the node's name. */
export declare class OpError extends Error {
    /** what would do instead, if that can be said */
    readonly expected: string | undefined;
    constructor(found: string, expected?: string);
}
/** float, int or bool; undefined for text, complex numbers and the like. */
export declare const elementType: (dataType: number) => ElementType | undefined;
export declare const dataTypeName: (dataType: number) => string;
/** The numbers of a TensorProto. Errors: data in another file, a type without numbers, more or fewer numbers than its shape. */
export declare function readTensor(place: Place, proto: TensorProto): Tensor;
