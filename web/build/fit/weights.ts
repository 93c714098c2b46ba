/** Weights of what is to be found: some events are worth more than others. */
import { InputError, type Interactions, type Items } from '../../read/index.js'
import type { Catalogue } from '../catalogue.js'
import type { Log } from '../training.js'
import { byUser } from '../tune/holdout.js'
import type { TowerWeights } from './config.js'
import type { Sequences } from './rows.js'

/** Errors: a log that was read without the column of what events are worth, or nothing above 0 in it. */
export function checkValues({ value: read }: Interactions, { value }: TowerWeights): void {
  const place = { file: 'config', part: 'key "train.tower.weights.value"' }
  if (value === undefined) return
  if (!read) throw new InputError(place, 'a log read without that column', 'columns.value where it was read')
  if (!read.some((one) => one > 0))
    throw new InputError(place, `"${value}", which holds nothing above 0`, 'some weights above 0')
}

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

/** What each event weighs by itself, in the order of the sequences; null: all the same. */
export function ownWeights(
  weight: Float32Array | null,
  log: Log,
  { event = false, value }: TowerWeights,
): Float32Array | null {
  const said = event ? weight : null
  if (value === undefined || log.value === undefined) return said
  const events = byUser(log).event.filter((e) => !log.hidden?.[e])
  const values = filled(Float64Array.from(events, (e) => log.value![e]!))
  return Float32Array.from(values, (one, e) => one * (said?.[e] ?? 1))
}

/** With what its item weighs, where it is to be found: 1 in the mean; null: all the same. */
export function eventWeights({ item, weight }: Sequences, ofItem: Float64Array | null): Float32Array | null {
  if (weight === null && ofItem === null) return null
  const each = Float32Array.from(item, (one, e) => (ofItem?.[one] ?? 1) * (weight?.[e] ?? 1))
  return toMean(each, each.reduce((sum, one) => sum + one, 0) / each.length)
}

/** What it is worth to find an item, where it is not said of the event: what its events weigh in the mean, 1 without any; null: all the same. */
export function worthOf({ item, weight }: Sequences, items: number): Float64Array | null {
  if (weight === null) return null
  const [sum, count] = [new Float64Array(items), new Uint32Array(items)]
  item.forEach((one, e) => {
    sum[one]! += weight[e]!
    count[one]!++
  })
  return sum.map((all, one) => (count[one]! > 0 ? all / count[one]! : 1))
}

/** Where nothing weighs anything, all weighs the same. */
function toMean<T extends Float32Array | Float64Array>(values: T, mean: number): T | null {
  return mean > 0 ? (values.map((value) => value / mean) as T) : null
}

function valuesOf({ columns, itemRow }: Catalogue, name: string): Float64Array {
  const column = columns.find((one) => one.name === name)
  return filled(Float64Array.from(itemRow, (row) => (column?.kind !== 'number' || row < 0 ? NaN : column.values[row]!)))
}

/** What says nothing counts as the others do in the mean. */
function filled(values: Float64Array): Float64Array {
  const known = values.filter((value) => value >= 0)
  const mean = known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length)
  return values.map((value) => (value >= 0 ? value : mean))
}
