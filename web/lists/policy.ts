/** The sources of a root's policy (src/bundle/policy.h), as far as what is fetched depends on them. */
import { POLICY_HEAD, SOURCE_BYTES } from '../generated/numbers.js'

export interface Source {
  /** SOURCE, and which section of that kind. */
  kind: number
  ordinal: number
  /** Only so many newest events count; 0: all. An event with a newer ones after it counts decay^a. */
  last: number
  decay: number
  /** By length of the history: none, 1 to 4, 5 to 19, 20 and more. */
  weight: readonly number[]
}

/** `bytes`: of a policy that the core has looked at. */
export function sourcesIn(bytes: Uint8Array): Source[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Array.from({ length: view.getUint32(0, true) }, (_, i) => {
    const at = POLICY_HEAD + SOURCE_BYTES * i
    return {
      kind: view.getUint16(at + 24, true),
      ordinal: view.getUint32(at + 28, true),
      last: view.getUint32(at + 36, true),
      decay: view.getFloat32(at + 40, true),
      weight: [48, 52, 56, 60].map((of) => view.getFloat32(at + of, true)),
    }
  })
}
