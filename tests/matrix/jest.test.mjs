// Under Jest, whose jsdom is a page with little of one, and whose realm is not Node's: the package is imported by either of
// its entries, and opens bytes once the test's set-up has given it an encoder.
import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { app, folder, need } from './prepare.mjs'
import { BUNDLE } from './requests.mjs'

const SUITE = `
import { readFileSync } from 'node:fs'
import { TextDecoder, TextEncoder } from 'node:util'
import { MartelloError, Recommender } from 'martello'
import { RecommenderClient } from 'martello/client'
import 'martello/keep'
import 'martello/profile'
import 'martello/offline'

const bytes = readFileSync(${JSON.stringify(join(app, BUNDLE))})

test('imported, and without an encoder it says what it lacks', async () => {
  expect(RecommenderClient).toBeDefined()
  await expect(Recommender.open(bytes)).rejects.toThrow(/TextDecoder is not defined/)
})

test('bytes of this realm and of the other', async () => {
  Object.assign(globalThis, { TextDecoder, TextEncoder })
  const whole = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)
  for (const source of [bytes, whole, new Uint8Array(bytes), new Uint8Array(bytes).buffer]) {
    const rec = await Recommender.open(source)
    expect(rec.recommend({ k: 3 }).items.length).toBe(3)
  }
  await expect(Recommender.open({})).rejects.toThrow(MartelloError)
})
`

for (const condition of ['browser', 'node'])
  test(`Jest with jsdom, by the condition "${condition}"`, async (t) => {
    const why = need('jest@30.2.0', 'jest-environment-jsdom@30.2.0')
    if (why) return t.skip(why)
    const place = join(folder, `jest-${condition}`)
    mkdirSync(place, { recursive: true })
    writeFileSync(join(place, 'package.json'), '{ "private": true, "type": "module" }')
    writeFileSync(join(place, 'open.test.mjs'), SUITE)
    const config = {
      testEnvironment: 'jsdom',
      testMatch: ['**/open.test.mjs'],
      testEnvironmentOptions: { customExportConditions: [condition] },
    }
    writeFileSync(join(place, 'jest.config.json'), JSON.stringify(config))
    const jest = join(folder, 'node_modules/jest/bin/jest.js')
    await promisify(execFile)(process.execPath, ['--experimental-vm-modules', jest], { cwd: place }).catch(
      ({ stdout, stderr }) => {
        throw new Error(`${stdout}${stderr}`)
      },
    )
  })
