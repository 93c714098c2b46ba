/**
 * Negatives: what a step's vectors should be far from, drawn once for all pairs of a batch, and never a pair's own item
 * (src/learn/fit.h). Items that somebody met, each as likely; a share of them what others of the batch meet next, which is drawn the
 * more often the more popular it is, so that of losses by likelihoods its score is lowered by as much (mixed negatives, Yang et al.
 * 2020; logQ, Bengio & Senécal 2008); and a share of what the last pass would have recommended in vain (ANCE, Xiong et al. 2021).
 */
import type { TowerLoss, TowerPlan } from './config.js'
import type { Sequences } from './rows.js'
import { NO_ITEM, type Negatives, type Row, type Stepper } from './stepper.js'

/** Nearest items of a row, of which one is drawn at a time. */
const NEAREST = 16
/** Rows that are looked up at a time: between, the time may be over. */
const LOOKED_UP = 1024
/** Losses whose scores are logs of likelihoods, so that logQ can be taken off: differences and cosines are not. */
const LIKELY: readonly TowerLoss[] = ['softmax', 'gbce']

export class NegativeDraw {
  /** 1: somebody met the item. */
  readonly met: Uint8Array
  /** Those that somebody did. */
  private readonly known: Uint32Array
  /** All of them, where all are compared with. */
  private readonly all: Negatives | null
  /** By item: log of how much likelier it is drawn than if each were as likely. */
  private readonly likely: Float32Array | null
  /** What the model of the last pass would recommend, by row. */
  private readonly nearest = new Map<Row, Uint32Array>()

  constructor(
    private readonly plan: Pick<TowerPlan, 'loss' | 'negatives' | 'mixed' | 'hard'>,
    private readonly sequences: Sequences,
    items: number,
    private readonly draw: () => number,
  ) {
    const { item } = sequences
    const { mixed, hard, loss, negatives } = plan
    const events = new Float64Array(items)
    for (const one of item) events[one]!++
    this.met = Uint8Array.from(events, (count) => Number(count > 0))
    this.known = Uint32Array.from(events.keys()).filter((one) => events[one]! > 0)
    // where they are so few that as many would be drawn, all say exactly what those would say by chance
    const isFew = loss === 'softmax' && mixed === 0 && hard === 0 && this.known.length <= negatives
    this.all = loss === 'full' || isFew ? { item: padded(this.known), likely: null } : null
    const likelier = (count: number) => Math.log(1 - mixed + (mixed * count * this.known.length) / item.length)
    const isLikely = mixed > 0 && LIKELY.includes(loss)
    this.likely = isLikely ? Float32Array.from(events, (count) => likelier(Math.max(1, count))) : null
  }

  /** What a step is compared with, at most. */
  get most(): number {
    return this.all?.item.length ?? this.plan.negatives
  }

  /** Before a pass over these rows, after another one: what the model would now recommend in vain. */
  async lookUp(stepper: Pick<Stepper, 'nearest'>, rows: readonly Row[], isOver: () => boolean): Promise<void> {
    if (this.plan.hard === 0 || this.all !== null) return
    this.nearest.clear()
    for (let at = 0; at < rows.length && !isOver(); at += LOOKED_UP)
      await this.lookUpSome(stepper, rows.slice(at, at + LOOKED_UP))
  }

  private async lookUpSome(stepper: Pick<Stepper, 'nearest'>, rows: readonly Row[]): Promise<void> {
    const { start, item } = this.sequences
    const asked = rows.map((row) => ({ ...row, vector: Uint32Array.of(0), target: row.target.slice(-1) }))
    const found = await stepper.nearest(asked, NEAREST, this.met)
    rows.forEach((row, r) => {
      const met = item.subarray(start[row.person], start[row.person + 1])
      const own = found.subarray(r * NEAREST, (r + 1) * NEAREST)
      this.nearest.set(
        row,
        own.filter((one) => one !== NO_ITEM && !met.includes(one)),
      )
    })
  }

  /** For a step by these rows. */
  of(batch: readonly Row[]): Negatives {
    if (this.all !== null) return this.all
    const { negatives, mixed, hard } = this.plan
    const { draw, known } = this
    const one = <T>(list: ArrayLike<T>): T => list[Math.floor(draw() * list.length)]!
    const item = Uint32Array.from({ length: negatives }, () => one(known))
    const hardest = Math.floor(hard * negatives)
    const likely = this.likely && new Float32Array(negatives)
    for (let n = 0; n < hardest; n++) {
      const near = this.nearest.get(one(batch))
      if (near !== undefined && near.length > 0) item[n] = one(near)
    }
    if (mixed > 0) {
      // of all targets alike, whatever row they are of: so they are as likely as their events are many
      const next = batch.flatMap(({ target }) => [...target])
      for (let n = hardest; n < negatives; n++) if (draw() < mixed) item[n] = one(next)
    }
    if (likely !== null) for (let n = hardest; n < negatives; n++) likely[n] = this.likely![item[n]!]!
    return { item, likely }
  }
}

function padded(known: Uint32Array): Uint32Array {
  const item = new Uint32Array(Math.ceil(known.length / 4) * 4).fill(NO_ITEM)
  item.set(known)
  return item
}
