/** What a filter on the command line asks for and no item has: a misspelling, most often, so what is nearest to it is said. */
import type { Recommender } from '../entry/node.js'
import { booleanOf } from '../read/booleans.js'
import { isoSeconds } from '../read/dates.js'
import { quote, quoteList } from '../read/errors.js'
import type { Filter } from '../recommender/filter.js'

type Value = string | number | boolean
/** What two values are compared by: a date by its seconds, true and false by what numbers and texts call them. */
type Key = string | number

const keysOf = (value: Value): Key[] => [
  ...(typeof value === 'string' ? [isoSeconds(value) ?? value, booleanOf(value) ?? value] : [Number(value)]),
  String(value),
]

/** A sentence for each value of an applied filter that no item has, where some items have others. */
export function sayUnmet(rec: Recommender, filter: Filter = {}): void {
  for (const [name, condition] of Object.entries(filter)) {
    const wanted = typeof condition === 'object' && 'not' in condition ? condition.not : condition
    const values = ([wanted].flat() as unknown[]).filter((value): value is Value => typeof value !== 'object')
    const known = values.length === 0 ? [] : valuesOf(rec, name)
    const keys = new Set(known.flatMap(keysOf))
    for (const value of values)
      if (known.length > 0 && !keysOf(value).some((key) => keys.has(key)))
        process.stderr.write(`no item has ${quote(value)} in ${quote(name)}; ${insteadOf(value, known)}\n`)
  }
}

/** The different values of an attribute, those of most items first. */
function valuesOf(rec: Recommender, name: string): Value[] {
  const counts = new Map<Value, number>()
  for (let n = 0; n < rec.items; n++)
    for (const value of [rec.attributes(n)[name] ?? []].flat()) counts.set(value, 1 + (counts.get(value) ?? 0))
  return [...counts].sort(([, a], [, b]) => b - a).map(([value]) => value)
}

const SHOWN = 5

function insteadOf(value: Value, known: readonly Value[]): string {
  const numbers = known.filter((one) => typeof one === 'number')
  if (numbers.length > 0) {
    const nearest = numbers.reduce((a, b) => (Math.abs(b - Number(value)) < Math.abs(a - Number(value)) ? b : a))
    return `the nearest is ${nearest}`
  }
  const [nearest, edits] = known
    .map((one): [string, number] => [String(one), editsBetween(plain(String(value)), plain(String(one)))])
    .reduce((a, b) => (b[1] < a[1] ? b : a))
  if (edits <= Math.max(1, String(value).length / 3)) return `the nearest is ${quote(nearest)}`
  return `it has ${quoteList(known.map(String), SHOWN)}`
}

/** Letters without case, marks and what stands around them. */
const plain = (text: string) => text.normalize('NFKD').replace(/[^\p{L}\p{N}]+/gu, '').toLowerCase() // prettier-ignore

/** Letters to insert, leave out or change between two texts; Levenshtein, a row at a time. */
function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const above = row
    row = [i]
    for (let j = 1; j <= b.length; j++)
      row.push(Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + Number(a[i - 1] !== b[j - 1])))
  }
  return row.at(-1)!
}
