/** A NumPy .npy file, written whole or not at all; npy.ts draws the format. */
import { open, rename, unlink } from 'node:fs/promises'
import { fileError } from './errors.js'
import { shapeName } from './npy.js'

/**
 * Writes a float32 .npy of the given shape (C order). The file appears whole or not at all: it is written beside its
 * place and renamed. Errors: a length that is not the shape's (RangeError), a folder that cannot be written to.
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
  const temporary = `${path}.${process.pid}.tmp`
  try {
    const file = await open(temporary, 'w')
    try {
      await file.writeFile(header)
      const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
      for (let at = 0; at < bytes.length; at += WRITE) await file.writeFile(bytes.subarray(at, at + WRITE))
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await unlink(temporary).catch(() => {})
    throw fileError(path, error, 'a file in a folder that can be written to')
  }
}

const WRITE = 1 << 26
