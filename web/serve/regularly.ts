/** What is known of something that is taken again, in words. */
import type { RecommendedItem } from '../recommender/request.js'

const DAY = 86_400
const SPANS = [
  ['day', DAY],
  ['week', 7 * DAY],
  ['month', 30.44 * DAY],
  ['year', 365.25 * DAY],
] as const

/** `taken 4 times, about every 3 weeks`; nothing where it was not taken before. */
export function regularly({ again }: Pick<RecommendedItem, 'again'>): string {
  if (again === undefined) return ''
  const { times, every } = again
  const taken = `taken ${times === 1 ? 'once' : `${times} times`}`
  if (every === undefined) return taken
  const [unit, seconds] = SPANS.findLast(([, seconds]) => every >= 1.5 * seconds) ?? SPANS[0]
  const count = Math.max(1, Math.round(every / seconds))
  return `${taken}, about every ${count === 1 ? unit : `${count} ${unit}s`}`
}
