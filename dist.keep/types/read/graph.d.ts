import type { Progress } from './bytes.js';
import { type IdReading } from './cells.js';
import { type FileTaken } from './facts.js';
/** Triples, column by column. Heads and tails are of one set of names: which of them are items, the catalogue knows. */
export interface Graph {
    rows: number;
    nodes: string[];
    relations: string[];
    /** indices in nodes, relations, nodes */
    head: Uint32Array;
    relation: Uint32Array;
    tail: Uint32Array;
    files: FileTaken[];
}
/**
 * Reads graphs as one. Each file needs columns head, relation and tail; RecBole's and RDF's names are understood too.
 * Errors (with file, row and column): a missing column, an empty cell, an inexact number, no rows.
 */
export declare function readGraph(paths: readonly string[], options?: IdReading & {
    onProgress?: Progress;
}): Promise<Graph>;
