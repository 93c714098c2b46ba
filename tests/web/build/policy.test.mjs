// A policy file decides over what the builder learned.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { RULE_KEYS } from '../../../build/web/recommender/rules.js'
import { build, readPolicy } from '../../../dist/build.js'
import { Recommender } from '../../../dist/node.js'

const silent = { say() {}, stage() {} }
const genres = ['Drama', 'Comedy', 'Horror']
const items = {
  rows: 30,
  itemIds: Array.from({ length: 30 }, (_, i) => `film ${i}`),
  files: [],
  columns: [
    { name: 'genre', kind: 'category', names: genres, values: Int32Array.from({ length: 30 }, (_, i) => i % 3) },
  ],
}
const inputs = { interactions: null, items, embeddings: null }

async function policyFile(value) {
  const path = join(await mkdtemp(join(tmpdir(), 'martello-policy-')), 'policy.json')
  await writeFile(path, JSON.stringify(value))
  return path
}

test('shelf, weights and merging are as the file says, and the record keeps it', async () => {
  const policy = await readPolicy(
    await policyFile({
      shelf: 3,
      fusion: 'ranks',
      sources: { content: { weight: 0 }, attributes: { weight: [0, 2, 2, 2], quota: 5 } },
    }),
  )
  const { bytes, record } = await build(inputs, {}, 1, silent, policy)
  const rec = await Recommender.open(bytes)
  const { items: shelf, trace } = rec.recommend({ history: ['film 0'], explain: true })
  assert.equal(shelf.length, 3)
  assert.deepEqual(trace.recalled, { content: 0, attributes: 5 })
  assert.deepEqual(
    shelf.map((item) => item.sources),
    [['attributes'], ['attributes'], ['attributes']],
  )
  shelf.forEach((item, place) => assert.equal(item.score, Math.fround(2 / (60 + place + 1)), 'weight / (60 + rank)'))
  assert.deepEqual(record.policy, policy)
})

test('a policy that does not fit is refused in one sentence', async () => {
  await assert.rejects(build(inputs, {}, 1, silent, { sources: { i2i: { weight: 1 } } }), {
    message: 'policy, key "sources": found source "i2i", expected one that this bundle has: content, attributes',
  })
  await assert.rejects(
    async () => readPolicy(await policyFile({ sources: { content: { weight: -1 } } })),
    /key "sources\.content\.weight": found -1, expected a number from 0 to 1000000, or a list of 4, each a number from 0 to 1000000$/,
  )
  await assert.rejects(
    async () => readPolicy(await policyFile({ shelve: 3 })),
    /found key "shelve", expected one of .*shelf/,
  )
})

test('the schema of policies names the rules that there are, and no others', () => {
  const schema = JSON.parse(readFileSync(new URL('../../../dist/policy.schema.json', import.meta.url), 'utf8'))
  assert.deepEqual(Object.keys(schema.properties.rules.properties).sort(), [...RULE_KEYS].sort())
})
