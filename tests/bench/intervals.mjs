// How often 95 % intervals hold the truth: logs of people are simulated, each with a chance of their own that a place of their slate
// hits, the figures of each log are measured as `eval` does, and compared with the mean of very many such people. In each line
// the figures of one bundle, then the differences of two; where a difference is not told by all logs, how many do stands behind.
//
//     node tests/bench/intervals.mjs [logs, 1000] [seed, 13]
import { Sample } from '../../build/web/cli/figures/sample.js'
import { FIGURES, Measures } from '../../build/web/cli/measures.js'
import { uniforms } from './workload.mjs'

const K = 20
const LOGS = Number(process.argv[2] ?? 1000)
const TRUTH = 400_000
const draw = uniforms(Number(process.argv[3] ?? 13))

/** Worlds: how good slates are, how much is held out, and whether people differ. */
const WORLDS = {
  'one held out, hit rate .05': { held: () => 1, chance: () => 0.05 },
  'one held out, hit rate .12': { held: () => 1, chance: () => 0.12 },
  'one held out, people differ': { held: () => 1, chance: () => 0.5 * draw() ** 3 },
  'up to thirty held out, people differ': {
    held: () => 1 + Math.floor(30 * draw() ** 3),
    chance: () => 0.4 * draw() ** 2,
  },
  'three to twelve held out, most of them found': {
    held: () => 3 + Math.floor(10 * draw()),
    chance: () => 0.2 + 0.5 * draw(),
  },
}

const [measures] = await Measures.start(K, 1)

/** A person's figures with one bundle, and with another that finds some of the same. */
function person({ held, chance }) {
  const targets = held()
  const own = chance()
  const first = slateOf(targets, own)
  const second = first.map((id) => (draw() < 0.7 ? id : null))
  for (const id of slateOf(targets, 0.32 * own)) {
    const free = second.indexOf(null)
    if (id !== null && free >= 0 && !second.includes(id)) second[free] = id
  }
  const wanted = new Set(Array.from({ length: targets }, (_, n) => n))
  const figures = measures.of(first, wanted).slice()
  const others = measures.of(second, wanted)
  return { figures, difference: figures.map((value, f) => others[f] - value) }
}

/** Each target is found with this chance, in a place that leans to the front. */
function slateOf(targets, chance) {
  const slate = new Array(K).fill(null)
  for (let id = 0; id < targets; id++) {
    const place = Math.floor(K * draw() ** 2)
    if (draw() < chance && slate[place] === null) slate[place] = id
  }
  return slate
}

console.log(`${LOGS} logs each; share of intervals that hold the truth: ${FIGURES.join(', ')}`)
for (const [name, world] of Object.entries(WORLDS)) {
  const truth = { figures: new Float64Array(4), difference: new Float64Array(4) }
  for (let n = 0; n < TRUTH; n++)
    for (const [what, values] of Object.entries(person(world))) values.forEach((value, f) => (truth[what][f] += value / TRUTH)) // prettier-ignore
  for (const people of [100, 300, 1000, 4000]) {
    const counts = Object.fromEntries(
      Object.keys(truth).map((what) => [what, FIGURES.map(() => ({ held: 0, told: 0 }))]),
    )
    let hits = 0
    for (let log = 0; log < LOGS; log++) {
      const samples = { figures: new Sample(4, 'hits'), difference: new Sample(4, 'differences') }
      for (let n = 0; n < people; n++)
        for (const [what, values] of Object.entries(person(world))) samples[what].add(n, values)
      hits += people * samples.figures.means()[2]
      for (const [what, sample] of Object.entries(samples))
        sample.intervals().forEach((interval, f) => {
          if (interval === null) return
          counts[what][f].told++
          counts[what][f].held += Number(interval[0] <= truth[what][f] && truth[what][f] <= interval[1])
        })
    }
    const said = (all) =>
      all.map(({ held, told }) => `${told === 0 ? '  –' : (held / told).toFixed(3).slice(1)}${told < LOGS ? ` (${told})` : ''}`).join(' ') // prettier-ignore
    console.log(`${name}, ${people} people (${(hits / LOGS).toFixed(0)} with hits): ${said(counts.figures)}  differences ${said(counts.difference)}`) // prettier-ignore
  }
}
