/**
 * Words that say nothing of what a page is about, such as "the" and "und": what a language needs to say anything. On a large site
 * that shows in how many pages have them; on a site of a few pages two may have nothing but "the" in common. So lists are
 * asked, those of `stopword`, which has most languages, and of Orama where those are longer.
 *
 * Which list: the one that the pages of a language say most words of. What `lang` says counts double there, and no more than
 * that, since many pages have the `lang` of the template that they were made from, or none.
 */
import { stopwords as english } from '@orama/stopwords/english'
import { stopwords as spanish } from '@orama/stopwords/spanish'
import * as stopword from 'stopword'
import { wordsIn } from './words.js'

/** Of every text at least a tenth is such words; what has fewer of a list is written in another language. */
const LEAST = 0.1

let known: Map<string, Set<string>> | null = null

/** `said`: how often each word is said on the pages whose `lang` is `language`, '' where none is said. */
export function commonWords(language: string, said: ReadonlyMap<string, number>): ReadonlySet<string> {
  known ??= listsByLanguage()
  const all = [...said.values()].reduce((sum, times) => sum + times, 0)
  let best: ReadonlySet<string> = new Set()
  let most = LEAST * all
  for (const [name, list] of known) {
    let times = 0
    // letters alone stand in any language
    for (const word of list) if (word.length > 1) times += said.get(word) ?? 0
    if (name === language) times *= 2
    if (times > most) [best, most] = [list, times]
  }
  return best
}

/** By codes as `lang` has them: en of eng. */
function listsByLanguage(): Map<string, Set<string>> {
  const lists = new Map<string, Set<string>>()
  const add = (language: string, words: readonly string[]) => {
    const list = lists.get(language) ?? new Set()
    lists.set(language, list)
    for (const entry of words) {
      const found = wordsIn(entry)
      // don't is don and t on a page; what else is several words is a phrase, or two letters at a time of a script without spaces
      if (found.length === 1 || /['\u2019]/.test(entry)) for (const word of found) list.add(word)
    }
  }
  for (const [name, words] of Object.entries(stopword)) {
    const code = /^[a-z]{3}/.exec(name)?.[0]
    if (code !== undefined && Array.isArray(words)) add(new Intl.Locale(code).language, words)
  }
  add('en', english)
  add('es', spanish)
  return lists
}
