/**
 * The package in a page, with core.wasm as a file beside it: a quarter less to load, compiled while it arrives, for one
 * more request. Bundlers that know `new URL(…, import.meta.url)` bring the file along; else call `init({ url })`.
 */
import { fetchCore, loadLists, loadSigned, provide } from './open.js'

provide({ core: () => fetchCore(new URL('./core.wasm', import.meta.url)), signed: loadSigned, lists: loadLists })

export * from './index.js'
