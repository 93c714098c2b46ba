/** What is wrong with an input file, said so that a person can go and fix it. */
/** Where in the input: every part that is known. */
export interface Place {
    /** the path as the person gave it */
    file: string;
    /** data row, from 1, the header not counted */
    row?: number;
    /** line of a text file, from 1, as an editor shows it; said only where it differs from the row */
    line?: number;
    /** a part of a file that is no table: `array "x"` of an .npz, `row 3, column 5` of a matrix */
    part?: string;
    /** column or field name */
    field?: string;
}
/**
 * The input is wrong (exit code 1 of the command line). The message is one sentence:
 * `ratings.csv, row 3 (line 4), column "rating": found "good", expected a number`.
 */
export declare class InputError extends Error {
    readonly place: Place;
    readonly found: string;
    readonly expected: string;
    constructor(place: Place, found: string, expected: string, options?: ErrorOptions);
}
/** Whatever a file calls its parts: no line ends, nothing that a terminal obeys, and no more than people read. */
export declare function oneLine(text: string): string;
/**
 * What a library found wrong with a file, in brackets for the end of a message. Nothing where it only stumbled over what no
 * good file holds: that the file is damaged says more than the platform's words.
 */
export declare function reasonOf(error: unknown): string;
/** Told of what is wrong with a cell. */
export type Fault = (error: InputError) => void;
export declare const throwIt: Fault;
/** Several at once, a line each: the first is its place, all are its message. */
export declare class InputErrors extends InputError {
    readonly errors: readonly InputError[];
    constructor(errors: readonly InputError[]);
}
/** One error of one or several. */
export declare const together: (errors: readonly InputError[]) => InputError;
/** `ratings.csv, row 3 (line 4), column "rating"` */
export declare function nameOf(place: Place): string;
/** `row 3 (line 4)`, or `row 3` where the line says nothing more. */
export declare function rowName(row: number, line?: number): string;
/** A value as it stood in the file, cut to what fits in a message. */
export declare function quote(value: unknown): string;
/** `"a", "b", "c" and 12 more`, for column names and the like. */
export declare function quoteList(values: readonly string[], most?: number): string;
/** An error of the file system in the same words; anything else is passed through unchanged. */
export declare function fileError(path: string, error: unknown, expected?: string): unknown;
