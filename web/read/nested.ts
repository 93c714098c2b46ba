/**
 * Objects within rows: what analytics keep under `properties` or `event_properties` are columns of their own,
 * `properties.product_id`; a list of objects is rows of another table, which a line of jq makes.
 */
import { NoColumn, partOf, otherIds, type Role } from './columns.js'

type Row = Record<string, unknown>

export const isObject = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Deeper than this, and beyond so many of them, keys are no columns. */
const DEEPEST = 3
const MOST = 256

/** Hears of the keys within the objects of a row, each with its path. */
export function eachInside(row: Row, hear: (path: readonly string[]) => void, above: readonly string[] = []): void {
  for (const key in row) {
    const value = row[key]
    const path = [...above, key]
    if (above.length > 0 && !isObject(value)) hear(path)
    if (isObject(value) && path.length < DEEPEST) eachInside(value, hear, path)
  }
}

/** The columns within objects, by their dotted names. */
export class Inside {
  private readonly paths = new Map<string, readonly string[]>()

  /** The names of a row's objects that are not `known`. */
  add(row: Row, known: ReadonlySet<string>): string[] {
    const names = new Set<string>()
    eachInside(row, (path) => {
      const name = path.join('.')
      if (this.paths.size >= MOST || this.paths.has(name)) return
      this.paths.set(name, path)
      if (!known.has(name)) names.add(name)
    })
    return [...names]
  }

  /** What a row has under a name, which it may have of its own besides; undefined where that is none of these. */
  cell(row: Row, name: string): unknown {
    const path = this.paths.get(name)
    if (path === undefined) return undefined
    let value: unknown = row
    for (const key of path) value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
    return value
  }
}

const isId = (name: string, role: Role) =>
  partOf(name) === role || (role === 'item_id' && (otherIds([name]).length > 0 || /^[a-z]id$/.test(name)))

/** Says where ids seem to be, if they are in objects that are no columns (`nested`: they are), or in lists of objects. */
export function whereInside(error: NoColumn, rows: readonly Row[], nested: boolean): NoColumn {
  const found = new Map<string, { inside: string; jq: string }>()
  for (const row of rows)
    for (const key in row) {
      const value = row[key]
      const isList = Array.isArray(value)
      const first: unknown = isList ? value[0] : value
      const name = isObject(first) ? Object.keys(first).find((one) => isId(one, error.role)) : undefined
      if (name === undefined || found.has(key) || (!isList && nested)) continue
      const jq = /^\w+$/.test(key) ? `.${key}` : `.[${JSON.stringify(key)}]`
      const whole = isList ? `. as $row | ${jq}[] | $row + . | del(${jq})` : `. + ${jq} | del(${jq})`
      found.set(key, { inside: `${key}${isList ? '[]' : ''}.${name}`, jq: whole })
    }
  const [one] = found.values()
  if (one === undefined) return error
  const rowsOf = one.inside.includes('[]') ? 'makes a row of each' : 'makes columns of them'
  return new NoColumn(
    error.place.file,
    error.role,
    error.found,
    `${error.expected}; such ids seem to be inside, as ${one.inside} (jq -c '${one.jq}' ${rowsOf})`,
  )
}
