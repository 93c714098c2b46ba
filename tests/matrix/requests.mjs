// The same questions in every runtime: seeded, over whatever the bundle holds, answered as JSON without times. Scores
// travel as numbers, and JSON keeps every bit of one, so equal text is equal bits. Runs in pages and workers: imports nothing.

export const BUNDLE = 'shop.martello'

/** A recommender of which all has arrived. */
export async function whole(opening) {
  const rec = await opening
  await rec.complete
  return rec
}

/** What an opened recommender says to all of them. */
export function answersOf(rec) {
  let state = 7
  const below = (n) => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) % n
  }
  const id = () => (below(50) === 0 ? 'nobody' : rec.id(below(rec.items)))
  const some = (most) => Array.from({ length: below(most) }, id)
  const events = () =>
    some(12).map((id, i) => ({ id, event: ['view', 'like', 'dislike'][below(3)], at: 1_600_000_000 + 86_400 * i }))
  const filters = [
    { genre: 'Drama' },
    { colour: { not: 'red' } },
    { year: { gte: 1990, lt: 2010 } },
    { genre: ['Comedy', 'Horror'], stock: true },
  ]
  const words = ['thing', 'drama red', 'number 7', 'comedy thi', 'nothing like it']
  const rules = [
    { caps: [{ attribute: 'genre', most: 3 }], diversity: { strength: 0.4, method: 'dpp' } },
    {
      calibration: { attribute: 'genre', strength: 0.5 },
      freshness: { attribute: 'year', halfLife: 1e8, unit: 'years' },
    },
    { exploration: { share: 0.3 }, unique: ['colour'] },
    { nearDuplicates: { similarity: 0.9 }, boosts: [{ where: { stock: true }, factor: 1.5 }] },
  ]
  // the bundle's own rules hold unless a request says otherwise
  const off = { caps: null, pins: null, boosts: null, deny: null, diversity: null }
  /** What the ranker is told: a NaN, which JSON does not know, is null. */
  const featuresOf = (request) => {
    const { names, ids, rows } = rec.features(request)
    return { items: ids.slice(0, 40).map((id, i) => [id, ...rows[i]]), trace: { names, ids } }
  }
  const requests = [
    () => rec.recommend({ history: some(10), k: 1 + below(40), explain: true, now: 1_601_000_000 }),
    () => rec.recommend({ history: events(), k: 20, now: 1_601_500_000, explain: true }),
    () => rec.recommend({ history: some(4), k: 10, filter: filters[below(4)], exclude: some(9), now: 1_601_000_000 }),
    () => rec.recommend({ history: some(6), k: 5, allow: some(90), now: 1_601_000_000 }),
    () => rec.recommend({ k: 12, weights: { popular: below(3) }, now: 1_601_000_000 }),
    () => rec.similar(rec.id(below(rec.items)), { k: 10, explain: true, now: 1_601_000_000 }),
    () => rec.recommend({ history: some(8), k: 15, diversity: below(11) / 10, explain: true, now: 1_601_000_000 }),
    () => rec.recommend({ history: some(8), k: 12, policy: rules[below(4)], seed: below(9), now: 1_601_000_000 }),
    () => rec.recommend({ history: events(), k: 18, context: { hour: below(24) }, explain: true, now: 1_602_000_000 }),
    () => rec.recommend({ history: some(9), k: 9, rankCandidates: 20 * below(5), policy: off, now: 1_601_000_000 }),
    () => rec.search(words[below(5)], { k: 10, explain: true }),
    () => featuresOf({ history: some(5), context: { hour: 7 }, want: id(), now: 1_601_000_000 }),
    () => rec.recommend({ k: 0 }),
    () => rec.similar('nobody'),
  ]
  const asked = Array.from({ length: 280 }, (_, i) => {
    try {
      const { items, trace } = requests[i % requests.length]()
      const { ms: _, ...same } = trace
      return { items, trace: same }
    } catch (error) {
      return { error: `${error.name}: ${error.message}` }
    }
  })
  const near = rec.spaces.map((space) =>
    Array.from({ length: 20 }, () => {
      const vector = rec.vector(below(rec.items), space)
      if (vector === null) return null
      const { items, scores } = rec.nearest(vector, { k: 25, space, layers: below(rec.layersOf(space) + 1) })
      return { vector: [...vector], items: [...items], scores: [...scores] }
    }),
  )
  return { items: rec.items, bytes: rec.bytes, sources: rec.sources, spaces: rec.spaces, asked, near }
}
