/** The bytes of a file, streamed and, where it is gzip by content, unpacked. */
import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { fileError, InputError } from './errors.js'

/**
 * How far a reader is, in bytes of the files as they lie on the disk, and a log in rows too; called at most once per chunk of
 * 256 KB.
 */
export type Progress = (bytesDone: number, bytesTotal: number, rows?: number) => void

const CHUNK = 1 << 18

/** Size of a file in bytes. Errors: missing, a directory. */
export async function fileSize(path: string): Promise<number> {
  try {
    const info = await stat(path)
    if (info.isDirectory()) throw new InputError({ file: path }, 'a directory', 'a file')
    return info.size
  } catch (error) {
    throw fileError(path, error)
  }
}

/** Whether it can be read twice, as a pipe cannot. */
export async function isRegular(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() ?? false
}

/** The first bytes of a regular file (fewer if it is shorter); nothing of a pipe, which cannot be read twice. */
export async function firstBytes(path: string, count: number): Promise<Buffer> {
  try {
    if (!(await stat(path)).isFile()) return Buffer.alloc(0)
    const file = await open(path)
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(count), 0, count, 0)
      return buffer.subarray(0, bytesRead)
    } finally {
      await file.close()
    }
  } catch (error) {
    throw fileError(path, error)
  }
}

/** The bytes as they lie on the disk. `onBytes` hears the length of each chunk. */
export async function* readRaw(path: string, onBytes?: (count: number) => void): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: CHUNK }) as AsyncIterable<Buffer>) {
      onBytes?.(chunk.length)
      yield chunk
    }
  } catch (error) {
    throw fileError(path, error)
  }
}

/** The bytes, unpacked if they are gzip. Errors: what readRaw says, a truncated or damaged gzip. */
export async function* readBytes(path: string, onBytes?: (count: number) => void): AsyncGenerator<Buffer> {
  const raw = readRaw(path, onBytes)
  const first = await raw.next()
  if (first.done) return
  const all = prepend(first.value, raw)
  if (!isGzip(first.value)) {
    yield* all
    return
  }
  const source = Readable.from(all)
  const unpacked = createGunzip({ chunkSize: CHUNK })
  source.on('error', (error) => unpacked.destroy(error))
  source.pipe(unpacked)
  let done = 0
  try {
    for await (const chunk of unpacked as AsyncIterable<Buffer>) {
      done += chunk.length
      yield chunk
    }
  } catch (error) {
    throw gzipError(path, error, done)
  } finally {
    source.destroy()
  }
}

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

async function* prepend(first: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield first
  yield* rest
}

function gzipError(path: string, error: unknown, done: number): unknown {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'Z_BUF_ERROR') {
    return new InputError({ file: path }, `a gzip file cut short after ${done} unpacked bytes`, 'a whole gzip file', {
      cause: error,
    })
  }
  if (code?.startsWith('Z_')) {
    const found = `damaged gzip data after ${done} unpacked bytes (${(error as Error).message})`
    return new InputError({ file: path }, found, 'a whole gzip file', { cause: error })
  }
  return error
}
