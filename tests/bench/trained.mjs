// `make quality-trained`: models that a build trains by steps (config key `train`), each alone, as its source is in the bundle, and all
// sources together, beside what was published of the same model on the same split. Takes a quarter of an hour for each.
//
//   ROWS=sasrec,bpr   some of the models alone (default: all)
//   SEEDS=1,2,3       seeds; the mean and the spread of several (default: 1)
//   MINUTES=300       that training may take (default: 40); what ends by them depends on what else the machine does
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { data, firstShare, folder, martello, withoutLast } from './protocol.mjs'
import { Verdict } from './verdict.mjs'

const LEAVE_ONE_OUT =
  "built without each person's last two events, asked for the last with all before it; all unseen items ranked"
const RANDOM =
  "LightGCN's split, without times: all 29,858 people, a random fifth of each held out; all unseen items ranked"

const minutes = Number(process.env.MINUTES ?? 40)
const toys = (tower, more) => ({
  log: 'toys',
  k: 10,
  protocol: LEAVE_ONE_OUT,
  source: 'tower',
  train: { tower, minutes },
  ...more,
})
const gowalla = (source, train, alone, rival) =>
  ({ log: 'gowalla', k: 20, protocol: RANDOM, source, train: { ...train, minutes }, alone, rival }) // prettier-ignore
const LATER =
  'built of the first four fifths of what each person rated, asked with them for the rest; all unseen films ranked'
const films = (source, train, ratings) =>
  ({ log: 'movielens-small', k: 20, protocol: LATER, source, train: { ...train, minutes }, beside: 'popular', ratings }) // prettier-ignore
/** By name: what it is trained on, and the least recall (HR) and NDCG alone and together, where something is asked. */
const MODELS = {
  sasrec: toys('sasrec', { alone: [0.097, 0.058], together: [0.123, 0.08], rival: 'published: eSASRec .0970 / .0580' }),
  gru4rec: toys('gru4rec', {}),
  'gru4rec-films': films('tower', { tower: 'gru4rec' }, false),
  youtubednn: gowalla('tower', { tower: 'youtubednn' }, [0.1754, 0.1473], 'published: .1754 / .1473'),
  bpr: gowalla('bpr', { factors: 'bpr' }, [0.1627], 'published: .1627'),
  ccl: gowalla('ccl', { factors: 'ccl' }, [0.1837], 'published: SimpleX .1872, its CCL .1837'),
  lightgcn: gowalla('lightgcn', { factors: 'lightgcn' }, [0.182, 0.1547], 'published: .1820 / .1547'),
  svdpp: films('svdpp', { factors: 'svdpp' }),
  nmf: films('nmf', { factors: 'nmf' }),
  node2vec: gowalla('node2vec', { factors: 'node2vec' }, [0.1326], 'published: Item2Vec .1326'),
}
const wanted = (process.env.ROWS ?? Object.keys(MODELS).join()).split(',')
const seeds = (process.env.SEEDS ?? '1').split(',')
for (const name of wanted)
  if (!(name in MODELS)) {
    console.error(`trained: found ${name}, expected some of ${Object.keys(MODELS).join(', ')}`)
    process.exit(2)
  }

const verdict = new Verdict()
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length
const spread = (values) => Math.max(...values) - Math.min(...values)
const shown = (values) =>
  `${mean(values).toFixed(4)}${values.length > 1 ? ` (spread ${spread(values).toFixed(4)})` : ''}`

/** What a bundle is built of, what people are asked with, and for. */
function partsOf(log) {
  const file = (part) => join(data, log, `${part}.csv.gz`)
  if (log === 'movielens-small') {
    const { first, rest } = firstShare(join(data, log, 'ratings.csv'), 0.8)
    return { seen: first, history: first, later: rest, items: ['--items', join(data, log, 'movies.csv')] }
  }
  const items = log === 'toys' ? ['--items', file('items')] : []
  const seen = log === 'toys' ? withoutLast(file('train')) : file('train')
  return { seen, history: file('train'), later: file('test'), items }
}

async function one({ log, k, source, train, beside, ratings }, seed) {
  const [bundle, config] = ['trained.martello', 'trained.json'].map((name) => join(folder, name))
  const kept = Object.fromEntries([source, ...(beside ? [beside] : [])].map((name) => [name, true]))
  // whatever was rated is to be found, however it was rated; false: and learned from alike
  writeFileSync(config, JSON.stringify({ train, sources: kept, ratings, people: 1 }))
  const { seen, history, later, items } = partsOf(log)
  const how = ['--interactions', seen, ...items, '--config', config, '--seed', seed]
  const built = await martello('build', '-o', bundle, ...how)
  const figures = await martello(
    'eval',
    bundle,
    '--holdout',
    later,
    '--history',
    history,
    '--k',
    k,
    '--sources',
    '--people',
    1e6,
  )
  const of = (name) => figures.sources.each.find((each) => each.name === name)
  return { built, figures, alone: of(source), rival: of(beside) }
}

for (const name of wanted) {
  const model = MODELS[name]
  console.log(`\n${name}: ${model.protocol}`)
  const made = []
  for (const seed of seeds) made.push(await one(model, seed))
  const alone = ['recall', 'ndcg'].map((figure) => made.map((each) => each.alone?.[figure] ?? NaN))
  const together = ['recall', 'ndcg'].map((figure) => made.map(({ figures }) => figures[figure]))
  const [wall, cpu] = ['wall', 'cpu'].map((time) => made.map(({ built }) => built[time]))
  const bytes = made.map(({ figures }) => figures.bundle_bytes / 1e6)
  console.log(
    `${name} alone: recall@${model.k} ${shown(alone[0])}, ndcg ${shown(alone[1])}; together ${shown(together[0])}, ${shown(together[1])} in ${mean(bytes).toFixed(2)} MB; ` +
      `whole build ${mean(wall).toFixed(0)} s, ${mean(cpu).toFixed(0)} s of CPU; seeds ${seeds.join(', ')}`,
  )
  const rival =
    model.beside && ['recall', 'ndcg'].map((figure) => mean(made.map((each) => each.rival?.[figure] ?? NaN)))
  for (const [what, figures, floors] of [
    ['alone', alone, rival ?? model.alone],
    ['together', together, model.together],
  ])
    // prettier-ignore
    (floors ?? []).forEach((floor, f) =>
      verdict.least(`${f === 0 ? 'recall' : 'ndcg'}@${model.k}, ${what}`, name, mean(figures[f]), floor, 4, model.rival ?? model.beside ?? ''),
    )
}
verdict.print()
