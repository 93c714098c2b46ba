/**
 * Filters: `{ genre: 'Drama', year: { gte: 1990 } }` becomes calls that narrow what the core may recommend.
 *
 * All conditions must hold. A value or a list of values keeps items that have at least one of them; `{ not: … }` keeps
 * items that have none; a number, or `{ gt, gte, lt, lte }`, compares numbers. An item that lacks the attribute fails
 * every condition but `not`. A value that no item has is an ordinary filter that nothing passes.
 */
import { Core, MartelloError, NOT_FOUND, shown } from './core.js'

export type FilterValue = string | number | boolean
export interface FilterRange {
  gt?: number
  gte?: number
  lt?: number
  lte?: number
}
export type Condition =
  FilterValue | readonly FilterValue[] | FilterRange | { not: FilterValue | readonly FilterValue[] }
export type Filter = Readonly<Record<string, Condition>>

const NUMBERS = [2, 3]
const TEXT = 4
const isList = (value: unknown): value is readonly FilterValue[] => Array.isArray(value)

const fail = (field: string, found: unknown, expected: string): never => {
  throw new MartelloError(`filter ${shown(field)}: found ${shown(found)}, expected ${expected}`)
}

export function applyFilter(core: Core, filter: Filter): void {
  if (typeof filter !== 'object' || filter === null || isList(filter))
    throw new MartelloError(`filter: found ${shown(filter)}, expected an object such as {"genre": "Drama"}`)
  for (const [field, condition] of Object.entries(filter)) {
    const attribute = core.withText(field, (at, length) => core.wasm.mt_find_attribute(core.rec, at, length))
    if (attribute === NOT_FOUND)
      fail(field, field, `one of the bundle's attributes: ${attributeNames(core).join(', ') || 'it has none'}`)
    const kind = core.wasm.mt_attribute_kind(core.rec, attribute)
    if (kind === TEXT) fail(field, condition, 'a category or a number: this attribute is text for display')
    if (NUMBERS.includes(kind)) numbers(core, field, attribute, condition)
    else values(core, field, attribute, condition)
  }
}

export function attributeNames(core: Core): string[] {
  return Array.from({ length: core.wasm.mt_attributes(core.rec) }, (_, i) =>
    core.text((at) => core.wasm.mt_attribute_name(core.rec, i, at)),
  )
}

function values(core: Core, field: string, attribute: number, condition: Condition): void {
  const negated =
    typeof condition === 'object' && condition !== null && 'not' in condition && Object.keys(condition).length === 1
  const wanted = negated ? condition.not : condition
  const list = isList(wanted) ? wanted : [wanted]
  core.wasm.mt_filter_clear(core.rec, attribute)
  for (const value of list) {
    if (!['string', 'number', 'boolean'].includes(typeof value))
      fail(field, condition, 'a value, a list of values or {"not": …}')
    core.withText(String(value), (at, length) => core.wasm.mt_filter_value(core.rec, attribute, at, length))
  }
  core.wasm.mt_filter_by_values(core.rec, attribute, negated ? 1 : 0)
}

function numbers(core: Core, field: string, attribute: number, condition: Condition): void {
  const byRange = (low: number, openLow: boolean, high: number, openHigh: boolean, negated = false) =>
    core.wasm.mt_filter_by_range(core.rec, attribute, low, +openLow, high, +openHigh, +negated)
  const number = (value: unknown): number =>
    typeof value === 'number' && !Number.isNaN(value)
      ? value
      : fail(field, condition, 'a number, or {"gt" | "gte" | "lt" | "lte" | "not": number}')
  if (typeof condition !== 'object' || condition === null)
    return byRange(number(condition), false, number(condition), false)
  if (isList(condition)) return fail(field, condition, 'a number or a range: lists of numbers are not supported')
  if ('not' in condition && Object.keys(condition).length === 1)
    return byRange(number(condition.not), false, number(condition.not), false, true)
  const range = condition as FilterRange
  const unknown = Object.keys(range).find((key) => !['gt', 'gte', 'lt', 'lte'].includes(key))
  if (unknown !== undefined || Object.keys(range).length === 0)
    fail(field, condition, '"gt", "gte", "lt", "lte" or "not"')
  if (range.gt !== undefined) byRange(number(range.gt), true, Infinity, false)
  if (range.gte !== undefined) byRange(number(range.gte), false, Infinity, false)
  if (range.lt !== undefined) byRange(-Infinity, false, number(range.lt), true)
  if (range.lte !== undefined) byRange(-Infinity, false, number(range.lte), false)
}
