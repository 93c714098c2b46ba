// The packed package on servers, bundles that are signed: each runtime opens what the key signed, from a path and over HTTP, with the same
// answers, and refuses what is altered, unsigned, of another key, expired, or older than it has seen.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { fromNow, manifestOf, signer } from '../web/helpers/signed.mjs'
import { app, expected, need } from './prepare.mjs'
import { BUNDLE } from './requests.mjs'
import { runtimes } from './runtimes.mjs'

const run = promisify(execFile)
const KEY = signer()
const bytes = readFileSync(join(app, BUNDLE))
const altered = Buffer.from(bytes)
altered[bytes.length >> 1] ^= 1
const says = (what = {}, by = KEY) => manifestOf(bytes, by, { name: BUNDLE, file: BUNDLE, version: 5, ...what })
/** What a server has in each of its folders, and how it is refused. */
const HOSTS = {
  whole: { manifest: says() },
  altered: { manifest: says(), bundle: altered },
  cut: { manifest: says(), bundle: bytes.subarray(0, -100) },
  unsigned: {},
  key: { manifest: says({}, signer()) },
  expired: { manifest: says({ issued: fromNow(-40), expires: fromNow(-1) }) },
}
let server
before(async () => {
  server = createServer(({ url }, response) => {
    const [host, file] = url.slice(1).split('/')
    const { manifest, bundle = bytes } = HOSTS[host]
    const found = { [`${BUNDLE}.json`]: manifest, [BUNDLE]: bundle }[file]
    if (found === undefined) return response.writeHead(404).end()
    response.end(found)
  })
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
  writeFileSync(join(app, `${BUNDLE}.json`), says())
})
after(() => (server.closeAllConnections(), server.close()))

writeFileSync(
  join(app, 'signed.mjs'),
  `import process from 'node:process'
import { Recommender } from 'martello'
import { answersOf, BUNDLE } from './requests.mjs'

const [host, key, ...refused] = process.argv.slice(2)
const rec = await Recommender.open(host + 'whole/' + BUNDLE, { key })
await rec.complete
const byPath = await Recommender.open(BUNDLE, { key })
const [answers, same] = [rec, byPath].map((one) => JSON.stringify(answersOf(one)))
if (answers !== same || rec.release.version !== 5) throw new Error('other answers')
const codes = {}
const codeOf = (source, options) => Recommender.open(source, { key, ...options }).then(({ complete }) => complete).then(() => 'opened', (error) => error.code ?? String(error))
for (const one of refused) codes[one] = await codeOf(host + one + '/' + BUNDLE)
codes.rollback = await codeOf(host + 'whole/' + BUNDLE, { atLeast: 6 })
process.stdout.write(JSON.stringify({ codes, answers }))
`,
)

for (const { name, needs, command } of runtimes)
  test(name, async (t) => {
    const why = need(...needs)
    if (why) return t.skip(why)
    const refused = Object.keys(HOSTS).filter((host) => host !== 'whole')
    const args = [...command.slice(1), 'signed.mjs', `http://127.0.0.1:${server.address().port}/`, KEY.key, ...refused]
    const { stdout } = await run(command[0], args, { cwd: app, maxBuffer: 1 << 28 })
    const { codes, answers } = JSON.parse(stdout)
    assert.deepEqual(codes, Object.fromEntries([...refused, 'rollback'].map((code) => [code, code])))
    assert.ok(answers === expected(), `${name} answers otherwise than Node ${process.version}`)
  })
