import { type CompileOptions, type Program } from './compile.js';
import { type Graph } from './model/graph.js';
/** Where rows come to know of each other, as messages say it. */
export interface Joined {
    part: string;
    found: string;
}
/** Throws InputError with the node that joins rows. `instead` says what would do. */
export declare function refuseJoinedRows(graph: Graph, sizes: Readonly<Record<string, number>>, instead: string): void;
/** Rows each for themselves in runs of `capacity`; what knows of other rows in one run, of `longest` at most. */
export declare function compileRows(graph: Graph, options: CompileOptions, capacity: number, longest: number): {
    program: Program;
    joined: Joined | null;
};
