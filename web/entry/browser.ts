/** The package in a page: the wasm core travels inside this module, so there is nothing else to load or to configure. */
import bytes from '../../dist/core.wasm'
import { loadLists, loadSigned, provide } from './open.js'

provide({ core: () => WebAssembly.compile(bytes), signed: loadSigned, lists: loadLists })

export * from './index.js'
