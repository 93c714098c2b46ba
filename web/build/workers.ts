/**
 * Worker threads: they work in the memory of this thread's learning core, take rows of a training or people who are asked about,
 * and what they answer does not depend on how many there are.
 */
import { existsSync } from 'node:fs'
import { Tinypool } from 'tinypool'
import { availableParallelism } from 'node:os'
import { LearnError, type Joining, type Learn, type Pointer } from '../learn/learn.js'
import { bundled } from '../read/beside.js'

/** What a thread answers: an error that crosses threads loses its class, so a failure of the core comes as its words. */
export type Reply<T> = { value: T } | { failure: string }

/** What a call of the core is, in a worker that joined it when it started. */
export interface CoreCall {
  name: string
  numbers: number[]
}

/** Worker threads, started when first needed. */
export class Workers {
  readonly count: number
  private pool: Tinypool | undefined
  private core: Joining | undefined

  constructor(
    private readonly learn: Learn,
    count = Math.min(8, availableParallelism()),
  ) {
    this.count = Math.max(1, count)
  }

  /** Learn.call, in a worker. */
  call(name: string, ...numbers: number[]): Promise<void> {
    return this.run('call', { name, numbers })
  }

  /** Learn.make, in a worker: what it makes is in the memory of all. */
  make(name: string, ...numbers: number[]): Promise<Pointer> {
    return this.run('make', { name, numbers })
  }

  /** `how`: a function of worker.ts. */
  private async run<T>(how: 'call' | 'make', task: CoreCall): Promise<T> {
    this.learn.check() // what still waited for a thread would wait for the heap
    const code = new URL('./worker.js', import.meta.url)
    if (this.pool === undefined && !existsSync(code)) throw bundled('worker.js', undefined)
    this.core ??= this.learn.joining(this.count)
    this.pool ??= new Tinypool({
      filename: code.href,
      workerData: this.core,
      minThreads: this.count,
      maxThreads: this.count,
      idleTimeout: 1 << 30,
    })
    const reply = (await this.pool.run(task, { name: how }).catch((reason: Error) => {
      this.learn.abandon(reason)
      throw reason
    })) as Reply<T>
    if ('failure' in reply) throw new LearnError(reply.failure)
    return reply.value
  }

  /** The threads end. The next call starts them anew. */
  async close(): Promise<void> {
    await this.pool?.destroy()
    if (this.core !== undefined && !this.learn.isGone) this.learn.drop(this.core.stacks)
    this.pool = this.core = undefined
  }
}

/** Cuts keys into `parts` ranges of about equal numbers of entries: parts + 1 bounds. */
export function evenRanges(start: Uint32Array, parts: number): number[] {
  const keys = start.length - 1
  const bounds = [0]
  let key = 0
  for (let part = 1; part < parts; part++) {
    const wanted = ((start[keys]! + keys) * part) / parts // a key without entries costs something too
    while (key < keys && start[key]! + key < wanted) key++
    bounds.push(key)
  }
  bounds.push(keys)
  return bounds
}
