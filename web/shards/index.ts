/**
 * A catalogue in shards, on servers: what holds one, and what asks all of them.
 *
 * @module martello/shards
 */
export { shard, type ShardOptions, type ShardServer } from './shard.js'
export { Shards, type Asking, type ShardsAnswer, type ShardsOptions, type ShardsTrace } from './shards.js'
export type { Why } from './line.js'
export type { Fetcher } from './wire.js'
