// What grading ratings by default changes: on MovieLens' ratings, each person's last fifth (or a random fifth) held out, how
// many people find something that they later rated 4 or more in their first ten, and how many of the items recommended they
// later rated 2 or less; beside a build in which every rating counts 1. Of each figure, and of the difference person by person,
// the 95 % interval by bootstrap.
//
//   OTHER=checkout   a built checkout to compare the default with, as that of the parent commit
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { withInterval } from './bootstrap.mjs'

const root = join(import.meta.dirname, '../..')
/** What a checkout builds and recommends with. */
const made = async (place) => ({
  ...(await import(`${place}/dist/build.js`)),
  ...(await import(`${place}/dist/node.js`)),
})

const data = join(
  process.env.MARTELLO_DATA ?? new URL('../../../shared/data', import.meta.url).pathname,
  'movielens-small',
)
if (!existsSync(data)) {
  console.log(`liking: no ${data} here (set MARTELLO_DATA), nothing to measure`)
  process.exit(0)
}
const folder = mkdtempSync(join(tmpdir(), 'martello-liking-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

const [header, ...lines] = readFileSync(join(data, 'ratings.csv'), 'utf8').trimEnd().split('\n')
const people = new Map()
for (const line of lines) {
  const [user, id, rating, at] = line.split(',')
  people.set(user, [...(people.get(user) ?? []), { line, id, rating: +rating, at: +at }])
}
for (const events of people.values()) events.sort((a, b) => a.at - b.at)

/** One of a row of numbers below 1, the same in every run. */
let state = 1
const draw = () => (state = (state * 48271) % 2147483647) / 2147483647

const ways = {
  'the last fifth': (events) => events.map((_, e) => e >= events.length - Math.max(1, Math.floor(events.length / 5))),
  'a random fifth': (events) => events.map(() => draw() < 0.2),
}

/** Of each person that later liked something, whether it was found; and what was shown and disliked. */
async function figures(split, config, { build, readInteractions, readItems, Recommender }) {
  const path = join(folder, 'seen.csv')
  writeFileSync(path, `${[header, ...split.flatMap(({ past }) => past.map(({ line }) => line))].join('\n')}\n`)
  const inputs = { interactions: await readInteractions([path]), items: await readItems([join(data, 'movies.csv')]), embeddings: null } // prettier-ignore
  const rec = await Recommender.open((await build(inputs, config, 1, { say() {}, stage() {} })).bytes)
  const hits = []
  let [shown, disliked] = [0, 0]
  for (const { past, later } of split) {
    const { items } = rec.recommend({ history: past.map(({ id, rating, at }) => ({ id, rating, at })), k: 10 })
    const rated = new Map(later.map(({ id, rating }) => [id, rating]))
    shown += items.length
    disliked += items.filter(({ id }) => rated.get(id) <= 2).length
    if (!later.some(({ rating }) => rating >= 4)) continue
    hits.push(Number(items.some(({ id }) => rated.get(id) >= 4)))
  }
  rec.close()
  return { hits, shown, disliked }
}

const here = await made(root)
const other = process.env.OTHER && (await made(resolve(process.env.OTHER)))
for (const [way, hide] of Object.entries(ways)) {
  const split = Array.from(people.values(), (events) => {
    const hidden = hide(events)
    return { past: events.filter((_, e) => !hidden[e]), later: events.filter((_, e) => hidden[e]) }
  })
  const said = (what, { hits, shown, disliked }) =>
    console.log(
      `${way}, ${what}: HR@10 of what was later rated 4 and more ${withInterval(hits)}, ${hits.length} people; ` +
        `later rated 2 and less ${disliked} of ${shown}`,
    )
  const above = (what, one, two) => {
    const by = one.hits.map((hit, person) => hit - two.hits[person])
    console.log(`${way}, by default above ${what}, person by person: ${withInterval(by, { signed: true })}`)
  }
  const graded = await figures(split, {}, here)
  said('by default', graded)
  const alike = await figures(split, { ratings: false }, here)
  said('each rating 1', alike)
  above('each rating 1', graded, alike)
  if (!other) continue
  const before = await figures(split, {}, other)
  said('by the other checkout', before)
  above('the other checkout', graded, before)
}
