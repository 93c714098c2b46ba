// nearest, k = 100, against a JavaScript loop over float rows; node tests/bench/vector.mjs [W0 W1 W2 W3]
// Each workload has a process of its own, so that none is slowed down by what another taught the compiler.
import { execFileSync } from 'node:child_process'
import { loopIndex, openIndex, queriesOf, recallOf, timed } from './index.mjs'
import { workload } from './workload.mjs'

const K = 100
const names = process.argv.slice(2).filter((name) => /^W[0-3]$/.test(name))
const mean = (numbers) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length
const ms = (x) => x.toFixed(x < 10 ? 3 : 1)

if (!process.argv.includes('--row')) {
  console.log('workload     items  B/item   build s  recall  R@300   p50 ms    p25–p75        p99   loop p50   ratio')
  for (const name of names.length > 0 ? names : ['W0', 'W1', 'W2', 'W3'])
    execFileSync(process.execPath, [import.meta.filename, name, '--row'], { stdio: 'inherit' })
} else {
  const [name] = names
  const work = workload(name)
  const queries = queriesOf(work)
  const index = await openIndex(work)
  const judged = queries.slice(0, work.count > 200_000 ? 100 : 400)
  const loop = loopIndex(work)
  const exact = judged.map((query) => loop.nearest(query, K))
  const recall = mean(judged.map((query, i) => recallOf(index.nearest(query, K), exact[i])))
  const share = mean(judged.map((query, i) => recallOf(index.nearest(query, 300, { layers: 0 }), exact[i])))
  const rounds = []
  for (let round = 0; round < 3; round++) rounds.push(await timed((query) => index.nearest(query, K), queries))
  const ours = rounds.sort((a, b) => a.p50 - b.p50)[1] // the median round
  const baseline = await timed((query) => loop.nearest(query, K), queries.slice(0, work.count > 200_000 ? 30 : 200), 10)
  console.log(
    [
      name.padEnd(8),
      String(work.count).padStart(9),
      (index.bytes / work.count).toFixed(2).padStart(7),
      (index.buildMs / 1000).toFixed(2).padStart(9),
      recall.toFixed(4).padStart(7),
      share.toFixed(4).padStart(6),
      ms(ours.p50).padStart(8),
      `${ms(ours.p25)}–${ms(ours.p75)}`.padStart(13),
      ms(ours.p99).padStart(8),
      ms(baseline.p50).padStart(10),
      (baseline.p50 / ours.p50).toFixed(1).padStart(7),
    ].join(' '),
  )
}
