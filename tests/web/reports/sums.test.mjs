// What many reports say: counts that are right, intervals that hold, small cells held back, and logs as hosts have them.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { digestOf, likelyOther, noisy } from '../../../build/web/reports/noise.js'
import { readReports } from '../../../build/web/reports/read.js'
import { bitsOf, Sums } from '../../../build/web/reports/sums.js'
import { CLUSTERS, judged, simulated, summed } from '../../bench/reports.mjs'
import { uniforms } from '../../bench/workload.mjs'
import { parquet } from '../helpers/parquet.mjs'
import { changed, cli, random } from '../helpers/shop.mjs'

const folder = mkdtempSync(join(tmpdir(), 'martello-sums-'))
after(() => rmSync(folder, { recursive: true }))
const written = (name, content) => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}
const GENRES = ['Action', 'Comedy', 'Drama', 'Horror']
const DIGEST = await digestOf(GENRES, '')
const report = (cluster, say = {}) => ({
  ...{ format: 'martello report', version: 1, clusters: DIGEST, count: 4, epsilon: 4 },
  bits: noisy(cluster, 4, say.epsilon ?? 4),
  ...say,
})
const lines = (reports) => reports.map((one) => `${typeof one === 'string' ? one : JSON.stringify(one)}\n`).join('')
/** Reports of people of whom so many want each genre. */
const of = (counts, say) =>
  counts.flatMap((count, cluster) => Array.from({ length: count }, () => report(cluster, say)))

test('bits are as likely as the method says, and what is true makes none e^epsilon times as likely', () => {
  const draws = 40_000
  for (const epsilon of [0.5, 4]) {
    const ones = new Float64Array(9)
    for (let i = 0; i < draws; i++) {
      const bits = bitsOf({ bits: noisy(7, 9, epsilon), count: 9 })
      for (let at = 0; at < 9; at++) ones[at] += (bits[at >> 3] >> (at & 7)) & 1
    }
    const other = likelyOther(epsilon)
    for (let at = 0; at < 9; at++) {
      const chance = at === 7 ? 0.5 : other
      // five spreads: once in 100,000 of such tests
      assert.ok(
        Math.abs(ones[at] - draws * chance) < 5 * Math.sqrt(draws * chance * (1 - chance)),
        `${at}: ${ones[at]}`,
      )
    }
    // one's own bit set and another's not, against the other way around
    const ratio = (0.5 * (1 - other)) / (0.5 * other)
    assert.ok(ratio <= Math.exp(epsilon) && ratio > Math.exp(epsilon) * 0.999)
  }
})

test('2,000 clients with ledgers of their own: the counts are right within the stated error', async () => {
  const { sent, truth, wrong } = await simulated(2000, 1)
  assert.equal(wrong, 0, 'every ledger is the sum of what was sent')
  const cells = await summed(sent)
  assert.equal(cells.length, CLUSTERS.length)
  const { held, overlap } = judged(cells, truth)
  assert.ok(held > 0.87, `${held}`) // of 200 intervals, each 95 % by itself: once in 100,000 logs fewer
  assert.ok(overlap >= 4, `${overlap}`)
})

/** Of so many logs the share of intervals that hold the truth, and of logs in which all do, and all ranks. */
function coverage(clusters, truths, groups, logs, seed) {
  const draw = uniforms(seed)
  const binomial = (n, chance) => {
    let sum = 0
    for (let i = 0; i < n; i++) sum += draw() < chance
    return sum
  }
  const bytes = Math.ceil(clusters / 8)
  let [one, all, ranks] = [0, 0, 0]
  for (let log = 0; log < logs; log++) {
    const sums = new Sums(clusters)
    const whole = truths.map(() => 0)
    for (const { epsilon, share } of groups) {
      const own = truths.map((count) => Math.round(count * share))
      own.forEach((count, i) => (whole[i] += count))
      const reports = own.reduce((sum, count) => sum + count)
      const ones = own.map((count) => binomial(count, 0.5) + binomial(reports - count, likelyOther(epsilon)))
      for (let i = 0; i < reports; i++) {
        const bits = new Uint8Array(bytes)
        for (let at = 0; at < clusters; at++) if (ones[at] > i) bits[at >> 3] |= 1 << (at & 7)
        sums.add(epsilon, bits)
      }
    }
    const cells = sums.cells()
    const holding = (name) => cells.filter(({ cluster, [name]: [low, high] }) => low <= whole[cluster] && whole[cluster] <= high).length // prettier-ignore
    one += holding('interval') / clusters
    all += holding('together') === clusters
    ranks += cells.every(({ cluster, rank: [best, worst] }) => {
      const [more, asMany] = [whole.filter((c) => c > whole[cluster]), whole.filter((c) => c >= whole[cluster])]
      return more.length < worst && asMany.length >= best
    })
  }
  return { one: one / logs, all: all / logs, ranks: ranks / logs }
}

test('intervals hold the truth as often as they say, of few reports and of two epsilons too', (t) => {
  const zipf = (clusters, people) => Array.from({ length: clusters }, (_, i) => Math.round(people / (i + 1) / 3))
  for (const [what, clusters, people, groups] of [
    ['many', 16, 2000, [{ epsilon: 4, share: 1 }]],
    ['few', 24, 120, [{ epsilon: 4, share: 1 }]],
    ['much noise', 16, 800, [{ epsilon: 1, share: 1 }]],
    ['little noise', 24, 300, [{ epsilon: 8, share: 1 }]],
    ['nearly none', 64, 60, [{ epsilon: 9, share: 1 }]],
    ['two epsilons', 16, 1200, [{ epsilon: 4, share: 0.5 }, { epsilon: 1, share: 0.25 }]], // prettier-ignore
  ]) {
    const { one, all, ranks } = coverage(clusters, zipf(clusters, people), groups, 400, 3)
    t.diagnostic(`${what}: ${one.toFixed(3)}, all ${all.toFixed(3)}, ranks ${ranks.toFixed(3)}`)
    assert.ok(one > 0.935, `${what}: ${one}`)
    assert.ok(all > 0.92, `${what}, all: ${all}`)
    assert.ok(ranks > 0.92, `${what}, ranks: ${ranks}`)
  }
})

test('aggregate: files, folders and tables, names, and what is held back', async () => {
  const reports = of([900, 500, 300, 0])
  mkdirSync(join(folder, 'days'))
  written('days/1.jsonl', lines(reports.slice(0, 800)))
  written('days/2.jsonl', lines(reports.slice(800)))
  const names = written('genres.json', JSON.stringify(GENRES))
  const { code, stdout, stderr } = await cli('aggregate', join(folder, 'days'), '--clusters', names, '--min', '50')
  assert.equal(code, 0, stderr)
  assert.match(stdout, /^1700 reports of epsilon 4\n\nrank +cluster +people +95 % interval +share\n1 +Action +\d+ +\d+ to \d+ +\d+\.\d %\n2 +Comedy /) // prettier-ignore
  assert.match(stdout, /\n1 of 4 clusters, which fewer than 50 want as far as is known, was held back\n/)
  assert.doesNotMatch(stdout, /Horror/)

  const column = (name, type) => ({ name, type, data: reports.map((one) => one[name]) })
  const table = parquet([column('clusters', 'STRING'), column('count', 'INT32'), column('epsilon', 'DOUBLE'), column('bits', 'STRING')]) // prettier-ignore
  const csv = reports.map(({ clusters, count, epsilon, bits }) => `${clusters},${count},${epsilon},${bits}\n`).join('')
  const json = async (...args) => JSON.parse((await cli('aggregate', ...args, '--json', '--min', '50')).stdout)
  const expected = await json(join(folder, 'days'))
  assert.deepEqual(await json(written('reports.parquet', table)), expected)
  assert.deepEqual(await json(written('reports.csv', `clusters,count,epsilon,bits\n${csv}`)), expected)
  const { cells, ...rest } = expected
  assert.deepEqual(rest, { list: DIGEST, reports: 1700, epsilons: [4], broken: 0, others: 0, clusters: 4, min: 50, heldBack: 1 }) // prettier-ignore
  for (const [i, { cluster, name, count, interval, together, rank }] of cells.entries()) {
    assert.deepEqual([cluster, name, rank], [i, null, [i + 1, i + 1]])
    assert.ok(together[0] < interval[0] && interval[0] < count && count < interval[1] && interval[1] < together[1])
  }
})

test('two epsilons add up, two lists do not', async () => {
  const two = written('two.jsonl', lines([...of([600, 200, 100, 100]), ...of([300, 300, 100, 100], { epsilon: 2 })]))
  const { epsilons, reports, cells } = JSON.parse((await cli('aggregate', two, '--json')).stdout)
  assert.deepEqual([epsilons, reports, cells.length], [[2, 4], 1800, 4])
  const spread = Math.sqrt(250 + 0.32 * 800 * 4) // of the largest, five of which are once in a million
  for (const { cluster, count } of cells)
    assert.ok(Math.abs(count - [900, 500, 200, 200][cluster]) < 5 * spread, `${cluster}: ${count}`)
  const other = await digestOf(GENRES, '2027')
  const both = written('both.jsonl', lines([...of([60, 20, 10, 10]), ...of([30, 30, 10, 10], { clusters: other })]))
  const refused = await cli('aggregate', both)
  assert.equal(refused.code, 1)
  assert.equal(refused.stdout, '')
  assert.match(refused.stderr, /^martello: .*both\.jsonl: found reports of 2 lists, which cannot be added: .*100 reports.*80 reports.*, expected one of them, named by --clusters\n$/) // prettier-ignore
  const names = written('genres.txt', `${GENRES.join('\n')}\n`)
  const chosen = await cli('aggregate', both, '--clusters', names, '--round', '2027')
  assert.match(chosen.stdout, /^80 reports/)
  assert.match(chosen.stderr, /^look: 100 of 180 reports are of other lists or epsilons and were left out\n$/)
  const none = await cli('aggregate', both, '--clusters', names, '--round', '2028')
  assert.match(none.stderr, /found 180 reports of other lists or epsilons, expected some of [0-9a-f]{16}\n$/)
  const first = await cli('aggregate', two, '--epsilon', '4')
  assert.match(first.stdout, /^1000 reports of epsilon 4\n/)
  assert.match(first.stderr, /^look: 800 of 1800 reports are of other lists or epsilons and were left out\n$/)
  const any = Array.from({ length: 400 }, (_, i) => report(0, { epsilon: 1 + i / 100 }))
  const many = await cli('aggregate', written('many.jsonl', lines(any)))
  assert.equal(many.code, 1)
  assert.match(many.stderr, /found reports of more than 256 lists and epsilons, expected --clusters and --epsilon to say which are asked for\n$/) // prettier-ignore
})

test('the gate: what is no report is left out and said, more than one in a hundred are refused', async () => {
  const good = of([200, 100, 50, 50])
  for (const [bad, sentence] of [
    ['{"format": "martello', /line 401: found no JSON \(/],
    ['[]', /line 401: found \[\], expected a report, as it was sent/],
    [report(0, { format: 'mine' }), /"format", line 401: found "mine", expected "martello report"/],
    [report(0, { version: 2 }), /"version", line 401: found 2, expected 1/],
    [report(0, { clusters: '../..' }), /"clusters", line 401: found "..\/..", expected the digest of a list/],
    [report(0, { count: 1e9 }), /"count", line 401: found 1000000000, expected a whole number from 2 to 1024/],
    [report(0, { epsilon: 1e9, bits: 'AA==' }), /"epsilon", line 401: found 1000000000, expected a number from 0.1 to 10/], // prettier-ignore
    [report(0, { bits: 'AAA=' }), /"bits", line 401: found "AAA=", expected 4 bits in base64/],
    [report(0, { bits: 'EA==' }), /"bits", line 401: found "EA==", expected 4 bits in base64/],
    [report(0, { bits: null }), /"bits", line 401: found nothing, expected 4 bits in base64/],
    [report(0, { count: 400, bits: Buffer.alloc(50, 255).toString('base64') }), /"bits", line 401: .*expected no more ones than noise of epsilon 4 ever makes/], // prettier-ignore
  ]) {
    const { code, stdout, stderr } = await cli('aggregate', written('log.jsonl', lines([...good, bad])))
    assert.equal(code, 0, stderr)
    assert.match(stdout, /^400 reports/)
    assert.match(stderr, /^look: 1 of 401 reports is none and was left out:\n/)
    assert.match(stderr, sentence)
  }
  const many = await cli('aggregate', written('log.jsonl', lines([...good, '{', '{', '{', '{', '{'])))
  assert.equal(many.code, 1)
  assert.equal(many.stdout, '')
  assert.match(many.stderr, /5 of 405 reports are none\n$/)
})

test('whatever a line says, it is a report or it is not', async () => {
  const draw = random(5)
  const good = report(2, { count: 40, bits: noisy(2, 40, 4) })
  const bytes = (text) => {
    const at = draw.below(text.length)
    return text.slice(0, at) + draw.of(['', '"', '}', '\u0000', '9'.repeat(40), '\\', text.slice(at, at + 9)]) + text.slice(at + draw.below(3)) // prettier-ignore
  }
  const odd = Array.from({ length: 3000 }, (_, i) => (i % 2 ? JSON.stringify(changed(good, draw)) : bytes(JSON.stringify(good)))) // prettier-ignore
  const log = written('odd.jsonl', odd.map((line) => `${line.replaceAll('\u0000', '\\u0000')}\n`).join(''))
  const { lists, broken } = await readReports([log], { epsilons: [4] })
  assert.ok(broken.count > 1000, `${broken.count}`)
  for (const sums of lists.values())
    for (const { count, interval, rank } of sums.cells())
      assert.ok(
        [count, ...interval, ...rank].every(Number.isFinite) && interval[0] <= interval[1] && rank[0] <= rank[1],
      )
})

test('what is wrong is one sentence', async () => {
  const log = written('small.jsonl', lines(of([5, 5, 5, 4])))
  for (const [args, code, sentence] of [
    [[], 2, /^REPORTS is missing/],
    [[log], 1, /small\.jsonl: found 19 reports, expected 20 or more \(--min\)$/m],
    [[join(folder, 'nowhere')], 1, /nowhere: found no such file or folder/],
    [[written('empty.jsonl', '\n')], 1, /found no reports, expected a line of JSON for each/],
    [[written('other.csv', 'a,b\n1,2\n')], 1, /found the columns "a", "b", expected also "clusters", "count", "epsilon", "bits", as/], // prettier-ignore
    [[log, '--epsilon', '0'], 2, /--epsilon: found "0", expected a number from 0.1 to 10/],
    [[log, '--min', '0'], 2, /--min: found "0"/],
    [[log, '--clusters', join(folder, 'nowhere')], 1, /nowhere: found no such file/],
    [[log, '--clusters', written('odd.json', '[1, 2]')], 1, /odd\.json: found \[1,2\], expected an array of 2 to 1024 names/], // prettier-ignore
    [[log, '--clusters', written('broken.json', '[1, ')], 1, /broken\.json: found no JSON/],
  ]) {
    const { code: found, stdout, stderr } = await cli('aggregate', ...args)
    assert.equal(found, code, stderr)
    assert.equal(stdout, '')
    assert.match(stderr, sentence)
  }
})
