/**
 * Lists: rows that know of each other, all in one run. Their number is open at run time as ever, so what differs with it cannot
 * be a plain constant: positions, masks of who may see whom, the number of rows itself, which a mean or a variance divides by.
 * Two kinds of those can be had nevertheless.
 */
import { type Tensor } from '../model/tensor.js';
/** Rows of the longest list with which shorter ones begin; or a number on a line over their number, or 1 / such a number. */
export type OfList = {
    rows: Tensor;
} | {
    start: number;
    slope: number;
    under: boolean;
};
/** Which axes are of rows. */
type Shape = readonly {
    rows: boolean;
}[];
/** What a constant is, by its values for lists of three lengths, the last of them the longest; null: nothing that can be had. */
export declare const listed: (each: readonly Tensor[], shape: Shape, lengths: readonly number[]) => OfList | null;
/** The numbers that there may be, or those between which they are. */
export declare const numbersOf: (of: OfList, longest: number) => ArrayLike<number> & Iterable<number>;
export {};
