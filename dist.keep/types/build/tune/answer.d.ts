import type { Learn, Pointer } from '../../learn/learn.js';
/** Histories one after the other: person p's events are start[p] .. start[p + 1], oldest first. In memory that threads see. */
export interface People {
    start: Uint32Array;
    item: Uint32Array;
    weight: Float32Array | null;
    time: Float64Array | null;
    /** When each person is asked, in seconds; null: at their newest event. */
    now: Float64Array | null;
}
/** Places that count. */
export declare const K = 20;
export interface Question {
    /** The bundle, in shared memory, and its name: a worker opens it once. */
    name: string;
    bundle: Uint8Array;
    people: People;
    /** Person p's hidden items: held[heldStart[p]] .. */
    heldStart: Uint32Array;
    held: Uint32Array;
    first: number;
    last: number;
    /** Candidates of each person. */
    k: number;
    /** Overrides by source; NaN leaves the policy's. */
    weights?: number[];
    decays?: number[];
}
/** A fusion of the people of the range. */
export declare function answer(learn: Learn, question: Question): Promise<Pointer>;
