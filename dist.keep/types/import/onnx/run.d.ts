import type { Program, ProgramInput } from './compile.js';
/** An array in C order. */
export interface NumberArray {
    shape: readonly number[];
    data: ArrayLike<number>;
}
/** A program at work by itself, in the core. */
export declare class ProgramRunner {
    private readonly learn;
    private readonly bytes;
    private readonly run;
    readonly program: Program;
    private constructor();
    /** An instance of the core with the program in it. */
    static start(program: Program): Promise<ProgramRunner>;
    /** Outputs in the program's order. What is the rest of another input is left out. Every input has the same number of rows, or is one for all. */
    outputs(given: readonly NumberArray[]): Float32Array[];
    /** The least time of one run of `rows` rows, in milliseconds, request and all. */
    fastest(rows: number, repeats: number): number;
    /** Gives its memory back. */
    drop(): void;
    private rowsOf;
    private port;
}
/** What float32 rounds away. */
export declare const restsOf: ({ shape, data }: NumberArray) => NumberArray;
/** The shape of an output for so many rows, as the model declares it. */
export declare function outputShape(output: ProgramInput, rows: number): number[];
