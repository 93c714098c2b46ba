/** A bundle of which a key says who may have signed it: its manifest first, then the bundle, each piece looked at as it arrives. */
import { MartelloError, refused } from '../recommender/errors.js'
import type { BundleSource, Checked } from '../recommender/load.js'
import type { OpenOptions } from '../recommender/options.js'
import { kindOf, type ByteStream } from '../recommender/platform.js'
import { beside, fetchManifest, manifestOf, nameOf, wholly } from '../update/fetch.js'
import type { Verify } from '../update/keys.js'
import { MOST_BYTES, releaseOf, type Manifest, type Release } from '../update/manifest.js'
import { verified } from '../update/pieces.js'
import { believed, recall, remember, seenOf } from '../update/trust.js'

/** What of a runtime is asked. */
export interface Runtime {
  /** Turns what only this runtime opens, such as a path, into what all do. */
  source?(source: BundleSource): Promise<BundleSource>
  /** Ed25519, where WebCrypto's will not do. */
  verify?: Verify
}

interface SignedSource {
  source: BundleSource
  release: Release
  checked: Checked
}

export async function signed(source: BundleSource, options: OpenOptions, runtime: Runtime): Promise<SignedSource> {
  const { address, manifest: place, name, fileOf } = addressed(source, runtime)
  const where = `open: ${place}`
  const text = runtime.source && isPath(place) ? await textOf(place, where, runtime) : (await fetchManifest(place, where, requestOf(source)))!.text // prettier-ignore
  const key = options.key!
  const trust = { key, seen: await recall(place), atLeast: options.atLeast, name, where, verify: runtime.verify }
  const manifest = await believed(text, trust)
  await remember(place, seenOf(manifest, key))
  return {
    source: fileOf(manifest),
    release: releaseOf(manifest),
    checked: (reader, at) => verified(reader, manifest, `open: ${address}`, at),
  }
}

const isPath = (text: string) => !/^https?:/.test(text)

/** Where a bundle and its manifest are. A bundle that is on its way already is read as it comes. */
function addressed(source: BundleSource, { source: opens }: Runtime) {
  const kind = kindOf(source)
  const given = /^(String|URL)$/.test(kind)
    ? String(source)
    : /^(Request|Response)$/.test(kind)
      ? (source as Request).url
      : ''
  if (given === '')
    throw new MartelloError(`open: key: found ${kind === 'Response' ? 'a Response without a URL' : 'bytes or a stream'}, expected the address of a bundle, beside which its manifest is`) // prettier-ignore
  if (opens !== undefined && !/^(https?|file):/.test(given)) {
    const sibling = (file: string) => given.replace(/[^/\\]*$/, () => file)
    const name = given.slice(sibling('').length)
    return { address: given, manifest: `${given}.json`, name, fileOf: ({ file }: Manifest) => sibling(file) }
  }
  const address = new URL(given, globalThis.document?.baseURI ?? globalThis.location?.href).href
  const fileOf = ({ file }: Manifest): BundleSource => {
    if (kind === 'Response') return source
    const url = beside(address, file)
    return kind === 'Request' ? new Request(url, requestOf(source)) : url
  }
  return { address, manifest: manifestOf(address), name: nameOf(address), fileOf }
}

/** What lets somebody in, and gives up. */
function requestOf(source: BundleSource): RequestInit {
  if (kindOf(source) !== 'Request') return {}
  const { headers, credentials, signal } = source as Request
  return { headers, credentials, signal }
}

async function textOf(path: string, where: string, { source }: Runtime): Promise<string> {
  const stream = await source!(path).catch(({ message }: Error) => {
    throw refused('unsigned', `${message}, expected a manifest: martello sign makes one`)
  })
  return new TextDecoder().decode(await wholly((stream as ByteStream).getReader(), MOST_BYTES, where))
}
