/** Ed25519 (RFC 8032): whether a key signed a text. */
import { bytesOfHex } from '../delta/format.js'
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
    throw refused('unsupported', 'key: found no Ed25519 here, expected Chrome 137, Firefox 129, Safari 17 or later, and https') // prettier-ignore
  return given !== null && subtle!.verify({ name }, given, signature as BufferSource, bytes as BufferSource)
}
