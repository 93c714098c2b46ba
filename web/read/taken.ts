/** The columns of a catalogue on their way to attributes: what is known of each beforehand, what became of it. */
import { toColumn, type Column } from './attribute.js'
import type { Cell } from './batch.js'
import { blemishes } from './blemishes.js'
import { InputError, quote, quoteList, type Place } from './errors.js'
import type { ExceptionFacts } from './facts.js'
import { asShown, doubtfulWords, guesses, slips } from './guesses.js'
import { readingOf, type Hints, type Kind } from './kinds.js'
import { own } from './own.js'
import type { Decimals } from './quantities.js'
import { surveyOf, type CellReading } from './survey.js'
import type { DateOrders } from './times.js'

/** What a person says of columns. */
export interface Wishes {
  /** kinds by column, where the values do not tell; 'skip' leaves a column out: `{ zip: 'category', notes: 'skip' }` */
  kinds?: Record<string, Kind | 'skip'>
  /** what parts the values of a column, where they do not tell; false: a cell is one value: `{ genres: ',' }` */
  separators?: Record<string, string | false>
  /** the columns that become attributes, beside id and title; default: all */
  keep?: readonly string[]
  /** what stands before the decimals of numbers, where they do not tell: `{ price: ',' }` reads 1.299 as 1299 */
  decimals?: Record<string, Decimals>
  /** false: entities and tags of HTML in texts are as they stand; default: they are read as the text that they show */
  html?: boolean
  /** which comes first in dates such as 08/10/2015, where none of a column tells */
  dates?: DateOrders
  /** beside NULL, NaN and their like, what stands for nothing in a column, in place of "N/A" and dashes: `{ brand: ['NA'] }` */
  missing?: Record<string, readonly string[]>
}

/** An attribute as it was taken; without a column it is left out. */
export interface Taken {
  name: string
  column: Column | null
  /** What stands before or after its numbers; '' for nothing. */
  unit: string
  remarks: string[]
  exceptions: (ExceptionFacts & { file: string })[]
}

/** `chosen` is what a config says; what does not fit that is refused. */
export function takenOf(
  name: string,
  cells: readonly Cell[],
  hints: Hints,
  chosen: Hints,
  read: CellReading,
  place: (item: number) => Place,
): Taken {
  const survey = surveyOf(name, cells, read)
  const reading = readingOf(survey, { ...hints, ...chosen })
  const odd: { place: Place; found: string }[] = []
  const column =
    reading &&
    toColumn(name, reading, survey.cells, (item, cell, expected) => {
      const at = { ...place(item), field: name }
      const skip = typeof cell === 'object' ? ` (kinds: {${JSON.stringify(name)}: "skip"} leaves the column out)` : ''
      if (chosen.kind !== undefined) throw new InputError(at, quote(cell), expected + skip)
      odd.push({ place: at, found: quote(cell) })
    })
  if (reading === null || column === null) return { name, column: null, unit: '', remarks: [], exceptions: [] }
  const [first] = odd
  const said = Object.keys(chosen).length > 0 ? 'config' : Object.keys(hints).length > 0 ? 'header' : null
  const remarks = [
    ...(first === undefined ? [] : [slips(survey, reading, odd.length, first)]),
    ...guesses(survey, reading, column, said),
    ...asShown(survey),
    ...doubtfulWords(survey, reading),
    ...blemishes(survey, column),
  ]
  const others = `${survey.present - odd.length} of ${survey.present} are ${reading.kind === 'number' || reading.kind === 'date' ? `${reading.kind}s` : `of kind ${reading.kind}`}`
  const exceptions = odd
    .slice(0, 1)
    .map(({ place: { file, row }, found }) => ({ file, row: row!, found, count: odd.length, others }))
  return { name, column, unit: reading.writing?.unit ?? '', remarks, exceptions }
}

/** What a person says of one column. */
export function chosenOf({ kinds, separators, decimals: marks, dates }: Wishes, name: string): Hints {
  const [kind, separator] = [own(kinds, name) as Kind | undefined, own(separators, name)]
  const [decimals, order] = [own(marks, name), own(dates, name)]
  return {
    ...(kind && { kind }),
    ...(separator !== undefined && { separator }),
    ...(decimals && { decimals }),
    ...(order && { order }),
  }
}

const kindWished = (kind: Kind | 'skip') => (kind === 'skip' ? 'is to be left out' : `is to be of kind ${kind}`)

/** A misspelt name would put into the bundle what was to stay out of it. */
export function checkNamed(paths: readonly string[], options: Wishes, names: string[], skipped: Set<string>): void {
  const wishes = [
    ...Object.entries(options.kinds ?? {}).map(([name, kind]) => [name, kindWished(kind)]),
    ...Object.keys(options.missing ?? {})
      .filter((name) => name !== 'title')
      .map((name) => [name, 'is named in config key "missing"']),
    ...Object.keys(options.decimals ?? {}).map((name) => [name, 'is named in config key "decimals"']),
    ...Object.keys(options.separators ?? {}).map((name) => [name, 'is to be parted by config key "separators"']),
    ...(options.keep ?? []).map((name) => [name, 'is to be kept']),
  ]
  const unknown = wishes.find(([name]) => !names.includes(name!) && !skipped.has(name!))
  if (unknown === undefined) return
  const known = `the attributes ${quoteList([...names, ...skipped])}`
  throw new InputError({ file: paths.join(', ') }, known, `${quoteList([unknown[0]!])}, which ${unknown[1]}`)
}
