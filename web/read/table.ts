/** One way in for every table format: the format is found, then scanned in column-wise batches. */
import type { Cell, Format, Scan, ScanOptions } from './batch.js'
import { fileSize, firstBytes, type Progress } from './bytes.js'
import { scanCsv } from './csv.js'
import { InputError, quoteList } from './errors.js'
import { scanJsonArray, scanJsonLines } from './jsonl.js'
import { scanParquet } from './parquet.js'
import { readText } from './text.js'

const BY_EXTENSION: Record<string, Format> = {
  csv: 'csv',
  tsv: 'tsv',
  tab: 'tsv',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  parquet: 'parquet',
  pq: 'parquet',
}

/** A whole table in memory, column by column. */
export interface Table {
  names: string[]
  /** columns[c][row] */
  columns: Cell[][]
  rows: number
}

/**
 * The format of a table file: by its extension (`.gz` set aside) if that says something, else by its content.
 * Parquet is always told by its content, JSON by whether it opens with `[`.
 */
export async function formatOf(path: string): Promise<Format> {
  const extension = /\.([a-z]+)(\.gz)?$/i.exec(path)?.[1].toLowerCase() ?? ''
  await fileSize(path)
  const start = (await firstBytes(path, 4)).toString('latin1')
  if (start === 'PAR1') return 'parquet'
  if (start === 'PARE') throw new InputError({ file: path }, 'an encrypted Parquet file', 'one without encryption')
  const known = BY_EXTENSION[extension]
  if (known === 'parquet') {
    throw new InputError({ file: path }, 'no Parquet signature "PAR1" at its start', 'a Parquet file')
  }
  if (known !== undefined && known !== 'jsonl') return known
  for await (const text of readText(path)) {
    const first = /\S/.exec(text)?.[0]
    if (first === '[') return 'json'
    if (first === '{') return 'jsonl'
    if (first !== undefined) break
  }
  return known ?? 'csv'
}

/** Scans a table file of any format in batches; see ScanOptions for how columns are chosen. */
export async function* scanTable(path: string, options: ScanOptions): Scan {
  const format = await formatOf(path)
  switch (format) {
    case 'csv':
      return yield* scanCsv(path, options)
    case 'tsv':
      return yield* scanCsv(path, options, '\t')
    case 'jsonl':
      return yield* scanJsonLines(path, options)
    case 'json':
      return yield* scanJsonArray(path, options)
    case 'parquet':
      return yield* scanParquet(path, options)
  }
}

/** Reads a table, or the columns of it that are named. Errors: a named column that is not there, and the formats'. */
export async function readTable(
  path: string,
  options: { columns?: readonly string[]; onProgress?: Progress } = {},
): Promise<Table> {
  const table: Table = { names: [], columns: [], rows: 0 }
  const select = (found: readonly string[]) => {
    table.names = [...(options.columns ?? found)]
    return table.names.map((name) => found.indexOf(name))
  }
  let seen: readonly string[] = []
  const scan = scanTable(path, {
    select: (names) => select((seen = names)),
    onBytes: options.onProgress && counter(options.onProgress, await fileSize(path)),
  })
  for await (const batch of scan) {
    batch.columns.forEach((cells, c) => {
      table.columns[c] ??= new Array<Cell>(table.rows).fill(undefined)
      for (let i = 0; i < batch.rows; i++) table.columns[c].push(cells === null ? undefined : cells[i])
    })
    table.rows += batch.rows
  }
  const missing = table.names.find((name) => !seen.includes(name))
  if (missing !== undefined) {
    throw new InputError({ file: path }, `the columns ${quoteList(seen)}`, `a column ${quoteList([missing])}`)
  }
  table.names.forEach((_, c) => {
    table.columns[c] ??= []
  })
  return table
}

/** Adds up byte counts for a progress callback. */
export function counter(onProgress: Progress, bytesTotal: number): (count: number) => void {
  let bytesDone = 0
  return (count) => onProgress((bytesDone += count), bytesTotal)
}
