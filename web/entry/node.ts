/** The package in Node, Deno and Bun: the core is in a module beside this one, and a string that is no URL is a path. */
import { createPublicKey, verify } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { MartelloError, refused } from '../recommender/errors.js'
import type { BundleSource } from '../recommender/load.js'
import { kindOf } from '../recommender/platform.js'
import { reach, type ReadPart } from './lists.js'
import { provide } from './open.js'
import { signed, type Place } from './signed.js'
import { wholly } from '../update/fetch.js'
import { MOST_BYTES } from '../update/manifest.js'

provide({
  core: async () => WebAssembly.compile((await import('../../dist/core.wasm')).default),
  async source(source) {
    // what goes wrong before anybody reads is met by who reads
    if (source instanceof Readable) source.once('error', () => {})
    const path = pathOf(source)
    return path === null ? source : fileStream(path)
  },
  signed: async () => ({ signed }),
  lists: async () => ({ reach }),
  parts: besideFile,
  place: besidePath,
  verify: byNode,
})

/** As WebCrypto does it, which Node 20 calls an experiment, and says so. */
async function byNode(key: Uint8Array, signature: Uint8Array, bytes: Uint8Array): Promise<boolean> {
  const x = Buffer.from(key).toString('base64url')
  return verify(null, bytes, createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }), signature)
}

/** Parts of files beside a path. */
function besideFile(source: BundleSource): ReadPart | null {
  const path = pathOf(source)
  if (path === null) return null
  const folder = dirname(kindOf(path) === 'URL' ? fileURLToPath(path) : String(path))
  return async (name, at, length) => {
    const beside = join(folder, name)
    const file = await open(beside).catch((error: unknown) => {
      throw new MartelloError(`sharpen: ${notRead(beside, error as NodeJS.ErrnoException)}`, undefined, {
        cause: error,
      })
    })
    try {
      const bytes = new Uint8Array(length)
      const { bytesRead } = await file.read(bytes, 0, length, at)
      if (bytesRead === length) return bytes
      throw new MartelloError(`sharpen: ${beside}: found ${bytesRead} bytes at ${at}, expected ${length}`)
    } finally {
      await file.close()
    }
  }
}

/** Of a path. */
function besidePath(source: string | URL): Place | null {
  const path = pathOf(source)
  if (path === null) return null
  const [, folder, name] = /^(.*?)([^/\\]*)$/s.exec(kindOf(path) === 'URL' ? fileURLToPath(path) : String(path))!
  const manifest = `${folder}${name}.json`
  return {
    manifest,
    name: name!,
    text: async () =>
      new TextDecoder().decode(
        await wholly((await manifestStream(manifest)).getReader(), MOST_BYTES, `open: ${manifest}`),
      ),
    file: (other) => `${folder}${other}`,
  }
}

const manifestStream = (path: string) =>
  fileStream(path).catch(({ message }: Error) => {
    throw refused('unsigned', `${message}, expected a manifest of martello sign`)
  })

function pathOf(source: BundleSource): string | URL | null {
  if (kindOf(source) === 'URL') return (source as URL).protocol === 'file:' ? (source as URL) : null
  if (typeof source === 'string' && source.startsWith('file:')) return new URL(source)
  return typeof source === 'string' && !/^https?:/.test(source) ? source : null
}

async function fileStream(path: string | URL): Promise<ReadableStream<Uint8Array>> {
  try {
    if ((await stat(path)).isDirectory()) throw new MartelloError(`open: ${path} is a folder, expected a bundle`)
    const file = createReadStream(path, { highWaterMark: 1 << 20 })
    await once(file, 'open')
    return Readable.toWeb(file) as ReadableStream<Uint8Array>
  } catch (cause) {
    if (cause instanceof MartelloError) throw cause
    throw new MartelloError(`open: ${notRead(path, cause as NodeJS.ErrnoException)}`, undefined, { cause })
  }
}

/** Deno says by the error's name what Node and the system say by its code. */
function notRead(path: string | URL, { name, code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT' || code === 'ENOTDIR') return `found no file ${path}`
  const denied = /^(EACCES|EPERM|ERR_ACCESS_DENIED|NotCapable|PermissionDenied)$/
  return denied.test(code ?? '') || denied.test(name)
    ? `${path} may not be read here, expected the permission for it (${message})`
    : `${path} cannot be read (${message})`
}

export * from './index.js'
