/** How to come from one version to another by the fewest bytes: a chain of patches, one that jumps, or the whole file. */
import type { Manifest, PatchFile } from './manifest.js'

/** The patches, in order; null where the whole file is fewer bytes. */
export function fewestBytes(manifest: Manifest, from: string): PatchFile[] | null {
  const ways = new Map<string, { bytes: number; patches: PatchFile[] }>([[from, { bytes: 0, patches: [] }]])
  // what can be reached by one patch, two … (Bellman and Ford)
  for (let changed = true; changed;) {
    changed = false
    for (const patch of manifest.patches) {
      const before = ways.get(patch.from)
      if (before === undefined) continue
      const bytes = before.bytes + patch.length
      if (bytes >= (ways.get(patch.to)?.bytes ?? manifest.length)) continue
      ways.set(patch.to, { bytes, patches: [...before.patches, patch] })
      changed = true
    }
  }
  return ways.get(manifest.sha256)?.patches ?? null
}
