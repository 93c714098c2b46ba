/**
 * Where a text file's columns get their names: from a line that names the parts of a table, perhaps below the title and the
 * comments of a report; or, without any, from their places.
 */
import type { Heading } from './batch.js'

/** What a column is called in a file without a header; `c` counts from 0. */
export const placeName = (c: number): string => `column ${c + 1}`
const PLACE = /^column [1-9]\d*$/

/** The header of a file that was read before, by the names of its columns. */
export const headingBy = (names: readonly string[]): Heading => ({
  isHeader: (cells) => contains(cells, names),
  places: names.some((name) => PLACE.test(name)), // beside what folders say
})

const contains = (cells: readonly string[], names: readonly string[]): boolean => {
  const trimmed = new Set(cells.map((cell) => cell.trim()))
  return names.every((name) => trimmed.has(name))
}

/** A report says no more than that above its header. */
const MOST_ABOVE = 50

/**
 * The first line that names columns, if what stands above are comments, or lines of fewer cells; else the first line that has
 * as many cells as the two below it, if those above are comments or titles. null: the first line as ever.
 */
export function findHeader(
  text: string,
  { isHeader }: Heading,
  cut: (line: string) => string[],
): { line: string; above: number } | null {
  const lines = text.split('\n', MOST_ABOVE + 3)
  const cells = lines.map((line) => (line.trim() === '' ? [] : cut(line)))
  const widths = cells.map((row) => row.filter((cell) => cell.trim() !== '').length)
  const first = widths.findIndex((width) => width > 0)
  if (first < 0 || isHeader(cells[first]!)) return null
  const isAbove = (at: number) => (line: string, i: number) =>
    i >= at || line.startsWith('#') || widths[i]! < Math.min(3, widths[at]! / 2 + 0.1)
  const isComment = (line: string) => line.startsWith('#')
  const names = cells.findIndex((row, i) => i > first && row.length > 1 && isHeader(row) && lines.every(isAbove(i)))
  const alike = (i: number) => widths[i]! > 1 && cells.slice(i + 1, i + 3).every(({ length }) => length === cells[i]!.length) // prettier-ignore
  const at = names >= 0 ? names : lines.findIndex((line, i) => i > first && !isComment(line) && alike(i) && lines.every(isAbove(i))) // prettier-ignore
  return at < 0 || at > MOST_ABOVE ? null : { line: lines[at]!, above: at }
}

const NUMBER = /^[-+]?\d+([.,]\d+)?$/
const TIME = /^\d{4}-\d\d?-\d\d?([T ]|$)|^\d\d?[./]\d\d?[./]\d{2,4}/
const UUID = /^[\da-f]{8}-([\da-f]{4}-){3}[\da-f]{12}$/i

/** Whether what stands where names are expected is a row of data: numbers, times, ids of machines; not 0, 1, 2, which count. */
export function areData(names: readonly string[]): boolean {
  const texts = names.map((name) => name.trim())
  if (texts.every((text, i) => text === '' || text === String(i) || text === String(i + 1))) return false
  const telling = texts.filter((text) => TIME.test(text) || UUID.test(text) || /^\d{9,19}$/.test(text)).length
  const numbers = texts.filter((text) => NUMBER.test(text)).length
  return telling > 0 || (numbers > 1 && 2 * numbers >= texts.length) || (texts.length === 2 && numbers > 0)
}

/** The likeliest places of a log's parts, by its first row. */
export function placesOf(row: readonly string[]): Record<string, number> {
  const texts = row.map((text) => text.trim())
  const place = (test: (text: string, i: number) => boolean) => texts.findIndex(test) + 1
  const timestamp = place((text, i) => i > 0 && (TIME.test(text) || /^\d{9,10}$|^\d{13}$/.test(text)))
  const event = place((text, i) => i > 1 && /^[a-z]{2,12}([_ -][a-z]{2,12}){0,2}$/.test(text))
  const user = 1
  const item = place((text, i) => i + 1 !== user && i + 1 !== timestamp && i + 1 !== event && text !== '')
  const rating = event > 0 ? 0 : place((text, i) => i > 1 && i + 1 !== item && i + 1 !== timestamp && /^(10|[1-9]|\d[.,]\d)$/.test(text)) // prettier-ignore
  const found = { user_id: user, item_id: item || 2, rating, event, timestamp }
  return Object.fromEntries(Object.entries(found).filter(([, at]) => at > 0))
}
