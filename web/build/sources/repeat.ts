/**
 * Repeat: what a person took before and may want again: how often they took it, how readily people take it again, and, where
 * held-out events say that it helps, whether it is time (src/recall/repeat.c, src/learn/repeats.h).
 */
import type { Learn } from '../../learn/learn.js'
import { repeatsSection } from '../sections/repeats.js'
import type { Section } from '../sections/section.js'
import type { Training } from '../training.js'
import type { Source } from './source.js'

/** People that the mean rate of all items stands for: chosen on Ta-Feng's last but one baskets (3, 10 and 30 are as good). */
const PRIOR = 20

export const repeat: Source<'repeat'> = {
  name: 'repeat',
  kind: 'repeats',
  role: 'again',
  possible: ({ training, config }) => training !== null && config.repeat === true,
  sections: ({ learn, training, recipe }, ordinal) => repeatSections(learn, training!, recipe.cadence, ordinal),
}

/** `cadence`: with the gaps between one taking and the next. */
export function repeatSections(learn: Learn, training: Training, cadence: boolean, ordinal: number): Section[] {
  const { events, log, least } = training
  const { items } = log
  const [rateAt, gapAt] = [learn.take(4 * items), learn.take(4 * items)]
  learn.call('mt_train_repeats', events, PRIOR, least, rateAt, gapAt)
  const [rate, gap] = [learn.f32(rateAt, items).slice(), learn.f32(gapAt, items).slice()]
  learn.drop(rateAt, gapAt)
  return [repeatsSection(learn, rate, cadence ? gap : new Float32Array(items), ordinal)]
}
