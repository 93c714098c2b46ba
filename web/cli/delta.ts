/** martello diff, martello patch: what turns one version of a bundle into the next, and turning it. */
import { readFile } from 'node:fs/promises'
import { megabytes } from './memory.js'
import { openBundle } from './open.js'
import { flag, needed, parse } from './options.js'
import { checkWritable, writeAtomically } from '../build/write.js'
import { makePatch } from '../delta/diff.js'
import { applyPatch } from '../delta/patch.js'
import { fileError } from '../read/errors.js'
import { MartelloError } from '../recommender/errors.js'

const DIFF = `martello diff OLD NEW -o PATCH [--json]

  writes what turns the bundle OLD into NEW, to send to those who have OLD
  -o, --output  the patch; it appears whole or not at all. A name that ends in .dcz: one that browsers apply by themselves, where a
                server answers with it (compression dictionary transport, RFC 9842; demo/edge has such a server)
  --json        { "bytes": of the patch, "share": of NEW's bytes, "old": bytes, "new": bytes }`
const PATCH = `martello patch OLD PATCH -o NEW [--json]

  writes the bundle that PATCH was made for, byte by byte; refuses a patch of another bundle, and a damaged one
  -o, --output  the bundle; it appears whole or not at all
  --json        { "bytes": of NEW }`
const OPTIONS = { output: { type: 'string', short: 'o' }, json: { type: 'boolean' } } as const

export async function diff(args: string[]): Promise<void> {
  const {
    values,
    positionals: [oldPath, newPath],
  } = parse(args, OPTIONS, ['OLD', 'NEW'], DIFF)
  const output = needed(values, 'output', DIFF)
  await checkWritable(output)
  const [{ bytes: old }, { bytes: made }] = [await openBundle(oldPath!), await openBundle(newPath!)]
  const patch = output.endsWith('.dcz')
    ? await (await import('../delta/dictionary.js')).makeDictionaryPatch(old, made)
    : await makePatch(old, made)
  await writeAtomically(output, patch)
  const share = patch.length / made.length
  if (flag(values, 'json'))
    process.stdout.write(`${JSON.stringify({ bytes: patch.length, share, old: old.length, new: made.length })}\n`)
  else
    process.stdout.write(
      `${output}: ${megabytes(patch.length)}, ${(100 * share).toFixed(1)} % of ${newPath} (${megabytes(made.length)})\n`,
    )
}

export async function patch(args: string[]): Promise<void> {
  const {
    values,
    positionals: [oldPath, patchPath],
  } = parse(args, OPTIONS, ['OLD', 'PATCH'], PATCH)
  const output = needed(values, 'output', PATCH)
  await checkWritable(output)
  const { bytes: old } = await openBundle(oldPath!)
  const given = await readFile(patchPath!).catch((error: unknown) => {
    throw fileError(patchPath!, error, 'a patch')
  })
  const made = await applyPatch(old, given).catch((error: unknown) => {
    throw error instanceof MartelloError ? new MartelloError(error.message.replace('patch', () => patchPath!)) : error
  })
  await writeAtomically(output, made)
  if (flag(values, 'json')) process.stdout.write(`${JSON.stringify({ bytes: made.length })}\n`)
  else process.stdout.write(`${output}: ${megabytes(made.length)}\n`)
}
