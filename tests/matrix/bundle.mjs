// The bundle of the matrix, with the whole funnel in it: every kind of source, a user tower and a ranker that were imported,
// rules for the slate, texts. Whatever can differ between two runtimes has its say in the answers to it.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  build,
  readCampaigns,
  readEmbeddings,
  readForest,
  readGraph,
  readInteractions,
  readItems,
  readTower,
} from '../../dist/build.js'
import { csv, gaussians, npy, random, shop } from '../web/helpers/shop.mjs'
import { node, onnxBytes } from '../web/helpers/onnx.mjs'
import { lightgbm, lightgbmText } from '../web/helpers/trees.mjs'

const ITEMS = 900
const WIDTH = 24
const LENGTH = 8
const SILENT = { say() {}, stage() {} }

/** The bundle's bytes; its inputs are written into `folder`. */
export async function makeBundle(folder) {
  const file = (name, text) => (writeFileSync(join(folder, name), text), join(folder, name))
  const { events, goods } = shop({ items: ITEMS, users: 300 })
  const vectors = gaussians(ITEMS, WIDTH, 21)
  const ids = file('ids.txt', goods.map(({ item_id }) => `${item_id}\n`).join(''))
  const inputs = {
    interactions: await readInteractions([file('log.csv', csv(events))]),
    items: await readItems([file('items.csv', csv(goods))]),
    embeddings: await readEmbeddings(await npy('matrix.npy', [ITEMS, WIDTH], vectors), { ids }),
    graph: await readGraph([file('graph.tsv', graph())]),
    campaigns: await readCampaigns([file('campaigns.csv', CAMPAIGNS)]),
    tower: await readTower(file('tower.onnx', tower(vectors))),
  }
  const sources = { i2i: true, next: true, als: true, content: true, attributes: true, popular: true, trending: true }
  const config = { sources, dimension: 32, layers: [4], threads: 1, context: { hour: 'number' } }
  const names = (await build(inputs, { ...config, tune: false }, 1, SILENT)).record.features
  const ranker = readForest('model.txt', Buffer.from(trees(names)))
  return (await build({ ...inputs, ranker }, config, 1, SILENT, { rules: RULES })).bytes
}

const RULES = {
  caps: [{ attribute: 'genre', most: 6 }],
  pins: [{ id: 'p7', position: 3 }],
  boosts: [{ where: { stock: true }, factor: 1.2 }],
  deny: [{ where: { year: { lt: 1982 } } }],
  diversity: 0.3,
}

const CAMPAIGNS = `list,item_id,position,start,end
summer,p800,1,2020-09-01,2020-10-15
summer,p801,2,2020-09-28,2020-10-15
`

function graph() {
  const draw = random(8)
  const links = Array.from({ length: 2000 }, () => `p${draw.below(ITEMS)}\tmade by\tmaker ${draw.below(120)}\n`)
  return `head\trelation\ttail\n${links.join('')}`
}

/** A tower as trainers make them: attention over the last events, a LayerNorm, a GELU and a GRU; its table is the vectors. */
function tower(vectors) {
  const weights = (dims, seed) => ['float', dims, gaussians(dims.reduce((a, b) => a * b), 1, seed).map((x) => x / 5)] // prettier-ignore
  const table = Float32Array.from({ length: (ITEMS + 1) * WIDTH }, (_, i) => (i < WIDTH ? 0 : vectors[i - WIDTH]))
  return onnxBytes({
    opset: 20,
    inputs: { item_ids: ['int', ['batch', LENGTH]] },
    outputs: { user_vector: ['float', ['batch', WIDTH]] },
    nodes: [
      node('Gather', ['table', 'item_ids'], ['events']),
      ...['query', 'key', 'value'].map((name) => node('MatMul', ['events', `${name} weights`], [name])),
      node('Transpose', ['key'], ['keys'], { perm: [0, 2, 1] }),
      node('MatMul', ['query', 'keys'], ['products']),
      node('Greater', ['item_ids', 'none'], ['known']),
      node('Unsqueeze', ['known', 'one'], ['seen']),
      node('Where', ['seen', 'products', 'never'], ['logits']),
      node('Softmax', ['logits'], ['shares'], { axis: -1 }),
      node('MatMul', ['shares', 'value'], ['attended']),
      node('Add', ['attended', 'events'], ['residual']),
      node('LayerNormalization', ['residual', 'gain', 'shift'], ['normal']),
      node('Gelu', ['normal'], ['bent']),
      node('Transpose', ['bent'], ['steps'], { perm: [1, 0, 2] }),
      node('GRU', ['steps', 'gru w', 'gru r', 'gru b'], ['', 'last'], { hidden_size: WIDTH, linear_before_reset: 1 }),
      node('Squeeze', ['last', 'zero'], ['state']),
      node('MatMul', ['state', 'out'], ['user_vector']),
    ],
    constants: {
      table: ['float', [ITEMS + 1, WIDTH], table],
      none: ['int', [], [0]],
      one: ['int', [1], [1]],
      zero: ['int', [1], [0]],
      never: ['float', [], [-1e9]],
      'query weights': weights([WIDTH, WIDTH], 31),
      'key weights': weights([WIDTH, WIDTH], 32),
      'value weights': weights([WIDTH, WIDTH], 33),
      gain: ['float', [WIDTH], new Float32Array(WIDTH).fill(1)],
      shift: weights([WIDTH], 34),
      'gru w': weights([1, 3 * WIDTH, WIDTH], 35),
      'gru r': weights([1, 3 * WIDTH, WIDTH], 36),
      'gru b': weights([1, 6 * WIDTH], 37),
      out: weights([WIDTH, WIDTH], 38),
    },
  })
}

/** LightGBM's text of 40 trees over the features that the bundle has, their thresholds among values that those take. */
function trees(names) {
  const draw = random(3)
  const model = lightgbm({ seed: 3, features: names.length, classes: 1, iterations: 40, objective: 'binary sigmoid:1' })
  for (const tree of model.trees)
    for (const open = [tree]; open.length > 0;) {
      const node = open.pop()
      if (node.leaf !== undefined) continue
      delete node.set
      Object.assign(node, { threshold: 4 * draw() - 1, missing: 2, defaultLeft: draw() < 0.5 })
      open.push(node.left, node.right)
    }
  const columns = names.map((_, i) => `Column_${i}`).join(' ')
  return lightgbmText(model).replace(columns, names.join(' '))
}
