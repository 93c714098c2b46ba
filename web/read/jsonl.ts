/**
 * JSON Lines (one object a line, or as pretty-printers spread it from a line `{` to a line `}`) and a JSON array of objects. A whole number beyond 2^53, which JavaScript would round, is
 * taken as its digits, a text: such numbers are ids and codes.
 */
import type { Batch, Scan, ScanOptions } from './batch.js'
import { NoColumn } from './columns.js'
import { InputError, quote } from './errors.js'
import { parseJson } from './json.js'
import { Inside, isObject, whereInside } from './nested.js'
import { readLines, readText } from './text.js'

type Row = Record<string, unknown>

/**
 * Scans JSON Lines, plain or gzip; blank lines are skipped. A row may lack keys and bring new ones.
 * Errors: a line that is not JSON (a file cut short ends so) or not an object, no row at all in the file.
 */
export async function* scanJsonLines(path: string, options: ScanOptions): Scan {
  const keys = new Keys(path, options)
  let row = 1
  let line = 1
  let only: { rows: Row[]; lines: Uint32Array<ArrayBuffer> } | null = null // it may be a table itself, where no more come
  const spread: string[] = [] // lines of an object that is not whole yet
  for await (const texts of readLines(path, options.onBytes)) {
    const rows: Row[] = []
    const lines = new Uint32Array(texts.length)
    const firstRow = row
    for (const text of texts) {
      if (spread.length > 0 || text.trimEnd() === '{') spread.push(text)
      const whole = spread.length === 0 ? text : text.trimEnd() === '}' ? spread.join('\n') : ''
      if (whole.trim() !== '') {
        lines[rows.length] = line - Math.max(0, spread.length - 1)
        rows.push(parseRow(path, row++, lines[rows.length]!, whole))
        spread.length = 0
      }
      line++
    }
    if (rows.length === 0) continue
    const known = lines.subarray(0, rows.length)
    if (row === 2) {
      only = { rows, lines: known }
      continue
    }
    if (only !== null) yield keys.batch(only.rows, 1, only.lines)
    only = null
    yield keys.batch(rows, firstRow, known)
  }
  if (spread.length > 0) parseRow(path, row, line - spread.length, spread.join('\n'))
  if (row === 1) throw new InputError({ file: path }, 'an empty file', 'one JSON object a line')
  if (only === null) return
  refuseOthers(path, only.rows)
  yield keys.batch(only.rows, 1, only.lines)
}

/** Scans a file that is one JSON array of objects; the whole file is held in memory. Errors: as in JSON Lines. */
export async function* scanJsonArray(path: string, options: ScanOptions): Scan {
  const pieces: string[] = []
  for await (const text of readText(path, options.onBytes)) pieces.push(text)
  let value: unknown
  try {
    value = parseExact(pieces.join(''))
  } catch (error) {
    if (error instanceof RangeError)
      throw new InputError({ file: path }, 'a JSON array that is too long for one text', 'one object a line (jq -c ".[]" makes them)', { cause: error }) // prettier-ignore
    throw new InputError({ file: path }, `broken JSON (${(error as Error).message})`, 'an array of objects', {
      cause: error,
    })
  }
  if (!Array.isArray(value)) throw new InputError({ file: path }, kindOf(value), 'an array of objects')
  value.forEach((row: unknown, i) => {
    if (!isObject(row)) throw new InputError({ file: path, row: i + 1 }, kindOf(row), 'an object')
  })
  refuseOthers(path, value as Row[])
  const batch = new Keys(path, options).batch(value as Row[], 1, null)
  if (batch.rows > 0) yield batch
}

/** Cells that a table may have besides, and for each that has a value: rows with keys of their own make ever wider tables. */
const CELLS = 1 << 22
const SPARSE = 64

/** The union of the keys met so far, in order of first appearance. */
class Keys {
  private readonly names: string[] = []
  private readonly known = new Set<string>()
  private picked: number[] = []
  private present = 0
  private readonly file: string
  private readonly select: ScanOptions['select']

  private readonly inside: Inside | null

  constructor(file: string, options: ScanOptions) {
    this.file = file
    this.inside = options.nested ? new Inside() : null
    this.select = options.select
  }

  batch(rows: Row[], firstRow: number, lines: Uint32Array | null): Batch {
    const before = this.names.length
    for (const row of rows) {
      for (const name in row) {
        this.present++
        if (this.known.has(name)) continue
        this.known.add(name)
        this.names.push(name)
      }
      for (const name of this.inside?.add(row, this.known) ?? []) this.names.push(name)
    }
    if (this.names.length > before || firstRow === 1) this.picked = this.pick(rows)
    const table = firstRow - 1 + rows.length
    if (table * this.picked.length > CELLS + SPARSE * this.present)
      throw new InputError(
        { file: this.file },
        `${this.names.length} different keys in the first ${table} rows, of which a row has ${Math.round(this.present / table)}`,
        'columns, which most rows have (what differs from row to row can be a list under one key)',
      )
    // Own keys only: a row without the key "constructor" has no cell there.
    const columns = this.picked.map((at) => (at < 0 ? null : rows.map((row) => this.cell(row, this.names[at]))))
    return { columns, rows: rows.length, firstRow, lines }
  }

  private cell(row: Row, name: string): unknown {
    return Object.hasOwn(row, name) ? row[name] : this.inside?.cell(row, name)
  }

  private pick(rows: readonly Row[]): number[] {
    try {
      return this.select(this.names, 'jsonl')
    } catch (error) {
      throw error instanceof NoColumn ? whereInside(error, rows, this.inside !== null) : error
    }
  }
}

function parseRow(file: string, row: number, line: number, text: string): Row {
  let value: unknown
  try {
    value = parseExact(text)
  } catch (error) {
    throw new InputError({ file, row, line }, `${quote(text)} (${(error as Error).message})`, 'a JSON object', {
      cause: error,
    })
  }
  if (!isObject(value)) throw new InputError({ file, row, line }, kindOf(value), 'a JSON object')
  return value
}

/** Texts, which are passed over whole, and numbers. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g
const WHOLE = /^-?\d+$/

/** As parseJson, but for the numbers that it would change. */
function parseExact(text: string): unknown {
  const value = parseJson(text) // what is no JSON is refused as it stands
  if (!/\d{16}/.test(text)) return value
  const isLong = (token: string) => WHOLE.test(token) && !Number.isSafeInteger(Number(token))
  return JSON.parse(text.replace(TOKENS, (token) => (isLong(token) ? `"${token}"` : token)))
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'an array' : isObject(value) ? 'an object' : value === null ? 'null' : quote(value)
}

/** One object that is a table itself: column by column as pandas writes it, by its ids, or with its rows under a key. */
function refuseOthers(file: string, rows: readonly Row[]): void {
  const [only, more] = rows
  if (only === undefined || more !== undefined) return
  const values = Object.entries(only)
  const lists = values.filter(([, value]) => Array.isArray(value) && value.length > 1)
  const expected = 'rows: one object a line, or one array of objects'
  const objects = values.length > 1 && values.every(([, value]) => isObject(value))
  const columns = values.length > 1 && lists.length === values.length
  if (objects || columns)
    throw new InputError(
      { file },
      `one object of ${values.length} ${objects ? 'objects' : 'lists'}`,
      `${expected} (pandas: to_json(F, orient="records", lines=True))`,
    )
  const inner = lists.find(([, value]) => (value as unknown[]).every(isObject))
  if (
    inner !== undefined &&
    values.every(([, value]) => value === inner[1] || !Array.isArray(value)) &&
    !('item_id' in only)
  )
    throw new InputError(
      { file },
      `one object, whose ${quote(inner[0])} is a list of ${(inner[1] as unknown[]).length} objects`,
      `${expected} (jq -c '.[${JSON.stringify(inner[0])}][]' makes them)`,
    )
}
