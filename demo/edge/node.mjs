/** The same in Node: node node.mjs BUNDLE [PORT] [PATCH.dcz …]. The bundle itself is at /bundle.martello, for pages. */
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { Readable } from 'node:stream'
import { offering } from './bundle.mjs'
import { recommending } from './handler.mjs'

const [bundle, port = '8787', ...patches] = process.argv.slice(2)
const edge = recommending(() => bundle)
const offer = await offering(await readFile(bundle), await Promise.all(patches.map((path) => readFile(path))))

const server = createServer(async (incoming, outgoing) => {
  const url = new URL(incoming.url, 'http://localhost')
  const { method, headers } = incoming
  const bodied = method === 'POST'
  const { fetch } = url.pathname === '/bundle.martello' ? offer : edge
  const request = new Request(url, {
    method,
    headers,
    ...(bodied && { body: Readable.toWeb(incoming), duplex: 'half' }),
  })
  const response = await fetch(request)
  outgoing.writeHead(response.status, Object.fromEntries(response.headers))
  outgoing.end(Buffer.from(await response.arrayBuffer()))
})
server.listen(Number(port), '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`))
