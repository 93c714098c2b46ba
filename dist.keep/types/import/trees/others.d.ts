/** Errors: the file is one of these. */
export declare function refuseOthers(file: string, bytes: Uint8Array): void;
/** The same of what JSON holds. */
export declare function refuseOtherJson(file: string, json: unknown): void;
