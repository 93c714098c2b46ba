/**
 * A bundle in shards: each is a bundle of those items whose ids fall to it, with what their postings hold by places in the whole catalogue;
 * the root says how many items each has, so that a place says which row of which shard it is.
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { SECTION } from '../../generated/numbers.js'
import { Learn } from '../../learn/learn.js'
import { InputError } from '../../read/index.js'
import { VERSION } from '../../recommender/version.js'
import { fileOf, shardOf } from '../../shards/place.js'
import { readRecord } from '../inspect.js'
import type { Progress } from '../progress.js'
import { bundle } from '../sections/bundle.js'
import { section } from '../sections/section.js'
import { writeAtomically } from '../write.js'
import { headOf, ID_BYTES, planWith, vectorsOf } from './bundle.js'
import { planOf, type SplitOptions } from './plan.js'
import { rootOf } from './root.js'
import { ROOT, type SplitReport } from './split.js'
import { Whole } from './whole.js'

export async function shardBundle(
  path: string,
  bytes: Uint8Array,
  folder: string,
  options: SplitOptions & { shards: number },
  progress: Progress,
): Promise<SplitReport> {
  const learn = await Learn.start()
  const whole = new Whole(learn, path, bytes)
  if (whole.valued)
    throw new InputError(
      { file: path },
      'lists under values',
      'a bundle without the source "attributes", or lists in place of shards',
    )
  const { items, told } = whole.members()
  for (const line of whole.remarks()) progress.say(`look: ${path}: ${line}`)
  const { dim, metric } = await vectorsOf(bytes, whole, items)
  const plan = planWith(planOf(items.length, dim, whole.weight - ID_BYTES, { ...options, metric, layers: [] }), told.size) // prettier-ignore
  const catalogue = createHash('sha256').update(JSON.stringify({ martello: VERSION, ...plan })).update(bytes).digest('hex').slice(0, 8) // prettier-ignore
  const isHead = headOf(items, told, plan.head)
  const head = items.filter((_, row) => isHead[row] === 1)
  const others = items.filter((_, row) => isHead[row] === 0)
  const own = Array.from({ length: plan.shards }, (_, shard) => others.filter((item) => shardOf(whole.ids[item]!, plan.shards) === shard)) // prettier-ignore
  if (own.some(({ length }) => length === 0))
    throw new InputError({ file: path }, `${others.length} items beside the root's for ${plan.shards} shards`, 'more items, or fewer shards') // prettier-ignore
  const placeOf = new Int32Array(whole.items).fill(-1)
  let place = 0
  for (const some of [head, ...own]) for (const item of some) placeOf[item] = place++
  let written = 0
  for (const [shard, some] of own.entries()) {
    progress.stage('writing shards', shard, plan.shards)
    const record = section(
      SECTION.record,
      'record',
      Buffer.from(JSON.stringify({ martello: VERSION, catalogue, shard })),
    )
    const file = bundle(learn, some.length, [...whole.shard(some, placeOf), record])
    await writeAtomically(join(folder, fileOf(catalogue, shard)), file)
    written += file.length
  }
  progress.stage('writing the root', 0, 1)
  const { config = {}, policy = {} } = (await readRecord(path, bytes)) ?? {}
  const more = { sizes: own.map(({ length }) => length), config, policy }
  const root = rootOf(learn, plan, head.length, whole.root(head, placeOf), [], new Float32Array(), catalogue, undefined, more) // prettier-ignore
  await writeAtomically(join(folder, ROOT), root)
  return {
    items: items.length,
    head: head.length,
    lists: 0,
    files: plan.shards,
    bytes: { root: root.length, lists: written },
    whole: true,
  }
}
