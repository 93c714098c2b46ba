/**
 * The manifest of a bundle, `NAME.martello.json`: which version is the newest, what its bytes are, from which others patches lead
 * there, and until when that may be believed; signed. README.md draws it.
 *
 * One line of JSON in exactly one form, so that there is nothing in it that nobody signed. What is signed is a string in it, byte by
 * byte as it stands there. It is read once, here, and everything else may rely on what came out.
 */
import { MartelloError, refused } from '../recommender/errors.js'
import { signs, type Verify } from './keys.js'

/** What makes one version out of another. */
export interface PatchFile {
  /** SHA-256 of the bundles before and after, in hexadecimal. */
  from: string
  to: string
  /** A file beside the manifest, its length in bytes and its SHA-256. */
  file: string
  length: number
  sha256: string
}

/** What a manifest says. */
export interface Manifest {
  /** The version of this format. */
  martello: 1
  /** The name that a bundle is asked for by, so that none can stand for another of the same publisher. */
  name: string
  /** Greater than that of any manifest before. */
  version: number
  /** Times, as `Date.toISOString` writes them. */
  issued: string
  expires: string
  /** Who signed: an Ed25519 public key in hexadecimal. */
  key: string
  /** The bundle: a file beside the manifest, its length in bytes, its SHA-256. */
  file: string
  length: number
  sha256: string
  /** The bundle is checked in pieces of so many bytes, whose SHA-256 these are, one behind the other. */
  piece: number
  pieces: string
  patches: PatchFile[]
}

/** What a page is told of a signed bundle. */
export interface Release {
  /** The name that it was signed under, and its number: every later one has a greater one. */
  name: string
  version: number
  /** Times, as `Date.toISOString` writes them. */
  issued: string
  expires: string
  /** The public key that signed it: the one that was asked for, or one that follows it. */
  key: string
}

/** A key says which one follows it. */
export interface Rotation {
  martello: 1
  key: string
  next: string
}

export interface Signed {
  payload: string
  signature: string
}
/** A manifest as its file has it; rotations go from the oldest key to the one that signed. */
export interface Envelope extends Signed {
  rotations: Signed[]
}

export const FORMAT = 1
/** A longer manifest is none. */
export const MOST_BYTES = 1 << 20
const MOST_ROTATIONS = 16
const MOST_PATCHES = 256
const LEAST_PIECE = 1024
const HASH = /^[0-9a-f]{64}$/
const SIGNATURE = /^[0-9a-f]{128}$/
/** A name in a folder, whatever the system. */
const NAME = /^(?!\.{1,2}$)[^/\\\0]{1,255}$/
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

export const isHash = (text: unknown): text is string => typeof text === 'string' && HASH.test(text)
export const isFileName = (name: unknown): name is string => typeof name === 'string' && NAME.test(name)

export const releaseOf = ({ name, version, issued, expires, key }: Manifest): Release => ({ name, version, issued, expires, key }) // prettier-ignore

export const writeEnvelope = (envelope: Envelope): string =>
  `${JSON.stringify(envelope, ['rotations', 'payload', 'signature'])}\n`

/** The envelope of a manifest, nobody's word yet. `where` begins each sentence. */
export function readEnvelope(text: string, where: string): Envelope {
  try {
    const envelope = JSON.parse(text) as Envelope
    if (writeEnvelope(envelope) === text && [envelope, ...envelope.rotations].every(isSigned)) return envelope
  } catch {
    // no JSON, or another shape
  }
  const [code, found] = text.trimStart().startsWith('<')
    ? (['unsigned', 'a page'] as const)
    : text.endsWith('\n')
      ? (['altered', 'something else'] as const)
      : (['cut', 'a part'] as const)
  throw refused(code, `${where}: found ${found}, expected a manifest of martello sign`)
}

const isSigned = ({ payload, signature }: Signed): boolean => typeof payload === 'string' && SIGNATURE.test(signature)

/** What is signed, read; nothing where it is no JSON. */
export function said<T>({ payload }: Signed): Partial<T> {
  try {
    return Object(JSON.parse(payload)) as T
  } catch {
    return {}
  }
}

/**
 * What a manifest says, once it is known to be signed by `trusted`, or by a key that follows it. Errors: altered, signed by another
 * key, no manifest that this version understands.
 */
export async function readManifest(text: string, trusted: string, where: string, verify?: Verify): Promise<Manifest> {
  const envelope = readEnvelope(text, where)
  const believe = async (signed: Signed) => {
    if (!(await signs(key, signed.payload, signed.signature, verify)))
      throw refused('altered', `${where}: found other words than were signed`)
  }
  let key = trusted
  for (const rotation of envelope.rotations.slice(0, MOST_ROTATIONS)) {
    const { key: before, next } = said<Rotation>(rotation)
    if (before !== key || !isHash(next)) continue // of a time before `trusted`
    await believe(rotation)
    key = next
  }
  const manifest = said<Manifest>(envelope)
  if (manifest.key !== key) {
    const signer = isHash(manifest.key) ? `the key ${manifest.key}` : 'nobody'
    throw refused('key', `${where}: found that ${signer} signed it, expected ${key}`)
  }
  await believe(envelope)
  const { martello: format } = manifest
  if (!Number.isSafeInteger(format)) throw new MartelloError(`${where}: found no format, expected ${FORMAT}`)
  if (format !== FORMAT)
    throw new MartelloError(`${where}: found format ${format}, expected ${FORMAT}: update martello`)
  if (!isRight(manifest as Manifest)) throw new MartelloError(`${where}: found a manifest that says what cannot be`)
  return manifest as Manifest
}

const isLength = (length: unknown): boolean => Number.isSafeInteger(length) && (length as number) >= 0

/** Signed is not the same as right: whoever has the key may err, too. */
function isRight({ name, version, issued, expires, file, length, sha256, piece, pieces, patches }: Manifest): boolean {
  const isPatch = ({ from, to, file, length, sha256 }: PatchFile) =>
    [from, to, sha256].every(isHash) && isFileName(file) && isLength(length)
  return (
    [name, file].every(isFileName) &&
    [version, length, piece].every(isLength) &&
    [issued, expires].every((time) => TIME.test(time)) &&
    isHash(sha256) &&
    piece >= LEAST_PIECE &&
    /^[0-9a-f]*$/.test(pieces) &&
    pieces.length === 64 * Math.ceil(length / piece) &&
    Array.isArray(patches) &&
    patches.length <= MOST_PATCHES &&
    patches.every((patch) => isPatch(Object(patch) as PatchFile))
  )
}
