/** The words of pages: those of the text index (web/recommender/words.ts), in every script, but for numbers. */
import { plain, WORD, wordsOf } from '../recommender/words.js'

const LONGEST = 40

/** What stands between two spaces comes again and again, and is taken apart once. */
const known = new Map<string, readonly string[]>()
const MOST_KNOWN = 200_000

function wordsOfToken(token: string): readonly string[] {
  const found = known.get(token)
  if (found !== undefined) return found
  const words = Array.from(plain(token).matchAll(WORD), ([typed, run]) => wordsOf(typed, run))
    .flat()
    .filter((word) => word.length <= LONGEST && /\p{L}/u.test(word))
  if (token.length <= LONGEST && known.size < MOST_KNOWN) known.set(token, words)
  return words
}

export const wordsIn = (text: string): string[] => text.split(/\s+/).flatMap(wordsOfToken)
