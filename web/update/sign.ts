/** Making what a manifest holds: keys, signatures, and the hashes of a bundle's pieces. */
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { signedBytes } from './keys.js'
import { FORMAT, writeEnvelope, type Manifest, type Rotation, type Signed } from './manifest.js'

/** A private key, and the public one that is known of it, in hexadecimal. */
export interface Signer {
  key: string
  sign(payload: string): Signed
}

/** A new private key, as openssl writes it too (PKCS #8 in PEM). */
export const newPrivateKey = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string

/** Of a private key in PEM; null: it is none of Ed25519. */
export function signerOf(pem: string): Signer | null {
  try {
    const secret = createPrivateKey(pem)
    if (secret.asymmetricKeyType !== 'ed25519') return null
    const { x } = createPublicKey(secret).export({ format: 'jwk' })
    return {
      key: Buffer.from(x!, 'base64url').toString('hex'),
      sign: (payload) => ({ payload, signature: sign(null, signedBytes(payload), secret).toString('hex') }),
    }
  } catch {
    return null
  }
}

export const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** What a device fetches before it can use the first of it, where there are not too many. */
const PIECE = 1 << 16
const MOST_PIECES = 128

/** A bundle by its bytes, whole and in pieces, so that a manifest is a few kilobytes whatever the bundle's length. */
export function measured(bytes: Uint8Array): Pick<Manifest, 'length' | 'sha256' | 'piece' | 'pieces'> {
  const { length } = bytes
  let piece = PIECE
  while (length > MOST_PIECES * piece) piece *= 2
  let pieces = ''
  for (let at = 0; at < length; at += piece) pieces += hashOf(bytes.subarray(at, at + piece))
  return { length, sha256: hashOf(bytes), piece, pieces }
}

/** The manifest's file. */
export function writeManifest(said: Omit<Manifest, 'martello' | 'key'>, signer: Signer, rotations: Signed[]): string {
  const manifest: Manifest = { martello: FORMAT, key: signer.key, ...said }
  return writeEnvelope({ rotations, ...signer.sign(JSON.stringify(manifest)) })
}

/** `old` says that `next` signs from now on. */
export function rotate(old: Signer, next: string): Signed {
  const rotation: Rotation = { martello: FORMAT, key: old.key, next }
  return old.sign(JSON.stringify(rotation))
}
