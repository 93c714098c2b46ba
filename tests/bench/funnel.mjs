// The whole funnel at 100,000 items: node tests/bench/funnel.mjs
//
// A made-up shop (seeded): people keep to a few of 400 topics, items are popular by Zipf's law, and each has a brand, a
// category, a price and a stock. Five sources recall about 1,000 candidates; 300 of them are scored by 200 trees over the
// bundle's own features; the slate of 20 is chosen by MMR under caps, pins and a hard rule. What is timed is `recommend` of
// the public API, beside the same request of bundles that do less, in the same run.
import { execFileSync } from 'node:child_process'
import { createWriteStream, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { Recommender as Node } from '../../dist/node.js'
import { Arrival } from '../../build/web/recommender/arrival.js'
import { Core } from '../../build/web/recommender/core.js'
import { Recommender } from '../../build/web/recommender/recommender.js'
import { uniforms } from './workload.mjs'

const ITEMS = 100_000
const PEOPLE = 40_000
const TOPICS = 400
const root = join(import.meta.dirname, '../..')
const folder = join(root, 'build/bench/funnel')
const file = (name) => join(folder, name)

async function writeCsv(name, lines) {
  const out = createWriteStream(file(name))
  for (const line of lines) if (!out.write(`${line}\n`)) await once(out, 'drain')
  out.end()
  await once(out, 'finish')
}

function* catalogue(random) {
  yield 'item_id,title,brand,category,price,stock'
  for (let i = 0; i < ITEMS; i++) {
    const brand = `brand ${Math.floor(2000 * random() ** 2)}`
    const price = (Math.exp(3 + random() * 3) * (1 + (i % 7) / 7)).toFixed(2)
    yield `i${i},Thing ${i},${brand},category ${i % 50},${price},${random() < 0.9 ? 'yes' : 'no'}`
  }
}

/** Items of a topic are those with the same remainder; within it the early ones are popular. */
function draw(random, topic) {
  const place = Math.floor((ITEMS / TOPICS) * random() ** 2.5)
  return `i${place * TOPICS + topic}`
}
const topicsOf = (random) => Array.from({ length: 1 + Math.floor(3 * random()) }, () => Math.floor(TOPICS * random()))
const meet = (random, topics) =>
  draw(random, random() < 0.85 ? topics[Math.floor(topics.length * random())] : Math.floor(TOPICS * random()))

function* log(random) {
  yield 'user_id,item_id,timestamp'
  for (let person = 0; person < PEOPLE; person++) {
    const topics = topicsOf(random)
    const events = 5 + Math.floor(40 * random() ** 2)
    for (let e = 0; e < events; e++)
      yield `p${person},${meet(random, topics)},${1_700_000_000 + 86_400 * e + Math.floor(80_000 * random())}`
  }
}

/** 200 complete trees of depth 6 over `names`, as XGBoost writes them: the work of a ranker, not its wisdom. */
function ranker(random, names) {
  const inner = 63
  const nodes = 127
  const trees = Array.from({ length: 200 }, (_, id) => {
    const each = (inside, leaf) => Array.from({ length: nodes }, (_, n) => (n < inner ? inside(n) : leaf(n)))
    return {
      base_weights: each(
        () => 0,
        () => 0,
      ),
      categories: [],
      categories_nodes: [],
      categories_segments: [],
      categories_sizes: [],
      default_left: each(
        () => (random() < 0.5 ? 1 : 0),
        () => 0,
      ),
      id,
      left_children: each(
        (n) => 2 * n + 1,
        () => -1,
      ),
      right_children: each(
        (n) => 2 * n + 2,
        () => -1,
      ),
      loss_changes: each(
        () => 1,
        () => 0,
      ),
      parents: Array.from({ length: nodes }, (_, n) => (n === 0 ? 2147483647 : (n - 1) >> 1)),
      split_conditions: each(
        () => Math.fround(4 * random() ** 2 - 0.2),
        () => Math.fround(0.1 * (random() - 0.5)),
      ),
      split_indices: each(
        () => Math.floor(names.length * random()),
        () => 0,
      ),
      split_type: each(
        () => 0,
        () => 0,
      ),
      sum_hessian: each(
        (n) => 128 >> Math.floor(Math.log2(n + 1)),
        () => 1,
      ),
      tree_param: {
        num_deleted: '0',
        num_feature: String(names.length),
        num_nodes: String(nodes),
        size_leaf_vector: '0',
      },
    }
  })
  return JSON.stringify({
    learner: {
      attributes: {},
      feature_names: names,
      feature_types: names.map(() => 'float'),
      gradient_booster: {
        model: {
          gbtree_model_param: { num_parallel_tree: '1', num_trees: '200', size_leaf_vector: '0' },
          tree_info: trees.map(() => 0),
          trees,
        },
        name: 'gbtree',
      },
      learner_model_param: { base_score: '5E-1', num_class: '0', num_feature: String(names.length), num_target: '1' },
      objective: { name: 'rank:pairwise', lambda_rank_param: {} },
    },
    version: [1, 7, 4],
  })
}

function martello(...args) {
  return execFileSync(process.execPath, [join(root, 'dist/cli.js'), ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

function build(name, ...more) {
  const inputs = ['--interactions', file('log.csv'), '--items', file('items.csv'), '--config', file('config.json')]
  martello('build', '-o', file(name), ...inputs, '--quiet', ...more)
}

function measure(rec, requests) {
  const times = []
  for (let i = 0; i < requests.length; i++) {
    const started = performance.now()
    rec.recommend(requests[i])
    if (i >= 300) times.push(performance.now() - started)
  }
  times.sort((a, b) => a - b)
  return times
}

mkdirSync(folder, { recursive: true })
if (!existsSync(file('items.csv'))) await writeCsv('items.csv', catalogue(uniforms(1)))
if (!existsSync(file('log.csv'))) await writeCsv('log.csv', log(uniforms(2)))
const on = { i2i: true, next: true, als: true, attributes: true, popular: true }
const off = { content: false, trending: false, new: false }
writeFileSync(
  file('config.json'),
  JSON.stringify({ sources: { ...on, ...off }, tune: false, dimension: 64, features: 'auto' }),
)
writeFileSync(
  file('policy.json'),
  JSON.stringify({
    rules: {
      require: { stock: true },
      caps: [{ attribute: 'brand', most: 2 }],
      pins: [
        { id: 'i7', position: 3 },
        { id: 'i8', position: 9 },
      ],
      diversity: { method: 'mmr', strength: 0.3 },
    },
  }),
)
if (!existsSync(file('plain.martello'))) build('plain.martello')
const { names } = (await Node.open(readFileSync(file('plain.martello')))).features({ history: ['i7'] })
if (!existsSync(file('ranker.json'))) writeFileSync(file('ranker.json'), ranker(uniforms(3), names))
if (!existsSync(file('ranked.martello'))) build('ranked.martello', '--ranker', file('ranker.json'))
if (!existsSync(file('whole.martello')))
  build('whole.martello', '--ranker', file('ranker.json'), '--policy', file('policy.json'))

const module = new WebAssembly.Module(readFileSync(join(root, 'dist/core.wasm')))
const random = uniforms(4)
const requests = Array.from({ length: 2300 }, () => {
  const topics = topicsOf(random)
  return { history: Array.from({ length: 1 + Math.floor(50 * random()) }, () => meet(random, topics)), k: 20 }
})
console.log('bundle        MB   recalled  ranked   p50 ms   p99 ms   of which recall / rank / slate   memory grown')
for (const name of ['plain', 'ranked', 'whole']) {
  const bytes = readFileSync(file(`${name}.martello`))
  const instance = new WebAssembly.Instance(module)
  const arrival = new Arrival(new Core(instance))
  arrival.placeAll(bytes)
  arrival.finish()
  const rec = new Recommender(arrival)
  const memory = () => instance.exports.memory.buffer.byteLength
  measure(rec, requests)
  const before = memory()
  const times = measure(rec, requests)
  const traces = requests.map((request) => rec.recommend(request).trace)
  const mean = (of) => traces.reduce((sum, trace) => sum + of(trace), 0) / traces.length
  const at = (share) => times[Math.floor(share * times.length)].toFixed(3).padStart(8)
  const stages = ['recall', 'rank', 'slate'].map((stage) => mean((trace) => trace.ms[stage]).toFixed(3)).join(' / ')
  console.log(
    `${name.padEnd(9)} ${(bytes.length / 1e6).toFixed(1).padStart(6)} ${mean((t) => t.candidates)
      .toFixed(0)
      .padStart(10)} ${mean((t) => t.ranked)
      .toFixed(0)
      .padStart(7)} ${at(0.5)} ${at(0.99)}   ${stages.padEnd(32)} ${memory() - before}`,
  )
}
