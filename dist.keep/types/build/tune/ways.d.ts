/**
 * Choosing among ways of doing a thing, each measured on the same held-out people. Figures of two ways differ by chance; since
 * what chance gives a person it gives both ways alike, their difference person by person is far surer than either figure. A
 * way that takes more bytes must be better beyond that doubt; among ways of one size the best is taken.
 */
export interface Figures {
    recall: number;
    ndcg: number;
}
/** What was tried and what it brought, for the build record. */
export interface Tried extends Figures {
    what: string;
    /** Where ways were compared: recall + ndcg above what was chosen, from and to, with a confidence of 95 %. */
    above?: [from: number, to: number];
}
/** What some sources bring back: on the whole, and recall + ndcg of each person, in order. */
export interface Measured {
    figures: Figures;
    each: Float32Array;
}
export interface Way<T> extends Measured {
    what: string;
    way: T;
    bytes: number;
}
/** How much better one is than the other: the mean by person, and its standard error. */
export declare function difference(one: Float32Array, other: Float32Array): {
    mean: number;
    error: number;
};
export declare function pick<T>(ways: readonly Way<T>[]): {
    best: Way<T>;
    tried: Tried[];
};
