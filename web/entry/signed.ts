/**
 * A bundle of which a key says who may have signed it: its manifest first, then the bundle, each piece looked at as it arrives. In a
 * page this is a file of its own, which is loaded by the first that opens a bundle with a key.
 */
import { refuse } from '../recommender/errors.js'
import type { BundleSource, Checked } from '../recommender/load.js'
import type { OpenOptions } from '../recommender/options.js'
import { kindOf } from '../recommender/platform.js'
import type * as platform from '../recommender/platform.js'
import { answer, beside, manifestIn, manifestOf, nameOf, SIGNED } from '../update/fetch.js'
import type { Verify } from '../update/keys.js'
import { releaseOf, type Release } from '../update/manifest.js'
import { verified } from '../update/pieces.js'
import { believed, checkTrust, recall, remember } from '../update/trust.js'

/** A manifest beside a bundle, and how its files are named. */
export interface Place {
  manifest: string
  /** What the bundle is called. */
  name: string
  text(): Promise<string>
  file(name: string): string
}

/** What of a runtime is asked. */
export interface Runtime {
  /** Turns what only this runtime opens, such as a path, into what all do. */
  source?(source: BundleSource): Promise<BundleSource>
  /** The same of a bundle that is signed; null: it is a URL of the web. */
  place?(source: string | platform.URL): Place | null
  /** Ed25519, where WebCrypto's will not do. */
  verify?: Verify
}

export interface SignedSource {
  source: BundleSource
  release: Release
  checked: Checked
}

export async function signed(source: BundleSource, options: OpenOptions, runtime: Runtime): Promise<SignedSource> {
  const { key, atLeast } = options
  checkTrust('open', key, atLeast)
  if (!/^(String|URL)$/.test(kindOf(source)))
    refuse('open: key', source, 'the address of a bundle, as a string or a URL')
  const { manifest: place, name, text, file } = runtime.place?.(source as string) ?? onTheWeb(source as string)
  const where = `open: ${place}`
  const trust = { key: key!, seen: await recall(place), atLeast, name, where, verify: runtime.verify }
  const manifest = await believed(await text(), trust)
  await remember(place, manifest, key!)
  return {
    source: file(manifest.file),
    release: releaseOf(manifest),
    checked: (reader, at) => verified(reader, manifest, `open: ${manifest.file}`, at),
  }
}

function onTheWeb(source: string | URL): Place {
  const { href } = new URL(source, globalThis.document?.baseURI ?? globalThis.location?.href)
  const manifest = manifestOf(href)
  // an older Cloudflare runtime has no such field, nor a cache of its own, and refuses it
  const init: RequestInit = 'cache' in Request.prototype ? { cache: 'no-cache' } : {}
  return {
    manifest,
    name: nameOf(href),
    text: async () => manifestIn(await answer('open', manifest, SIGNED, init), `open: ${manifest}`),
    file: (name) => beside(href, name),
  }
}
