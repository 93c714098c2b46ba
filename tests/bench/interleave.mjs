// How many clicks tell two recommenders apart: interleaved, and where each visitor sees one of the two. A seeded simulator, in which
// the truth is known: people have tastes, two recommenders guess them, one a little better, and people look down a slate and
// click what they like.
//
//   node tests/bench/interleave.mjs [RUNS]
//
// Person u likes item i with r(u, i); they look at place j with 1 / log2(j + 1), and click what they look at with r. Some click a lot
// and most hardly: r is the taste times a log-normal of the person. A recommender sorts by r with noise; `better` has so much less of it that a slate of its own earns 5 % more clicks, by the
// exact expectation over all people. Both draw a noise of their own for each person, as two models that were trained apart.
import { interleave } from '../../build/web/page/interleave.js'
import { preferenceOf } from '../../build/web/judge/preference.js'
import { uniforms } from './workload.mjs'

const ITEMS = 60
export const PLACES = 10
const LOOKS = Array.from({ length: PLACES }, (_, j) => 1 / Math.log2(j + 2))

function normals(seed) {
  const draw = uniforms(seed)
  return () => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw())
}

/** People, what they like, and what a recommender of so much noise would show each. */
export function world(people, seed) {
  const normal = normals(seed)
  const taste = Array.from({ length: people }, () => {
    const busy = Math.exp(normal() - 0.5)
    return Float64Array.from({ length: ITEMS }, () => Math.min(1, (busy * 0.5) / (1 + Math.exp(2.5 - 1.2 * normal()))))
  })
  const guesses = (noise, own) => {
    const other = normals(own)
    return taste.map((likes) => {
      const score = likes.map((like) => Math.log(like) + noise * other())
      return Array.from(score.keys()).sort((a, b) => score[b] - score[a]).slice(0, PLACES) // prettier-ignore
    })
  }
  /** Clicks on a slate, by expectation. */
  const worth = (lists) => {
    let sum = 0
    lists.forEach((list, u) => list.forEach((item, j) => (sum += LOOKS[j] * taste[u][item])))
    return sum / people
  }
  return { taste, guesses, worth }
}

/** The noise up to `most` with which a slate earns so much: halved intervals, on the same draws. */
export function noiseFor({ guesses, worth }, wanted, most, seed) {
  let [low, high] = [0, most]
  for (let step = 0; step < 30; step++) {
    const middle = (low + high) / 2
    if (worth(guesses(middle, seed)) > wanted) low = middle
    else high = middle
  }
  return (low + high) / 2
}

const ranks = (list) => ({ recommend: ({ k }) => ({ items: list.slice(0, k).map((item) => ({ id: String(item) })) }) })

/** Whether a click falls on each place. */
const clicksOn = (items, likes, draw) => items.filter((item, j) => draw() < LOOKS[j] * likes[item.id ?? item])

/** Visits, each of another person, until there are so many clicks: columns of clicks as `compare` has them. */
export async function interleaved({ taste }, a, b, clicks, seed) {
  const draw = uniforms(seed)
  const columns = { owners: ['a', 'b'], owner: [], slate: [], user: [] }
  for (let visit = 0; columns.owner.length < clicks; visit++) {
    const u = Math.floor(draw() * taste.length)
    const { items } = await interleave(ranks(a[u]), ranks(b[u]), { k: PLACES, seed: Math.floor(draw() * 2 ** 32) })
    for (const { owner } of clicksOn(items, taste[u], draw)) {
      columns.owner.push(Number(owner === 'b'))
      columns.slate.push(visit)
      columns.user.push(visit)
    }
  }
  return columns
}

/** Whether two halves of the visitors, each of whom sees one of the two, tell who is better: a test of two means at 5 %. */
function halves({ taste }, a, b, clicks, seed) {
  const draw = uniforms(seed)
  const sums = [0, 1].map(() => ({ visits: 0, clicks: 0, squares: 0 }))
  for (let all = 0, visit = 0; all < clicks; visit++) {
    const u = Math.floor(draw() * taste.length)
    const n = clicksOn((visit % 2 ? b : a)[u], taste[u], draw).length
    all += n
    const of = sums[visit % 2]
    of.visits++
    of.clicks += n
    of.squares += n * n
  }
  const [one, other] = sums.map(({ visits, clicks, squares }) => ({ mean: clicks / visits, error: (squares / visits - (clicks / visits) ** 2) / visits })) // prettier-ignore
  return (other.mean - one.mean) / Math.sqrt(one.error + other.error)
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const runs = Number(process.argv[2] ?? 200)
  const of = world(1000, 1)
  const noise = 1
  const a = of.guesses(noise, 7)
  const b = of.guesses(noiseFor(of, 1.05 * of.worth(a), 2 * noise, 8), 8)
  console.log(
    `a slate earns ${of.worth(a).toFixed(3)} clicks, one of the better ${of.worth(b).toFixed(3)} (+${(100 * (of.worth(b) / of.worth(a) - 1)).toFixed(1)} %); ${runs} runs`,
  )
  console.log('clicks    interleaved: finds it  finds the other   two halves: finds it   A/A: finds one')
  for (const clicks of [2500, 5000, 10_000, 20_000]) {
    let [right, wrong, apart, same] = [0, 0, 0, 0]
    for (let run = 0; run < runs; run++) {
      const { winner } = preferenceOf(await interleaved(of, a, b, clicks, 10 * run + 1))
      right += winner === 'b'
      wrong += winner === 'a'
      apart += halves(of, a, b, clicks, 10 * run + 2) > 1.96
      same += preferenceOf(await interleaved(of, a, a, clicks, 10 * run + 3)).winner !== null
    }
    const share = (count) => (count / runs).toFixed(3).padStart(10)
    console.log(
      `${String(clicks).padStart(6)}        ${share(right)}        ${share(wrong)}              ${share(apart)}         ${share(same)}`,
    )
  }
}
