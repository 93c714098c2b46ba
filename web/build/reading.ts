/** How a config wants tables read: options of the readers, the same in build, check, eval and features. */
import type { IdReading, InteractionOptions, Mapping, Skip } from '../read/index.js'
import type { Config } from './config.js'

/** The columns of one kind of file: what is said of it by name, else what is said of all. */
export function columnsOf({ columns = {} }: Config, kind: 'interactions' | 'items' | 'campaigns'): Mapping {
  const { interactions: _, items: __, campaigns: ___, ...all } = columns
  return { ...all, ...columns[kind] }
}

/** How ids are read, in every kind of file. */
export const idsOf = ({ ids }: Config): IdReading => ({ idsAs: ids })

export const skipOf = ({ skip = [] }: Config): readonly Skip[] => (typeof skip === 'string' ? [skip] : skip)

/** How a log is read, the column of its baskets among the columns: options of readInteractions. */
export const logOptions = (config: Config): InteractionOptions => ({
  columns: {
    ...columnsOf(config, 'interactions'),
    ...(typeof config.basket === 'string' && { basket: config.basket }),
  },
  shared: true,
  skip: skipOf(config),
  ...idsOf(config),
  ...(config.leaveOut && { leaveOut: config.leaveOut }),
  ...(config.dates && { dates: config.dates }),
  ...(config.quote !== undefined && { quote: config.quote }),
})
