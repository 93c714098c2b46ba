/** Repeats: how readily an item is taken again, and how long that takes. */
import type { Learn } from '../../learn/learn.js'
import { REPEATS_BYTES, SECTION } from '../../generated/numbers.js'
import { filled, section, type Section } from './section.js'

/** rate[n]: which share of those who took item n take it again; gap[n]: after how many seconds, 0 where that says nothing. */
export function repeatsSection(learn: Learn, rate: Float32Array, gap: Float32Array, ordinal: number): Section {
  const bytes = learn.with([rate, gap], (rateAt, gapAt) =>
    filled(learn, REPEATS_BYTES * rate.length, (out) =>
      learn.run('mt_repeats_encode', rateAt, gapAt, rate.length, out),
    ),
  )
  return section(SECTION.repeats, 'repeats', bytes, ordinal)
}
