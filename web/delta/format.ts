/**
 * A patch: what makes of the bytes of one file exactly those of another. README.md draws it byte by byte.
 *
 * Steps go through the new file from its front. Each moves in the old file, copies from there, copies and adds differences
 * (bsdiff, Percival 2003), then takes bytes that stand in the patch:
 *
 *     new += old[at, copy]     new += old[at, mix] + difference[mix]     new += plain[plain]
 *
 * Steps, differences and plain bytes are three streams, since each is packed best among its own kind.
 */
import { MartelloError } from '../recommender/errors.js'

const MAGIC = 'martdiff'
export const VERSION = 1
export const HEADER = 120
const DIGEST = 32

export const hexOf = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
export const bytesOfHex = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16))
/** SHA-256, in hexadecimal. */
export const sha256 = async (bytes: Uint8Array): Promise<string> =>
  hexOf(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as BufferSource)))

export interface PatchHeader {
  /** Of the file that it is for, and of the file that it makes: length in bytes, and SHA-256. */
  old: { length: number; digest: string }
  new: { length: number; digest: string }
  /** Packed bytes of the streams, one after the other behind the header. */
  streams: { steps: number; differences: number; plain: number }
}

/**
 * A patch of few bytes could ask for more memory than there is, by copying the same again and again. So what it makes is at most twice
 * the old file beside what its own bytes can unpack to; DEFLATE makes 1,032 of one at most.
 */
const EXPANDS = 1032
export const mostOf = (old: number, plain: number): number => 2 * old + EXPANDS * plain

export function writeHeader(header: PatchHeader): Uint8Array {
  const bytes = new Uint8Array(HEADER)
  const view = new DataView(bytes.buffer)
  bytes.set(new TextEncoder().encode(MAGIC))
  view.setUint32(8, VERSION, true)
  view.setBigUint64(16, BigInt(header.old.length), true)
  view.setBigUint64(24, BigInt(header.new.length), true)
  bytes.set(bytesOfHex(header.old.digest), 32)
  bytes.set(bytesOfHex(header.new.digest), 32 + DIGEST)
  const { steps, differences, plain } = header.streams
  ;[steps, differences, plain].forEach((length, i) => view.setBigUint64(96 + 8 * i, BigInt(length), true))
  return bytes
}

/** Errors: no patch, one of another version, one that was cut, or that makes more than `mostOf`. */
export function readHeader(patch: Uint8Array): PatchHeader {
  const magic = new TextDecoder('latin1').decode(patch.subarray(0, MAGIC.length))
  if (magic !== MAGIC)
    throw new MartelloError(
      `patch: found ${magic === 'martello' ? 'a bundle' : 'something else'}, expected a patch of martello diff`,
    )
  if (patch.length < HEADER)
    throw new MartelloError(`patch: found ${patch.length} bytes, expected ${HEADER} of a header and more`)
  const view = new DataView(patch.buffer, patch.byteOffset, patch.byteLength)
  const version = view.getUint32(8, true)
  if (version !== VERSION)
    throw new MartelloError(
      `patch: found version ${version}, expected ${VERSION}: ${version > VERSION ? 'update martello' : 'make it anew'}`,
    )
  const number = (at: number, name: string) => {
    const value = view.getBigUint64(at, true)
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new MartelloError(`patch: found a ${name} of ${value} bytes`)
    return Number(value)
  }
  const digest = (at: number) => hexOf(patch.subarray(at, at + DIGEST))
  const header: PatchHeader = {
    old: { length: number(16, 'file before'), digest: digest(32) },
    new: { length: number(24, 'file after'), digest: digest(32 + DIGEST) },
    streams: { steps: number(96, 'stream'), differences: number(104, 'stream'), plain: number(112, 'stream') },
  }
  const { steps, differences, plain } = header.streams
  const whole = HEADER + steps + differences + plain
  if (patch.length !== whole)
    throw new MartelloError(`patch: found ${patch.length} bytes, expected ${whole} as its header says`)
  const most = mostOf(header.old.length, plain)
  if (header.new.length > most)
    throw new MartelloError(`patch: found that it makes ${header.new.length} bytes, expected at most ${most}`)
  return header
}
