/**
 * Who is chosen by. Choosing costs as many trainings as there are tries, and what it finds out hardly changes beyond a few
 * million events: of a longer log only a part of the people is looked at, evenly drawn, each with all their events, so that
 * lists and factors see people as they are, only fewer. The models of the bundle are trained on everybody.
 */
import { random } from '../random.js'
import type { Log } from '../training.js'

/** Events that are enough to choose by: so many, and so many for each item, since of rare items little can be told. */
const ENOUGH = 1_500_000
const ENOUGH_OF_ITEM = 15
export const enoughEvents = ({ items }: Log) => Math.max(ENOUGH, ENOUGH_OF_ITEM * items)

const NOBODY = 0xffffffff

/** The log of a part of its people, numbered anew, with about `most` events; the log itself where it has no more. */
export function partOf(log: Log, most: number, seed: number): Log {
  const share = most / log.user.length
  if (share >= 1) return log
  const draw = random(seed)
  let users = 0
  const number = Uint32Array.from({ length: log.users }, () => (draw() < share ? users++ : NOBODY))
  const partIn = ({ user }: Pick<Log, 'user'>) => {
    const rows = user.reduce((sum, one) => sum + Number(number[one] !== NOBODY), 0)
    return <T extends Uint32Array | Float32Array | Float64Array>(column: T): T => {
      const picked = new (column.constructor as new (length: number) => T)(rows)
      let at = 0
      for (let e = 0; e < column.length; e++) if (number[user[e]!] !== NOBODY) picked[at++] = column[e]!
      return picked
    }
  }
  const { disliked } = log
  const [part, partOfDisliked] = [partIn(log), partIn(disliked ?? { user: new Uint32Array() })]
  return {
    users,
    items: log.items,
    ...(log.people !== undefined && { people: log.people }),
    user: part(log.user).map((user) => number[user]!),
    item: part(log.item),
    time: log.time && part(log.time),
    weight: log.weight && part(log.weight),
    ...(log.value && { value: part(log.value) }),
    ...(log.baskets && { baskets: { ...log.baskets, of: part(log.baskets.of) } }),
    ...(disliked && {
      disliked: {
        user: partOfDisliked(disliked.user).map((user) => number[user]!),
        item: partOfDisliked(disliked.item),
        time: disliked.time && partOfDisliked(disliked.time),
        weight: partOfDisliked(disliked.weight),
      },
    }),
  }
}
