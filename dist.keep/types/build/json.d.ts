/** Errors name the path in the file, what was found and what was expected. */
export declare function readJson<T>(path: string, schema: object): Promise<T>;
