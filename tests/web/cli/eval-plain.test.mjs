// `martello eval` against a plain reference, on random logs with dislikes, repeats, unknown items and people without anything.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { Recommender } from '../../../dist/node.js'
import { built, cliJson, csv, file, path, random } from '../helpers/shop.mjs'

/** What eval means: means over people who have something left to find. `weigh`: what an event says of liking. */
function plain(rec, history, holdout, k, weigh) {
  const sums = { recall: 0, ndcg: 0, hit_rate: 0, mrr: 0 }
  const counts = { users: 0, users_without_history: 0, users_without_targets: 0, held_out_unknown: 0 }
  const left = { held_out_already_in_history: 0, held_out_disliked: 0 }
  const shown = new Set()
  for (const user of new Set(holdout.map((row) => row.user_id))) {
    const past = history.filter((row) => row.user_id === user).sort((a, b) => a.timestamp - b.timestamp)
    const held = new Set()
    for (const row of holdout.filter((row) => row.user_id === user))
      if (weigh(row) <= 0) left.held_out_disliked++
      else if (past.some((event) => event.item_id === row.item_id)) left.held_out_already_in_history++
      else held.add(row.item_id)
    if (held.size === 0) counts.users_without_targets++
    if (held.size === 0) continue
    counts.users++
    if (past.length === 0) counts.users_without_history++
    counts.held_out_unknown += [...held].filter((id) => rec.number(id) === undefined).length
    const asked = past.map(({ item_id: id, timestamp: at, event, rating }) => ({ id, at, ...(event && { event }), ...(rating !== undefined && rating !== '' && { rating }) })) // prettier-ignore
    const ids = rec.recommend({ history: asked, k }).items.map((item) => item.id)
    const hits = ids.map((id) => Number(held.has(id)))
    const gain = (list) => list.reduce((sum, hit, place) => sum + hit / Math.log2(place + 2), 0)
    for (const id of ids) shown.add(id)
    sums.recall += hits.reduce((sum, hit) => sum + hit, 0) / held.size
    sums.ndcg += gain(hits) / gain(new Array(Math.min(k, held.size)).fill(1))
    sums.hit_rate += Math.max(0, ...hits)
    sums.mrr += hits.includes(1) ? 1 / (hits.indexOf(1) + 1) : 0
  }
  const means = Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / Math.max(1, counts.users)]))
  return { ...means, coverage: shown.size / rec.items, ...counts, ...left }
}

/** People 0 to 29, of whom some have no history and some hold out nothing that counts. */
function logs(seed, cells) {
  const draw = random(seed)
  const row = (user, at, items) => ({ user_id: `u${user}`, item_id: `i${Math.floor(items * draw() ** 2)}`, timestamp: at, ...cells(draw) }) // prettier-ignore
  const people = Array.from({ length: 30 }, (_, user) => user)
  const rows = (most, items) =>
    people.flatMap((user) =>
      Array.from({ length: draw() < 0.2 ? 0 : 1 + draw.below(most) }, (_, e) => row(user, 1e9 + 1000 * e, items)),
    )
  return { history: rows(12, 40), holdout: rows(4, 50) }
}

const kinds = {
  events: {
    cells: (draw) => ({ event: draw.of(['view', 'buy', 'Dislike', 'remove_from_cart', 'hide', '']) }),
    weigh: ({ event }) => ({ Dislike: -1, hide: -1, remove_from_cart: 0 })[event] ?? 1,
  },
  stars: {
    cells: (draw) => ({ rating: draw.of(['', 1, 2, 3, 4, 5]) }),
    weigh: ({ rating }) => (rating === '' ? 1 : rating - 2.5),
  },
  'no and yes': { cells: (draw) => ({ rating: draw.below(2) }), weigh: ({ rating }) => rating },
  plain: { cells: () => ({}), weigh: () => 1 },
}

for (const [name, { cells, weigh }] of Object.entries(kinds))
  test(`every figure is the plain reference's: ${name}`, async () => {
    for (const seed of [1, 2, 3]) {
      const { history, holdout } = logs(seed, cells)
      const [past, later] = [file('plain-past.csv', csv(history)), file('plain-later.csv', csv(holdout))]
      const { bytes } = await built({ interactions: past }, { tune: false })
      writeFileSync(path('plain.martello'), bytes)
      const figures = await cliJson('eval', path('plain.martello'), '--history', past, '--holdout', later, '--k', 5)
      const expected = plain(await Recommender.open(bytes), history, holdout, 5, weigh)
      for (const [key, value] of Object.entries(expected))
        assert.ok(
          Math.abs(figures[key] - value) < 1e-12,
          `seed ${seed}, ${key}: found ${figures[key]}, expected ${value}`,
        )
      assert.ok(name === 'plain' || expected.held_out_disliked > 0)
      assert.ok(expected.users_without_targets > 0 && expected.held_out_unknown > 0)
    }
  })
