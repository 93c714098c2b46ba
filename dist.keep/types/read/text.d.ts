/**
 * Streams the text of a file, plain or gzip, in pieces of about 256 KB that end anywhere.
 * Errors: not UTF-8 (with its line, and what it would say in the likeliest encoding), a zip archive or another binary file, and those of readBytes.
 */
export declare function readText(path: string, onBytes?: (count: number) => void): AsyncGenerator<string>;
/** Streams the lines of a file without their ends. A last line needs no end; an end at the end starts no line. */
export declare function readLines(path: string, onBytes?: (count: number) => void): AsyncGenerator<string[]>;
