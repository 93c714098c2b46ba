/** How JavaScript reads the core's structures: slates, blocks of features and hits, all of src/martello.h. */
import type { Memory } from './memory.js';
import { NOT_FOUND } from '../generated/numbers.js';
/** Where fields are, in words of four bytes; wasm/serve.c asserts them. */
export declare const SLATE: {
    count: number;
    recalled: number;
    picks: number;
    skipped: number;
};
export declare const TOLD: {
    candidates: number;
    ranked: number;
    ordered: number;
    history: number;
    dropped: number;
    truncated: number;
    filled: number;
};
export declare const PICK: {
    words: number;
    item: number;
    score: number;
    because: number;
    scores: number;
    ranks: number;
    reasons: number;
    value: number;
    penalty: number;
    rules: number;
};
/** The core's "none". */
export { NOT_FOUND };
export interface Pick {
    item: number;
    score: number;
    because: number[];
    scores: number[];
    ranks: number[];
    /** What the largest features added to a ranker's score. */
    reasons: {
        feature: number;
        contribution: number;
    }[];
    /** Where rules chose: relevance from 0 to 1 as they changed it, what diversity took off, and which were about it. */
    value: number;
    penalty: number;
    rules: number[];
}
export interface Slate {
    /** Milliseconds of each step: recall, ranking and the slate, or of a search. */
    ms: number[];
    candidates: number;
    ranked: number;
    ordered: number;
    recalled: number[];
    history: number;
    dropped: number;
    truncated: number;
    filled: number;
    picks: Pick[];
    /** How often each rule kept out an item that would have been picked. */
    skipped: number[];
}
/** The slate at `slate`, of that many sources. */
export declare function slateAt(memory: Memory, slate: number, sources: number, ms: number[]): Slate;
/** Rows of candidates' features, and how to read each: views, good until the next block. */
export declare function featureBlockAt(memory: Memory, block: number): {
    count: number;
    items: Uint32Array;
    row(i: number): Float32Array;
};
/** Items and their scores, best first: copies. */
export declare function hitsAt(memory: Memory, hits: number): {
    items: Uint32Array;
    scores: Float32Array;
};
/** Bit n of a set of sources, of words or of rules. */
export declare const isSet: (bits: number, n: number) => boolean;
/** The slate without what neither a source nor a rule brought. */
export declare function withoutFill(slate: Slate): Slate;
