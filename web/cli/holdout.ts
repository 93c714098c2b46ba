/** What may be wrong with the events that are held out: names that the bundle does not weigh, no names at all, times before the history's. */
import { meaningOf } from '../build/names.js'
import type { BuildRecord } from '../build/record.js'
import { quote, quoteList, type Interactions } from '../read/index.js'

/** One line each, to look at. */
export function holdoutRemarks(
  record: Partial<BuildRecord> | null,
  history: Interactions,
  holdout: Interactions,
): string[] {
  const events = record?.account?.events ?? []
  return [
    ...nameless(
      events.map(({ name }) => name),
      holdout,
    ),
    ...(record === null ? [] : [history, holdout].flatMap((log) => unweighed(record, log))),
    ...older(history, holdout),
  ]
}

/** Where the files do not meet, figures are those of strangers, or of things that nobody can find; `known`: whether the bundle has an item. */
export function meetingRemarks(
  path: string,
  known: (id: string) => boolean,
  history: Interactions,
  holdout: Interactions,
): string[] {
  const people = new Set(history.userIds)
  const [users, items] = [holdout.userIds, holdout.itemIds]
  const none = (count: number, what: string, ids: readonly string[]) =>
    `look: ${filesOf(holdout)}: none of its ${count} ${what}, for example ${quoteList(ids.slice(0, 3))}`
  return [
    ...(users.some((id) => people.has(id))
      ? []
      : [
          `${none(users.length, `people is in ${filesOf(history)}`, users)} (which has ${quoteList(history.userIds.slice(0, 3))}), so that all are asked as if they were new`,
        ]),
    ...(items.some(known)
      ? []
      : [`${none(items.length, `items is in ${path}`, items)}, so that it can bring back nothing`]),
    ...(history.itemIds.length === 0 || history.itemIds.some(known)
      ? []
      : [
          `look: ${filesOf(history)}: none of its ${history.itemIds.length} items is in ${path}, for example ${quoteList(history.itemIds.slice(0, 3))}, so that it knows nothing of anybody`,
        ]),
  ]
}

const filesOf = ({ files }: Interactions) => files.map(({ path }) => path).join(', ')

function nameless(known: readonly string[], log: Interactions): string[] {
  const counts = countsOf(log)
  const none = log.event === null ? log.rows : (counts.get('') ?? 0)
  if (known.length === 0 || none === 0) return []
  return [
    `look: ${filesOf(log)}: ${none} of ${log.rows} rows have no event, and count 1; the bundle was built of ${quoteList(known)}`,
  ]
}

/** Names that say less than 1, and count 1, as on a device, since the log of the build does not have them. */
function unweighed({ account, config }: Partial<BuildRecord>, log: Interactions): string[] {
  const known = [...(account?.events ?? []).map(({ name }) => name), ...Object.keys(config?.events ?? {})]
  const weighed = new Set(known.map((name) => name.toLowerCase()))
  const counts = countsOf(log)
  const names = [...counts.keys()]
  const open = [...counts].filter(([name]) => !weighed.has(name.toLowerCase()) && meaningOf(name, names).weight < 1)
  if (open.length === 0) return []
  const said = open.map(([name, count]) => `${quote(name)} in ${count}`).join(', ')
  const events = Object.fromEntries(open.map(([name]) => [name, meaningOf(name, names).weight]))
  return [
    `look: ${filesOf(log)}: ${said} of ${log.rows} rows: the bundle weighs no such events, so that each counts 1, whatever its name says; a build with ${JSON.stringify({ events })} in its config weighs them`,
  ]
}

function countsOf({ event }: Interactions): Map<string, number> {
  const counts = new Map<string, number>()
  for (const code of event?.code ?? []) counts.set(event!.names[code]!, (counts.get(event!.names[code]!) ?? 0) + 1)
  return counts
}

/** What is held out comes after what the same person did before. */
function older(history: Interactions, holdout: Interactions): string[] {
  if (history.time === null || holdout.time === null) return []
  const newest = new Map<string, number>()
  history.time.forEach((time, row) => {
    const id = history.userIds[history.user[row]!]!
    if (time > (newest.get(id) ?? -Infinity)) newest.set(id, time) // NaN is not greater
  })
  let count = 0
  holdout.time.forEach((time, row) => {
    if (time < (newest.get(holdout.userIds[holdout.user[row]!]!) ?? -Infinity)) count++
  })
  return count === 0
    ? []
    : [
        `look: ${filesOf(holdout)}: ${count} of ${holdout.rows} held-out events are older than the newest of the same people in the history: what was held out is to come after it`,
      ]
}
