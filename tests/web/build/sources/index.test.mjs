// The register of sources: what the config's schema names, and what each file says of itself.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { FACTORS } from '../../../../build/web/build/fit/config.js'
import { SOURCES } from '../../../../build/web/build/sources/index.js'

const root = new URL('../../../../', import.meta.url)
const names = SOURCES.map(({ name }) => name)

test('the schema names the sources of the register, and no others', () => {
  const { properties } = JSON.parse(readFileSync(new URL('dist/config.schema.json', root), 'utf8'))
  assert.deepEqual(Object.keys(properties.sources.properties).sort(), [...names].sort())
})

test('each source has a file of its name, and one name; factors that are trained by steps share one', () => {
  assert.equal(new Set(names).size, names.length)
  for (const name of names.filter((name) => !FACTORS.includes(name)))
    assert.match(readFileSync(new URL(`web/build/sources/${name}.ts`, root), 'utf8'), new RegExp(`name: '${name}'`))
  for (const name of FACTORS) assert.ok(names.includes(name), name)
})
