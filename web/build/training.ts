/**
 * A training: models of a log, which stands once in the learning core's memory, rows divided among worker threads that work
 * there. Neighbours, transitions and factors are here; what one source alone is made of stands in its own file, in sources/.
 */
import type { Learn, Lists, Pointer } from '../learn/learn.js'
import { concatenate, filtered } from '../learn/lists.js'
import type { Baskets } from './baskets.js'
import type { FactorsName } from './fit/config.js'
import { dislikedIn, type Disliked } from './fit/disliked.js'
import { FactorsInTraining, type FactorsPlan } from './fit/factors.js'
import type { Progress } from './progress.js'
import { evenRanges, type Workers } from './workers.js'

/** Who met what; item and user numbers are dense. Row n of every array is one event, in file order. */
export interface Log {
  users: number
  items: number
  user: Uint32Array
  item: Uint32Array
  /** Any monotone number, all finite. */
  time: Float64Array | null
  /** The weight of each event, above 0. null: 1 each. */
  weight: Float32Array | null
  /** What each event is worth, NaN where it is not said, where a config asks for it. */
  value?: Float32Array
  /** What people disliked, where something is learned of that. */
  disliked?: Disliked
  /** Which events were one taking, where that is known. */
  baskets?: Baskets
  /** Which row of the table each event is, where some of its rows are no events. */
  rows?: Uint32Array
  /** What rests on fewer people is left out of counts and lists (config key `people`); not said: 1. */
  people?: number
  /** 1: an event is held out, and to a training as good as not there. Nobody copies a log to leave a few of them out. */
  hidden?: Uint8Array
}

/** src/learn/neighbours.h */
export interface NeighbourPlan {
  user: number
  key: number
  target: number
  shrinkage: number
  cosine: boolean
  longest: number
  top: number
}

/** src/learn/ease.h */
export interface EasePlan {
  /** What an event weighs of the one after it, where weights say what comes next; 1: they are of sets, in no order. */
  fading: number
  ridge: number
  top: number
}

/** src/learn/ppmi.h: `top` heaviest of the items that were met at most `window` events apart. */
export interface Item2vecPlan {
  dims: number
  window: number
  top: number
  steps: number
}

/** src/learn/als.h */
interface AlsPlan {
  dims: number
  unobserved: number
  reg: number
  nu: number
  /** Of conjugate gradients, for each row and iteration. */
  steps: number
}

export interface AlsSchedule extends AlsPlan {
  iterations: number
  /** Iterations that are enough for factors which start from others of the same items. */
  warm: number
  /** Event weights fall with the item's events to this power, so that the popular leave room. */
  evenness: number
}

/** src/learn/transitions.h */
export interface TransitionPlan {
  window: number
  decay: number
  key: number
  target: number
  top: number
  back: number
  /** What a second hop weighs (src/learn/hops.h); 0: none. */
  onward: number
}

/** Pairs of items, and how many of them rest on too few people; `merged`: which count where hops sum up those of people enough. */
export interface Shared {
  pairs: number
  few: number
  merged?: boolean
}

export interface Factors {
  dims: number
  /** items × stride, stride = dims rounded up to 4 */
  items: Float32Array
  stride: number
}

/** Ranges of rows for each worker: what is left when one has finished is shared out again. */
const EACH = 4
/** Entries that are worth a call of a worker; of factors' halves, which are many and even, more are. */
const WORTH = 20_000
const WORTH_OF_HALF = 40_000
/** Events that are copied into the core at a time. */
const PART = 1 << 20
/** Of the subspace that items by their people are seen in. */
const SHARED_STEPS = 6
/** How fast company fades with the distance of two events. */
const COMPANY_DECAY = 0.7
/** Bytes that lists of several ways may take at a time; each way has room for all that it may keep, of 4 GB that there are. */
const AT_ONCE = 1.5 * 2 ** 30
/** Bytes that it may take who made the steps of lists; hops of larger ones know only what is of people enough. */
const WHO = 2 ** 30
/** The heaviest entries of a list that a hop goes on from, and to; lists are at least as long. */
export const HOPS = 20
/** Rows that are turned, or make a Gram matrix, at a time; the matrices of all parts are added up in their order. */
const PART_ROWS = 1 << 14

type Six = [number, number, number, number, number, number]

export class Training {
  /** By the names of trainings, pairs of items that people share, and those of them that too few do and that are left out. */
  readonly rests = new Map<'neighbours' | 'transitions', Shared>()
  /** Pairs that enough people met, where they were asked for. */
  private met: Lists | undefined
  /** Factors by steps that are there already: as they were when held-out people found them best. */
  readonly stepped = new Map<FactorsName, Factors>()

  private constructor(
    private readonly learn: Learn,
    private readonly workers: Workers,
    readonly log: Log,
    /** The log in the core's memory, each person's events in the order of time. */
    readonly events: Pointer,
    private readonly byUser: Pointer,
    private readonly byItem: Pointer,
    private readonly stage: Progress['stage'],
  ) {}

  /** Give it back with drop(). `stage`: told of what takes long. */
  static async of(learn: Learn, workers: Workers, log: Log, stage: Progress['stage'] = () => {}): Promise<Training> {
    stage('ordering the log', 0, 1)
    const events = await eventsOf(learn, workers, log)
    const byItem = learn.take(4)
    const byUser = await workers.make('mt_make_matrix', events, 0, byItem)
    const training = new Training(learn, workers, log, events, byUser, learn.u32(byItem, 1)[0]!, stage)
    learn.drop(byItem)
    return training
  }

  drop(): void {
    this.learn.run('mt_drop_log', this.events)
    for (const lists of [this.byUser, this.byItem]) this.learn.run('mt_drop_lists', lists)
  }

  /** Everybody's events in the order of time, as they lie in the core's memory. */
  get sequences(): { start: Uint32Array; item: Uint32Array; weight: Float32Array | null } {
    const [users, , events, start, item, weight] = this.learn.u32(this.events, 6) as unknown as Six
    return {
      start: this.learn.u32(start, users + 1),
      item: this.learn.u32(item, events),
      weight: weight === 0 ? null : this.learn.f32(weight, events),
    }
  }

  /** How many people a thing must rest on to be said. */
  get least(): number {
    return this.log.people ?? 1
  }

  /** How many distinct users each item has. */
  get metBy(): Float32Array {
    const start = this.learn.startsOf(this.byItem)
    return Float32Array.from({ length: this.log.items }, (_, item) => start[item + 1]! - start[item]!)
  }

  /** The same, 0 where they are too few. */
  get itemUsers(): Float32Array {
    return this.metBy.map((users) => (users < this.least ? 0 : users))
  }

  /** How popular each item is: as popularityOf says, of a matrix that holds each person's strongest event. */
  get popularity(): Float32Array {
    const { start, weights } = this.learn.listsAt(this.byItem)
    return Float32Array.from({ length: this.log.items }, (_, item) => {
      if (start[item + 1]! - start[item]! < this.least) return 0
      let sum = 0
      for (let e = start[item]!; e < start[item + 1]!; e++) sum += weights[e]!
      return sum
    })
  }

  async neighbours(plan: NeighbourPlan): Promise<Lists> {
    const [lists] = await this.neighboursOf([plan])
    return lists!
  }

  /** Several ways, which pass over the same users: in one pass over the pairs of the log, where there is room for it. */
  async neighboursOf(plans: readonly NeighbourPlan[]): Promise<Lists[]> {
    const { learn, workers, byUser, byItem } = this
    const { items } = this.log
    if (plans.length > 1 && plans.reduce((sum, { top }) => sum + 8 * items * Math.min(top, items), 0) > AT_ONCE) {
      const each: Lists[] = []
      for (const plan of plans) each.push(await this.neighbours(plan))
      return each
    }
    const exponents = learn.put(Float32Array.from(plans.flatMap(({ user, key, target }) => [user, key, target])))
    const plan = learn.put(
      Uint32Array.from(plans.flatMap((of) => [of.shrinkage, +of.cosine, of.longest, of.top, this.least])),
    )
    const made = await this.parts('training neighbours', learn.startsOf(byItem), async (first, last) => {
      const out = learn.take(4 * plans.length)
      const shared = learn.take(16)
      await workers.call('mt_train_neighbours', byUser, byItem, plans.length, exponents, plan, first, last, shared, out)
      const lists = [...learn.u32(out, plans.length)]
      this.add('neighbours', shared)
      learn.drop(out)
      return lists
    })
    learn.drop(exponents, plan)
    return plans.map((_, way) => this.whole(made.map((lists) => lists[way]!)))
  }

  async ease({ fading, ridge, top }: EasePlan): Promise<Lists> {
    const { workers, events, byUser } = this
    const made =
      fading === 1
        ? await workers.make('mt_make_ease', byUser, ridge, top)
        : await workers.make('mt_make_ease_order', events, fading, ridge, top)
    const lists = this.learn.lists(made)
    this.learn.run('mt_drop_lists', made)
    return this.least > 1 ? this.ofEnough(lists) : lists
  }

  /** Without what speaks for a pair that too few people met; what speaks against one rests on all who met either. */
  private async ofEnough(lists: Lists): Promise<Lists> {
    const { items } = this.log
    const { itemUsers } = this
    const every = { user: 0, key: 0, target: 0, shrinkage: 0, cosine: false, longest: items, top: items }
    const met = (this.met ??= await this.neighbours(every))
    const isMet = new Uint8Array(items)
    return filtered(lists, (key) => {
      const own = met.items.subarray(met.start[key], met.start[key + 1])
      isMet.fill(0)
      for (const item of own) isMet[item] = 1
      return (item, weight) => (weight < 0 ? itemUsers[key]! > 0 && itemUsers[item]! > 0 : isMet[item] === 1)
    })
  }

  /** `least`: how many people a step must rest on, or what hops make of several. */
  async transitions(
    { window, decay, key, target, top, back, onward }: TransitionPlan,
    least = this.least,
  ): Promise<Lists> {
    const longest = onward > 0 ? Math.max(top, HOPS) : top
    const merges = onward > 0 && least > 1 && 4 * least * longest * this.log.items <= WHO
    const { learn, events } = this
    const steps = await this.workers.make('mt_make_steps', events, window, decay, back)
    const starts = learn.u32(learn.u32(steps, 1)[0]!, this.log.items + 1)
    const how = [window, decay, key, target, longest, back, least, Number(merges)]
    const lists = await this.lists('training next items', starts, async (first, last) => {
      const shared = learn.take(16)
      const made = await this.workers.make('mt_make_transitions', events, steps, ...how, first, last, shared)
      if (least === this.least) this.add('transitions', shared, merges)
      else learn.drop(shared)
      return made
    })
    const hopped =
      onward > 0
        ? await this.hops(lists, { window, decay, back }, merges ? { steps, least } : null, onward, top)
        : lists
    learn.run('mt_drop_steps', steps)
    return hopped
  }

  /** Adds what a range of items says of pairs, which stands at a place that is given back. */
  private add(what: 'neighbours' | 'transitions', at: Pointer, merged = false): void {
    const [pairs, few] = this.learn.f64(at, 2) as unknown as [number, number]
    this.learn.drop(at)
    const so = this.rests.get(what) ?? { pairs: 0, few: 0 }
    this.rests.set(what, { pairs: so.pairs + pairs, few: so.few + few, ...(merged && { merged }) })
  }

  /** Vectors of the items' company; that of an item without any is 0. `start`: those to begin from. */
  async item2vec(
    { dims, window, top, steps }: Item2vecPlan,
    seed: number,
    start: Float32Array | null = null,
  ): Promise<Factors> {
    const { learn, log } = this
    const met = await this.transitions({ window, decay: COMPANY_DECAY, key: 0, target: 0, top, back: 1, onward: 0 }, 1)
    const stride = Math.ceil(dims / 4) * 4
    const counts = learn.putLists(met, log.items)
    const vectors = learn.take(4 * stride * log.items)
    const startAt = start === null ? 0 : learn.put(start)
    await this.workers.call('mt_train_item2vec', dims, steps, seed, counts, startAt, vectors)
    const items = learn.f32(vectors, stride * log.items).slice()
    learn.run('mt_drop_lists', counts)
    learn.drop(vectors)
    if (startAt !== 0) learn.drop(startAt)
    return { dims, items, stride }
  }

  /** Items by the people who met them, in few numbers: [items][dims], zeros for what nobody shares (src/learn/content.h). */
  async shared(dims: number, seed: number): Promise<Float32Array> {
    const { learn, workers, byUser, log } = this
    const people = learn.make('mt_make_transpose', byUser)
    const vectors = learn.take(4 * dims * log.items)
    await workers.call('mt_train_content', dims, SHARED_STEPS, seed, 1, people, 0, vectors)
    const items = learn.f32(vectors, dims * log.items).slice()
    learn.run('mt_drop_lists', people)
    learn.drop(vectors)
    return items
  }

  /** Factors to be trained by steps, no longer than this training lasts. */
  factorsBySteps(plan: FactorsPlan, seed: number): Promise<FactorsInTraining> {
    const { learn, workers, byUser, byItem, events, log } = this
    const inOrder = log.time === null ? 0 : events
    const disliked = plan.loss === 'squared' ? dislikedIn(log, this.sequences) : null
    return FactorsInTraining.of(learn, workers, { byUser, byItem, inOrder }, disliked, plan, seed)
  }

  /** `merged`: of how many people a sum of hops must be, where steps of fewer are among the lists. */
  private async hops(
    lists: Lists,
    { window, decay, back }: Pick<TransitionPlan, 'window' | 'decay' | 'back'>,
    merged: { steps: Pointer; least: number } | null,
    onward: number,
    top: number,
  ): Promise<Lists> {
    const { learn, workers, log, events } = this
    const one = learn.putLists(lists, log.items)
    const share = learn.take(4 * log.items)
    learn.call('mt_share_hops', one, onward, share)
    const least = merged === null ? 1 : merged.least
    const who = merged === null ? 0 : learn.take(4 * least * lists.items.length)
    if (merged !== null)
      await this.inRanges(lists.start, (first, last) =>
        workers.call('mt_find_who', events, merged.steps, window, decay, back, least, one, first, last, who),
      )
    const two = await this.lists('training what follows what follows', lists.start, (first, last) =>
      workers.make('mt_make_hops', one, share, who, least, HOPS, top, first, last),
    )
    learn.run('mt_drop_lists', one)
    learn.drop(share)
    if (merged !== null) learn.drop(who)
    return two
  }

  /** Lists of all items, made range by range; ranges hold about equally many of what `start` counts. */
  private async lists(
    what: string,
    start: Uint32Array,
    make: (first: number, last: number) => Promise<Pointer>,
  ): Promise<Lists> {
    return this.whole(await this.parts(what, start, make))
  }

  private parts<T>(what: string, start: Uint32Array, make: (first: number, last: number) => Promise<T>): Promise<T[]> {
    let done = 0
    return this.inRanges(start, async (first, last, of) => {
      this.stage(what, done, of)
      const part = await make(first, last)
      this.stage(what, ++done, of)
      return part
    })
  }

  /** Lists of ranges, which are given back, as those of all. */
  private whole(parts: readonly Pointer[]): Lists {
    const whole = concatenate(parts.map((part) => this.learn.listsAt(part)))
    for (const part of parts) this.learn.run('mt_drop_lists', part)
    return whole
  }

  private inRanges<T>(
    start: Uint32Array,
    work: (first: number, last: number, of: number) => Promise<T>,
    worth = WORTH,
  ): Promise<T[]> {
    const parts = Math.min(EACH * this.workers.count, Math.ceil((start.at(-1)! + 1) / worth))
    const bounds = evenRanges(start, parts)
    return Promise.all(bounds.slice(1).map((last, i) => work(bounds[i]!, last, parts)))
  }

  /**
   * Alternating least squares. Each half turns both sides into the axes of the one that it keeps; in the end the items are
   * turned back, so that no dimension means more than another.
   *
   * `start`: item factors to begin from, of the same items; what they lack in dimensions is drawn by the seed, as all is without.
   */
  async als(
    plan: AlsSchedule,
    seed: number,
    onIteration: (done: number, iterations: number) => void = () => {},
    start?: Factors,
  ): Promise<Factors> {
    const { learn, workers, log } = this
    const stride = Math.ceil(plan.dims / 4) * 4
    const users = { rows: log.users, at: learn.take(4 * log.users * stride) }
    const items = { rows: log.items, at: learn.take(4 * log.items * stride) }
    const turned = { rows: stride, at: learn.put(identity(stride)) }
    learn.call('mt_train_als_init', plan.dims, seed, 0, log.items, items.at)
    if (start !== undefined) takeOver(start, learn.f32(items.at, log.items * stride), stride)
    const [byUser, byItem] = [this.byUser, this.byItem].map((lists) => learn.make('mt_make_reweighed', lists)) as [
      Pointer,
      Pointer,
    ]
    await workers.call('mt_train_als_weigh', plan.evenness, byUser, byItem)
    const iterations = start === undefined ? plan.iterations : plan.warm
    for (let i = 0; i < iterations; i++) {
      await this.half(plan, byUser, items, users, turned)
      await this.half(plan, byItem, users, items, turned)
      onIteration(i + 1, iterations)
    }
    const back = learn.put(transposed(learn.f32(turned.at, stride * stride), stride))
    await this.turn(plan.dims, back, items)
    const factors = { dims: plan.dims, items: learn.f32(items.at, log.items * stride).slice(), stride }
    for (const lists of [byUser, byItem]) learn.run('mt_drop_reweighed', lists)
    learn.drop(users.at, items.at, turned.at, back)
    return factors
  }

  private async half(plan: AlsPlan, lists: Pointer, other: Rows, out: Rows, turned: Rows): Promise<void> {
    const { learn, workers } = this
    const { dims, unobserved, reg, nu, steps } = plan
    const stride = Math.ceil(dims / 4) * 4
    const gram = await this.gram(dims, other)
    const [axes, values] = [learn.take(4 * stride * stride), learn.take(4 * stride)]
    learn.call('mt_train_als_axes', dims, gram, axes, values)
    await this.turn(dims, axes, other)
    await this.turn(dims, axes, turned)
    const solve = (first: number, last: number) => {
      const place = out.at + 4 * stride * first
      return workers.call(
        'mt_train_als_solve',
        ...[dims, unobserved, reg, nu, steps, lists, other.at, axes, values, first, last, place],
      )
    }
    await this.inRanges(learn.startsOf(lists), solve, WORTH_OF_HALF)
    learn.drop(gram, axes, values)
  }

  private async turn(dims: number, axes: Pointer, { rows, at }: Rows): Promise<void> {
    const stride = Math.ceil(dims / 4) * 4
    await this.inParts(rows, (call, first, count) =>
      call('mt_train_als_turn', dims, axes, at + 4 * stride * first, count),
    )
  }

  /** Calls `work` for each part of PART_ROWS rows, which do not depend on the number of threads; one part alone calls from here. */
  private async inParts(
    rows: number,
    work: (call: Workers['call'], first: number, count: number, part: number) => Promise<void>,
  ): Promise<void> {
    const { learn, workers } = this
    const parts = Math.ceil(rows / PART_ROWS)
    const call: Workers['call'] = async (...what) => (parts === 1 ? learn.call(...what) : workers.call(...what))
    await Promise.all(
      Array.from({ length: parts }, (_, part) =>
        work(call, part * PART_ROWS, Math.min(PART_ROWS, rows - part * PART_ROWS), part),
      ),
    )
  }

  private async gram(dims: number, { rows, at }: Rows): Promise<Pointer> {
    const { learn } = this
    const stride = Math.ceil(dims / 4) * 4
    const cells = stride * stride
    const count = Math.max(1, Math.ceil(rows / PART_ROWS))
    const parts = learn.take(4 * cells * count)
    await this.inParts(rows, (call, first, own, part) =>
      call('mt_train_als_gram', dims, at + 4 * stride * first, own, parts + 4 * cells * part),
    )
    const sum = new Float64Array(cells)
    learn.f32(parts, cells * count).forEach((cell, c) => {
      sum[c % cells]! += cell
    })
    learn.drop(parts)
    return learn.put(Float32Array.from(sum))
  }
}

/** Factors in the core's memory: [rows][stride]. */
interface Rows {
  rows: number
  at: Pointer
}

function identity(n: number): Float32Array {
  return Float32Array.from({ length: n * n }, (_, cell) => Number(cell % (n + 1) === 0))
}

function transposed(square: Float32Array, n: number): Float32Array {
  return square.map((_, cell) => square[(cell % n) * n + Math.floor(cell / n)]!)
}

/** The dimensions that both have. */
function takeOver(from: Factors, to: Float32Array, stride: number): void {
  const shared = Math.min(from.stride, stride)
  for (let row = 0; row < to.length / stride; row++)
    to.set(from.items.subarray(row * from.stride, row * from.stride + shared), row * stride)
}

/** factorsᵀ · factors, [stride][stride]. */
export function gramOf(learn: Learn, dims: number, factors: Float32Array): Float32Array {
  const stride = Math.ceil(dims / 4) * 4
  return learn.with([factors], (at) => {
    const out = learn.take(4 * stride * stride)
    learn.call('mt_train_als_gram', dims, at, factors.length / stride, out)
    const gram = learn.f32(out, stride * stride).slice()
    learn.drop(out)
    return gram
  })
}

/** The log in the core's memory, put there part by part, so that no second copy of it stands beside the first. */
async function eventsOf(learn: Learn, workers: Workers, log: Log): Promise<Pointer> {
  const { users, items, user, item, time, weight, hidden } = log
  const counts = new Uint32Array(users)
  for (let e = 0; e < user.length; e++) if (hidden === undefined || hidden[e] === 0) counts[user[e]!]!++
  const events = learn.with([counts], (at) =>
    learn.make('mt_make_log', users, items, at, time === null ? 0 : 1, weight === null ? 0 : 1),
  )
  let taken = 0
  for (let first = 0; first < user.length; first += PART) {
    const out = hidden?.subarray(first, first + PART)
    const part = [user, item, time, weight].map(
      (column) => column && without(column.subarray(first, first + PART), out),
    )
    learn.with(
      part.filter((column) => column !== null),
      (...at) => {
        const places = part.map((column) => (column === null ? 0 : at.shift()!))
        learn.call('mt_log_add', events, first, part[0]!.length, ...places)
      },
    )
    taken += part[0]!.length
  }
  learn.call('mt_log_finish', events, taken)
  const bounds = evenRanges(learn.u32(learn.u32(events, 4)[3]!, users + 1), EACH * workers.count)
  await Promise.all(bounds.slice(1).map((last, i) => workers.call('mt_log_sort', events, bounds[i]!, last)))
  return events
}

function without<T extends Uint32Array | Float32Array | Float64Array>(column: T, hidden?: Uint8Array): T {
  if (hidden === undefined) return column
  const kept = column.slice()
  let count = 0
  for (let e = 0; e < column.length; e++) if (hidden[e] === 0) kept[count++] = column[e]!
  return kept.subarray(0, count) as T
}
