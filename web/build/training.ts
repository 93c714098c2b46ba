/**
 * A training: models of a log, rows divided among worker threads. Neighbours and factors are here, which several sources
 * are made of; what one source alone is made of stands in its own file, in sources/.
 */
import type { Learn, Lists, Pointer } from '../learn/learn.js'
import type { Baskets } from './baskets.js'
import { popularityOf } from './popularity.js'
import { evenRanges, sharedF32, shareLists, type Workers } from './workers.js'

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
  /** Which events were one taking, where that is known. */
  baskets?: Baskets
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

/** src/learn/als.h */
export interface AlsPlan {
  dims: number
  unobserved: number
  reg: number
  nu: number
  /** Of conjugate gradients, for each row and iteration. */
  steps: number
}

/** src/learn/transitions.h */
export interface TransitionPlan {
  window: number
  decay: number
  key: number
  target: number
  top: number
}

export interface Factors {
  dims: number
  /** items × stride, stride = dims rounded up to 4 */
  items: Float32Array
  stride: number
}

/** A matrix of a training: a worker keeps the copy it has made until another training begins. */
export interface Matrix {
  training: number
  by: 'user' | 'item'
  lists: Lists
  width: number
}

let trainings = 0

export class Training {
  private readonly byUser: Matrix
  private readonly byItem: Matrix

  private constructor(
    private readonly learn: Learn,
    private readonly workers: Workers,
    readonly log: Log,
    byUser: Lists,
    byItem: Lists,
  ) {
    const training = trainings++
    this.byUser = { training, by: 'user', lists: shareLists(byUser), width: log.items }
    this.byItem = { training, by: 'item', lists: shareLists(byItem), width: log.users }
  }

  static of(learn: Learn, workers: Workers, log: Log): Training {
    return withLog(learn, log, (pointer) => {
      const users = learn.make('mt_make_matrix', pointer, 0)
      const items = learn.make('mt_make_transpose', users)
      const training = new Training(learn, workers, log, learn.lists(users), learn.lists(items))
      learn.run('mt_drop_lists', users)
      learn.run('mt_drop_lists', items)
      return training
    })
  }

  /** How many distinct users each item has. */
  get itemUsers(): Float32Array {
    const { start } = this.byItem.lists
    return Float32Array.from({ length: this.log.items }, (_, item) => start[item + 1]! - start[item]!)
  }

  /** How popular each item is. */
  get popularity(): Float32Array {
    return Float32Array.from(popularityOf(this.log))
  }

  /** Runs `use` with the log in wasm memory: a trainer of the whole log at once. */
  withLog<T>(use: (log: Pointer) => T): T {
    return withLog(this.learn, this.log, use)
  }

  async neighbours(plan: NeighbourPlan): Promise<Lists> {
    const bounds = evenRanges(this.byItem.lists.start, 4 * this.workers.count)
    const parts = await Promise.all(
      bounds.slice(1).map((last, i) =>
        this.workers.run<Lists>('neighbours', {
          plan,
          byUser: this.byUser,
          byItem: this.byItem,
          first: bounds[i]!,
          last,
        }),
      ),
    )
    return concatenate(parts)
  }

  /** Both views with the event weights that factors are trained with: see mt_als_weigh. */
  private weighed(evenness: number): { byUser: Matrix; byItem: Matrix } {
    const { learn, log } = this
    const users = learn.putLists(this.byUser.lists, log.items)
    const items = learn.putLists(this.byItem.lists, log.users)
    learn.call('mt_train_als_weigh', evenness, users, items)
    const training = trainings++
    const views = {
      byUser: { training, by: 'user' as const, lists: shareLists(learn.lists(users)), width: log.items },
      byItem: { training, by: 'item' as const, lists: shareLists(learn.lists(items)), width: log.users },
    }
    learn.run('mt_drop_lists', users)
    learn.run('mt_drop_lists', items)
    return views
  }

  async als(
    plan: AlsPlan & { evenness: number },
    iterations: number,
    seed: number,
    onIteration: (done: number) => void = () => {},
  ): Promise<Factors> {
    const { learn, log } = this
    const stride = Math.ceil(plan.dims / 4) * 4
    const users = sharedF32(log.users * stride)
    const items = sharedF32(log.items * stride)
    const { byUser, byItem } = this.weighed(plan.evenness)
    const start = learn.take(items.byteLength)
    learn.call('mt_train_als_init', plan.dims, seed, 0, log.items, start)
    items.set(learn.f32(start, items.length))
    learn.drop(start)
    for (let i = 0; i < iterations; i++) {
      await this.half(plan, byUser, items, users)
      await this.half(plan, byItem, users, items)
      onIteration(i + 1)
    }
    return { dims: plan.dims, items, stride }
  }

  private async half(plan: AlsPlan, rows: Matrix, other: Float32Array, out: Float32Array): Promise<void> {
    const gram = gramOf(this.learn, plan.dims, other)
    const bounds = evenRanges(rows.lists.start, this.workers.count)
    await Promise.all(
      bounds
        .slice(1)
        .map((last, i) => this.workers.run('solve', { plan, rows, other, gram, first: bounds[i]!, last, out })),
    )
  }
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

/** Runs `use` with the log in wasm memory. */
function withLog<T>(learn: Learn, log: Log, use: (log: Pointer) => T): T {
  const arrays: (Uint32Array | Float32Array | Float64Array)[] = [log.user, log.item]
  if (log.time !== null) arrays.push(log.time)
  if (log.weight !== null) arrays.push(log.weight)
  return learn.with(arrays, (user, item, ...rest) => {
    const time = log.time === null ? 0 : rest.shift()!
    const pointer = learn.make(
      'mt_make_log',
      log.users,
      log.items,
      log.user.length,
      user!,
      item!,
      time,
      log.weight === null ? 0 : rest.shift()!,
    )
    try {
      return use(pointer)
    } finally {
      learn.run('mt_drop_log', pointer)
    }
  })
}

function concatenate(parts: readonly Lists[]): Lists {
  const keys = parts.reduce((sum, part) => sum + part.keys, 0)
  const entries = parts.reduce((sum, part) => sum + part.items.length, 0)
  const whole: Lists = {
    keys,
    start: new Uint32Array(keys + 1),
    items: new Uint32Array(entries),
    weights: new Float32Array(entries),
  }
  let key = 0
  let entry = 0
  for (const part of parts) {
    for (let i = 0; i < part.keys; i++) whole.start[key + i + 1] = entry + part.start[i + 1]!
    whole.items.set(part.items, entry)
    whole.weights.set(part.weights, entry)
    key += part.keys
    entry += part.items.length
  }
  return whole
}
