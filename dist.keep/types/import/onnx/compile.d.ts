import { type Graph } from './model/graph.js';
import { type Range } from './tape/ranges.js';
import { type Weights } from './tape/program.js';
/** How a model is compiled. */
export interface CompileOptions {
    /** Rows of one run: 1 for towers; for rankers as many as are worth doing together. Default 1. */
    capacity?: number;
    /** Rows know of each other: all are in one run, of `capacity` at most. Refused where that cannot be. */
    list?: boolean;
    /** Sizes that the model leaves open besides its batch, by symbol. */
    sizes?: Readonly<Record<string, number>>;
    /** Inputs that are one for a whole request, without a batch of their own. */
    perRequest?: ReadonlySet<string>;
    weights?: Weights;
    /**
     * How far inputs reach, by name. Given at all, whole numbers that one float does not hold are computed with as two, or
     * refused; without it all are taken to stay below 2^24.
     */
    ranges?: ReadonlyMap<string, Range>;
    /** Embedding tables that stay outside, by the name of the constant. */
    tables?: ReadonlySet<string>;
    /**
     * The batch to compile for where the model turns out to be bound to one: PyTorch leaves the size of the example that it
     * was exported with in some recurrent models.
     */
    boundBatch?: number;
}
/** An input or output of a program. */
export interface ProgramInput {
    name: string;
    element: 'float' | 'int' | 'bool';
    /** of one row, the batch's axis first; as the model declares it otherwise */
    shape: number[];
    rows: boolean;
    /** where the model has its batch */
    batchAxis: number;
    /** the input holds rows of this table, for the ids of input number `ids` */
    table?: {
        name: string;
        ids: number;
        rows: number;
        width: number;
    };
    /** the input holds what float32 rounds away of the whole numbers of this other one, by its place */
    restOf?: number;
}
/** A model as a tape of ops: what a bundle holds. */
export interface Program {
    bytes: Uint8Array;
    capacity: number;
    inputs: ProgramInput[];
    outputs: ProgramInput[];
    /** rows know of each other: all are in one run */
    isList: boolean;
    /** ops on the tape, and how many of them run once a request */
    ops: number;
    requestOps: number;
    scratch: number;
}
/** Compiles a model. Throws InputError with the node that cannot be. */
export declare function compile(graph: Graph, options?: CompileOptions): Program;
/** Shapes of the inputs for a batch of `rows`. Errors: a size that is open and that nobody gave. */
export declare function shapesFor(graph: Graph, options: Pick<CompileOptions, 'sizes'>, batch: ReadonlySet<string>, rows: number): Map<string, number[]>;
/** The graph without the inputs that nothing reads. */
export declare function inputsRead(graph: Graph): Graph;
