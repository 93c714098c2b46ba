/** The package in a page: the wasm core travels inside this module, so there is nothing else to load or to configure. */
import bytes from '../../dist/core.wasm'
import { provide } from './open.js'

provide({ core: () => WebAssembly.compile(bytes) })

export * from './index.js'
