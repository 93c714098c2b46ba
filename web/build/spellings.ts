/**
 * What an index has of a text: its words (web/recommender/words.ts), and how else they may be typed.
 *
 *     Spider-Man, AC/DC, don't   spiderman, acdc, dont   what a hyphen, an apostrophe and the like join
 *     Ke$ha, P!nk                kesha, pink             where a sign stands for a letter
 *     schindler's                schindlers
 *     C++                        c                       what it is without its signs
 *     S21, v2.1                  s, 21, v, 2, 1          letters and digits apart
 *     המטריצה, والكتاب           מטריצה, كتاب            articles and the like that are written with the word
 *     上海滩                      滩                      the last letter of a run without spaces, which begins no pair
 */
import { lettersOf, plain, WORD, wordsOf } from '../recommender/words.js'

export interface Spelling {
  word: string
  /** Which of the different words of the text it is, or is a part of, from 0. */
  place: number
  /** It is not a word of the text itself. */
  besides: boolean
}

/** What may stand between words that are typed as one, and the letter that it is read as, if any. */
const JOINTS = new Map(Array.from("'&·‐-/._", (sign) => [sign, ''])).set('$', 's').set('!', 'i')
/** Of one text; URLs and the like are not words that somebody types as one. */
const MOST_JOINED = 4
/**
 * Written with the word that they stand before: of Arabic as Larkey, Ballesteros & Connell (2002) strip them, of Hebrew the
 * article, and `and`, `in`, `as`, `to`, `from`, `that`.
 */
const PREFIXES = /^(?:(?:[وبكف]?ال|لل)(?=\p{L}{2})|و(?=\p{L}{3})|[ושכ]?ה(?=\p{L}{2})|[ובכלמש](?=\p{L}{3}))/u

const wordsIn = (typed: string, run: string | undefined) => wordsOf(typed, run).map((word) => word.replace('*', ''))

export function spellings(text: string): Spelling[] {
  const plainText = plain(text)
  const found: Spelling[] = []
  const places = new Map<string, number>()
  const add = (word: string, besides: boolean, place = places.get(word) ?? places.size) => {
    if (!besides) places.set(word, place)
    found.push({ word, place, besides })
    return place
  }
  let joined: { word: string; place: number }[] = [] // words that hang together so far, after what joins them
  let end = -1
  const join = () => {
    const word = joined.map((part) => part.word).join('')
    if (joined.length > 1 && joined.length <= MOST_JOINED && /\D/.test(word)) add(word, true, joined[0]!.place)
    joined = []
  }
  for (const match of plainText.matchAll(WORD)) {
    const [typed, run] = match
    const joint = JOINTS.get(plainText.slice(end, match.index))
    if (joint === undefined) join()
    end = match.index + typed.length
    const own = wordsIn(typed, run)
    const place = own.map((word) => add(word, false)).at(-1)!
    if (run !== undefined) {
      const letters = lettersOf(run)
      if (letters.length > 1) add(letters.at(-1)!, true, place)
      continue
    }
    const word = own[0]!
    joined.push({ word: (joint ?? '') + word, place })
    const stem = word.replace(PREFIXES, '').replace(/[+#]+$/, '')
    if (stem !== word) add(stem, true, place)
    if (typed.endsWith("'s")) add(`${word}s`, true, place)
    const parts = new Set(stem.match(/\d+(?:\.\d+)*|\d+|[^\d.]+/g)?.flatMap((part) => [part, ...part.split('.')]))
    parts.delete(stem)
    for (const part of parts) add(part, true, place)
  }
  join()
  return found
}

/** How many different words a title has, without what stands in brackets behind it: a year, another title. */
export function titleLength(text: string, spelt = spellings(text)): number {
  const short = withoutBrackets(text)
  const all = () => new Set(spelt.filter(({ besides }) => !besides).map(({ word }) => word)).size
  return (short !== text && new Set(ownWords(plain(short))).size) || all()
}

/** The words of a text themselves, without what else they may be typed as. */
function ownWords(plainText: string): string[] {
  return Array.from(plainText.matchAll(WORD), ([typed, run]) => wordsIn(typed, run)).flat()
}

const OPENS = /[([（【「]/
const CLOSES = /[)\]）】」]/

/** Without the brackets at the end, which are looked for from there: each letter is looked at once. */
function withoutBrackets(text: string): string {
  let end = text.trimEnd().length
  while (end > 0 && CLOSES.test(text[end - 1]!)) {
    let [open, start] = [-1, end - 1]
    for (; start > 0 && !CLOSES.test(text[start - 1]!); start--) if (OPENS.test(text[start - 1]!)) open = start - 1
    if (open < 0) break
    const isAlone = text.slice(start, open).trim() === ''
    end = text.slice(0, open).trimEnd().length
    if (!isAlone) break
  }
  return text.slice(0, end)
}
