// What a device that follows a bundle is sent, by a server or by whoever stands between: patches, whose streams are changed before they
// are packed again, and manifests, which say other things before they are signed.
import { createPublicKey, verify as verifyByNode } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { makePatch } from '../../../build/web/delta/diff.js'
import { HEADER, readHeader, sha256, writeHeader } from '../../../build/web/delta/format.js'
import { applyPatch } from '../../../build/web/delta/patch.js'
import { writeEnvelope } from '../../../build/web/update/manifest.js'
import { verified } from '../../../build/web/update/pieces.js'
import { rotate, signerOf } from '../../../build/web/update/sign.js'
import { believed } from '../../../build/web/update/trust.js'
import { fewestBytes } from '../../../build/web/update/ways.js'
import { WILD, mutated } from './mutations.mjs'
import { changed, random } from './shop.mjs'
import { fromNow, hashOf, manifestOf, patchOf } from './signed.mjs'

// -- patches -------------------------------------------------------------------------------------------------------------

const STREAMS = ['steps', 'differences', 'plain']
const drawn = random(7)
const OLD = Uint8Array.from({ length: 3000 }, () => drawn.below(40))
/** The old file with bytes that differ, one part moved, and one that is new. */
const NEW = Uint8Array.from([
  ...OLD.slice(900),
  ...OLD.slice(0, 700),
  ...Array.from({ length: 200 }, () => drawn.below(256)),
])
for (let i = 0; i < NEW.length; i += 37) NEW[i]++

/** Good patches, each as its header and its streams, unpacked. */
export async function patchParts() {
  const patches = [await makePatch(OLD, NEW), await makePatch(OLD, OLD), await makePatch(OLD, new Uint8Array(0))]
  return patches.map((patch) => {
    const header = readHeader(patch)
    let at = HEADER
    const streams = STREAMS.map((name) => inflateRawSync(patch.subarray(at, (at += header.streams[name]))))
    return { patch: Buffer.from(patch), header, streams }
  })
}

/** A patch with other bytes anywhere, or with another stream or length in good order. */
export function hostilePatch(parts, draw) {
  if (draw() < 0.2) return mutated(parts.map(({ patch }) => patch), draw) // prettier-ignore
  const { header, streams } = draw.of(parts)
  const at = draw.below(STREAMS.length)
  const packed = streams.map((bytes, i) =>
    deflateRawSync(i === at && bytes.length > 0 ? mutated([bytes], draw) : bytes),
  )
  const length = draw() < 0.2 ? Math.min(Math.abs(draw.of(WILD)), Number.MAX_SAFE_INTEGER) : header.new.length
  const lengths = Object.fromEntries(STREAMS.map((name, i) => [name, packed[i].length]))
  return Buffer.concat([writeHeader({ ...header, new: { ...header.new, length }, streams: lengths }), ...packed])
}

/** Nothing comes of a patch but what it says that it makes. */
export async function patches(path, draw, bytes) {
  const made = await applyPatch(OLD, bytes)
  const { length, digest } = readHeader(bytes).new
  if (made.length !== length || (await sha256(made)) !== digest) throw new Error('it makes something else than it says')
}

// -- manifests -----------------------------------------------------------------------------------------------------------

/** A private key that is the same each time: 32 bytes of n, as PKCS #8 has them. */
const keyOf = (n) => {
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, n)])
  return signerOf(`-----BEGIN PRIVATE KEY-----\n${der.toString('base64')}\n-----END PRIVATE KEY-----\n`)
}
const [first, second, stranger] = [1, 2, 3].map(keyOf)
const trust = { key: first.key, name: 'shop.martello', where: 'm.json' }

/** Good manifests of NEW: one with patches, one by a key that follows. */
export async function manifests() {
  const { entry } = await patchOf(OLD, NEW, 'a.patch')
  const chain = [entry, { ...entry, to: hashOf('x') }, { ...entry, from: hashOf('x'), length: 9 }]
  return [
    manifestOf(NEW, first, { patches: chain }),
    manifestOf(NEW, second, { rotations: [rotate(first, second.key)] }),
  ].map(Buffer.from)
}

/** A manifest with other bytes, or one that whoever has the key signed though it says something else. */
export function hostileManifest(seeds, draw) {
  if (draw() < 0.3) return mutated(seeds, draw)
  const { rotations, payload } = JSON.parse(draw.of(seeds))
  const other = JSON.stringify(changed(JSON.parse(payload), draw, draw() < 0.5 ? 5 : Infinity)) ?? 'null'
  const by = draw() < 0.8 ? (rotations.length > 0 ? second : first) : stranger
  const ways = draw() < 0.8 ? rotations : changed({ rotations }, draw).rotations
  return Buffer.from(writeEnvelope({ rotations: ways, ...by.sign(other) }))
}

/** As Node's own cryptography says it, which is quick. */
const verify = async (key, signature, bytes) => {
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(key).toString('base64url') }
  return verifyByNode(null, bytes, createPublicKey({ key: jwk, format: 'jwk' }), signature)
}

/** What is believed names a way to it, and passes on no byte that is not of the file whose pieces it signs. */
export async function followed(path, draw, bytes) {
  const seen = draw() < 0.3 ? { pinned: first.key, key: second.key, version: 1, sha256: hashOf(NEW), issued: fromNow(-1) } : undefined // prettier-ignore
  const manifest = await believed(bytes.toString(), { ...trust, verify, seen })
  fewestBytes(manifest, hashOf(OLD))
  const chunks = [NEW.subarray(0, 1000), NEW.subarray(1000)]
  const reader = { read: async () => ({ done: chunks.length === 0, value: chunks.shift() }), cancel: async () => {} }
  const pieces = verified(reader, manifest, 'shop.martello')
  for (let at = 0; ;) {
    const { done, value } = await pieces.read()
    if (done) break
    if (hashOf(value) !== hashOf(NEW.subarray(at, (at += value.length)))) throw new Error('other bytes were passed on')
  }
}
