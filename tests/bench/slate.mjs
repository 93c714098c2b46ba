// The slate by itself: MMR and DPP over 500 candidates to 50 picks of 64 dimensions, and all kinds of rules together. Times
// are of the slate's stage alone, as the trace gives them; the baseline is the same request without rules.
import { performance } from 'node:perf_hooks'
import { build } from '../../dist/build.js'
import { Recommender } from '../../dist/node.js'
import { uniforms } from './workload.mjs'

const ITEMS = 5000
const ROUNDS = 200
const draw = uniforms(1)
const gauss = () => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw())
const ids = Array.from({ length: ITEMS }, (_, i) => `i${i}`)
const category = (name, count) => ({
  name,
  kind: 'category',
  names: Array.from({ length: count }, (_, i) => `${name}${i}`),
  values: Int32Array.from({ length: ITEMS }, () => Math.floor(count * draw() ** 2)),
})
const items = { rows: ITEMS, itemIds: ids, files: [], columns: [category('brand', 300), category('genre', 20)] }
const vectors = Float32Array.from({ length: ITEMS * 64 }, gauss)
const embeddings = { ids, dim: 64, rows: ITEMS, vectors, path: 'random' }
const policy = { sources: { embeddings: { quota: 500 } } }
const silent = { say() {}, stage() {} }
const { bytes } = await build(
  { interactions: null, items, embeddings },
  { sources: { content: false, attributes: false } },
  1,
  silent,
  policy,
)
const rec = await Recommender.open(bytes)

const caps = [{ attribute: 'brand', most: 2, window: 10 }]
const CASES = {
  'no rules': {},
  MMR: { diversity: 0.5 },
  DPP: { diversity: { strength: 0.5, method: 'dpp' } },
  'MMR by values': { diversity: { strength: 0.5, attribute: 'genre' } },
  calibration: { calibration: { attribute: 'genre', strength: 0.5 } },
  'caps and pins': { caps, pins: [{ id: 'i77', position: 3 }] },
  'near-duplicates': { nearDuplicates: { similarity: 0.9 } },
  'caps, pins, quotas, boosts, MMR': {
    caps,
    pins: [{ id: 'i77', position: 3 }],
    quotas: [{ where: { genre: 'genre7' }, share: 0.2 }],
    boosts: [{ where: { genre: 'genre1' }, factor: 1.2 }],
    diversity: 0.3,
  },
}

console.log(`${ITEMS} items, 500 candidates, k = 50, 64-d, 4-bit layer; ms of the slate's stage, ${ROUNDS} requests`)
for (const [name, rules] of Object.entries(CASES)) {
  const times = []
  let sink = 0
  const started = performance.now()
  for (let round = 0; round < ROUNDS; round++) {
    const history = [ids[(round * 37) % ITEMS], ids[(round * 91) % ITEMS]]
    const { items: slate, trace } = rec.recommend({ history, k: 50, policy: rules })
    sink += slate.length
    if (round >= ROUNDS / 4) times.push(trace.ms.slate)
  }
  times.sort((a, b) => a - b)
  const [p50, p99] = [0.5, 0.99].map((q) => times[Math.floor(q * times.length)].toFixed(3))
  const whole = ((performance.now() - started) / ROUNDS).toFixed(2)
  console.log(
    `${name.padEnd(34)} least ${times[0].toFixed(3)}  p50 ${p50}  p99 ${p99}  (${sink / ROUNDS} picks; ${whole} ms a request with its JavaScript)`,
  )
}
