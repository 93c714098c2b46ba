/** NumPy's .npz: a zip archive of .npy files, read entry by entry by yauzl (zip64 included), checksums checked here. */
import type * as yauzl from 'yauzl'
import zlib from 'node:zlib'
import { bundled } from './beside.js'
import { fileSize, type Progress } from './bytes.js'
import { fileError, InputError, quote, quoteList, reasonOf } from './errors.js'
import { decodeNpy, TypeInputError, type NpyArray, type NpyWish } from './npy.js'
import { counter } from './table.js'

export interface Npz {
  /** by name, in the archive's order */
  arrays: Map<string, NpyArray>
  /** arrays of a kind that has no numbers (text, Python objects), with what was found */
  skipped: Map<string, string>
}

/**
 * Reads the arrays of an .npz, or those that `only` names. Arrays that hold no numbers are skipped and listed.
 * Errors: not a zip archive or cut short, an entry that is damaged (each names the array).
 */
export async function readNpz(
  path: string,
  options: { only?: readonly string[]; onProgress?: Progress } = {},
): Promise<Npz> {
  const npz: Npz = { arrays: new Map(), skipped: new Map() }
  await eachArray(path, options.onProgress, async (name, read) => {
    if (options.only !== undefined && !options.only.includes(name)) return
    try {
      npz.arrays.set(name, await read({}))
    } catch (error) {
      if (!(error instanceof TypeInputError)) throw error
      npz.skipped.set(name, error.found)
    }
  })
  return npz
}

/** Loaded when it is needed: in a bundle of ES modules it does not start, and everything else may. */
const unzipper = () =>
  import('yauzl').catch((error: unknown) => {
    throw bundled('yauzl', error)
  })

/** Reads the only array of an .npz. Errors: none or several, and those of readNpz and readNpy. */
export async function readOnlyArray(path: string, wish: NpyWish, onProgress?: Progress): Promise<NpyArray> {
  const names: string[] = []
  await eachArray(path, undefined, async (name) => {
    names.push(name)
  })
  if (names.length !== 1) {
    throw new InputError({ file: path }, `${names.length} arrays (${quoteList(names)})`, 'exactly one array')
  }
  const arrays: NpyArray[] = []
  await eachArray(path, onProgress, async (_, read) => {
    arrays.push(await read(wish))
  })
  return arrays[0]
}

/** Deflate makes no byte of more than these. */
const DEFLATED = 1032
const SMALL = 1 << 12

/** Calls `visit` with each array's name and a function that reads it. */
async function eachArray(
  path: string,
  onProgress: Progress | undefined,
  visit: (name: string, read: (wish: NpyWish) => Promise<NpyArray>) => Promise<void>,
): Promise<void> {
  const size = await fileSize(path)
  const onBytes = onProgress && counter(onProgress, size)
  const damaged = (error: unknown, part?: string) =>
    error instanceof InputError
      ? error
      : new InputError({ file: path, part }, `a damaged zip archive${reasonOf(error)}`, 'a whole .npz file', {
          cause: error,
        })
  let zip: yauzl.ZipFile
  try {
    zip = await (await unzipper()).openPromise(path, { lazyEntries: true, autoClose: false })
  } catch (error) {
    const mapped = fileError(path, error)
    throw mapped === error ? damaged(error) : mapped
  }
  try {
    let packed = 0
    for await (const entry of zip.eachEntry()) {
      if ((packed += entry.compressedSize) > size) throw new Error('entries that overlap')
      if (entry.uncompressedSize > DEFLATED * entry.compressedSize + SMALL)
        throw new Error(`${entry.compressedSize} bytes that would be ${entry.uncompressedSize}`)
      if (!entry.fileName.endsWith('.npy')) continue
      const name = entry.fileName.slice(0, -'.npy'.length)
      const part = `array ${quote(name)}`
      await visit(name, async (wish) => {
        try {
          const checked = new Checked(await zip.openReadStreamPromise(entry))
          const array = await decodeNpy({ file: path, part }, checked, entry.uncompressedSize, wish)
          if (zlib.crc32 !== undefined && checked.sum !== entry.crc32) throw new Error('the checksum does not match')
          return array
        } catch (error) {
          throw damaged(error, part)
        }
      })
      onBytes?.(entry.compressedSize)
    }
  } catch (error) {
    throw damaged(error)
  } finally {
    zip.close()
  }
}

/** Passes a stream on and sums what went by. Node has crc32 since 20.15; before, archives are read unchecked. */
class Checked implements AsyncIterable<Buffer> {
  sum = 0
  private readonly source: AsyncIterable<Buffer>

  constructor(source: AsyncIterable<Buffer>) {
    this.source = source
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for await (const chunk of this.source) {
      this.sum = zlib.crc32?.(chunk, this.sum) ?? 0
      yield chunk
    }
  }
}
