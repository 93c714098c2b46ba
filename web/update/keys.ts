/** Ed25519 (RFC 8032): whether a key signed a text. */
import { refused } from '../recommender/errors.js'

/** Whether `signature` is that of `key` over `bytes`. */
export type Verify = (key: Uint8Array, signature: Uint8Array, bytes: Uint8Array) => Promise<boolean>

/** Stands before all that is signed, so that nothing which was signed for another purpose can be passed off as a manifest. */
const PURPOSE = 'martello manifest\n'

/** The bytes that are signed for a text. */
export const signedBytes = (payload: string): Uint8Array => new TextEncoder().encode(PURPOSE + payload)

export function signs(key: string, payload: string, signature: string, verify: Verify = byWebCrypto): Promise<boolean> {
  return verify(bytesOfHex(key), bytesOfHex(signature), signedBytes(payload))
}

const byWebCrypto: Verify = async (key, signature, bytes) => {
  const subtle = globalThis.crypto?.subtle as SubtleCrypto | undefined // a page without https has none
  const name = 'Ed25519'
  const given = await subtle?.importKey('raw', key as BufferSource, { name }, false, ['verify']).catch(({ name }: Error) => {
    if (name === 'NotSupportedError') return undefined
    return null // no point of the curve
  }) // prettier-ignore
  if (given === undefined)
    throw refused('unsupported', 'open: this runtime has no Ed25519, by which bundles are signed; expected Chrome 137, Firefox 129, Safari 17 or later, over https') // prettier-ignore
  return given !== null && subtle!.verify({ name }, given, signature as BufferSource, bytes as BufferSource)
}

export const bytesOfHex = (hex: string): Uint8Array =>
  Uint8Array.from({ length: hex.length / 2 }, (_, i) => parseInt(hex.slice(2 * i, 2 * i + 2), 16))

export const hexOf = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

export const sha256 = async (bytes: Uint8Array): Promise<string> =>
  hexOf(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as BufferSource)))
