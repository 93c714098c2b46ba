// The packed package on servers: Node 20, 22 and 24, Deno and Bun, each asked the same, answering with the same bits.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { app, expected, need } from './prepare.mjs'
import { runtimes } from './runtimes.mjs'

const run = promisify(execFile)
writeFileSync(
  join(app, 'ask.mjs'),
  `import { readFile } from 'node:fs/promises'
import { init, Recommender } from 'martello'
import { answersOf, BUNDLE, whole } from './requests.mjs'

const answers = JSON.stringify(answersOf(await Recommender.open(BUNDLE)))
// the core may come from elsewhere, and a bundle as a file's URL, bytes or a stream
const file = new URL(BUNDLE, import.meta.url)
const bytes = await readFile(file)
await init({ bytes: await readFile(new URL('../node_modules/martello/dist/core.wasm', import.meta.url)) })
for (const source of [file, bytes, new Blob([bytes]).stream(), new Response(bytes)])
  if (JSON.stringify(answersOf(await whole(Recommender.open(source)))) !== answers) throw new Error('other answers')
process.stdout.write(answers)
`,
)

test('what is compared has the whole funnel in it', () => {
  const { sources, spaces, asked } = JSON.parse(expected())
  const answers = asked.filter(({ trace }) => trace?.recalled)
  for (const name of [...sources, 'text'])
    if (name !== 'new') assert.ok(answers.some(({ trace }) => trace.recalled[name] > 0), `nothing came from ${name}`) // prettier-ignore
  assert.ok(['embeddings', 'graph', 'summer'].every((name) => sources.includes(name)) && spaces.length === 3)
  const items = answers.flatMap((answer) => answer.items)
  const some = (what, has) => assert.ok(items.filter(has).length > 100, what)
  some('trees say what moved them', (item) => item.features?.some(({ contribution }) => contribution !== 0))
  some('the imported tower brought items', (item) => item.explain?.embeddings?.rank > 0)
  some('diversity took something off', (item) => item.rules?.penalty > 0)
  some('a rule was about it', (item) => item.rules?.hits.length > 0)
  assert.ok(answers.some(({ trace }) => trace.skipped?.['caps[0]'] > 0))
})

for (const { name, needs, command } of runtimes)
  test(name, async (t) => {
    const why = need(...needs)
    if (why) return t.skip(why)
    const { stdout } = await run(command[0], [...command.slice(1), 'ask.mjs'], { cwd: app, maxBuffer: 1 << 28 })
    assert.ok(stdout === expected(), `${name} answers otherwise than Node ${process.version}`)
  })
