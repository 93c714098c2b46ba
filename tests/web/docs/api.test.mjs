// The API reference: made of the types without a warning, and of every entry of the package.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { root } from '../helpers/docs.mjs'

const read = (path) => JSON.parse(readFileSync(`${root}/${path}`, 'utf8'))

test('every entry of the package that has types is in the reference', () => {
  const { entryPoints } = read('web/typedoc.json')
  const typed = Object.values(read('package.json').exports).flatMap(({ types }) => types ?? [])
  const sources = typed.map((path) => path.replace(/^\.\/dist\/types\/(.*)\.d\.ts$/, '$1.ts'))
  assert.deepEqual([...new Set(sources)].sort(), [...entryPoints].sort())
  for (const [entry, { types }] of Object.entries(read('package.json').exports))
    if (types !== undefined && entry !== './slim') {
      const source = readFileSync(`${root}/web/${types.replace(/^\.\/dist\/types\/(.*)\.d\.ts$/, '$1.ts')}`, 'utf8')
      assert.match(source, new RegExp(`^ \\* @module martello${entry.slice(1)}$`, 'm'), entry)
    }
})

test('everything that is published is documented', () => {
  const typedoc = [
    `${root}/node_modules/typedoc/bin/typedoc`,
    '--options',
    `${root}/web/typedoc.json`,
    '--emit',
    'none',
  ]
  const { status, stdout, stderr } = spawnSync(process.execPath, typedoc, { cwd: root, encoding: 'utf8' })
  assert.equal(status, 0, stdout + stderr)
})
