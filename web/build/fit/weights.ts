/** Weights of what is to be found: some events are worth more than others. */
import { InputError, type Items } from '../../read/index.js'
import type { Catalogue } from '../catalogue.js'
import type { TowerWeights } from './config.js'
import type { Sequences } from './rows.js'

const PLACE = { file: 'config', part: 'key "train.tower.weights.column"' }

/** Errors: a column that is not there, holds no numbers, or some below 0, or nothing above. */
export function checkWeights({ column }: TowerWeights, items: Items | null): void {
  if (column === undefined) return
  const found = items?.columns.find(({ name }) => name === column)
  if (found === undefined)
    throw new InputError(PLACE, `"${column}", which is no column of the items`, 'a number column of --items')
  if (found.kind !== 'number')
    throw new InputError(PLACE, `"${column}", a column of kind ${found.kind}`, 'a number column of --items')
  const below = found.values.findIndex((value) => value < 0 || Math.abs(value) === Infinity)
  if (below >= 0)
    throw new InputError(
      { file: items!.files[0]!.path, field: column },
      `${found.values[below]} of item "${items!.itemIds[below]}", which "train.tower.weights" takes for its weight`,
      'numbers that are not below 0',
    )
  if (!found.values.some((value) => value > 0))
    throw new InputError(PLACE, `"${column}", which holds nothing above 0`, 'some weights above 0')
}

/** What items weigh where they are to be found, 1 in the mean over the log's events; null: all the same. */
export function itemWeights(
  { item }: Sequences,
  items: number,
  catalogue: Catalogue,
  { column, popularity = 0 }: TowerWeights,
): Float64Array | null {
  if (column === undefined && popularity === 0) return null
  const events = new Float64Array(items)
  for (const one of item) events[one]!++
  const value = column === undefined ? null : valuesOf(catalogue, column)
  const weight = events.map((count, one) => (value?.[one] ?? 1) * Math.max(1, count) ** -popularity)
  return toMean(weight, item.reduce((sum, one) => sum + weight[one]!, 0) / item.length)
}

/** What each event weighs where it is to be found, 1 in the mean; null: all the same. */
export function eventWeights(
  { item, weight }: Sequences,
  ofItem: Float64Array | null,
  { event = false }: TowerWeights,
): Float32Array | null {
  const said = event ? weight : null
  if (said === null && ofItem === null) return null
  const each = Float32Array.from(item, (one, e) => (ofItem?.[one] ?? 1) * (said?.[e] ?? 1))
  return toMean(each, each.reduce((sum, one) => sum + one, 0) / each.length)
}

/** Where nothing weighs anything, all weighs the same. */
function toMean<T extends Float32Array | Float64Array>(values: T, mean: number): T | null {
  return mean > 0 ? (values.map((value) => value / mean) as T) : null
}

/** Of each item; of those that say nothing what the others say in the mean. */
function valuesOf({ columns, itemRow }: Catalogue, name: string): Float64Array {
  const column = columns.find((one) => one.name === name)
  const of = Float64Array.from(itemRow, (row) => (column?.kind !== 'number' || row < 0 ? NaN : column.values[row]!))
  const known = of.filter((value) => value >= 0)
  const mean = known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length)
  return of.map((value) => (value >= 0 ? value : mean))
}
