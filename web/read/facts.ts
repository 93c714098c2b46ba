/**
 * What readers learn on their way beside the values: facts, as data. Sentences about them are made in build/account.ts,
 * and those about guesses of kinds in guesses.ts; a reader says nothing itself.
 */

import type { Column } from './attribute.js'
import type { Above, Quotes, ScanOptions } from './batch.js'
import { isoText } from './dates.js'
import type { Floats } from './intern.js'

/** One column of a file, as it was taken. */
export interface ColumnFacts {
  name: string
  /** The part that it plays, such as `item_id` or `attribute`; null: it is not used. */
  role: string | null
  /** What its cells are: `id`, `number`, `time`, `event`, an attribute's kind, or as `float32 × 64`; null where it is not used. */
  kind: string | null
  /** What stands before or after its numbers, such as `€`. */
  unit?: string
  /** Cells with a value, and those without. Absent where the column is not used. */
  values?: number
  missing?: number
  /** The first few different values, as they were understood. */
  examples: string[]
  /** What made its kind another one than most of its cells have, or what was read as missing. */
  exceptions: ExceptionFacts[]
}

/** Cells that are not as the others of their column are. */
export interface ExceptionFacts {
  /** The first of them: its data row, from 1, and what stood there. */
  row: number
  found: string
  /** How many there are, and what the others are: "99 of 100 are numbers". */
  count: number
  others: string
}

/** Rows that were read and left out. */
export interface LeftOut {
  rows: number
  /** Why, such as `no user_id`. */
  why: string
  /** The first of them, from 1. */
  row: number
}

/** Counts a row that is left out. */
export function leaveOut(left: LeftOut[], why: string, row: number): void {
  const known = left.find((one) => one.why === why)
  if (known === undefined) left.push({ rows: 1, why, row })
  else known.rows++
}

/** A file, as it was taken. */
export interface FileFacts {
  path: string
  /** Rows that were taken. */
  rows: number
  columns: ColumnFacts[]
  left: LeftOut[]
  /** What was done with the file that people may want to know, or to do otherwise. */
  notes?: FileNote[]
}

/** A file as some readers know it: at least its name and how many rows were taken. */
export type FileTaken = Pick<FileFacts, 'path' | 'rows'> & Partial<FileFacts>

/** A choice that a reader made, as data. */
export type FileNote =
  /** Whole numbers written as floats were read as the whole numbers: so many of the different ids of the column. */
  | ({ note: 'floats'; column: string } & Floats)
  /** The column that the config names is not in the file, so that the usual names decided. */
  | { note: 'fallback'; role: string; wanted: string; column: string | null }
  /** This column's values are items of the other file, so many of so many; those of `instead` are not. `taken`: as item_id. */
  | { note: 'met'; column: string; matched: number; of: number; instead: string | null; taken: boolean }
  /** The log has no times; this column, which plays no part, looks like dates. */
  | { note: 'dates'; column: string }
  /** These columns stand on the first row of an order alone, and hold for the others, so many; `by` tells the orders apart. */
  | { note: 'orders'; by: string; columns: string[]; rows: number }
  /** So many rows name no person; this column, which plays no part, tells people apart in `filled` of them all. */
  | { note: 'people'; column: string; filled: number; missing: number; of: number }
  /** Words stand behind all ratings, as in this cell. */
  | { note: 'words'; column: string; example: string }
  /** The file's quotes stand for themselves, since that of the row does not close where its field ends; or they are taken off. */
  | ({ note: 'quotes' } & Quotes)
  /** Lines above the header were passed over. */
  | ({ note: 'above' } & Above)
  /** The first line, taken for the header, looks like a row; the config that names columns by place. */
  | { note: 'headless'; first: string[]; config: string }

/** Options of a scan that notes how a file's quotes were read, what stands above its header, and where that comes again. */
export const quoting = (
  quote: boolean | undefined,
  facts: FileFacts,
): Pick<ScanOptions, 'quote' | 'onQuotes' | 'onAbove' | 'onHeader'> => ({
  ...(quote !== undefined && { quote }),
  onHeader: (row) => leaveOut(facts.left, 'the header again', row),
  onQuotes: (quotes) => (facts.notes ??= []).push({ note: 'quotes', ...quotes }),
  onAbove: (above) => (facts.notes ??= []).push({ note: 'above', ...above }),
})

/** Facts of a column that begins to be read. */
export const columnFacts = (name: string, role: string | null, kind: string | null): ColumnFacts => ({
  name,
  role,
  kind,
  ...(role !== null && { values: 0, missing: 0 }),
  examples: [],
  exceptions: [],
})

const EXAMPLES = 3
const LONGEST_EXAMPLE = 40

/** Keeps a value as an example of its column, as long as there are few. */
export function keepExample({ examples }: ColumnFacts, value: string): void {
  const short = value.length > LONGEST_EXAMPLE ? `${value.slice(0, LONGEST_EXAMPLE - 1)}…` : value
  if (examples.length < EXAMPLES && !examples.includes(short)) examples.push(short)
}

/** Writes down that a column wrote so many whole numbers as floats, if it did. */
export function noteFloats(facts: Pick<FileFacts, 'notes'>, column: string | undefined, floats: Floats): void {
  if (floats.ids > 0) (facts.notes ??= []).push({ note: 'floats', column: column!, ...floats })
}

/** Writes down that ratings have words behind them, if they do. */
export function noteWords(facts: Pick<FileFacts, 'notes'>, column: string | undefined, example: string | null): void {
  if (example !== null) (facts.notes ??= []).push({ note: 'words', column: column!, example })
}

/** Fills in what an attribute of rows `from` to before `to` holds. */
export function describe(facts: ColumnFacts, column: Column, from: number, to: number): void {
  facts.kind = column.kind
  let values = 0
  for (let row = from; row < to; row++) {
    const found = valueAt(column, row)
    if (found === null) continue
    values++
    keepExample(facts, found)
  }
  facts.values = values
  facts.missing = to - from - values
}

function valueAt(column: Column, row: number): string | null {
  switch (column.kind) {
    case 'text':
      return column.values[row] ?? null
    case 'category':
      return column.values[row]! < 0 ? null : column.names[column.values[row]!]!
    case 'multi': {
      const [first, end] = [column.offsets[row]!, column.offsets[row + 1]!]
      return first === end ? null : Array.from(column.values.subarray(first, end), (v) => column.names[v]).join('|')
    }
    case 'number':
      return Number.isNaN(column.values[row]!) ? null : String(column.values[row])
    case 'date':
      return Number.isNaN(column.values[row]!) ? null : (isoText(column.values[row]!) ?? null)
  }
}
