import { type Scan, type ScanOptions } from './batch.js';
/**
 * Scans a Parquet file with any of its usual codecs (Snappy, gzip, Zstandard, LZ4, Brotli). Cells come as string,
 * number, bigint, boolean, Date, array (lists) or object (structs), null where missing.
 * Errors: not Parquet, cut short, damaged; each names the file, and the row group where there is one.
 */
export declare function scanParquet(path: string, options: ScanOptions): Scan;
