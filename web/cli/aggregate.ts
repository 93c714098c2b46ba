/** martello aggregate: what people want, from reports that say next to nothing of each of them. */
import { readFile } from 'node:fs/promises'
import { flag, many, parse, text, UsageError, whole } from './options.js'
import { Bar } from './progress.js'
import { fileError, InputError, quote } from '../read/errors.js'
import { totalSize } from '../read/parts.js'
import { CLUSTERS, digestOf, EPSILONS } from '../reports/noise.js'
import { readReports } from '../reports/read.js'
import type { Cell, Sums } from '../reports/sums.js'

const USAGE = `martello aggregate REPORTS… [--clusters F] [--round R] [--epsilon E]… [--min 20] [--json]

  REPORTS: what martello/report sent, a line of JSON each, or rows of any table with the columns clusters, count, epsilon and bits;
  files, folders and patterns.

  --clusters  the list as the page has it, a JSON array or a name on each line: names the clusters, and leaves out reports of other lists
  --round     the round of the list, where the page says one
  --epsilon   what the page says, leaves out others: anybody could send one report of 0.1, which weighs as much as twenty of 4
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
      epsilon: { type: 'string', multiple: true },
      min: { type: 'string' },
      json: { type: 'boolean' },
    },
    ['REPORTS…'],
    USAGE,
  )
  const least = whole(values, 'min', 20, 1, 1e9)
  const listed = text(values, 'clusters')
  const names = listed === undefined ? null : await namesIn(listed)
  const list = names ? `${await digestOf(names, text(values, 'round') ?? '')} ${names.length}` : undefined
  const epsilons = many(values, 'epsilon').map(epsilonOf)
  const wanted = { list, epsilons: epsilons.length > 0 ? epsilons : undefined }
  const bar = new Bar(flag(values, 'json'))
  const [total, read] = [await totalSize(positionals), { bytes: 0 }]
  const { lists, others, broken } = await readReports(positionals, wanted, (count) => {
    read.bytes += count
    bar.update('reading', Math.min(read.bytes, total), total)
  })
  bar.stop()
  const all = others + [...lists.values()].reduce((sum, { reports }) => sum + reports, 0)
  broken.check(all)
  const file = positionals.join(', ')
  if (lists.size === 0 && others > 0)
    throw new InputError({ file }, `${others} reports of other lists or epsilons`, `some of ${list?.split(' ')[0] ?? 'any list'}${epsilons.length > 0 ? ` and epsilon ${epsilons.join(', ')}` : ''}`) // prettier-ignore
  const [digest, sums] = theList(lists, file)
  if (sums.reports < least) throw new InputError({ file }, `${sums.reports} reports`, `${least} or more (--min)`)
  process.stderr.write(broken.said(all))
  if (others > 0)
    process.stderr.write(`look: ${others} of ${all} reports are of other lists or epsilons and were left out\n`)
  const cells = sums.cells()
  const shown = cells.filter(({ count }) => count >= least)
  const table: Table = {
    list: digest,
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

/** The digest of the only list that there is, and its sums. */
function theList(lists: Map<string, Sums>, file: string): [string, Sums] {
  const found = [...lists].map(([list, sums]) => [list.split(' ')[0]!, sums] as [string, Sums])
  if (found.length === 0) throw new InputError({ file }, 'no reports', 'a line of JSON for each')
  const said = found.map(([digest, { reports }]) => `${digest} (${reports} reports)`).join(', ')
  if (found.length > 1)
    throw new InputError({ file }, `reports of ${found.length} lists, which cannot be added: ${said}`, 'one of them, named by --clusters') // prettier-ignore
  return found[0]!
}

function epsilonOf(given: string): number {
  const [least, most] = EPSILONS
  if (!(Number(given) >= least && Number(given) <= most))
    throw new UsageError(`--epsilon: found "${given}", expected a number from ${least} to ${most}`)
  return Number(given)
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
