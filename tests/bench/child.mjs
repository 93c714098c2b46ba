// A command in a process of its own: what it printed, its wall clock, and as far as Linux says it its CPU time and peak memory.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'

/** Clock ticks of a second, as /proc counts them. */
const TICKS = 100

/** Seconds of CPU and bytes at most of a process so far; 0 where the system does not say. */
function usageOf(pid) {
  try {
    const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13).map(Number)
    const peak = 1024 * Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
    return { cpu: (user + system) / TICKS, peak }
  } catch {
    return { cpu: 0, peak: 0 }
  }
}

/** `args`: what node is given. Fails where the exit code is not 0. */
export function child(args, options = {}) {
  const started = performance.now()
  const process_ = spawn(process.execPath, args.map(String), { stdio: ['ignore', 'pipe', 'pipe'], ...options })
  let [stdout, stderr, cpu, peak] = ['', '', 0, 0]
  process_.stdout.on('data', (text) => {
    stdout += text
  })
  process_.stderr.on('data', (text) => {
    stderr += text
  })
  const look = () => {
    const usage = usageOf(process_.pid)
    cpu = Math.max(cpu, usage.cpu)
    peak = Math.max(peak, usage.peak)
  }
  const watch = existsSync('/proc/self/stat') ? setInterval(look, 50) : undefined
  return new Promise((resolve, reject) =>
    process_.on('close', (code) => {
      clearInterval(watch)
      const wall = (performance.now() - started) / 1000
      if (code === 0) resolve({ stdout, stderr, wall, cpu, peak })
      else reject(new Error(`node ${args.join(' ')}: exit ${code}\n${stderr.slice(-2000)}`))
    }),
  )
}
