// Config key noise: what is left of quality at which epsilon, and how well an audit still guesses who was in the log.
//
//   node tests/bench/noise.mjs [movielens-small,toys,gowalla] [1,2,4,8,16]
//
// movielens-small: each person's last fifth is asked for, Recall@20 / NDCG@20; toys: the published protocol, HR@10 / NDCG@10; gowalla: the published
// test part, Recall@20 / NDCG@20. Each epsilon is built three times, as no noise is like another: figures are means, and of one of the bundles
// its audit, by 8 shadows. `off`: a default build; `no log`: the catalogue alone.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { data, firstShare, folder, martello, withoutLast } from './protocol.mjs'
import { Verdict } from './verdict.mjs'

const [sets = 'movielens-small,toys,gowalla', epsilons = '16,8,4,2,1'] = process.argv.slice(2)
const BUILDS = 3
/** What an audit may find, and the epsilon that must keep to it. */
const [MOST_AUC, ENOUGH] = [0.55, 2]

const films = () => {
  const { first, rest } = firstShare(join(data, 'movielens-small/ratings.csv'), 0.8)
  return {
    log: first,
    history: first,
    holdout: rest,
    items: join(data, 'movielens-small/movies.csv'),
    k: 20,
    config: { ratings: { zero: 2.5, one: 4, least: 0 } },
  }
}
const toys = () => {
  const of = (name) => join(data, 'toys', `${name}.csv.gz`)
  return { log: withoutLast(of('train')), history: of('train'), holdout: of('test'), items: of('items'), k: 10 }
}
const gowalla = () => {
  const [train, test] = ['train', 'test'].map((name) => join(data, 'gowalla', `${name}.csv.gz`))
  return { log: train, history: train, holdout: test, items: null, k: 20 }
}
const SETS = { 'movielens-small': films, toys, gowalla }

const out = join(folder, 'noise.martello')
async function built({ log, items, config = {} }, more) {
  const file = join(folder, 'noise.json')
  writeFileSync(file, JSON.stringify(log === null ? {} : { ...config, ...more }))
  const inputs = [...(log === null ? [] : ['--interactions', log]), ...(items === null ? [] : ['--items', items])]
  return martello('build', '-o', out, ...inputs, '--config', file, '--quiet')
}

const asked = ({ history, holdout, k }) => martello('eval', out, '--history', history, '--holdout', holdout, '-k', String(k)) // prettier-ignore

const verdict = new Verdict()
const short = (x) => x.toFixed(4).replace(/^0/, '')
for (const name of sets.split(',')) {
  const set = SETS[name]()
  const print = (what, figures, rest) => console.log([name.padEnd(16), what.padEnd(12), `${short(figures.recall)} / ${short(figures.ndcg)}`, rest].join('  ').trimEnd()) // prettier-ignore
  const audited = async () => {
    const { auc, auc_interval: [from, to], tpr_at_1: found, strongest } = await martello('audit', out, '--history', set.log, '--shadows', '8') // prettier-ignore
    return { auc, said: `AUC ${auc.toFixed(3)} (${from.toFixed(3)} to ${to.toFixed(3)}), found at 1 %: ${(100 * found).toFixed(1)} %, by ${strongest}` } // prettier-ignore
  }
  await built(set, {})
  print('off', await asked(set), (await audited()).said)
  if (set.items !== null) {
    await built({ ...set, log: null })
    print('no log', await asked(set), '')
  }
  for (const epsilon of epsilons.split(',').map(Number)) {
    const runs = []
    for (let run = 0; run < BUILDS; run++) {
      const { noise } = await built(set, { noise: { epsilon } })
      runs.push({ ...(await asked(set)), kept: noise.tables.map((table) => table.kept) })
    }
    const mean = (of) => runs.reduce((sum, run) => sum + of(run), 0) / runs.length
    const kept = runs[0].kept.map((_, table) => Math.round(mean((run) => run.kept[table]))).join(' / ')
    const { auc, said } = await audited()
    print(`epsilon ${epsilon}`, { recall: mean(({ recall }) => recall), ndcg: mean(({ ndcg }) => ndcg) }, `items / pairs / steps in: ${kept}  ${said}`) // prettier-ignore
    if (name !== 'gowalla' && epsilon <= ENOUGH) verdict.most(`AUC by audit, epsilon ${epsilon}`, name, auc, MOST_AUC, 'of 1', 3) // prettier-ignore
  }
}
verdict.print()
