/** The package in Node, Deno and Bun: the core is in a module beside this one, and a string that is no URL is a path. */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { MartelloError } from '../recommender/errors.js'
import type { BundleSource } from '../recommender/load.js'
import { provide } from './open.js'

provide({
  core: async () => WebAssembly.compile((await import('../../dist/core.wasm')).default),
  async source(source) {
    const path = pathOf(source)
    return path === null ? source : fileStream(path)
  },
})

function pathOf(source: BundleSource): string | URL | null {
  if (source instanceof URL) return source.protocol === 'file:' ? source : null
  if (typeof source === 'string' && source.startsWith('file:')) return new URL(source)
  return typeof source === 'string' && !/^https?:/.test(source) ? source : null
}

async function fileStream(path: string | URL): Promise<ReadableStream<Uint8Array>> {
  try {
    if ((await stat(path)).isDirectory()) throw new MartelloError(`open: ${path} is a folder, expected a bundle`)
  } catch (error) {
    if (error instanceof MartelloError) throw error
    throw new MartelloError(`open: found no file ${path}`)
  }
  return Readable.toWeb(createReadStream(path, { highWaterMark: 1 << 20 })) as ReadableStream<Uint8Array>
}

export * from './index.js'
