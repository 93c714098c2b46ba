/** The same in Node: node node.mjs BUNDLE [PORT] */
import { createServer } from 'node:http'
import { Readable } from 'node:stream'
import { recommending } from './handler.mjs'

const [bundle, port = '8787'] = process.argv.slice(2)
const { fetch } = recommending(() => bundle)

const server = createServer(async (incoming, outgoing) => {
  const bodied = incoming.method === 'POST'
  const response = await fetch(
    new Request(new URL(incoming.url, 'http://localhost'), {
      method: incoming.method,
      ...(bodied && { body: Readable.toWeb(incoming), duplex: 'half' }),
    }),
  )
  outgoing.writeHead(response.status, Object.fromEntries(response.headers)).end(await response.text())
})
server.listen(Number(port), '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`))
