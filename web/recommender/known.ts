import { MartelloError } from './errors.js'

/**
 * A wasm module, if it was made of the sources that this JavaScript goes with, by the name that its custom section bears: one of
 * another version would be read wrongly, without a word. A cache, a CDN or half a build may well have one.
 */
export function known(module: WebAssembly.Module, where: string, file: string, sources: string): WebAssembly.Module {
  const [name] = WebAssembly.Module.customSections(module, 'martello')
  const found = name === undefined ? 'another module' : `${file} ${new TextDecoder().decode(name)}`
  if (found !== `${file} ${sources}`)
    throw new MartelloError(
      `${where}: found ${found}, expected ${file} ${sources} of the same package; in a checkout, make all`,
    )
  return module
}
