/** What is said of noise: by `build` of what it made, by `inspect` from the record. */
import { quoteList } from '../../read/index.js'
import type { Noise, NoisedTable } from './config.js'
import { SHOWN } from './noised.js'

const WHAT: Record<NoisedTable['name'], (kept: number, of: string) => string> = {
  popularity: (kept, of) => `${kept}${of} items are in`,
  pairs: (kept, of) => `${kept}${of} pairs of neighbours`,
  steps: (kept, of) => `${kept}${of} steps from an item to a next`,
}

/** What is made of them. */
const SOURCE_OF = { pairs: 'i2i', steps: 'next' } as const

const few = (x: number) => Number(x.toPrecision(2))

export function noiseLines({ epsilon, delta, items, tables, altogether }: Noise): string[] {
  const { bundles } = altogether
  return [
    `noise: epsilon ${epsilon} and delta ${delta} for each person of the log, of whom the newest ${items} items count; two builds are never the same`,
    ...tables.map(({ name, share, people, kept, of }) => {
      const all = of === null ? '' : ` of ${of}`
      return (
        `noise: ${WHAT[name](kept, all)}, each worth ${few(people.threshold)} people of ${SHOWN} items or more; ` +
        `standard deviation ${few(people.sigma)} such people, ${Math.round(100 * share)} % of what is spent`
      )
    }),
    ...(bundles === 1
      ? []
      : [
          `noise: with the ${bundles - 1} before it this bundle tells as much as epsilon ${few(altogether.epsilon)} and delta ${few(altogether.delta)} of who is in all of their logs`,
        ]),
  ]
}

/** … and to whoever builds, who has the log: of so many people; `left`: sources that are not made of it, `unnamed`: its events that the config does not name. */
export function remarksOf(
  { delta, tables }: Noise,
  { left, unnamed, people }: { left: readonly string[]; unnamed: readonly string[]; people: number },
): string[] {
  const empty = tables.filter(({ kept }) => kept === 0)
  return [
    ...(left.length === 0
      ? []
      : [`noise: left out, since they learn of the log what has no noise: ${left.join(', ')}; nothing is tuned`]),
    ...(unnamed.length === 0
      ? []
      : [
          `noise: names of events are not in the bundle where "events" in the config does not say what they weigh: ${quoteList(unnamed)}`,
        ]),
    ...(delta * people < 1
      ? []
      : [
          `look: delta ${delta} is not less than one in the ${people} people of the log; {"noise": {"delta": …}} in a config`,
        ]),
    ...(empty.length === 0 ? [] : [emptyLine(empty, people)]),
  ]
}

function emptyLine(empty: readonly NoisedTable[], people: number): string {
  const names = empty.map(({ name }) => name)
  const lists = Object.fromEntries(names.flatMap((name) => (name === 'popularity' ? [] : [[SOURCE_OF[name], false]])))
  const way = names.includes('popularity')
    ? 'a larger one, or more people, would tell more'
    : `${JSON.stringify({ sources: lists })} in a config spends it all on the rest`
  return `look: nothing of ${quoteList(names)} is left: the log has ${people} people, and what few of them do is as noise to this epsilon; ${way}`
}
