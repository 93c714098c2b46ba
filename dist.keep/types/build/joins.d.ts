import type { Inputs } from './inputs.js';
/** How the items of one file meet another's. Files are named as the person gave them. */
export interface Join {
    from: string;
    to: string;
    /** What they are to the build. */
    roles: [from: InputRole, to: InputRole];
    /** So many of so many different ids of `from` are in `to`. */
    matched: number;
    of: number;
    /** Ids of `from` that `to` lacks, the first few, each with the one of `to` that it may have meant. */
    examples: string[];
    /** Ids of `to`, as they look there, where something does not match. */
    beside: string[];
    /** Of those that do not match, so many would in lower case, and one that would: here, and there. */
    cased?: {
        ids: number;
        example: [from: string, to: string];
    };
}
/** What a file of a build is. */
export type InputRole = 'interactions' | 'items' | 'embeddings' | 'neighbours' | 'popularity' | 'graph' | 'campaigns';
/** Files that say what items there are. */
export declare const NAMING: readonly InputRole[];
/** Files of items that others name; tables among them name items where nothing else does. */
export declare const ABOUT: readonly InputRole[];
/** Every file against all files of every other role. */
export declare function joinsOf(inputs: Inputs): Join[];
