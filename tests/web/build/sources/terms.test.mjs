// What titles become: words in any script, marks and all.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { termsOf } from '../../../../build/web/build/sources/terms.js'

/** The terms of each title, as numbers: equal words have equal numbers. */
function terms(...titles) {
  const ids = titles.map(String)
  const columns = [{ name: 'title', kind: 'text', values: titles }]
  const { lists } = termsOf({ ids, itemRow: Int32Array.from(ids.keys()), columns })
  return ids.map((_, item) => [...lists.items.subarray(lists.start[item], lists.start[item + 1])])
}

const same = (a, b) => {
  const [one, other] = terms(a, b)
  assert.deepEqual(one, other, `${a} is ${b}`)
}
const counts = (title, count) => assert.equal(terms(title)[0].length, count, title)

test('a letter and its marks are one, however they are written', () => {
  for (const title of ['Amélie', 'Amélie'.normalize('NFD'), 'हिन्दी', 'ガンダム', 'Ślązak', 'พระนคร']) counts(title, 1)
  same('Amélie', 'AMÉLIE'.normalize('NFD'))
  same('ガンダム', 'ガンダム'.normalize('NFD'))
  const [french, parts] = terms('Amélie', 'Ame lie')
  assert.ok(!parts.some((term) => french.includes(term)))
})

test('marks tell words apart', () => {
  const [gundam, kantam] = terms('ガンダム', 'カンタム')
  assert.notDeepEqual(gundam, kantam)
  assert.notDeepEqual(...terms('pêche', 'péché'))
})

test('words are of two letters or digits at least; what stands between them does not count', () => {
  counts('2001: A Space Odyssey', 3)
  same("Schindler's List", 'schindler list')
  same('WALL·E', 'wall')
})
