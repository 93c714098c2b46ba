// Reads hostile files, one after the other, and says which of them were not refused as they should be. What is being read
// stands in shared memory, so that whoever started this thread knows it when it has to end it.
import { rmSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'

/** Bytes that arrays of numbers were asked for, whether or not they are touched. */
let asked = 0
for (const name of Object.getOwnPropertyNames(globalThis).filter((key) => /^(?!Shared)\w*Array(Buffer)?$/.test(key))) {
  const plain = globalThis[name]
  if (name === 'Array') continue
  globalThis[name] = new Proxy(plain, {
    construct(target, args, self) {
      if (typeof args[0] === 'number') asked += args[0] * (target.BYTES_PER_ELEMENT ?? 1)
      if (asked > most) throw new TooMuch(`${name} of ${args[0]}`)
      return Reflect.construct(target, args, self === globalThis[name] ? target : self)
    },
  })
}
for (const name of ['alloc', 'allocUnsafe']) {
  const plain = Buffer[name]
  Buffer[name] = (size, ...rest) => {
    if ((asked += size) > most) throw new TooMuch(`a buffer of ${size}`)
    return plain(size, ...rest)
  }
}
class TooMuch extends Error {}
let most = Infinity

const { random } = await import('./shop.mjs')
const { FORMATS, hostile } = await import('./hostile.mjs')
const { Learn } = await import('../../../build/web/learn/learn.js')
const take = Learn.prototype.take
Learn.prototype.take = function (bytes) {
  if ((asked += bytes) > most) throw new TooMuch(`${bytes} bytes of wasm memory`)
  return take.call(this, bytes)
}

const { name, from, to, seed, shared } = workerData
const state = new Int32Array(shared)
const folder = mkdtempSync(join(tmpdir(), 'martello-hostile-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const file = (called, bytes) => {
  writeFileSync(join(folder, called), bytes)
  return join(folder, called)
}

/** What no sentence says: words of the platform about its own trouble. */
const PLATFORM =
  /Cannot (read|set|convert|destructure|access|mix|create)|is not (a function|iterable|defined|a constructor)|\bof (undefined|null)\b|Invalid (typed )?array|(Range|Type|Syntax|Reference)Error|call stack|allocation failed|is outside|\n|[\0-\x1f\x7f-\x9f\u2028\u2029]|should be a multiple|DataView|ERR_/

/** What is wrong with how a file was refused, or null. */
function fault(error) {
  if (!['InputError', 'MartelloError', 'LearnError'].includes(error?.name)) return error?.stack ?? String(error)
  const message = error.message.replaceAll(folder, '')
  if (PLATFORM.test(message)) return `words of the platform: ${JSON.stringify(message)}`
  if (message.length > 2500) return `a message of ${message.length} characters: ${message.slice(0, 400)}`
  return null
}

/** What is printed, line by line; people's texts in it may say what the platform says, but move no cursor. */
const UNPRINTABLE = /[\0-\x1f\x7f-\x9f\u2028\u2029]/
function unprintable({ said }) {
  if (!Array.isArray(said)) return null
  const line = said.find((one) => UNPRINTABLE.test(one))
  return line === undefined ? null : `prints ${JSON.stringify(line.slice(0, 400))}`
}

const format = FORMATS[name]
if (typeof format.seeds === 'function') format.seeds = await format.seeds()
const faults = []
const counts = { read: 0, refused: 0 }
for (let i = from; i < to; i++) {
  const draw = random(seed + 7919 * i)
  const { bytes, called } = hostile(format, draw)
  const path = file(called, bytes)
  Atomics.store(state, 0, i)
  Atomics.add(state, 1, 1)
  most = (asked = 0) + workerData.most + 300 * bytes.length
  let wrong = null
  try {
    wrong = unprintable((await format.read(path, draw, bytes, file)) ?? {})
    counts.read++
  } catch (error) {
    counts.refused++
    wrong = fault(error)
  }
  most = Infinity
  rmSync(path)
  if (wrong !== null) faults.push({ i, wrong })
}
Atomics.store(state, 0, -1)
parentPort.postMessage({ faults, counts })
