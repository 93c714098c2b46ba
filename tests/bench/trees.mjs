// Trees: 300 candidates through a ranker of 200 trees, beside XGBoost's own single-threaded prediction of the same rows in
// the same run. Seeded, warmed up; median, and the tenth and ninetieth of a hundred. XGBoost is asked through
// /usr/bin/python3 (Debian: python3-xgboost), on rows that it does not have to convert (inplace_predict) and as a DMatrix
// made beforehand; its prediction cache is kept from answering.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { readForest, TreeRunner } from '../../dist/build.js'
import { readNpz } from '../../build/web/read/index.js'

const ROWS = 300
const DATA = process.env.MARTELLO_DATA ?? new URL('../../../shared/data', import.meta.url).pathname
const REAL = `${DATA}/rankers/xgboost/ltr_rank_pairwise`

const show = (name, times) => {
  const sorted = [...times].sort((a, b) => a - b)
  const at = (share) => sorted[Math.floor(share * (sorted.length - 1))].toFixed(3)
  console.log(`${name.padEnd(44)} ${at(0.5)} ms  (${at(0.1)} to ${at(0.9)})`)
  return Number(at(0.5))
}

if (!existsSync(`${REAL}.json`)) {
  console.log(`no ${REAL}.json here (set MARTELLO_DATA): nothing to measure`)
  process.exit(0)
}
const forest = readForest(REAL, readFileSync(`${REAL}.json`))
const rows = (await readNpz(`${REAL}_golden.npz`)).arrays.get('features').data
const runner = await TreeRunner.start(forest)
const few = rows.subarray(0, ROWS * forest.features)
const times = []
let sink = 0
for (let i = 0; i < 150; i++) {
  const from = performance.now()
  sink += runner.predict(few, ROWS).predictions[i]
  if (i >= 50) times.push(performance.now() - from)
}
console.log(
  `ltr_rank_pairwise: ${forest.trees.length} trees, ${ROWS} rows of ${forest.features} features (${sink === 0 ? 'nothing' : 'predicted'})`,
)
const ours = show('martello, wasm, one thread', times)

const PYTHON = `
import json, sys, time
import numpy as np, xgboost as xgb
model, golden, rows = sys.argv[1], sys.argv[2], int(sys.argv[3])
b = xgb.Booster(); b.load_model(model); b.set_param({'nthread': 1})
x = np.ascontiguousarray(np.load(golden)['features'][:rows], dtype=np.float32)
def timed(call):
    times = []
    for i in range(150):
        given = xgb.DMatrix(x, nthread=1) if call == 'matrix' else x
        start = time.perf_counter()
        b.predict(given) if call == 'matrix' else b.inplace_predict(given)
        if i >= 50: times.append(1e3 * (time.perf_counter() - start))
    return times
print(json.dumps({'version': xgb.__version__, 'inplace': timed('inplace'), 'matrix': timed('matrix')}))
`
let theirs
try {
  theirs = JSON.parse(
    execFileSync(
      '/usr/bin/python3',
      ['-W', 'ignore', '-c', PYTHON, `${REAL}.json`, `${REAL}_golden.npz`, String(ROWS)],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
    ),
  )
} catch (error) {
  console.log(
    `XGBoost: not compared (${String(error.stderr ?? error.message)
      .trim()
      .split('\n')
      .at(-1)})`,
  )
}
if (theirs !== undefined) {
  const inplace = show(`XGBoost ${theirs.version}, inplace_predict, 1 thread`, theirs.inplace)
  const matrix = show(`XGBoost ${theirs.version}, predict of a DMatrix, 1 thread`, theirs.matrix)
  console.log(`martello takes ${(ours / Math.min(inplace, matrix)).toFixed(2)} of the faster one's time`)
}
