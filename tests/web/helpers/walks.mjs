// What tests of towers share: people whose next step their last one does not tell, and a tower trained on what they did.
import assert from 'node:assert/strict'
import { Learn } from '../../../build/web/learn/learn.js'
import { fitTower, towerPlan } from '../../../build/web/build/fit/tower.js'
import { minutesOf } from '../../../build/web/build/fit/minutes.js'
import { Training } from '../../../build/web/build/training.js'
import { holdOut } from '../../../build/web/build/tune/holdout.js'
import { Workers } from '../../../build/web/build/workers.js'
import { random } from './shop.mjs'

/** Two rings of so many items; a person walks both, a step here and a step there, so that what comes next is told by the last but one. */
export const RING = 20

export function walks(people, steps = 8, seed = 1) {
  const draw = random(seed)
  return Array.from({ length: people }, (_, user) => {
    const at = [draw.below(RING), draw.below(RING)]
    return Array.from({ length: steps }, (_, n) => ({
      user,
      item: (n % 2) * RING + ((at[n % 2] + (n >> 1)) % RING),
      time: n,
    }))
  }).flat()
}

function logOf(rows, items) {
  const column = (name, Kind) => Kind.from(rows, (row) => row[name])
  const users = Math.max(...rows.map(({ user }) => user)) + 1
  return {
    users,
    items,
    user: column('user', Uint32Array),
    item: column('item', Uint32Array),
    time: column('time', Float64Array),
    weight: null,
  }
}

export const SMALL = { width: 16, length: 12, negatives: 16, batch: 32, rate: 0.01, drop: 0 }
const quiet = { stage() {}, say() {} }

/** A tower of the walks; `passes`: so many on everything that is trained on, in `steps` at most by half; `after`: minutes for it again
 * on everything, by the plan that came out; `unmet`: items more, which nobody met. */
export async function fitted(
  kind,
  { threads = 2, passes, steps = 1e6, minutes = 10, people = 300, seed = 1, how, after, unmet = 0 } = {},
) {
  const learn = await Learn.start()
  const workers = new Workers(learn, threads)
  const holdout = holdOut(logOf(walks(people), 2 * RING + unmet), 1)
  const training = await Training.of(learn, workers, holdout.train)
  const plan = { ...towerPlan({ kind, ...SMALL, ...how }), ...(passes && { passes, steps }) }
  const from = { learn, workers, seed, progress: quiet, minutes: minutesOf(minutes) }
  let learned = await fitTower(from, training, plan, passes ? null : holdout)
  if (after !== undefined) {
    const everything = await Training.of(learn, workers, { ...holdout.train })
    const again = await fitTower({ ...from, minutes: minutesOf(after(learned.plan)) }, everything, learned.plan, null)
    everything.drop()
    assert.deepEqual(again.items, learned.items)
    assert.equal(again.cut, true)
    learned = again
  }
  training.drop()
  await workers.close()
  return learned
}

/** Sources that would make it hard to see what the tower says. */
export const ALONE = Object.fromEntries(
  ['als', 'item2vec', 'i2i', 'ease', 'next', 'popular', 'trending', 'new'].map((name) => [name, false]),
)

export const rowsOf = (people) =>
  walks(people).map(({ user, item, time }) => ({
    user_id: `u${user}`,
    item_id: `i${item}`,
    timestamp: 1_600_000_000 + 86_400 * time + user,
  }))
