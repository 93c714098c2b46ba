/** Where an item of a catalogue in shards lives: it follows from its id, so who knows the id knows whom to ask. */

/** FNV-1a of its UTF-8 bytes (Fowler, Noll and Vo), mixed once more as MurmurHash3 ends, so that all bits count. */
export function shardOf(id: string, shards: number): number {
  let hash = 0x811c9dc5
  for (const byte of utf8.encode(id)) hash = Math.imul(hash ^ byte, 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) % shards
}

const utf8 = new TextEncoder()

/** The file of a shard, from 0, beside its root. `catalogue`: what that says of itself, so no file of another catalogue has this name. */
export const fileOf = (catalogue: string, shard: number) => `shard-${catalogue}-${shard + 1}.martello`
