// What held-out people are asked: the place of what came next among what they had not met, in the history that the tower reads or before it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Learn } from '../../../../build/web/learn/learn.js'
import { drawn, towerPlan } from '../../../../build/web/build/fit/tower.js'
import { personRows } from '../../../../build/web/build/fit/rows.js'
import { Stepper } from '../../../../build/web/build/fit/stepper.js'
import { Workers } from '../../../../build/web/build/workers.js'
import { SMALL } from '../../helpers/walks.mjs'

const [ITEMS, NEAREST] = [60, 0xffffffff]

test('what a person met before the history that a tower reads is not ranked before what came next', async () => {
  const learn = await Learn.start()
  const workers = new Workers(learn, 2)
  const plan = towerPlan({ kind: 'youtubednn', ...SMALL })
  const stepper = new Stepper(
    learn,
    workers,
    {
      items: ITEMS,
      width: plan.width,
      lengths: [4, plan.length],
      draw: (length) => drawn(plan, length, true),
      pairs: () => 1,
      negatives: 16,
      drop: 0,
      loss: 0,
      terms: [0, 0],
      spread: 1,
      start: null,
      unit: false,
      rate: 0,
      decay: 0,
      align: 0,
      clip: 0,
      side: null,
    },
    1,
  )
  const row = (history, target, before) => ({
    person: 0,
    history: Uint32Array.from(history),
    vector: Uint32Array.of(0),
    target: Uint32Array.of(target),
    ...(before && { before: Uint32Array.from(before) }),
  })
  const bare = Array.from({ length: 12 }, (_, n) => row(n % 2 ? [n, n + 1] : [n, n + 7, n + 9, n + 11, n + 13], 40 + n))
  const order = await stepper.nearest(
    bare.map(({ history }) => row(history, ITEMS - 1)),
    ITEMS,
    null,
  )
  const ahead = bare.map(({ target }, r) => {
    const own = order.subarray(r * ITEMS, (r + 1) * ITEMS).filter((item) => item !== NEAREST)
    return own.includes(target[0]) ? own.subarray(0, own.indexOf(target[0])) : null
  })
  const plain = await stepper.ranks(bare, null)
  // every other item of those ahead was met before; some that are behind, and the target itself, change nothing
  const asked = bare.map(({ history, target }, r) => {
    const met = ahead[r]?.filter((_, n) => n % 2 === 0) ?? []
    return row(history, target[0], r % 3 === 0 ? undefined : [...met, target[0]])
  })
  const ranks = await stepper.ranks(asked, null)
  let fewer = 0
  asked.forEach(({ before }, r) => {
    if (ahead[r] === null) return
    assert.ok(Math.abs(plain[r] - ahead[r].length) <= 1, 'the item that stood for nobody’s target may be ahead')
    assert.equal(ranks[r], plain[r] - (before === undefined ? 0 : before.length - 1))
    fewer += plain[r] - ranks[r]
  })
  assert.ok(fewer > 20)
  stepper.drop()
  await workers.close()
})

test('rows of people tell what was met before their history, each once', () => {
  const people = { start: Uint32Array.of(0, 7, 9), item: Uint32Array.of(5, 3, 5, 1, 8, 3, 2, 4, 6) }
  const held = { who: Uint32Array.of(0, 1), heldStart: Uint32Array.of(0, 1, 2), held: Uint32Array.of(9, 9) }
  const rows = personRows({ people, ...held }, null, 10, 3)
  assert.deepEqual(
    rows.map(({ history, before }) => [[...history], [...before]]),
    [
      [
        [8, 3, 2],
        [5, 1],
      ],
      [[4, 6], []],
    ],
  )
})
