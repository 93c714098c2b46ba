/** Files appear whole or not at all. */
import { constants } from 'node:fs'
import { access, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { InputError } from '../read/index.js'

/** Refuses a path that could not be written anyway, before any work is done for it. */
export async function checkWritable(path: string): Promise<void> {
  const expected = 'a place that can be written'
  if ((await stat(path).catch(() => null))?.isDirectory()) throw new InputError({ file: path }, 'a folder', expected)
  const folder = dirname(path)
  if (!(await stat(folder).catch(() => null))?.isDirectory())
    throw new InputError({ file: path }, `no folder ${folder}`, expected)
  await access(folder, constants.W_OK).catch(() => {
    throw new InputError({ file: path }, `a folder ${folder} that may not be written to`, expected)
  })
}

/** Writes a file whole or not at all: beside it, then renamed. */
export async function writeAtomically(path: string, bytes: Uint8Array | string): Promise<void> {
  const temporary = `${path}.${process.pid}.part`
  try {
    await writeFile(temporary, bytes)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}
