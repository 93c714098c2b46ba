/** The core that a device runs, asked by the builder. */
import { readBeside } from '../read/beside.js'
import { TuningCore } from '../recommender/tuning.js'

let compiled: Promise<WebAssembly.Module> | undefined

/** A core without a bundle. */
export async function emptyCore(): Promise<TuningCore> {
  compiled ??= readBeside('core.wasm', import.meta.url).then((bytes) => WebAssembly.compile(bytes))
  return new TuningCore(await WebAssembly.instantiate(await compiled))
}

/** A core for a bundle that is known to be whole. */
export async function coreOf(bundle: Uint8Array): Promise<TuningCore> {
  const core = await emptyCore()
  core.reserve(bundle.length, Infinity).set(bundle)
  core.open(bundle.length, bundle.length)
  return core
}
