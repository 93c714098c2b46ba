/**
 * martello eval --holdout of the root of a split catalogue: each person is asked for as on a first visit, when nothing but the root is here:
 * from the root alone, then with the lists that their history wants.
 */
import { performance } from 'node:perf_hooks'
import { Sample, type Interval } from './figures/sample.js'
import { FIGURES, Measures, named, type Figures } from './measures.js'
import { spread } from './complement.js'
import { whole, type Values } from './options.js'
import type { Bar } from './progress.js'
import { readLogs } from './quality.js'
import { targetsOf } from './targets.js'
import { p50p99 } from './timing.js'
import { coreOf } from '../build/core.js'
import { readRecord, sectionsOf } from '../build/inspect.js'
import { Recommender } from '../entry/node.js'

export interface Visits extends Figures {
  users: number
  k: number
  intervals: Record<keyof Figures, Interval | null>
  /** Of a visit: what is fetched, and until the answer. */
  bytes_fetched: number
  requests: number
  most: { bytes: number; requests: number }
  cold: { p50_ms: number; p99_ms: number }
  /** From the root alone. */
  root: Figures & { bytes: number; items: number }
}

/** Whether a bundle is a root with lists. */
export const isRoot = async (bytes: Uint8Array) => (await sectionsOf(bytes)).some(({ kind }) => kind === 'lists')

/** People of the logs, as many as `--people` says. */
export async function peopleOf(path: string, bytes: Uint8Array, values: Values, usage: string) {
  const people = whole(values, 'people', 5000, 1, 2 ** 31)
  const { history, holdout } = await readLogs({ record: await readRecord(path, bytes) }, values, usage)
  return spread(targetsOf(await coreOf(bytes), history, holdout).asked, people)
}

export async function evaluateVisits(
  path: string,
  bytes: Uint8Array,
  values: Values,
  bar: Bar,
  usage: string,
): Promise<Visits> {
  const k = whole(values, 'k', 20, 1, 1000)
  const asked = await peopleOf(path, bytes, values, usage)
  const rec = await Recommender.open(path)
  const items = rec.items
  const [measures] = (await Measures.start(k, 1)) as [Measures]
  const [first, then] = [new Sample(FIGURES.length, 'hits'), new Sample(FIGURES.length, 'hits')]
  const times: number[] = []
  const sums = { bytes: 0, requests: 0 }
  const most = { bytes: 0, requests: 0 }
  for (const [done, { user, events, held, now }] of asked.entries()) {
    if (done % 100 === 0) bar.update('evaluating', done, asked.length)
    const ids = () => rec.recommend({ history: events, k, ...(now !== undefined && { now }) }).items.map(({ id }) => id)
    await rec.sharpen({ history: [], keep: 0 })
    first.add(user, measures.of(ids(), held).slice())
    const before = performance.now()
    const fetched = await rec.sharpen({ history: events })
    const slate = ids()
    times.push(performance.now() - before)
    then.add(user, measures.of(slate, held).slice())
    for (const of of ['bytes', 'requests'] as const) {
      sums[of] += fetched[of]
      most[of] = Math.max(most[of], fetched[of])
    }
  }
  rec.close()
  const mean = (sum: number) => sum / Math.max(1, asked.length)
  return {
    users: asked.length,
    k,
    ...named(then.means()),
    intervals: named(then.intervals()),
    bytes_fetched: mean(sums.bytes),
    requests: mean(sums.requests),
    most,
    cold: p50p99(times),
    root: { ...named(first.means()), bytes: bytes.length, items },
  }
}

export function visitLines({ users, k, root, bytes_fetched, requests, most, cold, ...figures }: Visits): string {
  const said = (of: Figures) => FIGURES.map((name) => `${name.replace('_', ' ')} ${of[name].toFixed(4)}`).join(', ')
  return (
    `${users} users, k = ${k}, each as on a first visit\n` +
    `the root alone, ${root.items} items: ${said(root)}\n` +
    `with lists: ${said(figures)}\n` +
    `a visit fetches ${(bytes_fetched / 1e3).toFixed(0)} KB in ${requests.toFixed(1)} requests (at most ${(most.bytes / 1e3).toFixed(0)} KB in ${most.requests}); p50 ${cold.p50_ms.toFixed(1)} ms, p99 ${cold.p99_ms.toFixed(1)} ms\n`
  )
}
