/** A tree model by itself: recognised by its content, run by the core on a matrix of features. */
import { Learn } from '../../learn/learn.js';
import { type Forest, type TreeOptions } from './trees.js';
/**
 * The forest in a model file's bytes; null where they look like no model at all. Errors: a model that is wrong, or of
 * another kind.
 */
export declare function readForest(file: string, bytes: Uint8Array, options?: TreeOptions): Forest | null;
/** What trees say of rows. */
export interface TreePredictions {
    /** [rows][outputs], before the link. */
    margins: Float64Array;
    /** [rows][width]. */
    predictions: Float32Array;
    width: number;
}
/** Trees at work by themselves, in the core. `drop` gives its memory back. */
export declare class TreeRunner {
    private readonly learn;
    private readonly forest;
    private readonly trees;
    private readonly width;
    constructor(learn: Learn, forest: Forest, section?: Uint8Array);
    /** An instance of the core with the trees in it. */
    static start(forest: Forest): Promise<TreeRunner>;
    /** `rows` [count][features]. */
    predict(rows: Float32Array, count: number): TreePredictions;
    /** What each feature of one row added to the margin of an output, and where that margin would be without them. */
    contribute(row: Float32Array, output?: number): {
        bias: number;
        contributions: Float64Array;
    };
}
/**
 * How many rows of doubles might take another path once rounded to float32. XGBoost rounds its inputs itself, so there
 * are none.
 */
export declare function roundedApart(forest: Forest, rows: Float64Array, count: number): number;
