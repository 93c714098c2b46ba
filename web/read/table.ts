/**
 * One way in for every table format: the format is found, then scanned in column-wise batches. A folder or a pattern is one table,
 * whose columns are those of all its files, and of the folders that say something of what is in them.
 */
import type { Batch, Cell, Format, Scan, ScanOptions } from './batch.js'
import { fileSize, firstBytes, type Progress } from './bytes.js'
import { scanCsv } from './csv.js'
import { InputError, quoteList } from './errors.js'
import { scanJsonArray, scanJsonLines } from './jsonl.js'
import { scanLines } from './lines.js'
import { partitionOf, partsOf, totalSize } from './parts.js'
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

/** Scans a table of any format in batches, a file or several (parts.ts); see ScanOptions for how columns are chosen. */
export async function* scanTable(path: string, options: ScanOptions): Scan {
  const parts = await partsOf(path)
  if (parts.length === 1 && parts[0] === path) return yield* scanFile(path, options)
  const { heading, onAbove, onQuotes } = options
  const names: string[] = [] // of all parts, in order of appearance
  let picked: number[] = []
  let before = 0
  let said = false // of how the files are written, the first says enough
  for (const file of parts) {
    const partition = partitionOf(path, file)
    let own: number[] = [] // where the picked columns stand in this file, -1 where it has none of them
    const select = (found: readonly string[], format: Format): number[] => {
      const known = names.length
      for (const name of [...found, ...partition.keys()]) if (!names.includes(name)) names.push(name)
      if (names.length > known) picked = options.select(names, format)
      own = picked.map((at) => found.indexOf(names[at] ?? ''))
      return own
    }
    const isHeader = (cells: readonly string[]) => heading!.isHeader([...cells, ...partition.keys()])
    const rest = { ...(heading && { heading: { ...heading, isHeader } }), ...(said && onAbove && { onAbove: () => {} }), ...(said && onQuotes && { onQuotes: () => {} }) } // prettier-ignore
    const onHeader = options.onHeader && ((row: number) => options.onHeader!(before + row))
    let rows = 0
    for await (const batch of scanFile(file, { ...options, ...rest, select, ...(onHeader && { onHeader }) })) {
      const lacking = (c: number): Cell[] => new Array<Cell>(batch.rows).fill(partition.get(names[picked[c]!]!))
      const columns = batch.columns.map((cells, c) => (picked[c]! < 0 ? null : own[c]! < 0 ? lacking(c) : cells))
      yield { ...batch, columns, firstRow: before + batch.firstRow, part: { file, before } } satisfies Batch
      rows = batch.firstRow - 1 + batch.rows
    }
    before += rows
    said = true
  }
}

async function* scanFile(path: string, options: ScanOptions): Scan {
  const format = await formatOf(path)
  switch (format) {
    case 'csv':
      return yield* scanLines((asked) => scanCsv(path, asked), options)
    case 'tsv':
      return yield* scanLines((asked) => scanCsv(path, asked, '\t'), options)
    case 'jsonl':
      return yield* scanJsonLines(path, options)
    case 'json':
      return yield* scanJsonArray(path, options)
    case 'parquet':
      return yield* (await import('./parquet.js')).scanParquet(path, options)
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
    onBytes: options.onProgress && counter(options.onProgress, await totalSize([path])),
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

/** Adds up byte counts for a progress callback, and asks how many rows there are by then. */
export function counter(onProgress: Progress, bytesTotal: number, rows?: () => number): (count: number) => void {
  let bytesDone = 0
  return (count) => onProgress((bytesDone += count), bytesTotal, rows?.())
}
