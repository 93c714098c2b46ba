/** Rows of moments as a trainer takes them: what moments.ts replays, in one table. */
import { readContexts, replay, sample, type Contexts, type Counts, type ReplayOptions } from '../moments.js'
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

/** Of each moment what was met, and so many others that it makes `wanted` rows, as a replay would have drawn them. */
export function thinned(
  { x, features, start, label, item, history }: Replayed,
  wanted: number,
  draw: () => number,
): Replayed {
  // prettier-ignore
  const kept: number[] = []
  const starts = [0]
  for (let moment = 0; moment + 1 < start.length; moment++) {
    const [first, last] = [start[moment]!, start[moment + 1]!]
    const met = Array.from(label.subarray(first, last), (worth) => worth > 0)
    for (const place of sample(met, last - first, wanted, draw)) kept.push(first + place)
    starts.push(kept.length)
  }
  const rows = new Float32Array(kept.length * features)
  kept.forEach((row, to) => rows.set(x.subarray(row * features, (row + 1) * features), to * features))
  const of = (all: Float32Array | Uint32Array) => kept.map((row) => all[row]!)
  return {
    x: rows,
    features,
    start: Uint32Array.from(starts),
    label: Float32Array.from(of(label)),
    item: Uint32Array.from(of(item)),
    history,
  }
}

/** One after the other. */
export function joined(one: Replayed, other: Replayed): Replayed {
  const x = new Float32Array(one.x.length + other.x.length)
  x.set(one.x)
  x.set(other.x, one.x.length)
  return {
    x,
    features: one.features,
    start: Uint32Array.from([...one.start, ...other.start.subarray(1).map((at) => at + one.label.length)]),
    label: Float32Array.from([...one.label, ...other.label]),
    item: Uint32Array.from([...one.item, ...other.item]),
    history: [...one.history, ...other.history],
  }
}
