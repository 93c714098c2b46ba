/** What fits in a bundle: said before anything is trained, and by the input's own names. */
import type { Config } from './config.js'
import { InputError, type Column, type Items, type Place } from '../read/index.js'
import { ATTRIBUTE_NAME, MAX_ATTRIBUTES, MAX_EVENTS, NAME_BYTES, STRING_BYTES } from '../generated/numbers.js'

const byteLength = (text: string) => Buffer.byteLength(text)
const sized = (text: string) =>
  `${JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)} of ${byteLength(text)} bytes`

export function checkItems(items: Items): void {
  const file = items.files.map((one) => one.path).join(', ')
  if (items.columns.length > MAX_ATTRIBUTES)
    throw new InputError(
      { file },
      `${items.columns.length} attributes`,
      `at most ${MAX_ATTRIBUTES} (config key "kinds": {"a column": "skip"} leaves one out)`,
    )
  for (const column of items.columns) {
    if (byteLength(column.name) > ATTRIBUTE_NAME)
      throw new InputError({ file }, `a column ${sized(column.name)}`, `at most ${ATTRIBUTE_NAME}`)
    if (column.kind === 'number') continue
    const long = (text: string | null) =>
      text !== null && text.length > STRING_BYTES / 4 && byteLength(text) > STRING_BYTES
    const found = column.kind === 'text' ? column.values.findIndex(long) : column.names.findIndex(long)
    if (found < 0) continue
    const row = column.kind === 'text' ? found : rowWith(column, found)
    throw new InputError(
      { ...placeOf(items, row), field: column.name },
      sized((column.kind === 'text' ? column.values : column.names)[found]!),
      `at most ${STRING_BYTES} bytes`,
    )
  }
}

export function checkEvents(events: Readonly<Record<string, number>>): void {
  const names = Object.keys(events)
  const place = { file: 'config', part: 'key "events"' }
  if (names.length > MAX_EVENTS)
    throw new InputError(place, `${names.length} names, the built-in ones included`, `at most ${MAX_EVENTS}`)
  const long = names.find((name) => byteLength(name) > NAME_BYTES)
  if (long !== undefined) throw new InputError(place, sized(long), `at most ${NAME_BYTES}`)
}

export function checkRatings(ratings: Config['ratings']): void {
  if (ratings !== undefined && ratings.zero === ratings.one)
    throw new InputError({ file: 'config', part: 'key "ratings"' }, JSON.stringify(ratings), 'two different ratings')
}

function rowWith(column: Extract<Column, { kind: 'category' | 'multi' }>, value: number): number {
  const at = column.values.indexOf(value)
  return column.kind === 'category' ? at : column.offsets.findLastIndex((first) => first <= at)
}

/** Where row `row` of all files together stands. */
function placeOf(items: Items, row: number): Place {
  let first = 0
  for (const { path, rows } of items.files) {
    if (row < first + rows) return { file: path, row: row - first + 1 }
    first += rows
  }
  return { file: 'items' }
}
