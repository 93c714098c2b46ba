// What tests of streaming share: the sections of a bundle, a stream in hand, and a browser on a slow line.
import { readFileSync } from 'node:fs'
import { openPage, serveFiles } from './browsers.mjs'

/** The directory of a bundle, read plainly: src/bundle/format.h draws it. */
export function sectionsOf(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Array.from({ length: view.getUint32(12, true) }, (_, i) => {
    const at = 64 + 64 * i
    const [offset, length] = [16, 24].map((field) => Number(view.getBigUint64(at + field, true)))
    const name = new TextDecoder().decode(bytes.subarray(at + 40, at + 64)).replace(/\0.*$/, '')
    return {
      kind: view.getUint32(at, true),
      ordinal: view.getUint32(at + 4, true),
      name,
      offset,
      length,
      end: offset + Math.ceil(length / 64) * 64,
    }
  })
}

/** A stream of `bytes` of which a test says how far it has come: `to` resolves when its reader wants more, or no more. */
export function tap(bytes) {
  let controller
  let heard = () => {}
  let at = 0
  const stream = new ReadableStream(
    { start: (its) => void (controller = its), pull: () => heard(), cancel: () => heard() },
    { highWaterMark: 0 },
  )
  return {
    stream,
    to(end) {
      controller.enqueue(bytes.slice(at, (at = end)))
      return new Promise((done) => (heard = done))
    },
    end: () => controller.close(),
    break: (error) => controller.error(error),
  }
}

const PAGE = `<!doctype html><link rel="icon" href="data:,"><script type="module">
  import { init, Recommender } from '/browser.js'
  await init()
  globalThis.first = async (history) => {
    const started = performance.now()
    let received = 0
    const rec = await Recommender.open('/b.martello', { onProgress: (loaded) => (received = loaded) })
    const { items, trace } = rec.recommend({ history, k: 20 })
    const at = { received, loaded: rec.loaded, total: rec.bytes, ms: performance.now() - started }
    await rec.complete
    const whole = { received, loaded: rec.loaded, ms: performance.now() - started }
    return { items: items.length, personal: items.some((item) => item.sources.length > 0), waiting: trace.waiting, at, whole }
  }
  globalThis.ready = true
</script>`

/**
 * The first recommendation in headless Chromium from a bundle that comes at so many bits a second: what had arrived by then,
 * and after how many milliseconds, against the whole.
 */
export async function firstAnswer(bundle, history, bitsPerSecond = 10e6) {
  const script = { type: 'text/javascript', body: readFileSync(new URL('../../../dist/browser.js', import.meta.url)) }
  const url = await serveFiles({
    '/': { type: 'text/html', body: PAGE },
    '/browser.js': script,
    '/b.martello': { type: 'application/octet-stream', body: bundle },
  })
  const { page, errors } = await openPage(url)
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Network.enable')
  const throughput = bitsPerSecond / 8
  await devtools.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 20,
    downloadThroughput: throughput,
    uploadThroughput: throughput,
  })
  const found = await page.evaluate((history) => globalThis.first(history), history)
  await page.context().close()
  return { ...found, errors }
}
