/** Apache Parquet, one row group at a time and only the columns asked for, by hyparquet. */
import { asyncBufferFromFile, parquetScan, parquetSchema, type ParquetScan } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { checkNames, type Scan, type ScanOptions } from './batch.js'
import { fileSize } from './bytes.js'
import { InputError } from './errors.js'
import { Instant, secondsIn } from './times.js'

/** Times keep their microseconds, as a Date would not. */
const TIMES = {
  timestampFromMicroseconds: (micros: bigint) => new Instant(secondsIn('us', Number(micros))),
  timestampFromNanoseconds: (nanos: bigint) => new Instant(secondsIn('ns', Number(nanos))),
}

/**
 * Scans a Parquet file with any of its usual codecs (Snappy, gzip, Zstandard, LZ4, Brotli). Cells come as string,
 * number, bigint, boolean, Date, array (lists) or object (structs), null where missing.
 * Errors: not Parquet, cut short, damaged; each names the file, and the row group where there is one.
 */
export async function* scanParquet(path: string, options: ScanOptions): Scan {
  const size = await fileSize(path)
  const file = await asyncBufferFromFile(path)
  let scan: ParquetScan
  try {
    scan = await parquetScan({ file, compressors, parsers: TIMES })
  } catch (error) {
    throw new InputError({ file: path }, `no readable footer (${(error as Error).message})`, 'a whole Parquet file', {
      cause: error,
    })
  }
  const names = checkNames(
    path,
    parquetSchema(scan.metadata).children.map((child) => child.element.name),
  )
  const picked = options.select(names)
  let told = 0
  for (const [group, range] of scan.ranges.entries()) {
    const rows = range.rowEnd - range.rowStart
    const columns: (ArrayLike<unknown> | null)[] = []
    for (const at of picked) {
      if (at < 0) {
        columns.push(null)
        continue
      }
      const place = { file: path, field: names[at] }
      let cells: ArrayLike<unknown>
      try {
        cells = await scan.readColumn({ column: names[at], ...range })
      } catch (error) {
        throw new InputError(
          place,
          `unreadable data in row group ${group + 1} (${(error as Error).message})`,
          'a whole Parquet file',
          { cause: error },
        )
      }
      if (cells.length !== rows) {
        throw new InputError(place, `${cells.length} values in row group ${group + 1}`, `${rows} as the footer says`)
      }
      columns.push(cells)
    }
    if (rows > 0) yield { columns, rows, firstRow: range.rowStart + 1, lines: null }
    const done = Math.floor((size * (group + 1)) / scan.ranges.length)
    options.onBytes?.(done - told)
    told = done
  }
}
