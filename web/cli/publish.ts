/**
 * A folder that a static host serves and devices follow. Its manifest is the one file whose content changes, and is written last;
 * all others are named by what is in them, so that whoever comes in between, or has an older manifest, finds what it names:
 *
 *     movies.martello.json                   the newest version, and how to come there
 *     movies-5e6f7a8b.martello               its bytes
 *     movies-1a2b3c4d-5e6f7a8b.patch         from an earlier version to it, or to one on the way
 *     movies-1a2b3c4d.martello               an earlier version, from which the next patch is made too
 */
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { checkWritable, writeAtomically } from '../build/write.js'
import { makePatch } from '../delta/diff.js'
import { readHeader } from '../delta/format.js'
import { fileError, InputError } from '../read/errors.js'
import { MartelloError } from '../recommender/errors.js'
import {
  isHash,
  readEnvelope,
  readManifest,
  said,
  type Manifest,
  type PatchFile,
  type Signed,
} from '../update/manifest.js'
import { hashOf, measured, rotate, writeManifest, type Signer } from '../update/sign.js'
import { fewestBytes } from '../update/ways.js'

export interface Publication {
  /** The name that devices ask for. */
  name: string
  bytes: Uint8Array
  folder: string
  /** The folder holds bundles under names of their content; else the bundle stands in it under its own. */
  apart: boolean
  signer: Signer
  /** The key before, where `signer` is a new one. */
  old: Signer | undefined
  /** Earlier bundles, or folders of them. */
  previous: readonly string[]
  /** How many earlier bundles stay. */
  keep: number
  /** How long it holds. */
  seconds: number
}

export interface Published {
  version: number
  expires: string
  key: string
  bytes: number
  manifest: number
  patches: { from: string; bytes: number }[]
}

/** The version that is published already, and by which keys. */
interface Before {
  manifest: Manifest | null
  rotations: Signed[]
}

export async function publish(what: Publication): Promise<Published> {
  const { name, bytes, folder, apart, signer, seconds } = what
  if (apart) await mkdir(folder, { recursive: true }).catch(() => {}) // what hinders it is said below
  const path = join(folder, `${name}.json`)
  await checkWritable(path)
  const { manifest: before, rotations } = await beforeThis(path, what)
  const stem = basename(name, extname(name))
  const kind = extname(name)
  const bundle = measured(bytes)
  const named = (hash: string) => `${stem}-${hash.slice(0, 8)}${kind}`
  const file = apart ? named(bundle.sha256) : name

  const isEarlier = new RegExp(`^${escaped(stem)}-[0-9a-f]{8}${escaped(kind)}$`)
  const earlier = apart ? await newestOf(folder, (one) => isEarlier.test(one) && one !== file, what.keep) : []
  const patches = (before?.patches ?? []).filter((patch) => patch.from !== bundle.sha256)
  for (const one of [...earlier.map((one) => join(folder, one)), ...(await bundlesAt(what.previous))]) {
    const old = await readFile(one)
    const from = hashOf(old)
    if (from === bundle.sha256) continue
    const to = bundle.sha256
    const patch = await patchFor(
      join(folder, `${stem}-${from.slice(0, 8)}-${to.slice(0, 8)}.patch`),
      old,
      bytes,
      from,
      to,
    )
    if (!patches.some((known) => known.from === from && known.to === to)) patches.push(patch)
  }

  const issued = new Date()
  const manifest = {
    name,
    // a folder that knows nothing of the versions before is a usual one: then the clock keeps their order
    version: Math.max((before?.version ?? 0) + 1, Math.floor(issued.getTime() / 1000)),
    issued: issued.toISOString(),
    expires: new Date(issued.getTime() + 1000 * seconds).toISOString(),
    file,
    ...bundle,
    patches: [] as PatchFile[],
  }
  manifest.patches = await useful({ ...manifest, martello: 1, key: signer.key, patches }, folder)
  const text = writeManifest(manifest, signer, rotations)
  if (apart) await writeAtomically(join(folder, file), bytes)
  await writeAtomically(path, text)

  // what the manifest before names stays once more, for those who have that one
  const stay = new Set([file, before?.file, ...earlier.slice(0, what.keep)])
  for (const { file } of [...manifest.patches, ...(before?.patches ?? [])]) stay.add(file)
  const isPatch = new RegExp(`^${escaped(stem)}-[0-9a-f]{8}-[0-9a-f]{8}\\.patch$`)
  for (const one of await readdir(folder))
    if ((isPatch.test(one) || (apart && isEarlier.test(one))) && !stay.has(one))
      await rm(join(folder, one), { force: true })
  return {
    version: manifest.version,
    expires: manifest.expires,
    key: signer.key,
    bytes: bytes.length,
    manifest: Buffer.byteLength(text),
    patches: manifest.patches.map(({ from, length }) => ({ from, bytes: length })),
  }
}

/** What stands there must be ours: a device that believed it would not believe what somebody else signs. */
async function beforeThis(path: string, { signer, old }: Publication): Promise<Before> {
  const text = await readFile(path, 'utf8').catch(({ code }: NodeJS.ErrnoException) => (code === 'ENOENT' ? null : ''))
  const first: Signed[] = old === undefined ? [] : [rotate(old, signer.key)]
  if (text === null) return { manifest: null, rotations: first }
  const envelope = readEnvelope(text, path)
  const { rotations } = envelope
  const [oldest, last] = [rotations[0] ?? envelope, envelope].map((one) => said<{ key: string }>(one).key)
  if (!isHash(oldest) || !isHash(last))
    throw new MartelloError(`${path}: found that nobody signed it, expected a manifest of martello sign`)
  const manifest = await readManifest(text, oldest, path)
  if (last === signer.key) return { manifest, rotations }
  if (last !== old?.key)
    throw new MartelloError(
      `${path}: found that the key ${last.slice(0, 8)}… signed it, expected ${signer.key.slice(0, 8)}…: where that one follows, give the one before with --old-key`,
    )
  return { manifest, rotations: [...rotations, ...first] }
}

/** A patch that is there is taken as it is. */
async function patchFor(path: string, old: Uint8Array, made: Uint8Array, from: string, to: string): Promise<PatchFile> {
  const fits = (patch: Uint8Array) => {
    try {
      const header = readHeader(patch)
      return header.old.digest === from && header.new.digest === to
    } catch {
      return false
    }
  }
  const found = await readFile(path).catch(() => null)
  const patch = found !== null && fits(found) ? found : await makePatch(old, made)
  if (patch !== found) await writeAtomically(path, patch)
  return { from, to, file: basename(path), length: patch.length, sha256: hashOf(patch) }
}

/** Those by which some version comes to the newest in fewer bytes than the whole has, where they are there. */
async function useful(manifest: Manifest, folder: string): Promise<PatchFile[]> {
  const there: PatchFile[] = []
  for (const patch of manifest.patches) {
    const bytes = await readFile(join(folder, patch.file)).catch(() => null)
    if (bytes !== null && hashOf(bytes) === patch.sha256) there.push(patch)
  }
  const ways = there.flatMap(({ from }) => fewestBytes({ ...manifest, patches: there }, from) ?? [])
  return there.filter((patch) => ways.includes(patch)).slice(-MOST)
}
const MOST = 64

async function bundlesAt(paths: readonly string[]): Promise<string[]> {
  const found: string[] = []
  for (const path of paths) {
    const about = await stat(path).catch((error: unknown) => {
      throw fileError(path, error, 'a bundle, or a folder of bundles')
    })
    const inside = about.isDirectory() ? await newestOf(path, (one) => one.endsWith('.martello'), Infinity) : null
    if (inside?.length === 0) throw new InputError({ file: path }, 'no bundle in it', 'files that end in .martello')
    found.push(...(inside?.map((one) => join(path, one)) ?? [path]))
  }
  return found
}

async function newestOf(folder: string, isWanted: (name: string) => boolean, most: number): Promise<string[]> {
  const names = (await readdir(folder)).filter(isWanted)
  const times = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).mtimeMs))
  const order = names.map((name, i) => ({ name, time: times[i]! })).sort((a, b) => b.time - a.time)
  return order.slice(0, most).map(({ name }) => name)
}

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
