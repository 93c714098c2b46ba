import type { Answer, RecommendedItem, Request, Trace } from '../recommender/request.js';
import type * as platform from '../recommender/platform.js';
import { type Arriving } from './arriving.js';
export type { Answer };
/** A recommender that answers later: a RecommenderClient. */
export interface Asked extends Arriving {
    cancellable: true;
    /** As `RecommenderClient.recommend`. */
    recommend(request: Request & {
        signal?: platform.AbortSignal;
    }): Promise<Answer>;
}
/** One that answers at once: a Recommender. */
export interface Told extends Arriving {
    /** As `Recommender.recommend`. */
    recommend(request: Request): Answer;
}
/** What `useRecommendations` shows. */
export interface Recommendations {
    /** The newest answer: it stays while the next one is on its way. Empty before the first. */
    items: readonly RecommendedItem[];
    /** How they were found; null before the first answer. */
    trace: Trace | null;
    /** What was wrong with the request, or null. */
    error: Error | null;
    /** True from a change until its answer. */
    loading: boolean;
}
/**
 * The answer to `request`, anew whenever the recommender or what the request says changes; the one before stays in sight
 * meanwhile. `rec`: a Recommender or a RecommenderClient; null or undefined while there is none yet. What is wrong with a
 * request is `error`, nothing is thrown.
 */
export declare function useRecommendations(rec: Asked | Told | null | undefined, request?: Request): Recommendations;
