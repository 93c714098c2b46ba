// Opening a bundle in Node from all that it can come from, in pieces of any size, and what is said when it cannot be had.
import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readlinkSync } from 'node:fs'
import { createServer } from 'node:http'
import { before, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { MartelloError, Recommender } from '../../../dist/node.js'
import { builtShop, file, path, shop } from '../helpers/shop.mjs'
import { until } from '../helpers/until.mjs'

let bytes
let bundle
before(async () => {
  ;({ bytes } = await builtShop(shop(), {}, { dimension: 16 }))
  bundle = file('shop.martello', bytes)
})

const opened = async (source, options) => {
  const rec = await Recommender.open(source, options)
  await rec.complete
  return rec
}

const works = (rec) => {
  assert.equal(rec.items, 120)
  assert.equal(rec.bytes, bytes.length)
  assert.equal(rec.recommend({ history: ['p1'], k: 5 }).items.length, 5)
}

const refuses = (promise, message) =>
  assert.rejects(promise, (error) => {
    assert.ok(error instanceof MartelloError, `a MartelloError, found ${error?.stack}`)
    assert.match(error.message, message)
    return true
  })

/** The bytes as a stream of pieces. */
function pieces(whole, size) {
  let at = 0
  return new ReadableStream({
    pull(controller) {
      if (at >= whole.length) return controller.close()
      controller.enqueue(whole.slice(at, (at += size)))
    },
  })
}

test('from bytes', async () => {
  works(await opened(bytes))
  works(await opened(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)))
  const shifted = new Uint8Array(bytes.length + 7)
  shifted.set(bytes, 7)
  works(await opened(shifted.subarray(7)))
  works(await opened(new DataView(shifted.buffer, 7)))
  works(await opened(Buffer.from(bytes)))
})

test('from a path, a file: URL, as an object or as text', async () => {
  works(await opened(bundle))
  works(await opened(pathToFileURL(bundle)))
  works(await opened(pathToFileURL(bundle).href))
})

test('from a Response, a stream, in pieces of any size', async () => {
  works(await opened(new Response(bytes)))
  for (const size of [1, 3, 63, 64, 65, 127, 4096, bytes.length - 1, bytes.length])
    works(await opened(pieces(bytes, size)))
})

test('over http, and what a server may answer instead', async (t) => {
  const server = createServer((request, response) => {
    if (request.url === '/shop.martello') response.end(bytes)
    else if (request.url === '/page') response.end('<!doctype html><title>Not here</title>'.repeat(20))
    else response.writeHead(404).end('no')
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const url = `http://127.0.0.1:${server.address().port}`
  works(await opened(`${url}/shop.martello`))
  works(await opened(new URL(`${url}/shop.martello`)))
  works(await opened(new Request(`${url}/shop.martello`)))
  await refuses(opened(`${url}/nothing`), /^open: http:\/\/127\.0\.0\.1:\d+\/nothing answered 404, expected a bundle$/)
  await refuses(opened(`${url}/page`), /martello/)
  await new Promise((resolve) => {
    server.close(resolve)
    server.closeAllConnections()
  })
  await refuses(opened(`${url}/shop.martello`), /^open: http:.*shop\.martello cannot be fetched/)
})

test('progress: bytes rise to the total', async () => {
  for (const source of [bytes, bundle, pieces(bytes, 1000), new Response(bytes)]) {
    const seen = []
    await opened(source, { onProgress: (loaded, total) => seen.push([loaded, total]) })
    assert.deepEqual(seen.at(-1), [bytes.length, bytes.length])
    seen.forEach(([loaded, total], i) => assert.ok(total === bytes.length && (i === 0 || loaded > seen[i - 1][0])))
  }
})

test('too short, too long, cut, or something else', async () => {
  const lengths = [0, 1, 63, 64, 65, 200, bytes.length - 64, bytes.length - 1]
  for (const length of lengths) {
    await refuses(opened(bytes.slice(0, length)), /^[a-z]+: .*found .*expected|^open: .* of the bundle's/)
    await refuses(
      opened(pieces(bytes.slice(0, length), 50)),
      /^[a-z]+: .*found .*expected|^open: \d+ of the bundle's \d+ bytes arrived$/,
    )
  }
  const longer = new Uint8Array(bytes.length + 64)
  longer.set(bytes)
  await refuses(opened(longer), /found|more than/)
  await refuses(opened(pieces(longer, 4096)), /^open: more than the \d+ bytes that the bundle's header names arrived$/)
  await refuses(opened(new TextEncoder().encode('user_id,item_id\n'.repeat(50))), /martello/)
  await refuses(opened(file('log.csv', 'user_id,item_id\n'.repeat(50))), /martello/)
  await refuses(opened(file('empty.martello', '')), /found 0|0 bytes/)
})

test('a bundle over maxBytes is refused before it is read', async () => {
  const limit = { maxBytes: bytes.length - 1 }
  for (const source of [bytes, bundle, pieces(bytes, 64)])
    await refuses(
      opened(source, limit),
      new RegExp(`^open: the bundle weighs ${bytes.length} bytes, expected at most maxBytes = ${bytes.length - 1}$`),
    )
  works(await opened(bytes, { maxBytes: bytes.length }))
})

test('no such file, a folder, nothing at all', async () => {
  await refuses(opened(path('nothing.martello')), /^open: found no file .*nothing\.martello$/)
  mkdirSync(path('folder.martello'))
  await refuses(opened(path('folder.martello')), /^open: .*folder\.martello is a folder, expected a bundle$/)
  await refuses(
    opened(undefined),
    /^open: found undefined, expected bytes, a path, a URL, a Request, a Response or a stream$/,
  )
  await refuses(opened(null), /^open: found null, expected/)
  await refuses(opened({ bytes }), /^open: found .*, expected/)
  await refuses(opened(42), /^open: found 42, expected/)
})

test(
  'a stream that fails passes its reason on, and a file that is refused is closed',
  { skip: process.platform !== 'linux' && 'needs /proc' },
  async () => {
    const failing = new ReadableStream({ pull: (controller) => controller.error(new Error('the line went dead')) })
    await assert.rejects(opened(failing), /the line went dead/)
    for (let i = 0; i < 20; i++) await refuses(opened(bundle, { maxBytes: 100 }), /maxBytes/)
    const name = (fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`)
      } catch {
        return ''
      }
    }
    await until(() => !readdirSync('/proc/self/fd').map(name).includes(bundle))
  },
)

test('options that are no object are refused in words', async () => {
  for (const options of [null, 5, 'verify'])
    await refuses(opened(bundle, options), new RegExp(`open: found ${JSON.stringify(options)}, expected an object`))
})

test('options of another type, and ones that there are not, are refused in words', async () => {
  for (const [options, sentence] of [
    [{ onProgress: 5 }, /^open: onProgress: found 5, expected a function/],
    [{ maxBytes: 'all' }, /^open: maxBytes: found "all", expected a number of bytes/],
    [{ verify: 'no' }, /^open: verify: found "no", expected true or false/],
    [{ layer: 'base' }, /^open: found option "layer", expected onProgress, maxBytes, verify, layers/],
  ])
    await refuses(opened(bundle, options), sentence)
})
