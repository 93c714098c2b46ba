/**
 * Memory: where each buffer lies in scratch. A buffer lives from the op that first writes it to the last one that reads
 * it, and shares its place with buffers that live at other times. The largest are placed first, each as low as it fits.
 *
 * What the caller writes (inputs) is there from before the first op, or from before the first op of rows: whichever, until
 * all ops of the request are through; outputs stay to the end. Ops that run once a request
 * come first on the tape, and what they hand on to ops of rows stays to the end too, since those run several times.
 *
 * An op that may work in place does, where what it reads is not needed after it: a list's [rows, rows] is there once.
 */
import type { TapeOp } from './tape.js';
import type { Buffer } from './value.js';
export interface Plan {
    offset: Map<Buffer, number>;
    /** floats of scratch in all */
    floats: number;
}
export declare function plan(ops: readonly TapeOp[], inputs: readonly Buffer[], outputs: readonly Buffer[], requestOps: number): Plan;
