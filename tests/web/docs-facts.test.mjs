// Lists in the documents that the code has too: what stands here and what the code says must be the same.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { SUPPORTED } from '../../build/web/import/reference/index.js'
import { blocksOf, root, textOf } from './docs-helpers.mjs'

const schemaOf = (name) => JSON.parse(readFileSync(`${root}/dist/${name}.schema.json`, 'utf8'))
/** The names in the first column of the table whose head begins so. */
function firstColumn(document, head) {
  const lines = textOf(document).split('\n')
  const first = lines.findIndex((line) => line.startsWith(`| ${head} |`))
  assert.ok(first >= 0, `${document}: no table | ${head} |`)
  const after = lines.slice(first + 2)
  const rows = after.slice(0, after.findIndex((line) => !line.startsWith('|')))
  return rows.flatMap((row) => [...row.split(' | ')[0].matchAll(/`([^`]+)`/g)].map((match) => match[1]))
}

test('ops of ONNX', () => {
  const ops = blocksOf('web/import/README.md')
    .filter(({ language }) => language === 'text')
    .at(-1)
    .code.trim()
    .split(/\s+/)
  assert.deepEqual(ops, [...SUPPORTED, 'If'].sort())
})

test("what a model's inputs are fed with", () => {
  const kinds = schemaOf('config').definitions.input.anyOf[0].enum
  assert.deepEqual(firstColumn('web/import/README.md', '`from`').sort(), [...kinds].sort())
})
