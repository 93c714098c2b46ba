/** One shard as a Worker: its file comes from an R2 bucket or the static assets, whichever is bound. */
import { shard } from 'martello/shards'

export default shard(async (file, { BUCKET, FILES }) => {
  if (BUCKET) return (await BUCKET.get(file))?.body ?? null
  const response = await FILES.fetch(`https://files.local/${file}`)
  return response.ok ? response : null
})
