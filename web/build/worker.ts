/**
 * What a worker thread of the builder does: pieces of a training, and users of an evaluation. Each worker has a learning
 * core of its own; matrices and factors come through shared memory and are copied in once per key.
 */
import { Learn, LearnError, type Lists, type Pointer } from '../learn/learn.js'
import type { Reply } from './workers.js'
import type { AlsPlan, Matrix, NeighbourPlan } from './training.js'
import { answer, type Answers, type Question } from './tune/answer.js'

let learn: Promise<Learn> | undefined
const matrices = new Map<string, Pointer>()

async function core(): Promise<Learn> {
  return (learn ??= Learn.start())
}

async function matrix(wanted: Matrix): Promise<Pointer> {
  const l = await core()
  const name = `${wanted.training} ${wanted.by}`
  let pointer = matrices.get(name)
  if (pointer !== undefined) return pointer
  for (const [other, old] of matrices) {
    if (other.startsWith(`${wanted.training} `)) continue
    l.run('mt_drop_lists', old) // an earlier training is over
    matrices.delete(other)
  }
  pointer = l.putLists(wanted.lists, wanted.width)
  matrices.set(name, pointer)
  return pointer
}

const replying =
  <Task, T>(work: (task: Task) => Promise<T>) =>
  async (task: Task): Promise<Reply<T>> => {
    try {
      return { value: await work(task) }
    } catch (error) {
      if (error instanceof LearnError) return { failure: error.message }
      throw error
    }
  }

interface NeighbourTask {
  plan: NeighbourPlan
  byUser: Matrix
  byItem: Matrix
  first: number
  last: number
}

export const neighbours = replying(async (task: NeighbourTask): Promise<Lists> => {
  const l = await core()
  const { plan } = task
  return l.makeLists(
    'mt_make_neighbours',
    await matrix(task.byUser),
    await matrix(task.byItem),
    plan.user,
    plan.key,
    plan.target,
    plan.shrinkage,
    plan.cosine ? 1 : 0,
    plan.longest,
    plan.top,
    task.first,
    task.last,
  )
})

interface SolveTask {
  plan: AlsPlan
  rows: Matrix
  other: Float32Array
  gram: Float32Array
  first: number
  last: number
  /** Shared; where the solving starts. */
  out: Float32Array
}

/** Solves rows first .. last - 1 of `rows` into `out`. */
export const solve = replying(async (task: SolveTask): Promise<void> => {
  const l = await core()
  const { plan, first, last } = task
  const rows = await matrix(task.rows)
  const stride = task.gram.length === 0 ? 0 : Math.sqrt(task.gram.length)
  const out = l.put(task.out.subarray(stride * first, stride * last))
  l.with([task.other, task.gram], (other, gram) =>
    l.call(
      'mt_train_als_solve',
      plan.dims,
      plan.unobserved,
      plan.reg,
      plan.nu,
      plan.steps,
      rows,
      other,
      gram,
      first,
      last,
      out,
    ),
  )
  task.out.set(l.f32(out, stride * (last - first)), stride * first)
  l.drop(out)
})

export const ask = replying((question: Question): Promise<Answers> => answer(question))
