/** How often texts come, and what comes most. */
export function countsOf(texts: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>()
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1)
  return counts
}

export function mostCommon(texts: Iterable<string>): { value: string; count: number } | null {
  let most: { value: string; count: number } | null = null
  for (const [value, count] of countsOf(texts)) if (count > (most?.count ?? 0)) most = { value, count }
  return most
}

/** On how many pages something is no longer what one of them says: sidebars of a section stand on few. */
export const often = (pages: number) => Math.max(4, Math.sqrt(pages) / 2)
