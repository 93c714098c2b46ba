import { Core } from './core.js';
export declare class TuningCore extends Core {
    setDecay(source: number, decay: number): void;
    /**
     * What each source says of the best k candidates, without what fills up: `take(item, scores, ranks)` once per pick, the
     * arrays being views that are good during the call only.
     */
    eachPick(k: number, take: (item: number, scores: Float32Array, ranks: Uint32Array) => void): void;
    /** The place of an item among the k best of a search, from 0; -1: it is not among them. */
    placeInSearch(query: string, k: number, item: number): number;
}
