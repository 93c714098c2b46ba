/**
 * A patch that browsers apply by themselves: the new file compressed by Zstandard with the old one as its dictionary, as "dcz" of
 * compression dictionary transport (RFC 9842) has it: 8 bytes of magic, the SHA-256 of the dictionary, one frame.
 */
import { createHash } from 'node:crypto'
import { compressUsingDict, createCCtx, freeCCtx, init } from '@bokuweb/zstd-wasm'

const MAGIC = [0x5e, 0x2a, 0x4d, 0x18, 0x20, 0, 0, 0]
/** The highest whose window stays within the 8 MB that every browser takes. */
const LEVEL = 19

export async function makeDictionaryPatch(old: Uint8Array, made: Uint8Array): Promise<Uint8Array> {
  await init()
  const context = createCCtx()
  try {
    const frame = compressUsingDict(context, made, old, LEVEL)
    return new Uint8Array(Buffer.concat([Uint8Array.from(MAGIC), createHash('sha256').update(old).digest(), frame]))
  } finally {
    freeCCtx(context)
  }
}
