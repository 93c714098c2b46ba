// `make bench-build`: how long a build takes and how much memory it needs as logs grow, against the same build by another
// checkout (the parent of this commit, or OTHER=path; OTHER=none: alone), run in turn, since machines differ and have moods.
//
//   SIZES=1,5,25   millions of events (default 1,5)
//   LOGS=folder    keeps the logs there for the next time; default: a temporary folder that is removed
//
// Logs are drawn by a seed (crowd.mjs). The plot says how much a million events takes: bars of one length are linear growth.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { child } from './child.mjs'

const root = join(import.meta.dirname, '../..')
const SIZES = {
  1: [1_000_000, 60_000, 20_000],
  5: [5_000_000, 300_000, 100_000],
  25: [25_000_000, 1_000_000, 250_000],
}
const sizes = (process.env.SIZES ?? '1,5').split(',')
for (const size of sizes)
  if (!(size in SIZES)) {
    console.error(`bench: found size ${size}, expected some of ${Object.keys(SIZES).join(', ')}, as in SIZES=1,5`)
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
    await child([join(root, 'tests/bench/crowd.mjs'), ...SIZES[size], `${path}.part`])
    renameSync(`${path}.part`, path)
  }
  return path
}

/** A built checkout to compare with, or null. */
function other() {
  const { OTHER } = process.env
  if (OTHER === 'none') return null
  if (OTHER !== undefined) return OTHER
  const commit = execFileSync('git', ['rev-parse', 'HEAD~1'], { cwd: root, encoding: 'utf8' }).trim()
  const place = join(root, 'build/bench/parent', commit)
  if (!existsSync(join(place, 'dist/cli.js'))) {
    console.log(`building the parent, ${commit.slice(0, 9)}`)
    rmSync(join(root, 'build/bench/parent'), { recursive: true, force: true })
    execFileSync('git', ['worktree', 'prune'], { cwd: root })
    execFileSync('git', ['worktree', 'add', '--detach', place, commit], { cwd: root, stdio: 'ignore' })
    execFileSync('make', ['all'], { cwd: place, stdio: ['ignore', 'ignore', 'inherit'] })
  }
  return place
}

async function built(checkout, log) {
  const bundle = join(folder, 'bundle.martello')
  const run = await child([join(checkout, 'dist/cli.js'), 'build', '--interactions', log, '-o', bundle], {
    cwd: folder,
  })
  return { ...run, bytes: statSync(bundle).size }
}

const gigabytes = (bytes) => `${(bytes / 1e9).toFixed(2)} GB`
const said = ({ wall, cpu, peak, bytes }) =>
  `${wall.toFixed(1).padStart(7)} s wall  ${cpu.toFixed(1).padStart(7)} s CPU  ${gigabytes(peak).padStart(8)} at most  ${(bytes / 1e6).toFixed(2).padStart(6)} MB bundle`

const against = other()
const runs = []
for (const size of sizes) {
  const log = await logOf(size)
  const [events, people, items] = SIZES[size]
  console.log(`${events} events, ${people} people, ${items} items`)
  const before =
    against &&
    (await built(against, log).catch((error) => console.log(`  other  ${error.message.trim().split('\n').at(-1)}`)))
  if (before) console.log(`  other  ${said(before)}`)
  const run = await built(root, log)
  console.log(`  this   ${said(run)}`)
  if (before)
    console.log(
      `  ratio  ${(run.wall / before.wall).toFixed(2)} of the wall clock, ${(run.cpu / before.cpu).toFixed(2)} of the CPU time, ${(run.peak / before.peak).toFixed(2)} of the memory`,
    )
  runs.push({ ...run, events })
}

const WIDTH = 60
const each = runs.map(({ wall, events }) => (1e6 * wall) / events)
console.log('\nwall clock of a million events')
runs.forEach(({ events }, r) => {
  const bar = '█'.repeat(Math.max(1, Math.round((WIDTH * each[r]) / Math.max(...each))))
  console.log(`${`${events / 1e6} M`.padStart(6)} ${bar} ${each[r].toFixed(1)} s`)
})
if (runs.length > 1) {
  const [first, last] = [runs[0], runs.at(-1)]
  const slope = Math.log(last.wall / first.wall) / Math.log(last.events / first.events)
  console.log(`growth: wall clock by events to the power ${slope.toFixed(2)} (linear: 1)`)
}
