/**
 * A line to one shard. Of many that are asked together the slowest decides, so none is waited for longer than a deadline; a second copy of a
 * question goes out where the first takes longer than all but a few do (Dean and Barroso, The tail at scale, 2013), and one that has missed
 * several times in a row rests: it is asked now and then, and nobody waits for it.
 */
import { MartelloError } from '../entry/index.js'
import { MOST_ANSWER, type Fetcher } from './wire.js'

/** Why a shard has no part in an answer. 'version': it does not have the file of this catalogue. */
export type Why = 'late' | 'failed' | 'version' | 'resting'

export class Missing extends Error {
  constructor(
    readonly why: Why,
    message: string,
  ) {
    super(message)
  }
}

/** Answers whose times are looked at, and the share of them within which most come. */
const RECENT = 100
const MOST = 0.95
/** Second copies are so many of all questions, at most. */
const SHARE = 0.05
/** After so many misses it rests, and is asked once in so many milliseconds. */
const MISSES = 3
const REST = 500

/** Milliseconds after which `over` rejects, and `end` calls off what is under way; `done`: they need not be counted any more. */
function ending(milliseconds: number): { end: AbortController; over: Promise<never>; done(): void } {
  const end = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      end.abort()
      reject(new Missing('late', `no answer within ${Math.round(milliseconds)} ms`))
    }, milliseconds)
  })
  return { end, over, done: () => clearTimeout(timer) }
}

export class Line {
  /** Milliseconds of the last answers, in a ring. */
  private readonly times: number[] = []
  private answers = 0
  /** Second copies so far. */
  private copies = 0
  private misses = 0
  private askedAt = 0

  /** `hedge`: milliseconds until the second copy; null: as the last answers say. */
  constructor(
    private readonly to: Fetcher,
    private readonly url: string,
    private readonly hedge: number | null,
  ) {}

  /** The answer, empty where the shard has nothing; throws Missing. `later`: keeps work going of which nobody waits for the end. */
  async ask(question: string, milliseconds: number, later?: (work: Promise<unknown>) => void): Promise<Uint8Array> {
    if (this.misses < MISSES) return this.asked(question, milliseconds)
    const now = performance.now()
    if (now - this.askedAt > REST) {
      this.askedAt = now
      const trial = this.asked(question, milliseconds).catch(() => {})
      later?.(trial)
    }
    throw new Missing('resting', `it missed ${this.misses} times in a row, and is asked every ${REST} ms`)
  }

  /** Waits until the shard has its file open, but not longer. */
  async warm(milliseconds: number): Promise<void> {
    const { end, over, done } = ending(milliseconds)
    const opened = async () => {
      const response = await this.to.fetch(new Request(this.url, { signal: end.signal }))
      await response.arrayBuffer()
    }
    await Promise.race([over, opened()]).catch(() => {})
    done()
  }

  private async asked(question: string, milliseconds: number): Promise<Uint8Array> {
    const started = performance.now()
    if (milliseconds <= 0) throw new Missing('late', 'no time was left to ask it')
    const { end, over, done } = ending(milliseconds)
    this.askedAt = started
    try {
      const bytes = await Promise.race([over, this.first(question, end, milliseconds)])
      this.times[this.answers++ % RECENT] = performance.now() - started
      this.misses = 0
      return bytes
    } catch (error) {
      if (error instanceof MartelloError) throw error // the question is wrong, not the shard
      this.misses++
      throw error instanceof Missing ? error : new Missing('failed', (error as Error).message)
    } finally {
      done()
    }
  }

  /** Of one or two copies, what comes first. */
  private async first(question: string, end: AbortController, milliseconds: number): Promise<Uint8Array> {
    const one = this.fetched(question, end.signal)
    let second = false
    // no other answer is to be had, or it is here
    const settled = one.then(() => true, (error) => error instanceof Missing || error instanceof MartelloError) // prettier-ignore
    let timer: ReturnType<typeof setTimeout> | undefined
    const slow = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), this.patience(milliseconds))
    })
    end.signal.addEventListener('abort', () => clearTimeout(timer)) // at the deadline no copy is worth it
    const two = Promise.race([settled, slow]).then((enough) => {
      if (enough || !this.mayCopy()) return one
      second = true
      return this.fetched(question, end.signal)
    })
    try {
      return await Promise.any([one, two])
    } catch (error) {
      throw error instanceof AggregateError ? error.errors[0] : error
    } finally {
      clearTimeout(timer)
      if (second) end.abort() // calls off the one that is still under way
    }
  }

  /** Milliseconds within which most answers come. */
  private patience(milliseconds: number): number {
    if (this.hedge !== null) return this.hedge
    if (this.answers < 20) return milliseconds / 4
    const sorted = this.times.toSorted((a, b) => a - b)
    return Math.max(2, 1.5 * sorted[Math.floor(MOST * sorted.length)]!)
  }

  private mayCopy(): boolean {
    if (this.copies >= 1 + SHARE * this.answers) return false
    this.copies++
    return true
  }

  private async fetched(question: string, signal: AbortSignal): Promise<Uint8Array> {
    const response = await this.to.fetch(new Request(this.url, { method: 'POST', body: question, signal }))
    if (response.status === 204) return new Uint8Array()
    if (!response.ok) {
      const said = (await response.text()).slice(0, 300)
      if (response.status === 400) throw new MartelloError(`shards: ${said}`)
      throw response.status === 404
        ? new Missing('version', said)
        : new Error(`${this.url} answered ${response.status}: ${said}`)
    }
    const bytes = new Uint8Array(await response.arrayBuffer())
    if (bytes.length > 0 && bytes.length <= MOST_ANSWER) return bytes
    throw new Missing('failed', `found ${bytes.length} bytes, expected rows, of ${MOST_ANSWER} at most`)
  }
}
