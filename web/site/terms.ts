/**
 * What pages are about, as weighed words: the more often a page says a word, and the fewer pages of its language do, the
 * more it is about it.
 *
 *     weight(word, page) = ln(1 + tf) · √ ln((1 + pages) / (½ + pages with the word)),  0 where half of the pages have it
 *     tf = Σ over title, headings, description, tags and text   what the place counts · occurrences
 *
 * A row has length 1, so that an inner product is a cosine. Under the root how rare a word is counts once in it, as in BM25,
 * not squared: what two pages alone share is mostly chance (tests/bench/site.mjs: .77 of 400 pages without the root, .96 with it).
 *
 * Few pages do not tell how common a word is. A common word of the language (common.ts) counts as if there were so many more pages,
 * each of which has it: on a few dozen it weighs nothing, on thousands as much as they say.
 */
import { commonWords } from './common.js'
import type { Page } from './pages.js'
import { wordsIn } from './words.js'

/** What a word counts in its place. */
const COUNTS = { title: 4, heading: 2, description: 2, tag: 4, text: 1 }
/** Of each page the words that say most. */
const MOST = 100
/** Pages that have every common word of the language, besides those of the site. */
const OTHERS = 50

/** Pages by words: under each page its words, ascending, and what each weighs. */
export interface Terms {
  width: number
  start: Uint32Array
  words: Uint32Array
  weights: Float32Array
  /** On how many pages each word stands. */
  pages: Uint32Array
  names: string[]
}

export class TermCounter {
  private readonly number = new Map<string, number>()
  /** The same blocks stand on several pages, and each takes its time. */
  private readonly rows: Map<number, number>[] = []
  private readonly languages: string[] = []

  add(page: Page): void {
    const row = new Map<number, number>()
    const read = (text: string, count: number) => {
      for (const word of wordsIn(text)) {
        let n = this.number.get(word)
        if (n === undefined) this.number.set(word, (n = this.number.size))
        row.set(n, (row.get(n) ?? 0) + count)
      }
    }
    read(page.title, COUNTS.title)
    read(page.description, COUNTS.description)
    for (const heading of page.headings) read(heading, COUNTS.heading)
    for (const tag of page.tags) read(tag, COUNTS.tag)
    for (const text of page.texts) read(text, COUNTS.text)
    this.rows.push(row)
    this.languages.push(page.language)
  }

  finish(): Terms {
    const names = [...this.number.keys()]
    const width = Math.max(1, names.length)
    const pages = new Uint32Array(width)
    const weighed: Map<number, number>[] = []
    for (const language of new Set(this.languages)) {
      const mine = this.rows.flatMap((row, i) => (this.languages[i] === language ? [[i, row] as const] : []))
      const having = new Map<number, number>()
      const said = new Map<string, number>()
      for (const [, row] of mine)
        for (const [word, times] of row) {
          having.set(word, (having.get(word) ?? 0) + 1)
          said.set(names[word]!, (said.get(names[word]!) ?? 0) + times)
        }
      const common = commonWords(language, said)
      const idf = (word: number) => {
        const n = having.get(word)!
        const others = common.has(names[word]!) ? OTHERS : 0
        const all = mine.length + others
        return n < 2 || (all > FEW && n + others > all / 2) ? 0 : Math.sqrt(Math.log((1 + all) / (0.5 + n + others)))
      }
      for (const [i, row] of mine) {
        const cells = [...row].map(([word, tf]) => [word, Math.log1p(tf) * idf(word)] as const)
        const best = cells
          .filter(([, weight]) => weight > 0)
          .sort((a, b) => b[1] - a[1] || a[0] - b[0])
          .slice(0, MOST)
        const length = Math.hypot(...best.map(([, weight]) => weight))
        weighed[i] = new Map(best.map(([word, weight]) => [word, weight / length]))
      }
    }
    const start = new Uint32Array(weighed.length + 1)
    weighed.forEach((row, i) => (start[i + 1] = start[i]! + row.size))
    const words = new Uint32Array(start.at(-1)!)
    const weights = new Float32Array(words.length)
    weighed.forEach((row, i) =>
      [...row]
        .sort((a, b) => a[0] - b[0])
        .forEach(([word, weight], e) => {
          words[start[i]! + e] = word
          weights[start[i]! + e] = weight
          pages[word]!++
        }),
    )
    return { width, start, words, weights, pages, names }
  }
}

/** The same of some of the pages, ascending. */
export function termsUnder(terms: Terms, chosen: readonly number[]): Terms {
  const number = new Map<number, number>()
  const start = new Uint32Array(chosen.length + 1)
  const words: number[] = []
  const weights: number[] = []
  const pages: number[] = []
  chosen.forEach((page, i) => {
    for (let e = terms.start[page]!; e < terms.start[page + 1]!; e++) {
      const word = terms.words[e]!
      const own = number.get(word) ?? number.size
      number.set(word, own)
      pages[own] = (pages[own] ?? 0) + 1
      words.push(own)
      weights.push(terms.weights[e]!)
    }
    start[i + 1] = words.length
  })
  return { width: Math.max(1, number.size), start, words: Uint32Array.from(words), weights: Float32Array.from(weights), pages: Uint32Array.from(pages), names: [] } // prettier-ignore
}

/** So few pages may well be about one thing. */
const FEW = 10
