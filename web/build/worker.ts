/** What a worker thread of the builder does: calls of the learning core, in the memory of the thread that asks. */
import { Learn, LearnError, type Pointer } from '../learn/learn.js'
import type { CoreCall, Reply } from './workers.js'

let learn: Learn | undefined

const replying =
  <Task, T>(work: (task: Task) => T) =>
  (task: Task): Reply<T> => {
    try {
      return { value: work(task) }
    } catch (error) {
      if (error instanceof LearnError) return { failure: error.message }
      throw error
    }
  }

export const call = replying(({ core, name, numbers }: CoreCall): void => {
  learn ??= Learn.join(core)
  learn.call(name, ...numbers)
})

export const make = replying(({ core, name, numbers }: CoreCall): Pointer => {
  learn ??= Learn.join(core)
  return learn.make(name, ...numbers)
})
