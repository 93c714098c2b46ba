/** The core that a device runs, asked by the builder. */
import { readBeside } from '../read/beside.js'
import { TuningCore } from '../recommender/tuning.js'

let compiled: Promise<WebAssembly.Module> | undefined

/** A core for a bundle that is known to be whole. */
export async function coreOf(bundle: Uint8Array): Promise<TuningCore> {
  compiled ??= readBeside('core.wasm', import.meta.url).then((bytes) => WebAssembly.compile(bytes))
  const core = new TuningCore(await WebAssembly.instantiate(await compiled))
  core.reserve(bundle.length, Infinity).set(bundle)
  core.open(bundle.length, bundle.length)
  return core
}
