/** The account as people read it in a terminal. */
import { basename } from 'node:path'
import {
  leftOut,
  type Account,
  type EventAccount,
  type InputAccount,
  type Join,
  type RatingsAccount,
} from '../build/account.js'
import { ratingsLine } from '../build/ratings.js'
import { rareLines } from '../build/single.js'
import { timesLine } from '../build/times.js'
import { oneLine } from '../read/errors.js'
import { quoteList, type ColumnFacts } from '../read/index.js'

/** Every part that there is something to say of. */
export function accountLines(account: Omit<Account, 'errors'> & { errors?: string[] }, people: number): string {
  const { inputs, times, ratings, events, joins, rare = null, remarks, errors = [] } = account
  const parts = [
    ...inputs.map(inputLines),
    [
      ...(times === null ? [] : [timesLine(times)]),
      ...(ratings === null ? [] : [ratingsLine(ratings), `  ${ratings.values.map(ratingCount).join(', ')}`]),
    ],
    events.length === 0 ? [] : ['events', ...table(events.map(eventCells))],
    rareLines(rare, people),
    joins.length === 0 ? [] : ['items of each file in the others', ...table(joins.map(joinCells))],
    remarks.length === 0 ? [] : ['remarks', ...remarks.map((line) => `  ${line}`)],
    errors.length === 0 ? [] : ['errors', ...errors.map((line) => `  ${line}`)],
  ]
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n')
}

const ratingCount = ({ value, count }: RatingsAccount['values'][number]) => `${value} × ${count}`
const eventCells = ({ name, count, weight }: EventAccount) => [name, `× ${count}`, `weight ${weight}`]

/** Names of columns on one line. */
const MOST_UNUSED = 64

function inputLines({ path, role, rows, columns, left }: InputAccount): string[] {
  const used = columns.filter((column) => column.role !== null)
  const unused = columns.filter((column) => column.role === null).map(({ name }) => name)
  const more = unused.length > MOST_UNUSED ? `, and ${unused.length - MOST_UNUSED} more` : ''
  return [
    `${path}: ${rows} rows of ${role}${left.map(leftOut).join('')}`,
    ...table(used.map(columnCells)),
    ...(unused.length === 0 ? [] : [`  not used: ${unused.slice(0, MOST_UNUSED).map(oneLine).join(', ')}${more}`]),
  ]
}

function columnCells({ name, role, kind, missing, examples, exceptions }: ColumnFacts): string[] {
  const odd = exceptions.map(({ row, found, count, others }) => `row ${row} has ${found} (${count} such; ${others})`)
  return [
    name === role || role === 'attribute' ? name : `${name} = ${role}`,
    kind ?? '',
    missing === undefined || missing === 0 ? '' : `${missing} missing`,
    [examples.join(', '), ...odd].join('; '),
  ]
}

function joinCells({ from, to, matched, of, examples, beside }: Join): string[] {
  const has = beside.length === 0 ? '' : ` (it has ${quoteList(beside)})`
  const lacks = examples.length === 0 ? '' : `not ${quoteList(examples)}${has}`
  return [`${basename(from)} in ${basename(to)}`, `${matched} of ${of}`, lacks]
}

/** Rows with their columns aligned, whatever line ends cells have; the last column runs on. */
function table(cells: readonly string[][]): string[] {
  const rows = cells.map((row) => row.map(oneLine))
  const widths = rows[0]?.map((_, c) => Math.max(...rows.map((row) => row[c]!.length))) ?? []
  return rows.map((row) => {
    const padded = row.map((cell, c) => (c === row.length - 1 ? cell : cell.padEnd(widths[c]!)))
    return `  ${padded.join('  ')}`.trimEnd()
  })
}
