// What benchmarks of quality share: the data, a folder for what is made of it, the command line, and the published split of Toys.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { child } from './child.mjs'

const CLI = new URL('../../dist/cli.js', import.meta.url).pathname
export const data = process.env.MARTELLO_DATA ?? new URL('../../../shared/data', import.meta.url).pathname
if (!existsSync(data)) {
  console.log(`no ${data} here (set MARTELLO_DATA), nothing to measure`)
  process.exit(0)
}
export const folder = mkdtempSync(join(tmpdir(), 'martello-quality-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

/** Runs the command line with --json: what it printed, its wall clock and CPU in seconds, its peak memory in bytes. */
export async function martello(...args) {
  const { stdout, wall, cpu, peak } = await child([CLI, ...args, '--json'])
  return { ...JSON.parse(stdout), wall, cpu, peak }
}

/** The header and the rows of a table, which may be packed. */
export function linesOf(path) {
  const bytes = readFileSync(path)
  const [header, ...rows] = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString().trim().split(/\r?\n/)
  return { header, rows }
}

/** The log without each person's last event: what published models of Toys are trained on. */
export function withoutLast(path) {
  const [header, ...rows] = gunzipSync(readFileSync(path)).toString().trim().split('\n')
  const [user, time] = ['user_id', 'timestamp'].map((name) => header.split(',').indexOf(name))
  const last = new Map()
  rows.forEach((row, at) => {
    const cells = row.split(',')
    if (!(last.get(cells[user])?.time > +cells[time])) last.set(cells[user], { at, time: +cells[time] })
  })
  const left = new Set(Array.from(last.values(), ({ at }) => at))
  const kept = join(folder, 'without-last.csv')
  writeFileSync(kept, [header, ...rows.filter((_, at) => !left.has(at))].map((row) => `${row}\n`).join(''))
  return kept
}

/** The log in two, by each person's order in time: the first `share` of their events, and the rest. */
export function firstShare(path, share) {
  const [header, ...rows] = readFileSync(path, 'utf8').trim().split(/\r?\n/)
  const [user, time] = [/^user/i, /^timestamp/i].map((name) => header.split(',').findIndex((one) => name.test(one)))
  const byUser = new Map()
  for (const row of rows) {
    const own = row.split(',')[user]
    byUser.set(own, [...(byUser.get(own) ?? []), row])
  }
  const parts = { first: [header], rest: [header] }
  for (const own of byUser.values()) {
    const inOrder = own.toSorted((a, b) => a.split(',')[time] - b.split(',')[time])
    inOrder.forEach((row, at) => parts[at < share * own.length ? 'first' : 'rest'].push(row))
  }
  const written = (name) => {
    writeFileSync(join(folder, `${name}.csv`), parts[name].map((row) => `${row}\n`).join(''))
    return join(folder, `${name}.csv`)
  }
  return { first: written('first'), rest: written('rest') }
}
