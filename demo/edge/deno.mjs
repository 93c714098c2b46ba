/** The same in Deno: deno run --allow-read --allow-net deno.mjs BUNDLE [PORT] */
import { recommending } from './handler.mjs'

const [bundle, port = '8787'] = Deno.args
const { fetch } = recommending(() => bundle)
Deno.serve({
  port: Number(port),
  hostname: '127.0.0.1',
  onListen: ({ port }) => console.log(`http://127.0.0.1:${port}`),
  handler: (request) => fetch(request),
})
