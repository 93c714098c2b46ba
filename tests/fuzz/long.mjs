// Hours of fuzzing, a little of everything in turn, on from where it left off: the C core's fuzzers with the corpora that they keep, and hostile
// files of every format that is read (tests/web/hostile.test.mjs), each round other ones. Beside each other, on two cores.
//
//   node tests/fuzz/long.mjs MINUTES     ends with what was found, or with the hours of processor time so far (build/fuzz/hours.json)
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

const until = Date.now() + 60_000 * Number(process.argv[2] ?? 60)
/** Seconds of one fuzzer, and files of one format (fewer of those that are dear), at a time. */
const [SECONDS, FILES] = [60, 2000]
const CORE = process.argv.slice(3)
const kept = 'build/fuzz/hours.json'
/** Seconds of processor time, by what ran; and the next hostile file. */
const { seconds, next } = existsSync(kept) ? JSON.parse(readFileSync(kept, 'utf8')) : { seconds: {}, next: 0 }
const said = { seconds, next }

/** Runs a command; its processor time with that of all that it started, as the shell tells it. Throws what it printed where it fails. */
async function timed(name, env, ...command) {
  const script = '"$@" >build/fuzz/long-$NAME.log 2>&1; code=$?; times; exit $code'
  const child = spawn('sh', ['-c', script, 'sh', ...command], { env: { ...process.env, ...env, NAME: name }, stdio: ['ignore', 'pipe', 'inherit'] }) // prettier-ignore
  let times = ''
  child.stdout.on('data', (text) => (times += text))
  const code = await new Promise((ended) => child.on('close', ended))
  const spent = [...times.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, m, s]) => sum + 60 * m + +s, 0)
  seconds[name] = (seconds[name] ?? 0) + spent
  writeFileSync(kept, JSON.stringify(said))
  if (code !== 0) {
    const log = readFileSync(`build/fuzz/long-${name}.log`, 'utf8')
    throw new Error(`${name} found something; build/fuzz/long-${name}.log ends with\n${log.slice(-4000)}`)
  }
}

async function core() {
  for (let round = 0; Date.now() < until; round++) {
    const name = CORE[round % CORE.length]
    const limits = ['-max_len=40000', '-len_control=0', '-timeout=20', '-rss_limit_mb=2048', '-close_fd_mask=1']
    await timed(name, {}, `build/fuzz/fuzz_${name}`, `-max_total_time=${SECONDS}`, ...limits, `-artifact_prefix=build/fuzz/crash-${name}-`, `build/fuzz/${name}`) // prettier-ignore
  }
}

async function files() {
  while (Date.now() < until) {
    const env = { HOSTILE_FROM: String(said.next), HOSTILE_COUNT: String(FILES) }
    said.next += FILES
    await timed('files', env, process.execPath, '--test', 'tests/web/hostile.test.mjs')
  }
}

try {
  await Promise.all([core(), files()])
} catch (error) {
  console.error(error.message)
  process.exit(1)
}
const hours = (spent) => (spent / 3600).toFixed(2)
for (const [name, spent] of Object.entries(seconds)) console.log(`${name.padEnd(12)} ${hours(spent)} hours`)
console.log(`nothing found; in all ${hours(Object.values(seconds).reduce((a, b) => a + b, 0))} hours of processor time so far, ${said.next} hostile files of each format`) // prettier-ignore
