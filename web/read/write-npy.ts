/** A NumPy .npy file, written whole or not at all, as whole.ts says; npy.ts draws the format. */
import { open } from 'node:fs/promises'
import { shapeName } from './npy.js'
import { appear, discard, placeOf, writeError } from './whole.js'

/**
 * Writes a float32 .npy of the given shape (C order). Errors: a length that is not the shape's (RangeError), a folder
 * that cannot be written to, a full disk.
 */
export async function writeNpy(path: string, shape: readonly number[], data: Float32Array): Promise<void> {
  const count = shape.reduce((product, n) => product * n, 1)
  if (count !== data.length) {
    throw new RangeError(`writeNpy: ${data.length} values for shape ${shapeName(shape)}, expected ${count}`)
  }
  const dict = `{'descr': '<f4', 'fortran_order': False, 'shape': ${shapeName(shape)}, }`
  const length = Math.ceil((10 + dict.length + 1) / 64) * 64 - 10 // the data start on a multiple of 64
  const header = Buffer.from(`\x93NUMPY\x01\x00\x00\x00${dict.padEnd(length - 1)}\n`, 'latin1')
  header.writeUInt16LE(length, 8)
  const place = placeOf(path)
  try {
    const file = await open(place.part, 'w')
    try {
      await file.writeFile(header)
      const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
      for (let at = 0; at < bytes.length; at += WRITE) await file.writeFile(bytes.subarray(at, at + WRITE))
    } finally {
      await file.close()
    }
    appear(place)
  } catch (error) {
    discard(place)
    throw writeError(path, error)
  }
}

const WRITE = 1 << 26
