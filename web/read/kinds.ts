/**
 * What kind of attribute a column is, told from its name and its cells.
 *
 * The kinds are asked in the order of KINDS, and the first that fits is taken. A few cells may fail to fit: a price "TBA"
 * among a hundred prices makes no text of them. It is left out, and told of.
 */
import type { Cell } from './batch.js'
import { areBooleans, booleanOf, isTick } from './booleans.js'
import { isMissing, numberOf } from './cells.js'
import { CATEGORY_LENGTH, likeliestSeparator } from './lists.js'
import { writingsOf, type Decimals, type Writing } from './quantities.js'
import { areSlips, FEW, type Survey } from './survey.js'
import { timeOf, undated, type DateOrder } from './times.js'

/** What a column of a catalogue is. */
export type Kind = 'text' | 'category' | 'multi' | 'number' | 'date'

/** How the cells of a column are read. */
export interface Reading {
  kind: Kind
  /** multi: what parts a text; null: nothing does */
  separator: string | null
  /** number: how it is written */
  writing: Writing | null
  /** category: what a text is called, null where it says nothing; absent: as it stands */
  named: ((text: string) => string | null) | null
  /** category: what an empty cell says; null: nothing */
  blank: string | null
  /** date: what somebody says of day and month */
  order: DateOrder | null
}

/** What a person, or a header, says of a column beforehand. */
export interface Hints {
  kind?: Kind
  /** what parts a text into several values; false: nothing does, for a cell is one value */
  separator?: string | false
  /** number: what stands before decimals */
  decimals?: Decimals
  /** date: which comes first where the year comes last */
  order?: DateOrder
}

type Fit = Partial<Omit<Reading, 'kind'>>

/** The kinds in the order in which they are asked: how the column would be read, or null where it does not fit. */
const KINDS: readonly { kind: Kind; fits: (column: Survey) => Fit | null }[] = [
  { kind: 'category', fits: booleans },
  { kind: 'category', fits: codes },
  { kind: 'number', fits: numbers },
  { kind: 'date', fits: dates },
  { kind: 'multi', fits: lists },
  { kind: 'category', fits: repeated },
  { kind: 'text', fits: () => ({}) },
]

/** How a column is read; null where it mostly holds objects, which no attribute is. */
export function readingOf(column: Survey, hints: Hints = {}): Reading | null {
  const { kind, separator, decimals, order = null } = hints
  const nothing = { separator: null, writing: null, named: null, blank: null, order }
  const reading = (as: Kind, fit: Fit): Reading => ({ kind: as, ...nothing, ...fit })
  if (kind !== undefined) return reading(kind, asked(kind, column, hints))
  if (decimals !== undefined) return reading('number', { writing: bestOf(writingsOf(column.texts, decimals), column) })
  if (order !== null) return reading('date', {})
  if (typeof separator === 'string') return reading('multi', { separator })
  if (!areSlips(column.objects, column.present)) return null
  for (const { kind: as, fits } of KINDS) {
    const fit = as === 'multi' && separator === false ? null : fits(column)
    if (fit !== null) return reading(as, fit)
  }
  throw new Error('every column is text at least')
}

/** How a column is read whose kind somebody chose; what does not fit it is refused. */
function asked(kind: Kind, column: Survey, { separator, decimals }: Hints): Fit {
  const strict = { unit: '', plain: true, read: (cell: Cell) => numberOf(cell) ?? timeOf(cell) } // a date is its Unix seconds
  switch (kind) {
    case 'number': {
      const writings = writingsOf(column.texts, decimals)
      const fits = writings.find(({ read }) => column.cells.every((cell) => read(cell) !== undefined))
      return { writing: fits ?? (decimals === undefined ? strict : writings.at(-1)!) }
    }
    case 'multi':
      return { separator: separator === false ? null : (separator ?? likeliestSeparator(column.texts, column.parting)) }
    case 'category':
      return booleans(column) ?? codes(column) ?? {}
    case 'date':
    case 'text':
      return {}
  }
}

/** What stands where a value is not known. */
const PLACEHOLDER = /^([^\p{L}\d]*|tb[acd]|unknown|undefined|unspecified|missing|varies|not (available|applicable|known|set))$/iu // prettier-ignore

/** True and false, however they are written; what stands where it is not known is neither. */
function booleans({ cells, present, texts, distinct, lists }: Survey): Fit | null {
  if (texts.length === 0 || lists.cells > 0 || distinct.size > FEW) return null
  const said = [...distinct].filter((text) => !isMissing(text))
  if (
    new Set(said.map((text) => text.toLowerCase())).size === 1 &&
    said.every(isTick) &&
    present > 1 &&
    present < cells.length
  )
    return { named: () => 'true', blank: 'false' }
  const words = new Set(
    said.filter((text) => booleanOf(text) !== undefined || !PLACEHOLDER.test(text)).map((text) => text.toLowerCase()),
  )
  return areBooleans(words) ? { named: (text) => booleanOf(text) ?? null } : null
}

/** The last word of a name whose numbers are names themselves: aisle_id, brandCode, product_type_no, category. */
const CODE =
  /^(id|code|type|no|nr|category|subcategory|brand|genre|class|group|cluster|department|aisle|zip|zipcode|postcode)s?$|(category|brand|genre|class|group|department|aisle|product|shop|store|seller|vendor)(id|code|type)s?$/
/** pandas writes 7 as 7.0 where the column has a gap. */
const WHOLE = /^\d+(\.0+)?$/

export function isCodeName(name: string): boolean {
  const spaced = name.replace(/([a-z])([A-Z])/g, '$1 $2')
  const words = spaced.toLowerCase().split(/[^\p{L}\d]+/u)
  return CODE.test(words.filter((word) => word !== '').at(-1) ?? '')
}

function codes(column: Survey): Fit | null {
  const { name, texts } = column
  const whole = isCodeName(name) && texts.length > 0 && texts.every((text) => WHOLE.test(text) || isMissing(text))
  if (!whole || repeated(column) === null) return null
  return { named: (text) => (isMissing(text) ? null : text.replace(/\.0+$/, '')) }
}

/** Numbers, but for slips; a placeholder is none, as long as most cells are numbers. */
function numbers(column: Survey): Fit | null {
  const { name, texts } = column
  const writings = writingsOf(texts).filter(({ plain }) => plain || !isCodeName(name)) // of genre_ids, 28,12 is a list
  const writing = bestOf(writings, column)
  return areFew(oddOf(writing, texts), column) ? { writing } : null
}

/** Whether texts that do not fit are slips or placeholders, beside more that say something and do. */
function areFew(odd: readonly string[], { texts, present, lists }: Survey): boolean {
  const nothing = texts.filter(isMissing).length
  const slips = odd.filter((text) => !PLACEHOLDER.test(text)).length + lists.cells
  return texts.length > nothing && odd.length <= (texts.length - nothing) / 2 && areSlips(slips, present - nothing)
}

const oddOf = ({ read }: Writing, texts: readonly string[]) => texts.filter((text) => read(text) === undefined)

/** The writing that reads most of a column, the first of several. */
function bestOf(writings: readonly Writing[], { texts }: Survey): Writing {
  let [best, least] = [writings[0]!, Infinity]
  for (const writing of writings) {
    const odd = oddOf(writing, texts).length
    if (odd < least) [best, least] = [writing, odd]
    if (least === 0) break
  }
  return best
}

function lists({ lists: { cells, values, characters }, texts, parting }: Survey): Fit | null {
  if (cells > 0) {
    const pipes = parting?.separator === '|'
    return characters <= values * CATEGORY_LENGTH ? { separator: pipes ? '|' : null } : null
  }
  return parting?.certain === true && texts.length > 0 ? { separator: parting.separator } : null
}

/** Dates, but for slips. A number is one only where somebody says so. */
function dates(column: Survey): Fit | null {
  const { odd, isTold } = undated(column.texts)
  return isTold && areFew(odd, column) ? {} : null
}

/** A few short values, each of several items. */
function repeated({ texts, present, distinct, lists }: Survey): Fit | null {
  const characters = texts.reduce((sum, text) => sum + text.length, 0)
  const few = distinct.size <= Math.max(FEW, present / 2) && characters <= present * CATEGORY_LENGTH
  return lists.cells === 0 && few ? {} : null
}
