// Builds by this checkout and, in turn in the same run, by another: the parent of this commit, or OTHER=path (OTHER=none: alone).
// Machines differ and have moods: what one run says of both is the ratio.
import { execFileSync } from 'node:child_process'
import { existsSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { child } from './child.mjs'

export const root = join(import.meta.dirname, '../..')

/** A built checkout to compare with and its name, or null. */
export function other() {
  const { OTHER } = process.env
  if (OTHER === 'none') return null
  if (OTHER !== undefined) {
    if (!existsSync(join(OTHER, 'dist/cli.js'))) {
      console.error(
        `bench: OTHER=${OTHER} has no dist/cli.js, expected a built checkout (make all there), or OTHER=none`,
      )
      process.exit(2)
    }
    return { place: OTHER, name: OTHER }
  }
  const git = (...args) =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  const commit = git('rev-parse', 'HEAD~1')
  const place = join(root, 'build/bench/parent', commit)
  if (!existsSync(join(place, 'dist/cli.js'))) {
    console.log(`building the parent, ${commit.slice(0, 9)}`)
    rmSync(join(root, 'build/bench/parent'), { recursive: true, force: true })
    git('worktree', 'prune')
    git('worktree', 'add', '--detach', place, commit)
    execFileSync('make', ['all'], { cwd: place, stdio: ['ignore', 'ignore', 'inherit'] })
  }
  return { place, name: `${commit.slice(0, 9)}, the parent` }
}

/** What `martello build` of a checkout takes: wall clock and CPU in seconds, peak and bundle in bytes, and its stages. */
export async function built(checkout, inputs, folder) {
  const bundle = join(folder, 'bundle.martello')
  const run = await child([join(checkout, 'dist/cli.js'), 'build', ...inputs, '-o', bundle, '--json'], { cwd: folder })
  const { stages = [], peak_memory: peak = 0 } = JSON.parse(run.stdout)
  return { ...run, stages, peak: Math.max(run.peak, peak), bytes: statSync(bundle).size }
}

/**
 * Both in turn, `runs` times: the one of least wall clock of each. `before` is null where there is no other, or it fails, which
 * is said.
 */
export async function inTurn(against, inputs, folder, runs = 1) {
  const [before, now] = [[], []]
  for (let run = 0; run < runs; run++) {
    if (against !== null && before !== null)
      await built(against.place, inputs, folder).then(
        (made) => before.push(made),
        (error) => console.log(`  other  ${error.message.trim().split('\n').at(-1)}`),
      )
    now.push(await built(root, inputs, folder))
  }
  const least = (made) => made.reduce((best, one) => (best === null || one.wall < best.wall ? one : best), null)
  const [one, two] = [least(before), least(now)]
  if (one !== null) console.log(`  other  ${said(one)}${spread(before)}`)
  console.log(`  this   ${said(two)}${spread(now)}`)
  if (one !== null) console.log(`  ratio  ${ratios(two, one)}`)
  return { before: one, now: two }
}

const gigabytes = (bytes) => `${(bytes / 1e9).toFixed(2)} GB`
const said = ({ wall, cpu, peak, bytes }) =>
  `${wall.toFixed(1).padStart(7)} s wall  ${cpu.toFixed(1).padStart(7)} s CPU  ${gigabytes(peak).padStart(8)} at most  ${(bytes / 1e6).toFixed(2).padStart(6)} MB bundle`
const spread = (runs) =>
  runs.length < 2 ? '' : `  (least wall clock of ${runs.map(({ wall }) => wall.toFixed(1)).join(', ')} s)`
const ratios = (now, before) =>
  ['wall', 'cpu', 'peak']
    .map((of, i) => `${(now[of] / before[of]).toFixed(2)} of the ${['wall clock', 'CPU time', 'memory'][i]}`)
    .join(', ')

/** For a row of the verdict: how a figure compares with the other's. */
export const beside = (now, before, of) =>
  before === null ? '' : `${(now[of] / before[of]).toFixed(2)} of the other's`
