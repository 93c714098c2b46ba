/** The core that a device runs, asked by the builder. */
import { readBeside } from '../read/beside.js'
import { TuningCore } from '../recommender/tuning.js'

let compiled: Promise<WebAssembly.Module> | undefined

/**
 * A core for a bundle that is known to be whole: one of its own, or `before`, whose bundle is not asked any more. Memory of
 * WebAssembly that nobody holds stays until somebody collects the garbage.
 */
export async function coreOf(bundle: Uint8Array, before?: TuningCore): Promise<TuningCore> {
  compiled ??= readBeside('core.wasm', import.meta.url).then((bytes) => WebAssembly.compile(bytes))
  const core = before ?? new TuningCore(await WebAssembly.instantiate(await compiled))
  core.reserve(bundle.length, Infinity).set(bundle)
  core.open(bundle.length, bundle.length)
  return core
}
