// Texts in sorted runs: numbers stay for as long as that costs little, and what a section holds is read back.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { idsSections, readIds } from '../../../../build/web/build/sections/ids.js'
import { packTexts } from '../../../../build/web/build/sections/section.js'
import { inRuns, readTexts } from '../../../../build/web/build/sections/texts.js'
import { Learn } from '../../../../build/web/learn/learn.js'

const many = (from, to) => Array.from({ length: to - from }, (_, i) => `t${from + i}`)

/** Runs as texts[]; each is sorted by its bytes, and no text stands twice. */
function runsOf({ all, ends }) {
  const runs = ends.map((end, run) => all.slice(ends[run - 1] ?? 0, end))
  for (const run of runs)
    assert.deepEqual(
      run,
      [...run].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
    )
  assert.equal(new Set(all).size, all.length)
  assert.equal(ends.at(-1), all.length)
  return runs
}

test('without any before there is one run', () => {
  assert.deepEqual(runsOf(inRuns(['é', 'b', 'a', 'b'])), [['a', 'b', 'é']])
  assert.deepEqual(inRuns([]).ends, [0])
})

test('texts are in the order of their bytes, whatever characters they have', () => {
  const plain = ['\uffee', 'é', 'z', '', '漢字', 'zz', '\ue000']
  for (const texts of [plain, [...plain, '😀', 'a😀', '\ud800 alone']]) {
    const [run] = runsOf(inRuns(texts))
    assert.equal(run.length, texts.length)
  }
})

test('texts keep their numbers, new ones follow in a run of their own', () => {
  const then = inRuns(many(0, 100))
  const now = inRuns(['a new one', ...many(5, 100), 'another'], then)
  assert.deepEqual(runsOf(now), [[...then.all], ['a new one', 'another']])
  assert.equal(now.kept, 100)
})

test('where many are gone, all are numbered anew', () => {
  const now = inRuns(many(11, 100), inRuns(many(0, 100)))
  assert.deepEqual(runsOf(now), [many(11, 100).sort()])
  assert.equal(now.kept, 0)
})

test('a year of days: few runs, no text lost, and most days most numbers stay', () => {
  let before = inRuns(many(0, 1000))
  let [first, stayed] = [0, 0]
  for (let day = 1; day <= 365; day++) {
    first += day % 2
    const wanted = many(first, 1000 + 5 * day)
    const now = inRuns(wanted, before)
    assert.ok(runsOf(now).length <= 16)
    for (const text of wanted) assert.ok(now.all.includes(text))
    assert.ok(now.all.length <= 1.12 * wanted.length, `${now.all.length} of ${wanted.length} on day ${day}`)
    assert.deepEqual(now.all.slice(0, now.kept), before.all.slice(0, now.kept))
    stayed += now.kept / before.all.length
    before = now
  }
  assert.ok(stayed / 365 > 0.9, `${stayed / 365}`)
})

test('what a section holds is read back, any bytes of UTF-8 included', async () => {
  const learn = await Learn.start()
  const then = inRuns(['\ufeffmark', '漢字', 'a', '', ...many(0, 40)])
  const ids = [...then.all, 'z', 'b'].filter((id) => id !== 'a')
  const [section] = idsSections(learn, ids, then)
  const { all, ends } = readTexts(section.bytes, 0)
  const expected = inRuns(ids, then)
  assert.deepEqual({ all, ends }, { all: expected.all, ends: expected.ends })
})

test('strings of which the last ones are missing end in an error', async () => {
  const [{ bytes }] = idsSections(await Learn.start(), many(0, 40))
  const broken = bytes.slice()
  const { end } = readTexts(bytes, 0)
  broken.fill(0xff, end - 20, end)
  assert.throws(() => readTexts(broken, 0), /^MartelloError: strings: found \d+ bytes, too few for 40$/)
})

test('ids are read by number, those that are gone left out, and a place that is none ends in an error', async () => {
  const then = inRuns(many(0, 300))
  const ids = [...many(5, 300).toReversed(), 'a new one']
  const [{ bytes }] = idsSections(await Learn.start(), ids, then)
  const read = readIds(bytes, ids.length)
  assert.deepEqual(read.ids, ids)
  assert.equal(read.texts.all.length, 301)
  const broken = bytes.slice().fill(0xff, readTexts(bytes, 0).end)
  assert.throws(
    () => readIds(broken, ids.length),
    /^MartelloError: ids: found item 0 at place 511, expected one of 301$/,
  )
})

test('texts are packed one by one, whatever they make together', () => {
  for (const texts of [['a', '', 'bc'], ['é', '漢字', 'a'], ['\ud83d', '\ude00', 'a'], []]) {
    const { bytes, start } = packTexts(texts)
    const each = texts.map((_, i) => Buffer.from(bytes.subarray(start[i], start[i + 1])).toString())
    assert.deepEqual(each, texts.map((text) => Buffer.from(text).toString())) // prettier-ignore
    assert.equal(start.at(-1), bytes.length)
  }
})
