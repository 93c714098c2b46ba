/** The core that a device runs, asked by the builder. */
import { readBeside } from '../read/beside.js'
import { known } from '../recommender/known.js'
import { TuningCore } from '../recommender/tuning.js'

/** The sources of the core that this JavaScript was built with. */
declare const CORE_ID: string

let compiled: Promise<WebAssembly.Module> | undefined

/** A core without a bundle. */
export async function emptyCore(): Promise<TuningCore> {
  compiled ??= readBeside('core.wasm', import.meta.url)
    .then((bytes) => WebAssembly.compile(bytes))
    .then((module) => known(module, 'build', 'core.wasm', CORE_ID))
  return new TuningCore(await WebAssembly.instantiate(await compiled))
}

/** A core for a bundle that is known to be whole. */
export async function coreOf(bundle: Uint8Array): Promise<TuningCore> {
  const core = await emptyCore()
  core.reserve(bundle.length, Infinity).set(bundle)
  core.open(bundle.length, bundle.length)
  return core
}
