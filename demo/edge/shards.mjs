/**
 * The same in Node: node shards.mjs DIR [PORT] [SHARDS], where DIR is what `martello split --shards` made. Each shard is a process of its own,
 * and so may stand on a machine of its own: node shards.mjs DIR PORT shard is one, whichever of the files it is asked for. DEADLINE=250:
 * milliseconds that a shard is waited for.
 */
import { fork } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { shard, Shards } from 'martello/shards'
import { recommending } from './handler.mjs'

const USAGE = 'node shards.mjs DIR [PORT] [SHARDS]'
const [folder, port = '8787', shards = '8'] = process.argv.slice(2)

const holding = () => {
  const path = (file) => join(folder, file)
  return shard((file) => (existsSync(path(file)) ? path(file) : null), { open: 2 })
}

/** Answers over HTTP, and says where. */
function served({ fetch }, at) {
  const server = createServer(async (incoming, outgoing) => {
    const { method, headers, url } = incoming
    const bodied = method === 'POST'
    const request = new Request(new URL(url, 'http://localhost'), {
      method,
      headers,
      ...(bodied && { body: Readable.toWeb(incoming), duplex: 'half' }),
    })
    const response = await fetch(request)
    outgoing.writeHead(response.status, Object.fromEntries(response.headers))
    outgoing.end(Buffer.from(await response.arrayBuffer()))
  })
  return new Promise((listening) => {
    server.listen(Number(at), '127.0.0.1', () => listening(`http://127.0.0.1:${server.address().port}`))
  })
}

async function front() {
  const started = Array.from({ length: Number(shards) }, async () => {
    const child = fork(fileURLToPath(import.meta.url), [folder, '0', 'shard'])
    return new Promise((ready) => child.once('message', ready))
  })
  const addresses = await Promise.all(started)
  const edge = recommending(() => join(folder, 'root.martello'), {
    open: (root) => Shards.open(root, { shards: addresses, deadline: Number(process.env.DEADLINE ?? 250) }),
    again: 60_000,
  })
  console.log(await served(edge, port))
}

if (folder === undefined || !existsSync(join(folder, 'root.martello'))) {
  console.error(
    `found no root.martello in ${folder ?? 'no folder'}, expected ${USAGE}, DIR as martello split --shards made it`,
  )
  process.exitCode = 1
} else if (shards === 'shard') {
  const address = await served(holding(), port)
  if (process.send) process.send(address)
  else console.log(address)
  process.once('disconnect', () => process.exit())
} else await front()
