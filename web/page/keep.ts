/**
 * A bundle that stays on the device: it opens from there, and the server is asked whether there is a newer one.
 *
 *     const movies = await keep('/movies.martello', Recommender.open)
 *     movies.current.recommend({ history })     // always the newest that opened; it changes between calls, never during
 *
 * A download goes into wasm memory and, on the way, into a file of its own number, `key.8`. When it has opened, which
 * compares every checksum, the little file `key.current` is rewritten to name it, in one step, and the older one is removed:
 *
 *     key.7          the bundle in use                      whatever ends the page, on the next open `key.current` names a
 *     key.8          what is coming in, or has come in      whole bundle; were it unreadable, the numbered files are
 *     key.current    { url, file: 'key.7', etag, stamp }    tried, newest first, and the checksums decide
 *     key.x.12       of the root of a split catalogue, x by its header, list 12: web/lists/shelf.ts
 *
 * With a public key nothing is used that is not signed: the manifest says what is the newest version, and is kept in `key.current`
 * beside the name of the file that it is of. Then a newer version is made by patches from the one that is here, where those are
 * fewer bytes, and goes the same way: into memory and into a file of its own, so that a patch which does not fit leaves nothing.
 *
 * Tabs agree by two locks and a channel: one renews at a time, nobody reads while files are switched, and all hear of it.
 *
 * @module martello/keep
 */
import { hexOf } from '../delta/format.js'
import { MartelloError, type Reason } from '../recommender/errors.js'
import type * as platform from '../recommender/platform.js'
import type { ByteReader } from '../recommender/platform.js'
import { answer } from '../update/fetch.js'
import { Follower, type Fetched, type Followed } from '../update/follow.js'
import { releaseOf, type Release } from '../update/manifest.js'
import { fewestBytes } from '../update/ways.js'
import type { Files, ListOptions, Sink } from '../recommender/files.js'
import { openFiles } from './files.js'

/** What `keep` asks of a recommender. */
export interface Closable {
  /** Gives its memory back. */
  close(): void
  /** All of it has arrived and was found whole. */
  complete?: Promise<void>
}
/** How a version is opened. */
export interface OpenSettings {
  /** Told of bytes as they arrive; `total` is 0 until it is known. */
  onProgress?: (loaded: number, total: number) => void
  /** The largest bundle that is opened. Default 512 MB. */
  maxBytes?: number
  /** Compare sections with their checksums. Default true. */
  verify?: boolean
  /** What is kept is whole. */
  layers?: 'all'
  /** Where the lists are, and stay, of which this may be the root. */
  lists?: ListOptions
}
/** Opens a version from its bytes as they arrive. */
export type Open<R> = (source: platform.ReadableStream, options: OpenSettings) => Promise<R>

/** How a bundle is kept. */
export interface KeepOptions<R> extends Omit<OpenSettings, 'lists'> {
  /** A newer bundle is `current` from now on; the one before was closed. */
  onUpdate?: (current: R) => void
  /**
   * Told in a sentence what did not work and what is done instead: no room to keep the bundle, no answer about a newer one; with
   * `key` also why a newer one is not taken.
   */
  onProblem?: (sentence: string, code?: Reason) => void
  /** The public key of whoever signs the bundle (`martello keys`): as of `Recommender.open`, and newer versions come as patches. */
  key?: string
  /** With `key`: the least version that is taken. What was seen is remembered by itself. */
  atLeast?: number
  /** Ask for a newer bundle right after one was opened from the device. Default true; `check()` asks at any time. */
  revalidate?: boolean
  /** Where to keep it. Default: 'opfs', or where there is none 'cache', or else 'memory', which keeps nothing. */
  storage?: 'opfs' | 'cache' | 'memory'
  /** Bytes of a split catalogue's lists that stay on the device: those that were wanted longest ago go. Default 32,000,000; 0: none. */
  listBytes?: number
  /** Gives up opening. */
  signal?: platform.AbortSignal
}

/** A bundle that stays on the device, and the newest of its versions that opened. */
export interface Kept<R> {
  /** The newest bundle that opened. Ask for it at each use: it is replaced when a newer one has opened. */
  readonly current: R
  /** Where the current one is kept; 'memory': it could not be. */
  readonly storage: 'opfs' | 'cache' | 'memory'
  /** With `key`: what the manifest says of the current one, once that is whole. Else null. */
  readonly release: Release | null
  /**
   * Resolves when the first bundle has wholly arrived, and is stored if there is room: a download is in use before that,
   * as far as it has come. Rejects where it broke off; `check` tries again.
   */
  readonly complete: Promise<void>
  /** Asks the server for a newer bundle, and takes it. True where there was one. Throws where there is no answer. */
  check(): Promise<boolean>
  /** Closes `current` and listens no more. What is on the device stays. */
  close(): void
}

/** A bundle by its header, its file, and the server's name for it. */
interface Version {
  stamp: string
  file: string
  etag: string | null
  /** The manifest that it is of. */
  signed: Followed | null
}
/** What `key.current` says. */
interface Pointer extends Omit<Version, 'signed'> {
  url: string
  signed: Fetched | null
}

/**
 * The header of a bundle: 64 bytes, the last 8 a checksum over all other checksums. So it tells versions apart, also where
 * a server has no ETag or hides it: what comes after a header that is known need not come.
 */
const HEADER = 64

/**
 * Opens the bundle at `url` from the device, or downloads and keeps it. Throws where there is neither; what only hinders
 * keeping or comparing it goes to `onProblem`.
 */
export async function keep<R extends Closable>(
  url: string | platform.URL,
  open: Open<R>,
  options: KeepOptions<R> = {},
): Promise<Kept<R>> {
  const address = new URL(url, globalThis.document?.baseURI ?? location.href).href
  const kept = new Keeper(address, open, options, await openFiles(options.storage))
  await kept.begin()
  return kept
}

class Keeper<R extends Closable> implements Kept<R> {
  current!: R
  storage: Kept<R>['storage'] = 'memory'
  complete: Promise<void> = Promise.resolve()
  private stamp = ''
  private file = ''
  private etag: string | null = null
  private signed: Followed | null = null
  private opened = false
  private readonly ending = new AbortController()
  private begun = () => {}
  /** One thing after the other. */
  private turn: Promise<unknown> = Promise.resolve()
  private readonly key: string
  private readonly channel: BroadcastChannel | undefined
  private readonly follower: Follower | null

  constructor(
    private readonly url: string,
    private readonly open: Open<R>,
    private readonly options: KeepOptions<R>,
    private readonly files: Files | null,
  ) {
    this.key = hash(url)
    this.follower = !('key' in options) ? null : new Follower(url, options.key!, options.atLeast, this.ending.signal)
    if (files === null) return
    this.channel = new BroadcastChannel(`martello ${this.key}`)
    this.channel.onmessage = () => this.inTurn(() => this.fromDevice()).catch(() => {}) // else the one in use stays
  }

  get release(): Release | null {
    return this.signed && releaseOf(this.signed.manifest)
  }

  async begin(): Promise<void> {
    const { signal, revalidate = true } = this.options
    const aborted = () => this.ending.abort(signal!.reason)
    signal?.throwIfAborted()
    signal?.addEventListener('abort', aborted)
    try {
      const found = await this.inTurn(() => this.fromDevice())
      if (!found) await this.first()
      else if (revalidate && navigator.onLine !== false) this.check().catch((error: Error) => this.problem(error))
    } catch (error) {
      this.close()
      throw error
    } finally {
      signal?.removeEventListener('abort', aborted)
    }
  }

  /** Nothing is kept: resolves when what comes in can be used, or another tab has kept it meanwhile. */
  private async first(): Promise<void> {
    const usable = new Promise<void>((resolve) => (this.begun = resolve))
    this.complete = this.inTurn(() =>
      this.locked('renew', 'exclusive', async () => void ((await this.fromDevice()) || (await this.renew()))),
    )
    this.complete.catch((error: Error) => this.opened && this.problem(error))
    await Promise.race([usable, this.complete])
  }

  check(): Promise<boolean> {
    return this.inTurn(() => this.locked('renew', 'exclusive', () => this.renew()))
  }

  close(): void {
    this.ending.abort(new MartelloError('keep: it was closed'))
    this.channel?.close()
    ;(this.current as R | undefined)?.close()
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.turn.then(work, work)
    this.turn = done.catch(() => {})
    return done
  }

  /** Opens what is kept, if it is another than the one in use. True where `current` is now what is kept. */
  private fromDevice(): Promise<boolean> {
    const { files, follower } = this
    if (files === null) return Promise.resolve(false)
    return this.locked('files', 'shared', async () => {
      const pointer = await this.pointer()
      if (pointer !== null && pointer.stamp === this.stamp) {
        this.storage = files.kind // another tab had room for what we have in memory
        this.file = pointer.file
        if (follower && pointer.signed) this.signed = await follower.kept(pointer.signed)
        return true
      }
      const all = await this.numbered().catch(() => []) // then there is the one that the pointer names, or the server
      const others = all.filter((name) => name !== pointer?.file).reverse()
      for (const file of pointer === null ? others : [pointer.file, ...others])
        try {
          const signed = follower && (await follower.kept(pointer!.signed!))
          const blob = await files.read(file)
          if (blob === null || blob.size < HEADER) continue
          const stamp = stampOf(new Uint8Array(await blob.slice(0, HEADER).arrayBuffer()))
          const bytes = signed
            ? this.through(follower!.check(blob.stream().getReader(), signed.manifest))
            : blob.stream()
          const next = await this.open(bytes, this.settings(stamp))
          await next.complete
          this.take(next, files.kind, { stamp, file, etag: stamp === pointer?.stamp ? pointer.etag : null, signed })
          return true
        } catch {
          // not whole: the next file, or the server
        }
      return false
    })
  }

  /** Downloads where the server has another bundle than the current one. True where `current` is a new one. */
  private renew(): Promise<boolean> {
    return this.follower === null ? this.renewPlain() : this.renewSigned(this.follower)
  }

  /** By the manifest: patches where they are fewer bytes and fit, else the whole. */
  private async renewSigned(follower: Follower): Promise<boolean> {
    const before = this.current as R | undefined
    if (this.storage !== 'memory') await this.fromDevice() // another tab may have been quicker, and removed what we have
    const { signed: here, storage } = this
    const newest = await follower.newest(here)
    const { manifest } = newest
    const old = storage === 'memory' || here === null ? null : await this.files!.read(this.file).catch(() => null)
    if (manifest.sha256 === here?.manifest.sha256) {
      if (old !== null && newest.text !== here.text)
        await this.switchTo({ stamp: this.stamp, file: this.file, etag: null, signed: newest })
      this.signed = newest
      return this.current !== before
    }
    const patches = old && fewestBytes(manifest, here!.manifest.sha256)
    if (patches !== null)
      try {
        const bytes = new Uint8Array(await old!.arrayBuffer())
        return await this.receive(await follower.patched(manifest, patches, bytes), null, newest)
      } catch (error) {
        this.ending.signal.throwIfAborted()
        const { message, code } = error as MartelloError
        this.problem({ message: `${message}; the whole bundle is fetched instead`, code })
      }
    return this.receive(await follower.whole(manifest), null, newest)
  }

  private async renewPlain(): Promise<boolean> {
    // no-store: the browser need not keep a second copy
    const init = { cache: 'no-store', signal: this.ending.signal } as const
    const response = await answer('keep', this.url, 'a bundle', init, this.etag)
    if (response.status === 304) return false
    return this.receive(response.body!.getReader(), response.headers.get('etag'), null)
  }

  /** Opens what comes in, and keeps it; of what is known already nothing more comes. True where `current` is a new one. */
  private async receive(body: ByteReader, etag: string | null, signed: Followed | null): Promise<boolean> {
    let sink: Sink | undefined
    try {
      const head = await this.atLeast(HEADER, body)
      const version: Version = { stamp: stampOf(head), file: await this.nextFile(), etag, signed }
      if (this.stamp !== '' && version.stamp === this.stamp) {
        if (version.etag !== this.etag && this.storage !== 'memory')
          await this.switchTo({ ...version, file: this.file }) // the same under another name
        this.etag = version.etag
        return false
      }
      sink = await this.sinkFor(version.file)
      const next = await this.open(this.through(body, head, sink), this.settings(version.stamp))
      // the first is of use before it is whole; it is no version yet, so that `check` would ask for it again
      if (!this.opened) this.take(next, 'memory', { stamp: '', file: '', etag: null, signed: null })
      await next.complete
      const kept = await sink.close().then(
        () => this.switchTo(version),
        (error: Error) => this.noRoom(error),
      )
      sink = undefined
      this.take(next, kept ? this.files!.kind : 'memory', version)
      if (kept) this.channel?.postMessage(version.stamp)
      return true
    } finally {
      body.cancel().catch(() => {})
      await sink?.abort()
    }
  }

  private take(next: R, storage: Kept<R>['storage'], version: Version): void {
    if (this.ending.signal.aborted) {
      next.close()
      throw this.ending.signal.reason
    }
    const before = this.current as R | undefined
    this.current = next
    this.storage = storage
    Object.assign(this, version)
    this.begun()
    if (before === next) return
    before?.close()
    if (this.opened) queueMicrotask(() => this.options.onUpdate?.(next)) // what it throws is not ours
    this.opened = true
  }

  /** Reads until there are `count` bytes, or no more. */
  private async atLeast(count: number, body: ByteReader): Promise<Uint8Array<ArrayBuffer>> {
    let head = new Uint8Array(0)
    while (head.length < count) {
      const chunk = await this.next(body)
      if (chunk === undefined) break
      const joined = new Uint8Array(head.length + chunk.length)
      joined.set(head)
      joined.set(chunk, head.length)
      head = joined
    }
    return head
  }

  private async next(body: ByteReader): Promise<Uint8Array<ArrayBuffer> | undefined> {
    try {
      return (await body.read()).value as Uint8Array<ArrayBuffer> | undefined
    } catch (error) {
      this.ending.signal.throwIfAborted()
      if (error instanceof MartelloError) throw error
      throw new MartelloError(`keep: ${this.url} broke off (${(error as Error).message})`)
    }
  }

  /** What a reader brings, behind what was read already, written to `sink` on the way. */
  private through(body: ByteReader, head?: Uint8Array<ArrayBuffer>, sink?: Sink): ReadableStream<Uint8Array> {
    return new ReadableStream({
      pull: async (controller) => {
        const chunk = head ?? (await this.next(body))
        head = undefined
        if (chunk === undefined) return controller.close()
        await sink?.write(chunk)
        controller.enqueue(chunk)
      },
    })
  }

  // -- files ------------------------------------------------------------------------------------------------------------

  private async pointer(): Promise<Pointer | null> {
    try {
      const pointer = JSON.parse(await (await this.files!.read(`${this.key}.current`))!.text()) as Pointer
      return pointer.url === this.url ? pointer : null
    } catch {
      return null
    }
  }

  /** The bundles of this key, whole or not, oldest first. */
  private async numbered(): Promise<string[]> {
    const number = (name: string) => Number(name.split('.')[1])
    const ours = (await this.files!.names()).filter((name) => name.startsWith(`${this.key}.`) && number(name) >= 0)
    return ours.filter((name) => name.split('.').length === 2).sort((a, b) => number(a) - number(b))
  }

  /** A name that no file has; where they cannot be listed, by the time. */
  private async nextFile(): Promise<string> {
    const last = this.files && (await this.numbered().catch(() => [`.${Date.now()}`])).at(-1)
    return `${this.key}.${last ? Number(last.split('.')[1]) + 1 : 0}`
  }

  /** Where a download is written; where that fails it goes on without, and close says so. */
  private async sinkFor(file: string): Promise<Sink> {
    let sink: Sink | undefined
    let failure: unknown = this.files === null ? new Error('no storage here') : undefined
    const attempt = async (work: () => Promise<void> | undefined) => {
      if (failure === undefined)
        await work()?.catch(async (error: unknown) => {
          failure = error
          await sink?.abort().catch(() => {})
          await this.files?.remove(file).catch(() => {})
        })
    }
    await attempt(async () => {
      sink = await this.files!.write(file)
    })
    return {
      write: (chunk) => attempt(() => sink?.write(chunk)),
      async close() {
        await attempt(() => sink?.close())
        if (failure !== undefined) throw failure
      },
      abort: async () => {
        await sink?.abort().catch(() => {})
        await this.files?.remove(file).catch(() => {})
      },
    }
  }

  /** Names `pointer.file` as the bundle, then removes the others. */
  private switchTo(version: Version): Promise<boolean> {
    const { files, key } = this
    const { signed, ...others } = version
    const pointer: Pointer = { url: this.url, ...others, signed: signed && { text: signed.text, etag: signed.etag } }
    return this.locked('files', 'exclusive', async () => {
      try {
        const sink = await files!.write(`${key}.current`)
        await sink.write(new TextEncoder().encode(JSON.stringify(pointer)))
        await sink.close()
      } catch (error) {
        return this.noRoom(error as Error)
      }
      const lists = this.listPrefix(version.stamp)
      for (const name of await files!.names().catch(() => []))
        if (name.startsWith(`${key}.`) && name !== pointer.file && name !== `${key}.current` && !name.startsWith(lists))
          await files!.remove(name).catch(() => {}) // somebody has it open: the next time
      return true
    })
  }

  /** What the names of a root's lists begin with. */
  private listPrefix(stamp: string): string {
    return `${this.key}.${hash(stamp)}.`
  }

  private settings(stamp: string): OpenSettings {
    const { maxBytes, verify, onProgress, listBytes = 32_000_000 } = this.options
    const { files } = this
    const stay = files && { stay: { files, prefix: this.listPrefix(stamp), bytes: listBytes } }
    return {
      lists: { root: this.url, ...stay },
      layers: 'all', // what is kept is whole
      ...(maxBytes !== undefined && { maxBytes }),
      ...(verify !== undefined && { verify }),
      ...(onProgress && !this.opened && { onProgress }),
    }
  }

  private problem({ message, code }: { message: string; code?: Reason | undefined }): false {
    if (!this.ending.signal.aborted) this.options.onProblem?.(message, code)
    return false
  }

  private noRoom({ name, message }: Error): false {
    return this.problem({
      message: `keep: the bundle could not be kept and stays in memory only (${name}: ${message})`,
    })
  }

  /** Under a lock that all tabs share, where there are locks. */
  private async locked<T>(what: 'renew' | 'files', mode: LockMode, work: () => Promise<T>): Promise<T> {
    if (this.files === null || navigator.locks === undefined) return work()
    return navigator.locks.request(`martello ${what} ${this.key}`, { mode, signal: this.ending.signal }, work)
  }
}

const stampOf = (head: Uint8Array): string => hexOf(head.subarray(0, HEADER))

/** 53 bits of a string in letters and digits (cyrb53): a file's name; the pointer holds the URL itself. */
function hash(text: string): string {
  let [h1, h2] = [0xdeadbeef, 0x41c6ce57]
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    h1 = Math.imul(h1 ^ unit, 2654435761)
    h2 = Math.imul(h2 ^ unit, 1597334677)
  }
  h1 = Math.imul(h1 ^ (h1 >>> 16), 2246822507) ^ Math.imul(h2 ^ (h2 >>> 13), 3266489909)
  h2 = Math.imul(h2 ^ (h2 >>> 16), 2246822507) ^ Math.imul(h1 ^ (h1 >>> 13), 3266489909)
  return (4294967296 * (2097151 & h2) + (h1 >>> 0)).toString(36)
}
