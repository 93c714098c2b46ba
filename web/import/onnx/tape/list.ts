/**
 * Lists: rows that know of each other, all in one run. Their number is open at run time as ever, so what differs with it cannot
 * be a plain constant: positions, masks of who may see whom, the number of rows itself, which a mean or a variance divides by.
 * Two kinds of those can be had nevertheless.
 */
import { stridesOf, type Tensor } from '../model/tensor.js'

/** Rows of the longest list with which shorter ones begin; or a number on a line over their number, or 1 / such a number. */
export type OfList = { rows: Tensor } | { start: number; slope: number; under: boolean }

/** Which axes are of rows. */
type Shape = readonly { rows: boolean }[]

/** What a constant is, by its values for lists of three lengths, the last of them the longest; null: nothing that can be had. */
export const listed = (each: readonly Tensor[], shape: Shape, lengths: readonly number[]): OfList | null =>
  commonRows(each, shape) ?? onLine(each, lengths)

/** The numbers that there may be, or those between which they are. */
export const numbersOf = (of: OfList, longest: number): ArrayLike<number> & Iterable<number> =>
  'rows' in of ? of.rows.data : [1, longest].map((n) => of.start + of.slope * n).map((x) => (of.under ? 1 / x : x))

function commonRows(each: readonly Tensor[], shape: Shape): OfList | null {
  if (!shape.some((extent) => extent.rows)) return null
  const longest = each.at(-1)!
  const strides = stridesOf(longest.shape)
  const begins = ({ shape: own, data }: Tensor): boolean =>
    data.every((value, at) => {
      let [rest, place] = [at, 0]
      for (let axis = own.length - 1; axis >= 0; axis--) {
        place += (rest % own[axis]) * strides[axis]
        rest = Math.floor(rest / own[axis])
      }
      return Object.is(value, longest.data[place])
    })
  return each.every(begins) ? { rows: longest } : null
}

function onLine(each: readonly Tensor[], lengths: readonly number[]): OfList | null {
  if (each.some(({ data }) => data.length !== 1)) return null
  for (const under of [false, true]) {
    const [x, y, last] = each.map(({ data }) => (under ? 1 / data[0] : data[0]))
    const slope = (y - x) / (lengths[1] - lengths[0])
    const start = x - slope * lengths[0]
    if (Math.abs(start + slope * lengths[2] - last) <= 1e-6 * Math.abs(last)) return { start, slope, under }
  }
  return null
}
