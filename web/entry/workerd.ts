/** The package in Cloudflare's runtime, which takes wasm as a module of the program and compiles nothing else. */
import module from 'martello/core.wasm'
import { provide } from './open.js'

provide({ core: async () => module, compiles: false })

export * from './index.js'
