/**
 * Holding out: a part of the log that was given, never the user's own holdout file, is hidden from training so that the
 * builder can see which choices bring it back. With times the last events of a person are hidden, else random ones.
 * They are hidden of everybody at once, as the future is: with the other people's events left in, neighbours would know
 * more of the hidden ones than they will ever know of the future, and would get too much weight.
 *
 * On a device the history goes on after the training; so with times, the newest event that is not hidden is known of the person,
 * but not trained on either. Otherwise whatever says much of pairs that one person alone met would look better than it is.
 *
 * Where people take things again (`repeat`), what they met before is worth finding too, and a basket, or what has one time, is
 * hidden as a whole: nobody takes the same thing twice in one taking.
 */
import type { Asking, People } from './answer.js'
import { NO_BASKET } from '../../read/index.js'
import { rowsByCode } from '../popularity.js'
import { random } from '../random.js'
import type { Log } from '../training.js'

/** Of the people to measure by, all or as many as tell: histories without the hidden events, and these. */
export interface Holdout extends Asking {
  /** The log without the hidden events. */
  train: Log
  /** Of each person, their number in the log, and when their hidden events begin; NaN: without times. */
  user: Uint32Array
  from: Float64Array
}

const MOST_PEOPLE = 10_000
/** People with a random split carry several hidden items each, so fewer people tell as much; and of a log that is long, with many
 * items to look through for each of them, fewer must do. */
const FEWER_PEOPLE = 5_000
/** Of items that are new to the person, where those alone are looked for. */
const WANTED_EVENTS = 5_000
const SHARE = 0.2
/** Events that are trained on at least before one is known of the person alone. */
const LEAST = 2

/** Events by user in time order, ties by file order: event numbers, and where each user's begin. */
export function byUser(log: Log): { start: Uint32Array; event: Uint32Array } {
  const { start, rows: event } = rowsByCode(log.user, log.users)
  const { time } = log
  if (time !== null)
    for (let user = 0; user < log.users; user++)
      event.subarray(start[user]!, start[user + 1]!).sort((a, b) => time[a]! - time[b]! || a - b)
  return { start, event }
}

/** Whether two events of a person are one taking: of one basket where baskets are known, else of one time. */
function isOneTaking({ baskets, time }: Log, one: number, other: number): boolean {
  if (baskets !== undefined) return baskets.of[one] !== NO_BASKET && baskets.of[one] === baskets.of[other]
  return time !== null && time[one] === time[other]
}

/**
 * How many of a person's events, in order, are hidden: the last, until `each` items are among them that the person had not met, as
 * those alone are looked for; with `repeat`, or drawn at random, `each` events.
 */
function hiddenOf({ item, time }: Log, events: readonly number[], each: number, repeat: boolean): number {
  const most = Math.max(1, Math.floor(SHARE * events.length))
  if (repeat || time === null) return Math.min(each, most)
  const met = new Set<number>()
  const isNew = events.map((e) => met.size < met.add(item[e]!).size)
  let hide = 0
  for (let found = 0; hide < most && found < each; hide++) found += Number(isNew[events.length - 1 - hide])
  return hide
}

/** How many of a person's first events, in order, are trained on: those known, but for the newest where there are some. */
function trainedOn(log: Log, events: readonly number[], known: number, repeat: boolean): number {
  if (log.time === null || known <= LEAST) return known
  let trained = known - 1
  while (repeat && trained > LEAST && isOneTaking(log, events[trained - 1]!, events[trained]!)) trained--
  return trained
}

/** null where the log is too small to hold anything out: fewer than 20 people with three events or more. `isPart`: of a long one. */
export function holdOut(log: Log, seed: number, repeat = false, isPart = false): Holdout | null {
  const { start, event } = byUser(log)
  const draw = random(seed)
  const length = (user: number) => start[user + 1]! - start[user]!
  const eligible = Array.from({ length: log.users }, (_, user) => user).filter((user) => length(user) >= 3)
  if (eligible.length < 20) return null
  const most = log.time === null || isPart ? FEWER_PEOPLE : MOST_PEOPLE
  const measured = Math.min(most, eligible.length)
  const each = log.time === null ? Infinity : Math.max(1, Math.ceil(WANTED_EVENTS / eligible.length))
  let left = measured
  const hidden = new Uint8Array(log.user.length)
  const heldStart = [0]
  const held: number[] = []
  const historyStart = [0]
  const history: number[] = []
  const now: number[] = []
  const user: number[] = []
  eligible.forEach((one, place) => {
    const events = Array.from(event.subarray(start[one]!, start[one + 1]!))
    const hide = hiddenOf(log, events, each, repeat)
    if (log.time === null)
      for (let i = events.length - 1; i > 0; i--) {
        const j = Math.floor(draw() * (i + 1))
        ;[events[i], events[j]] = [events[j]!, events[i]!]
      }
    let first = events.length - hide
    while (repeat && first > 0 && isOneTaking(log, events[first - 1]!, events[first]!)) first--
    if (first === 0) return // nothing would be known of the person
    const kept = events.slice(0, first)
    if (log.time === null) kept.sort((a, b) => a - b)
    const met = new Set(kept.map((e) => log.item[e]!))
    const gone = events.slice(first)
    for (const e of events.slice(trainedOn(log, events, first, repeat))) hidden[e] = 1
    if (draw() * (eligible.length - place) >= left) return // Knuth's algorithm S: each with the same chance, `measured` in all
    left--
    for (const e of gone) if (repeat || !met.has(log.item[e]!)) held.push(log.item[e]!)
    heldStart.push(held.length)
    for (const e of kept) history.push(e)
    historyStart.push(history.length)
    now.push(log.time?.[gone[0]!] ?? NaN)
    user.push(one)
  })
  return {
    train: { ...log, hidden },
    user: Uint32Array.from(user),
    from: Float64Array.from(now),
    people: peopleOf(log, historyStart, history, repeat && log.time !== null ? now : null),
    who: Uint32Array.from({ length: heldStart.length - 1 }, (_, person) => person),
    heldStart: Uint32Array.from(heldStart),
    held: Uint32Array.from(held),
  }
}

function peopleOf(log: Log, start: number[], events: number[], now: number[] | null): People {
  const { item, weight, time } = log
  return {
    start: Uint32Array.from(start),
    item: Uint32Array.from(events, (e) => item[e]!),
    weight: weight && Float32Array.from(events, (e) => weight[e]!),
    time: time && Float64Array.from(events, (e) => time[e]!),
    now: now && Float64Array.from(now),
  }
}
