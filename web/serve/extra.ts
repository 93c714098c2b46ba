/** A catalogue beside the bundle, for its cards: titles for ids, pictures, prices that were not built in. */
import type { Column, ColumnFacts, Items } from '../read/index.js'
import type { AttributeValue } from '../recommender/request.js'
import type { Extra } from './facts.js'

export function extraOf({ itemIds, columns, facts }: Items): Extra {
  const rows = itemIds.map((_, row) => row)
  return {
    ids: itemIds,
    columns: Object.fromEntries(columns.map((column) => [column.name, rows.map((row) => valueOf(column, row))])),
    units: unitsOf(facts?.files ?? []),
  }
}

/** What stands before or after the numbers of attributes, by their names. */
export const unitsOf = (files: readonly { columns?: readonly ColumnFacts[] }[]): Record<string, string> =>
  Object.fromEntries(
    files.flatMap(({ columns = [] }) => columns.flatMap(({ name, unit }) => (unit ? [[name, unit]] : []))),
  )

/** As a bundle says it: days as texts. */
function valueOf(column: Column, row: number): AttributeValue | null {
  switch (column.kind) {
    case 'text':
      return column.values[row]!
    case 'category':
      return column.names[column.values[row]!] ?? null
    case 'multi': {
      const codes = column.values.subarray(column.offsets[row], column.offsets[row + 1])
      return codes.length === 0 ? null : Array.from(codes, (code) => column.names[code]!)
    }
    case 'number':
      return Number.isNaN(column.values[row]) ? null : column.values[row]!
    case 'date':
      return Number.isNaN(column.values[row]) ? null : new Date(1000 * column.values[row]!).toISOString().slice(0, 10)
  }
}
