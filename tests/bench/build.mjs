// `make bench-build`: how long a build takes and how much memory it needs as logs grow, against the same build by another
// checkout (other.mjs), against what is required, and what grew with an exponent above 1, which is worse than linear.
//
//   SIZES=1,5,25   millions of events (default 1,2,5; .1 to try the bench itself)
//   RUNS=3         of each, in turn; the least wall clock counts (default 1)
//   LOGS=folder    keeps the logs there for the next time; default: a temporary folder that is removed
//
// Logs are drawn by a seed (crowd.mjs).
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { child } from './child.mjs'
import { exponent, plot } from './growth.mjs'
import { beside, inTurn, other, root } from './other.mjs'
import { Verdict } from './verdict.mjs'

/** Events, people, items; seconds of wall clock and bytes at most, where they are required. */
const SIZES = {
  0.1: [100_000, 6_000, 2_000],
  1: [1_000_000, 60_000, 20_000],
  2: [2_000_000, 120_000, 40_000],
  5: [5_000_000, 300_000, 100_000, { wall: 60, peak: 1e9 }],
  25: [25_000_000, 1_000_000, 250_000, { wall: 360, peak: 3e9 }],
}
const RUNS = Number(process.env.RUNS ?? 1)
const sizes = (process.env.SIZES ?? '1,2,5').split(',').map(Number)
for (const size of sizes)
  if (!(size in SIZES)) {
    console.error(
      `bench: found size ${size}, expected some of ${Object.keys(SIZES)
        .sort((a, b) => a - b)
        .join(', ')}, as in SIZES=1,5`,
    )
    process.exit(2)
  }
const folder = mkdtempSync(join(tmpdir(), 'martello-build-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1))

/** The log of a size, drawn where it is not there yet. */
async function logOf(size) {
  const place = process.env.LOGS ?? folder
  mkdirSync(place, { recursive: true })
  const path = join(place, `${size}M.csv`)
  if (!existsSync(path)) {
    await child([join(root, 'tests/bench/crowd.mjs'), ...SIZES[size].slice(0, 3), `${path}.part`])
    renameSync(`${path}.part`, path)
  }
  return path
}

/** What each stage takes and how many events that is a second; the short ones together. */
function stagesOf({ stages, wall }, events) {
  const rest = { name: 'all else', seconds: wall - stages.reduce((sum, { seconds }) => sum + seconds, 0) }
  const [long, short] = [[], []]
  for (const stage of stages) (stage.seconds > 0.02 * wall ? long : short).push(stage)
  rest.seconds += short.reduce((sum, { seconds }) => sum + seconds, 0)
  return [...long, rest].map(({ name, seconds }) => {
    const pace = `${(events / seconds / 1000).toFixed(0).padStart(6)} k events/s`
    return `         ${seconds.toFixed(1).padStart(6)} s ${`${((100 * seconds) / wall).toFixed(0)} %`.padStart(5)} ${pace}  ${name.replace(/ \/.*\//, ' ')}`
  })
}

const verdict = new Verdict()
const against = other()
const runs = []
if (against !== null) console.log(`other: ${against.name}\n`)
for (const size of sizes.toSorted((a, b) => a - b)) {
  const log = await logOf(size)
  const [events, people, items, wanted] = SIZES[size]
  console.log(`${events} events, ${people} people, ${items} items`)
  const { before, now } = await inTurn(against, ['--interactions', log], folder, RUNS)
  for (const line of stagesOf(now, events)) console.log(line)
  runs.push({ events, before, now })
  if (wanted === undefined) continue
  verdict.most('wall clock', `${size} million events`, now.wall, wanted.wall, 's', 1, beside(now, before, 'wall'))
  verdict.most(
    'peak memory',
    `${size} million events`,
    now.peak / 1e9,
    wanted.peak / 1e9,
    'GB',
    2,
    beside(now, before, 'peak'),
  )
}

if (runs.length > 1) {
  const points = (which, of) => runs.flatMap((run) => (run[which] === null ? [] : [[run.events, run[which][of]]]))
  const millions = (events) => `${events / 1e6} million events`
  for (const [of, what, say] of [
    ['wall', 'wall clock', (seconds) => `${seconds.toFixed(0)} s`],
    ['peak', 'peak memory', (bytes) => `${(bytes / 1e9).toFixed(2)} GB`],
  ]) {
    const [now, before] = [points('now', of), points('before', of)]
    const power = exponent(now)
    console.log(
      `\n${what} against events, both logarithmic: ● this${before.length > 0 ? ', ○ other' : ''}, · linear from the first`,
    )
    console.log(
      plot(
        [
          ['●', now],
          ['○', before],
        ],
        millions,
        say,
      ),
    )
    const steps = now
      .slice(1)
      .map((point, i) => `${now[i][0] / 1e6} to ${point[0] / 1e6} million: ${exponent([now[i], point]).toFixed(2)}`)
    console.log(
      `grows by events to the power ${power.toFixed(2)}${steps.length > 1 ? ` (${steps.join(', ')})` : ''}; 1 is linear`,
    )
    const range = `${now[0][0] / 1e6} to ${millions(now.at(-1)[0])}`
    const otherPower = before.length > 1 ? `other: ${exponent(before).toFixed(2)}` : ''
    verdict.most(`growth of ${what}, exponent`, range, power, 1, '', 2, otherPower)
  }
}
verdict.print()
