/** Several targets as one value: what finding an item is worth, by the name of the event that it was met by. */
import { InputError, quoteList } from '../../read/errors.js'
import type { Interactions } from '../../read/index.js'
import type { TrainConfig } from './config.js'

export type Targets = NonNullable<TrainConfig['targets']>

/** Names are compared without their case, as those of config key `events` are. */
const byName = (targets: Targets): Map<string, number> =>
  new Map(Object.entries(targets).map(([name, worth]) => [name.toLowerCase(), worth]))

/** Errors: targets without a ranker, of a log that names no events, of events that it does not have, and all worth nothing. */
export function checkTargets({ ranker, targets }: TrainConfig, log: Interactions | null): void {
  if (targets === undefined) return
  const place = { file: 'config', part: 'key "train.targets"' }
  if (ranker === undefined) throw new InputError(place, 'no ranker to find them', 'config key "train.ranker"')
  if (Object.values(targets).every((worth) => worth === 0))
    throw new InputError(place, 'events that are worth 0', 'one that is worth more')
  if (log === null) return
  if (log.event === null)
    throw new InputError(place, 'a log that does not name its events', 'a column event (config key "columns.event" names it)') // prettier-ignore
  const names = log.event.names.filter((name) => name !== '')
  const known = new Set(names.map((name) => name.toLowerCase()))
  const other = [...byName(targets).keys()].find((name) => !known.has(name))
  if (other !== undefined) throw new InputError(place, `event "${other}"`, `one of the log's: ${quoteList(names)}`)
}

/** What meeting the item of each row is worth; undefined: 1 each. */
export function worthOf(targets: Targets | undefined, { rows, event }: Interactions): Float32Array | undefined {
  if (targets === undefined || event === null) return undefined
  const of = byName(targets)
  const worth = event.names.map((name) => of.get(name.toLowerCase()) ?? 0)
  return Float32Array.from({ length: rows }, (_, row) => worth[event.code[row]!]!)
}

/** In words: what is to be found, and what is not. */
export function targetWords(targets: Targets, { event }: Interactions): string {
  const of = byName(targets)
  const others = event!.names.filter((name) => name !== '' && !(of.get(name.toLowerCase())! > 0))
  const wanted = [...of].filter(([, worth]) => worth > 0).map(([name, worth]) => `${name} ${worth}`)
  return `the ranker is to find ${wanted.join(', ')}${others.length === 0 ? '' : `; ${quoteList(others)} ${others.length === 1 ? 'is' : 'are'} history alone (config key train.targets)`}`
}
