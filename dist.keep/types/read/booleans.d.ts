/**
 * True and false as people and their spreadsheets write them, in any case. Such a column becomes a category of "true" and
 * "false", and a filter may use any of these words for them, so that those of the catalogue work.
 */
/** What a word says, "true" or "false"; undefined: neither. */
export declare function booleanOf(word: string): string | undefined;
/** Whether words in lower case are all of them yes or no, and tell so: both of a pair are there, or one that needs no other. */
export declare function areBooleans(words: ReadonlySet<string>): boolean;
/** Whether it is a tick, such as x, ✓ or Yes: where all other cells are empty, these say no. `true` stands beside a `false`. */
export declare const isTick: (word: string) => boolean;
