/**
 * Columns of tables that were computed elsewhere: vectors, neighbours, popularity. Their names are those of the engines that
 * made them, of people, or what a config says.
 */
import { type FileKind } from './columns.js';
import { InputError } from './errors.js';
import type { FileFacts } from './facts.js';
/** A part of such a table: what it is called, the likeliest names first; two columns of one group are ambiguous. */
export interface NamedPart {
    name: string;
    groups: readonly (readonly string[])[];
    /** else it is called as items are */
    item?: true;
    /** what a message says of a column for it */
    expected: string;
}
/** A person's own choice of columns by part; null: none, even if a name fits. */
export type NamedColumns = Readonly<Record<string, string | number | null | undefined>>;
export declare const WEIGHT: NamedPart;
export declare const VECTOR: NamedPart;
/** Tables of pairs name the first item for what it is in the pair, or as an item. */
export declare const KEY: NamedPart;
export declare const TARGET: NamedPart;
export declare const SOURCE: NamedPart;
/**
 * The column of a part among those that play none yet; -1: there is none. A column that the mapping names and the file lacks
 * falls back to the usual names, which is noted. Errors: two columns for one part.
 */
export declare function findPart(file: FileFacts, kind: FileKind, part: NamedPart, names: readonly string[], taken: readonly number[], mapping?: NamedColumns): number;
/** No column for a part, with the config that names one: of those that play no other part, the one that is given or the first. */
export declare function noPart(path: string, kind: FileKind, part: NamedPart, names: readonly string[], taken: readonly number[]): InputError;
