/**
 * Filters: `{ genre: 'Drama', year: { gte: 1990 } }` becomes calls that narrow what the core may recommend.
 *
 * All conditions must hold. A value or a list of values keeps items that have at least one of them; `{ not: … }` keeps
 * items that have none; `{ gt, gte, lt, lte }` compares numbers. An item that lacks the attribute fails
 * every condition but `not`. A value that no item has is an ordinary filter that nothing passes.
 */
import { booleanOf } from '../read/booleans.js'
import type { Core, Range } from './core.js'
import { entriesOf, refuse, shown } from './errors.js'
import { NOT_FOUND } from './slate.js'

/**
 * A value that a filter compares with. Where a catalogue says yes and no, in whatever words, they are true and false, and
 * any such word means them; of numbers true and false are 1 and 0.
 */
export type FilterValue = string | number | boolean
/**
 * A range of numbers, or of dates; a bound left out is open. Dates are ISO 8601, UTC where no zone is said, or Unix seconds:
 * a number that looks like a year or a day in eight digits is refused.
 */
export interface FilterRange {
  /** More than this. */
  gt?: number | string
  /** At least this. */
  gte?: number | string
  /** Less than this. */
  lt?: number | string
  /** At most this. */
  lte?: number | string
}
/** What must hold for one attribute: one of these values, a range, or none of these values. */
export type Condition =
  FilterValue | readonly FilterValue[] | FilterRange | { not: FilterValue | readonly FilterValue[] }
/** Conditions by attribute; all must hold. An item that lacks the attribute fails all but `not`. */
export type Filter = Readonly<Record<string, Condition>>

/** Takes a condition on a category: at least one of the values, or none of them. */
export type TakeValues = (attribute: number, values: string[], negated: boolean, path: string) => void
/** Takes a condition on a number: between low and high. */
export type TakeRange = (attribute: number, range: Range, negated: boolean) => void

export function applyFilter(core: Core, filter: Filter): void {
  conditions(
    core,
    'filter',
    filter,
    (attribute, values, negated) => core.filterByValues(attribute, values, negated),
    (attribute, range, negated) => core.filterByRange(attribute, range, negated),
  )
}

/** Hands on the conditions of a filter one by one; `path` names it in messages. */
export function conditions(core: Core, path: string, filter: Filter, values: TakeValues, range: TakeRange): void {
  for (const [field, condition] of entriesOf(path, filter, 'an object such as {"genre": "Drama"}')) {
    const at = `${path} ${shown(field)}`
    const attribute = attributeOf(core, at, field)
    if (core.attributeType(attribute) === 'text')
      refuse(at, condition, 'a category or a number: this attribute is text for display')
    if (core.isOf(attribute, 'numbers')) takeNumbers(core, at, attribute, condition, range)
    else takeValues(core, at, attribute, condition, values)
  }
}

/** The number of the attribute with this name; `path` names where it was said. */
export function attributeOf(core: Core, path: string, name: string): number {
  const attribute = typeof name === 'string' ? core.findAttribute(name) : NOT_FOUND
  if (attribute !== NOT_FOUND) return attribute
  core.await(`${path}: it is no attribute that is here`)
  return refuse(path, name, `one of the bundle's attributes: ${core.attributes.join(', ') || 'it has none'}`)
}

/** The values that a condition names, and whether none of them may be; null where it is no value. */
function valuesOf(condition: Condition): { list: readonly unknown[]; negated: boolean } | null {
  const negated =
    typeof condition === 'object' && condition !== null && 'not' in condition && Object.keys(condition).length === 1
  const wanted: unknown = negated ? condition.not : condition
  if (Array.isArray(wanted)) return { list: wanted, negated }
  return typeof wanted === 'object' && wanted !== null ? null : { list: [wanted], negated }
}

/** The value that is called so: of a column of yes and no one of its own words, or of another's. */
function valueOf(core: Core, attribute: number, value: string): string {
  const word = core.findValue(attribute, value) === NOT_FOUND && booleanOf(value)
  return word && core.findValue(attribute, word) !== NOT_FOUND ? word : value
}

function takeValues(core: Core, path: string, attribute: number, condition: Condition, take: TakeValues): void {
  const { list, negated } = valuesOf(condition) ?? { list: [null], negated: false }
  if (!list.every((value) => ['string', 'number', 'boolean'].includes(typeof value)))
    refuse(path, condition, 'a value, a list of values or {"not": …}')
  const spelled = list.map((value) => valueOf(core, attribute, String(value)))
  take(attribute, spelled, negated, path)
}

function takeNumbers(core: Core, path: string, attribute: number, condition: Condition, take: TakeRange): void {
  const dates = core.isDate(attribute)
  const number = (said: unknown): number => {
    const value = dates && typeof said === 'string' ? core.dateOf(said) : said
    // a number of 1970 to 1973 is meant as a year, or as a day in eight digits
    const isNumber = typeof value === 'number' && !(dates && value === said && value >= 1e3 && value < 1e8)
    if ((isNumber && !Number.isNaN(value)) || typeof value === 'boolean') return Number(value)
    const kind = dates ? 'date' : 'number'
    const form = dates ? ' as "2020-01-31"' : ''
    return refuse(
      path,
      condition,
      `a ${kind}, a list of ${kind}s or {"gt" | "gte" | "lt" | "lte" | "not": ${kind}}${form}`,
    )
  }
  const byRange = (low: number, openLow: boolean, high: number, openHigh: boolean, negated = false) =>
    take(attribute, { low, openLow, high, openHigh }, negated)
  const values = valuesOf(condition)
  if (values !== null) {
    const list = values.list.map(number).sort((a, b) => a - b)
    if (values.negated) list.forEach((value) => byRange(value, false, value, false, true))
    else {
      // one of a list: within its ends, and in none of its gaps
      byRange(list[0] ?? Infinity, false, list.at(-1) ?? -Infinity, false)
      for (let i = 1; i < list.length; i++) byRange(list[i - 1]!, true, list[i]!, true, true)
    }
    return
  }
  const bounds = Object.entries(condition as FilterRange)
  if (bounds.length === 0 || bounds.some(([key]) => !/^[gl]te?$/.test(key)))
    refuse(path, condition, '"gt", "gte", "lt", "lte" or "not"')
  for (const [key, said] of bounds) {
    if (said === undefined) continue
    const [bound, isOpen] = [number(said), !key.endsWith('e')]
    if (key.startsWith('g')) byRange(bound, isOpen, Infinity, false)
    else byRange(-Infinity, false, bound, isOpen)
  }
}
