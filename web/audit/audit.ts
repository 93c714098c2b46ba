/** An audit: how well somebody who holds a bundle, and knows what a person did, can guess whether the person was in its log. */
import type { Progress } from '../build/progress.js'
import { random, wholes } from '../build/random.js'
import { byUser } from '../build/tune/holdout.js'
import { guessesOf, together, toldBy, type Told } from './attack.js'
import { shadowOf, type Original } from './shadows.js'
import { tellsOf, type Person, type Tells } from './tells.js'

export interface AuditPlan {
  /** Shadows that are built, each of a half of the people. */
  shadows: number
  /** People who are guessed about, evenly drawn, at most. */
  people: number
  seed: number
}

export interface Audit {
  people: number
  shadows: number
  /** The strongest first. */
  statistics: ({ name: string } & Told)[]
}

/** All tells at once. */
const ALL = 'all of these together'

export async function auditOf(
  original: Original,
  { shadows, people: most, seed }: AuditPlan,
  progress: Progress,
): Promise<Audit> {
  const { log } = original
  const draw = random(seed)
  const below = wholes(seed) // of bundles that nobody sees: the same seed gives the same figures
  const { start, event } = byUser(log)
  const likes = Array.from({ length: log.users }, (_, user): Person => [
    ...new Set(Array.from(event.subarray(start[user], start[user + 1]), (e) => log.item[e]!)),
  ])
  const users = shuffled(likes.flatMap((person, user) => (person.length >= 2 ? [user] : [])), draw).slice(0, most) // prettier-ignore
  const people = users.map((user) => likes[user]!)
  const all = likes.flatMap((person, user) => (person.length > 0 ? [user] : []))
  const observed: { tells: Tells; isIn: Uint8Array }[] = []
  for (let shadow = 0; shadow < shadows; shadow++) {
    progress.stage('building shadows', shadow, shadows)
    const isIn = new Uint8Array(log.users)
    for (const user of shuffled(all, draw).slice(0, Math.ceil(all.length / 2))) isIn[user] = 1
    const sections = await shadowOf(original, isIn, progress, below)
    observed.push({ tells: await tellsOf(original, sections, people), isIn: Uint8Array.from(users, (user) => isIn[user]!) }) // prettier-ignore
  }
  progress.stage('guessing', 0, 1)
  const names = [...observed[0]!.tells.keys()].filter((name) => observed.every(({ tells }) => tells.has(name)))
  const guesses = names.map((name) => guessesOf({ tell: observed.map(({ tells }) => tells.get(name)!), isIn: observed.map(({ isIn }) => isIn) })) // prettier-ignore
  const statistics = names.map((name, i) => ({ name, ...toldBy(guesses[i]!, seed) }))
  statistics.push({ name: ALL, ...toldBy(together(guesses), seed) })
  return { people: people.length, shadows, statistics: statistics.sort((a, b) => b.auc - a.auc) }
}

/** Fisher and Yates. */
function shuffled(list: readonly number[], draw: () => number): number[] {
  const mixed = [...list]
  for (let i = mixed.length - 1; i > 0; i--) {
    const j = Math.floor(draw() * (i + 1))
    ;[mixed[i], mixed[j]] = [mixed[j]!, mixed[i]!]
  }
  return mixed
}
