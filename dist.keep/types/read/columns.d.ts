/** Which column plays which part: exact names first, then the names that logs in the wild use. */
import type { Heading } from './batch.js';
import { InputError } from './errors.js';
import type { FileFacts } from './facts.js';
/** What a column is to a reader. */
export type Role = 'user_id' | 'item_id' | 'rating' | 'event' | 'timestamp' | 'basket' | 'title';
/**
 * A person's own choice: the column for a part by its name, or by its place from 1, of files without a header; or null for
 * "none, even if a name fits".
 */
export type Mapping = Partial<Record<Role, string | number | null>>;
/** What is left out and counted, where it would be an error: rows without ids; of repeated ids of a catalogue, all but the first. */
export type Skip = 'rows without ids' | 'repeated ids';
/** No column, or several, for a part that a file must have. */
export declare class ColumnError extends InputError {
    readonly role: Role;
    constructor(file: string, role: Role, found: string, expected: string);
}
/** No column for a part, among the names that a file has. */
export declare class NoColumn extends ColumnError {
}
/** What kind of file it is, as config key `columns` calls them. */
export type FileKind = 'interactions' | 'items' | 'campaigns' | 'embeddings' | 'neighbours' | 'popularity';
/** How columns are found. */
export interface FindOptions {
    /** default: `items`; in `interactions`, `id` may number the rows */
    kind?: FileKind;
    /** where a column that the mapping names and the file lacks is written down */
    notes?: FileFacts;
}
/**
 * Positions of the wanted parts among `names`, -1 where there is none. A column that the mapping names and this file lacks
 * falls back to the usual names: one mapping serves several files.
 * Errors: a required part without a column, two columns for one part.
 */
export declare function findColumns<R extends Role>(file: string, names: readonly string[], wanted: readonly R[], required: readonly R[], mapping?: Mapping, options?: FindOptions): Record<R, number>;
/** How the header of such a file is known; of a file without one, that columns are known by place. */
export declare function headingOf(required: readonly Role[], mapping?: Mapping): Heading;
/** The part that a name is usual for. */
export declare function partOf(name: string): Role | null;
/** Names that are usual for items, else those of ids of something that is no usual part. */
export declare function otherItems(names: readonly string[]): string[];
/** Columns that may tell people apart, signed in or not. */
export declare const otherPeople: (names: readonly string[]) => string[];
export declare function noteFallback(facts: FileFacts, role: string, wanted: string, column: string | null): void;
/** Errors: a column that the mapping names and none of the files has. */
export declare function checkMapped(files: readonly FileFacts[], mapping: Record<string, string | number | null>): void;
/** Columns that are named like an id of something that is no usual part: `hotel_id`, `venueId`, `jobid`. */
export declare function otherIds(names: readonly string[]): string[];
/** `User-ID`, `userId`, `user_id`, `# user_id`, RecBole's `user_id:token` and Stripe's `user_id (metadata)` are one name. */
export declare function canonicalName(name: string): string;
