import { type Graph } from '../model/graph.js';
import { type ElementType } from '../model/tensor.js';
import { type OfList } from './list.js';
/** A size: `size`, or `size` times the batch. */
export interface Extent {
    size: number;
    rows: boolean;
}
export interface Traced {
    type: ElementType;
    shape: Extent[];
}
export interface TracedGraph extends Graph {
    /** every value that a node left over reads or makes */
    values: Map<string, Traced>;
    /** Constants that differ with the size of the batch, and how: no op can use them but for a shape that is known anyway. */
    varying: Map<string, string>;
    /** What an op of a list can make of them nevertheless. */
    ofList: Map<string, OfList>;
}
/** How the batch is traced: left open, rows being each for themselves; as a list of this length at most; or as one row. */
export type Batch = 'open' | {
    longest: number;
} | 'one';
/** Values differ between batches in a way that is no repetition of rows. */
export declare class BatchError extends Error {
}
/** Sizes of the inputs for a batch of `rows`. */
export type ShapesFor = (rows: number) => Map<string, number[]>;
export declare function trace(given: Graph, shapesFor: ShapesFor, batch: Batch): TracedGraph;
