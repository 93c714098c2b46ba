/**
 * The text index: under each word the items that have it, by BM25. Fields are weighed as BM25F does (Robertson, Zaragoza &
 * Taylor 2004): occurrences add up by field, each against the field's mean length, before they saturate.
 *
 *     weight(word, item) = idf · tf · (k1 + 1) / (tf + k1),   idf = ln(1 + (N - n + ½) / (n + ½))
 *     tf = Σ over fields  field weight · occurrences / (1 - b + b · length / mean length)
 *
 * How else a word may be typed (../spellings.ts) is half an occurrence: who types the word itself means the word itself.
 */
import { isoText } from '../../read/dates.js'
import type { Column } from '../../read/index.js'
import { InputError } from '../../read/index.js'
import type { Catalogue } from '../catalogue.js'
import type { Config } from '../config.js'
import type { Learn, Lists } from '../../learn/learn.js'
import { categoryValues, isNumeric } from './attributes.js'
import { KEY, PLACE_BITS, PLACE_LATE, PLACE_NONE, SECTION, TERMS_HEAD, TITLE_LONG } from '../../generated/numbers.js'
import { spellings, titleLength, type Spelling } from '../spellings.js'
import { encode, packTexts, section, type Section } from './section.js'
import { staying, type OldLists } from './staying.js'
import { inRuns, type Texts } from './texts.js'

const K1 = 1.2
const B = 0.75
const TITLE = 2
const OTHER = 1
const BESIDES = 0.5
const IMPACT_BITS = 4
/** What being popular weighs against the words where no held-out events choose; tests/bench/search.mjs measures it. */
export const POPULARITY_WEIGHT = 0.5
/** Titles that begin with a word before it counts as an article, and their share of all. */
const LEADING_LEAST = 10
const LEADING_SHARE = 0.01

interface Field {
  column: Column
  weight: number
}

/** The columns that are searched, and what a word in each counts: texts and categories; numbers and dates where they are named. */
function fieldsOf(catalogue: Catalogue, config: Config): Field[] {
  if (config.search === false) return []
  const named = config.search?.fields
  if (named === undefined)
    return catalogue.columns
      .filter((column) => !isNumeric(column))
      .map((column) => ({ column, weight: column.name === 'title' ? TITLE : OTHER }))
  return Object.entries(named)
    .filter(([, weight]) => weight > 0)
    .map(([name, weight]) => {
      const column = catalogue.columns.find((one) => one.name === name)
      if (column === undefined)
        throw new InputError(
          { file: 'config', part: 'key "search.fields"' },
          `column "${name}"`,
          `one of the catalogue: ${catalogue.columns.map((one) => one.name).join(', ')}`,
        )
      return { column, weight }
    })
}

function textOf(column: Column, row: number): string {
  if (row < 0) return ''
  if (column.kind === 'text') return column.values[row] ?? ''
  if (column.kind === 'date') return isoText(column.values[row]!, true) ?? ''
  if (column.kind === 'number') return Number.isNaN(column.values[row]!) ? '' : String(column.values[row])
  return categoryValues(column, row)
    .map((value) => column.names[value])
    .join(' ')
}

/** The text index in memory. */
export interface TextIndex {
  terms: Texts
  /** Items and weights under each term, ascending by item. */
  lists: Lists
  /** Of each entry: the place of the term among the different words of the title. */
  places: Uint8Array
  /** Of each item: how many different words its title has. */
  titles: Uint8Array
}

interface Entry {
  tf: number
  place: number
}

/** `before`: the words of the bundle before. */
export function textIndex(catalogue: Catalogue, config: Config, before?: Texts): TextIndex {
  const { k1 = K1, b = B } = config.search === false ? {} : (config.search ?? {})
  const count = catalogue.ids.length
  const found = new Map<string, Map<number, Entry>>() // term -> item
  const titles = new Uint8Array(count)
  for (const { column, weight } of fieldsOf(catalogue, config)) {
    const isTitle = column.name === 'title'
    const texts = Array.from(catalogue.itemRow, (row) => textOf(column, row))
    const known = new Map<string, Spelling[]>() // categories say the same again and again
    const spelt = texts.map((text) => {
      const words = known.get(text) ?? spellings(text)
      known.set(text, words)
      return words
    })
    const lengths = spelt.map((words) => words.filter((word) => !word.besides).length)
    const mean = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, lengths.filter((n) => n > 0).length)
    const leading = isTitle ? leadingWords(spelt) : new Set()
    spelt.forEach((words, item) => {
      const each = weight / (1 - b + (b * lengths[item]!) / mean)
      const first = leading.has(words[0]?.word) && lengths[item]! > 1 ? 1 : 0
      for (const { word, place, besides } of words) {
        let items = found.get(word)
        if (items === undefined) found.set(word, (items = new Map()))
        let entry = items.get(item)
        if (entry === undefined) items.set(item, (entry = { tf: 0, place: PLACE_NONE }))
        entry.tf += besides ? BESIDES * each : each
        if (isTitle) entry.place = Math.min(entry.place, Math.max(0, place - first), PLACE_LATE)
      }
      if (isTitle) titles[item] = Math.min(titleLength(texts[item]!, words), TITLE_LONG)
    })
  }
  const terms = inRuns([...found.keys()], before)
  const start = new Uint32Array(terms.all.length + 1)
  const items: number[] = []
  const weights: number[] = []
  const places: number[] = []
  terms.all.forEach((term, t) => {
    const list = [...(found.get(term) ?? [])].sort(([a], [z]) => a - z)
    const idf = Math.log(1 + (count - list.length + 0.5) / (list.length + 0.5))
    for (const [item, { tf, place }] of list) {
      items.push(item)
      weights.push((idf * tf * (k1 + 1)) / (tf + k1))
      places.push(place)
    }
    start[t + 1] = items.length
  })
  return {
    terms,
    lists: { keys: terms.all.length, start, items: Uint32Array.from(items), weights: Float32Array.from(weights) },
    places: Uint8Array.from(places),
    titles,
  }
}

/** Words that many titles begin with, articles above all: who looks for what stands behind them leaves them out. */
function leadingWords(titles: readonly Spelling[][]): Set<string> {
  const begins = new Map<string, number>()
  for (const [first] of titles) if (first !== undefined) begins.set(first.word, (begins.get(first.word) ?? 0) + 1)
  const many = Math.max(LEADING_LEAST, LEADING_SHARE * titles.length)
  return new Set([...begins].filter(([, count]) => count >= many).map(([word]) => word))
}

/** What a section before, of so many items, says of how popular each is, from 0 to 1. */
export const popularityIn = (terms: Uint8Array, items: number): Float32Array =>
  Float32Array.from(terms.subarray(TERMS_HEAD, TERMS_HEAD + items), (fact) => (fact >> 4) / 15)

/** The words of the index; their lists are postings section `postings`. `popularity`: of each item, from 0 to 1. */
function termsSection(
  learn: Learn,
  { terms, titles }: TextIndex,
  popularity: Float32Array,
  weight: number,
  postings: number,
): Section {
  const { bytes, start } = packTexts(terms.all)
  const facts = titles.map((length, item) => length + 16 * Math.round(15 * popularity[item]!))
  return section(
    SECTION.terms,
    'terms',
    learn.with([facts, bytes, start, Uint32Array.from(terms.ends)], (factsAt, text, starts, ends) =>
      encode(learn, (out) =>
        learn.run(
          'mt_terms_encode',
          postings,
          weight,
          factsAt,
          facts.length,
          text,
          starts,
          terms.all.length,
          ends,
          terms.ends.length,
          out,
        ),
      ),
    ),
  )
}

function listsSection(learn: Learn, { lists: said, places }: TextIndex, ordinal: number, old?: OldLists): Section {
  const { lists, scale } = staying(learn, old, { ...said, marks: places }, KEY.term, IMPACT_BITS)
  const { keys, start, items, weights, marks } = lists
  const bytes = learn.with([start, items, weights, marks!], (starts, itemsAt, weightsAt, placesAt) => {
    const out = learn.take(learn.run('mt_postings_bound', keys, items.length))
    const size = learn.run(
      'mt_postings_encode_marked',
      keys,
      starts,
      itemsAt,
      weightsAt,
      placesAt,
      KEY.term,
      0,
      IMPACT_BITS,
      PLACE_BITS,
      scale,
      out,
    )
    const encoded = learn.u8(out, size).slice()
    learn.drop(out)
    return encoded
  })
  return { ...section(SECTION.postings, 'terms', bytes, ordinal), stage: 'search' }
}

/** How popular each item is, from 0 to 1: the logarithm of how much everybody met it, over the largest. */
export function scaledPopularity(counts: Float32Array | null, items: number): Float32Array {
  const logs = Float32Array.from({ length: items }, (_, item) => Math.log1p(Math.max(0, counts?.[item] ?? 0)))
  const most = logs.reduce((a, b) => Math.max(a, b), 0)
  return most > 0 ? logs.map((log) => log / most) : logs
}

/**
 * The sections of the index; none where nothing can be searched. `counts`: how much everybody met each item, null where
 * that is not known; `ordinal`: of the next postings section; `old`: the lists of the bundle before.
 */
export function searchSections(
  learn: Learn,
  index: TextIndex,
  counts: Float32Array | null,
  popularityWeight: number,
  ordinal: number,
  old?: OldLists,
): Section[] {
  const popularity = scaledPopularity(counts, index.titles.length)
  return indexSections(learn, index, popularity, popularityWeight, ordinal, old)
}

/** The same where popularity is known from 0 to 1. */
export function indexSections(
  learn: Learn,
  index: TextIndex,
  popularity: Float32Array,
  popularityWeight: number,
  ordinal: number,
  old?: OldLists,
): Section[] {
  if (index.terms.all.length === 0) return []
  return [termsSection(learn, index, popularity, popularityWeight, ordinal), listsSection(learn, index, ordinal, old)]
}
