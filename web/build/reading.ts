/** How a config wants tables read: options of the readers, the same in build, check, eval and features. */
import type { IdReading, InteractionOptions, ItemOptions, Mapping, NamedColumns, Skip } from '../read/index.js'
import type { Columns, Config } from './config.js'

/** What is said of all kinds of files. */
export function generalColumns(columns: Columns = {}): Mapping {
  const { interactions: _, items: __, campaigns: ___, embeddings: ____, neighbours: _____, popularity: ______, ...all } = columns // prettier-ignore
  return all
}

/** The columns of one kind of file: what is said of it by name, else what is said of all. */
export const columnsOf = ({ columns = {} }: Config, kind: 'interactions' | 'items' | 'campaigns'): Mapping => ({
  ...generalColumns(columns),
  ...columns[kind],
})

/** The same of tables that were computed elsewhere; of all kinds of files only what is said of items holds for them. */
export function computedColumns(
  { columns = {} }: Config,
  kind: 'embeddings' | 'neighbours' | 'popularity',
): NamedColumns {
  const { item_id: item } = generalColumns(columns)
  return { ...(typeof item === 'string' && kind !== 'neighbours' && { item_id: item }), ...columns[kind] }
}

/** How ids are read, in every kind of file. */
export const idsOf = ({ ids }: Config): IdReading => ({ idsAs: ids })

export const skipOf = ({ skip = [] }: Config): readonly Skip[] => (typeof skip === 'string' ? [skip] : skip)

/** The column of what events are worth, where a tower is told. */
export function valueColumn({ train }: Config): { value?: string } {
  const { weights } = typeof train?.tower === 'object' ? train.tower : {}
  return weights?.value === undefined ? {} : { value: weights.value }
}

/** How a catalogue is read: options of readItems. */
export const itemOptions = (config: Config): ItemOptions => {
  const { kinds, separators, keep, decimals, dates, missing, quote, html } = config
  return {
    ...(kinds && { kinds }),
    ...(separators && { separators }),
    ...(keep && { keep }),
    ...(decimals && { decimals }),
    ...(dates && { dates }),
    ...(missing && { missing }),
    ...(quote !== undefined && { quote }),
    ...(html !== undefined && { html }),
    columns: columnsOf(config, 'items'),
    shared: true,
    skip: skipOf(config),
    ...idsOf(config),
  }
}

/** How a log is read, the column of its baskets among the columns: options of readInteractions. */
export const logOptions = (config: Config): InteractionOptions => ({
  columns: {
    ...columnsOf(config, 'interactions'),
    ...(typeof config.basket === 'string' && { basket: config.basket }),
    ...valueColumn(config),
  },
  shared: true,
  skip: skipOf(config),
  ...(config.guests && { guests: true }),
  ...idsOf(config),
  ...(config.leaveOut && { leaveOut: config.leaveOut }),
  ...(config.dates && { dates: config.dates }),
  ...(config.quote !== undefined && { quote: config.quote }),
})
