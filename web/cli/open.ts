/** Bundles that a command line names: whatever is wrong with one, the message begins with its path. */
import { readFile } from 'node:fs/promises'
import { fileError } from '../read/errors.js'
import { MartelloError, Recommender } from '../entry/node.js'

export async function openBundle(path: string): Promise<{ rec: Recommender; bytes: Uint8Array }> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw fileError(path, error, 'a bundle')
  })
  try {
    return { rec: await Recommender.open(bytes), bytes }
  } catch (error) {
    if (error instanceof MartelloError) throw new MartelloError(`${path}: ${error.message}`)
    throw error
  }
}
