// Does off-policy evaluation hold what it promises? A seeded simulator in which the truth is known: a real bundle explores in front of
// people whose likings are given, and the slates that it logs judge other policies. A policy's worth is the exact expectation of clicks
// on its slates, over all people.
//
//   node tests/bench/ope.mjs [RUNS] [SLATES]
//
// Person u likes item i with r(u, i): a genre of theirs more than others, and each item more or less. They look at place j with
// 1 / log2(j + 1), and click what they look at with r, half as often right behind a click: what is clicked depends on the places
// before, as people do and as the estimators allow.
import { build, readInteractions } from '../../dist/build.js'
import { Recommender } from '../../dist/node.js'
import { OffPolicy } from '../../build/web/judge/offpolicy.js'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { uniforms } from './workload.mjs'

const [PEOPLE, ITEMS, PLACES] = [150, 100, 5]
const LOOKS = Array.from({ length: PLACES }, (_, j) => 1 / Math.log2(j + 2))
const EXPLORES = { exploration: { method: 'epsilon', share: 0.3, among: 10 } }

/** People, what they like and met, and the bundle that was built of that. */
export async function world(seed) {
  const draw = uniforms(seed)
  const quality = Float64Array.from({ length: ITEMS }, () => draw())
  const likes = Array.from({ length: PEOPLE }, (_, u) =>
    Float64Array.from(
      { length: ITEMS },
      (_, i) => 0.05 + 0.15 * quality[i] + (i % 5 === u % 5 ? 0.25 : 0) + 0.1 * draw(),
    ),
  )
  const histories = likes.map((likes) => {
    const met = new Set()
    while (met.size < 8) {
      const i = Math.floor(draw() * ITEMS)
      if (draw() < 2 * likes[i] ** 1.5) met.add(i)
    }
    return [...met].map((i) => `p${i}`)
  })
  const folder = mkdtempSync(join(tmpdir(), 'martello-ope-'))
  const log = join(folder, 'log.csv')
  const rows = histories.flatMap((met, u) => met.map((id, at) => `u${u},${id},${1_600_000_000 + 86_400 * at + u}\n`))
  writeFileSync(log, ['user_id,item_id,timestamp\n', ...rows].join(''))
  const interactions = await readInteractions([log])
  rmSync(folder, { recursive: true })
  const { bytes } = await build(
    { interactions, items: null, embeddings: null },
    { tune: false, threads: 1, dimension: 16 },
    1,
    {
      say() {},
      stage() {},
    },
  )
  return { likes, histories, bytes, rec: await Recommender.open(bytes) }
}

/** Clicks on a slate, by expectation: over all ways in which those before can be clicked or not. */
function worthOf(ids, likes) {
  let [clicked, worth] = [0, 0] // the chance that the place before was clicked
  ids.forEach((id, j) => {
    clicked = LOOKS[j] * likes[+id.slice(1)] * (1 - clicked / 2)
    worth += clicked
  })
  return worth
}

/** For each person what a policy shows, and how its ranking finds every item. */
export const policy = ({ rec, histories }, change) =>
  histories.map((history) => {
    const { items } = rec.recommend({ history, k: ITEMS, ...change })
    const [best, worst] = [items[0].score, items.at(-1).score]
    const relevance = new Map(items.map(({ id, score }) => [id, (score - worst) / (best - worst)]))
    return { wanted: items.slice(0, PLACES).map(({ id }) => id), relevance }
  })

/** What it earns a slate on its first places. */
export const truth = ({ likes }, shown, places) =>
  shown.reduce((sum, { wanted }, u) => sum + worthOf(wanted.slice(0, places), likes[u]), 0) / PEOPLE

/** Slates that were shown while the bundle explored. */
export function* logged({ rec, likes, histories }, slates, seed) {
  const draw = uniforms(seed)
  for (let slate = 0; slate < slates; slate++) {
    const u = Math.floor(draw() * PEOPLE)
    const request = { history: histories[u], k: PLACES, seed: Math.floor(draw() * 2 ** 32), policy: EXPLORES }
    let before = false
    const items = rec.recommend(request).items.map(({ id, propensity }, j) => {
      before = draw() < LOOKS[j] * likes[u][+id.slice(1)] * (before ? 0.5 : 1)
      return { id, propensity, reward: Number(before) }
    })
    yield { u, request, items }
  }
}

/** What such a log says of several policies. */
export function judged(of, policies, slates, seed) {
  const judges = policies.map(() => new OffPolicy())
  let n = 0
  for (const { u, items } of logged(of, slates, seed)) {
    n++
    policies.forEach((shown, p) => {
      const { wanted, relevance } = shown[u]
      judges[p].add(
        `${n}`, // each visit is another person's, of those who are alike
        items.map(({ id, propensity, reward }, j) => ({
          propensity,
          reward,
          agrees: wanted[j] === id,
          shown: relevance.get(id) ?? null,
          wanted: relevance.get(wanted[j]),
        })),
      )
    })
  }
  return judges.map((judge) => judge.report())
}

/** What the exploring bundle earns on its first places, by how many. */
export function exploring(of, slates) {
  const worth = new Float64Array(PLACES + 1)
  for (const { u, items } of logged(of, slates, 1e6))
    for (let m = 1; m <= PLACES; m++)
      worth[m] +=
        worthOf(
          items.slice(0, m).map(({ id }) => id),
          of.likes[u],
        ) / slates
  return worth
}

export const POLICIES = {
  'as it is': {},
  'a little popular': { weights: { popular: 0.3 } },
  'more popular': { weights: { popular: 1 } },
  'popular alone': { weights: { i2i: 0, als: 0, next: 0, popular: 1 } },
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [runs, slates] = [Number(process.argv[2] ?? 300), Number(process.argv[3] ?? 3000)]
  const of = await world(1)
  console.log(
    `sources ${of.rec.sources.join(', ')}; ${runs} logs of ${slates} slates of ${PLACES}, each place explores among 10 with .3`,
  )
  const names = Object.keys(POLICIES)
  const shown = names.map((name) => policy(of, POLICIES[name]))
  const counts = names.map(() => ({ told: 0, places: new Map(), held: { ips: 0, snips: 0, dr: 0, gain: 0 }, width: { ips: 0, snips: 0, dr: 0 }, ess: 0, right: 0, wrong: 0 })) // prettier-ignore
  const logging = exploring(of, 40_000)
  for (let run = 0; run < runs; run++)
    judged(of, shown, slates, run + 1).forEach((report, p) => {
      const count = counts[p]
      count.places.set(report.told, (count.places.get(report.told) ?? 0) + 1)
      count.ess += report.places.at(-1).ess / runs
      if (report.told === 0) return
      count.told++
      const real = truth(of, shown[p], report.told)
      for (const name of ['ips', 'snips', 'dr']) {
        const [low, high] = report[name].interval
        count.held[name] += low <= real && real <= high
        count.width[name] += high - low
      }
      const [low, high] = report.gain.interval
      const gain = real - logging[report.told]
      count.held.gain += low <= gain && gain <= high
      if (low > 0 || high < 0) count[low > 0 === gain > 0 ? 'right' : 'wrong']++
    })
  names.forEach((name, p) => {
    const { told, places, held, width, ess, right, wrong } = counts[p]
    const share = (of) => (of / told).toFixed(3)
    console.log(`\n${name}: earns ${truth(of, shown[p], PLACES).toFixed(3)} a slate, what was shown ${logging[PLACES].toFixed(3)}; effective sample at the last place ${ess.toFixed(0)}; places told: ${[...places].sort((a, b) => b[0] - a[0]).map(([n, times]) => `${n} in ${times} logs`).join(', ')}`) // prettier-ignore
    if (told > 0) console.log(`  the interval holds the truth: IPS ${share(held.ips)}, SNIPS ${share(held.snips)}, DR ${share(held.dr)}, DR less shown ${share(held.gain)}; mean widths ${share(width.ips)}, ${share(width.snips)}, ${share(width.dr)}; finds who is better in ${share(right)}, the other in ${share(wrong)}`) // prettier-ignore
  })
}
