/** Headers that say what their columns are: RecBole's `release_year:token`, `class:token_seq`, `price:float`. */
import type { Hints } from './kinds.js';
/** A column's name without its type. */
export declare const untyped: (name: string) => string;
/**
 * Names, and what the header says of each; null: a list of numbers, which is no attribute. A header says so where every
 * name in it has a type.
 */
export declare function typedNames(header: readonly string[]): {
    name: string;
    hints: Hints | null;
}[];
