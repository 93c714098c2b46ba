/**
 * Orders that take several rows. Exports of shops write what holds for a whole order, its state and its day, on the first of its
 * rows alone, and leave it empty on those that go on with it. A column is taken for such a one if no row that goes on has a cell
 * in it; its cells then stand for those below.
 */
import type { Batch, Cell, Quoting } from './batch.js'
import { isMissing, textOf } from './cells.js'
import { findColumns, headingOf, isOrders, type Mapping } from './columns.js'
import type { FileFacts } from './facts.js'
import type { LeaveOut } from './leave.js'
import { scanTable } from './table.js'

/** Shopify calls its orders by a name, beside the lines that they have. */
const LINES = /^line ?items?\b/i
const NAME = /^name$/i

/** What of a row holds for all of its order; what was bought does not. */
const WHOLE = ['user_id', 'event', 'timestamp'] as const
/** What every log has, and knows its header by. */
const NEEDED = ['user_id', 'item_id'] as const

interface Options extends Quoting {
  leaveOut?: LeaveOut
}

/** The orders of a file, and the columns that hold for the whole of one; null: there are none. */
export async function ordersOf(path: string, mapping: Mapping, options: Options): Promise<Orders | null> {
  // whoever leaves out what is empty there has said what that means
  const leaving = Object.entries(options.leaveOut ?? {}).flatMap(([column, out]) =>
    [out].flat().includes('') ? [] : [column],
  )
  const said = new Set(Object.keys(options.leaveOut ?? {}).filter((column) => !leaving.includes(column)))
  let [by, asked] = [undefined as string | undefined, [] as string[]]
  const select = (names: readonly string[]) => {
    by = orderColumn(names, mapping.basket)
    const at = findColumns(path, names, [...WHOLE, 'item_id'], NEEDED, mapping, { kind: 'interactions' })
    const parts = WHOLE.flatMap((role) => names[at[role]] ?? [])
    asked = [...new Set([...parts, ...leaving])].filter(
      (name) => name !== by && names.includes(name) && !said.has(name),
    )
    return by === undefined ? [] : [by, ...asked].map((name) => names.indexOf(name))
  }
  const survey = new Survey()
  const quote = options.quote === undefined ? {} : { quote: options.quote }
  for await (const { columns, rows } of scanTable(path, {
    ...quote,
    select,
    heading: headingOf(NEEDED, mapping),
    nested: true,
  })) {
    survey.add(columns, rows)
    if (by === undefined || survey.isTold(asked.length)) return null
  }
  const held = asked.filter((_, c) => survey.isWhole(c))
  return by === undefined || held.length === 0 ? null : new Orders(by, held)
}

function orderColumn(names: readonly string[], basket?: Mapping['basket']): string | undefined {
  const usual = names.find((name) => name === basket) ?? names.find(isOrders)
  return usual ?? (names.some((name) => LINES.test(name)) ? names.find((name) => NAME.test(name)) : undefined)
}

/** Tells which rows go on with the order of the row above. */
class Following {
  private above: string | null = null

  isNext(cell: Cell): boolean {
    const order = isMissing(cell) ? null : textOf(cell)
    const isNext = order !== null && order === this.above
    this.above = order
    return isNext
  }
}

/** What stands where, column by column. */
class Survey {
  private readonly following = new Following()
  private readonly onFirst: boolean[] = []
  /** undefined: no row went on with an order yet. */
  private readonly onOthers: (boolean | undefined)[] = []

  add([orders, ...cells]: Batch['columns'], rows: number): void {
    for (let i = 0; orders && i < rows; i++) {
      const isNext = this.following.isNext(orders[i])
      cells.forEach((column, c) => {
        const isCell = column !== null && !isMissing(column[i])
        if (isNext) this.onOthers[c] = this.onOthers[c] === true || isCell
        else if (isCell) this.onFirst[c] = true
      })
    }
  }

  isWhole = (c: number): boolean => this.onFirst[c] === true && this.onOthers[c] === false

  /** Whether none of so many columns can be one any more. */
  isTold = (columns: number): boolean => Array.from({ length: columns }, (_, c) => this.onOthers[c]).every((other) => other) // prettier-ignore
}

/** Gives the rows that go on with an order what stands on its first. */
export class Orders {
  private readonly following = new Following()
  private readonly first: Cell[] = []
  private places: number[] = []
  private at = 0
  private rows = 0

  constructor(
    private readonly by: string,
    private readonly held: readonly string[],
  ) {}

  /** Positions of the columns to see beside the `chosen` ones. */
  select(names: readonly string[], chosen: readonly number[]): number[] {
    this.at = chosen.length
    this.places = chosen.flatMap((at, place) => (this.held.includes(names[at] ?? '') ? [place] : []))
    return [names.indexOf(this.by)]
  }

  fill(batch: Batch): Batch {
    const columns = batch.columns.map((cells, c) => (cells && this.places.includes(c) ? Array.from(cells) : cells))
    const orders = columns[this.at]
    if (!orders) return batch
    for (let i = 0; i < batch.rows; i++) {
      const isNext = this.following.isNext(orders[i])
      let isFilled = false
      for (const place of this.places) {
        const cells = columns[place] as Cell[] | null
        if (cells === null) continue
        if (!isNext) this.first[place] = cells[i]
        else if (!isMissing(this.first[place])) {
          cells[i] = this.first[place]
          isFilled = true
        }
      }
      if (isFilled) this.rows++
    }
    return { ...batch, columns }
  }

  note(facts: FileFacts): void {
    const { by, held: columns, rows } = this
    if (rows > 0) (facts.notes ??= []).push({ note: 'orders', by, columns: [...columns], rows })
  }
}
