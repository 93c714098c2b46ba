/**
 * A training: models of a log, which stands once in the learning core's memory, rows divided among worker threads that work
 * there. Neighbours, transitions and factors are here; what one source alone is made of stands in its own file, in sources/.
 */
import type { Learn, Lists, Pointer } from '../learn/learn.js';
import type { Baskets } from './baskets.js';
import { type Workers } from './workers.js';
/** Who met what; item and user numbers are dense. Row n of every array is one event, in file order. */
export interface Log {
    users: number;
    items: number;
    user: Uint32Array;
    item: Uint32Array;
    /** Any monotone number, all finite. */
    time: Float64Array | null;
    /** The weight of each event, above 0. null: 1 each. */
    weight: Float32Array | null;
    /** Which events were one taking, where that is known. */
    baskets?: Baskets;
}
/** src/learn/neighbours.h */
export interface NeighbourPlan {
    user: number;
    key: number;
    target: number;
    shrinkage: number;
    cosine: boolean;
    longest: number;
    top: number;
}
/** src/learn/als.h */
export interface AlsPlan {
    dims: number;
    unobserved: number;
    reg: number;
    nu: number;
    /** Of conjugate gradients, for each row and iteration. */
    steps: number;
}
/** src/learn/transitions.h */
export interface TransitionPlan {
    window: number;
    decay: number;
    key: number;
    target: number;
    top: number;
    back: number;
    /** What a second hop weighs (src/learn/hops.h); 0: none. */
    onward: number;
}
export interface Factors {
    dims: number;
    /** items × stride, stride = dims rounded up to 4 */
    items: Float32Array;
    stride: number;
}
export declare class Training {
    private readonly learn;
    private readonly workers;
    readonly log: Log;
    /** The log in the core's memory, each person's events in the order of time. */
    readonly events: Pointer;
    private readonly byUser;
    private readonly byItem;
    private constructor();
    /** Give it back with drop(). */
    static of(learn: Learn, workers: Workers, log: Log): Promise<Training>;
    drop(): void;
    /** How many distinct users each item has. */
    get itemUsers(): Float32Array;
    /** How popular each item is: as popularityOf says, of a matrix that holds each person's strongest event. */
    get popularity(): Float32Array;
    neighbours(plan: NeighbourPlan): Promise<Lists>;
    transitions({ window, decay, key, target, top, back, onward }: TransitionPlan): Promise<Lists>;
    private hops;
    /** Lists of all items, made range by range; ranges hold about equally many of what `start` counts. */
    private lists;
    private inRanges;
    als(plan: AlsPlan & {
        evenness: number;
    }, iterations: number, seed: number, onIteration?: (done: number) => void): Promise<Factors>;
    private half;
    private gram;
}
/** factorsᵀ · factors, [stride][stride]. */
export declare function gramOf(learn: Learn, dims: number, factors: Float32Array): Float32Array;
