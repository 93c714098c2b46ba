// Numbers that bundles hold: TypeScript's are those of the lists in src/bundle, and no file of web/ has a second copy.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import * as numbers from '../../build/web/generated/numbers.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The lines of a list as its header has them: [name, number] each. */
function listOf(header, list) {
  const text = readFileSync(join(root, 'src/bundle', header), 'utf8')
  const body = new RegExp(`#define ${list}\\(X\\)([^]*?[^\\\\])\\n`).exec(text)[1].replace(/\/\*[^]*?\*\//g, '')
  return [...body.matchAll(/X\((\w+), (\d+)(?:, (\w+))?/g)].map(([, name, number, called]) => [
    CALLED.includes(list) ? called : name.toLowerCase(),
    Number(number),
  ])
}

/** Lists whose third column is what TypeScript calls their members. */
const CALLED = ['MT_METRICS', 'MT_TYPES', 'MT_FEED_KINDS', 'MT_FEED_SIDES', 'MT_FEED_PARTS', 'MT_LINKS']

const LISTS = {
  SECTION: ['format.h', 'MT_SECTION_KINDS'],
  ATTRIBUTE: ['attributes.h', 'MT_ATTRIBUTE_TYPES'],
  KEY: ['postings.h', 'MT_KEY_KINDS'],
  SOURCE: ['policy.h', 'MT_SOURCE_KINDS'],
  ROLE: ['policy.h', 'MT_SOURCE_ROLES'],
  FUSION: ['policy.h', 'MT_FUSIONS'],
  METRIC: ['vectors.h', 'MT_METRICS'],
  TOWER: ['tower.h', 'MT_TOWER_KINDS'],
  RANKER: ['ranker.h', 'MT_RANKER_MODELS'],
  FEATURE: ['features.h', 'MT_FEATURE_KINDS'],
  AGE_UNIT: ['features.h', 'MT_AGE_UNITS'],
  RULE: ['rules.h', 'MT_RULE_KINDS'],
  RECORD: ['rules.h', 'MT_RECORDS'],
  CONDITION: ['rules.h', 'MT_CONDITION_KINDS'],
  CONDITION_FLAG: ['rules.h', 'MT_CONDITION_FLAGS'],
  OP: ['ops.h', 'MT_OPS'],
  UNARY: ['ops.h', 'MT_UNARIES'],
  BINARY: ['ops.h', 'MT_BINARIES'],
  WHOLE: ['ops.h', 'MT_WHOLES'],
  REDUCE: ['ops.h', 'MT_REDUCES'],
  TYPE: ['program.h', 'MT_TYPES'],
  ELEMENT: ['program.h', 'MT_ELEMENTS'],
  FEED: ['binding.h', 'MT_FEED_KINDS'],
  SIDE: ['binding.h', 'MT_FEED_SIDES'],
  PART: ['binding.h', 'MT_FEED_PARTS'],
  LINK: ['trees.h', 'MT_LINKS'],
}

test('the generated numbers are those of the headers, each given once and ascending', () => {
  for (const [name, [header, list]] of Object.entries(LISTS)) {
    const lines = listOf(header, list)
    assert.ok(lines.length > 1, name)
    assert.deepEqual(Object.entries(numbers[name]), lines, name)
    if (header === 'ops.h') lines.forEach(([, number], i) => assert.equal(number, i, name)) // without a hole
    lines.forEach(([, number], i) => i > 0 && assert.ok(number > lines[i - 1][1], `${name}: ${lines[i]}`))
  }
  const generated = Object.keys(numbers).filter(
    (name) => !['OPTIONAL_SECTIONS', 'SECTION_STAGE'].includes(name) && typeof numbers[name] !== 'number',
  )
  assert.deepEqual(generated.sort(), Object.keys(LISTS).sort())
})

test('no file of web/ has a list of them of its own', () => {
  const files = readdirSync(join(root, 'web'), { recursive: true }).filter((name) => /(?<!\.d)\.ts$/.test(name))
  for (const name of files) {
    if (name.startsWith('generated')) continue
    const code = readFileSync(join(root, 'web', name), 'utf8')
    for (const [list, values] of Object.entries(numbers)) {
      if (LISTS[list] === undefined) continue
      // an object that gives two of the list's names their numbers
      for (const [, body] of code.matchAll(/\{([^{}]*)\}/g)) {
        const given = [...body.matchAll(/\b(\w+): (\d+)\b/g)].filter(
          ([, key, number]) => values[key] === Number(number),
        )
        assert.ok(
          given.length < 2,
          `web/${name}: ${given.map(([text]) => text)}: import ${list} from generated/numbers.js`,
        )
      }
    }
  }
})

test('the limits are those of the headers, and what people read of them in schemas is too', () => {
  const text = ['bundle', 'base'].flatMap((folder) =>
    readdirSync(join(root, 'src', folder)).map((name) => readFileSync(join(root, 'src', folder, name), 'utf8')),
  )
  text.push(readFileSync(join(root, 'src/martello.h'), 'utf8'))
  const plain = Object.entries(numbers).flatMap(([name, number]) => {
    const said = new RegExp(`#define MT_${name} (\\w+?)u?\\b`).exec(text.join('\n'))?.[1]
    return typeof number === 'number' && /^(0x[0-9a-f]+|\d+)$/.test(said) ? [[name, number, Number(said)]] : []
  })
  assert.ok(plain.length > 20)
  for (const [name, number, said] of plain) assert.equal(number, said, name)

  const [config, policy] = ['config', 'policy'].map((name) => {
    const { properties } = JSON.parse(readFileSync(join(root, `dist/${name}.schema.json`), 'utf8'))
    return properties
  })
  const { caps, pins, quotas, diversity, pattern } = policy.rules.properties
  const of = (schema) => schema.items.properties
  for (const [bound, limit] of [
    [config.shelf.maximum, 'MAX_K'],
    [config.events.maxProperties, 'MAX_EVENTS'],
    [config.features.anyOf[2].maxItems, 'MAX_FEATURES'],
    [config.context.maxProperties, 'MAX_FIELDS'],
    [config.ranker.properties.candidates.maximum, 'MAX_RANKED'],
    [policy.shelf.maximum, 'MAX_K'],
    [policy.sources.additionalProperties.properties.quota.maximum, 'MAX_QUOTA'],
    [of(caps).most.maximum, 'MAX_POSITION'],
    [of(caps).window.maximum, 'MAX_POSITION'],
    [of(pins).position.maximum, 'MAX_POSITION'],
    [of(quotas).least.maximum, 'MAX_POSITION'],
    [diversity.anyOf[1].properties.pool.maximum, 'MAX_POOL'],
    [pattern.maxLength, 'PATTERN'],
  ])
    assert.equal(bound, numbers[limit], limit)
})
