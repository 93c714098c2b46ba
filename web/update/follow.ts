/**
 * Following the manifest of a bundle that is on the device: whether there is a newer version, and the newer one's bytes, made by
 * patches from those that are here or fetched whole, each piece looked at before it is passed on.
 */
import { applyPatch, patched } from '../delta/patch.js'
import { MartelloError, refused } from '../recommender/errors.js'
import type { ByteReader } from '../recommender/platform.js'
import { beside, fetchManifest, manifestOf, nameOf, wholly } from './fetch.js'
import { sha256 } from './keys.js'
import type { Manifest, PatchFile } from './manifest.js'
import { verified } from './pieces.js'
import { believed, fresh, kept, recall, remember, seenOf } from './trust.js'

/** A manifest as it was fetched, with the server's name for it. */
export interface Fetched {
  text: string
  etag: string | null
}
/** … and what it says. */
export interface Followed extends Fetched {
  manifest: Manifest
}

export class Follower {
  private readonly place: string
  private readonly name: string
  private readonly where: string

  constructor(
    private readonly url: string,
    private readonly key: string,
    private readonly atLeast: number | undefined,
    private readonly signal: AbortSignal,
  ) {
    this.place = manifestOf(url)
    this.name = nameOf(url)
    this.where = `keep: ${this.place}`
  }

  /** The manifest of what is on the device: it was believed when it came, and still is, however old it has become. */
  async kept(fetched: Fetched): Promise<Followed> {
    const { key, name, where } = this
    return { ...fetched, manifest: await kept(fetched.text, { key, name, where }) }
  }

  /** The newest manifest; `here`, where the server has no other and its time has not passed. */
  async newest(here: Followed | null): Promise<Followed> {
    const { key, name, where, place, signal, atLeast } = this
    const ask = (etag: string | null) =>
      fetchManifest(place, where, { cache: 'no-store', signal, ...(etag !== null && { headers: { 'if-none-match': etag } }) }) // prettier-ignore
    const etag = here?.etag ?? null
    const fetched = await ask(etag).catch((error: MartelloError) => {
      // another origin may show its ETag and not allow the question about it
      if (etag === null || error.code !== undefined) throw error
      return ask(null)
    })
    const seen = await recall(place)
    const trust = { key, name, where, seen, atLeast }
    if (fetched === null) {
      fresh(here!.manifest, trust)
      return here!
    }
    const manifest = await believed(fetched.text, trust)
    if (manifest.version !== seen?.version || key !== seen.pinned) await remember(place, seenOf(manifest, key))
    return { ...fetched, manifest }
  }

  /** The new bytes from the old ones, which are those that the first patch is for. */
  async patched(manifest: Manifest, patches: readonly PatchFile[], old: Uint8Array): Promise<ByteReader> {
    let bytes = old
    const files = patches.map((patch) => this.patch(patch))
    for (const file of files) file.catch(() => {}) // who waits for it hears
    for (const file of files.slice(0, -1)) bytes = await applyPatch(bytes, await file, true)
    const chunks = patched(bytes, await files.at(-1)!)
    const reader: ByteReader = {
      read: () => chunks.next() as ReturnType<ByteReader['read']>,
      cancel: () => chunks.return(undefined),
    }
    return verified(reader, manifest, `keep: what ${patches.at(-1)!.file} makes`)
  }

  private async patch({ file, length, sha256: hash }: PatchFile): Promise<Uint8Array> {
    const place = beside(this.url, file)
    const bytes = await wholly(await this.body(place), length, `keep: ${place}`)
    if (bytes.length === length && (await sha256(bytes)) === hash) return bytes
    throw refused(bytes.length < length ? 'cut' : 'altered', `keep: ${place}: found other bytes, expected the ${length} that were signed`) // prettier-ignore
  }

  /** The bundle's bytes from the server. */
  async whole(manifest: Manifest): Promise<ByteReader> {
    const place = beside(this.url, manifest.file)
    return verified(await this.body(place), manifest, `keep: ${place}`)
  }

  check(reader: ByteReader, manifest: Manifest): ByteReader {
    return verified(reader, manifest, 'keep: what is on the device')
  }

  private async body(url: string): Promise<ByteReader> {
    const { signal } = this
    const response = await fetch(url, { cache: 'no-store', signal }).catch((error: Error) => {
      signal.throwIfAborted()
      throw new MartelloError(`keep: ${url} cannot be fetched (${error.message})`)
    })
    if (response.ok && response.body !== null) return response.body.getReader()
    throw new MartelloError(`keep: ${url} answered ${response.status}, expected what the manifest names`)
  }
}
