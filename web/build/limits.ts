/** What fits in a bundle: said before anything is trained, and by the input's own names. */
import type { Config } from './config.js'
import { InputError, type Column, type Items, type Place } from '../read/index.js'

/** src/bundle/strings.h, attributes.h, policy.h and src/martello.h */
const MOST = { text: 4096, attributes: 64, attributeName: 120, events: 64, eventName: 24 }

const byteLength = (text: string) => Buffer.byteLength(text)
const sized = (text: string) =>
  `${JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)} of ${byteLength(text)} bytes`

export function checkItems(items: Items): void {
  const file = items.files.map((one) => one.path).join(', ')
  if (items.columns.length > MOST.attributes)
    throw new InputError(
      { file },
      `${items.columns.length} attributes`,
      `at most ${MOST.attributes} (config key "kinds": {"a column": "skip"} leaves one out)`,
    )
  for (const column of items.columns) {
    if (byteLength(column.name) > MOST.attributeName)
      throw new InputError({ file }, `a column ${sized(column.name)}`, `at most ${MOST.attributeName}`)
    if (column.kind === 'number') continue
    const long = (text: string | null) => text !== null && text.length > MOST.text / 4 && byteLength(text) > MOST.text
    const found = column.kind === 'text' ? column.values.findIndex(long) : column.names.findIndex(long)
    if (found < 0) continue
    const row = column.kind === 'text' ? found : rowWith(column, found)
    throw new InputError(
      { ...placeOf(items, row), field: column.name },
      sized((column.kind === 'text' ? column.values : column.names)[found]!),
      `at most ${MOST.text} bytes`,
    )
  }
}

export function checkEvents(events: Readonly<Record<string, number>>): void {
  const names = Object.keys(events)
  const place = { file: 'config', part: 'key "events"' }
  if (names.length > MOST.events)
    throw new InputError(place, `${names.length} names, the built-in ones included`, `at most ${MOST.events}`)
  const long = names.find((name) => byteLength(name) > MOST.eventName)
  if (long !== undefined) throw new InputError(place, sized(long), `at most ${MOST.eventName}`)
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
