// Bundles of every kind for the page of `martello serve`, and the page in headless Chromium, served from this process.
import { after } from 'node:test'
import { build, readForest } from '../../../dist/build.js'
import { Recommender } from '../../../dist/node.js'
import { readEmbeddings, readInteractions, readItems } from '../../../build/web/read/index.js'
import { serve } from '../../../build/web/serve/server.js'
import { siteOf } from '../../../build/web/serve/site.js'
import { newPage } from './browsers.mjs'
import { atRest, toolsOf, WIDE } from './demo-page.mjs'
import { csv, file, gaussians, npy, random, shop, SILENT } from './shop.mjs'
import * as trees from './trees.mjs'

const { goods, events } = shop({ items: 120, users: 60 })
const draw = random(3)
/** Nobody answers there: a test that wants pictures serves its own. */
export const NOWHERE = 'http://127.0.0.1:9'
/** The shop's things with prices, stars, reviews, days and pictures. */
export const products = (pictures = NOWHERE) =>
  goods.map((good, i) => ({
    ...good,
    price: (5 + 200 * draw()).toFixed(2),
    stars: (2 + 3 * draw()).toFixed(1),
    reviews: 1 + Math.floor(2000 * draw() ** 3),
    added: new Date(Date.UTC(2022, 0, 1) + 3 * 86_400_000 * i).toISOString().slice(0, 10),
    photo: `${pictures}/${i}.svg`,
  }))
/** A third of what people did is buying. */
export const log = file('serve-log.csv', csv(events.map((event, n) => ({ ...event, event: n % 3 ? 'view' : 'buy' }))))
export const RULES = {
  caps: [{ attribute: 'colour', most: 6 }],
  boosts: [{ where: { genre: 'Drama' }, add: 0.1 }],
  diversity: 0.3,
  calibration: { attribute: 'genre', strength: 0.2 },
  freshness: { attribute: 'added', halfLife: 31_556_952 },
  exploration: { share: 0.1 },
  require: { stock: true },
}

/** Builds a bundle: { items: rows, embeddings: path, interactions: path, ranker, config, policy }. */
async function bundle({
  items = null,
  embeddings = null,
  interactions = null,
  ranker = null,
  config = {},
  policy = {},
}) {
  const inputs = {
    interactions: interactions && (await readInteractions([interactions])),
    items: items && (await readItems([file('serve-items.csv', csv(items))])),
    embeddings: embeddings && (await readEmbeddings(embeddings)),
    ranker,
  }
  return build(inputs, { threads: 1, tune: false, dimension: 16, ...config }, 1, SILENT, policy)
}

/** Some trees over the features of a bundle, which they need not know more of than their names. */
function forest(names) {
  const model = trees.lightgbm({ seed: 1, features: names.length, iterations: 4, objective: 'binary sigmoid:1' })
  const open = [...model.trees]
  for (const node of open)
    if (node.leaf === undefined) {
      delete node.set
      Object.assign(node, { threshold: 0.5, missing: 2, defaultLeft: true })
      open.push(node.left, node.right)
    }
  const columns = names.map((_, i) => `Column_${i}`).join(' ')
  return readForest('model.txt', Buffer.from(trees.lightgbmText(model).replace(columns, names.join(' '))))
}

/** By what is in them; each is built when it is asked for. */
export const BUNDLES = {
  shop: () => bundle({ interactions: log, items: products() }),
  'ids alone': () => bundle({ interactions: log }),
  'embeddings alone': async () => bundle({ embeddings: await npy('serve.npy', [300, 16], gaussians(300, 16, 5)) }),
  'a catalogue alone': () => bundle({ items: products(), config: { popularity: 'reviews' } }),
  async 'ranker and rules'() {
    const given = { interactions: log, items: products(), policy: { rules: RULES }, config: { people: 1 } }
    const { record } = await bundle(given)
    return bundle({ ...given, ranker: forest(record.features) })
  },
  pictured: (pictures) => bundle({ interactions: log, items: products(pictures) }),
}

/** Of a catalogue of such rows alone. */
export const builtIn = (items) => bundle({ items })

export const opened = async (name, bytes) => ({ path: `${name}.martello`, rec: await Recommender.open(bytes), bytes })

const open = []
after(() => open.forEach((server) => server.close()))

/** Serves bundles, { name: bytes }, until the tests end: { url, facts, files }. */
export async function servedBundles(bundles, options = {}) {
  const all = await Promise.all(
    Object.entries(bundles).map(([name, bytes]) => opened(name.replaceAll(' ', '-'), bytes)),
  )
  const { files, facts } = await siteOf(all, options)
  const server = await serve(files, 0, { pictures: facts.origins })
  open.push(server)
  return { url: server.url, facts, files }
}

/** A page of its own context, loaded: as newPage, and what tests look for. */
export async function pageAt(url, options = WIDE) {
  const made = await newPage(options)
  await made.page.goto(url)
  await atRest(made.page)
  return { ...made, ...toolsOf(made.page) }
}
