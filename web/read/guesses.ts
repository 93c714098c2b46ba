/** What was guessed of a catalogue's columns, in sentences that say how to change it; those to look at begin so. */
import type { Column } from './attribute.js'
import { booleanOf } from './booleans.js'
import { isEmpty, isMissing } from './cells.js'
import { isoText } from './dates.js'
import { quote, rowName, type Place } from './errors.js'
import { isCodeName, type Reading } from './kinds.js'
import { undecided, unitsOf, writingsOf, type Writing } from './quantities.js'
import { isYear, monthSeconds, yearLast } from './spelled.js'
import { areSlips, FEW, type Survey } from './survey.js'
import { openOf, undated } from './times.js'

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

/** Those texts that say something. */
const saying = (texts: readonly string[]) => texts.filter((text) => !isMissing(text))

/** Words that stand for nothing or for a value of that name; numbers, dates, and true and false have no such values. */
export function doubtfulWords({ name, present, doubts }: Survey, { kind, named }: Reading): string[] {
  if (kind === 'number' || kind === 'date' || named !== null) return []
  const words = [...doubts]
  const [nothing, values] = [true, false].map((isNothing) => words.filter(([word]) => isEmpty(word) === isNothing))
  const listed = (some: typeof words) => some.map(([word, count]) => `${quote(word)} (${count})`).join(' and ')
  const config = (some: readonly string[]) => `"missing": ${JSON.stringify({ [name]: some })}`
  return [
    ...(nothing!.length === 0
      ? []
      : [
          `${name}: ${listed(nothing!)} beside ${present} values is taken for nothing; ${config([])} takes it for a value`,
        ]),
    ...(values!.length === 0
      ? []
      : [
          `look: ${name}: ${listed(values!)} of ${present} values is taken for one; ` +
            `${config(words.map(([word]) => word))} takes it for nothing`,
        ]),
  ]
}

const doubts = (survey: Survey, reading: Reading) => [
  ...almostLists(survey, reading),
  ...almostBooleans(survey, reading),
  ...almostDates(survey, reading),
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
    `${look}${name}: number, ${quote(example)} being ${writing.read(example)}${writing.of ? ` ${writing.of}` : ''}; ${config('kinds', name, 'text')} keeps the column as it stands`,
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

function asNamed({ name, distinct }: Survey, { named, blank }: Reading): string[] {
  if (named === null) return []
  const texts = saying([...distinct])
  const firsts = new Map<string | null, string>() // by what they are called
  for (const text of texts) if (named(text) !== text && !firsts.has(named(text))) firsts.set(named(text), text)
  const changed = [...firsts].map(([value, text]) => `${quote(text)} being ${quote(value)}`)
  if (blank !== null) changed.push(`nothing being ${quote(blank)}`)
  if (changed.length > 0) return [`${name}: category, ${changed.slice(0, 3).join(' and ')}`]
  return isCodeName(name)
    ? [
        `${name}: category, its ${texts.length} numbers being codes; ${config('kinds', name, 'number')} makes them quantities`,
      ]
    : []
}

function asDates({ name, texts, present }: Survey, column: Column): string[] {
  const times = column.kind === 'date' ? column.values.filter((time) => !Number.isNaN(time)).sort() : []
  const [from, to] = [times[0], times.at(-1)].map((time) => isoText(time ?? NaN, true) ?? 'none')
  const short = texts.filter((text) => isYear(text) || monthSeconds(text) !== undefined)
  const alone =
    short.length === 0 ? '' : `, ${short.length} of ${present} cells naming no day (${quote(short[0])} being its first)`
  const open = openOf(texts)
  if (open !== null) {
    const [day, year] = [open.dayFirst, open.yearFirst].map((time) => isoText(time, true))
    return [
      `look: ${name}: date, ${open.count} of ${present} cells read with the day first, as none tells (${quote(open.example)} being ${day}); ` +
        `${config('dates', name, 'year first')} makes it ${year}, ${config('dates', name, 'day first')} says so`,
    ]
  }
  return [`${name}: date, ${from} to ${to}${alone}; ${config('kinds', name, 'text')} keeps the column as it stands`]
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

/** Words of yes and no, with a third one beside them. */
function almostBooleans({ name, present, texts, distinct }: Survey, { kind, named }: Reading): string[] {
  if (kind !== 'category' || named !== null || distinct.size > FEW) return []
  const said = [...distinct].map((text) => booleanOf(text))
  const others = texts.filter((text) => booleanOf(text) === undefined)
  if (!said.includes('true') || !said.includes('false') || others.length === 0 || others.length > present / 2) return []
  return [
    `look: ${name}: category, for ${others.length} of ${present} cells are neither yes nor no (${quote(others[0])}); ` +
      'a filter takes its words as they stand, not true and false',
  ]
}

/** So many cells tell that a column is no dates at all. */
const FIRST_CELLS = 1000

/** Dates, but for more than slips. */
function almostDates({ name, texts: all, present }: Survey, { kind }: Reading): string[] {
  const first = saying(all.slice(0, FIRST_CELLS))
  if (undated(first).odd.length > first.length / 2) return []
  const texts = saying(all)
  const { odd, isTold } = undated(texts)
  if (!isTold || odd.length === 0 || odd.length > texts.length / 2) return []
  return [
    `look: ${name}: ${kind}, for ${odd.length} of ${present} cells are no dates as the others are (${quote(odd[0])}); ${config('kinds', name, 'date')} refuses them`,
  ]
}

/** Of more, what stands behind numbers is no unit: the streets of addresses. */
const UNITS = 5

function almostNumbers({ name, texts: all, present }: Survey, { kind, named }: Reading): string[] {
  if (named !== null) return []
  const texts = saying(all)
  const { counts } = unitsOf(texts)
  const measured = [...counts.values()].reduce((sum, count) => sum + count, 0)
  if (counts.size > 1 && counts.size <= UNITS && measured > present / 2) {
    const units = [...counts].map(([unit, count]) => `${quote(unit)} in ${count}`).slice(0, 3).join(', ') // prettier-ignore
    return [`look: ${name}: ${kind}, for its numbers are of several units, ${units} of ${present} cells; a column of each would be numbers`] // prettier-ignore
  }
  const writings = writingsOf(texts)
  const numbers = writings.map(({ read }) => texts.filter((text) => read(text) !== undefined).length)
  const most = Math.max(...numbers)
  if (most === texts.length || most <= texts.length / 2) return []
  const odd = texts.find((text) => writings[numbers.indexOf(most)]!.read(text) === undefined)
  return [
    `look: ${name}: ${kind}, for ${texts.length - most} of ${texts.length} cells are no numbers (${quote(odd)}); ${config('kinds', name, 'number')} refuses them`,
  ]
}
