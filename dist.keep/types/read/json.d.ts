/** JSON of any file: what the platform parses, if it is not nested beyond all that holds data. */
/** Throws SyntaxError, in the platform's words, or in ours where lists and objects are nested too deep. */
export declare function parseJson(text: string): unknown;
