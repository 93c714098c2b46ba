// What pages of a few have in common that says nothing: words that their language needs to say anything.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commonWords } from '../../../build/web/site/common.js'
import { TermCounter } from '../../../build/web/site/terms.js'
import { wordsIn } from '../../../build/web/site/words.js'

const ENGLISH =
  "If the loaf does not rise, don't throw it away: it is too cold for what is in it, and there isn't a way to know that without having been there."
const GERMAN =
  'Wenn der Laib nicht aufgeht, darf man ihn nicht wegwerfen: es ist nur zu kalt für das, was in ihm ist, und man kann es nicht wissen, ohne dabei gewesen zu sein.'
const POLISH =
  'Jeśli chleb nie rośnie, nie wyrzucaj go: jest tylko za zimno dla tego, co w nim jest, i nie można tego wiedzieć, jeśli się tam nie było.'
const SPANISH =
  'Si el pan no sube, no lo tires: es que hace demasiado frío para lo que hay en él, y no se puede saber sin haber estado allí.'

function saidIn(text) {
  const said = new Map()
  for (const word of wordsIn(text)) said.set(word, (said.get(word) ?? 0) + 1)
  return said
}
const common = (language, text) => commonWords(language, saidIn(text))
const has = (list, words) => words.split(' ').filter((word) => list.has(word)).join(' ') // prettier-ignore

test('each language has its common words, without accents and with what contractions are made of', () => {
  assert.equal(has(common('en', ENGLISH), 'the not don isn t loaf cold'), 'the not don isn t')
  assert.equal(has(common('de', GERMAN), 'der nicht fur laib'), 'der nicht fur')
  assert.equal(has(common('pl', POLISH), 'jesli nie sie chleb'), 'jesli nie sie')
  assert.equal(has(common('es', SPANISH), 'es hay se pan frio'), 'es hay se')
})

test('pages say which list is theirs where lang does not, or says what is not so', () => {
  for (const lang of ['', 'en', 'is', 'xx-strange']) assert.ok(common(lang, GERMAN).has('nicht'), lang)
  assert.ok(common('', ENGLISH).has('the'))
})

test('pages of a language without a list have none, and nor have pages without words', () => {
  assert.equal(common('qu', "Ñuqaqa t'antata ruwani, hak'uwan unuwan, manam qunchu").size, 0)
  assert.equal(common('en', '').size, 0)
})

test('on few pages common words weigh nothing, on many as much as the pages say', () => {
  const page = (text, language = 'en') => ({ title: '', description: '', headings: [], tags: [], texts: [text], language }) // prettier-ignore
  /** The words of `first` that weigh something, beside `others` pages. */
  const weighed = (first, others) => {
    const counter = new TermCounter()
    for (const text of [first, ...others]) counter.add(page(text))
    const { start, words, names } = counter.finish()
    return Array.from(words.subarray(start[0], start[1]), (word) => names[word]).sort()
  }
  assert.deepEqual(weighed('what there is of rye and of flour', ['what there is of rye', 'and flour']), [
    'flour',
    'rye',
  ])
  // "after" on every fourth of 400 pages tells something
  const many = Array.from({ length: 400 }, (_, i) => `the oven and the page ${i % 4 === 0 ? 'after' : 'of all'} it`)
  assert.ok(weighed('the loaf after it', many).includes('after'))
  assert.ok(!weighed('the loaf after it', many).includes('the'))
})
