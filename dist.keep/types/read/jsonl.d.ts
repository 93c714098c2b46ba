/**
 * JSON Lines (one object a line, or as pretty-printers spread it from a line `{` to a line `}`) and a JSON array of objects. A whole number beyond 2^53, which JavaScript would round, is
 * taken as its digits, a text: such numbers are ids and codes.
 */
import type { Scan, ScanOptions } from './batch.js';
/**
 * Scans JSON Lines, plain or gzip; blank lines are skipped. A row may lack keys and bring new ones.
 * Errors: a line that is not JSON (a file cut short ends so) or not an object, no row at all in the file.
 */
export declare function scanJsonLines(path: string, options: ScanOptions): Scan;
/** Scans a file that is one JSON array of objects; the whole file is held in memory. Errors: as in JSON Lines. */
export declare function scanJsonArray(path: string, options: ScanOptions): Scan;
