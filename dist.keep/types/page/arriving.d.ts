/** For what shows a shelf: an answer that was made while the bundle arrives is shown, and asked for once more when all is here. */
/** As much of a recommender as says whether it is whole; one that a page made itself need not. */
export interface Arriving {
    readonly loaded?: number;
    readonly bytes?: number;
    readonly complete?: Promise<void>;
}
export declare function arriving(rec: Arriving): boolean;
/** Resolves when what was asked for is here, or will not come. */
export declare function whole(rec: Arriving): Promise<void>;
