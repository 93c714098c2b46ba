import { type Scan, type ScanOptions } from './batch.js';
/**
 * Scans a delimited text file, plain or gzip, RFC 4180 quoting, any line ends; blank lines are skipped, and a first line
 * `sep=;`. The delimiter is the given one, or what the header line has most of: comma, tab, semicolon or bar; or `::`. Fields beyond
 * the header's are let go where they are empty, and the header where it comes again. Lines above it, and a file without one: see `heading`.
 * Errors: empty file, a name twice, a row with too few or too many fields, a quote that is malformed or not closed.
 */
export declare function scanCsv(path: string, options: ScanOptions, delimiter?: string): Scan;
