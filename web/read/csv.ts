/** Comma, tab or semicolon separated text with a header line, parsed by Papa Parse piece by piece. */
import Papa from 'papaparse'
import { checkNames, type Batch, type Scan, type ScanOptions } from './batch.js'
import { InputError, quote } from './errors.js'
import { readText } from './text.js'

/** What Papa Parse's low-level parser gives for one piece of text. */
interface Piece {
  data: string[][]
  errors: { code: string; row: number }[]
  /** end of the last row that is complete */
  meta: { cursor: number }
}

/** An unclosed quote swallows the rest of the file: give up when one row is longer than this many characters. */
const ROW_MAX = 1 << 24

/**
 * Scans a delimited text file, plain or gzip, RFC 4180 quoting, any line ends; blank lines are skipped. The delimiter
 * is the given one, or what the header line has most of: comma, tab or semicolon.
 * Errors: empty file, a name twice, a row with too few or too many fields, a quote that is malformed or not closed.
 */
export async function* scanCsv(path: string, options: ScanOptions, delimiter?: string): Scan {
  let state: CsvState | null = null
  let rest = ''
  for await (const text of readText(path, options.onBytes)) {
    rest += text
    state ??= openCsv(path, rest, delimiter, false)
    if (state === null) continue
    const piece = state.parser.parse(rest, 0, true) as Piece
    const batch = toBatch(path, state, piece, rest.includes('"'), options)
    rest = rest.slice(piece.meta.cursor)
    if (rest.length > ROW_MAX) throw unclosed(path, state, 'a quote that is closed within the row')
    if (batch !== null) yield batch
  }
  state ??= openCsv(path, rest, delimiter, true)
  if (state === null) throw new InputError({ file: path }, 'an empty file', 'a header line with column names')
  const batch = toBatch(path, state, state.parser.parse(rest, 0, false) as Piece, rest.includes('"'), options)
  if (batch !== null) yield batch
  if (state.names === null) throw new InputError({ file: path }, 'blank lines only', 'a header line with column names')
}

interface CsvState {
  parser: Papa.Parser
  names: string[] | null
  picked: number[]
  /** number of the next row, from 1 */
  row: number
  /** line of the next row, from 1 */
  line: number
}

function openCsv(path: string, text: string, delimiter: string | undefined, atEnd: boolean): CsvState | null {
  const header = /^\n*([^\n]+)\n/.exec(text) ?? (atEnd ? /^\n*([^\n]+)$/.exec(text) : null)
  if (header === null) {
    if (text.length > ROW_MAX) throw new InputError({ file: path, line: 1 }, 'no end of line', 'a header line')
    return null
  }
  const parser = new Papa.Parser({ delimiter: delimiter ?? guessDelimiter(header[1]), newline: '\n' })
  return { parser, names: null, picked: [], row: 1, line: 1 }
}

function guessDelimiter(header: string): string {
  const count = (delimiter: string) => header.split(delimiter).length
  return [',', '\t', ';'].reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best))
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
      throw new InputError(
        placeOf(path, state),
        'a quote inside a quoted field',
        'it doubled ("") or the field closed before a delimiter',
      )
    }
    state.line += 1 + (quoted ? newlinesIn(cells) : 0)
    if (cells.length === 1 && cells[0] === '') continue
    if (state.names === null) {
      state.names = checkNames(path, cells)
      state.picked = options.select(state.names)
      columns = state.picked.map(() => [])
      continue
    }
    if (cells.length !== state.names.length) {
      throw new InputError(
        { file: path, row: state.row, line },
        fields(cells.length),
        `${state.names.length} as in the header`,
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
  return new InputError(placeOf(path, state), `a field that opens with ${quote('"')} and is not closed`, expected)
}
