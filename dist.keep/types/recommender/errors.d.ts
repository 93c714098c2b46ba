/** How this package says that something is wrong: one sentence, from one kind of error. */
/** What every failure of this package throws: one sentence that names the place, what was found and what was expected. */
export declare class MartelloError extends Error {
    readonly parts?: {
        where: string;
        found: string;
        expected: string;
    } | undefined;
    name: string;
    /** `parts`: those of a sentence about what somebody wrote, for whoever says it in other words. */
    constructor(message: string, parts?: {
        where: string;
        found: string;
        expected: string;
    } | undefined, options?: ErrorOptions);
}
/** A value as a message shows it: never too long, and whatever it is. */
export declare function shown(value: unknown): string;
export declare function refuse(where: string, value: unknown, expected: string): never;
export declare function typed<T extends string | number | boolean>(field: string, value: T, type: 'string' | 'number' | 'boolean', expected: string): T;
/** A whole number within bounds. */
export declare function whole(field: string, value: number, least: number, most: number): number;
/** What an object says, key by key. */
export declare function entriesOf<T>(where: string, value: Readonly<Record<string, T>>, expected: string): [string, T][];
export declare function knownKeys(call: string, options: object, known: readonly string[], expected: string): void;
