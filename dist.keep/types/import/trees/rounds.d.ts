import type { TreeOptions } from './trees.js';
/** What the file says of its rounds. `ends`: how many trees there are up to the end of each; null: it does not say. */
export interface Rounds {
    file: string;
    ends: number[] | null;
    attributes: Record<string, unknown>;
}
/** How many trees count, and what people should know about that. */
export declare function treesThatCount({ file, ends, attributes }: Rounds, asked: TreeOptions['rounds']): {
    count: number;
    remarks: string[];
};
