/** What is wrong with an input file, said so that a person can go and fix it. */

/** Where in the input: every part that is known. */
export interface Place {
  /** the path as the person gave it */
  file: string
  /** data row, from 1, the header not counted */
  row?: number
  /** line of a text file, from 1, as an editor shows it; said only where it differs from the row */
  line?: number
  /** a part of a file that is no table: `array "x"` of an .npz, `row 3, column 5` of a matrix */
  part?: string
  /** column or field name */
  field?: string
}

/**
 * The input is wrong (exit code 1 of the command line). The message is one sentence:
 * `ratings.csv, row 3 (line 4), column "rating": found "good", expected a number`.
 */
export class InputError extends Error {
  readonly place: Place
  readonly found: string
  readonly expected: string

  constructor(place: Place, found: string, expected: string, options?: ErrorOptions) {
    super(`${oneLine(nameOf(place))}: found ${oneLine(found)}, expected ${oneLine(expected)}`, options)
    this.name = 'InputError'
    this.place = place
    this.found = found
    this.expected = expected
  }
}

const PART_MAX = 1500

/** Whatever a file calls its parts: no line ends, nothing that a terminal obeys, and no more than people read. */
export function oneLine(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
  return line.length > PART_MAX ? `${line.slice(0, PART_MAX)}…` : line
}

/**
 * What a library found wrong with a file, in brackets for the end of a message. Nothing where it only stumbled over what no
 * good file holds: that the file is damaged says more than the platform's words.
 */
export function reasonOf(error: unknown): string {
  const { name, message } = error as Error
  return name === 'TypeError' || name === 'RangeError' ? '' : ` (${message})`
}

/** Told of what is wrong with a cell. */
export type Fault = (error: InputError) => void

export const throwIt: Fault = (error) => {
  throw error
}

/** Several at once, a line each: the first is its place, all are its message. */
export class InputErrors extends InputError {
  readonly errors: readonly InputError[]

  constructor(errors: readonly InputError[]) {
    const [first] = errors as [InputError]
    super(first.place, first.found, first.expected, { cause: first.cause })
    this.message = errors.map(({ message }) => message).join('\n')
    this.errors = errors
  }
}

/** One error of one or several. */
export const together = (errors: readonly InputError[]): InputError =>
  errors.length === 1 ? errors[0]! : new InputErrors(errors)

/** `ratings.csv, row 3 (line 4), column "rating"` */
export function nameOf(place: Place): string {
  let name = place.file
  if (place.part !== undefined) name += `, ${place.part}`
  if (place.row !== undefined) name += `, ${rowName(place.row, place.line)}`
  else if (place.line !== undefined) name += `, line ${place.line}`
  if (place.field !== undefined) name += `, column ${quote(place.field)}`
  return name
}

/** `row 3 (line 4)`, or `row 3` where the line says nothing more. */
export function rowName(row: number, line?: number): string {
  return line === undefined || line === row ? `row ${row}` : `row ${row} (line ${line})`
}

const QUOTED_MAX = 60

/** A value as it stood in the file, cut to what fits in a message. */
export function quote(value: unknown): string {
  if (value === undefined || value === null || value === '') return 'nothing'
  const text =
    typeof value === 'string' ? JSON.stringify(value) : typeof value === 'object' ? shortJson(value) : String(value)
  return text.length > QUOTED_MAX ? `${text.slice(0, QUOTED_MAX)}…` : text
}

function shortJson(value: object): string {
  try {
    return JSON.stringify(value, (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v))
  } catch {
    return Object.prototype.toString.call(value)
  }
}

/** `"a", "b", "c" and 12 more`, for column names and the like. */
export function quoteList(values: readonly string[], most = 20): string {
  if (values.length === 0) return 'none'
  const shown = values
    .slice(0, most)
    .map((value) => (value === '' ? '""' : quote(value)))
    .join(', ')
  return values.length > most ? `${shown} and ${values.length - most} more` : shown
}

/** An error of the file system in the same words; anything else is passed through unchanged. */
export function fileError(path: string, error: unknown, expected = 'a file that can be read'): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  const place = { file: path }
  switch (code) {
    case 'ENOENT':
      return new InputError(place, 'no such file or folder', expected, { cause: error })
    case 'EISDIR':
      return new InputError(place, 'a directory', expected, { cause: error })
    case 'ENOTDIR':
      return new InputError(place, 'no such folder', expected, { cause: error })
    case 'EACCES':
    case 'EPERM':
    case 'ERR_ACCESS_DENIED': // Node's own permissions
      return new InputError(place, 'a file that may not be read', expected, { cause: error })
    default:
      return error
  }
}
