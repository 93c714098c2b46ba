// Files appear whole or not at all: what becomes of a part whose process was killed, and of a disk that is full.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { once } from 'node:events'
import { hostname } from 'node:os'
import { test } from 'node:test'
import { removeAbandoned } from '../../../build/web/read/whole.js'
import { writeNpy } from '../../../build/web/read/write-npy.js'
import { writeTable } from '../../../build/web/read/write-table.js'
import { writeAtomically } from '../../../dist/build.js'
import { file, path } from '../helpers/files.mjs'

const CLI = new URL('../../../dist/cli.js', import.meta.url).pathname
const BUILD = new URL('../../../dist/build.js', import.meta.url).pathname
const COLUMNS = [{ name: 'a', type: 'INT32' }]

/** A number that no process has: that of one which has ended. */
const nobody = spawnSync(process.execPath, ['-e', '']).pid
let folders = 0
const folder = () => {
  mkdirSync(path(`whole-${++folders}`))
  return path(`whole-${folders}`)
}

/** A process that is killed between what it wrote and the renaming. */
async function killed(out) {
  const code = `
    import fs from 'node:fs'
    fs.renameSync = () => { fs.writeSync(1, 'written'); for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0) }
    const { syncBuiltinESMExports } = await import('node:module')
    syncBuiltinESMExports()
    const { writeAtomically } = await import(${JSON.stringify(BUILD)})
    await writeAtomically(${JSON.stringify(out)}, 'half')`
  const one = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(one.stdout, 'data')
  return { part: `out.${one.pid}@${hostname()}.part`, kill: () => (one.kill('SIGKILL'), once(one, 'exit')) }
}

test('the part of a process that was killed goes with the next write, that of one that works stays', async () => {
  const at = folder()
  const one = await killed(`${at}/out`)
  assert.deepEqual(readdirSync(at), [one.part])
  await writeAtomically(`${at}/out`, 'whole')
  assert.deepEqual(readdirSync(at).sort(), ['out', one.part], 'it may yet be renamed')
  await one.kill()
  await writeAtomically(`${at}/out`, 'whole again')
  assert.deepEqual(readdirSync(at), ['out'])
  assert.equal(readFileSync(`${at}/out`, 'utf8'), 'whole again')
})

test('every writer tidies up its own place alone', async () => {
  const writers = {
    bundle: (out) => writeAtomically(out, 'whole'),
    'array.npy': (out) => writeNpy(out, [1], new Float32Array(1)),
    'table.csv': (out) => writeTable(out, COLUMNS).finish(),
    'table.parquet': (out) => writeTable(out, COLUMNS).finish(),
  }
  for (const [name, write] of Object.entries(writers)) {
    const at = folder()
    const others = [
      `other.${nobody}@${hostname()}.part`,
      `${name}.backup.part`,
      `${name}.part`,
      `${name}.${nobody}.parts`,
    ]
    for (const other of [...others, `${name}.${nobody}@${hostname()}.part`, `${name}.${nobody}.part`])
      writeFileSync(`${at}/${other}`, '')
    await write(`${at}/${name}`)
    assert.deepEqual(readdirSync(at).sort(), [name, ...others].sort())
  }
})

test('a part of another host stays for a day', () => {
  const at = folder()
  const part = `${at}/out.${nobody}@elsewhere.example.part`
  writeFileSync(part, '')
  removeAbandoned(`${at}/out`)
  assert.ok(existsSync(part), 'nobody here sees whether its process lives')
  const before = Date.now() / 1000 - 25 * 3600
  utimesSync(part, before, before)
  removeAbandoned(`${at}/out`)
  assert.ok(!existsSync(part))
})

test('a build removes what a killed one left before it reads anything', async () => {
  const at = folder()
  const one = await killed(`${at}/out`)
  await one.kill()
  const run = spawnSync(process.execPath, [CLI, 'build', '-o', `${at}/out`, '--interactions', `${at}/none.csv`])
  assert.equal(run.status, 1)
  assert.deepEqual(readdirSync(at), [])
})

const log = file(
  'log.csv',
  ['user_id,item_id', ...Array.from({ length: 2000 }, (_, n) => `u${n % 90},item number ${n % 101}`)].join('\n'),
)
/** What limits files, or a disk: a shell that runs "$@" under it. */
const LIMITS = {
  'a limit on the size of files (ulimit -f)': { shell: 'ulimit -f 1; "$@"' },
  'a full disk': {
    shell: 'mount -t tmpfs -o size=4k none "$AT" && cd "$AT" && "$@"; code=$?; ls "$AT"; exit $code',
    within: ['unshare', '-rm'],
  },
}

for (const [found, { shell, within = [] }] of Object.entries(LIMITS)) {
  const run = (at, ...command) => {
    const [name, ...args] = [...within, 'sh', '-c', shell, 'sh', ...command]
    return spawnSync(name, args, { encoding: 'utf8', env: { ...process.env, AT: at } })
  }
  const skip = run(folder(), 'true').status === 0 ? false : `needs ${within.join(' ') || 'ulimit'}`
  test(`${found}: one sentence, no bundle, no part`, { skip }, () => {
    const at = folder()
    const out = `${at}/out.martello`
    const { status, stdout, stderr } = run(at, process.execPath, CLI, 'build', '-o', out, '--interactions', log)
    assert.equal(status, 1, stderr)
    assert.equal(stdout, '', 'nothing is left')
    assert.equal(
      stderr.split('\n').filter((line) => line.startsWith('martello: '))[0],
      `martello: ${out}: found ${found}, expected room for the file`,
    )
    assert.doesNotMatch(stderr, /\n\s+at /, 'no stack')
    assert.deepEqual(readdirSync(at), [])
  })
}

test('a link stays one, and what is written to a device or a pipe goes through it', async () => {
  const at = folder()
  writeFileSync(`${at}/file`, 'old')
  symlinkSync('file', `${at}/link`)
  await writeAtomically(`${at}/link`, 'new')
  assert.ok(lstatSync(`${at}/link`).isSymbolicLink())
  assert.equal(readFileSync(`${at}/file`, 'utf8'), 'new')
  symlinkSync('nothing-yet', `${at}/ahead`)
  await writeAtomically(`${at}/ahead`, 'new')
  assert.equal(readFileSync(`${at}/nothing-yet`, 'utf8'), 'new')
  const code = `(await import('${BUILD}')).writeAtomically('/dev/stdout', 'through')`
  const piped = spawnSync('sh', ['-c', '"$0" --input-type=module -e "$1" | cat', process.execPath, code])
  assert.equal(String(piped.stdout), 'through')
  spawnSync('mkfifo', [`${at}/pipe`])
  if (existsSync(`${at}/pipe`)) {
    const reader = spawn('cat', [`${at}/pipe`])
    const [read] = await Promise.all([once(reader.stdout, 'data'), writeAtomically(`${at}/pipe`, 'through')])
    assert.equal(String(read[0]), 'through')
    assert.ok(lstatSync(`${at}/pipe`).isFIFO())
  }
  assert.deepEqual(
    readdirSync(at).filter((name) => name.endsWith('.part')),
    [],
  )
})
