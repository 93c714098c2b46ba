// The first recommendation while a bundle arrives at 10 Mbit/s in headless Chromium: node tests/bench/streaming.mjs [BUNDLE …]
// Without bundles: 100,000 embeddings of 64 numbers.
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { test } from 'node:test'
import { Recommender } from '../../dist/node.js'
import { built, gaussians, npy } from '../web/helpers/shop.mjs'
import { firstAnswer } from '../web/helpers/streaming.mjs'

const bundles = process.argv.slice(2).map((path) => [basename(path), readFileSync(path)])
if (bundles.length === 0) {
  const embeddings = await npy('streaming.npy', [100_000, 64], gaussians(100_000, 64, 1))
  bundles.push(['100,000 embeddings', Buffer.from((await built({ embeddings })).bytes)])
}
test('the first recommendation', async () => {
  for (const [name, bundle] of bundles) {
    const rec = await Recommender.open(bundle)
    const { at, whole, waiting } = await firstAnswer(
      bundle,
      [3, 17, 40].map((n) => rec.id(n)),
    )
    const share = (bytes) => `${((100 * bytes) / at.total).toFixed(1)} %`
    console.log(
      `${name}: ${at.total} bytes; first answer from ${share(at.loaded)} (${share(at.received)} received) after ${at.ms.toFixed(0)} ms of ${whole.ms.toFixed(0)} ms; on their way: ${waiting.join(', ') || 'no source'}`,
    )
  }
})
