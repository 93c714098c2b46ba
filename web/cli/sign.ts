/** martello keys, martello sign: who may say what the newest bundle is, and saying it. */
import { readFile, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { megabytes } from './memory.js'
import { openBundle } from './open.js'
import { publish, type Published } from './publish.js'
import { flag, many, needed, parse, text, UsageError, whole, type Values } from './options.js'
import { checkWritable, writeAtomically } from '../build/write.js'
import { Recommender } from '../entry/node.js'
import { durationSeconds } from '../read/durations.js'
import { fileError, InputError } from '../read/errors.js'
import { writeError } from '../read/whole.js'
import { isHash, readEnvelope, type Manifest } from '../update/manifest.js'
import { hashOf, newPrivateKey, signerOf, type Signer } from '../update/sign.js'

const KEYS = `martello keys -o KEY [--json]

  makes a pair of keys (Ed25519): KEY, which signs and which nobody else may have, and KEY.pub, which pages know
  -o, --output  the private key; only you may read the file; one that is there already is never overwritten
  --json        { "key": the public key }`
const SIGN = `martello sign BUNDLE --key KEY [-o DIR] [--previous OLD]… [--keep 3] [--expires 30d] [--old-key KEY] [--json]

  writes the manifest of a bundle, by which devices follow it: which version is the newest, what its bytes are, patches from
  earlier versions, and until when that holds; signed
  --key         the private key, a file of martello keys
  -o, --output  a folder for a static host, made where there is none: the bundle under a name of its own, its manifest
                BUNDLE.json, and patches from the bundles that are there already. Default: the manifest stands beside BUNDLE
  --previous    an earlier bundle, or a folder of them; a patch is made from each
  --keep        how many earlier bundles stay in DIR, to make patches from the next time (default 3)
  --expires     how long devices believe the manifest, such as 30d or 12h; sign again before (default 30d)
  --old-key     the private key that signed until now, where --key is a new one: it says that --key follows it
  --json        { "version", "expires", "key", "bytes", "manifest": bytes, "patches": [{ "from", "bytes" }] }`

export async function keys(args: string[]): Promise<void> {
  const options = { output: { type: 'string', short: 'o' }, json: { type: 'boolean' } } as const
  const { values } = parse(args, options, [], KEYS)
  const path = needed(values, 'output', KEYS)
  await checkWritable(path)
  const pem = newPrivateKey()
  const { key } = signerOf(pem)!
  try {
    await writeFile(path, pem, { mode: 0o600, flag: 'wx', flush: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      throw new InputError(
        { file: path },
        'a file of that name',
        'a new one: what a lost key signed nobody can replace',
      )
    await rm(path, { force: true })
    throw writeError(path, error)
  }
  await writeAtomically(`${path}.pub`, `${key}\n`)
  if (flag(values, 'json')) process.stdout.write(`${JSON.stringify({ key })}\n`)
  else
    process.stdout.write(
      `${path}: signs, keep it secret\n${path}.pub: for pages, Recommender.open(url, { key: '${key}' })\n`,
    )
}

export async function sign(args: string[]): Promise<void> {
  const string = { type: 'string' } as const
  const options = {
    key: string,
    'old-key': string,
    previous: { type: 'string', multiple: true },
    keep: string,
    expires: string,
    output: { type: 'string', short: 'o' },
    json: { type: 'boolean' },
  } as const
  const { values, positionals } = parse(args, options, ['BUNDLE'], SIGN)
  const [path] = positionals as [string]
  const signer = await keyIn(needed(values, 'key', SIGN))
  const oldKey = text(values, 'old-key')
  const output = text(values, 'output')
  const { bytes } = await openBundle(path)
  const made = await publish({
    name: basename(path),
    bytes,
    folder: output ?? dirname(path),
    apart: output !== undefined,
    signer,
    old: oldKey === undefined ? undefined : await keyIn(oldKey),
    previous: many(values, 'previous'),
    keep: whole(values, 'keep', 3, 0, 100),
    seconds: lifetime(values),
  })
  if (flag(values, 'json')) process.stdout.write(`${JSON.stringify(made)}\n`)
  else process.stdout.write(said(join(output ?? dirname(path), `${basename(path)}.json`), made))
}

function said(manifest: string, { version, expires, bytes, patches }: Published): string {
  const lines = patches.map(
    (patch) => `  ${megabytes(patch.bytes).padStart(10)}  from ${patch.from.slice(0, 8)} (${((100 * patch.bytes) / bytes).toFixed(1)} %)\n`,
  ) // prettier-ignore
  return `${manifest}: version ${version}, until ${expires.slice(0, 10)}, of ${megabytes(bytes)}\n${lines.join('')}`
}

async function keyIn(path: string): Promise<Signer> {
  const pem = await readFile(path, 'utf8').catch((error: unknown) => {
    throw fileError(path, error, 'a private key of martello keys')
  })
  const signer = signerOf(pem)
  if (signer !== null) return signer
  const isPublic = isHash(pem.trim()) || pem.includes('PUBLIC KEY')
  throw new InputError({ file: path }, isPublic ? 'a public key' : 'something else', 'a private key of martello keys')
}

function lifetime(values: Values): number {
  const given = text(values, 'expires') ?? '30d'
  const seconds = durationSeconds(given)
  if (seconds !== undefined && seconds > 0 && seconds < 1e9) return seconds
  throw new UsageError(`--expires: found "${given}", expected a duration such as 30d or 12h`)
}

/** A bundle by its manifest, and all that the manifest names. Errors: what a device would refuse, and patches that are not there. */
export async function verifySigned(path: string, given: string): Promise<{ path: string; said: string }> {
  const key = isHash(given) ? given : await publicKeyIn(given)
  const { release } = await Recommender.open(path, { key })
  const { payload } = readEnvelope(await readFile(`${path}.json`, 'utf8'), path)
  const { file, patches } = JSON.parse(payload) as Manifest // which was just looked at
  for (const patch of patches) {
    const place = join(dirname(path), patch.file)
    const bytes = await readFile(place).catch((error: unknown) => {
      throw fileError(place, error, 'the patch that the manifest names')
    })
    if (hashOf(bytes) !== patch.sha256)
      throw new InputError({ file: place }, 'other bytes', 'those that the manifest names')
  }
  const { version, expires, key: signer } = release!
  const others = patches.length === 0 ? '' : `, ${patches.length} patch${patches.length === 1 ? '' : 'es'}`
  return {
    path: join(dirname(path), file),
    said: `${path}.json: version ${version}${others}, signed by ${signer}, until ${expires}\n`,
  }
}

async function publicKeyIn(path: string): Promise<string> {
  const key = await readFile(path, 'utf8').catch((error: unknown) => {
    throw fileError(path, error, 'a public key of martello keys')
  })
  if (isHash(key.trim())) return key.trim()
  throw new InputError({ file: path }, signerOf(key) === null ? 'something else' : 'a private key', 'a public key of martello keys') // prettier-ignore
}
