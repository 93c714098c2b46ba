// Parquet as other writers than ours make it: what it takes to write here, and bytes of DuckDB's, kept as they are.
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { parquetWriteBuffer } from 'hyparquet-writer'

/** 40 rows of DuckDB 1.5 with Zstandard: item_id i0, i1, i2, i0 …; tags [t0, u], [t1, u] … Runs are filled up to 256 values. */
export const DUCKDB = Buffer.from(
  'UEFSMRUEFSQVNkwVBhUAAAAotS/9IBKRAAACAAAAaTACAAAAaTECAAAAaTIVABWQARU6LBVQFQQVBhUGAAAotS/9IEilAABgAgAAAFABAkEkSZIA' +
    'AgDCHaHrvBUEFSIVNEwVBhUAAAAotS/9IBGJAAACAAAAdDABAAAAdQIAAAB0MRUAFdwBFUosFaABFQQVBhUGAAAotS/9IG7lAACQIQAAAEGqAAMA' +
    'AACgAQMCQWQABBAAmCLBf4siFUAcHAAAHBwAABwcAAAAIRAAACABgAAAAQQIABACBAUAEABCAAACAAQCAhAgAEAVQBwcAAAcHAAAHBwAAAAEhAAA' +
    'AAIAEpAgAAAAABBCAQCAAQCBAAIAgEQAQAIQABUCGVw1ABgNZHVja2RiX3NjaGVtYRUEABUMJQIYB2l0ZW1faWQlAAA1AhgEdGFncxUCFQYANQQY' +
    'BGxpc3QVAgAVDCUCGAdlbGVtZW50JQAAFlAZHBksJgAcFQwZFQQZGAdpdGVtX2lkFQwWUBbyARauASZYJggcGAJpMhgCaTAWABYGGAJpMhgCaTAR' +
    'EQAm9AIVXgAAJgAcFQwZFQQZOAR0YWdzBGxpc3QHZWxlbWVudBUMFqABFr4CFr4BJoQCJrYBHBgBdRgCdDAWABYGGAF1GAJ0MBERACbSAxVeAAAW' +
    'sAQWUCYIFuwCACgoRHVja0RCIHZlcnNpb24gdjEuNS42IChidWlsZCAwNjljYzlmOWI1KRksHAAAHAAAAB0BAABQQVIx',
  'base64',
)

/** 4 rows of DuckDB: item_id, and "open", an interval. */
export const DUCKDB_INTERVAL = Buffer.from(
  'UEFSMRUAFTwVOiwVCBUAFQYVBgAAHhQCAAAACAEBBgRpMAUGMDECAAAAaTICAAAAaTAVABVsFSgsFQgVABUGFQYAADYoAgAAAAgBAAAAAAMBBQ0B' +
    'fgwAFQIZPDUAGA1kdWNrZGJfc2NoZW1hFQQAFQwlAhgHaXRlbV9pZCUAABUOFRgVAhgEb3BlbiUqABYIGRwZLCYAHBUMGRUAGRgHaXRlbV9pZBUC' +
    'FggWXhZcJgg8GAJpMhgCaTAWACgCaTIYAmkwEREAAAAmABwVDhkFGRgEb3BlbhUCFggWjgEWSiZkAAAW7AEWCCYIFqYBACgoRHVja0RCIHZlcnNp' +
    'b24gdjEuNS42IChidWlsZCAwNjljYzlmOWI1KRksHAAAHAAAAMoAAABQQVIx',
  'base64',
)

const compressors = { GZIP: (bytes) => gzipSync(bytes), BROTLI: (bytes) => brotliCompressSync(bytes) }

/** Columns as { name, data, type, encoding }, in any codec of SNAPPY, GZIP, BROTLI and UNCOMPRESSED. */
export const parquet = (columnData, options = {}) =>
  Buffer.from(parquetWriteBuffer({ columnData, compressors, ...options }))

/** A column of ids and one of lists of numbers, as Spark writes them; `rows`: [id, list]; `type`: of the numbers. */
export function vectorsParquet(
  rows,
  { type = 'FLOAT', id = 'item_id', ids, vector = 'vector', encoding, ...options } = {},
) {
  const schema = [
    { name: 'spark_schema', num_children: 2 },
    { name: id, repetition_type: 'OPTIONAL', ...(ids ?? { type: 'BYTE_ARRAY', converted_type: 'UTF8' }) },
    { name: vector, converted_type: 'LIST', repetition_type: 'OPTIONAL', num_children: 1 },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', type, repetition_type: 'OPTIONAL' },
  ]
  const columns = [
    { name: id, data: rows.map(([one]) => one) },
    { name: vector, data: rows.map(([, list]) => list), ...(encoding && { encoding }) },
  ]
  return parquet(columns, { schema, ...options })
}

/** Times as Spark wrote them for long: INT96, nanoseconds of a day and the Julian day. The writer has no such type; it is one of 12 bytes. */
export function sparkTimes(name, milliseconds, others = []) {
  const data = milliseconds.map((ms) => {
    const bytes = new DataView(new ArrayBuffer(12))
    const day = Math.floor(ms / 86_400_000)
    bytes.setBigUint64(0, BigInt(ms - day * 86_400_000) * 1_000_000n, true)
    bytes.setUint32(8, day + 2_440_588, true)
    return new Uint8Array(bytes.buffer)
  })
  const schema = [
    { name: 'spark_schema', num_children: 1 + others.length },
    ...others.map((column) => ({ name: column.name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' })),
    { name, type: 'FIXED_LEN_BYTE_ARRAY', type_length: 12, repetition_type: 'OPTIONAL' },
  ] // prettier-ignore
  const bytes = parquet([...others, { name, data }], { schema })
  // the type stands in the schema and in the column's own facts: field 1, a number, 7 for bytes of a length and 3 for INT96
  for (let at = bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8); at < bytes.length - 9; at++)
    if (bytes[at] === 0x15 && bytes[at + 1] === 14) bytes[at + 1] = 6
  return bytes
}

const numbers = Array.from({ length: 300 }, (_, i) => i * i)

/** A column in each encoding that there is. */
export const ENCODED = [
  { name: 'item_id', data: numbers.map((n) => `item/${n % 97}/${n}`), type: 'STRING', encoding: 'DELTA_BYTE_ARRAY' },
  { name: 'title', data: numbers.map((n) => `Title ${n}`), type: 'STRING', encoding: 'DELTA_LENGTH_BYTE_ARRAY' },
  { name: 'year', data: numbers, type: 'INT32', encoding: 'DELTA_BINARY_PACKED' },
  { name: 'big', data: numbers.map((n) => BigInt(n) * 10n ** 12n), type: 'INT64', encoding: 'DELTA_BINARY_PACKED' },
  { name: 'score', data: numbers.map((n) => n / 7), type: 'DOUBLE', encoding: 'BYTE_STREAM_SPLIT' },
  { name: 'stock', data: numbers.map((n) => n % 3 === 0), type: 'BOOLEAN', encoding: 'RLE' },
  { name: 'genre', data: numbers.map((n) => `g${n % 5}`), type: 'STRING' },
  { name: 'rating', data: numbers.map((n) => (n % 4 === 0 ? null : n % 5)), type: 'INT32', encoding: 'DELTA_BINARY_PACKED' },
] // prettier-ignore
