/** What an item says of itself, as terms for the content space: attribute values and title words. */
import type { Column } from '../../read/index.js'
import type { Catalogue } from '../catalogue.js'
import type { Lists } from '../../learn/learn.js'
import { categoryValues, isNumeric } from '../sections/attributes.js'

/** Values say more about an item than single words of its title. */
const VALUE_WEIGHT = 1
const WORD_WEIGHT = 0.5
/** Numbers become one of this many equally filled buckets: films of one era are alike. */
const BUCKETS = 8

/** Marks belong to the letter before them: `Amélie` is one word, and a voiced kana is not its plain one. */
const words = (text: string) =>
  text
    .toLowerCase()
    .normalize('NFC')
    .match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}]+/gu) ?? []

/** Lists under each item: its terms. Terms are numbered by first appearance; `width` counts them. */
export function termsOf(catalogue: Catalogue): { lists: Lists; width: number } {
  const number = new Map<string, number>()
  const start = new Uint32Array(catalogue.ids.length + 1)
  const terms: number[] = []
  const weights: number[] = []
  const bucket = new Map(catalogue.columns.filter(isNumeric).map((column) => [column, bucketOf(column)]))
  for (let item = 0; item < catalogue.ids.length; item++) {
    const row = catalogue.itemRow[item]!
    const mine = new Map<number, number>()
    const add = (term: string, weight: number) => {
      let n = number.get(term)
      if (n === undefined) number.set(term, (n = number.size))
      mine.set(n, (mine.get(n) ?? 0) + weight)
    }
    if (row >= 0)
      for (const column of catalogue.columns) {
        if (column.kind === 'text') {
          for (const word of words(column.values[row] ?? '')) add(`word ${word}`, WORD_WEIGHT)
        } else if (isNumeric(column)) {
          const value = column.values[row]!
          if (!Number.isNaN(value)) add(`${column.name} ~ ${bucket.get(column)!(value)}`, WORD_WEIGHT)
        } else
          for (const value of categoryValues(column, row)) add(`${column.name} = ${column.names[value]}`, VALUE_WEIGHT)
      }
    for (const [term, weight] of [...mine].sort((a, b) => a[0] - b[0])) {
      terms.push(term)
      weights.push(weight)
    }
    start[item + 1] = terms.length
  }
  return {
    lists: { keys: catalogue.ids.length, start, items: Uint32Array.from(terms), weights: Float32Array.from(weights) },
    width: Math.max(1, number.size),
  }
}

function bucketOf(column: Extract<Column, { kind: 'number' | 'date' }>): (value: number) => number {
  const sorted = column.values.filter((value) => !Number.isNaN(value)).sort()
  const bounds = Array.from(
    { length: BUCKETS - 1 },
    (_, i) => sorted[Math.floor((sorted.length * (i + 1)) / BUCKETS)] ?? Infinity,
  )
  return (value) => bounds.findIndex((bound) => value < bound)
}
