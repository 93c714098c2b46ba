/**
 * What stands in the columns of a log that play no part: an order's state, pieces that came back. Columns of few values are
 * counted value by value, in others what is below 0 and what says yes; whether that means anything, the builder says.
 */
import type { Batch, Cell, Format } from './batch.js'
import { isMissing, numberOf, textOf } from './cells.js'
import { isOrders } from './columns.js'
import { saysYes } from './leave.js'
import { amountOf } from './quantities.js'

/** A column that plays no part. */
export interface TallyFacts {
  path: string
  column: string
  /** Rows of the file that were taken. */
  rows: number
  /** Its values, each with its rows; null: they are many. */
  values: { value: string; count: number }[] | null
  /** Rows with a number below 0, and the first of them. */
  below: number
  example: string
  /** Rows that say yes: not empty, 0, false or no. */
  yes: number
  /** Of a column that is called like orders, rows that go on with the order of the row above. */
  further?: number
}

/** More different values, or longer ones, are no states; nor is each of more columns looked at. */
const MOST = 64
const LONGEST = 40
/** A column of Parquet costs what reading it costs, so there, and among many, only names that may tell are looked at. */
const TELLING =
  /stat|type|kind|action|event|reason|quant|qty|stk|pcs|uds|count|units|pieces|amount|total|price|refund|return|cancel|void|storno|retour|menge|anzahl|cantidad|click|like|lov|fav|hate|watch|view|seen|skip|play|listen|complet|finish|label|purchas|bought|order|paid|conver|target|follow|share|collect|save|read|open/i

/** The idle columns of one file. */
export class Tally {
  private readonly byName = new Map<string, { counts: Map<string, number> | null; facts: TallyFacts }>()
  private order: string[] = []
  private first = 0

  constructor(private readonly path: string) {}

  /** Positions of the columns to look at, which stand in batches from `first` on. */
  select(names: readonly string[], used: ReadonlySet<number>, first: number, format: Format): number[] {
    this.first = first
    const isCostly = format === 'parquet' || names.length > MOST
    const idle = names.filter((name, at) => name !== '' && !used.has(at) && (!isCostly || TELLING.test(name)))
    this.order = idle.slice(0, MOST)
    return this.order.map((name) => names.indexOf(name))
  }

  add({ columns, rows }: Batch): void {
    this.order.forEach((column, c) => {
      const cells = columns[this.first + c]
      if (!cells) return
      if (!this.byName.has(column)) {
        const facts = { path: this.path, column, rows: 0, values: null, below: 0, example: '', yes: 0 }
        this.byName.set(column, { counts: new Map(), facts })
      }
      const known = this.byName.get(column)!
      const { facts } = known
      if (isOrders(column)) facts.further = (facts.further ?? 0) + repeats(cells, rows)
      for (let i = 0; i < rows; i++) {
        const cell = cells[i]
        if (isMissing(cell)) continue
        if (saysYes(cell)) facts.yes++
        if (isBelow(cell) && facts.below++ === 0) facts.example = String(cell)
        if (known.counts !== null && !count(known.counts, cell)) known.counts = null
      }
    })
  }

  /** `rows` of the file were taken. */
  facts(rows: number): TallyFacts[] {
    const whole = [...this.byName.values()].filter(({ facts }) => this.order.includes(facts.column)) // looked at to the end
    return whole.map(({ counts, facts }) => ({
      ...facts,
      rows,
      values: counts && Array.from(counts, ([value, count]) => ({ value, count })),
    }))
  }
}

function repeats(cells: ArrayLike<Cell>, rows: number): number {
  let count = 0
  for (let i = 1; i < rows; i++) if (!isMissing(cells[i]) && cells[i] === cells[i - 1]) count++
  return count
}

/** What is below 0 begins with a minus or a bracket, or with a currency before it. */
const OWED = /^[\s\p{Sc}\p{L}]{0,5}[-−(]/u

const isBelow = (cell: Cell): boolean =>
  typeof cell === 'string' ? OWED.test(cell) && (amountOf(cell) ?? 0) < 0 : (numberOf(cell) ?? 0) < 0

/** false: these are too many, or no values. */
function count(counts: Map<string, number>, cell: Cell): boolean {
  if (typeof cell === 'object') return false
  const text = textOf(cell)
  if (text.length > LONGEST) return false
  counts.set(text, (counts.get(text) ?? 0) + 1)
  return counts.size <= MOST
}
