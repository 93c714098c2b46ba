/**
 * What a bundle is worth to the people of a holdout: each is asked once through the public API, as a page would ask, and
 * everything that is said of the answers comes from these slates: figures over all and by group, with their intervals over
 * people, and what is worth knowing beside accuracy.
 */
import { performance } from 'node:perf_hooks'
import { BeyondAccuracy, type Beyond } from './beyond.js'
import { Sample, type Interval } from './sample.js'
import { DIVISIONS, type Divider, type DivisionName } from './divide.js'
import { FIGURES, Measures, named, type Figures } from '../measures.js'
import type { Asked } from '../targets.js'
import { p50p99 } from '../timing.js'
import type { Core } from '../../recommender/core.js'
import type { Recommender } from '../../entry/node.js'

export type Intervals = Record<keyof Figures, Interval | null>

/** People, or what they took of one kind. */
export interface Group extends Figures {
  name: string
  people: number
  /** Held-out items that count here. */
  targets: number
  intervals: Intervals
}

/** null: nothing tells it, as time where there are no dates. */
export type Groups = Record<DivisionName, Group[] | null>

/** With what one request took, since longer histories take longer. */
export type TimedGroup = Group & { p50_ms: number; p99_ms: number }

export interface Quality extends Figures {
  intervals: Intervals
  p50_ms: number
  p99_ms: number
  beyond: Beyond
  by: Groups & { history: TimedGroup[] }
}

/** One figure each of a person, in the order of FIGURES: over all, and by division and group. */
export interface Judged {
  quality: Quality
  asked: readonly Asked[]
  all: Sample
  parts: Record<DivisionName, Part[] | null>
}

interface Part {
  name: string
  sample: Sample
  targets: number
  times: number[]
}

export interface Facts {
  k: number
  /** How many of `people` of the history met each item. */
  met: ReadonlyMap<string, number>
  people: number
  dividers: Record<DivisionName, Divider | null>
  /** Whose mix is compared; null: what tells most. */
  attribute: string | null
}

export async function judge(
  rec: Recommender,
  core: Core,
  asked: readonly Asked[],
  { k, met, people, dividers, attribute }: Facts,
  progress: (done: number, total: number) => void,
): Promise<Judged> {
  const [measures] = (await Measures.start(k, 1)) as [Measures]
  const beyond = new BeyondAccuracy(core, met, people, k, attribute)
  const all = new Sample(FIGURES.length, 'hits')
  const times: number[] = []
  const parts = mapped((name) => dividers[name]?.groups.map(emptyPart) ?? null)
  asked.forEach((one, done) => {
    const { user, events, held, now } = one
    const before = performance.now()
    const { items } = rec.recommend({ history: events, k, ...(now !== undefined && { now }) })
    const took = performance.now() - before
    const ids = items.map((item) => item.id)
    const figures = measures.of(ids, held).slice()
    times.push(took)
    all.add(user, figures)
    beyond.add(user, ids, events.map(({ id }) => id)) // prettier-ignore
    for (const name of DIVISIONS) {
      const divider = dividers[name]
      if (divider === null) continue
      for (const [group, targets] of targetsBy(divider, one)) {
        const part = parts[name]![group]!
        part.sample.add(user, targets.size === held.size ? figures : measures.of(ids, targets))
        part.targets += targets.size
        if (name === 'history') part.times.push(took)
      }
    }
    if (done % 500 === 0) progress(done, asked.length)
  })
  const some = mapped((name) => parts[name]?.filter(({ sample }) => sample.people.length > 0) ?? null)
  const { history, ...others } = mapped((name) => some[name]?.map((part) => ({ part, group: groupOf(part) })) ?? null)
  const by = mapped((name) => (name === 'history' ? null : (others[name]?.map(({ group }) => group) ?? null)))
  const timed = history!.map(({ part, group }) => ({ ...group, ...p50p99(part.times) }))
  const quality = {
    ...named(all.means()),
    intervals: named(all.intervals()),
    ...p50p99(times),
    beyond: beyond.figures(),
    by: { ...by, history: timed },
  }
  return { quality, asked, all, parts: some }
}

const mapped = <T>(of: (name: DivisionName) => T) =>
  Object.fromEntries(DIVISIONS.map((name) => [name, of(name)])) as Record<DivisionName, T>

const emptyPart = (name: string): Part => ({ name, sample: new Sample(FIGURES.length, 'hits'), targets: 0, times: [] })

/** A person's targets by group. */
function targetsBy(divider: Divider, asked: Asked): Map<number, Set<string>> {
  const groups = new Map<number, Set<string>>()
  let nth = 0
  for (const id of asked.held) {
    const group = divider.of(asked, id, nth++)
    if (group >= 0) groups.set(group, (groups.get(group) ?? new Set()).add(id))
  }
  return groups
}

const groupOf = ({ name, sample, targets }: Part): Group => ({
  name,
  people: sample.people.length,
  targets,
  ...named(sample.means()),
  intervals: named(sample.intervals()),
})
