// The packed package's types, as every way of resolving modules finds them: Are The Types Wrong.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { folder, need, tarball } from './prepare.mjs'

test('attw accepts the tarball', async (t) => {
  const why = need('@arethetypeswrong/cli@0.18.5')
  if (why) return t.skip(why)
  const attw = join(folder, 'node_modules/.bin/attw')
  // files to be loaded by their address, not to be imported with types
  const files = ['./core.wasm', './page-worker.js']
  const args = ['--profile', 'esm-only', '--exclude-entrypoints', ...files, '--', tarball()]
  await promisify(execFile)(attw, args, { cwd: folder }).catch(({ stdout }) => {
    throw new Error(stdout)
  })
})
