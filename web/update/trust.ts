/**
 * What a device has seen of a bundle's manifests, and what it therefore believes: none that is older (rollback), none whose time has
 * passed (freeze), and after a rotation only the key that follows.
 *
 * The clock of a device may be wrong. Set back, it would believe what has expired: so time is never before a manifest that was seen
 * was issued. Set ahead, everything has expired, which is said; what is on the device stays in use either way.
 */
import { MartelloError, refused } from '../recommender/errors.js'
import type { Verify } from './keys.js'
import { isHash, readManifest, type Manifest } from './manifest.js'

/** Of the newest manifest that was seen. */
export interface Seen {
  /** The key that the page asked for, and the one that follows it by now. */
  pinned: string
  key: string
  version: number
  sha256: string
  issued: string
}

/** Who may sign, and what was seen. */
export interface Trust {
  /** The public key that the page gives. */
  key: string
  seen?: Seen | undefined
  /** The least version that is taken, where the program knows it. */
  atLeast?: number | undefined
  /** The last part of the address that was asked for. */
  name: string
  /** Begins each sentence. */
  where: string
  verify?: Verify | undefined
}

/** What a program says. */
export function checkTrust(call: string, key: unknown, atLeast: unknown = 0): void {
  // what is there instead, which may be a private key, must not come into a log
  if (!isHash(key)) throw new MartelloError(`${call}: key: expected the 64 digits of a public key of martello keys`)
  if (!Number.isSafeInteger(atLeast)) throw new MartelloError(`${call}: atLeast: expected a version's number`)
}

/** The key that signs by now. */
const keyOf = ({ key, seen }: Trust) => (seen?.pinned === key ? seen.key : key)

/** A manifest that was believed when it came, of a bundle that is on the device: all but its age is looked at again. */
export async function kept(text: string, trust: Trust): Promise<Manifest> {
  const manifest = await readManifest(text, trust.key, trust.where, trust.verify)
  if (manifest.name !== trust.name)
    throw refused('key', `${trust.where}: found the manifest of ${manifest.name}, expected that of ${trust.name}`)
  return manifest
}

/** A manifest from the network. */
export async function believed(text: string, trust: Trust): Promise<Manifest> {
  const { seen, where, atLeast = 0 } = trust
  const manifest = await kept(text, { ...trust, key: keyOf(trust) })
  const { version, sha256 } = manifest
  const least = Math.max(atLeast, seen?.version ?? 0)
  if (version < least) throw refused('rollback', `${where}: found version ${version}, expected ${least} or later`)
  if (version === seen?.version && sha256 !== seen.sha256)
    throw refused('rollback', `${where}: found another version ${version} than was seen`)
  fresh(manifest, trust)
  return manifest
}

/** Throws where its time has passed. */
export function fresh({ expires }: Manifest, { seen, where }: Trust): void {
  const now = new Date(Math.max(Date.now(), Date.parse(seen?.issued ?? '') || 0)).toISOString()
  if (expires <= now)
    throw refused('expired', `${where}: found that it expired on ${expires}, expected one that holds on ${now} (this device's clock)`) // prettier-ignore
}

// -- what was seen, on the device ------------------------------------------------------------------------------------------

/** Where there is no storage, as in Node, for as long as the program runs. */
const here = new Map<string, Seen>()

const shelf = () =>
  Promise.resolve()
    .then(() => caches.open('martello seen'))
    .catch(() => null)
const place = (url: string) => `${url}${url.includes('?') ? '&' : '?'}martello-seen`

export async function recall(url: string): Promise<Seen | undefined> {
  const stored = await shelf()
    .then((cache) => cache?.match(place(url)))
    .then((response) => response?.json() as Promise<Seen> | undefined)
    .catch(() => undefined)
  const known = here.get(url)
  return stored !== undefined && stored.version >= (known?.version ?? 0) ? stored : known
}

/** Unless somebody else has seen a newer one meanwhile. */
export async function remember(url: string, manifest: Manifest, pinned: string): Promise<void> {
  const { key, version, sha256, issued } = manifest
  const before = await recall(url)
  if (before !== undefined && before.version > version) return
  const seen: Seen = { pinned, key, version, sha256, issued }
  here.set(url, seen)
  await (await shelf())?.put(place(url), new Response(JSON.stringify(seen))).catch(() => {}) // no room: until the page closes
}
