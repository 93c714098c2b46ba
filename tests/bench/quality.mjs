// `make quality`: the quality that the project promises, measured through the command line on real data.
//
//   ROWS=toys,dense   some of the parts alone: dense, gowalla, float, bytes, toys, bare, codes, tower (default: all)
//
// Each part says its protocol, and what it found beside what others published for the same. Gowalla and Toys are built and
// evaluated as a person would; for Gowalla a second build keeps floats everywhere, which tells what the codes cost. Toys follows
// the published protocol: built without each person's last two events, asked with all but the last. On dense logs (lastnew.mjs:
// films that most rated, households) each person's last new item is held out; popularity and EASE alone are asked of the same
// people. Prints one table: what was found, what is required, the best that was published. Exit code 1 where something falls short.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { households } from './households.mjs'
import { lastNew, mostMet } from './lastnew.mjs'
import { data, folder, martello, withoutLast } from './protocol.mjs'
import { Verdict } from './verdict.mjs'

const schema = JSON.parse(readFileSync(new URL('../../dist/config.schema.json', import.meta.url)))
const SOURCES = Object.keys(schema.properties.sources.properties)
const PARTS = ['dense', 'gowalla', 'float', 'bytes', 'toys', 'bare', 'codes', 'tower']
const wanted = (process.env.ROWS ?? PARTS.join()).split(',')
for (const part of wanted)
  if (!PARTS.includes(part)) {
    console.error(`quality: found part ${part}, expected some of ${PARTS.join(', ')}, as in ROWS=toys,dense`)
    process.exit(2)
  }
/** Whether a part is wanted; its protocol is said. */
function isWanted(part, protocol) {
  if (wanted.includes(part)) console.log(`\n${part}: ${protocol}`)
  return wanted.includes(part)
}

const verdict = new Verdict()
const least = verdict.least.bind(verdict)
const most = verdict.most.bind(verdict)

/** `seen`: what the bundle is built from, `withItems`: beside the catalogue; histories are the whole of train.csv.gz. */
async function quality(name, k, how, seen = join(data, name, 'train.csv.gz'), withItems = true) {
  const bundle = join(folder, `${name}.martello`)
  const config = { people: 1, ...how } // as what was published learned from what single people did, too
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config))
  const extra = ['--config', join(folder, 'config.json')]
  const items =
    withItems && existsSync(join(data, name, 'items.csv.gz')) ? ['--items', join(data, name, 'items.csv.gz')] : []
  const train = join(data, name, 'train.csv.gz')
  const built = await martello('build', '-o', bundle, '--interactions', seen, ...items, ...extra)
  const figures = await martello(
    'eval',
    bundle,
    '--holdout',
    join(data, name, 'test.csv.gz'),
    '--history',
    train,
    '--k',
    k,
  )
  console.log(
    `${name} ${JSON.stringify(config)}: built in ${built.wall.toFixed(0)} s, ${built.cpu.toFixed(0)} s of CPU, ${(built.peak / 1e9).toFixed(2)} GB at most; ` +
      `${(figures.bundle_bytes / 1e6).toFixed(2)} MB; recall@${k} ${figures.recall.toFixed(4)}, ndcg ${figures.ndcg.toFixed(4)}, p50 ${figures.p50_ms.toFixed(2)} ms; ` +
      built.sources.map((source) => `${source.name} ${source.weight.map((w) => +w.toFixed(2)).join('/')}`).join(', '),
  )
  return { built, figures }
}

async function retrieval(name, wanted) {
  const bundle = join(folder, 'codes.martello')
  const table = join(data, 'embeddings', `${name}_items.npy`)
  const rowsOf = async (layers) => {
    writeFileSync(join(folder, 'layers.json'), JSON.stringify({ layers }))
    await martello('build', '-o', bundle, '--embeddings', table, '--config', join(folder, 'layers.json'))
    return (
      await martello(
        'eval',
        bundle,
        '--queries',
        join(data, 'embeddings', `${name}_queries.npy`),
        '--embeddings',
        table,
      )
    ).layers
  }
  const [base, one] = await rowsOf([4])
  const two = (await rowsOf([4, 4])).at(-1)
  for (const [what, layer, share, bytes, floor] of [
    ['base', base, base.recall_at[300], 18, wanted[0]],
    ['base + 4 bits', one, one.recall, 52, wanted[1]],
    ['base + 4 + 4 bits', two, two.recall, 86, 0.995],
  ]) {
    most(`${what}: bytes an item`, `${name} embeddings`, layer.bytes_per_item, bytes, 'B')
    least(
      `${what}: ${what === 'base' ? 'exact top 100 in the first 300' : 'recall@100'}`,
      `${name} embeddings`,
      share,
      floor,
    )
  }
}

/** The imported toys tower with its own embeddings and nothing else: what PyTorch says of it, and what its codes cost. */
async function tower(layers) {
  const [bundle, config, ids] = ['tower.martello', 'tower.json', 'toys-ids.txt'].map((name) => join(folder, name))
  writeFileSync(config, JSON.stringify(layers === undefined ? {} : { layers }))
  writeFileSync(ids, Array.from({ length: 11924 }, (_, i) => `${i + 1}\n`).join(''))
  const [table, model] = [join(data, 'embeddings', 'toys_items.npy'), join(data, 'towers', 'toys_tower.onnx')]
  const inputs = ['--embeddings', table, '--ids', ids, '--user-tower', model]
  await martello('build', '-o', bundle, ...inputs, '--config', config)
  const [test, train] = ['test', 'train'].map((part) => join(data, 'toys', `${part}.csv.gz`))
  return martello('eval', bundle, '--holdout', test, '--history', train, '--k', 10)
}

/** Recall@20 of the last new item on a dense log: the default build against what is popular and EASE alone, as it is shipped and
 * with floats and long lists, all asked of the same people. */
async function dense(name, log) {
  const { past, last } = lastNew(log)
  const place = (file) => join(folder, file)
  const [history, holdout, config, bundle] = ['past.csv', 'last.csv', 'dense.json', 'dense.martello'].map(place)
  writeFileSync(history, past)
  writeFileSync(holdout, last)
  const silent = SOURCES.filter((source) => source !== 'ease' && source !== 'popular').map((source) => [source, false])
  const alone = { sources: { ...Object.fromEntries(silent), ease: true } }
  const asked = async (what) => {
    writeFileSync(config, JSON.stringify(what))
    const built = await martello('build', '-o', bundle, '--interactions', history, '--config', config)
    const how = ['--holdout', holdout, '--history', history, '--k', 20, '--sources']
    return { built, figures: await martello('eval', bundle, ...how) }
  }
  const recallOf = ({ figures }, source) => figures.sources.each.find((one) => one.name === source)?.recall ?? NaN // a MISS
  const whole = await asked({})
  const popular = recallOf(whole, 'popular')
  const ease = recallOf(await asked(alone), 'ease')
  const floats = recallOf(await asked({ ...alone, neighbours: 1000, weightBits: 32 }), 'ease')
  const { recall, ndcg, users, bundle_bytes: bytes } = whole.figures
  console.log(
    `${name}, last new item of ${users} people: recall@20 ${recall.toFixed(4)}, ndcg ${ndcg.toFixed(4)}, ${(bytes / 1e6).toFixed(2)} MB, ` +
      `built in ${whole.built.wall.toFixed(0)} s; popular ${popular.toFixed(4)}, ease alone ${ease.toFixed(4)}, in floats ${floats.toFixed(4)}; ` +
      whole.built.sources
        .map((source) => `${source.name} ${source.weight.map((w) => +w.toFixed(2)).join('/')}`)
        .join(', '),
  )
  least('Recall@20 of the last new item, popularity × 1.05', name, recall, 1.05 * popular)
  least('Recall@20 of the last new item, EASE alone', name, recall, ease)
}

/** The best published figures of the same split and protocol. */
const RIVALS = {
  gowalla: ['published: ChebyCF .1941', 'published: NESCL .1617, ChebyCF .1616'],
  toys: ['published: BSARec .1078', 'published: BSARec .0663'],
}

if (isWanted('dense', "each person's last new item held out, of those who met one before; all unseen items ranked")) {
  const ratings = join(data, 'movielens-small', 'ratings.csv')
  await dense('movielens-small, the 500 most rated', mostMet(readFileSync(ratings, 'utf8'), 500))
  await dense('households', households())
}
const SPLIT =
  "LightGCN's split, without times: all 29,858 people, a random fifth of each held out; all unseen items ranked"
if (isWanted('gowalla', SPLIT) || wanted.includes('float')) {
  const gowalla = await quality('gowalla', 20)
  least('Recall@20', 'gowalla', gowalla.figures.recall, 0.192, 4, RIVALS.gowalla[0])
  least('NDCG@20', 'gowalla', gowalla.figures.ndcg, 0.1605, 4, RIVALS.gowalla[1])
  most('bundle', 'gowalla', gowalla.figures.bundle_bytes / 1e6, 6, 'MB')
  const shared = await quality('gowalla', 20, { people: 3 })
  least('Recall@20', 'gowalla, of three people', shared.figures.recall, 0.189, 4, RIVALS.gowalla[0])
  least('NDCG@20', 'gowalla, of three people', shared.figures.ndcg, 0.159, 4, RIVALS.gowalla[1])
  const small = gowalla.figures.bundle_bytes <= 4.4e6 ? gowalla : await quality('gowalla', 20, { bytes: 4_400_000 })
  least('Recall@20', 'gowalla in 4.4 MB', small.figures.recall, 0.1905, 4, RIVALS.gowalla[0])
  least('NDCG@20', 'gowalla in 4.4 MB', small.figures.ndcg, 0.159, 4, RIVALS.gowalla[1])
  most('bundle', 'gowalla in 4.4 MB', small.figures.bundle_bytes / 1e6, 4.4, 'MB')
  most('build, wall clock', 'gowalla', gowalla.built.wall, 40, 's', 0)
  most('build, CPU time', 'gowalla', gowalla.built.cpu, 60, 's', 0)
  most('build, peak memory', 'gowalla', gowalla.built.peak / 1e9, 0.7, 'GB')
  if (isWanted('float', 'the same built without codes')) {
    const float = await quality('gowalla', 20, { layers: 'f32', weightBits: 32 })
    const lost = 100 * (1 - gowalla.figures.recall / float.figures.recall)
    most('Recall@20 lost to codes, relative', 'gowalla', lost, 1, '%')
  }
}
if (isWanted('bytes', `${SPLIT}; config {"bytes": 12000000}, and the same without codes`)) {
  const wide = await quality('gowalla', 20, { bytes: 12_000_000 })
  least('Recall@20', 'gowalla in 12 MB', wide.figures.recall, 0.195, 4, RIVALS.gowalla[0])
  least('NDCG@20', 'gowalla in 12 MB', wide.figures.ndcg, 0.163, 4, RIVALS.gowalla[1])
  most('bundle', 'gowalla in 12 MB', wide.figures.bundle_bytes / 1e6, 12, 'MB')
  const { top } = wide.built.recipe.neighbours
  const float = await quality('gowalla', 20, { bytes: 1e9, neighbours: top, layers: 'f32', weightBits: 32 })
  const lost = 100 * (1 - wide.figures.recall / float.figures.recall)
  most('Recall@20 lost to codes, relative', 'gowalla in 12 MB', lost, 1, '%')
}
const LEAVE_ONE_OUT =
  "built without each person's last two events, asked for the last with all before it; all unseen items ranked"
const toysLog = () => withoutLast(join(data, 'toys', 'train.csv.gz'))
if (isWanted('toys', LEAVE_ONE_OUT)) {
  const toys = await quality('toys', 10, undefined, toysLog())
  least('HR@10', 'toys', toys.figures.hit_rate, 0.118, 4, RIVALS.toys[0])
  least('NDCG@10', 'toys', toys.figures.ndcg, 0.076, 4, RIVALS.toys[1])
  const shared = await quality('toys', 10, { people: 3 }, toysLog())
  least('HR@10', 'toys, of three people', shared.figures.hit_rate, 0.1075, 4, RIVALS.toys[0])
  least('NDCG@10', 'toys, of three people', shared.figures.ndcg, 0.065, 4, RIVALS.toys[1])
}
if (isWanted('bare', `${LEAVE_ONE_OUT}; without the catalogue, as the published models`)) {
  const toys = await quality('toys', 10, undefined, toysLog(), false)
  least('HR@10', 'toys without items', toys.figures.hit_rate, 0.112, 4, RIVALS.toys[0])
  least('NDCG@10', 'toys without items', toys.figures.ndcg, 0.073, 4, RIVALS.toys[1])
}
if (isWanted('codes', 'nearest of real queries by codes against the exact answer of the floats')) {
  await retrieval('toys', [0.985, 0.97])
  await retrieval('gowalla', [0.995, 0.985])
}
if (isWanted('tower', `${LEAVE_ONE_OUT}; an imported transformer alone, beside what PyTorch says of it`)) {
  const floats = await tower('f32')
  const codes = await tower()
  most('HR@10 of the tower, off from .0834', 'toys tower, f32', Math.abs(floats.hit_rate - 0.0834), 0.0005, '', 5)
  most('NDCG@10 of the tower, off from .0480', 'toys tower, f32', Math.abs(floats.ndcg - 0.048), 0.0005, '', 5)
  least('HR@10 kept by the codes', 'toys tower, tied', codes.hit_rate / floats.hit_rate, 0.98)
  least('NDCG@10 kept by the codes', 'toys tower, tied', codes.ndcg / floats.ndcg, 0.98)
}
verdict.print()
