/**
 * How much a dislike lowers what is alike: where people of the log disliked things, by what they disliked and liked later. Histories
 * are asked about with their dislikes, at several multiples of what the names say, by the sources and weights that were chosen; the
 * best is where liked items come back and disliked ones do not: Recall@20 + NDCG@20 of the liked, less that of the disliked.
 */
import type { Asked, Asking, People } from './answer.js'
import type { Holdout } from './holdout.js'
import { Candidates, merit, type Choice } from './tune.js'
import { LENGTHS } from '../../generated/numbers.js'
import type { Figures } from './ways.js'

const SCALES = [0.125, 0.25, 0.5, 1, 2, 4, 8]
/** Of each person; see tune.ts. */
const CANDIDATES = 300
/** People who disliked something before and after, without whom nothing is chosen. */
const LEAST_PEOPLE = 50

/** How much dislikes are to count, and what was tried, for the build record. */
export interface DislikeChoice {
  /** What the weights of dislikes are multiplied by. */
  scale: number
  /** People with dislikes in their histories, and those who later disliked something else. */
  people: number
  disliking: number
  /** What comes back of liked items, and of disliked ones. */
  tried: { scale: number; liked: Figures; disliked: Figures }[]
}

interface Dislike {
  item: number
  weight: number
  time: number
}

/** null: too few people disliked anything twice. */
export async function chooseDislikes(asked: Asked, holdout: Holdout, choice: Choice): Promise<DislikeChoice | null> {
  const { known, later } = dislikesOf(holdout)
  const who = holdout.who.filter((person) => known[person]!.length > 0)
  const disliking = who.filter((person) => later[person]!.length > 0)
  if (disliking.length < LEAST_PEOPLE) return null
  const tried: DislikeChoice['tried'] = []
  for (const scale of SCALES) {
    const people = withDislikes(holdout.people, known, scale)
    const liked = await measured(asked, { ...holdout, people, who }, choice)
    const disliked = await measured(asked, { people, who: disliking, ...lists(later) }, choice)
    tried.push({ scale, liked, disliked })
  }
  const net = ({ liked, disliked }: (typeof tried)[number]) => merit(liked) - merit(disliked)
  const { scale } = tried.reduce((best, one) => (net(one) > net(best) ? one : best), tried[SCALES.indexOf(1)]!)
  return { scale, people: who.length, disliking: disliking.length, tried }
}

/** What each person had disliked when their hidden events began, and what they disliked later and had not met. */
function dislikesOf({ train, people, user, from }: Holdout): { known: Dislike[][]; later: number[][] } {
  const { disliked } = train
  const of = new Map<number, Dislike[]>()
  disliked?.weight.forEach((weight, e) => {
    if (!(weight < 0)) return
    const one = { item: disliked.item[e]!, weight, time: disliked.time?.[e] ?? NaN }
    const own = of.get(disliked.user[e]!)
    if (own === undefined) of.set(disliked.user[e]!, [one])
    else own.push(one)
  })
  const known: Dislike[][] = []
  const later: number[][] = []
  user.forEach((number, person) => {
    const own = of.get(number) ?? []
    const cut = from[person]!
    const isKnown = ({ time }: Dislike, n: number) => (Number.isNaN(cut) ? 2 * n < own.length : time < cut)
    const before = own.filter(isKnown)
    const met = new Set(before.map(({ item }) => item))
    for (let e = people.start[person]!; e < people.start[person + 1]!; e++) met.add(people.item[e]!)
    known.push(before)
    later.push([...new Set(own.filter((one, n) => !isKnown(one, n)).map(({ item }) => item))].filter((item) => !met.has(item))) // prettier-ignore
  })
  return { known, later }
}

/** The histories with their dislikes in the order of time; without times the dislikes come first. */
function withDislikes({ start, item, weight, time, now }: People, known: readonly Dislike[][], scale: number): People {
  const starts = [0]
  const rows: Dislike[] = []
  known.forEach((dislikes, person) => {
    const own: Dislike[] = dislikes.map((one) => ({ ...one, weight: scale * one.weight }))
    for (let e = start[person]!; e < start[person + 1]!; e++)
      own.push({ item: item[e]!, weight: weight?.[e] ?? 1, time: time?.[e] ?? NaN })
    if (time !== null) own.sort((a, b) => a.time - b.time)
    for (const one of own) rows.push(one)
    starts.push(rows.length)
  })
  return {
    start: Uint32Array.from(starts),
    item: Uint32Array.from(rows, (one) => one.item),
    weight: Float32Array.from(rows, (one) => one.weight),
    time: time && Float64Array.from(rows, (one) => one.time),
    now,
  }
}

function lists(of: readonly number[][]): Pick<Asking, 'heldStart' | 'held'> {
  const heldStart = new Uint32Array(of.length + 1)
  of.forEach((list, person) => (heldStart[person + 1] = heldStart[person]! + list.length))
  return { heldStart, held: Uint32Array.from(of.flat()) }
}

/** Means over all people, each length of history by its own weights. */
async function measured(asked: Asked, asking: Asking, { weights, decays }: Choice): Promise<Figures> {
  const most = weights.map((own) => Math.max(...own)) // by any of them: the best are among these
  const candidates = await Candidates.of(asked, asking, { k: CANDIDATES, weights: most, decays })
  const { people } = candidates
  const all = people.reduce((sum, count) => sum + count)
  const mean: Figures = { recall: 0, ndcg: 0 }
  for (let length = 0; length < LENGTHS; length++) {
    if (people[length] === 0) continue
    const own = candidates.measure(weights.map((source) => source[length]!), length) // prettier-ignore
    mean.recall += (own.recall * people[length]!) / all
    mean.ndcg += (own.ndcg * people[length]!) / all
  }
  candidates.drop()
  return mean
}
