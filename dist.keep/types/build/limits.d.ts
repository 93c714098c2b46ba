/** What fits in a bundle: said before anything is trained, by the input's own names, and cut where that is harmless. */
import type { Config } from './config.js';
import type { Events } from './events.js';
import { type Embeddings, type Interactions, type Items } from '../read/index.js';
/** A catalogue as it fits in a bundle, and what was left out of it or cut. */
export declare function fitting(items: Items): {
    items: Items;
    remarks: string[];
};
/** The config line that leaves columns out. */
export declare const skipping: (names: readonly string[]) => string;
export declare function checkEmbeddings({ path, rows, dim }: Embeddings): void;
export declare function checkEvents({ weights, list }: Events, log: Interactions | null): void;
export declare function checkRatings(ratings: Config['ratings']): void;
