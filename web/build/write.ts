/** Writing what a build gives; read/whole.ts says how. */
import { constants } from 'node:fs'
import { access, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { InputError } from '../read/index.js'
import { partOf, removeAbandoned, writeError } from '../read/whole.js'

/** Refuses a path that could not be written anyway, before any work is done for it. What killed processes left there goes. */
export async function checkWritable(path: string): Promise<void> {
  const expected = 'a place that can be written'
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
 * Writes a file whole or not at all: beside it, then renamed, once it is on the disk. Errors: a place that cannot be written, a
 * full disk.
 */
export async function writeAtomically(path: string, bytes: Uint8Array | string): Promise<void> {
  const part = partOf(path)
  try {
    await writeFile(part, bytes, { flush: true })
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true })
    throw writeError(path, error)
  }
}
