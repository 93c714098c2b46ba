// Files as accidents and enemies make them, of every format that is read, through the public ways: each is read, or refused
// in one sentence in our own words. Nothing crashes, nothing hangs, nothing asks for memory far beyond the file.
//
// A file is known by its format and its number: what fails here says both, and fails again.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { FORMATS } from './helpers/hostile.mjs'
import { LONG, rounds } from './helpers/long.mjs'

/** Seconds of this process's time for one file, unless its format says otherwise, and bytes that it may ask for besides 300 times its own. */
const SECONDS = 2
const MOST = 64 << 20
/** Of a thread's own memory, in MB: the modules, and what reading makes. */
const HEAP = 400

/** Reads files `from` to `to` in a thread; what was wrong, by number. */
async function readAll(name, from, to) {
  const { seconds = SECONDS } = FORMATS[name]
  const shared = new SharedArrayBuffer(8)
  const state = new Int32Array(shared)
  const worker = new Worker(new URL('./helpers/hostile-worker.mjs', import.meta.url), {
    workerData: { name, from, to, seed: 1, shared, most: FORMATS[name].most ?? MOST },
    resourceLimits: { maxOldGenerationSizeMb: HEAP },
  })
  let [begun, since] = [0, process.cpuUsage()]
  let late = false
  const watch = setInterval(() => {
    if (begun !== Atomics.load(state, 1)) [begun, since] = [Atomics.load(state, 1), process.cpuUsage()]
    const { user } = process.cpuUsage(since)
    if (begun === 0 || user < seconds * 1e6) return
    late = true
    void worker.terminate()
  }, 50)
  try {
    return await new Promise((resolve, reject) => {
      worker.on('message', resolve)
      worker.on('error', reject)
      worker.on('exit', () => reject(new Error(late ? `no end after ${seconds} s` : 'the thread ended')))
    })
  } catch (error) {
    const at = Atomics.load(state, 0)
    // the thread is gone; the rest in another one
    const rest =
      at + 1 < to && begun > 0 ? await readAll(name, at + 1, to) : { faults: [], counts: { read: 0, refused: 0 } }
    rest.faults.unshift({ i: at, wrong: error.message })
    return rest
  } finally {
    clearInterval(watch)
  }
}

/** Files further on that once broke something. */
const BROKE = { parquet: [21904, 36908] }
/** Which files, and how many; of a dear format fewer. */
const { HOSTILE_FROM = 0, HOSTILE_COUNT = rounds(10_000, 120) } = process.env
for (const [name, { dear = 1 }] of Object.entries(FORMATS))
  test(`${name}: whatever the file holds, it is read or refused in a sentence`, async (t) => {
    const [from, count] = [HOSTILE_FROM, HOSTILE_COUNT].map((number) => Math.ceil(number / dear))
    const { faults, counts } = await readAll(name, from, from + count)
    t.diagnostic(`${count} files: ${counts.read} read, ${counts.refused} refused`)
    for (const i of BROKE[name] ?? []) faults.push(...(await readAll(name, i, i + 1)).faults)
    assert.deepEqual(faults, [])
  })
