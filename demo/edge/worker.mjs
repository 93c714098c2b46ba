/** The Worker: its bundle comes from an R2 bucket, a KV namespace or the static assets, whichever is bound. */
import { recommending } from './handler.mjs'

export default recommending(async ({ BUNDLE = 'bundle.martello', BUCKET, KV, ASSETS }) => {
  if (BUCKET) return streamOf((await BUCKET.get(BUNDLE))?.body, `the bucket has no ${BUNDLE}`)
  if (KV) return streamOf(await KV.get(BUNDLE, { type: 'stream' }), `the namespace has no ${BUNDLE}`)
  if (ASSETS) return ASSETS.fetch(`https://assets.local/${BUNDLE}`)
  throw new Error('found no binding, expected BUCKET, KV or ASSETS')
})

function streamOf(stream, otherwise) {
  if (!stream) throw new Error(otherwise)
  return stream
}
