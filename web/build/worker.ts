/** What a worker thread of the builder does: calls of the learning core, in the memory of the thread that asks. */
import { Tinypool } from 'tinypool'
import { Learn, LearnError, type Joining, type Pointer } from '../learn/learn.js'
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

const joined = () => (learn ??= Learn.join(Tinypool.workerData as Joining))

export const call = replying(({ name, numbers }: CoreCall): void => joined().call(name, ...numbers))

export const make = replying(({ name, numbers }: CoreCall): Pointer => joined().make(name, ...numbers))
