import type { TapeOp } from './tape.js';
import { type ElementType } from '../model/tensor.js';
import type { Buffer } from './value.js';
export type Weights = 'float32' | 'float16' | 'int8';
/** An input or output of a program. */
export interface ProgramPort {
    name: string;
    element: ElementType;
    /** for one row; the first size is that of one row where `rows` */
    shape: number[];
    /** one for each row; else one for the whole request */
    rows: boolean;
    buffer: Buffer;
    /** rows of an embedding table that is not in the program, one for each id of that input */
    table?: {
        ids: number;
        padding: Float32Array | null;
        rows: number;
    };
}
export interface ProgramPlan {
    capacity: number;
    scratch: number;
    requestOps: number;
    inputs: ProgramPort[];
    outputs: ProgramPort[];
    ops: TapeOp[];
    offset: Map<Buffer, number>;
    weights: Weights;
}
export declare function writeProgram(plan: ProgramPlan): Uint8Array;
/** The nearest IEEE half, ties to even; beyond its range the largest half. */
export declare function toHalf(value: number): number;
