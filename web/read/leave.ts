/**
 * Rows of a log that are to be left out by what stands in a column: people who are nobody (`guest`, `0`), orders that came to
 * nothing, pieces that came back. They are counted as rows without ids are.
 */
import type { Batch, Cell } from './batch.js'
import { booleanOf } from './booleans.js'
import { idOf, isMissing, numberOf, textOf, type IdsAs } from './cells.js'
import { quote } from './errors.js'
import { amountOf } from './quantities.js'

/** A range of numbers, each end where it is said. */
export interface NumberRange {
  gt?: number
  gte?: number
  lt?: number
  lte?: number
}

/**
 * By column, what is left out: a value or several, a range of numbers, or true for every cell that says yes: that is not
 * empty, 0, false or no.
 */
export type LeaveOut = Record<string, true | string | number | (string | number)[] | NumberRange>

/** Nothing, in numbers and where a word is none of booleans.ts. */
const NO = /^(|-|\D{0,3}[-+]?0+([.,]0+)?\D{0,3})$/

/** Whether a cell says anything but no: `true`, a date, a number that is not 0. */
export const saysYes = (cell: Cell): boolean =>
  !isMissing(cell) && cell !== false && !NO.test(textOf(cell)) && booleanOf(textOf(cell)) !== 'false'

const isIn = (
  value: number,
  { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity }: NumberRange,
): boolean => value > gt && value >= gte && value < lt && value <= lte

function testOf(wanted: LeaveOut[string], idsAs?: IdsAs): (cell: Cell) => boolean {
  if (wanted === true) return saysYes
  if (typeof wanted === 'object' && !Array.isArray(wanted))
    return (cell) => isIn(numberOf(cell) ?? amountOf(cell) ?? NaN, wanted)
  const values = new Set([wanted].flat().map(String))
  return (cell) => values.has(isMissing(cell) ? '' : (idOf(cell, idsAs) ?? textOf(cell)))
}

export const whyLeft = (column: string): string => `by ${quote(column)}, as "leaveOut" says`

/** The rows of one file that are left out. */
export class Leaving {
  private readonly tests: { column: string; test: (cell: Cell) => boolean }[]
  /** Place of the first such column in a batch. */
  private first = 0

  constructor(leaveOut: LeaveOut = {}, idsAs?: IdsAs) {
    this.tests = Object.entries(leaveOut).map(([column, wanted]) => ({ column, test: testOf(wanted, idsAs) }))
  }

  /** Positions of the columns to look at, which stand in batches from `first` on. */
  select(names: readonly string[], first: number): number[] {
    this.first = first
    return this.tests.map(({ column }) => names.indexOf(column))
  }

  /** Why row i is left out; undefined: it is not. */
  why({ columns }: Batch, i: number): string | undefined {
    if (this.tests.length === 0) return undefined
    const found = this.tests.find(({ test }, t) => {
      const cells = columns[this.first + t] ?? null // this file may lack the column
      return cells !== null && test(cells[i])
    })
    return found && whyLeft(found.column)
  }
}
