/**
 * What a bundle is worth while it arrives: a page recommends from its front, so each source, layer or ranker that comes whole
 * makes answers better. The same people are asked again each time that something can have changed.
 */
import { ask } from '../complement.js'
import { FIGURES, Measures, type Figures } from '../measures.js'
import type { Asked } from '../targets.js'
import { emptyCore } from '../../build/core.js'
import { sectionsOf } from '../../build/inspect.js'
import { isSet, NOT_FOUND } from '../../recommender/slate.js'

export interface Arrived extends Figures {
  /** Of the bundle, from its front. */
  bytes: number
  /** Sources that are here. */
  sources: string[]
}

/** `bytes` rising; the last is the whole bundle. */
export async function arriving(
  bundle: Uint8Array,
  asked: readonly Asked[],
  k: number,
  progress: (done: number, total: number) => void,
): Promise<Arrived[]> {
  const core = await emptyCore()
  core.reserve(bundle.length, Infinity).set(bundle)
  const ends = (await sectionsOf(bundle)).map(({ offset, bytes }) => offset + bytes).sort((a, b) => a - b)
  ends[ends.length - 1] = bundle.length
  const [measures] = (await Measures.start(k, 1)) as [Measures]
  const steps: Arrived[] = []
  let state = ''
  for (const [n, end] of ends.entries()) {
    progress(n, ends.length)
    if (core.open(bundle.length, end) === 0) continue
    const layers = core.spaces.map((_, space) => core.layers(space))
    const now = JSON.stringify([core.waiting, layers, core.featureCount])
    if (now === state && end !== bundle.length) continue
    state = now
    const sums = FIGURES.map(() => 0)
    for (const { events, held: ids } of asked) {
      const held = new Set([...ids].map((id, i) => ((item) => (item === NOT_FOUND ? -1 - i : item))(core.find(id))))
      measures.of(ask(core, events, k, []), held).forEach((value, f) => (sums[f]! += value))
    }
    const [recall, ndcg, hit_rate, mrr] = sums.map((sum) => sum / asked.length) as [number, number, number, number]
    const sources = core.sources.filter((_, s) => !isSet(core.waiting, s))
    steps.push({ bytes: end, sources, recall, ndcg, hit_rate, mrr })
  }
  return steps
}
