/** Rows of moments as a trainer takes them: what moments.ts replays, in one table. */
import { readContexts, replay, type Contexts, type Counts, type ReplayOptions } from '../moments.js'
import type { Core } from '../../recommender/core.js'
import type { Interactions } from '../../read/index.js'
import type { Rows } from './boost.js'

/** Rows, and what else is known of them. */
export interface Replayed extends Rows {
  /** The item of each row. */
  item: Uint32Array
  /** Of each moment what had been liked by then, oldest first. */
  history: Uint32Array[]
}

/** Rows, and whose moments they are. */
export interface Moments {
  rows: Replayed
  /** The number of a person, by moment. */
  person: number[]
}

/** Moments after which it is said how far it is. */
const EACH = 50

export class RowsOfMoments {
  private contexts: Contexts | undefined
  private done = 0

  /** `told`: how many moments were replayed. `longest`: of a history, its newest events. */
  constructor(
    private readonly core: Core,
    private readonly log: Interactions,
    private readonly longest: number,
    private readonly told: (done: number) => void,
  ) {}

  async rows(options: ReplayOptions): Promise<Moments> {
    const { core, log, longest } = this
    const paths = log.files.map(({ path }) => path)
    this.contexts ??= await readContexts(core, paths, log)
    const counts: Counts = { events: 0, moments: 0, disliked: 0, repeated: 0, unknown: 0, missed: 0 }
    const person: number[] = []
    const start = [0]
    const [label, item]: [number[], number[]] = [[], []]
    const histories: Uint32Array[] = []
    const chunks: Float32Array[] = []
    for (const { user, labels, items, rows, history } of replay(core, log, this.contexts, options, counts)) {
      person.push(user)
      label.push(...labels)
      item.push(...items)
      start.push(label.length)
      chunks.push(rows.slice())
      histories.push(history.slice(Math.max(0, history.length - longest)))
      if (++this.done % EACH === 0) this.told(this.done)
    }
    const features = core.featureCount
    const x = new Float32Array(label.length * features)
    let at = 0
    for (const chunk of chunks) {
      x.set(chunk, at)
      at += chunk.length
    }
    const of = { x, features, start: Uint32Array.from(start), label: Float32Array.from(label) }
    return { rows: { ...of, item: Uint32Array.from(item), history: histories }, person }
  }
}

/** Moments of some people. */
export function part({ rows, person }: Moments, isOf: (person: number) => boolean): Moments {
  const { x, features, start, label, item, history } = rows
  const own = person.flatMap((one, moment) => (isOf(one) ? [moment] : []))
  const starts = [0]
  for (const moment of own) starts.push(starts.at(-1)! + start[moment + 1]! - start[moment]!)
  const count = starts.at(-1)!
  const [xs, labels, items] = [new Float32Array(count * features), new Float32Array(count), new Uint32Array(count)]
  own.forEach((moment, at) => {
    const [first, last] = [start[moment]!, start[moment + 1]!]
    xs.set(x.subarray(first * features, last * features), starts[at]! * features)
    labels.set(label.subarray(first, last), starts[at])
    items.set(item.subarray(first, last), starts[at])
  })
  const of = { x: xs, features, start: Uint32Array.from(starts), label: labels }
  return {
    rows: { ...of, item: items, history: own.map((moment) => history[moment]!) },
    person: own.map((moment) => person[moment]!),
  }
}
