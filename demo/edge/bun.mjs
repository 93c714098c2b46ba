/** The same in Bun: bun bun.mjs BUNDLE [PORT] */
import { recommending } from './handler.mjs'

const [bundle, port = '8787'] = process.argv.slice(2)
const { fetch } = recommending(() => bundle)
const server = Bun.serve({ port: Number(port), hostname: '127.0.0.1', fetch: (request) => fetch(request) })
console.log(`http://127.0.0.1:${server.port}`)
