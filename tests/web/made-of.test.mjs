// Modules of other sources than the JavaScript beside them are refused, by the build and by whoever compiles them: they
// would be read wrongly, without a word.
import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { madeOf, sourcesOf } from '../../web/made-of.mjs'

const root = new URL('../..', import.meta.url).pathname
// within the checkout, where modules find the packages that they import
const folder = mkdtempSync(join(root, 'build/made-of-'))
after(() => rmSync(folder, { recursive: true }))

const MODULES = ['core.wasm', 'learn.wasm']
const OTHER = '0'.repeat(12)
/** The module as other sources would have made it. */
function other(file) {
  const bytes = readFileSync(`${root}dist/${file}`)
  const place = bytes.lastIndexOf(madeOf(bytes))
  return bytes.fill(OTHER, place, place + OTHER.length)
}

test('modules bear the name of the sources here, each its own', () => {
  const expected = sourcesOf(`${root}dist`)
  assert.deepEqual(Object.keys(expected), MODULES)
  assert.notEqual(expected['core.wasm'], expected['learn.wasm'])
  for (const id of Object.values(expected)) assert.match(id, /^[0-9a-f]{12}$/)
})

for (const file of MODULES) {
  const rest = MODULES.find((name) => name !== file)

  test(`no JavaScript is built beside another ${file}`, () => {
    writeFileSync(join(folder, file), other(file))
    cpSync(`${root}dist/${rest}`, join(folder, rest))
    assert.throws(
      () => sourcesOf(folder),
      new RegExp(`/${file}: found 0{12}, expected [0-9a-f]{12}, made of the sources here \\(make all\\)$`),
    )
    writeFileSync(join(folder, file), new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))
    assert.throws(() => sourcesOf(folder), /: found of unknown sources, expected/)
  })
}

test('a builder refuses modules of other sources', async () => {
  const copy = join(folder, 'web')
  for (const name of ['build', 'generated', 'learn', 'read', 'recommender'])
    cpSync(`${root}build/web/${name}`, join(copy, name), { recursive: true })
  for (const [place, file] of [
    ['build', 'core.wasm'],
    ['learn', 'learn.wasm'],
  ])
    writeFileSync(join(copy, place, file), other(file))
  const load = (path) => import(pathToFileURL(join(copy, path)))
  const { emptyCore } = await load('build/core.js')
  const { Learn } = await load('learn/learn.js')
  const refused = (file) => ({
    name: 'MartelloError',
    message: new RegExp(
      `^build: found ${file} 0{12}, expected ${file} [0-9a-f]{12} of the same package; in a checkout, make all$`,
    ),
  })
  await assert.rejects(emptyCore(), refused('core.wasm'))
  await assert.rejects(Learn.start(), refused('learn.wasm'))
})
