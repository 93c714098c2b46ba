/** Progress on stderr: a bar where there is a terminal, silence where there is none. */
import cliProgress from 'cli-progress'

export class Bar {
  private bar: cliProgress.SingleBar | undefined
  private stage = ''

  constructor(private readonly quiet: boolean) {}

  update(stage: string, done: number, total: number): void {
    if (this.quiet || !process.stderr.isTTY) return
    if (stage !== this.stage) {
      this.stop()
      this.stage = stage
      this.bar = new cliProgress.SingleBar(
        { stream: process.stderr, format: '{stage} {bar} {percentage}%', hideCursor: true, clearOnComplete: true },
        cliProgress.Presets.shades_classic,
      )
      this.bar.start(total, done, { stage })
    } else this.bar?.update(done, { stage })
  }

  say(line: string): void {
    if (this.quiet) return
    this.stop()
    process.stderr.write(`${line}\n`)
  }

  stop(): void {
    this.bar?.stop()
    this.bar = undefined
    this.stage = ''
  }
}
