/**
 * Files of this package that stand beside its modules: wasm, the code of worker threads. A bundler that takes the builder
 * into a program of somebody else's leaves them behind.
 */
import { readFile } from 'node:fs/promises'
import { fileError, InputError } from './errors.js'

/** `module`: the asking module's import.meta.url, nothing in a bundle of CommonJS. Errors: the file is not there. */
export async function readBeside(name: string, module: string | undefined): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await readFile(new URL(name, module))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw code === 'ENOENT' || code === 'ERR_INVALID_URL' ? bundled(name, error) : fileError(name, error)
  }
}

/** What the program cannot have, since it was bundled. */
export const bundled = (name: string, cause: unknown) =>
  new InputError(
    { file: name },
    'nothing of this name beside the program',
    'martello as npm installed it: leave martello/build out of your bundle, as esbuild does by --external:martello',
    { cause },
  )
