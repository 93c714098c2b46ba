/**
 * What a worker thread of the builder does: calls of the learning core, in the memory of the thread that asks, and questions
 * to a bundle about people (tune/answer.ts).
 */
import { Learn, LearnError, type Joining, type Pointer } from '../learn/learn.js'
import type { CoreCall, Reply } from './workers.js'
import { answer, type Question } from './tune/answer.js'

let learn: Learn | undefined

const replying =
  <Task, T>(work: (task: Task) => T | Promise<T>) =>
  async (task: Task): Promise<Reply<T>> => {
    try {
      return { value: await work(task) }
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

export const ask = replying(({ core, ...question }: Question & { core: Joining }): Promise<Pointer> => {
  learn ??= Learn.join(core)
  return answer(learn, question)
})
