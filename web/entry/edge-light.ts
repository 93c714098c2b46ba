/** The package in Vercel's edge runtime: as in Cloudflare's, and `?module` asks its bundler for the compiled module. */
import module from 'martello/core.wasm?module'
import { reach } from './lists.js'
import { provide } from './open.js'
import { signed } from './signed.js'

provide({ core: async () => module, compiles: false, signed: async () => ({ signed }), lists: async () => ({ reach }) })

export * from './index.js'
