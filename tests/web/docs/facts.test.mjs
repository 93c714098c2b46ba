// Lists in the documents that the code has too: what stands here and what the code says must be the same.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { planFeatures } from '../../../build/web/build/sections/features.js'
import { FEATURE, SECTION, SOURCE } from '../../../build/web/generated/numbers.js'
import { LOWERINGS } from '../../../build/web/import/onnx/lower/index.js'
import { SUPPORTED } from '../../../build/web/import/onnx/reference/index.js'
import { build, readInteractions, readItems } from '../../../dist/build.js'
import { blocksOf, folderFor, root, textOf } from '../helpers/docs.mjs'

const schemaOf = (name) => JSON.parse(readFileSync(`${root}/dist/${name}.schema.json`, 'utf8'))
/** The names in the first column of the table whose head begins so. */
function firstColumn(document, head) {
  const lines = textOf(document).split('\n')
  const first = lines.findIndex((line) => line.startsWith(`| ${head} |`))
  assert.ok(first >= 0, `${document}: no table | ${head} |`)
  const after = lines.slice(first + 2)
  const rows = after.slice(
    0,
    after.findIndex((line) => !line.startsWith('|')),
  )
  return rows.flatMap((row) => [...row.split(' | ')[0].matchAll(/`([^`]+)`/g)].map((match) => match[1]))
}

test('ops of ONNX', () => {
  const [onInputs, onShapes] = blocksOf('web/import/README.md')
    .filter(({ language }) => language === 'text')
    .slice(-2)
    .map(({ code }) => code.trim().split(/\s+/))
  const own = ['Linear', 'Silu'] // what fusion makes
  const lowered = Object.keys(LOWERINGS).filter((op) => !own.includes(op))
  assert.deepEqual(onInputs, lowered.sort())
  assert.deepEqual(onShapes, [...SUPPORTED.filter((op) => !lowered.includes(op)), 'If'].sort())
})

test("what a model's inputs are fed with", () => {
  const kinds = schemaOf('config').properties.tower.properties.inputs.additionalProperties.anyOf[0].properties.from.enum
  assert.deepEqual(firstColumn('web/import/README.md', '`from`').sort(), [...kinds].sort())
})

test('features: each that is named can be built, and none of their kinds is left out', async () => {
  const document = 'src/rank/README.md'
  const names = firstColumn(document, 'feature')
  const folder = await folderFor(document)
  const inputs = {
    interactions: await readInteractions([`${folder}/ratings.csv`]),
    items: await readItems([`${folder}/movies.csv`]),
    embeddings: null,
  }
  const config = {
    ...{ features: names, context: { hour: 'number', country: ['de', 'fr'] } },
    ...{ tune: false, threads: 1, sources: { als: true, i2i: true } },
  }
  const { record } = await build(inputs, config, 1, { say() {}, stage() {} })
  assert.deepEqual(
    names.filter((name) => !record.features.includes(name)),
    [],
  )
  const sources = [
    ...['i2i', 'popular'].map((name) => ({ name, kind: name === 'popular' ? SOURCE.popularity : SOURCE.postings })),
    { name: 'als', kind: SOURCE.vectors, ordinal: 0 },
  ]
  const { features } = planFeatures(config, { columns: inputs.items.columns }, sources)
  assert.deepEqual([...new Set(features.map(({ kind }) => kind))].sort(), Object.keys(FEATURE).sort())
})

test('rules: each has an example in the guide, and nothing of theirs is left unsaid', () => {
  const { rules, sources } = schemaOf('policy').properties
  const policies = blocksOf('src/rerank/README.md').filter(({ language }) => language === 'json')
  const shown = new Set(policies.flatMap(({ code }) => Object.keys(JSON.parse(code).rules ?? {})))
  assert.deepEqual([...shown].sort(), Object.keys(rules.properties).sort())
  const keys = Object.keys(sources.additionalProperties.properties)
  assert.deepEqual(firstColumn('src/rerank/README.md', 'key').sort(), keys.sort())
})

test('the architecture names the folders in the order that the structure test enforces, and files that exist', () => {
  const document = 'src/README.md'
  const order = /ORDER = \[(.*)\]/.exec(readFileSync(`${root}/tests/web/structure.test.mjs`, 'utf8'))[1]
  const folders = [...order.matchAll(/'([^']+)'/g)].map((match) => match[1])
  assert.deepEqual(
    firstColumn(document, 'folder').map((name) => name.replace(/\/$/, '')),
    folders,
  )
  for (const [, path] of textOf(document).matchAll(/`((?:src|web)\/[\w./-]*)`/g))
    assert.ok(existsSync(`${root}/${path}`), path)
})

test('the kinds of sections, and limits, are those of the headers', () => {
  const header = (name) => readFileSync(`${root}/src/${name}`, 'utf8')
  const kinds = Object.entries(SECTION).map(([name, kind]) => `${kind} ${name}`)
  const text = textOf('src/bundle/FORMAT.md')
  assert.deepEqual(
    [...text.matchAll(/^\| (\d+) \| (\w+) \|/gm)].map(([, kind, name]) => `${kind} ${name}`),
    kinds,
  )
  const limits = /^## Limits\n\n(.*)/m.exec(text)[1].replaceAll(',', '')
  for (const [words, name, file] of [
    ['sections', 'SECTIONS', 'bundle/format.h'],
    ['sources', 'SOURCES', 'bundle/policy.h'],
    ['event names', 'EVENTS', 'bundle/policy.h'],
    ['spaces', 'SPACES', 'funnel/state.h'],
    ['attributes', 'ATTRIBUTES', 'bundle/attributes.h'],
  ]) {
    const most = new RegExp(`#define MT_MAX_${name} (\\d+)u`).exec(header(file))[1]
    assert.match(limits, new RegExp(`(^| )${most} ${words}`), `${most} ${words}`)
  }
})
