// Signed bundles for tests: keys, manifests that say what a test wants, and patches between versions.
import { makePatch } from '../../../build/web/delta/diff.js'
import { hashOf, measured, newPrivateKey, rotate, signerOf, writeManifest } from '../../../build/web/update/sign.js'

export const signer = () => signerOf(newPrivateKey())
export { hashOf, rotate }

export const DAY = 86_400_000
export const fromNow = (days) => new Date(Date.now() + days * DAY).toISOString()

/** The manifest of a bundle, with what `say` says instead. */
export function manifestOf(bytes, by, { rotations = [], ...say } = {}) {
  const said = {
    name: 'shop.martello',
    version: 1,
    issued: fromNow(0),
    expires: fromNow(30),
    file: 'shop.martello',
    ...measured(bytes),
    patches: [],
    ...say,
  }
  return writeManifest(said, by, rotations)
}

/** A patch as a manifest names it, and its bytes. */
export async function patchOf(old, made, file) {
  const patch = await makePatch(old, made)
  return { entry: { from: hashOf(old), to: hashOf(made), file, length: patch.length, sha256: hashOf(patch) }, patch }
}
