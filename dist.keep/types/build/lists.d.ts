/** What there is to say of neighbours, a knowledge graph and campaigns before anything is made of them. */
import { type Graph } from '../read/index.js';
import type { Inputs } from './inputs.js';
import type { TimesAccount } from './understood.js';
/** Their sources, and pairs that were said before. */
export declare function neighbourRemarks({ neighbours }: Inputs): string[];
/** Its relations, and triples that say nothing: of a node to itself, or said before. */
export declare function graphRemarks(graph: Graph | null | undefined): string[];
/** Its lists; those that were over before the log ends, or name an item twice. */
export declare function campaignRemarks({ campaigns, interactions }: Inputs, times: TimesAccount | null): string[];
