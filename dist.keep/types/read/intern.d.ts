/** Strings numbered in order of first appearance. */
import type { Cell } from './batch.js';
import { type IdsAs } from './cells.js';
export declare class Intern {
    /** names[code] */
    readonly names: string[];
    private readonly codes;
    /** The number of a string, '' included. */
    code(text: string): number;
}
/** How a file writes the different ids of a column: so many as whole numbers with `.0`, of so many. */
export interface Floats {
    ids: number;
    of: number;
}
/** A column of ids over several files. */
export declare class IdColumn {
    private readonly as?;
    readonly ids: Intern;
    /** numbers of the ids of each batch */
    readonly batches: Uint32Array[];
    /** cells of this file that were seen, so that each distinct one is made an id once; -1: it is none */
    private cells;
    private floats;
    private others;
    /** `as`: see IdReading. */
    constructor(as?: IdsAs | undefined, ids?: Intern);
    /** Whether a cell is an id; it is given no number. */
    isId(cell: Cell): boolean;
    /** The number of an id cell, from 0 over all files; -1 if the cell is no id. */
    codeOfId(cell: Cell): number;
    /** How the file wrote its ids. */
    endFile(): Floats;
}
/** V8 makes a substring of 13 characters or more a view on its parent; a copy lets the parent (a piece of file) go. */
export declare function ownString(text: string): string;
type Numbers = Uint8Array | Uint16Array | Uint32Array | Float32Array | Float64Array;
/**
 * Typed arrays joined into one, in order; a number in the list stands for that many missing values, `missing` each.
 * The list is emptied on the way.
 */
export declare function join<T extends Numbers>(make: (length: number) => T, chunks: (T | number)[], missing?: number): T;
export {};
