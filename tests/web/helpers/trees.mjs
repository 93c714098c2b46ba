// Random tree models as their trainers would write them, and the plain walk of each by its trainer's own rules.
import { random } from './shop.mjs'

/** Values that lie on thresholds, beside them, at the ends, and nowhere. */
const ODD = [NaN, Infinity, -Infinity, 0, -0, 1e-36, -1e-36, 1e-35, 2e-35, -0.5, -1, 3e9, -3e9, 16777216, 2.5, 0.1]

export function oddRows(count, features, seed, thresholds = []) {
  const draw = random(seed)
  const one = () => {
    const kind = draw.below(10)
    if (kind < 2) return draw.of(ODD)
    if (kind < 5 && thresholds.length > 0) return draw.of(thresholds)
    return kind < 8 ? draw.below(70) : 4 * draw() - 2
  }
  return Float32Array.from({ length: count * features }, one)
}

/** A tree of `leaves` leaves: splits { left, right } and leaves { leaf }, each split filled by `make`. */
function grow(draw, leaves, make, leafValue) {
  const root = { open: true }
  const open = [root]
  for (let n = 1; n < leaves; n++) {
    const node = open.splice(draw.below(open.length), 1)[0]
    Object.assign(node, make(), { left: {}, right: {} })
    open.push(node.left, node.right)
  }
  for (const node of open) node.leaf = leafValue()
  return root
}

function leaf(root, goesLeft) {
  let node = root
  while (node.leaf === undefined) node = goesLeft(node) ? node.left : node.right
  return node.leaf
}

const memberOf = (set, c) => set.includes(c)
const someCategories = (draw) =>
  [...new Set(Array.from({ length: 1 + draw.below(6) }, () => draw.below(70)))].sort((a, b) => a - b)

// -- LightGBM ------------------------------------------------------------------------------------------------------------

const MISSING = ['None', 'Zero', 'NaN']

export function lightgbm({
  seed,
  features = 5,
  classes = 1,
  iterations = 6,
  objective = 'regression',
  average = false,
  version = 'v4',
}) {
  const draw = random(seed)
  const make = () =>
    draw() < 0.25
      ? { feature: draw.below(features), set: someCategories(draw) }
      : {
          feature: draw.below(features),
          threshold: draw.of([
            0,
            0.5,
            2.5,
            0.1,
            1e300,
            -1e300,
            1e-35,
            57.500000000000007,
            4 * draw() - 2,
            draw.below(70),
          ]),
          missing: draw.below(3),
          defaultLeft: draw() < 0.5,
        }
  const trees = Array.from({ length: iterations * classes }, () =>
    grow(draw, 1 + draw.below(12), make, () => 2 * draw() - 1),
  )
  return { features, classes, iterations, objective, average, version, trees }
}

/** tree.h of LightGBM: NumericalDecision and CategoricalDecision. */
function lightgbmLeft(node, x) {
  if (node.set !== undefined) {
    if (Number.isNaN(x)) return false
    const c = Math.trunc(x)
    return c >= 0 && c < 2 ** 31 && memberOf(node.set, c)
  }
  let value = x
  if (Number.isNaN(value) && node.missing !== 2) value = 0
  const missing =
    (node.missing === 1 && Math.abs(value) <= Math.fround(1e-35)) || (node.missing === 2 && Number.isNaN(value))
  return missing ? node.defaultLeft : value <= node.threshold
}

export function lightgbmMargins(model, row) {
  const margins = new Array(model.classes).fill(0)
  model.trees.forEach((tree, t) => {
    margins[t % model.classes] += leaf(tree, (node) => lightgbmLeft(node, row[node.feature]))
  })
  return margins.map((margin) => margin / (model.average ? model.iterations : 1))
}

const number = (x) => String(x)

export function lightgbmText(model) {
  const lines = [
    'tree',
    `version=${model.version}`,
    `num_class=${model.classes}`,
    `num_tree_per_iteration=${model.classes}`,
  ]
  lines.push('label_index=0', `max_feature_idx=${model.features - 1}`, `objective=${model.objective}`)
  if (model.average) lines.push('average_output')
  lines.push(`feature_names=${Array.from({ length: model.features }, (_, i) => `Column_${i}`).join(' ')}`, '')
  model.trees.forEach((tree, t) => {
    const [splits, leaves, sets] = [[], [], []]
    const visit = (node) => {
      if (node.leaf !== undefined) return -leaves.push(node.leaf)
      const at = splits.push(node) - 1
      node.children = [visit(node.left), visit(node.right)]
      return at
    }
    visit(tree)
    const decision = (node) => (node.set ? 1 : (node.defaultLeft ? 2 : 0) | (node.missing << 2))
    const threshold = (node) => (node.set ? sets.push(node.set) - 1 : node.threshold)
    lines.push(`Tree=${t}`, `num_leaves=${leaves.length}`)
    const thresholds = splits.map(threshold)
    lines.push(`num_cat=${sets.length}`)
    if (splits.length > 0)
      lines.push(
        `split_feature=${splits.map((node) => node.feature).join(' ')}`,
        `threshold=${thresholds.map(number).join(' ')}`,
        `decision_type=${splits.map(decision).join(' ')}`,
        `left_child=${splits.map((node) => node.children[0]).join(' ')}`,
        `right_child=${splits.map((node) => node.children[1]).join(' ')}`,
      )
    lines.push(`leaf_value=${leaves.map(number).join(' ')}`)
    if (splits.length > 0) lines.push(`leaf_count=${leaves.map((_, i) => i + 1).join(' ')}`)
    if (sets.length > 0) {
      const words = sets.map((set) => {
        const bits = new Uint32Array(Math.floor(Math.max(...set) / 32) + 1)
        for (const c of set) bits[c >> 5] |= 1 << (c & 31)
        return [...bits]
      })
      const bounds = words.reduce((all, list) => [...all, all.at(-1) + list.length], [0])
      lines.push(`cat_boundaries=${bounds.join(' ')}`, `cat_threshold=${words.flat().join(' ')}`)
    }
    lines.push('shrinkage=0.1', '', '')
  })
  return [
    ...lines,
    'end of trees',
    '',
    'feature_importances:',
    '',
    'parameters:',
    '[boosting: gbdt]',
    'end of parameters',
    '',
  ].join('\n')
}

export function lightgbmDump(model) {
  const node = (n) =>
    n.leaf !== undefined
      ? { leaf_value: n.leaf, leaf_count: 3 }
      : {
          split_feature: n.feature,
          threshold: n.set ? n.set.join('||') : n.threshold,
          decision_type: n.set ? '==' : '<=',
          default_left: n.defaultLeft ?? false,
          missing_type: MISSING[n.missing ?? 0],
          internal_count: 6,
          left_child: node(n.left),
          right_child: node(n.right),
        }
  return JSON.stringify({
    name: 'tree',
    version: model.version,
    num_class: model.classes,
    num_tree_per_iteration: model.classes,
    label_index: 0,
    max_feature_idx: model.features - 1,
    objective: model.objective,
    average_output: model.average,
    feature_names: Array.from({ length: model.features }, (_, i) => `Column_${i}`),
    tree_info: model.trees.map((tree, t) => ({ tree_index: t, num_leaves: 2, tree_structure: node(tree) })),
  })
}

// -- XGBoost -------------------------------------------------------------------------------------------------------------

export function xgboost({
  seed,
  features = 5,
  classes = 0,
  count = 7,
  objective = 'reg:squarederror',
  base = 0.5,
  dart = false,
}) {
  const draw = random(seed)
  const make = () => ({
    feature: draw.below(features),
    defaultLeft: draw() < 0.5,
    ...(draw() < 0.25
      ? { set: someCategories(draw) }
      : { threshold: Math.fround(draw.of([0, 0.5, 2.5, 0.1, Infinity, 1e-35, 4 * draw() - 2, draw.below(70)])) }),
  })
  const trees = Array.from({ length: count * Math.max(1, classes) }, () =>
    grow(draw, 1 + draw.below(12), make, () => Math.fround(2 * draw() - 1)),
  )
  return { features, classes, objective, base, trees, weights: dart ? trees.map(() => Math.fround(draw())) : null }
}

export function xgboostMargins(model, row, base) {
  const margins = new Array(Math.max(1, model.classes)).fill(base)
  model.trees.forEach((tree, t) => {
    const value = leaf(tree, (node) => {
      const x = row[node.feature]
      if (Number.isNaN(x)) return node.defaultLeft
      if (node.set === undefined) return x < node.threshold
      return !(x >= 0 && x < 2 ** 24) || !memberOf(node.set, Math.trunc(x))
    })
    const output = t % margins.length
    margins[output] = Math.fround(
      margins[output] + (model.weights === null ? value : Math.fround(value * model.weights[t])),
    )
  })
  return margins
}

export function xgboostModel(model) {
  const trees = model.trees.map((tree) => {
    const nodes = [tree]
    for (const node of nodes) if (node.leaf === undefined) nodes.push(node.left, node.right)
    const at = (node) => nodes.indexOf(node)
    const all = (of) => nodes.map(of)
    const isLeaf = (node) => node.leaf !== undefined
    const sets = nodes.flatMap((node, n) => (node.set ? [[n, node.set]] : []))
    return {
      left_children: all((node) => (isLeaf(node) ? -1 : at(node.left))),
      right_children: all((node) => (isLeaf(node) ? -1 : at(node.right))),
      split_conditions: all((node) => (isLeaf(node) ? node.leaf : (node.threshold ?? 0))),
      split_indices: all((node) => node.feature ?? 0),
      split_type: all((node) => (node.set ? 1 : 0)),
      default_left: all((node) => (node.defaultLeft ? 1 : 0)),
      sum_hessian: all((_, n) => 1 + n),
      categories: sets.flatMap(([, set]) => set),
      categories_nodes: sets.map(([n]) => n),
      categories_segments: sets.map((_, i) => sets.slice(0, i).reduce((sum, [, set]) => sum + set.length, 0)),
      categories_sizes: sets.map(([, set]) => set.length),
      tree_param: { num_nodes: String(nodes.length), size_leaf_vector: '0' },
    }
  })
  const inner = {
    name: 'gbtree',
    model: { gbtree_model_param: {}, tree_info: trees.map((_, t) => t % Math.max(1, model.classes)), trees },
  }
  return {
    version: [1, 7, 4],
    learner: {
      feature_names: [],
      feature_types: [],
      gradient_booster: model.weights === null ? inner : { name: 'dart', gbtree: inner, weight_drop: model.weights },
      learner_model_param: {
        base_score: model.base,
        num_class: String(model.classes),
        num_feature: String(model.features),
        num_target: '1',
      },
      objective: { name: model.objective },
    },
  }
}

/** JSON as XGBoost writes it: infinities are bare words. */
export const xgboostJson = (model) =>
  JSON.stringify(xgboostModel(model), (_, value) => (value === Infinity ? '∞' : value)).replaceAll('"∞"', 'Infinity')

/** The same in UBJSON, with typed arrays where all numbers are floats or all are whole. */
export function ubjson(value) {
  const bytes = []
  const fixed = (size, write) => {
    const view = new DataView(new ArrayBuffer(size))
    write(view)
    bytes.push(...new Uint8Array(view.buffer))
  }
  const letter = (text) => bytes.push(text.charCodeAt(0))
  const long = (n) => (letter('L'), fixed(8, (view) => view.setBigInt64(0, BigInt(n))))
  const string = (text) => (long(Buffer.byteLength(text)), bytes.push(...Buffer.from(text)))
  const put = (v) => {
    if (typeof v === 'string') return (letter('S'), string(v))
    if (typeof v === 'boolean') return letter(v ? 'T' : 'F')
    if (typeof v === 'number' && Number.isInteger(v)) return (letter('l'), fixed(4, (view) => view.setInt32(0, v)))
    if (typeof v === 'number') return (letter('d'), fixed(4, (view) => view.setFloat32(0, v)))
    if (!Array.isArray(v)) {
      letter('{')
      for (const [key, member] of Object.entries(v)) (string(key), put(member))
      return letter('}')
    }
    letter('[')
    if (v.length > 0 && v.every((n) => typeof n === 'number')) {
      const whole = v.every(Number.isInteger)
      ;(letter('$'), letter(whole ? 'l' : 'd'), letter('#'), long(v.length))
      for (const n of v) fixed(4, (view) => (whole ? view.setInt32(0, n) : view.setFloat32(0, n)))
      return undefined
    }
    ;(letter('#'), long(v.length))
    for (const member of v) put(member)
    return undefined
  }
  put(value)
  return Uint8Array.from(bytes)
}
