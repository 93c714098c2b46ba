/**
 * What a filter on the command line asks for and no item has: a misspelling, most often, so what is nearest to it is said.
 * Whether an item has it the recommender tells, so that all its ways of saying a value count.
 */
import type { Recommender } from '../entry/node.js'
import { isoSeconds, isoText } from '../read/dates.js'
import { quote, quoteList } from '../read/errors.js'
import type { Condition, Filter } from '../recommender/filter.js'
import { RULE_KEYS } from '../recommender/rules.js'

type Value = string | number | boolean

/** A sentence for each condition of an applied filter that no item meets; where items meet each and none was `found`, one for all. */
export function sayUnmet(rec: Recommender, filter: Filter = {}, found: number): void {
  const said = Object.entries(filter).flatMap(([name, condition]) => {
    const known = valuesOf(rec, name)
    const isMet = (one: Condition) => known.length === 0 || meets(rec, { [name]: one })
    const wanted = typeof condition === 'object' && 'not' in condition ? condition.not : condition
    const values = ([wanted].flat() as unknown[]).filter((value): value is Value => typeof value !== 'object')
    return values.length > 0
      ? values
          .filter((value) => !isMet(value))
          .map((value) => `no item has ${quote(value)} in ${quote(name)}; ${insteadOf(value, known)}`)
      : isMet(condition)
        ? []
        : [`no item has ${quote(name)} within ${quote(condition)}; ${endsOf(known)}`]
  })
  if (said.length === 0 && found === 0 && Object.keys(filter).length > 0)
    said.push('nothing that may be shown fits the filter')
  for (const line of said) process.stderr.write(`${line}\n`)
}

/** Whether an item has what a filter asks for, whatever the bundle's rules say of it. */
function meets(rec: Recommender, filter: Filter): boolean {
  const none = Object.fromEntries(RULE_KEYS.filter((key) => key !== 'seed').map((key) => [key, null]))
  return rec.recommend({ filter, policy: none, k: 1 }).items.length > 0
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
  if (known.every((one) => isoSeconds(String(one)) !== undefined)) return endsOf(known)
  const [nearest, edits] = known
    .map((one): [string, number] => [String(one), editsBetween(plain(String(value)), plain(String(one)))])
    .reduce((a, b) => (b[1] < a[1] ? b : a))
  if (edits <= Math.max(1, String(value).length / 3)) return `the nearest is ${quote(nearest)}`
  return `it has ${quoteList(known.map(String), SHOWN)}`
}

/** From where to where the numbers of an attribute go, or its dates. */
function endsOf(known: readonly Value[]): string {
  const dates = known.every((one) => typeof one === 'string')
  const numbers = known.map((one) => (dates ? isoSeconds(String(one))! : Number(one)))
  const [low, high] = [numbers.reduce((a, b) => Math.min(a, b)), numbers.reduce((a, b) => Math.max(a, b))]
  return dates ? `it goes from ${isoText(low)} to ${isoText(high)}` : `it goes from ${low} to ${high}`
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
