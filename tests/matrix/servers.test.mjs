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
import { answersOf, BUNDLE } from './requests.mjs'

const answers = JSON.stringify(answersOf(await Recommender.open(BUNDLE)))
// the core may come from elsewhere, and a bundle as a file's URL, bytes or a stream
const file = new URL(BUNDLE, import.meta.url)
const bytes = await readFile(file)
await init({ bytes: await readFile(new URL('../node_modules/martello/dist/core.wasm', import.meta.url)) })
for (const source of [file, bytes, new Blob([bytes]).stream(), new Response(bytes)])
  if (JSON.stringify(answersOf(await Recommender.open(source))) !== answers) throw new Error('other answers')
process.stdout.write(answers)
`,
)

for (const { name, needs, command } of runtimes)
  test(name, async (t) => {
    const why = need(...needs)
    if (why) return t.skip(why)
    const { stdout } = await run(command[0], [...command.slice(1), 'ask.mjs'], { cwd: app, maxBuffer: 1 << 28 })
    assert.ok(stdout === expected(), `${name} answers otherwise than Node ${process.version}`)
  })
