/** What columns that play no part may be for: dates of a log that has no times, people where the column of people is half empty. */
import type { Cell, Quoting } from './batch.js'
import { isMissing, numberOf } from './cells.js'
import { otherPeople } from './columns.js'
import type { FileFacts } from './facts.js'
import { headingBy } from './header.js'
import { scanTable } from './table.js'
import { undated } from './times.js'

/** Numbers are times only where the name says so: seconds since 1973, or smaller units. */
const TIMELY = /date|time|stamp|zeit|fecha|heure|hora/i
const LEAST = 1e8

/** Of a table that is wider, the first columns are looked at. */
const WIDEST = 256

/** Notes the first such column of a file, by the first of its rows. */
export async function noteDates(facts: FileFacts, quoting: Quoting): Promise<void> {
  const unused = facts.columns.filter(({ role, name }) => role === null && name !== '')
  const idle = unused.slice(0, WIDEST).map(({ name }) => name)
  if (idle.length === 0) return
  const select = (names: readonly string[]) => idle.map((name) => names.indexOf(name))
  const heading = headingBy(facts.columns.map(({ name }) => name))
  for await (const { columns } of scanTable(facts.path, { ...quoting, select, heading, nested: true })) {
    const column = idle.find((name, c) => columns[c] !== null && areDates(name, Array.from(columns[c]!)))
    if (column !== undefined) (facts.notes ??= []).push({ note: 'dates', column })
    return
  }
}

/** Where rows of a file name no person: another column that tells people apart and is filled more often, in so many rows. */
export async function notePeople(facts: FileFacts, missing: number, quoting: Quoting): Promise<void> {
  const unused = facts.columns.filter(({ role }) => role === null).map(({ name }) => name)
  const others = otherPeople(unused).slice(0, WIDEST)
  if (others.length === 0) return
  const filled = others.map(() => 0)
  let of = 0
  const select = (names: readonly string[]) => others.map((name) => names.indexOf(name))
  for await (const { columns, rows } of scanTable(facts.path, { ...quoting, select })) {
    columns.forEach((cells, c) => {
      for (let i = 0; cells !== null && i < rows; i++) if (!isMissing(cells[i])) filled[c]!++
    })
    of += rows
  }
  const most = filled.indexOf(Math.max(...filled))
  if (filled[most]! > of - missing)
    (facts.notes ??= []).push({ note: 'people', column: others[most]!, filled: filled[most]!, missing, of })
}

function areDates(name: string, cells: readonly Cell[]): boolean {
  const present = cells.filter((cell) => !isMissing(cell))
  if (present.length === 0) return false
  if (present.every((cell) => cell instanceof Date)) return true
  if (TIMELY.test(name) && present.every((cell) => Math.abs(numberOf(cell) ?? 0) >= LEAST)) return true
  if (!present.every((cell) => typeof cell === 'string')) return false
  const { odd, isTold } = undated(present as string[])
  return odd.length === 0 && isTold
}
