// Models as their trainers' versions write them: each means here what it meant to the object that saved it, or is refused.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { readForest, TreeRunner } from '../../../dist/build.js'
import { readNpy } from '../../../build/web/read/index.js'
import { fieldData, file, path } from '../helpers/files.mjs'
import { checkHere, cli } from '../helpers/shop.mjs'
import { ubjson } from '../helpers/trees.mjs'

const read = (model, options) =>
  readForest('m', typeof model === 'string' ? Buffer.from(model) : Buffer.from(JSON.stringify(model)), options)

async function predict(forest, rows, what = 'margins') {
  const runner = await TreeRunner.start(forest)
  return [...runner.predict(Float32Array.from(rows.flat()), rows.length)[what]]
}

/** Margins of a model, JSON or text, with what it says of itself. */
async function margins(model, rows, options) {
  const forest = read(model, options)
  return { margins: await predict(forest, rows), remarks: forest.remarks }
}

const near = (found, expected) => {
  assert.equal(found.length, expected.length)
  found.forEach((x, i) => assert.ok(Math.abs(x - expected[i]) < 1e-6, `${i}: found ${found}, expected ${expected}`))
}

// -- the files of the field ----------------------------------------------------------------------------------------------

for (const [name, ...models] of [
  ['xgboost-dart-3.3', 'model.json', 'model-3.3.json'],
  ['xgboost-cats', 'model.json'],
  ['xgboost-best-iteration', 'model.json'],
  ['lightgbm-pandas-categorical', 'pandas.txt', 'pandas.json'],
])
  for (const model of models) {
    const { real, skip } = fieldData(name)
    test(`${name}, ${model}: as its trainer predicts`, { skip }, async () => {
      const [rows, expected] = await Promise.all(['rows', 'expected'].map((part) => readNpy(`${real}/${part}.npy`)))
      const runner = await TreeRunner.start(readForest(model, readFileSync(`${real}/${model}`)))
      near([...runner.predict(Float32Array.from(rows.data), rows.shape[0]).predictions], [...expected.data])
    })
  }

const constant = fieldData('lightgbm-stump')
test('lightgbm-stump: 3.5 in every row', { skip: constant.skip }, async () => {
  const forest = readForest('constant.txt', readFileSync(`${constant.real}/constant.txt`))
  assert.deepEqual(await predict(forest, [[1, 2, 3, 4, 5, 6], new Array(6).fill(NaN)], 'predictions'), [3.5, 3.5])
})

// -- XGBoost: a tree splits feature 0 once, into `left` and `right` ---------------------------------------------------------

const split = ({ left, right, threshold, members, defaultLeft = true, booleans = false, flat = false }) => ({
  base_weights: [0, left, right],
  default_left: booleans ? [defaultLeft, false, false] : [Number(defaultLeft), 0, 0],
  left_children: [1, -1, -1],
  right_children: [2, -1, -1],
  parents: [2147483647, 0, 0],
  split_conditions: [threshold ?? 0, left, right],
  split_indices: [0, 0, 0],
  sum_hessian: [2, 1, 1],
  ...(!flat && {
    split_type: [members ? 1 : 0, 0, 0],
    categories: members ?? [],
    categories_nodes: members ? [0] : [],
    categories_segments: members ? [0] : [],
    categories_sizes: members ? [members.length] : [],
  }),
  tree_param: { num_deleted: '0', num_feature: '1', num_nodes: '3', size_leaf_vector: '0' },
})

function xgboost(
  trees,
  { name = 'hour', version = [3, 4, 1], info, parameters = {}, objective, model = {}, booster, attributes } = {},
) {
  const inner = {
    name: 'gbtree',
    model: {
      gbtree_model_param: { num_trees: `${trees.length}` },
      tree_info: info ?? trees.map(() => 0),
      trees,
      ...model,
    },
  }
  return {
    learner: {
      attributes: attributes ?? {},
      feature_names: [name],
      feature_types: [],
      gradient_booster: booster?.(inner) ?? inner,
      learner_model_param: { base_score: '0E0', num_class: '0', num_feature: '1', ...parameters },
      objective: { name: objective ?? 'reg:squarederror' },
    },
    version,
  }
}

const steps = (...values) => values.map((right) => split({ left: 0, right, threshold: 0.5 }))
const one = [[1]]

test('dart: weights around the booster, beside its model, in it, and fewer than trees', async () => {
  const weights = [0.5, 0.25]
  const places = [
    { version: [1, 7, 4], booster: (gbtree) => ({ name: 'dart', gbtree, weight_drop: [...weights, 1, 1] }) },
    { version: [3, 3, 0], booster: (gbtree) => ({ ...gbtree, weight_drop: [...weights, 1, 1] }) },
    { version: [3, 3, 0], booster: (gbtree) => ({ ...gbtree, weight_drop: weights }) },
    { version: [3, 4, 1], model: { weight_drop: weights } },
    { version: [3, 4, 1], model: { weight_drop: [...weights, 1] } },
  ]
  for (const place of places) {
    const model = xgboost(steps(1, 2, 3, 4), place)
    near((await margins(model, one)).margins, [8])
    near(await predict(readForest('m', ubjson(model)), one), [8])
  }
  near((await margins(xgboost(steps(1, 2, 3, 4)), one)).margins, [10])
  assert.throws(
    () => read(xgboost(steps(1), { model: { weight_drop: weights } })),
    /weight_drop: found 2 weights, expected at most 1/,
  )
})

const enc = (...lists) => ({ model: { cats: { enc: lists, feature_segments: [0, 3], sorted_idx: [0, 1, 2] } } })
/** Signed bytes, as both of XGBoost's formats hold texts. */
const texts = (...words) => ({
  offsets: words.reduce((all, word) => [...all, all.at(-1) + Buffer.byteLength(word)], [0]),
  values: [...Int8Array.from(Buffer.from(words.join('')))],
})
const hours = [[3], [7], [20], [0], [1], [4], [NaN]]

test('cats: the splits hold codes, the feature carries what the frame held', async () => {
  const tree = split({ left: 0, right: 1, members: [0, 2] })
  for (const [list, expected] of [
    [{ type: 15, values: [3, 7, 20] }, [1, 0, 1, 0, 0, 0, 0]],
    [{ type: 9, values: [7, 20, 3] }, [1, 1, 0, 0, 0, 0, 0]],
    [texts('7', '3', '20'), [0, 1, 1, 0, 0, 0, 0]],
    [{ type: 15, values: [0, 1, 2] }, [0, 0, 0, 1, 0, 0, 0]],
    [{ type: 15, values: [] }, [0, 0, 0, 1, 0, 0, 0]],
  ]) {
    const model = xgboost([tree], enc(list))
    near((await margins(model, hours)).margins, expected)
    near(await predict(readForest('m', ubjson(model)), hours), expected)
  }
})

test('cats: what is no category goes where missing values go, and so do splits by order of the codes', async () => {
  const list = enc({ type: 13, values: [20, 3, 7] })
  const right = split({ left: 0, right: 1, members: [1], defaultLeft: false })
  near((await margins(xgboost([right], list), hours)).margins, [1, 0, 0, 1, 1, 1, 1])
  const ordered = split({ left: 0, right: 1, threshold: 1.5, defaultLeft: true })
  near((await margins(xgboost([ordered], list), hours)).margins, [0, 1, 0, 0, 0, 0, 0])
})

test('cats: said, refused where a feature cannot carry them, and codes on request', async () => {
  const tree = split({ left: 0, right: 1, members: [1] })
  const { remarks } = await margins(xgboost([tree], enc({ type: 15, values: [3, 7, 20] })), hours)
  assert.match(remarks.join(), /feature "hour" carries its categories 3, 7, 20 as they are.*--categories codes/)
  for (const [list, found] of [
    [texts('night', 'noon', '7'), '"night", "noon"'],
    [{ type: 15, values: [-1, 7, 2 ** 24] }, '"-1", "16777216"'],
    [{ type: 8, values: [0.5, 7, 20] }, '"0.5"'],
  ]) {
    const model = xgboost([tree], enc(list))
    assert.throws(() => read(model), {
      name: 'InputError',
      message: new RegExp(
        `m, cats, feature "hour": found the categories ${found}, expected whole numbers .* --categories codes`,
      ),
    })
    const codes = await margins(model, hours, { categories: 'codes' })
    near(codes.margins, [0, 0, 0, 0, 1, 0, 0])
    assert.match(codes.remarks.join(), /carries the codes 0 to 2 of its categories/)
  }
})

test('best_iteration: as the object that saved the file predicts, said, and changed on request', async () => {
  const scikit_learn = '{"_estimator_type": "classifier"}'
  const trees = steps(1, 2, 4, 8, 16, 32)
  const cases = [
    [{ best_iteration: '1', scikit_learn }, {}, undefined, 3, /2 of 6 rounds count, as the scikit-learn wrapper/],
    [
      { best_iteration: '1' },
      {},
      undefined,
      63,
      /6 of 6 rounds count, as a bare Booster predicts; the best is round 2/,
    ],
    [{ best_iteration: '1' }, {}, 'best', 3, /2 of 6 rounds count, as asked/],
    [{ best_iteration: '1', scikit_learn }, {}, 'all', 63, /6 of 6 rounds count, as asked/],
    [{ best_iteration: '1', scikit_learn }, {}, 3, 7, /3 of 6 rounds count, as asked/],
    [{ best_iteration: '5', scikit_learn }, {}, undefined, 63, null],
    [{ best_iteration: '9', scikit_learn }, {}, undefined, 63, null],
    [{ scikit_learn }, {}, undefined, 63, null],
    // forests of two trees to a round, said by the model, by the ends of its rounds, and as before 1.4
    [{ best_iteration: '0', scikit_learn }, { gbtree_model_param: { num_parallel_tree: '2' } }, undefined, 3, /1 of 3/],
    [{ best_iteration: '0', scikit_learn }, { iteration_indptr: [0, 2, 4, 6] }, undefined, 3, /1 of 3/],
    [{ best_iteration: '0', best_ntree_limit: '2', scikit_learn }, {}, undefined, 3, /1 of 3/],
  ]
  for (const [attributes, model, rounds, expected, remark] of cases) {
    const found = await margins(xgboost(trees, { attributes, model }), one, { rounds })
    near(found.margins, [expected])
    if (remark === null) assert.deepEqual(found.remarks, [])
    else assert.match(found.remarks.join(), remark)
  }
  // a round of three classes is three trees
  const classes = { info: [0, 1, 2, 0, 1, 2], objective: 'multi:softprob', parameters: { num_class: '3' } }
  const first = await margins(xgboost(trees, { ...classes, attributes: { best_iteration: '0', scikit_learn } }), one)
  near(first.margins, [1, 2, 4])
  assert.throws(() => read(xgboost(trees), { rounds: 'best' }), /rounds: found no attribute best_iteration/)
  assert.throws(() => read(xgboost(trees), { rounds: 7 }), /rounds: found 7 asked for, expected at most the 6/)
})

test('missing: 1.x keeps the number that stood for it, and that is said', async () => {
  const saved = (missing) =>
    read(xgboost(steps(1), { attributes: { scikit_learn: `{"missing": ${missing}, "a": 1}` } }))
  assert.match(saved('-999.0').remarks.join(), /^look: m: it was trained with missing=-999.0/)
  assert.deepEqual(saved('NaN').remarks, [])
})

test('base_score and outputs as each version writes them', async () => {
  const half = Math.log(0.2 / 0.8)
  for (const [version, objective, parameters, expected] of [
    [[1, 0, 0], 'binary:logistic', { base_score: '2.000000e-01' }, [half]],
    [[1, 7, 6], 'binary:logistic', { base_score: '2E-1', boost_from_average: '1' }, [half]],
    [[2, 1, 4], 'binary:logistic', { base_score: '2E-1', boost_from_average: '1', num_target: '1' }, [half]],
    [[3, 1, 0], 'binary:logistic', { base_score: '[2E-1]', num_target: '1' }, [half]],
    [[3, 4, 1], 'binary:logistic', { base_score: '[0E0]' }, [Math.log(1e-6)]],
    [[2, 0, 0], 'multi:softprob', { base_score: '5E-1', num_class: '2' }, [0.5, 0.5]],
    [[3, 4, 1], 'multi:softprob', { base_score: '[-1E0,1E0]', num_class: '2' }, [-1, 1]],
    [[1, 6, 0], 'reg:squarederror', { base_score: '5E-1', num_target: '2' }, [0.5, 0.5]],
    [[3, 2, 0], 'reg:squarederror', { base_score: '[5E-1,2E0]', num_target: '2' }, [0.5, 2]],
    [[3, 4, 1], 'reg:expectileerror', { base_score: '[2E0]', num_target: '1' }, [2]],
  ])
    near((await margins(xgboost(steps(0), { version, objective, parameters }), one)).margins, expected)
  // one tree a target
  const both = xgboost(steps(1, 2), { info: [0, 1], parameters: { num_target: '2', base_score: '[0E0,0E0]' } })
  near((await margins(both, one)).margins, [1, 2])
  for (const objective of ['reg:quantileerror', 'reg:expectileerror'])
    assert.throws(
      () => read(xgboost(steps(1, 2), { objective, info: [0, 1], parameters: { num_target: '2' } })),
      /num_target: found reg:\w+ of 2 alphas, expected one alpha/,
    )
})

test('trees as 1.0 wrote them: no split types, truth for default_left', async () => {
  const tree = split({ left: 1, right: 2, threshold: 0.5, booleans: true, flat: true })
  near((await margins(xgboost([tree], { version: [1, 0, 0] }), [[0], [1], [NaN]])).margins, [1, 2, 1])
})

// -- LightGBM ------------------------------------------------------------------------------------------------------------

/** One category split of `hour`, codes 0 and 2 left, as text and as the JSON of dump_model. */
function lightgbm({ pandas, codes = [0, 1, 2], other = '[0:1]', ordered = false }) {
  const numeric = ordered ? { threshold: 1, decision: 2, word: '1', type: '<=' } : null
  const text = [
    'tree',
    'version=v4',
    'num_class=1',
    'num_tree_per_iteration=1',
    'label_index=0',
    'max_feature_idx=1',
    'objective=regression',
    'feature_names=x hour',
    `feature_infos=${other} ${ordered ? '[0:2]' : codes.join(':')}`,
    '',
    'Tree=0',
    'num_leaves=2',
    `num_cat=${ordered ? 0 : 1}`,
    'split_feature=1',
    `threshold=${ordered ? 1 : 0}`,
    `decision_type=${numeric?.decision ?? 1}`,
    'left_child=-1',
    'right_child=-2',
    'leaf_value=1 2',
    'leaf_count=3 3',
    ...(ordered ? [] : ['cat_boundaries=0 1', 'cat_threshold=5']),
    'shrinkage=1',
    '',
    '',
    'end of trees',
    '',
    'parameters:',
    'end of parameters',
    '',
    ...(pandas === undefined ? [] : [`pandas_categorical:${JSON.stringify(pandas)}`, '']),
  ].join('\n')
  const infos = (info) =>
    info.startsWith('[') || info === 'none'
      ? { min_value: 0, max_value: 1, values: [] }
      : { min_value: 0, max_value: 2, values: info.split(':').map(Number) }
  const json = JSON.stringify({
    version: 'v4',
    num_class: 1,
    num_tree_per_iteration: 1,
    max_feature_idx: 1,
    objective: 'regression',
    feature_names: ['x', 'hour'],
    feature_infos: { x: infos(other), hour: infos(ordered ? '[0:2]' : codes.join(':')) },
    tree_info: [
      {
        num_leaves: 2,
        tree_structure: {
          split_feature: 1,
          threshold: numeric?.threshold ?? '0||2',
          decision_type: numeric?.type ?? '==',
          default_left: ordered,
          missing_type: 'None',
          left_child: { leaf_value: 1 },
          right_child: { leaf_value: 2 },
        },
      },
    ],
    ...(pandas !== undefined && { pandas_categorical: pandas }),
  })
  return [text, json]
}
const frame = [3, 7, 20, 0, 1, 4, NaN].map((hour) => [0, hour])

test('pandas_categorical: the splits hold codes, the feature carries what the frame held', async () => {
  for (const [pandas, expected, other] of [
    [[[3, 7, 20]], [1, 2, 1, 2, 2, 2, 2]],
    [[[20, 3, 7]], [2, 1, 1, 2, 2, 2, 2]],
    [[['3', '20', '7']], [1, 1, 2, 2, 2, 2, 2]],
    [[[0, 1, 2]], [2, 2, 2, 1, 2, 2, 2]],
    [[[false, true]], [2, 2, 2, 1, 2, 2, 2]],
    [null, [2, 2, 2, 1, 2, 2, 2]],
    [[], [2, 2, 2, 1, 2, 2, 2]],
    [undefined, [2, 2, 2, 1, 2, 2, 2]],
    // a column of one category is never split, and need not be among the features
    [[['only'], [3, 7, 20]], [1, 2, 1, 2, 2, 2, 2], 'none'],
    [
      [
        [5, 6],
        [3, 7, 20],
      ],
      [1, 2, 1, 2, 2, 2, 2],
      '0:1',
    ],
  ])
    for (const model of lightgbm({ pandas, ...(other && { other }) })) {
      const set = pandas?.[0]?.[0] === false ? model.replace('0:1:2', '0:1').replace('[0,1,2]', '[0,1]') : model
      near((await margins(set, frame)).margins, expected)
    }
})

test('pandas_categorical: refused where it says too little, or what no feature can carry', async () => {
  for (const [made, message] of [
    [
      { pandas: [['noon', 'night', 'dawn']] },
      /pandas_categorical, feature "hour": found the categories "noon", "night", "dawn"/,
    ],
    [{ pandas: [[0.5, 1.5, 2.5]] }, /found the categories "0.5", "1.5", "2.5", expected whole numbers/],
    [
      {
        pandas: [
          ['s', 'm', 'l'],
          [3, 7, 20],
        ],
      },
      /found categories of 2 columns where 1 features have codes/,
    ],
    [{ pandas: [[3, 7]] }, /found 2 categories of feature "hour", whose codes reach 2, expected one for each/],
    [{ pandas: [['s', 'm', 'l']], ordered: true }, /found categories of 1 columns where 0 features have codes/],
    [{ pandas: 3 }, /pandas_categorical: found 3, expected a list of categories/],
  ])
    for (const model of lightgbm(made)) assert.throws(() => read(model), { name: 'InputError', message })
  for (const model of lightgbm({ pandas: [['noon', 'night', 'dawn']] }))
    near((await margins(model, frame, { categories: 'codes' })).margins, [2, 2, 2, 1, 2, 2, 2])
})

test('one-leaf trees, as 2.x to 4.6 write them, alone and among others', async () => {
  const [model] = lightgbm({})
  const leaf = (lines) =>
    model.replace(/Tree=0\n[^]*?shrinkage=1\n/, `Tree=0\nnum_leaves=1\nnum_cat=0\n${lines.join('\n')}\nshrinkage=1\n`)
  const empty = ['split_feature=', 'threshold=', 'decision_type=', 'left_child=', 'right_child=']
  for (const lines of [
    [...empty, 'leaf_value=3.5', 'leaf_count=', 'internal_value=', 'internal_count='],
    [...empty, 'leaf_value=3.5', 'leaf_weight=', 'leaf_count=', 'internal_value=', 'is_linear=0'],
    [...empty, 'leaf_value=3.5', 'leaf_weight=0', 'leaf_count=0'],
    ['leaf_value=3.5'],
  ])
    near((await margins(leaf(lines), frame)).margins, new Array(7).fill(3.5))
  const second = leaf(['leaf_value=-1', 'leaf_count=']).match(/Tree=0\n[^]*?shrinkage=1\n/)[0]
  const both = model.replace('end of trees', `${second.replace('Tree=0', 'Tree=1')}\n\nend of trees`)
  near((await margins(both, frame)).margins, [1, 1, 1, 0, 1, 1, 1])
  near((await margins(both, frame, { rounds: 1 })).margins, [2, 2, 2, 1, 2, 2, 2])
  assert.match(read(both, { rounds: 1 }).remarks.join(), /1 of 2 rounds count, as asked/)
  assert.throws(() => read(both, { rounds: 3 }), /rounds: found 3 asked for, expected at most the 2 of the model/)
})

// -- everything else -----------------------------------------------------------------------------------------------------

test('files of other makers, and other files of the same: what they are and what to do', () => {
  const old = Buffer.alloc(200)
  old.writeFloatLE(0.5, 0)
  old.writeBigUInt64LE(15n, 136)
  old.write('binary:logistic', 144)
  const treelite = Buffer.alloc(64)
  for (const [i, n] of [4, 4, 1].entries()) treelite.writeInt32LE(n, 4 * i)
  for (const [bytes, found] of [
    ['', 'an empty file, expected a model'],
    ['binf\0\0', "XGBoost's old binary format, expected the model itself"],
    ['CONFIG-offset:\0', "XGBoost's old binary format"],
    [old, "XGBoost's old binary format \\(.model\\)"],
    ['booster[0]:\n0:[f0<1] yes=1,no=2,missing=1\n', "XGBoost's text for people"],
    ['[{"nodeid": 0, "leaf": 1}]', "a list, as XGBoost's dump_model"],
    ['CBM1....', 'a CatBoost model \\(.cbm\\), expected a model of LightGBM'],
    ['{"features_info": {}, "model_info": {}, "oblivious_trees": []}', 'a CatBoost model'],
    ['{"num_feature": 2, "task_type": "kRegressor", "trees": []}', "Treelite's JSON"],
    [treelite, 'a checkpoint of Treelite'],
    [Buffer.from([0x80, 4, 0x95]), "a Python pickle, .*, expected the model's own file: save_model"],
    [Buffer.from([0x1f, 0x8b, 8]), 'a compressed file'],
    [Buffer.from([0x78, 0x9c, 1]), 'a compressed file'],
    ['<?xml version="1.0"?>\n<PMML version="4.4">', 'PMML, expected a model of LightGBM'],
    [Buffer.from('PK\x03\x04'), 'a zip archive, as PyTorch'],
    [Buffer.from('\x89HDF', 'latin1'), 'an HDF5 file'],
    [
      '{"learner": {"gradient_booster": {"name": "gblinear"}, "objective": {"name": "reg:squarederror"}}}',
      '"gblinear"',
    ],
  ])
    assert.throws(() => readForest('m', Buffer.from(bytes)), {
      name: 'InputError',
      message: new RegExp(`found ${found}`),
    })
  assert.equal(readForest('m', Buffer.from('id,name\n1,a\n')), null)
})

test('martello predict says what counts, and takes the other', async () => {
  const attributes = { best_iteration: '0', scikit_learn: '{}' }
  const model = file('early.json', JSON.stringify(xgboost(steps(1, 2), { attributes })))
  const inputs = file('hours.tsv', '1\n')
  const early = await cli('predict', model, '--inputs', inputs)
  assert.equal(early.stdout, '1\n')
  assert.match(early.stderr, /1 of 2 rounds count/)
  assert.equal((await cli('predict', model, '--inputs', inputs, '--rounds', 'all')).stdout, '3\n')
  assert.equal((await cli('predict', model, '--inputs', inputs, '--rounds', '0')).code, 2)
  assert.equal((await cli('predict', model, '--inputs', inputs, '--categories', 'names')).code, 2)
})

test('a build says of its ranker what counts, and the config takes the other', async () => {
  const log = ['user_id,item_id,timestamp']
  for (let u = 0; u < 9; u++) log.push(`u${u},a,${u}`, `u${u},b,${u + 10}`, `u${u % 3},c,${u + 20}`)
  const interactions = file('ranked.csv', `${log.join('\n')}\n`)
  const attributes = { best_iteration: '0', scikit_learn: '{}' }
  const ranker = file('ranker.json', JSON.stringify(xgboost(steps(1, 2), { name: 'popularity', attributes })))
  const build = (config) =>
    cli(
      ...['build', '-o', path('ranked.martello'), '--interactions', interactions, '--ranker', ranker],
      ...['--config', file('ranked.json', JSON.stringify({ sources: { i2i: true, popular: true }, ...config }))],
    )
  const early = await build({})
  assert.equal(early.code, 0, early.stderr)
  assert.match(early.stderr, /ranker\.json: 1 of 2 rounds count, as the scikit-learn wrapper/)
  assert.equal(early.stderr.match(/rounds count/g).length, 1)
  assert.match((await checkHere('--interactions', interactions, '--ranker', ranker)).stdout, /1 of 2 rounds count/)
  const all = await build({ ranker: { rounds: 'all', categories: 'codes' } })
  assert.match(all.stderr, /ranker\.json: 2 of 2 rounds count, as asked/)
  assert.match((await build({ ranker: { rounds: 'first' } })).stderr, /ranker\/rounds|ranker\.rounds/)
})
