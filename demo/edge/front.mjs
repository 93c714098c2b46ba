/**
 * What asks all shards, as a Worker: bindings SHARD_1, SHARD_2 … to Workers of shard.mjs, and the root from an R2 bucket or the static assets.
 * Every minute it looks whether there is a new root; shards get the files of the new one by their names, so nothing is deployed for it.
 */
import { Shards } from 'martello/shards'
import { recommending } from './handler.mjs'

const ROOT = 'root.martello'

export default recommending(
  async ({ BUCKET, FILES }) => {
    const root = BUCKET ? (await BUCKET.get(ROOT))?.body : await FILES.fetch(`https://files.local/${ROOT}`)
    if (!root) throw new Error(`the bucket has no ${ROOT}`)
    return root
  },
  {
    open: (root, env) =>
      Shards.open(root, { shards: (shard) => env[`SHARD_${shard + 1}`], deadline: Number(env.DEADLINE ?? 250) }),
    again: 60_000,
  },
)
