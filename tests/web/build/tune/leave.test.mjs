// Which sources are left out: those that held-out people do not surely miss, the largest first, each held against all together.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { isMissed, leaveOut, saidOfLeft } from '../../../../build/web/build/tune/leave.js'
import { buildHere, cliJson, file, path, random } from '../../helpers/shop.mjs'

/** What sources bring back of so many people, each by what it adds to a hundredth of them, up or down. */
function measuring(people, adds) {
  const draw = random(1)
  const each = Array.from({ length: people }, () => (draw() < 1 / 3 ? 0.5 + draw() : 0))
  const asked = []
  return {
    asked,
    cross: async (from, way) => {
      asked.push(way)
      const mine = Float32Array.from(each, (value, p) => value + 0.2 * way.reduce((sum, s) => sum + (adds[s].has(p % 100) ? adds[s].get(p % 100) : 0), 0)) // prettier-ignore
      const mean = mine.reduce((sum, value) => sum + value) / people
      return { figures: { recall: 0.6 * mean, ndcg: 0.4 * mean }, each: mine, byHalf: from.map((one) => [...one]) }
    },
  }
}
const places = (first, count, by) => Array.from({ length: count }, (_, p) => [first + p, by])
const useful = new Map(places(0, 30, 1))
const useless = new Map([...places(30, 5, 1), ...places(40, 5, -1)])
const little = (first) => new Map([...places(first, 4, 1), ...places(first + 4, 3, -1)])

async function leaving(members, people, adds) {
  const { cross, asked } = measuring(people, adds)
  const all = members.map((_, s) => s)
  const together = await cross([0, 1].map(() => all.map(() => 1)), all) // prettier-ignore
  asked.length = 0
  const found = await leaveOut(members, together, cross)
  return { ...found, all: together, asked, names: found.left.map(({ name }) => name) }
}
const source = (name, spare, role = 'alike') => ({
  name,
  spare,
  isPersonal: role !== 'everybody',
  isAlike: role === 'alike',
})

test('what adds nothing is left out, the largest first; what adds stays', async () => {
  const members = [source('als', 10), source('i2i', 30), source('next', 20, 'next'), source('popular', 0, 'everybody')]
  const { names, kept, asked, tried } = await leaving(members, 5000, [useless, useless, useful, useless])
  assert.deepEqual([names, kept], [['i2i'], [0, 2, 3]])
  assert.deepEqual(asked, [
    [0, 2, 3],
    [0, 3],
  ])
  assert.deepEqual(
    tried.map(({ what }) => what),
    ['together, each half of the people by weights of the other', '… without i2i', '… without i2i, next'],
  )
  assert.ok(tried[2].above[1] < 0)
})

test('the last that says what is alike, and the last that tells people apart, stay', async () => {
  const alike = [source('als', 10), source('next', 20, 'next')]
  assert.deepEqual((await leaving(alike, 5000, [useless, useful])).names, [])
  const next = [source('next', 20, 'next'), source('popular', 0, 'everybody')]
  assert.deepEqual((await leaving(next, 5000, [useless, useful])).names, [])
})

test('small losses add up against all together', async () => {
  const members = [1, 2, 3, 4, 5].map((n) => source(`s${n}`, 100 - n))
  const adds = [0, 7, 14, 21, 28].map((first) => little(first))
  const { names, all, rest } = await leaving(members, 1000, adds)
  assert.ok(names.length > 0 && names.length < 4, names.join())
  assert.equal(isMissed(all, rest), false)
})

test('of few people nothing is left out that they cannot judge, and what changes nothing at all is', async () => {
  const members = [source('als', 10), source('i2i', 30)]
  assert.deepEqual((await leaving(members, 60, [useful, useless])).names, [])
  assert.deepEqual((await leaving(members, 60, [useful, new Map()])).names, ['i2i'])
})

test('what is said has names, bytes, figures and the config that keeps them', async () => {
  const members = [source('als', 10), source('i2i', 30), source('content', 5)]
  const found = await leaving(members, 5000, [useful, useless, new Map()])
  assert.match(
    saidOfLeft(found, found.all),
    /^i2i, content left out, about 35 bytes: what they add to recall \+ ndcg of a person, \+0\.0000 ± 0\.00\d\d, is no more than chance gives; \{"sources":\{"i2i":true,"content":true\}\} in a config keeps them$/,
  )
})

/** People of three tastes each, who now and then take what comes after what they took; colours say nothing. */
function walkers() {
  const draw = random(1)
  const [items, kinds] = [300, 10]
  const events = Array.from({ length: 1000 }, (_, user) => {
    const own = [draw.below(kinds), draw.below(kinds), draw.below(kinds)]
    let at = draw.below(items)
    return Array.from({ length: 6 + draw.below(10) }, (_, n) => {
      const kind = draw.of(own)
      at = draw() < 0.8 ? kind * (items / kinds) + Math.floor((items / kinds) * draw() ** 2) : (at + 1) % items
      return `u${user},p${at},${1_600_000_000 + 86_400 * n}\n`
    }).join('')
  })
  const goods = Array.from({ length: items }, (_, i) => `p${i},${draw.of(['red', 'green', 'blue', 'grey'])}\n`)
  return [
    ...['--interactions', file('walkers.csv', `user_id,item_id,timestamp\n${events.join('')}`)],
    ...['--items', file('walkers-items.csv', `item_id,colour\n${goods.join('')}`)],
  ]
}

test('a build leaves out what adds nothing, says so, and keeps what a config says; for any number of threads', async () => {
  const made = async (name, config) => {
    const all = { dimension: 16, ...config, sources: { ease: false, item2vec: false, ...config.sources } }
    const run = await buildHere(...walkers(), '--config', file('c.json', JSON.stringify(all)), '-o', path(name)) // prettier-ignore
    assert.equal(run.code, 0, run.stderr)
    const { record } = await cliJson('inspect', path(name))
    return { ...run, record, names: record.sources.map((source) => source.name) }
  }
  const one = await made('one', { threads: 1 })
  assert.deepEqual(one.names, ['als', 'next', 'popular', 'trending', 'new'])
  const [, said, keep] = /^.*?(\S[^\n]*) left out, about .*; (\{.*\}) in a config keeps them$/m.exec(one.stderr)
  assert.match(said, /i2i/)
  const steps = one.record.tried.filter(({ what }) => what.startsWith('… without'))
  assert.ok(steps.some(({ what, above }) => what.endsWith('next') && above[1] < 0))
  await made('two', { threads: 2 })
  assert.deepEqual(readFileSync(path('two')), readFileSync(path('one')))
  const kept = await made('kept', JSON.parse(keep))
  assert.ok(!/left out/.test(kept.stderr), kept.stderr)
  for (const name of Object.keys(JSON.parse(keep).sources)) {
    const { weight } = kept.record.sources.find((source) => source.name === name)
    assert.ok(weight[1] > 0 && weight[1] < 1, `${name} ${weight}`)
  }
})
