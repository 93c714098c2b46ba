/** What was guessed of a catalogue's columns, in sentences that say how to change it; those to look at begin so. */
import type { Column } from './attribute.js'
import { isMissing } from './cells.js'
import { isoText } from './dates.js'
import { quote, rowName, type Place } from './errors.js'
import { isCodeName, type Reading } from './kinds.js'
import { undecided, writingsOf, type Writing } from './quantities.js'
import { yearLast } from './spelled.js'
import { areSlips, type Survey } from './survey.js'
import { undated } from './times.js'

const config = (key: 'kinds' | 'separators' | 'decimals' | 'dates', name: string, value: string | false) =>
  `"${key}": ${JSON.stringify({ [name]: value })}`

/** Cells that do not fit and count as missing. */
export function slips(
  { name, present }: Survey,
  { kind }: Reading,
  count: number,
  first: { place: Place; found: string },
): string {
  const { place, found } = first
  const fit = count === 1 ? 'does not fit and is' : 'do not fit and are'
  const refuse =
    kind === 'text'
      ? ''
      : `; ${config('kinds', name, kind)} refuses such, ${config('kinds', name, 'text')} keeps the column as it stands`
  return `look: ${name}: ${kind}, but ${count} of ${present} cells ${fit} left out (${rowName(place.row!, place.line)}: ${found})${refuse}`
}

/** Cells that held HTML, whatever the column is. */
export const asShown = ({ name, present, html }: Survey): string[] =>
  html === null
    ? []
    : [
        `${name}: ${html.cells} of ${present} cells held HTML, read as text (${quote(html.found)} being ${quote(html.shown)}); "html": false keeps them as they stand`,
      ]

/** `said`: where it is said what the column is, if it is. */
export function guesses(survey: Survey, reading: Reading, column: Column, said: 'config' | 'header' | null): string[] {
  if (said === 'config') return []
  if (said === 'header') return [`${survey.name}: ${reading.kind}, as the header says`]
  switch (reading.kind) {
    case 'number':
      return asWritten(survey, reading)
    case 'date':
      return asDates(survey, column)
    case 'multi':
      return asLists(survey, reading, column)
    case 'category':
      return [...asNamed(survey, reading), ...(openDates(survey, reading) ?? doubts(survey, reading))]
    case 'text':
      return openDates(survey, reading) ?? doubts(survey, reading)
  }
}

const doubts = (survey: Survey, reading: Reading) => [
  ...almostLists(survey, reading),
  ...almostNumbers(survey, reading),
]

function asWritten(survey: Survey, { writing }: Reading): string[] {
  const { name, texts } = survey
  if (writing === null) return []
  const open = openDecimals(survey, writing)
  if (open !== null) return [open]
  if (writing.plain) return []
  const [plain] = writingsOf([])
  const example = texts.find((text) => plain!.read(text) === undefined && writing.read(text) !== undefined)
  if (example === undefined) return []
  const look = writing.unit === '' ? 'look: ' : '' // 12,5 may be two values
  return [
    `${look}${name}: number, ${quote(example)} being ${writing.read(example)}; ${config('kinds', name, 'text')} keeps the column as it stands`,
  ]
}

/** Numbers that are others where the comma stands before decimals: 1.299 and 12.000, but neither 1.29 nor 0.125. */
function openDecimals({ name, cells }: Survey, { read, unit }: Writing): string | null {
  const texts = cells.filter((cell): cell is string => typeof cell === 'string' && !Number.isNaN(read(cell) ?? NaN))
  const open = undecided(texts)
  if (open === null) return null
  const { text, point, comma } = open
  const taken = read(text)!
  const [mark, other, otherwise] = taken === point ? ['.', ',', comma] : [',', '.', point]
  const look = unit === '' || Math.abs(taken) < Math.abs(otherwise) ? 'look: ' : '' // $1,299 is no money of three decimals
  return `${look}${name}: number, ${quote(text)} being ${taken}; ${config('decimals', name, other)} makes it ${otherwise}, ${config('decimals', name, mark)} says so`
}

function asLists({ name, present, lists, printed, parting }: Survey, { separator }: Reading, column: Column): string[] {
  const values = `${'names' in column ? column.names.length : 0} distinct values`
  if (printed) return [`${name}: lists as programs print them, in ${lists.cells} of ${present} cells, ${values}`]
  if (separator === null || separator === '|' || parting === null) return []
  return [
    `${name}: lists, parted by ${quote(separator)} in ${parting.cells} of ${present} cells (${quote(parting.example)}), ${values}; ` +
      `${config('separators', name, false)} takes a cell for one value`,
  ]
}

function asNamed({ name, distinct }: Survey, { named }: Reading): string[] {
  if (named === null) return []
  const texts = [...distinct].filter((text) => !isMissing(text))
  const changed = texts.filter((text) => named(text) !== text).slice(0, 2)
  if (changed.length > 0)
    return [`${name}: category, ${changed.map((text) => `${quote(text)} being ${quote(named(text))}`).join(' and ')}`]
  return isCodeName(name)
    ? [
        `${name}: category, its ${texts.length} numbers being codes; ${config('kinds', name, 'number')} makes them quantities`,
      ]
    : []
}

function asDates({ name }: Survey, column: Column): string[] {
  const times = column.kind === 'date' ? column.values.filter((time) => !Number.isNaN(time)).sort() : []
  const [from, to] = [times[0], times.at(-1)].map((time) => isoText(time ?? NaN, true) ?? 'none')
  return [`${name}: date, ${from} to ${to}; ${config('kinds', name, 'text')} keeps the column as it stands`]
}

/** Dates that would be a column of dates if it were known which is the day; null: they are none. */
function openDates({ name, texts, present }: Survey, { kind }: Reading): string[] | null {
  const example = texts.map(yearLast).find((both) => both?.dayFirst !== undefined && both.monthFirst !== undefined)
  const text = example && texts.find((one) => yearLast(one)?.dayFirst === example.dayFirst)
  if (!example || text === undefined) return null
  const { odd, isTold } = undated(texts)
  if (isTold || !areSlips(odd.length, present)) return null
  const [day, month] = [example.dayFirst, example.monthFirst].map((seconds) => isoText(seconds!, true))
  const reads = (order: string, date: string | undefined) => `${config('dates', name, order)} reads ${date}`
  return [
    `look: ${name}: ${kind}, but ${texts.length - odd.length} of ${present} cells are dates that leave open which is the day (${quote(text)}); ` +
      `${reads('day first', day)}, ${reads('month first', month)}`,
  ]
}

/** Categories that look like lists, and texts of which the parts recur. */
function almostLists({ name, present, parting, lists }: Survey, { kind }: Reading): string[] {
  if (parting === null || parting.certain || lists.cells > 0) return []
  const { separator, cells, example, shared, first } = parting
  const likely =
    kind === 'category'
      ? separator !== '/' || (shared > 0.3 && first > 0.3)
      : shared > 0.3 && first > 0.3 && cells > present / 5 && separator !== '|'
  if (!likely) return []
  return [
    `look: ${name}: ${cells} of ${present} cells look like lists (${quote(example)}) and are taken for one value each; ` +
      `${config('separators', name, separator)} parts them, ${config('separators', name, false)} says that they are one`,
  ]
}

function almostNumbers({ name, texts }: Survey, { kind, named }: Reading): string[] {
  const numbers = writingsOf(texts).map(({ read }) => texts.filter((text) => read(text) !== undefined).length)
  const most = Math.max(...numbers)
  if (named !== null || most === texts.length || most <= texts.length / 2) return []
  const odd = texts.find((text) => writingsOf(texts)[numbers.indexOf(most)]!.read(text) === undefined)
  return [
    `look: ${name}: ${kind}, for ${texts.length - most} of ${texts.length} cells are no numbers (${quote(odd)}); ${config('kinds', name, 'number')} refuses them`,
  ]
}
