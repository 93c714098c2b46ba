/** What fits in a bundle: said before anything is trained, by the input's own names, and cut where that is harmless. */
import type { Config } from './config.js'
import type { Events } from './events.js'
import {
  InputError,
  quoteList,
  type Column,
  type Embeddings,
  type Interactions,
  type Items,
  type Place,
} from '../read/index.js'
import {
  ATTRIBUTE_NAME,
  DIM_MAX,
  DIM_MIN,
  EVENT_NAME_BYTES,
  MAX_ATTRIBUTES,
  MAX_EVENTS,
  STRING_BYTES,
} from '../generated/numbers.js'
import { isLong } from './sections/attributes.js'

const byteLength = (text: string) => Buffer.byteLength(text)
const sized = (text: string) =>
  `${JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)} of ${byteLength(text)} bytes`

/** A catalogue as it fits in a bundle, and what was left out of it or cut. */
export function fitting(items: Items): { items: Items; remarks: string[] } {
  const named = items.columns.filter((column) => byteLength(column.name) <= ATTRIBUTE_NAME)
  const long = items.columns.filter((column) => !named.includes(column)).map(({ name }) => name)
  const columns = mostUseful(named, MAX_ATTRIBUTES)
  const surplus = named.filter((column) => !columns.includes(column)).map(({ name }) => name)
  const remarks = columns.flatMap((column) => cutTexts(items, column))
  if (long.length > 0)
    remarks.push(
      `look: names of attributes take ${ATTRIBUTE_NAME} bytes at most; ` +
        `left out: ${quoteList(long)}; ${skipping(long)} says so`,
    )
  if (surplus.length > 0) {
    const kept = columns.map(({ name }) => name).filter((name) => name !== 'title')
    remarks.push(
      `look: ${named.length} attributes, of which a bundle takes ${MAX_ATTRIBUTES}; left out: ${quoteList(surplus, MAX_ATTRIBUTES)}; ` +
        `"keep": ${JSON.stringify(kept)} says which are kept`,
    )
  }
  return { items: { ...items, columns }, remarks }
}

/** The config line that leaves columns out. */
export const skipping = (names: readonly string[]) =>
  `"kinds": ${JSON.stringify(Object.fromEntries(names.map((name) => [name, 'skip'])))}`

/** At most so many, in their order: those that say nothing go first, then those that say the same of all, then the last. */
function mostUseful(columns: Column[], most: number): Column[] {
  const use = (column: Column) => Math.min(2, distinctUpTo(column, 2))
  const order = [...columns.keys()].sort((a, b) => use(columns[b]!) - use(columns[a]!) || a - b)
  const kept = new Set(order.slice(0, most))
  return columns.filter((_, at) => kept.has(at))
}

function distinctUpTo(column: Column, most: number): number {
  if (column.kind === 'category' || column.kind === 'multi') return column.names.length
  const found = new Set<string | number>()
  for (const value of column.values) {
    if (value !== null && !Number.isNaN(value)) found.add(value)
    if (found.size >= most) break
  }
  return found.size
}

/** What is said of texts that are longer than a bundle shows. */
function cutTexts(items: Items, column: Column): string[] {
  if (column.kind !== 'text') return []
  const long = column.values.flatMap((text, row) => (text !== null && isLong(text) ? [row] : []))
  if (long.length === 0) return []
  const { file, row } = placeOf(items, long[0]!)
  return [
    `${column.name}: ${long.length} of ${items.rows} texts ${long.length === 1 ? 'is' : 'are'} longer than ${STRING_BYTES} bytes ` +
      `(${file}, row ${row}: ${byteLength(column.values[long[0]!]!)}) and shown up to there; search knows all of them`,
  ]
}

export function checkEmbeddings({ path, rows, dim }: Embeddings): void {
  if (dim < DIM_MIN || dim > DIM_MAX)
    throw new InputError(
      { file: path },
      `${rows} vectors of ${dim} dimensions`,
      `${DIM_MIN} to ${DIM_MAX} (vectors of a model that was trained for it may be cut, others reduced by PCA)`,
    )
}

export function checkEvents({ weights, list }: Events, log: Interactions | null): void {
  const names = [...weights.keys()]
  const place = { file: 'config', part: 'key "events"' }
  if (names.length > MAX_EVENTS)
    throw new InputError(place, `${names.length} names, the built-in ones included`, `at most ${MAX_EVENTS}`)
  const long = names.find((name) => byteLength(name) > EVENT_NAME_BYTES)
  if (long !== undefined) throw new InputError(place, sized(long), `at most ${EVENT_NAME_BYTES}`)
  const unmet = list.filter(({ count }) => count === 0)
  const meant = unmet.flatMap((one) => one.meant ?? [])
  if (meant.length > 0)
    throw new InputError(
      place,
      `${quoteList(unmet.map(({ name }) => name))}, as no event of ${log!.files[0]?.path ?? 'the log'} is named`,
      `${quoteList(meant)} (the log has ${quoteList(log!.event!.names)})`,
    )
}

export function checkRatings(ratings: Config['ratings']): void {
  if (ratings && ratings.zero === ratings.one)
    throw new InputError({ file: 'config', part: 'key "ratings"' }, JSON.stringify(ratings), 'two different ratings')
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
