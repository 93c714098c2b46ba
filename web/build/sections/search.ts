/**
 * The text index: under each word the items that have it, by BM25. Fields are weighed as BM25F does (Robertson, Zaragoza &
 * Taylor 2004): occurrences add up by field, each against the field's mean length, before they saturate.
 *
 *     weight(word, item) = idf · tf · (k1 + 1) / (tf + k1),   idf = ln(1 + (N - n + ½) / (n + ½))
 *     tf = Σ over fields  field weight · occurrences / (1 - b + b · length / mean length)
 */
import type { Column } from '../../read/index.js'
import { InputError } from '../../read/index.js'
import { words } from '../../recommender/words.js'
import type { Catalogue } from '../catalogue.js'
import type { Config } from '../config.js'
import type { Learn, Lists } from '../../learn/learn.js'
import { categoryValues } from './attributes.js'
import { KEY, SECTION } from '../../generated/numbers.js'
import { postingsSection } from './postings.js'
import { encode, packTexts, section, type Section } from './section.js'

const K1 = 1.2
const B = 0.75
const TITLE = 2
const OTHER = 1
const IMPACT_BITS = 8

interface Field {
  column: Column
  weight: number
}

/** The columns that are searched, and what a word in each counts: texts and categories; numbers where they are named. */
function fieldsOf(catalogue: Catalogue, config: Config): Field[] {
  if (config.search === false) return []
  const named = config.search?.fields
  if (named === undefined)
    return catalogue.columns
      .filter((column) => column.kind !== 'number')
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
  if (column.kind === 'number') return Number.isNaN(column.values[row]!) ? '' : String(column.values[row])
  return categoryValues(column, row)
    .map((value) => column.names[value])
    .join(' ')
}

/** Words in ascending order of their bytes, and lists under each: item, weight. */
export function textIndex(catalogue: Catalogue, config: Config): { terms: string[]; lists: Lists } {
  const fields = fieldsOf(catalogue, config)
  const { k1 = K1, b = B } = config.search === false ? {} : (config.search ?? {})
  const count = catalogue.ids.length
  const frequency = new Map<string, Map<number, number>>() // word -> item -> tf
  for (const { column, weight } of fields) {
    const texts = Array.from(catalogue.itemRow, (row) => words(textOf(column, row)))
    const filled = texts.filter((text) => text.length > 0).length
    const mean = texts.reduce((sum, text) => sum + text.length, 0) / Math.max(1, filled)
    texts.forEach((text, item) => {
      const each = weight / (1 - b + (b * text.length) / mean)
      for (const word of text) {
        let items = frequency.get(word)
        if (items === undefined) frequency.set(word, (items = new Map()))
        items.set(item, (items.get(item) ?? 0) + each)
      }
    })
  }
  const terms = [...frequency.keys()].sort((a, z) => Buffer.compare(Buffer.from(a), Buffer.from(z)))
  const start = new Uint32Array(terms.length + 1)
  const items: number[] = []
  const weights: number[] = []
  terms.forEach((term, t) => {
    const list = frequency.get(term)!
    const idf = Math.log(1 + (count - list.size + 0.5) / (list.size + 0.5))
    for (const [item, tf] of list) {
      items.push(item)
      weights.push((idf * tf * (k1 + 1)) / (tf + k1))
    }
    start[t + 1] = items.length
  })
  return {
    terms,
    lists: { keys: terms.length, start, items: Uint32Array.from(items), weights: Float32Array.from(weights) },
  }
}

/** The words of the text index, ascending by bytes; their lists are postings section `postings`. */
function termsSection(learn: Learn, terms: readonly string[], postings: number): Section {
  const { bytes, start } = packTexts(terms)
  return section(
    SECTION.terms,
    'terms',
    learn.with([bytes, start], (text, starts) =>
      encode(learn, (out) => learn.run('mt_terms_encode', postings, text, starts, terms.length, out)),
    ),
  )
}

/** The sections of the index; none where nothing can be searched. `ordinal`: of the next postings section. */
export function searchSections(learn: Learn, catalogue: Catalogue, config: Config, ordinal: number): Section[] {
  const { terms, lists } = textIndex(catalogue, config)
  if (terms.length === 0) return []
  return [
    termsSection(learn, terms, ordinal),
    {
      ...postingsSection(learn, 'terms', lists, catalogue.ids.length, KEY.term, 0, IMPACT_BITS, ordinal),
      stage: 'search',
    },
  ]
}
