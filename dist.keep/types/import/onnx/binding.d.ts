/** BINDING, NUMBERS and GOLDEN sections, as src/bundle/binding.h and src/bundle/golden.h draw them. */
import { FEED, PART, SIDE } from '../../generated/numbers.js';
/** What one input of a program is fed with. */
export interface Feed {
    kind: keyof typeof FEED;
    side: keyof typeof SIDE;
    pad: number;
    unknown: number;
    scale: number;
    shift: number;
    list: number[];
    space: number;
    positions: number;
    /** what an input of whole numbers takes of a number: its whole part, or what float32 rounds away of that */
    part: keyof typeof PART;
}
export declare const feed: (kind: keyof typeof FEED, more?: Partial<Feed>) => Feed;
/** All bits set: item numbers as they are. */
export declare const NO_NUMBERS = 4294967295;
export declare function bindingBytes(feeds: readonly Feed[], numbers: number, leastWorth: number): Uint8Array;
/** The integer that an id spells, plus `shift`. */
export declare function spelledNumbers(items: number, shift: number, bound: number): Uint8Array;
/** numbers[item], -1 where the program does not know it. */
export declare function listedNumbers(numbers: ArrayLike<number>, bound: number): Uint8Array;
/** Pairs: inputs[rows][floats] and outputs[rows][floats]. */
export declare function goldenBytes(rows: number, inputs: Float32Array, outputs: Float32Array, tolerance: number): Uint8Array;
/** The same section with another tolerance. */
export declare function withTolerance(golden: Uint8Array, tolerance: number): Uint8Array;
