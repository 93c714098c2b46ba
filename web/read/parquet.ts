/** Apache Parquet, one row group at a time and only the columns asked for, by hyparquet. */
import { asyncBufferFromFile, parquetScan, parquetSchema, type ParquetScan } from 'hyparquet'
import { checkNames, type Scan, type ScanOptions, type NumberLists } from './batch.js'
import { fileSize } from './bytes.js'
import { InputError, reasonOf } from './errors.js'
import { numberListsIn, readNumberLists } from './number-lists.js'
import { Pages } from './pages.js'
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
  const pages = new Pages(file)
  let scan: ParquetScan
  try {
    scan = await parquetScan({ file, compressors: pages.compressors, parsers: TIMES })
  } catch (error) {
    throw new InputError({ file: path }, `no readable footer${reasonOf(error)}`, 'a whole Parquet file', {
      cause: error,
    })
  }
  const found: unknown[] = parquetSchema(scan.metadata).children.map((child) => child.element.name)
  if (!found.every((name) => typeof name === 'string'))
    throw new InputError({ file: path }, 'a column without a name', 'a whole Parquet file')
  const names = checkNames(path, found)
  const groups = scan.metadata.row_groups.filter((group) => group.num_rows > 0) // as ranges are
  const chunks = (group: number, name: string) =>
    groups[group].columns.flatMap(({ meta_data: one }) => (one?.path_in_schema?.[0] === name ? [one] : []))
  const picked = options.select(names, 'parquet')
  let told = 0
  for (const [group, range] of scan.ranges.entries()) {
    const rows = range.rowEnd - range.rowStart
    const columns: (ArrayLike<unknown> | null)[] = []
    const lists: (NumberLists | null)[] = []
    for (const at of picked) {
      lists.push(null)
      if (at < 0) {
        columns.push(null)
        continue
      }
      const place = { file: path, field: names[at] }
      const column = found[at]
      const parts = chunks(group, column)
      let cells: ArrayLike<unknown>
      try {
        if (options.lists === true && numberListsIn(scan.metadata, parts)) {
          columns.push(null)
          lists[lists.length - 1] = await readNumberLists(pages, scan.metadata, parts[0]!, rows)
          continue
        }
        await pages.expect(scan.metadata.schema, parts)
        cells = await scan.readColumn({ column, ...range })
      } catch (error) {
        const kind = /^parquet (\w+) not supported$/.exec((error as Error).message)?.[1]
        if (kind !== undefined)
          throw new InputError(
            place,
            `values of type ${kind}, which is not read`,
            `numbers, texts, times or lists (config "kinds": {${JSON.stringify(names[at])}: "skip"} leaves a column of a catalogue out)`,
          )
        throw new InputError(
          place,
          `unreadable data in row group ${group + 1}${reasonOf(error)}`,
          'a whole Parquet file',
          { cause: error },
        )
      }
      if (cells.length !== rows) {
        throw new InputError(place, `${cells.length} values in row group ${group + 1}`, `${rows} as the footer says`)
      }
      columns.push(cells)
    }
    if (rows > 0) yield { columns, rows, firstRow: range.rowStart + 1, lines: null, ...(options.lists && { lists }) }
    const done = Math.floor((size * (group + 1)) / scan.ranges.length)
    options.onBytes?.(done - told)
    told = done
  }
}
