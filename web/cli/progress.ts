/**
 * Progress on stderr. On a terminal one line renews itself: what is done, how much of it, and how long the rest takes where
 * that can be known. Elsewhere a stage is silent, but for a line every half a minute where it takes that long.
 */
import { performance } from 'node:perf_hooks'
import cliProgress from 'cli-progress'

/** Milliseconds between two lines where there is no terminal. */
const SELDOM = 30_000

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** A stage at work. */
export interface Stage {
  name: string
  /** done of total; 0 of 1 where no share can be known. */
  done: number
  total: number
  /** Rows read so far. */
  rows?: number | undefined
  /** Since it began. */
  seconds: number
}

export class Bar {
  private bar: cliProgress.SingleBar | undefined
  private stage: Omit<Stage, 'seconds'> | undefined
  private began = 0
  /** When a line was last said, of whatever stage. */
  private said = performance.now()
  /** Seconds of stages that are over, in the order in which they first began. */
  private readonly over = new Map<string, number>()

  constructor(
    private readonly quiet: boolean,
    private readonly out: NodeJS.WriteStream = process.stderr,
  ) {}

  update(name: string, done: number, total: number, rows?: number): void {
    if (name !== this.stage?.name) this.begin()
    this.stage = { name, done, total, rows }
    if (this.quiet) return
    if (this.out.isTTY) this.show(done, total)
    else if (performance.now() - this.said >= SELDOM) this.say(lineOf(this.shown()))
  }

  say(line: string): void {
    if (this.quiet) return
    this.clear()
    this.out.write(`${line}\n`)
    this.said = performance.now()
  }

  /** Ends the stage at work. */
  stop(): void {
    this.clear()
    if (this.stage === undefined) return
    const { name, seconds } = this.shown()
    this.over.set(name, (this.over.get(name) ?? 0) + seconds)
    this.stage = undefined
  }

  /** How long each stage took, one that came again in all. */
  took(): { name: string; seconds: number }[] {
    this.stop()
    return Array.from(this.over, ([name, seconds]) => ({ name, seconds }))
  }

  private begin(): void {
    this.stop()
    this.began = performance.now()
  }

  private shown(): Stage {
    return { ...this.stage!, seconds: (performance.now() - this.began) / 1000 }
  }

  private show(done: number, total: number): void {
    if (this.bar !== undefined) return this.bar.update(done)
    const format: cliProgress.GenericFormatter = (options, { progress }) =>
      lineOf(this.shown(), cliProgress.Format.BarFormat(progress, options))
    this.bar = new cliProgress.SingleBar(
      { stream: this.out, hideCursor: true, clearOnComplete: true, format },
      cliProgress.Presets.shades_classic,
    )
    this.bar.start(total, done)
    for (const signal of SIGNALS) process.once(signal, this.interrupted)
  }

  /** A terminal gets its cursor back before the process ends. */
  private readonly interrupted = (signal: NodeJS.Signals): void => {
    this.clear()
    process.kill(process.pid, signal)
  }

  private clear(): void {
    if (this.bar === undefined) return
    this.bar.stop()
    this.bar = undefined
    for (const signal of SIGNALS) process.removeListener(signal, this.interrupted)
  }
}

/** Shorter than this, nobody waits for a time, and it would be a guess. */
const SOON = 2

/** `reading log.csv ████░░░░ 41%, 2.1 million rows, 12 s left`; `training neighbours, 12 s` where no share can be known. */
export function lineOf({ name, done, total, rows, seconds }: Stage, bar = ''): string {
  const isKnown = done > 0 && total > 0
  const share = isKnown ? [name, bar, `${Math.floor((100 * done) / total)}%`].filter((part) => part !== '') : [name]
  const read = rows === undefined || rows === 0 ? [] : [`${rounded(rows)} rows`]
  const left = isKnown ? `${timeOf((seconds * (total - done)) / done)} left` : timeOf(seconds)
  return [share.join(' '), ...read, ...(seconds < SOON || done >= total ? [] : [left])].join(', ')
}

const rounded = (count: number): string =>
  count < 1e6 ? count.toLocaleString('en') : `${(count / 1e6).toFixed(1)} million`

function timeOf(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`
  const minutes = Math.ceil(seconds / 60)
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
