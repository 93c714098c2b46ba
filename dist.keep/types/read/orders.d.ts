/**
 * Orders that take several rows. Exports of shops write what holds for a whole order, its state and its day, on the first of its
 * rows alone, and leave it empty on those that go on with it. A column is taken for such a one if no row that goes on has a cell
 * in it; its cells then stand for those below.
 */
import type { Batch, Quoting } from './batch.js';
import { type Mapping } from './columns.js';
import type { FileFacts } from './facts.js';
import type { LeaveOut } from './leave.js';
interface Options extends Quoting {
    leaveOut?: LeaveOut;
}
/** The orders of a file, and the columns that hold for the whole of one; null: there are none. */
export declare function ordersOf(path: string, mapping: Mapping, options: Options): Promise<Orders | null>;
/** Gives the rows that go on with an order what stands on its first. */
export declare class Orders {
    private readonly by;
    private readonly held;
    private readonly following;
    private readonly first;
    private places;
    private at;
    private rows;
    constructor(by: string, held: readonly string[]);
    /** Positions of the columns to see beside the `chosen` ones. */
    select(names: readonly string[], chosen: readonly number[]): number[];
    fill(batch: Batch): Batch;
    note(facts: FileFacts): void;
}
export {};
