/**
 * Single people: what rests on so few of them that it says what they did is left out of a bundle (config key `people`), and how much that
 * is is said: by `check` of the log, by `build` of what was trained, by `inspect` from the record.
 */
import { quoteList, type Interactions } from '../read/index.js'
import { rowsByCode } from './popularity.js'
import type { Shared, Training } from './training.js'

/** Fewer people than these are single people: what rests on them alone says what they did. */
const PEOPLE = 3

/** How many people something must rest on to be in a bundle. */
export const leastPeople = ({ people = PEOPLE }: { people?: number }): number => people

/** Items of a log that few people touched. */
export interface RareItems {
  /** Fewer people than these are few. */
  least: number
  items: number
  of: number
  /** People who touched one of them. */
  people: number
  ofPeople: number
  /** Ids. A record does not keep them. */
  examples: string[]
}

const EXAMPLES = 3

/** null: there are none. `people`: as the config says; where that keeps them, those that it would not by default. */
export function rareOf({ user, userIds, item, itemIds }: Interactions, people: number): RareItems | null {
  const least = Math.max(people, PEOPLE)
  const { start, rows } = rowsByCode(user, userIds.length)
  const [met, last] = [new Uint32Array(itemIds.length), new Int32Array(itemIds.length).fill(-1)]
  const each = (use: (one: number, user: number) => void) => {
    for (let u = 0; u < userIds.length; u++) for (let i = start[u]!; i < start[u + 1]!; i++) use(item[rows[i]!]!, u)
  }
  each((one, user) => {
    if (last[one] !== user) met[one]!++
    last[one] = user
  })
  const isRare = (one: number) => met[one]! > 0 && met[one]! < least
  const rare = [...met.keys()].filter(isRare)
  if (rare.length === 0) return null
  const who = new Set<number>()
  each((one, user) => void (isRare(one) && who.add(user)))
  return {
    least,
    items: rare.length,
    of: met.reduce((sum, those) => sum + Number(those > 0), 0),
    people: who.size,
    ofPeople: userIds.length,
    examples: rare.slice(0, EXAMPLES).map((one) => itemIds[one]!),
  }
}

const keeping = '{"people":1} in a config'
const fewerThan = (least: number) => (least === 3 ? 'one or two people' : `fewer than ${least} people`)

/** What `check` says of the log. */
export function rareLines(rare: RareItems | null, people: number): string[] {
  if (rare === null) return []
  const { least, items, of, people: who, ofPeople, examples } = rare
  const named = examples.length === 0 ? '' : `: ${quoteList(examples)}${items > examples.length ? ' …' : ''}`
  const found = `${items} of ${of} items of the log were met by ${fewerThan(least)}, some by ${who} of ${ofPeople} people${named}`
  return [
    people < least
      ? `look: ${found}; what they say of these people is in the bundle, since "people" is ${people} in the config`
      : `${found}; they stand as if nobody had met them; ${keeping} keeps what they say`,
  ]
}

/** What of a training was left out. */
export interface LeftOfFew {
  least: number
  /** Items that somebody met, but too few. */
  items: number
  of: number
  /** Pairs of neighbours, and steps from one item to a next. */
  pairs: Shared | null
  steps: Shared | null
}

/** null: everything is in. */
export function leftOfFew(training: Training): LeftOfFew | null {
  const { least, metBy, rests } = training
  if (least === 1) return null
  return {
    least,
    items: metBy.reduce((sum, users) => sum + Number(users > 0 && users < least), 0),
    of: metBy.reduce((sum, users) => sum + Number(users > 0), 0),
    pairs: rests.get('neighbours') ?? null,
    steps: rests.get('transitions') ?? null,
  }
}

/** Of so many a log says little once they are gone. */
const MOST = 0.9

export function leftLine({ least, items, of, pairs, steps }: LeftOfFew): string {
  const share = ({ pairs: all, few }: Shared) => (all === 0 ? 0 : few / all)
  const percent = (shared: Shared) => `${(100 * share(shared)).toFixed(1)} % of ${shared.pairs}`
  const lists = [
    ...(pairs === null ? [] : [`${percent(pairs)} pairs of neighbours`]),
    ...(steps === null
      ? []
      : [
          `${percent(steps)} steps from an item to a next${steps.merged ? ', which count where sums of steps are of more' : ''}`,
        ]),
  ]
  const isThin = [pairs, steps].some((one) => one !== null && share(one) > MOST)
  return (
    `${isThin ? 'look: ' : ''}without what rests on ${fewerThan(least)}: ${[`${items} of ${of} items that somebody met`, ...lists].join(', ')}; ` +
    `${isThin ? 'the log is thin, so that may cost quality, which martello eval tells on later events; ' : ''}${keeping} keeps them`
  )
}
