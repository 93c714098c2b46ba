// Progress: what is said of a stage, one line on a terminal that renews itself, silence in a pipe.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { peakMemory } from '../../../build/web/cli/memory.js'
import { Bar, lineOf } from '../../../build/web/cli/progress.js'
import { file, path } from '../helpers/files.mjs'

const CLI = new URL('../../../dist/cli.js', import.meta.url).pathname
const MEMORY = new URL('../../../build/web/cli/memory.js', import.meta.url).href

test('a stage says its share, its rows, and how long the rest takes where that can be known', () => {
  const reading = { name: 'reading log.csv', total: 200 }
  assert.equal(lineOf({ ...reading, done: 0, rows: 0, seconds: 0 }), 'reading log.csv')
  assert.equal(lineOf({ ...reading, done: 50, rows: 12_345, seconds: 1 }), 'reading log.csv 25%, 12,345 rows')
  assert.equal(lineOf({ ...reading, done: 50, rows: 2.06e6, seconds: 10 }), 'reading log.csv 25%, 2.1 million rows, 30 s left') // prettier-ignore
  assert.equal(lineOf({ ...reading, done: 50, seconds: 100 }, '█░'), 'reading log.csv █░ 25%, 5 min left')
  assert.equal(lineOf({ ...reading, done: 1, seconds: 40 }), 'reading log.csv 0%, 2 h 13 min left')
  assert.equal(lineOf({ ...reading, done: 200, rows: 5e6, seconds: 9 }), 'reading log.csv 100%, 5.0 million rows')
  assert.equal(lineOf({ name: 'training neighbours', done: 0, total: 1, seconds: 1 }), 'training neighbours')
  assert.equal(lineOf({ name: 'training neighbours', done: 0, total: 1, seconds: 12.5 }), 'training neighbours, 13 s')
})

const log = file(
  'log.csv',
  `user_id,item_id\n${Array.from({ length: 60_000 }, (_, n) => `u${n % 900},i${n % 101}\n`).join('')}`,
)
const command = [process.execPath, CLI, 'check', '--interactions', log]

test('in a pipe nothing is said of a stage that is short', () => {
  const { status, stderr } = spawnSync(command[0], command.slice(1), { encoding: 'utf8' })
  assert.deepEqual([status, stderr], [0, ''])
})

const hasTerminal = spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0

test('on a terminal a line renews itself, and is gone at the end', { skip: !hasTerminal && 'needs script(1)' }, () => {
  const { stdout } = spawnSync('script', ['-qec', `${command.join(' ')} > ${path('out')}`, '/dev/null'], {
    encoding: 'utf8',
  })
  assert.match(stdout, /reading .*log\.csv █+ 100%, 59,\d+ rows/)
  assert.doesNotMatch(stdout, /\n./, 'one line')
  assert.ok(stdout.includes('\u001b[0K') || stdout.includes('\u001b[2K'), 'it is cleared')
})

test(
  'interrupted, it shows the cursor again, and the process ends by the signal',
  { skip: !hasTerminal && 'needs script(1)' },
  () => {
    const code = `
    const { Bar } = await import('${new URL('../../../build/web/cli/progress.js', import.meta.url)}')
    new Bar(false).update('reading log.csv', 1, 2)
    process.kill(process.pid, 'SIGINT')
    setTimeout(() => {}, 20_000)`
    const run = `${process.execPath} --input-type=module -e "$CODE"; echo ended by $?`
    const { stdout } = spawnSync('script', ['-qec', run, '/dev/null'], {
      encoding: 'utf8',
      env: { ...process.env, CODE: code },
    })
    assert.ok(stdout.lastIndexOf('\u001b[?25h') > stdout.lastIndexOf('\u001b[?25l'))
    assert.match(stdout, /ended by 130/)
  },
)

test('without a terminal a long stage says a line now and then', (t) => {
  let now = 0
  t.mock.method(performance, 'now', () => now)
  const said = []
  const bar = new Bar(false, { isTTY: false, write: (text) => said.push(text) })
  for (; now <= 100_000; now += 100) bar.update('reading log.csv', now, 100_000, 10 * now)
  assert.deepEqual(said, [
    'reading log.csv 30%, 300,000 rows, 2 min left\n',
    'reading log.csv 60%, 600,000 rows, 40 s left\n',
    'reading log.csv 90%, 900,000 rows, 10 s left\n',
  ])
  // short stages, one after the other, are a long one
  for (let stage = 0; stage < 4; stage++, now += 10_000) bar.update(`training ${stage}`, 1, 2)
  assert.equal(said.length, 4)
})

test('how long each stage took is kept, quiet or not, and what comes again is added up', (t) => {
  let now = 0
  t.mock.method(performance, 'now', () => now)
  const bar = new Bar(true)
  for (const [name, seconds] of [
    ['reading', 2],
    ['trying', 3],
    ['asking', 1],
    ['trying', 4],
  ]) {
    bar.update(name, 0, 1)
    now += 1000 * seconds
    bar.update(name, 1, 1)
  }
  bar.stop()
  now += 9000
  bar.update('writing', 0, 1)
  now += 500
  assert.deepEqual(bar.took(), [
    { name: 'reading', seconds: 2 },
    { name: 'trying', seconds: 7 },
    { name: 'asking', seconds: 1 },
    { name: 'writing', seconds: 0.5 },
  ])
})

test('the memory of a process is its own, whoever started it', async () => {
  const before = peakMemory()
  const held = Buffer.alloc(3e8, 1)
  assert.ok(peakMemory() >= before + 2e8 && held[0] === 1)
  const code = `console.log((await import(${JSON.stringify(MEMORY)})).peakMemory())`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [text] = await once(child.stdout, 'data')
  if (process.platform === 'linux') assert.ok(Number(text) < 2e8, `${text} bytes`)
})
