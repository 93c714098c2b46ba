// Pages alike by their words, as rows of weights that a test writes down.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alike, cosineOf } from '../../../build/web/site/alike.js'

/** Of rows { word: weight }. */
function termsOf(rows) {
  const cells = rows.map((row) => Object.entries(row).map(([word, weight]) => [Number(word), weight]))
  const start = new Uint32Array(rows.length + 1)
  cells.forEach((row, i) => (start[i + 1] = start[i] + row.length))
  const words = Uint32Array.from(cells.flat(), ([word]) => word)
  return { width: Math.max(...words) + 1, start, words, weights: Float32Array.from(cells.flat(), ([, weight]) => weight) } // prettier-ignore
}

test('what is near to every page comes after what is near to this one', () => {
  // word 0 on all pages, one more for each two of them, and a changelog of word 0 alone
  const rows = Array.from({ length: 24 }, (_, page) => ({ 0: 0.55, [1 + (page >> 1)]: Math.sqrt(0.2) }))
  const changelog = rows.push({ 0: 1 }) - 1
  const lists = alike(termsOf(rows), Array(rows.length).fill('en'), 5)
  for (let page = 0; page < 24; page++) {
    const [first, second] = lists[page]
    assert.equal(first.page, page ^ 1)
    assert.equal(second.page, changelog)
    assert.ok(second.cosine > first.cosine, 'by cosine alone it were the other way')
  }
})

test('what does not share a group, and what shares no word, is not alike', () => {
  const lists = alike(termsOf([{ 0: 1 }, { 0: 1 }, { 0: 1 }, { 1: 1 }]), ['en', 'de', 'en', 'en'], 3)
  assert.deepEqual(
    lists.map((list) => list.map(({ page }) => page)),
    [[2], [], [0], []],
  )
})

test('of any two pages it is known how well their words agree', () => {
  const terms = termsOf([{ 0: 0.6, 2: 0.8 }, { 1: 0.8, 2: 0.6 }, { 0: 0.6, 2: 0.8 }, {}])
  const near = (one, other, expected) => assert.ok(Math.abs(cosineOf(terms, one, other) - expected) < 1e-6)
  near(0, 1, 0.48)
  near(1, 0, 0.48)
  near(0, 2, 1)
  near(0, 3, 0)
})
