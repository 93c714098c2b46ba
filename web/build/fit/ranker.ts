/**
 * A ranker that the build trains itself, as a person would with `martello features` and a trainer, step by step:
 *
 *   1. the last events of everybody are hidden, and the bundle is trained without them, as it will be with them;
 *   2. the hidden events are moments: the core says what a ranker would be told of each candidate just before (moments.ts), and
 *      what the person met from there on was to be found, or at that moment alone where it has a context;
 *   3. it learns from the earlier moments round by round, and from nothing that was met later; at the later ones people say when to
 *      stop, and what the ranker is worth beside the merge alone (judge.ts). Where times only count each person's own events, nobody's are
 *      later than another's, and what is late is merely long: other people's moments say so then;
 *   4. where that is surely more, one that learns from all these moments in as many rounds goes into the bundle, whose sources know
 *      all events by then.
 */
import type { Forest } from '../../import/trees/trees.js'
import { LearnError } from '../../learn/learn.js'
import { unknowing, type Given } from '../given.js'
import { CANDIDATES } from '../models/ranker.js'
import type { Tower } from '../models/tower.js'
import { policyOf, applyPolicy, type Policy } from '../policy.js'
import { random } from '../random.js'
import { bundle } from '../sections/bundle.js'
import { featuresSection, planFeatures, type FeaturePlan } from '../sections/features.js'
import { policySection } from '../sections/policy.js'
import { trainOn } from '../train.js'
import { Training, type Log } from '../training.js'
import { byUser } from '../tune/holdout.js'
import type { Trial } from '../tune/trial.js'
import { coreOf } from '../core.js'
import type { RankerName } from './config.js'
import { Judge } from './judge.js'
import { BEFORE_RANKER } from './minutes.js'
import { dimsOf, learnerOf, longestOf, ndcgOf, type Rounds } from './learner.js'
import { targetWords, worthOf } from './targets.js'
import { joined, RowsOfMoments, thinned, type Moments, type Replayed } from './replayed.js'

/** What became of a ranker that the config wanted, for the build record. */
export interface TrainedRanker {
  ranker: RankerName
  /** Why there is none; null where there is one. */
  without: string | null
  /** Moments that it learned from, and others that it did not. */
  moments: { learned: number; held: number }
  /** Trees, or passes over all moments. */
  rounds: number
  /** NDCG of held moments by the merge alone, and with the ranker: means over `people`, of whom nobody said when to stop. */
  ndcg: { merged: number; ranked: number; k: number; people: number } | null
  /** How much the ranker is above the merge, from and to, with a confidence of 95 %. */
  above: [from: number, to: number] | null
  /** Features by the share of the gain that splits of trees by them made, the largest first. */
  gains: { feature: string; share: number }[]
}

export interface Learned {
  model: Forest | Tower | null
  record: TrainedRanker
}

/** Moments that are learned from at most, and others that judge; more hardly tell more, and take as much longer. */
const MOST = { learned: 12_000, held: 2_000 }
/** Of each person's events, the last that are hidden. */
const LAST = 0.2
/** Of the moments in order of time, or of the people, those that are learned from. */
const EARLIER = 0.75
/** Moments and people without which a ranker is not to be had, and events of a person whose last are hidden. */
const LEAST = { moments: 100, people: 20, events: 3 }
/** Rows of a moment that are learned from. */
const ROWS = 60
/** Of the time that there is, what may pass until it is known how many rounds are best. */
const TRIAL = 2 / 3
/** Places that NDCG looks at. */
const TOP = 10
/** Of what is said of gains. */
const FEATURES_SAID = 20

/** null: the config wants none. */
export async function trainedRanker(given: Given, trial: Trial, policy: Policy): Promise<Learned | null> {
  const { config, progress, rankerMinutes } = given
  if (config.train?.ranker === undefined) return null
  const learned = await learn({ ...given, minutes: rankerMinutes }, trial, policy, config.train.ranker)
  progress.say(said(learned.record))
  return learned
}

const nothing = (ranker: RankerName, without: string): Learned => ({
  model: null,
  record: { ranker, without, moments: { learned: 0, held: 0 }, rounds: 0, ndcg: null, above: null, gains: [] },
})

async function learn(given: Given, trial: Trial, policy: Policy, ranker: RankerName): Promise<Learned> {
  const { log } = given
  if (log === null) return nothing(ranker, 'there is no log to learn from')
  if (log.time === null) return nothing(ranker, 'the log has no times, and a ranker learns from what came next')
  const hidden = lastOfEverybody(log)
  const division = countOwn(log) ? byPeople(log, given.seed) : byTime(log, hidden)
  const count = { learned: 0, held: 0 }
  hidden.forEach((hides, e) => (count[division.isHeld(e) ? 'held' : 'learned'] += hides))
  if (Math.min(count.learned, count.held) < LEAST.moments / 10 || count.learned + count.held < LEAST.moments)
    return nothing(ranker, `the log has ${count.learned} moments to learn from and ${count.held} later ones to judge by; ${LEAST.moments} are wanted, of more than one time`) // prettier-ignore
  const learning = await rowsOf(given, trial, policy, hidden, { division, count }, ranker)
  if (learning === null)
    return nothing(ranker, 'the time was over before the models beside it had learned without the events that it is to find; to give it more, raise "minutes" of "train" in the config') // prettier-ignore
  try {
    return await rounds(given, ranker, learning)
  } catch (error) {
    if (!(error instanceof LearnError)) throw error
    return nothing(ranker, error.message)
  }
}

/** 1: an event is among the last of a person, which are hidden. */
function lastOfEverybody(log: Log): Uint8Array {
  const hidden = new Uint8Array(log.user.length)
  const { start, event } = byUser(log)
  for (let user = 0; user < log.users; user++) {
    const count = start[user + 1]! - start[user]!
    const known = count < LEAST.events ? count : count - Math.max(1, Math.floor(LAST * count))
    for (const e of event.subarray(start[user]! + known, start[user + 1]!)) hidden[e] = 1
  }
  return hidden
}

/** Hidden events that judge; what is met from `until` on is not met yet at those that are learned from. */
interface Division {
  isHeld: (event: number) => boolean
  until: number
}

/** By the time before which `EARLIER` of the hidden events lie. */
function byTime({ time }: Log, hidden: Uint8Array): Division {
  const times = time!.filter((_, e) => hidden[e] === 1).sort()
  const until = times[Math.floor(EARLIER * times.length)]!
  return { isHeld: (event) => time![event]! >= until, until }
}

function byPeople({ user, users }: Log, seed: number): Division {
  const draw = random(seed ^ 0x27d4eb2f)
  const held = Uint8Array.from({ length: users }, () => Number(draw() >= EARLIER))
  return { isHeld: (event) => held[user[event]!] === 1, until: Infinity }
}

/** Whether times count each person's own events: those of most begin with the first that there is. */
function countOwn({ time, user, users }: Log): boolean {
  const first = time!.reduce((least, at) => Math.min(least, at), Infinity)
  const begin = new Set(user.filter((_, e) => time![e] === first))
  return 2 * begin.size > users && time!.some((at) => at > first)
}

interface Learning {
  learned: Moments
  held: Moments
  plan: FeaturePlan
  /** Of items, as those know each other that met them by then; null: none are wanted. */
  vectors: Float32Array | null
}

async function vectorsOf({ learn, workers, seed }: Given, log: Log, dims: number): Promise<Float32Array | null> {
  if (dims === 0) return null
  const training = await Training.of(learn, workers, log)
  try {
    return await training.shared(dims, seed)
  } finally {
    training.drop()
  }
}

/**
 * Rows of the hidden events, by a bundle that knows nothing of them. null: the time was over before: a model that could not learn from
 * everything is the one that was weighed, and that knows hidden events.
 */
async function rowsOf(
  given: Given,
  trial: Trial,
  policy: Policy,
  hidden: Uint8Array,
  { division, count }: { division: Division; count: { learned: number; held: number } },
  ranker: RankerName,
): Promise<Learning | null> {
  const { learn, config, inputs, progress, seed } = given
  const minutes = given.minutes.until(BEFORE_RANKER.again)
  const before = await unknowing(given, hidden)
  const { catalogue } = before
  const built = await trainOn({ ...before, minutes }, trial, { ...before.log!, hidden })
  if (minutes.isOver()) return null
  const decided = applyPolicy(policyOf(built.sources, config, given.weighing), policy)
  const plan = planFeatures(config, catalogue, decided.sources)!
  const bytes = bundle(learn, catalogue.ids.length, [
    ...before.ids,
    ...before.attributes,
    ...built.sections,
    policySection(learn, decided),
    featuresSection(learn, plan),
  ])
  const interactions = inputs.interactions!
  const of = new RowsOfMoments(await coreOf(bytes), interactions, longestOf(ranker), (done) =>
    progress.stage('replaying moments for the ranker', done, count.learned + count.held),
  )
  const within = config.ranker?.candidates ?? CANDIDATES
  const ahead = plan.fields.length > 0 ? 1 : Infinity // what a context says is of its moment alone
  const draw = random(seed)
  const { rows } = before.log!
  const marked = (most: number, isHeld: boolean, all: number): Uint8Array => {
    const only = new Uint8Array(interactions.rows)
    hidden.forEach((hides, e) => {
      if (hides === 1 && division.isHeld(e) === isHeld && draw() * all < most) only[rows?.[e] ?? e] = 1
    })
    return only
  }
  const targets = config.train?.targets
  if (targets !== undefined) progress.say(targetWords(targets, interactions))
  const worth = worthOf(targets, interactions)
  const asked = { within, worth, last: 0, users: 0, ahead, history: 0, missed: false, seed, since: -Infinity, until: Infinity } // prettier-ignore
  const { until } = division
  const earlier = marked(MOST.learned, false, count.learned)
  const later = marked(MOST.held, true, count.held)
  const learned = await of.rows({ ...asked, candidates: ROWS, until, only: earlier })
  const held = await of.rows({ ...asked, candidates: 0, only: later })
  const number = Uint32Array.from(catalogue.ids, (id) => given.catalogue.numberOf.get(id)!)
  for (const { rows } of [learned, held]) renumber(rows, number)
  return { learned, held, plan, vectors: await vectorsOf(given, { ...given.log!, hidden }, dimsOf(ranker)) }
}

/** Items by the numbers that they have in the bundle. */
function renumber({ item, history }: Replayed, number: Uint32Array): void {
  for (const items of [item, ...history]) items.forEach((one, at) => (items[at] = number[one]!))
}

/** As many rounds as order the held moments best, if they order them surely better than the merge. */
async function rounds(given: Given, ranker: RankerName, { learned, held, plan, vectors }: Learning): Promise<Learned> {
  const { learn, minutes, progress } = given
  const moments = { learned: learned.person.length, held: held.person.length }
  const people = new Set(held.person).size
  if (moments.learned + moments.held < LEAST.moments || people < LEAST.people)
    return nothing(ranker, `recall brought what was met at ${moments.learned} moments to learn from and at ${moments.held} later ones, of ${people} people; ${LEAST.moments} are wanted, and ${LEAST.people} people`) // prettier-ignore
  const rest = (1 - TRIAL) * minutes.left(1)
  const learner = learnerOf(given, ranker, { plan, rows: learned.rows, held: held.rows, vectors, top: TOP, rest })
  try {
    const judge = new Judge(held.person, ndcgOf(learn, held.rows, null, TOP))
    while (judge.rounds < learner.most && judge.rounds - judge.best < learner.patience) {
      const words = `training the ranker, ndcg ${judge.ndcg.toFixed(4)}`
      const told = (part: number) => progress.stage(words, judge.rounds + part, learner.most)
      if (minutes.left(1) <= rest || !(await learner.round(told))) break
      judge.add(await learner.held())
      if (judge.best === judge.rounds) learner.keep()
      told(0)
    }
    if (judge.rounds === 0 && minutes.left(1) > rest)
      return nothing(ranker, 'its numbers went to infinity in the first round')
    if (judge.rounds === 0)
      return nothing(ranker, 'the time was over before a round was; to give it more, raise "minutes" of "train" in the config') // prettier-ignore
    const { merged, ranked, above } = judge.verdict()
    const record: TrainedRanker = {
      ranker,
      without: above[0] > 0 ? null : 'it is not surely better than the merge alone',
      moments,
      rounds: judge.best,
      ndcg: { merged, ranked, k: TOP, people },
      above,
      gains: gainsOf(learner),
    }
    if (record.without !== null) return { model: null, record }
    const rows = joined(learned.rows, thinned(held.rows, ROWS, random(given.seed)))
    return { model: (await again(given, ranker, { plan, rows, vectors }, judge.best)) ?? learner.model(), record }
  } finally {
    learner.drop()
  }
}

/** What all moments teach in as many rounds: the later ones are nearest to what will be asked. null: the time was over before. */
async function again(
  given: Given,
  ranker: RankerName,
  { plan, rows, vectors }: { plan: FeaturePlan; rows: Replayed; vectors: Float32Array | null },
  most: number,
): Promise<Forest | Tower | null> {
  const learner = learnerOf(given, ranker, { plan, rows, held: null, vectors, top: TOP, rest: 0 })
  try {
    for (let round = 0; round < most; round++) {
      const told = (part: number) => given.progress.stage('training the ranker on all moments', round + part, most)
      if (!(await learner.round(told))) return null
      told(1)
    }
    learner.keep()
    return learner.model()
  } finally {
    learner.drop()
  }
}

function gainsOf(learner: Rounds): TrainedRanker['gains'] {
  const gains = learner.gains()
  const all = gains.reduce((sum, { share }) => sum + share, 0)
  return gains
    .map(({ feature, share }) => ({ feature, share: Math.round((1e4 * share) / all) / 1e4 }))
    .filter(({ share }) => share > 0)
    .sort((a, b) => b.share - a.share)
    .slice(0, FEATURES_SAID)
}

function said({ ranker, without, moments, rounds, ndcg, above, gains }: TrainedRanker): string {
  if (ndcg === null || above === null)
    return `look: no ranker "${ranker}" was trained: ${without}; the bundle ranks by its merge`
  const by = `ndcg@${ndcg.k} ${ndcg.ranked.toFixed(4)}, the merge alone ${ndcg.merged.toFixed(4)}, difference ${above[0].toFixed(4)} to ${above[1].toFixed(4)}, of ${ndcg.people} people at moments held out` // prettier-ignore
  if (without !== null) return `look: ranker ${ranker} is left out, since ${without}: ${by}`
  const most = gains.slice(0, 5).map(({ feature }) => feature)
  const what = ranker === 'lambdamart' ? 'trees of' : 'passes over'
  return `ranker ${ranker}: ${rounds} ${what} ${moments.learned} moments, ${by}${most.length > 0 ? `; most telling: ${most.join(', ')}` : ''}`
}
