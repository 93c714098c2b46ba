/** What a bundle is built from. */
import type { Forest } from '../import/trees/trees.js'
import type { Campaigns, Embeddings, Graph, Interactions, Items } from '../read/index.js'
import type { Config } from './config.js'
import { eventWeights } from './log.js'
import type { Tower } from './models/tower.js'

/** What a bundle is built from; at least a log, a catalogue or embeddings. */
export interface Inputs {
  interactions: Interactions | null
  items: Items | null
  embeddings: Embeddings | null
  /** Lists that people make, each a source of its own. */
  campaigns?: Campaigns | null
  /** What is known of items and of what they are linked with. */
  graph?: Graph | null
  /** A model that makes the query of the embeddings from a history: readTower. */
  tower?: Tower | null
  /** A model that orders the best candidates: readRanker. */
  ranker?: Forest | Tower | null
}

/** What people should know of how their inputs and config were taken, one line each. */
export function remarks(inputs: Inputs, config: Config): string[] {
  const { interactions } = inputs
  const lines: string[] = []
  if (interactions !== null) {
    if (interactions.event !== null) {
      const weights = eventWeights(config)
      const named = interactions.event.names.filter((name) => name !== '')
      lines.push(`events: ${named.map((name) => `${name} ${weights.get(name.toLowerCase()) ?? 1}`).join(', ')}`)
    }
    if (interactions.rating !== null && config.ratings === undefined)
      lines.push('ratings: each counts 1, whatever it says (config key "ratings" grades them)')
  }
  const idle: [key: keyof Config, idle: boolean, why: string][] = [
    ['ratings', interactions?.rating === null, 'the log has no rating column'],
    ['popularity', interactions !== null, 'the log says what is popular'],
    ['basket', interactions === null, 'there is no log'],
    ['basket', typeof config.basket === 'number' && interactions?.time === null, 'the log has no times'],
    ['metric', inputs.embeddings === null, 'there are no --embeddings'],
    ['graph', !inputs.graph, 'there is no --graph'],
    ['tower', !inputs.tower, 'there is no --user-tower'],
    ['ranker', !inputs.ranker, 'there is no --ranker'],
  ]
  for (const [key, isIdle, why] of idle)
    if (isIdle && config[key] !== undefined) lines.push(`config key "${key}" has no effect: ${why}`)
  return lines
}
