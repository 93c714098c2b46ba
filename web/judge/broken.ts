/**
 * Rows of a log that say no slate, such as one that a process did not write to its end. They are left out and said; where they are more than chance would have it, what is left may be anything, and the log is refused.
 */
import { MartelloError } from '../recommender/errors.js'

/** So many are shown. */
const SHOWN = 3
/** Of all rows, as of times that are far from all others (web/read/far.ts); one there may always be. */
const MOST = 0.01

export class Broken {
  count = 0
  private readonly first: Error[] = []

  /** What its rows are: `lines`, `clicks`; and what one of them does that is left out, and what several do. */
  constructor(
    private readonly rows: string,
    private readonly one = 'says no slate',
    private readonly several = 'say no slate',
  ) {}

  add(error: Error): void {
    this.count++
    if (this.first.length < SHOWN) this.first.push(error)
  }

  /** Refuses the log, by its first errors, where besides `whole` rows there are too many broken ones. */
  check(whole: number): void {
    if (this.count === 0 || (whole > 0 && this.count <= Math.max(1, MOST * (whole + this.count)))) return
    if (this.count === 1) throw this.first[0]!
    const more = this.count > SHOWN ? [`${this.count} of ${whole + this.count} ${this.rows} ${this.several}`] : []
    throw new MartelloError([...this.first.map(({ message }) => message), ...more].join('\n'))
  }

  /** What was left out, '' where nothing was. */
  said(whole: number): string {
    if (this.count === 0) return ''
    const how = this.count === 1 ? `${this.one} and was` : `${this.several} and were`
    const shown = this.count > SHOWN ? `, such as the first ${SHOWN}` : ''
    const first = this.first.map(({ message }) => `  ${message}\n`).join('')
    return `look: ${this.count} of ${whole + this.count} ${this.rows} ${how} left out${shown}:\n${first}`
  }
}
