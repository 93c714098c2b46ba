// The bundle that FORMAT.md explains byte by byte: written here anew, the same bytes, and it recommends.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bundle } from '../../../build/web/build/sections/bundle.js'
import { idsSections } from '../../../build/web/build/sections/ids.js'
import { policyAround, policySection } from '../../../build/web/build/sections/policy.js'
import { postingsSection } from '../../../build/web/build/sections/postings.js'
import { KEY, ROLE, SOURCE } from '../../../build/web/generated/numbers.js'
import { Learn } from '../../../build/web/learn/learn.js'
import { Recommender } from '../../../dist/node.js'
import { blocksOf } from '../helpers/docs.mjs'

/** The bytes that lines such as `16  80 02, 00 × 6  what they are` stand for. */
function bytesOf(code) {
  const bytes = []
  for (const line of code.split('\n')) {
    const match = /^ *(\d+) {2}(\S+(?: \S+)*)/.exec(line) // the offset, and the bytes up to two spaces
    if (match === null) continue
    const [, at, hex] = match
    assert.equal(Number(at), bytes.length, line)
    for (const [byte, zeros] of hex.matchAll(/00 × (\d+)|[0-9a-f]{2}/g))
      bytes.push(...(zeros === undefined ? [parseInt(byte, 16)] : new Array(Number(zeros)).fill(0)))
  }
  return Uint8Array.from(bytes)
}

test('the example of FORMAT.md is what the writer writes, and it recommends', async () => {
  const learn = await Learn.start()
  const source = {
    ...{ name: 'i2i', kind: SOURCE.postings, role: ROLE.alike, ordinal: 0, quota: 300, last: 0 },
    ...{ decay: 1, halfLife: 0, weight: [0, 1, 1, 1] },
  }
  const neighbours = {
    keys: 3,
    start: Uint32Array.of(0, 2, 3, 3),
    items: Uint32Array.of(1, 2, 0),
    weights: Float32Array.of(1, 0.5, 1),
  }
  const written = bundle(learn, 3, [
    policySection(learn, policyAround([source])),
    ...idsSections(learn, ['tea', 'cup', 'pot']),
    postingsSection(learn, 'i2i', neighbours, 3, KEY.item, 0, 4, 0),
  ])
  const explained = bytesOf(blocksOf('src/bundle/FORMAT.md').find(({ language }) => language === 'text').code)
  assert.equal(explained.length, written.length)
  for (let at = 0; at < written.length; at++) assert.equal(explained[at], written[at], `byte ${at}`)
  const recommender = await Recommender.open(explained)
  const { items } = recommender.recommend({ history: ['tea'] })
  assert.deepEqual(
    items.map(({ id, score }) => [id, score]),
    [
      ['cup', 2],
      ['pot', 1],
    ],
  )
})
