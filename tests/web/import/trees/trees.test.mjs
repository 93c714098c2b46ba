// Tree models: as their trainers predict on real files, and by their trainers' rules on random ones.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { readForest, roundedApart, TreeRunner } from '../../../../dist/build.js'
import { readNpz, readNpy } from '../../../../build/web/read/index.js'
import { rounds } from '../../helpers/long.mjs'
import { changed, cli, file, path, random, realData } from '../../helpers/shop.mjs'
import * as model from '../../helpers/trees.mjs'

const forestIn = (name, text) => readForest(name, typeof text === 'string' ? Buffer.from(text) : text)

/** Largest error, by the size of what is expected. */
function worst(found, expected) {
  assert.equal(found.length, expected.length)
  const scale = expected.reduce((most, x) => Math.max(most, Math.abs(x)), 1e-30)
  return expected.reduce((most, x, i) => Math.max(most, Math.abs(found[i] - x)), 0) / scale
}

// -- real models -----------------------------------------------------------------------------------------------------------

const real = realData('rankers')

const numbers = (name) =>
  readFileSync(name, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(/[\t ]+/).map(Number))

for (const name of ['cancer_logistic_missing', 'ltr_rank_pairwise'])
  for (const form of ['json', 'ubj'])
    test(`XGBoost predicts the same: ${name}.${form}`, { skip: real.skip }, async () => {
      const folder = `${real.real}/xgboost`
      const golden = (await readNpz(`${folder}/${name}_golden.npz`)).arrays
      const forest = readForest(name, readFileSync(`${folder}/${name}.${form}`))
      const rows = golden.get('features')
      const { margins, predictions } = (await TreeRunner.start(forest)).predict(rows.data, rows.shape[0])
      assert.deepEqual(Float32Array.from(margins), golden.get('margin').data, 'bit for bit')
      assert.ok(worst(predictions, golden.get('prediction').data) <= 1e-6)
    })

/** Real LightGBM models with their inputs, predictions and margins, and how many rows rounding may move. */
const LIGHTGBM = [
  [
    'genlin_fmtp_poisson_Frequency.model',
    'genlin_fmtp_poisson_Frequency_features.tsv',
    'genlin_fmtp_poisson_Frequency_true_predictions.txt',
    null,
    0,
  ],
  ['lg_dart_breast_cancer.model', 'breast_cancer_test.tsv', 'lg_dart_breast_cancer_true_predictions.txt', null, 1],
  ['lg_rf_iris.model', 'iris_test.libsvm', 'lg_rf_iris_true_predictions.txt', null, 0],
  [
    'lgmulticlass.model',
    'multiclass_test.tsv',
    'lgmulticlass_true_predictions.txt',
    'lgmulticlass_true_raw_predictions.txt',
    7,
  ],
]
for (const [name, inputs, predicted, raw, apart] of LIGHTGBM)
  test(`LightGBM predicts the same: ${name}`, { skip: real.skip }, async () => {
    const folder = `${real.real}/lightgbm`
    const forest = readForest(name, readFileSync(`${folder}/${name}`))
    const rows = inputs.endsWith('.libsvm')
      ? libsvm(`${folder}/${inputs}`, forest.features)
      : numbers(`${folder}/${inputs}`)
    const doubles = Float64Array.from(rows.flatMap((row) => row.slice(row.length - forest.features)))
    assert.equal(roundedApart(forest, doubles, rows.length), apart)
    const found = (await TreeRunner.start(forest)).predict(Float32Array.from(doubles), rows.length)
    const compare = (values, golden) => {
      const width = values.length / rows.length
      const expected = numbers(golden)
      let moved = 0
      for (let r = 0; r < rows.length; r++) {
        const error = worst(values.subarray(r * width, (r + 1) * width), expected[r])
        const whole = roundedApart(forest, doubles.subarray(r * forest.features, (r + 1) * forest.features), 1) === 0
        if (whole) assert.ok(error <= 1e-6, `row ${r}: ${error}`)
        else moved += error > 1e-6
      }
      assert.ok(moved <= apart)
    }
    compare(found.predictions, `${folder}/${predicted}`)
    if (raw !== null) compare(found.margins, `${folder}/${raw}`)
  })

function libsvm(name, features) {
  return readFileSync(name, 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const row = new Array(features).fill(0)
      for (const cell of line.split(' ').slice(1)) row[cell.split(':')[0]] = Number(cell.split(':')[1])
      return row
    })
}

// -- random models, walked by the trainer's rules ------------------------------------------------------------------------------

const ROWS = 61

test('LightGBM: text and JSON are walked as LightGBM walks them', async () => {
  for (let seed = 0; seed < 40; seed++) {
    const classes = seed % 4 === 3 ? 3 : 1
    const made = model.lightgbm({
      seed,
      classes,
      average: seed % 5 === 4,
      objective: classes === 3 ? 'multiclass num_class:3' : 'regression',
    })
    const rows = model.oddRows(ROWS, made.features, seed + 1, [0.5, 2.5, 0.1, 1e-35, 57.5])
    for (const text of [model.lightgbmText(made), model.lightgbmDump(made)]) {
      const { margins } = (await TreeRunner.start(forestIn('made.txt', text))).predict(rows, ROWS)
      for (let r = 0; r < ROWS; r++)
        assert.deepEqual(
          [...margins.subarray(r * classes, (r + 1) * classes)],
          model.lightgbmMargins(made, rows.subarray(r * made.features, (r + 1) * made.features)),
          `seed ${seed}, row ${r}`,
        )
    }
  }
})

test('XGBoost: JSON and UBJSON are walked as XGBoost walks them', async () => {
  for (let seed = 0; seed < 40; seed++) {
    const classes = seed % 4 === 3 ? 3 : 0
    const outputs = Math.max(1, classes)
    const made = model.xgboost({
      seed,
      classes,
      base: 0,
      dart: seed % 3 === 2,
      objective: classes ? 'multi:softprob' : 'reg:squarederror',
    })
    const rows = model.oddRows(ROWS, made.features, seed + 1, [0.5, 2.5, 0.1, 1e-35])
    for (const bytes of [Buffer.from(model.xgboostJson(made)), model.ubjson(model.xgboostModel(made))]) {
      const forest = readForest('made', bytes)
      const { margins } = (await TreeRunner.start(forest)).predict(rows, ROWS)
      for (let r = 0; r < ROWS; r++) {
        const expected = model.xgboostMargins(made, rows.subarray(r * made.features, (r + 1) * made.features), 0)
        assert.ok(worst(margins.subarray(r * outputs, (r + 1) * outputs), expected) < 1e-6, `seed ${seed}, row ${r}`)
      }
    }
  }
})

test('a row is attributed to its features: bias and contributions are the margin', async () => {
  for (let seed = 0; seed < 20; seed++) {
    const classes = seed % 2 === 0 ? 1 : 3
    const made = model.lightgbm({
      seed,
      classes,
      average: seed % 3 === 0,
      objective: classes === 1 ? 'binary sigmoid:1' : 'multiclass num_class:3',
    })
    const rows = model.oddRows(5, made.features, seed + 1)
    const runner = await TreeRunner.start(forestIn('made.txt', model.lightgbmText(made)))
    const { margins } = runner.predict(rows, 5)
    for (let r = 0; r < 5; r++)
      for (let output = 0; output < classes; output++) {
        const { bias, contributions } = runner.contribute(
          rows.subarray(r * made.features, (r + 1) * made.features),
          output,
        )
        const sum = contributions.reduce((total, x) => total + x, bias)
        assert.ok(Math.abs(sum - margins[r * classes + output]) < 1e-12)
      }
  }
})

test('contributions are differences of means weighted by cover', async () => {
  // one split on Column_1, 1 row left with leaf 3, 3 rows right with leaf -1: mean 0
  const text = model
    .lightgbmText({
      ...model.lightgbm({ seed: 1, features: 2, iterations: 0 }),
      trees: [{ feature: 1, threshold: 0.5, missing: 2, defaultLeft: true, left: { leaf: 3 }, right: { leaf: -1 } }],
    })
    .replace('leaf_count=1 2', 'leaf_count=1 3')
  const runner = await TreeRunner.start(forestIn('made.txt', text))
  assert.deepEqual(runner.contribute(Float32Array.of(7, 0)), { bias: 0, contributions: Float64Array.of(0, 3) })
  assert.deepEqual(runner.contribute(Float32Array.of(7, 1)), { bias: 0, contributions: Float64Array.of(0, -1) })
})

// -- links -----------------------------------------------------------------------------------------------------------------------

const sigmoid = (x) => 1 / (1 + Math.exp(-x))
const LINKS = [
  ['regression', (x) => x],
  ['regression_l1', (x) => x],
  ['huber', (x) => x],
  ['fair', (x) => x],
  ['quantile', (x) => x],
  ['mape', (x) => x],
  ['regression sqrt', (x) => Math.sign(x) * x * x],
  ['poisson', Math.exp],
  ['gamma', Math.exp],
  ['tweedie', Math.exp],
  ['binary sigmoid:1', sigmoid],
  ['binary sigmoid:0.7', (x) => sigmoid(0.7 * x)],
  ['cross_entropy', sigmoid],
  ['cross_entropy_lambda', (x) => Math.log1p(Math.exp(x))],
  ['lambdarank', (x) => x],
  ['rank_xendcg', (x) => x],
  ['', (x) => x],
]
test("LightGBM's objectives end in their links", async () => {
  for (const [objective, link] of LINKS) {
    const made = model.lightgbm({ seed: 5, objective, iterations: 9 })
    const rows = model.oddRows(ROWS, made.features, 6)
    const { margins, predictions } = (await TreeRunner.start(forestIn('made', model.lightgbmText(made)))).predict(
      rows,
      ROWS,
    )
    assert.ok(worst(predictions, [...margins].map(link)) < 2e-7, objective)
  }
  const made = model.lightgbm({ seed: 5, classes: 3, objective: 'multiclassova num_class:3 sigmoid:2' })
  const rows = model.oddRows(ROWS, made.features, 6)
  const { margins, predictions } = (await TreeRunner.start(forestIn('made', model.lightgbmText(made)))).predict(
    rows,
    ROWS,
  )
  assert.ok(
    worst(
      predictions,
      [...margins].map((x) => sigmoid(2 * x)),
    ) < 2e-7,
  )
})

const BASES = [
  ['reg:squarederror', 0.3, 0.3, (x) => x],
  ['reg:logistic', 0.3, Math.log(0.3 / 0.7), sigmoid],
  ['binary:logistic', '[3E-1]', Math.log(0.3 / 0.7), sigmoid],
  ['binary:hinge', 0.3, 0.3, (x) => (x > 0 ? 1 : 0)],
  ['count:poisson', '3E-1', Math.log(0.3), Math.exp],
  ['reg:gamma', ['0.3'], Math.log(0.3), Math.exp],
  ['reg:tweedie', [0.3], Math.log(0.3), Math.exp],
  ['survival:cox', 0.3, Math.log(0.3), Math.exp],
  ['survival:aft', 0.3, Math.log(0.3), Math.exp],
  ['rank:ndcg', 0.3, 0.3, (x) => x],
]
test("XGBoost's objectives begin with base_score as a margin and end in their links", async () => {
  for (const [objective, base, start, link] of BASES) {
    const made = model.xgboost({ seed: 5, objective, base })
    const rows = model.oddRows(ROWS, made.features, 6)
    const { margins, predictions } = (await TreeRunner.start(forestIn('made', model.xgboostJson(made)))).predict(
      rows,
      ROWS,
    )
    const expected = Array.from(
      { length: ROWS },
      (_, r) => model.xgboostMargins(made, rows.subarray(r * 5, (r + 1) * 5), start)[0],
    )
    assert.ok(worst(margins, expected) < 1e-6, objective)
    assert.ok(worst(predictions, [...margins].map(link)) < 2e-7, objective)
  }
  const made = model.xgboost({ seed: 5, classes: 3, objective: 'multi:softmax' })
  const rows = model.oddRows(ROWS, made.features, 6)
  const { margins, predictions } = (await TreeRunner.start(forestIn('made', model.xgboostJson(made)))).predict(
    rows,
    ROWS,
  )
  assert.equal(predictions.length, ROWS)
  predictions.forEach((c, r) => assert.equal(margins[3 * r + c], Math.max(...margins.subarray(3 * r, 3 * r + 3))))
})

// -- what is refused -------------------------------------------------------------------------------------------------------------------

test('models that cannot be run are refused in one sentence', () => {
  const text = (made) => model.lightgbmText(model.lightgbm({ seed: 1, ...made }))
  const json = (change) => {
    const made = model.xgboostModel(model.xgboost({ seed: 1 }))
    change(made.learner, made)
    return JSON.stringify(made)
  }
  const cases = [
    [text({ objective: 'my_loss' }), /m, objective: found "my_loss", expected one of regression/],
    [text({ version: 'v1' }), /m, version: found "v1", expected v2, v3, v4/],
    [text({}).replace('shrinkage', 'is_linear=1\nshrinkage'), /m, tree 0: found a linear tree/],
    [text({}).replace(/end of trees[^]*/, ''), /m: found a text without "end of trees"/],
    [text({}).replace(/decision_type=\d+/, 'decision_type=12'), /found the decision type 12, expected 0 to 11/],
    [text({}).replace(/left_child=\S+/, 'left_child=0'), /found a node with two parents, expected a tree/],
    [text({}).replace(/leaf_value=\S+/, 'leaf_value=nan'), /leaf_value: found "nan", expected a number/],
    [text({}).replace(/split_feature=\S+/, 'split_feature=99'), /found feature 99, expected one of 5/],
    [text({}).replace('Column_4', 'Column_4 Column_5'), /found 6 names, expected 5, as max_feature_idx says/],
    ['{"a": 1}', /m: found JSON with the keys "a", expected "tree_info" of LightGBM or "learner" of XGBoost/],
    ['{"tree_info": [', /m: found damaged JSON/],
    ['{"learner": 3}', /m, learner: found 3, expected an object, as save_model writes it/],
    ['{"learner": {}}', /m, gradient_booster: found nothing, expected an object/],
    [json((l) => (l.objective.name = 'reg:mine')), /m, objective: found "reg:mine", expected one of reg:squarederror/],
    [
      json((l) => (l.gradient_booster.name = 'gblinear')),
      /gradient_booster: found "gblinear", expected "gbtree" or "dart"/,
    ],
    [
      json((l) => (l.gradient_booster.model.trees[0].tree_param.size_leaf_vector = '3')),
      /tree 0: found leaves with a vector/,
    ],
    [json((l) => (l.learner_model_param.base_score = 'half')), /base_score: found "half", expected a number/],
    [
      json((l) => ((l.objective.name = 'reg:gamma'), (l.learner_model_param.base_score = -1))),
      /base_score: found -1, expected a value that reg:gamma can predict/,
    ],
    [
      json((l) => l.gradient_booster.model.trees[0].split_indices.pop()),
      /tree 0, split_indices: found \d+ values, expected \d+/,
    ],
    [model.ubjson({ learner: { x: 'a' } }).subarray(0, 20), /m, byte \d+: found its end, expected the rest of a model/],
    ['binf....', /m: found XGBoost's old binary format, expected the model itself: booster.save_model/],
  ]
  for (const [bytes, message] of cases) assert.throws(() => forestIn('m', bytes), { name: 'InputError', message })
  assert.equal(forestIn('m', 'PK something else'), null)
})

test('a JSON model in which anything is something else is refused, or is another model', () => {
  const draw = random(5)
  const xgboost = model.xgboostModel(model.xgboost({ seed: 1 }))
  const all = rounds(3000, 1000)
  const refused = [xgboost, JSON.parse(model.lightgbmDump(model.lightgbm({ seed: 1 })))].map((made) => {
    let refused = 0
    for (let i = 0; i < all; i++) {
      const other = JSON.stringify(changed(made, draw, i % 2 ? Infinity : 5))
      try {
        forestIn('m', other)
      } catch (error) {
        assert.equal(error.name, 'InputError', error.stack)
        refused++
      }
    }
    return refused
  })
  for (const count of refused) assert.ok(count > all / 6 && count < all, `${refused}`)
})

// -- the command line -----------------------------------------------------------------------------------------------------------------

test('martello predict: npy out, margins with --raw, rounding counted, a label column left out', async () => {
  const made = model.lightgbm({ seed: 2, objective: 'binary sigmoid:1' })
  made.trees.push({ feature: 0, threshold: 1.1, missing: 0, defaultLeft: true, left: { leaf: 1 }, right: { leaf: 2 } })
  const name = file('made-model.txt', model.lightgbmText(made))
  const inputs = file('made-inputs.tsv', ['1\t1.1\tnan\t\t3\t4', '0\t1\t2\t3\t4\t5'].join('\n'))
  const out = path('made-out.npy')
  const { code, stdout, stderr } = await cli('predict', name, '--inputs', inputs, '-o', out)
  assert.equal(code, 0, stderr)
  assert.equal(stdout, '')
  assert.match(stderr, /1 of 2 rows hold a number whose rounding to float32 could change a path/)
  const predictions = await readNpy(out)
  assert.deepEqual(predictions.shape, [2])
  const raw = await cli('predict', name, '--inputs', inputs, '--raw')
  const margins = raw.stdout.trim().split('\n').map(Number)
  const rows = [Float32Array.of(1.1, NaN, NaN, 3, 4), Float32Array.of(1, 2, 3, 4, 5)]
  rows.forEach((row, r) => {
    const [margin] = model.lightgbmMargins(made, row)
    assert.ok(Math.abs(margins[r] - margin) < 1e-6)
    assert.ok(Math.abs(predictions.data[r] - sigmoid(margin)) < 1e-6)
  })
})

test('martello predict says what is wrong with its inputs', async () => {
  const name = file('made-model.json', model.lightgbmDump(model.lightgbm({ seed: 2 })))
  const other = file('other.txt', 'hello')
  writeFileSync(path('wide.tsv'), '1\t2\n')
  writeFileSync(path('word.tsv'), '1\t2\t3\t4\t5\n1\t2\t3\tx\t5\n')
  for (const [args, message] of [
    [[name, '--inputs', path('wide.tsv')], /wide.tsv, line 1: found 2 columns, expected 5, or a label and 5/],
    [[name, '--inputs', path('word.tsv')], /word.tsv, line 2, column 4|word.tsv, column 4, line 2/],
    [[other, '--inputs', path('wide.tsv')], /other.txt: found a file of another kind/],
    [[path('none.txt'), '--inputs', path('wide.tsv')], /none.txt: found no such file/],
  ]) {
    const { code, stderr } = await cli('predict', ...args)
    assert.equal(code, 1)
    assert.match(stderr, message)
  }
  assert.equal((await cli('predict', name)).code, 2)
})
