/** Campaigns: lists that people make, such as an editors' choice, with the time in which each entry speaks. */
import type { Cell } from './batch.js'
import { ID_EXPECTED, idOf, isEmpty, NUMBER_EXPECTED, numberOf, textOf, type IdReading } from './cells.js'
import { findColumns, type Mapping } from './columns.js'
import { InputError, quote } from './errors.js'
import { columnFacts, keepExample, noteFloats, type ColumnFacts, type FileFacts, type FileTaken } from './facts.js'
import { IdColumn } from './intern.js'
import { readTable } from './table.js'
import { TimeColumn, type DateOrders } from './times.js'

/** The list of rows that name none. */
const UNNAMED = 'campaign'

/** One item of a list. */
export interface CampaignEntry {
  id: string
  /** Above 0. */
  weight: number
  /** Unix seconds: it speaks from `start` until before `end`. -Infinity and Infinity: always. */
  start: number
  end: number
}

/** Lists that people make. */
export interface Campaigns {
  /** Lists by name, in the order in which they appear. */
  lists: Map<string, CampaignEntry[]>
  files: FileTaken[]
}

/**
 * Reads tables of any format with `item_id` and, as they have them, `list` (default "campaign"), `weight` (default 1) or
 * `position` (from 1; it weighs 1/√position), `start` and `end` (a day without a time of day is its first second, UTC;
 * empty: open).
 * Errors (with file, row and column): no id, a weight that is not above 0, a date that is none, an end that does not lie
 * after its start.
 */
export async function readCampaigns(
  paths: readonly string[],
  options: IdReading & { columns?: Mapping; dates?: DateOrders } = {},
): Promise<Campaigns> {
  const campaigns: Campaigns = { lists: new Map(), files: [] }
  for (const path of paths) {
    const table = await readTable(path)
    const mapping = options.columns?.item_id
    const known = typeof mapping !== 'string' || !table.names.includes(mapping) ? {} : { item_id: mapping }
    const id = findColumns(path, table.names, ['item_id'], ['item_id'], known, { kind: 'campaigns' }).item_id
    const ids = new IdColumn(options.idsAs)
    const at = { list: column('list'), weight: column('weight'), position: column('position'), start: column('start'), end: column('end') } // prettier-ignore
    function column(name: string): number {
      return table.names.findIndex((one) => one.toLowerCase() === name)
    }
    const times = (c: number): Float64Array | null => {
      if (c < 0) return null
      const cells = table.columns[c]!
      const name = table.names[c]!
      const column = new TimeColumn(name, options.dates?.[name])
      const seconds = column.add(cells, table.rows, (row, expected) => {
        throw new InputError({ file: path, row: row + 1, field: table.names[c] }, quote(cells[row]), expected)
      })
      column.finish()
      return seconds
    }
    const [starts, ends] = [times(at.start), times(at.end)]
    for (let row = 0; row < table.rows; row++) {
      const cell = (c: number): Cell => (c < 0 ? null : table.columns[c]![row])
      const refuse = (c: number, found: string, expected: string): never => {
        throw new InputError({ file: path, row: row + 1, field: table.names[c] }, found, expected)
      }
      const number = (c: number): number => {
        const value = c < 0 ? NaN : (numberOf(cell(c)) ?? refuse(c, quote(cell(c)), NUMBER_EXPECTED))
        return Number.isNaN(value) || value > 0 ? value : refuse(c, quote(cell(c)), 'a number above 0')
      }
      const time = (column: Float64Array | null, open: number): number => {
        const value = column?.[row] ?? NaN
        return Number.isNaN(value) ? open : value
      }
      const name = at.list < 0 ? UNNAMED : (idOf(cell(at.list), 'exact') ?? UNNAMED)
      const weight = number(at.weight)
      const position = number(at.position)
      const entry: CampaignEntry = {
        id: ids.ids.names[ids.codeOfId(cell(id))] ?? refuse(id, quote(cell(id)), ID_EXPECTED),
        weight: !Number.isNaN(weight) ? weight : Number.isNaN(position) ? 1 : 1 / Math.sqrt(position),
        start: time(starts, -Infinity),
        end: time(ends, Infinity),
      }
      if (entry.start >= entry.end)
        refuse(at.end, quote(cell(at.end)), `a time after its start, ${quote(cell(at.start))}`)
      const list = campaigns.lists.get(name)
      if (list === undefined) campaigns.lists.set(name, [entry])
      else list.push(entry)
    }
    const parts: [part: string, at: number, kind: string][] = [
      ['item_id', id, 'id'],
      ['list', at.list, 'category'],
      ['weight', at.weight, 'number'],
      ['position', at.weight < 0 ? at.position : -1, 'number'],
      ['start', at.start, 'time'],
      ['end', at.end, 'time'],
    ]
    const columns = table.names.map((name, c) => {
      const [part = null, , kind = null] = parts.find(([, at]) => at === c) ?? []
      return described(columnFacts(name, part, kind), table.columns[c]!)
    })
    const file: FileFacts = { path, rows: table.rows, columns, left: [] }
    noteFloats(file, table.names[id], ids.endFile())
    campaigns.files.push(file)
  }
  if (campaigns.lists.size === 0)
    throw new InputError({ file: paths.join(', ') }, 'no rows below the header', 'at least one entry')
  return campaigns
}

/** Counts what a column holds, where it plays a part. */
function described(facts: ColumnFacts, cells: readonly Cell[]): ColumnFacts {
  if (facts.role === null) return facts
  for (const cell of cells) {
    if (isEmpty(cell)) facts.missing!++
    else {
      facts.values!++
      keepExample(facts, textOf(cell))
    }
  }
  return facts
}
