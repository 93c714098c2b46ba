/** martello aggregate: what people want, from reports that say next to nothing of each of them. */
import { readFile } from 'node:fs/promises'
import { flag, parse, text, whole } from './options.js'
import { Bar } from './progress.js'
import { fileError, InputError, quote } from '../read/errors.js'
import { totalSize } from '../read/parts.js'
import { CLUSTERS, digestOf } from '../reports/noise.js'
import { readReports } from '../reports/read.js'
import type { Cell, Sums } from '../reports/sums.js'

const USAGE = `martello aggregate REPORTS… [--clusters F] [--round R] [--min 20] [--json]

  REPORTS: what martello/report sent, a line of JSON each, or rows of any table with the columns clusters, count, epsilon and bits;
  files, folders and patterns.

  --clusters  the list as the page has it, a JSON array or a name on each line: names the clusters, and leaves out reports of other lists
  --round     the round of the list, where the page says one
  --min       clusters that fewer people want, as far as is known, are held back, and a table of fewer reports altogether

  Takes the noise out of the sums. Counts are of those who reported, and right on average. The interval of a row holds the truth 95
  times of 100; ranks rest on wider ones, which hold it for all clusters at once 95 times of 100 (Šidák). Reports of several epsilons
  add up. What is no report is left out and said, up to one in a hundred; more of them are refused.`

export async function aggregate(args: string[]): Promise<void> {
  const { values, positionals } = parse(
    args,
    {
      clusters: { type: 'string' },
      round: { type: 'string' },
      min: { type: 'string' },
      json: { type: 'boolean' },
    },
    ['REPORTS…'],
    USAGE,
  )
  const least = whole(values, 'min', 20, 1, 1e9)
  const listed = text(values, 'clusters')
  const names = listed === undefined ? null : await namesIn(listed)
  const bar = new Bar(flag(values, 'json'))
  const [total, read] = [await totalSize(positionals), { bytes: 0 }]
  const { lists, broken } = await readReports(positionals, (count) => {
    read.bytes += count
    bar.update('reading', Math.min(read.bytes, total), total)
  })
  bar.stop()
  const all = [...lists.values()].reduce((sum, { reports }) => sum + reports, 0)
  broken.check(all)
  const wanted = names && `${await digestOf(names, text(values, 'round') ?? '')} ${names.length}`
  const [list, sums] = theList(lists, wanted, positionals.join(', '), listed)
  if (sums.reports < least)
    throw new InputError({ file: positionals.join(', ') }, `${sums.reports} reports`, `${least} or more (--min)`)
  process.stderr.write(broken.said(all))
  const others = all - sums.reports
  if (others > 0) process.stderr.write(`look: ${others} of ${all} reports are of other lists and were left out\n`)
  const cells = sums.cells()
  const shown = cells.filter(({ count }) => count >= least)
  const table: Table = {
    list: list.split(' ')[0]!,
    reports: sums.reports,
    epsilons: sums.epsilons,
    broken: broken.count,
    others,
    clusters: cells.length,
    min: least,
    heldBack: cells.length - shown.length,
    cells: shown.map((cell) => ({ ...cell, name: names?.[cell.cluster] ?? null, share: cell.count / sums.reports })),
  }
  process.stdout.write(flag(values, 'json') ? `${JSON.stringify(table)}\n` : said(table))
}

interface Table {
  list: string
  reports: number
  epsilons: number[]
  broken: number
  others: number
  clusters: number
  min: number
  heldBack: number
  cells: (Cell & { name: string | null; share: number })[]
}

/** The list that is asked for, or the only one. */
function theList(lists: Map<string, Sums>, wanted: string | null, file: string, listed?: string): [string, Sums] {
  const found = [...lists].map(([list, { reports }]) => `${list.split(' ')[0]} (${reports} reports)`).join(', ')
  if (lists.size === 0) throw new InputError({ file }, 'no reports', 'a line of JSON for each')
  if (wanted !== null) {
    const sums = lists.get(wanted)
    if (sums !== undefined) return [wanted, sums]
    const [digest] = wanted.split(' ')
    throw new InputError(
      { file },
      `reports of ${found}`,
      `of ${digest}, which ${listed} is (--round belongs to a list)`,
    )
  }
  if (lists.size > 1)
    throw new InputError({ file }, `reports of ${lists.size} lists, which cannot be added: ${found}`, 'one of them, named by --clusters') // prettier-ignore
  return [...lists][0]!
}

async function namesIn(path: string): Promise<string[]> {
  const content = await readFile(path, 'utf8').catch((error: unknown) => {
    throw fileError(path, error, 'a list of clusters')
  })
  let names: unknown = content.split(/\r?\n/).filter((line) => line.trim() !== '')
  if (content.trimStart().startsWith('['))
    try {
      names = JSON.parse(content)
    } catch (error) {
      throw new InputError({ file: path }, `no JSON (${(error as Error).message})`, 'an array of names')
    }
  const [fewest, most] = CLUSTERS
  const isList = (list: unknown): list is string[] =>
    Array.isArray(list) &&
    list.length >= fewest &&
    list.length <= most &&
    list.every((name) => typeof name === 'string')
  if (!isList(names)) throw new InputError({ file: path }, quote(names), `an array of ${fewest} to ${most} names`)
  return names
}

function said({ reports, epsilons, clusters, min, heldBack, cells }: Table): string {
  const width = Math.max(7, ...cells.map(({ name }) => name?.length ?? 0))
  const rows = cells.map(({ cluster, name, count, share, interval: [low, high], rank: [best, worst] }) => {
    const rank = best === worst ? `${best}` : `${best} to ${worst}`
    const interval = `${Math.round(low)} to ${Math.round(high)}`
    return `${rank.padEnd(12)}${(name ?? `${cluster}`).padEnd(width)}${String(Math.round(count)).padStart(10)}   ${interval.padEnd(18)}${(100 * share).toFixed(1).padStart(5)} %\n`
  })
  const few = `${heldBack} of ${clusters} clusters, which fewer than ${min} want as far as is known, ${heldBack === 1 ? 'was' : 'were'} held back\n`
  return [
    `${reports} reports of epsilon ${epsilons.join(', ')}\n\n`,
    `${'rank'.padEnd(12)}${'cluster'.padEnd(width)}${'people'.padStart(10)}   ${'95 % interval'.padEnd(18)}share\n`,
    ...rows,
    heldBack > 0 ? `\n${few}` : '\n',
    `the interval of a row holds by itself; ranks hold for all ${clusters} clusters at once, 95 times of 100 (Šidák)\n`,
  ].join('')
}
