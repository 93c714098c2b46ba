/** How popular items are: the one measure of it, for their order, the source `popular`, searches and whatever weighs by it. */

/** Who met what; row n of every array is one event. */
interface Events {
  users: number
  items: number
  user: Uint32Array
  item: Uint32Array
  /** null: 1 each. */
  weight: Float32Array | null
  /** An item that fewer people met is as one that nobody met. Default 1. */
  people?: number
  /** 1: as good as not there. */
  hidden?: Uint8Array
}

/**
 * What everybody's events say of each item: a person counts for an item once, by their strongest event of it, however often
 * they come back. Events that weigh nothing or less do not count.
 */
export function popularityOf({
  users,
  items,
  user,
  item,
  weight,
  people = 1,
  hidden,
}: Events): Float64Array<ArrayBuffer> {
  const { start, rows } = rowsByCode(user, users)
  const sums = new Float64Array(items)
  const met = new Uint32Array(items) // by so many people
  const strongest = new Float64Array(items) // of the person at hand, 0: they have not met it
  for (let one = 0; one < users; one++) {
    for (let i = start[one]!; i < start[one + 1]!; i++) {
      const row = rows[i]!
      if (hidden === undefined || hidden[row] === 0)
        strongest[item[row]!] = Math.max(strongest[item[row]!]!, weight === null ? 1 : weight[row]!)
    }
    for (let i = start[one]!; i < start[one + 1]!; i++) {
      const one = item[rows[i]!]!
      if (strongest[one]! > 0) met[one]!++
      sums[one]! += strongest[one]!
      strongest[one] = 0
    }
  }
  return sums.map((sum, one) => (met[one]! < people ? 0 : sum))
}

/** The rows of each code, in their order: those of code c are rows[start[c]] up to before rows[start[c + 1]]. */
export function rowsByCode(codes: Uint32Array, count: number): { start: Uint32Array; rows: Uint32Array } {
  const start = new Uint32Array(count + 1)
  for (const code of codes) start[code + 1]!++
  for (let code = 0; code < count; code++) start[code + 1]! += start[code]!
  const next = start.slice()
  const rows = new Uint32Array(codes.length)
  for (let row = 0; row < codes.length; row++) rows[next[codes[row]!]!++] = row
  return { start, rows }
}

/** Whether there are items of which a log says nothing. */
export const hasNew = (log: Events): boolean => popularityOf(log).some((sum) => sum === 0)

/** How many items anybody met. */
export function metItems({ items, item }: Pick<Events, 'items' | 'item'>): number {
  const isMet = new Uint8Array(items)
  for (const one of item) isMet[one] = 1
  return isMet.reduce((sum, one) => sum + one, 0)
}
