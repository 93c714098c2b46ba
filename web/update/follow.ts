/**
 * Following the manifest of a bundle that is on the device: whether there is a newer version, and the newer one's bytes, made by
 * patches from those that are here or fetched whole, each piece looked at before it is passed on.
 */
import { sha256 } from '../delta/format.js'
import { patched } from '../delta/patch.js'
import { refused } from '../recommender/errors.js'
import type { ByteReader } from '../recommender/platform.js'
import { answer, beside, manifestIn, manifestOf, nameOf, SIGNED, wholly } from './fetch.js'
import type { Manifest, PatchFile } from './manifest.js'
import { verified } from './pieces.js'
import { believed, checkTrust, fresh, kept, recall, remember } from './trust.js'

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
    checkTrust('keep', key, atLeast)
    this.place = manifestOf(url)
    this.name = nameOf(url)
    this.where = `keep: ${this.name}.json`
  }

  /** The manifest of what is on the device: it was believed when it came, and still is, however old it has become. */
  async kept(fetched: Fetched): Promise<Followed> {
    const { key, name, where } = this
    return { ...fetched, manifest: await kept(fetched.text, { key, name, where }) }
  }

  /** The newest manifest; `here`, where the server has no other and its time has not passed. */
  async newest(here: Followed | null): Promise<Followed> {
    const { key, name, where, place, signal, atLeast } = this
    const fetched = await answer('keep', place, SIGNED, { cache: 'no-store', signal }, here?.etag)
    const seen = await recall(place)
    const trust = { key, name, where, seen, atLeast }
    if (fetched.status === 304) {
      fresh(here!.manifest, trust)
      return here!
    }
    const text = await manifestIn(fetched, where)
    const manifest = await believed(text, trust)
    await remember(place, manifest, key)
    return { text, etag: fetched.headers.get('etag'), manifest }
  }

  /** The new bytes from the old ones, which are those that the first patch is for. */
  async patched(manifest: Manifest, patches: readonly PatchFile[], old: Uint8Array): Promise<ByteReader> {
    const files = patches.map((patch) => this.patch(patch))
    for (const file of files) file.catch(() => {}) // who waits for it hears
    let [bytes, reader] = [old, undefined as ByteReader | undefined]
    for (const [i, { file }] of patches.entries()) {
      if (reader !== undefined) bytes = await wholly(reader, Infinity, file)
      const chunks = patched(bytes, await files[i]!)
      reader = {
        read: () => chunks.next() as ReturnType<ByteReader['read']>,
        cancel: () => chunks.return(undefined),
      }
    }
    return verified(reader!, manifest, `keep: what ${patches.at(-1)!.file} makes`)
  }

  private async patch({ file, length, sha256: hash }: PatchFile): Promise<Uint8Array> {
    const place = `keep: ${file}`
    const bytes = await wholly(await this.body(file), length, place)
    if ((await sha256(bytes)) === hash) return bytes
    throw refused(bytes.length < length ? 'cut' : 'altered', `${place}: found other bytes than were signed`)
  }

  /** The bundle's bytes from the server. */
  async whole(manifest: Manifest): Promise<ByteReader> {
    return verified(await this.body(manifest.file), manifest, `keep: ${manifest.file}`)
  }

  /** Those on the device. */
  check(reader: ByteReader, manifest: Manifest): ByteReader {
    return verified(reader, manifest, `keep: ${this.url} on this device`)
  }

  private async body(file: string): Promise<ByteReader> {
    const { url, signal } = this
    return (await answer('keep', beside(url, file), SIGNED, { cache: 'no-store', signal })).body!.getReader()
  }
}
