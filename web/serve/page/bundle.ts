/**
 * One bundle and its recommender: in a worker, asked by the published client alone. It answers as soon as the first sections of the
 * bundle are here; those that follow make the answers better.
 */
import { RecommenderClient, type RecommendedItem, type Trace } from '../../page/client.js'
import type { BundleFacts, PageFacts } from '../facts.js'
import { isKnown, meet } from './names.js'
import { script } from './trust.js'

/** Ids are looked through in order of popularity, so many where no text index finds any. */
const IDS = 20_000
const AT_ONCE = 500

export interface News {
  /** Bytes so far, until it can be used. */
  onProgress(bytes: number, total: number): void
  /** More of it has come since, or a newer one. */
  onMore(): void
  onProblem(sentence: string): void
}

export class Bundle {
  /** The recommender, once `open` has resolved. */
  rec!: RecommenderClient
  whole = false
  /** How many bytes were here when it first answered. */
  usable = 0
  readonly opened: Promise<void>
  private ids: string[] = []

  constructor(
    readonly facts: BundleFacts,
    { keep }: PageFacts,
    news: News,
  ) {
    this.opened = this.open(keep, news)
    this.opened.catch(() => {}) // whoever waits for it hears
  }

  private async open(keep: boolean, { onProgress, onMore, onProblem }: News): Promise<void> {
    let asked = 0
    const rec = await RecommenderClient.open(this.facts.url, {
      keep,
      revalidate: false, // main.ts does, when the shelf stands
      worker: () => new Worker(script('martello/page-worker.js'), { type: 'module', name: 'martello' }),
      onProgress: (bytes, total) => {
        if (this.usable === 0) return onProgress(bytes, total)
        if (bytes - asked < total / 10) return
        asked = bytes
        onMore()
      },
      onUpdate: onMore,
      onProblem,
    })
    this.rec = rec
    this.usable = rec.loaded
    rec.complete.then(
      () => {
        this.whole = true
        if (this.usable < rec.bytes) onMore()
      },
      (error: Error) => onProblem(error.message),
    )
  }

  /** What `work` asks for, now; where it needs something that has not come yet, when that has. */
  async ask<T>(work: () => Promise<T>): Promise<T> {
    await this.opened
    try {
      return await work()
    } catch (error) {
      if (this.whole || (error as Error).name !== 'MartelloError') throw error
      await this.rec.complete
      return work()
    }
  }

  /** Learns of items that were not met yet, if it comes to that; until then their ids have to do. */
  async know(ids: readonly string[]): Promise<void> {
    await this.opened.catch(() => {})
    if (this.usable === 0) return
    for (const id of ids) {
      if (isKnown(id)) continue
      const n = await this.rec.number(id)
      if (n !== undefined) meet([{ id, attributes: await this.rec.attributes(n) }])
    }
  }

  has = async (id: string): Promise<boolean> => (await this.ask(() => this.rec.number(id))) !== undefined

  /** Ids that are this text, or begin so. */
  async byId(text: string, most: number, signal: AbortSignal): Promise<string[]> {
    const own = (await this.has(text)) ? [text] : []
    const begins = () => this.ids.filter((id) => id.startsWith(text) && id !== text)
    while (begins().length < most && this.ids.length < Math.min(IDS, this.rec.items) && !signal.aborted) {
      const from = this.ids.length
      const some = Array.from({ length: Math.min(AT_ONCE, this.rec.items - from) }, (_, i) => this.rec.id(from + i))
      const got = (await Promise.all(some)) as string[]
      if (this.ids.length === from) this.ids.push(...got) // else another search was quicker
    }
    return [...own, ...begins()].slice(0, most)
  }

  /** As the network panel shows it. */
  state({ layers, waiting }: Trace): BundleState {
    const { rec, usable, whole, facts } = this
    return {
      label: facts.label,
      bytes: rec.bytes,
      loaded: rec.loaded,
      usable,
      whole,
      items: rec.items,
      sources: rec.sources,
      storage: rec.storage,
      waiting,
      layers: rec.spaces.map((space) => [space, layers[space]!, rec.layersOf(space)]),
    }
  }
}

export interface BundleState {
  label: string
  bytes: number
  loaded: number
  usable: number
  whole: boolean
  items: number
  sources: readonly string[]
  storage: RecommenderClient['storage']
  waiting: readonly string[]
  layers: [space: string, used: number, all: number][]
}

export type { RecommendedItem }
