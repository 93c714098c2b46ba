/** Writing what a build gives; read/whole.ts says how. */
import { constants } from 'node:fs'
import { access, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { InputError } from '../read/index.js'
import { appear, discard, placeOf, removeAbandoned, writeError } from '../read/whole.js'

/** Refuses a path that could not be written anyway, before any work is done for it. What killed processes left there goes. */
export async function checkWritable(path: string): Promise<void> {
  const expected = 'a place that can be written'
  if (path === '') throw new InputError({ file: '-o' }, 'an empty name', 'the name of a file')
  if ((await stat(path).catch(() => null))?.isDirectory()) throw new InputError({ file: path }, 'a folder', expected)
  const folder = dirname(path)
  if (!(await stat(folder).catch(() => null))?.isDirectory())
    throw new InputError({ file: path }, `no folder ${folder}`, expected)
  await access(folder, constants.W_OK).catch(() => {
    throw new InputError({ file: path }, `a folder ${folder} that may not be written to`, expected)
  })
  removeAbandoned(path)
}

/**
 * Writes a file whole or not at all: beside it, then renamed, once it is on the disk; to a device or a pipe as it is. Errors: a
 * place that cannot be written, a full disk.
 */
export async function writeAtomically(path: string, bytes: Uint8Array | string): Promise<void> {
  const place = placeOf(path)
  try {
    await writeFile(place.part, bytes, { flush: place.part !== place.path })
    appear(place)
  } catch (error) {
    discard(place)
    throw writeError(path, error)
  }
}
