/**
 * Tables of a row for each order with a column for each of its lines, as WebToffee's exporter for WooCommerce writes them:
 *
 *     line_item_1                                                                     line_item_2
 *     name:Tea, green|product_id:31|sku:TEA|quantity:1|total:13.00|sub_total:13.00    name:Kettle|product_id:7|…
 *
 * They are read as tables of a row for each line, which has what holds for its order beside columns of its own: `line_item.sku`. So
 * rows are counted line by line, also in messages.
 */
import type { Batch, Cell, Scan, ScanOptions } from './batch.js'
import { isMissing, textOf } from './cells.js'

const LINE = /^line_item_\d+$/
/** What a line says of what was bought. */
const PARTS = ['name', 'product_id', 'sku', 'quantity'] as const
const partName = (part: string) => `line_item.${part}`
/** A part ends where another begins; names of products may have these signs, too. */
const BETWEEN = /\|(?=(?:product_id|sku|quantity|total|sub_total):)/

/** Reads by `scan` what may be such a table. */
export async function* scanLines(scan: (options: ScanOptions) => Scan, options: ScanOptions): Scan {
  const { heading } = options
  /** Of each column asked for the place among those scanned, or the part of a line; null: none was asked for. */
  let chosen: (number | (typeof PARTS)[number] | null)[] = []
  let lines: number[] = []
  const select: ScanOptions['select'] = (names, format) => {
    const own = withParts(names)
    const asked = options.select(own, format)
    if (own === names) return asked
    const real = [...new Set(asked.filter((at) => names.includes(own[at] ?? '')))]
    chosen = asked.map((at) => (at < 0 ? null : real.includes(at) ? real.indexOf(at) : partOf(own[at]!)))
    const all = names.flatMap((name, at) => (LINE.test(name) ? [at] : []))
    lines = all.map((_, i) => real.length + i)
    return [...real.map((at) => names.indexOf(own[at]!)), ...all]
  }
  const isHeader = (cells: readonly string[]) => heading!.isHeader(withParts(cells))
  let rows = 0
  for await (const batch of scan({ ...options, select, ...(heading && { heading: { ...heading, isHeader } }) })) {
    if (lines.length === 0) {
      yield batch
      continue
    }
    const apart = lineByLine(batch, chosen, lines, rows + 1)
    rows += apart.rows
    yield apart
  }
}

const partOf = (name: string) => PARTS.find((part) => partName(part) === name)!

/** What the columns are called once the lines stand in rows of their own. */
function withParts(names: readonly string[]): readonly string[] {
  const others = names.filter((name) => !LINE.test(name.trim()))
  return others.length === names.length ? names : [...others, ...PARTS.map(partName)]
}

function lineByLine(
  batch: Batch,
  chosen: readonly (number | string | null)[],
  lines: readonly number[],
  firstRow: number,
): Batch {
  // prettier-ignore
  const from: number[] = []
  const said: ReadonlyMap<string, string>[] = []
  for (let row = 0; row < batch.rows; row++) {
    const cells = lines.map((c) => batch.columns[c]?.[row]).filter((cell) => !isMissing(cell))
    // an order without lines stays, to be counted where rows without an item are
    for (const cell of cells.length > 0 ? cells : [null]) {
      from.push(row)
      said.push(partsOf(cell))
    }
  }
  const columns = chosen.map((one) => {
    if (one === null) return null
    if (typeof one === 'string') return said.map((line): Cell => line.get(one) ?? '')
    const cells = batch.columns[one]
    return cells ? from.map((row) => cells[row]) : null
  })
  return {
    columns,
    rows: from.length,
    firstRow,
    lines: batch.lines && Uint32Array.from(from, (row) => batch.lines![row]!),
    ...(batch.part && { part: batch.part }),
  }
}

function partsOf(cell: Cell): Map<string, string> {
  const parts = new Map<string, string>()
  if (isMissing(cell)) return parts
  const text = textOf(cell)
  for (const part of /^[a-z_]+:/.test(text) ? text.split(BETWEEN) : [`name:${text}`]) {
    const at = part.indexOf(':')
    const key = part.slice(0, at)
    if (!parts.has(key)) parts.set(key, part.slice(at + 1).trim())
  }
  return parts
}
