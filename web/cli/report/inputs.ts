/** The account of the inputs: what the build recorded of its own, and what was read as history and holdout now. */
import { basename } from 'node:path'
import { html, table, type Column, type Html } from './html.js'
import { SAY } from './said.js'
import { leftOut, type Account, type EventAccount, type InputAccount, type Join } from '../../build/account.js'
import { ratingsLine } from '../../build/ratings.js'
import { timesLine } from '../../build/times.js'
import { timesOf } from '../../build/understood.js'
import type { ColumnFacts, Interactions } from '../../read/index.js'

export function accountShown(account: Omit<Account, 'errors'>): Html {
  const { inputs, times, ratings, events, joins, remarks } = account
  const eventColumns: Column<EventAccount>[] = [
    { head: 'event', cell: ({ name }) => name },
    { head: 'rows', cell: ({ count }) => SAY.count(count), numbers: true },
    { head: 'weight', cell: ({ weight }) => weight, numbers: true },
  ]
  const joinColumns: Column<Join>[] = [
    { head: 'items of', cell: ({ from }) => basename(from) },
    { head: 'in', cell: ({ to }) => basename(to) },
    { head: 'found', cell: ({ matched }) => SAY.count(matched), numbers: true },
    { head: 'of', cell: ({ of }) => SAY.count(of), numbers: true },
    { head: 'lacking, such as', cell: ({ examples }) => examples.join(', ') },
  ]
  return html`${inputs.map(inputShown)} ${times !== null && html`<p>${timesLine(times)}</p>`}
  ${ratings !== null && html`<p>${ratingsLine(ratings)}</p>`}
  ${events.length > 0 && table('Events and what each counts', eventColumns, events)}
  ${joins.length > 0 && table('Items of each file in the others', joinColumns, joins)}
  ${
    remarks.length > 0 &&
    html`<h4>Remarks</h4>
      <ul>
        ${remarks.map((line) => html`<li>${line}</li>`)}
      </ul>`
  }`
}

function inputShown({ path, role, rows, columns, left }: InputAccount): Html {
  const shown: Column<ColumnFacts>[] = [
    { head: 'column', cell: ({ name }) => name },
    { head: 'taken as', cell: (column) => column.role ?? 'not used' },
    { head: 'kind', cell: ({ kind }) => kind ?? '' },
    { head: 'missing', cell: ({ missing }) => (missing === undefined ? '' : SAY.count(missing)), numbers: true },
    { head: 'such as', cell: ({ examples }) => examples.join(', ') },
  ]
  const said = `${path}: ${SAY.count(rows)} rows of ${role}${left.map(leftOut).join('')}`
  return columns.length === 0 ? html`<p>${said}</p>` : table(said, shown, columns)
}

/** What was read to judge by. */
export function logsShown(logs: readonly { role: string; log: Interactions }[]): Html {
  const columns: Column<(typeof logs)[number]>[] = [
    { head: 'log', cell: ({ role, log }) => `${role}: ${log.files.map(({ path }) => basename(path)).join(', ')}` },
    { head: 'events', cell: ({ log }) => SAY.count(log.rows), numbers: true },
    { head: 'people', cell: ({ log }) => SAY.count(log.userIds.length), numbers: true },
    { head: 'items', cell: ({ log }) => SAY.count(log.itemIds.length), numbers: true },
    { head: 'times', cell: ({ log }) => ((times) => (times === null ? 'none' : timesLine(times).replace('times: ', '')))(timesOf(log)) }, // prettier-ignore
  ]
  return table('What was read to judge by', columns, logs)
}
