/** Where the rows of all batches so far stand, counted from 0 over files. */
import { type Batch } from './batch.js';
import type { Place } from './errors.js';
export declare class Places {
    private readonly known;
    rows: number;
    add(batch: Batch, path: string): void;
    of(row: number): Place;
}
