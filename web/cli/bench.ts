/** martello bench: how long a bundle takes to open and to answer here. */
import { performance } from 'node:perf_hooks'
import { openBundle } from './open.js'
import { flag, parse } from './options.js'
import { p50p99 } from './timing.js'
import { Recommender } from '../entry/node.js'

const USAGE = `martello bench BUNDLE [--json]

  opens the bundle, then asks for 20 recommendations for 2,000 made-up histories of 1 to 50 items (seeded, after a warm-up)`

const REQUESTS = 2000
const WARM_UP = 300

export async function bench(args: string[]): Promise<void> {
  const {
    values,
    positionals: [path],
  } = parse(args, { json: { type: 'boolean' } }, ['BUNDLE'], USAGE)
  const opens: number[] = []
  let { rec, bytes } = await openBundle(path!)
  for (let i = 0; i < 5; i++) {
    const before = performance.now()
    rec = await Recommender.open(bytes)
    opens.push(performance.now() - before)
  }
  let state = 1
  const draw = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  const times: number[] = []
  for (let i = 0; rec.items > 0 && i < WARM_UP + REQUESTS; i++) {
    const history = Array.from({ length: 1 + draw(50) }, () => rec.id(draw(rec.items))!)
    const before = performance.now()
    rec.recommend({ history, k: 20 })
    if (i >= WARM_UP) times.push(performance.now() - before)
  }
  const figures = {
    items: rec.items,
    bundle_bytes: bytes.length,
    open_ms: p50p99(opens).p50_ms,
    requests: times.length,
    ...p50p99(times),
  }
  if (flag(values, 'json')) process.stdout.write(`${JSON.stringify(figures)}\n`)
  else
    process.stdout.write(
      `${figures.items} items: open ${figures.open_ms.toFixed(1)} ms; recommend p50 ${figures.p50_ms.toFixed(3)} ms, p99 ${figures.p99_ms.toFixed(3)} ms over ${figures.requests} requests\n`,
    )
}
