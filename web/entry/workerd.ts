/** The package in Cloudflare's runtime, which takes wasm as a module of the program and compiles nothing else. */
import module from 'martello/core.wasm'
import { reach } from './lists.js'
import { provide } from './open.js'
import { signed } from './signed.js'

provide({ core: async () => module, compiles: false, signed: async () => ({ signed }), lists: async () => ({ reach }) })

export * from './index.js'
