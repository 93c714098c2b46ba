/**
 * The catalogue: all items that any input names, in the order of their numbers.
 *
 * Popular items come first (by a table of popularity, else by the log: popularity.ts), so that postings code short gaps and a
 * slate is filled by popularity; without either the popularity column decides, then the vectors' norms (a scan can then stop
 * early), then the order of the files.
 */
import type { Column, Embeddings, Interactions, Items, Neighbours, Popularity } from '../read/index.js';
export interface Catalogue {
    ids: string[];
    numberOf: Map<string, number>;
    /** Row of item n in the items file's columns, or -1. */
    itemRow: Int32Array;
    /** Row of item n in the embeddings, or 0xffffffff. */
    vectorRow: Uint32Array;
    columns: Column[];
}
/** What items are known from. */
interface Naming {
    interactions: Interactions | null;
    items: Items | null;
    embeddings: Embeddings | null;
    neighbours?: Neighbours | null;
    popularity?: Popularity | null;
}
/** `weight`: of each event of the log; null: 1. */
export declare function catalogueOf(inputs: Naming, weight: Float32Array | null, popularity?: string): Catalogue;
export declare function popularityColumn(items: Items | null, name: string): Float64Array;
export {};
