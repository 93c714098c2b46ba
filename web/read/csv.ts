/**
 * Comma, tab, semicolon or bar separated text with a header line, parsed by Papa Parse piece by piece.
 *
 * Tab-separated files of databases and dumps (MySQL, Hive, IMDb, Last.fm) know no quoting, those of spreadsheets and data
 * frames do. A file is one of the former where a field opens with a quote that does not close before the field ends,
 * although the line has as many fields as the header.
 */
import Papa from 'papaparse'
import { checkNames, type Batch, type Quotes, type Scan, type ScanOptions } from './batch.js'
import { InputError, quote } from './errors.js'
import { areData, findHeader, placeName } from './header.js'
import { isRegular } from './bytes.js'
import { readLines, readText } from './text.js'

/** What Papa Parse's low-level parser gives for one piece of text. */
interface Piece {
  data: string[][]
  errors: { code: string; row: number }[]
  /** end of the last row that is complete */
  meta: { cursor: number }
}

/** An unclosed quote swallows the rest of the file: give up when one row is longer than this many characters. */
const ROW_MAX = 1 << 24
/** So many quotes out of place in one row do not come right with more text. */
const MANY = 1000

/**
 * Scans a delimited text file, plain or gzip, RFC 4180 quoting, any line ends; blank lines are skipped, and a first line
 * `sep=;`. The delimiter is the given one, or what the header line has most of: comma, tab, semicolon or bar; or `::`. Fields beyond
 * the header's are let go where they are empty, and the header where it comes again. Lines above it, and a file without one: see `heading`.
 * Errors: empty file, a name twice, a row with too few or too many fields, a quote that is malformed or not closed.
 */
export async function* scanCsv(path: string, options: ScanOptions, delimiter?: string): Scan {
  let state: CsvState | null = null
  let rest = ''
  let least = 0 // characters that make another look worth while, where the last one found no whole row
  const open = async (atEnd: boolean) => {
    const opened = openCsv(path, rest, delimiter, options, atEnd)
    if (opened === null || opened.delimiter !== '\t' || options.quote !== undefined) return opened
    const quotes = await openQuotes(path, '\t', opened)
    if (quotes !== null) options.onQuotes?.(quotes)
    return quotes?.stand ? openCsv(path, rest, delimiter, { ...options, quote: false }, atEnd) : opened
  }
  for await (const text of readText(path, options.onBytes)) {
    rest += text
    if (state === null && (state = await open(false)) !== null) rest = begin(state, rest, options)
    if (state === null || rest.length < least) continue
    const piece = state.parser.parse(rest, 0, true) as Piece
    const batch = toBatch(path, state, piece, rest.includes('"'), options)
    rest = rest.slice(piece.meta.cursor)
    least = piece.meta.cursor === 0 ? 2 * rest.length : 0
    if (least > 0 && piece.errors.length > MANY) throw within(path, state)
    if (rest.length > ROW_MAX && !rest.includes('"'))
      throw new InputError(placeOf(path, state), `a row of more than ${ROW_MAX} characters`, 'rows that end')
    if (rest.length > ROW_MAX) throw unclosed(path, state, 'a quote that is closed within the row')
    if (batch !== null) yield batch
  }
  if (state === null && (state = await open(true)) !== null) rest = begin(state, rest, options)
  if (state === null) throw new InputError({ file: path }, 'an empty file', 'a header line with column names')
  const batch = toBatch(path, state, state.parser.parse(rest, 0, false) as Piece, rest.includes('"'), options)
  if (batch !== null) yield batch
  if (state.names === null) throw new InputError({ file: path }, 'blank lines only', 'a header line with column names')
}

interface CsvState {
  parser: Papa.Parser
  delimiter: string
  names: string[] | null
  picked: number[]
  /** whether a line names the columns; false: all are rows */
  headed: boolean
  /** what stands above the header or the first row: so many lines, and as text */
  above: { lines: number; text: string }
  /** number of the next row, from 1 */
  row: number
  /** line of the next row, from 1 */
  line: number
}

/** What Excel writes, and reads, above a header. */
const SEP = /^\n*sep=(.)(?=\n)/i

function openCsv(
  path: string,
  text: string,
  given: string | undefined,
  { quote = true, heading }: ScanOptions,
  atEnd: boolean,
): CsvState | null {
  const said = SEP.exec(text)
  const body = said === null ? text : text.slice(said[0].length)
  const header = /^\n*([^\n]+)\n/.exec(body) ?? (atEnd ? /^\n*([^\n]+)$/.exec(body) : null)
  if (header === null) {
    if (text.length > ROW_MAX) throw new InputError({ file: path, line: 1 }, 'no end of line', 'a header line')
    return null
  }
  const cut = (line: string, delimiter: string) =>
    (new Papa.Parser({ delimiter, newline: '\n', ...(!quote && { fastMode: true }) }).parse(line, 0, false) as Piece).data[0] ?? [] // prettier-ignore
  const found = said === null && heading ? findHeader(body, heading, (line) => cut(line, given ?? guessDelimiter(line))) : null // prettier-ignore
  const delimiter = said?.[1] ?? given ?? guessDelimiter(found?.line ?? header[1])
  // without quoting it splits, whatever the quotes
  const parser = new Papa.Parser({ delimiter, newline: '\n', ...(!quote && { fastMode: true }) })
  const headed = !heading?.places || heading.isHeader(cut(found?.line ?? header[1], delimiter))
  const lines = found?.above ?? 0
  const above = { lines, text: text.split('\n', lines).map((line) => `${line}\n`).join('') } // prettier-ignore
  return { parser, delimiter, headed, above, names: null, picked: [], row: 1, line: 1 + lines }
}

/** The text without what stands above its header. */
function begin({ above }: CsvState, text: string, options: ScanOptions): string {
  if (above.lines > 0) options.onAbove?.({ lines: above.lines, first: above.text.trim().split('\n')[0]! })
  return text.slice(above.text.length)
}

/**
 * What a file's quotes leave open: the first row in which one stands for itself, from 1, or else the first in which a field
 * is quoted though nothing in it needs that, nor is the header. null where fields are quoted: all quotes close, or lines
 * break within them, so that a line has not as many fields as the header.
 */
async function openQuotes(path: string, delimiter: string, { headed, above }: CsvState): Promise<Quotes | null> {
  if (!(await isRegular(path))) return null // a pipe is read once
  let names = 0
  let row = headed ? -1 : 0
  let passed = 0
  let plain = 0
  let needless = 0
  let isSure = false
  for await (const lines of readLines(path))
    for (const line of lines) {
      if (passed++ < above.lines || line === '') continue
      row++
      if (names > 0 && !line.includes('"')) continue
      const fields = line.split(delimiter)
      if (names === 0) names = fields.length
      while (fields.length > names && fields.at(-1) === '') fields.pop()
      if (fields.length !== names) return null
      for (const field of fields) {
        if (!field.startsWith('"')) continue
        if (!QUOTED.test(field)) plain ||= row
        else if ((headed && row === 0) || NEEDS.test(field)) isSure = true
        else needless ||= row
      }
    }
  if (plain > 0) return { row: plain, stand: true }
  return needless > 0 && !isSure ? { row: needless, stand: false } : null
}

/** A field that is quoted whole, and one that spreadsheets would quote. */
const QUOTED = /^"(?:[^"]|"")*"$/
const NEEDS = /""|,|^" | "$/

function guessDelimiter(header: string): string {
  if (/::[^:]+::/.test(header)) return '::' // MovieLens
  const count = (delimiter: string) => header.split(delimiter).length
  return [',', '\t', ';', '|'].reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best))
}

function toBatch(path: string, state: CsvState, piece: Piece, quoted: boolean, options: ScanOptions): Batch | null {
  const { data, errors } = piece
  // While more text is to come the last row is parsed again, so what was wrong with it is not wrong yet.
  const wrong = errors.find((error) => error.row < data.length)
  const lines = new Uint32Array(data.length)
  const firstRow = state.row
  let columns: string[][] = state.picked.map(() => [])
  let rows = 0
  for (let i = 0; i < data.length; i++) {
    const cells = data[i]
    const line = state.line
    if (wrong?.row === i) {
      if (wrong.code === 'MissingQuotes') throw unclosed(path, state, 'a closing quote')
      throw within(path, state)
    }
    state.line += 1 + (quoted ? newlinesIn(cells) : 0)
    if (cells.length === 1 && cells[0] === '') continue
    if (state.names === null && line === 1 && /^sep=$/i.test(cells.join(''))) continue
    if (state.names === null) {
      state.names = state.headed ? headerNames(path, cells, options) : cells.map((_, c) => placeName(c))
      state.picked = options.select(state.names, 'csv')
      columns = state.picked.map(() => [])
      if (state.headed) continue
    }
    while (cells.length > state.names.length && cells.at(-1) === '') cells.pop()
    if (isHeader(cells, state.names)) {
      options.onHeader?.(state.row)
      continue
    }
    if (cells.length !== state.names.length) {
      throw new InputError(
        { file: path, row: state.row, line },
        fields(cells.length),
        `${state.names.length} as in the ${state.headed ? 'header' : 'first row'}`,
      )
    }
    for (let c = 0; c < columns.length; c++) columns[c].push(cells[state.picked[c]])
    lines[rows++] = line
    state.row++
  }
  if (rows === 0) return null
  return {
    columns: columns.map((column, c) => (state.picked[c] < 0 ? null : column)),
    rows,
    firstRow,
    lines: lines.subarray(0, rows),
  }
}

/** Where the names are a row of data, that no part is among them says more than that one comes twice. */
function headerNames(path: string, cells: string[], options: ScanOptions): string[] {
  try {
    return checkNames(path, cells)
  } catch (error) {
    if (areData(cells)) options.select(cells, 'csv')
    throw error
  }
}

/** Whether a row is the header once more; a name alone may be a value. */
const isHeader = (cells: readonly string[], names: readonly string[]): boolean =>
  names.length > 1 && cells.length === names.length && names.every((name, c) => cells[c]!.trim() === name)

function newlinesIn(cells: string[]): number {
  let count = 0
  for (const cell of cells) for (let at = cell.indexOf('\n'); at >= 0; at = cell.indexOf('\n', at + 1)) count++
  return count
}

function fields(count: number): string {
  return count === 1 ? '1 field' : `${count} fields`
}

function placeOf(path: string, state: CsvState) {
  return state.names === null ? { file: path, line: state.line } : { file: path, row: state.row, line: state.line }
}

function unclosed(path: string, state: CsvState, expected: string): InputError {
  return new InputError(
    placeOf(path, state),
    `a field that opens with ${quote('"')} and is not closed`,
    `${expected} (config "quote": false reads quotes as they stand)`,
  )
}

const within = (path: string, state: CsvState): InputError =>
  new InputError(
    placeOf(path, state),
    'a quote inside a quoted field',
    'it doubled ("") or the field closed before a delimiter (config "quote": false reads quotes as they stand)',
  )
