/**
 * A ranker that the build trains itself, as a person would with `martello features` and a trainer, step by step:
 *
 *   1. the last events of everybody are hidden, and the bundle is trained without them, as it will be with them;
 *   2. the hidden events are moments: the core says what a ranker would be told of each candidate just before (moments.ts), and
 *      what the person met from there on was to be found, or at that moment alone where it has a context;
 *   3. people are in four parts. From the moments of three of them one learns round by round, and orders what those of the fourth are
 *      asked: everybody once, at the end of what the bundle knows of them, as it will be asked. So all say when to stop, and what a
 *      ranker is worth beside the merge alone (judge.ts) to people of whom it has learned nothing;
 *   4. where that is surely more, one that learns from all moments in as many rounds goes into the bundle, whose sources know
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
import { Judge, type Verdict } from './judge.js'
import { BEFORE_RANKER } from './minutes.js'
import { dimsOf, learnerOf, longestOf, ndcgOf, type Rounds } from './learner.js'
import { shuffle } from './rows.js'
import { targetWords, worthOf } from './targets.js'
import { part, RowsOfMoments, type Moments, type Replayed } from './replayed.js'

/** What became of a ranker that the config wanted, for the build record. */
export interface TrainedRanker {
  ranker: RankerName
  /** Why there is none; null where there is one. */
  without: string | null
  /** Moments that it learned from, and those at which people were asked of whom it had not learned. */
  moments: { learned: number; held: number }
  /** Trees, or passes over all moments. */
  rounds: number
  /** NDCG by the merge alone and with the ranker, in the mean of `people`; who said when to stop is not judged by that. */
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

/**
 * Moments that are learned from at most, those of one person, and people who judge. More hardly tell more, and take as much longer;
 * and who has met thousands of items would be most of what is learned, where everybody is asked alike.
 */
const MOST = { learned: 12_000, each: 30, asked: 2_000 }
/** Parts that people are in: who learns from all but one of them is nearly who learns from all. */
const PARTS = 4
/** Of each person's events, the last that are hidden. */
const LAST = 0.2
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
  if (log.time === null || log.time.every((at) => at === log.time![0]))
    return nothing(ranker, `the log has ${log.time === null ? 'no times' : 'one time alone'}, and a ranker learns from what came next`) // prettier-ignore
  const hidden = lastOfEverybody(log)
  const count = hidden.reduce((sum, hides) => sum + hides, 0)
  if (count < LEAST.moments)
    return nothing(ranker, `the log has ${count} moments to learn from, the last of each person's ${LEAST.events} events or more; ${LEAST.moments} are wanted`) // prettier-ignore
  const learning = await rowsOf(given, trial, policy, hidden, ranker)
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

/** 1: an event is among so many of each person's that are hidden: drawn with the same chance, or without a draw the first. */
function someOf(log: Log, hidden: Uint8Array, each: number, draw: (() => number) | null): Uint8Array {
  const chosen = new Uint8Array(hidden.length)
  const { start, event } = byUser(log)
  for (let user = 0; user < log.users; user++) {
    const own = event.slice(start[user], start[user + 1]).filter((e) => hidden[e] === 1)
    if (draw !== null) shuffle(own, draw)
    for (const e of own.subarray(0, each)) chosen[e] = 1
  }
  return chosen
}

/** So many of those that are 1 at most, each with the same chance. */
function drawn(only: Uint8Array, most: number, seed: number): Uint8Array {
  const draw = random(seed)
  const all = only.reduce((sum, is) => sum + is, 0)
  return only.map((is) => Number(is === 1 && draw() * all < most))
}

interface Learning {
  /** Those that are learned from, and everybody's first, with all its candidates. */
  moments: Moments
  asked: Moments
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
  const marked = {
    moments: drawn(someOf(given.log!, hidden, MOST.each, random(seed)), MOST.learned, seed),
    asked: drawn(someOf(given.log!, hidden, 1, null), MOST.asked, seed),
  }
  const count = [marked.moments, marked.asked].reduce((sum, only) => sum + only.reduce((a, b) => a + b, 0), 0)
  const of = new RowsOfMoments(await coreOf(bytes), interactions, longestOf(ranker), (done) =>
    progress.stage('replaying moments for the ranker', done, count),
  )
  const within = config.ranker?.candidates ?? CANDIDATES
  const ahead = plan.fields.length > 0 ? 1 : Infinity // what a context says is of its moment alone
  const inLog = (only: Uint8Array) => {
    const rows = new Uint8Array(interactions.rows)
    only.forEach((is, e) => is === 1 && (rows[before.log!.rows?.[e] ?? e] = 1))
    return rows
  }
  const targets = config.train?.targets
  if (targets !== undefined) progress.say(targetWords(targets, interactions))
  const worth = worthOf(targets, interactions)
  const how = { within, worth, last: 0, users: 0, ahead, history: 0, missed: false, seed, since: -Infinity, until: Infinity } // prettier-ignore
  const moments = await of.rows({ ...how, candidates: ROWS, only: inLog(marked.moments) })
  const asked = await of.rows({ ...how, candidates: 0, only: inLog(marked.asked) })
  const number = Uint32Array.from(catalogue.ids, (id) => given.catalogue.numberOf.get(id)!)
  for (const { rows } of [moments, asked]) renumber(rows, number)
  return { moments, asked, plan, vectors: await vectorsOf(given, { ...given.log!, hidden }, dimsOf(ranker)) }
}

/** Items by the numbers that they have in the bundle. */
function renumber({ item, history }: Replayed, number: Uint32Array): void {
  for (const items of [item, ...history]) items.forEach((one, at) => (items[at] = number[one]!))
}

/** As many rounds as order best what is asked, if they order it surely better than the merge. */
async function rounds(given: Given, ranker: RankerName, learning: Learning): Promise<Learned> {
  const { learn, minutes, progress } = given
  const { moments, asked, plan, vectors } = learning
  const count = { learned: moments.person.length, held: asked.person.length }
  const people = new Set(asked.person).size
  if (count.learned < LEAST.moments || people < LEAST.people)
    return nothing(ranker, `recall brought what was met at ${count.learned} moments, and of ${people} people what they met next; ${LEAST.moments} are wanted, and ${LEAST.people} people`) // prettier-ignore
  const rest = (1 - TRIAL) * minutes.left(1)
  const partOf = drawnParts(given.seed)
  const judging = Array.from({ length: PARTS }, (_, own) => part(asked, (person) => partOf(person) === own))
  const learners = judging.map(({ rows: held }, own) => {
    const { rows } = part(moments, (person) => partOf(person) !== own)
    return learnerOf(given, ranker, { plan, rows, held, vectors, top: TOP, rest })
  })
  const [{ most, patience }] = learners as [Rounds, ...Rounds[]]
  try {
    const merged = judging.flatMap(({ rows }) => [...ndcgOf(learn, rows, null, TOP)])
    const judge = new Judge(judging.flatMap(({ person }) => person), merged) // prettier-ignore
    while (judge.rounds < most && judge.rounds - judge.best < patience) {
      const words = `training the ranker, ndcg ${judge.ndcg.toFixed(4)}`
      const ndcg: number[] = []
      for (const [own, learner] of learners.entries()) {
        const told = (done: number) => progress.stage(words, judge.rounds + (own + done) / PARTS, most)
        if (minutes.left(1) <= rest || !(await learner.round(told))) break
        ndcg.push(...(await learner.held()))
      }
      if (ndcg.length < merged.length) break
      judge.add(ndcg)
      if (judge.best === judge.rounds) learners.forEach((learner) => learner.keep())
    }
    if (judge.rounds === 0 && minutes.left(1) > rest)
      return nothing(ranker, 'its numbers went to infinity in the first round')
    if (judge.rounds === 0)
      return nothing(ranker, 'the time was over before a round was; to give it more, raise "minutes" of "train" in the config') // prettier-ignore
    const verdict = judge.verdict()
    const record: TrainedRanker = {
      ranker,
      without: withoutBy(verdict, judge.best, given.config.ranker?.keep === true),
      moments: count,
      rounds: judge.best,
      ndcg: { merged: verdict.merged, ranked: verdict.ranked, k: TOP, people },
      above: verdict.above,
      gains: gainsOf(learners[0]!),
    }
    if (record.without !== null) return { model: null, record }
    return { model: (await again(given, ranker, learning, judge.best)) ?? learners[0]!.model(), record }
  } finally {
    learners.forEach((learner) => learner.drop())
  }
}

/** Why the ranker stays out; null: it does not. */
function withoutBy({ above }: Verdict, best: number, keep: boolean): string | null {
  if (best === 0) return 'it is no better than the merge alone'
  return above[0] > 0 || keep ? null : 'it is not surely better than the merge alone'
}

/** Which of the parts a person is in, each with the same chance. */
function drawnParts(seed: number): (person: number) => number {
  const [draw, parts] = [random(seed ^ 0x27d4eb2f), new Map<number, number>()]
  return (person) => {
    if (!parts.has(person)) parts.set(person, Math.floor(PARTS * draw()))
    return parts.get(person)!
  }
}

/** What all moments teach in as many rounds. null: the time was over before. */
async function again(
  given: Given,
  ranker: RankerName,
  { plan, moments: { rows }, vectors }: Learning,
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
  const by = `ndcg@${ndcg.k} ${ndcg.ranked.toFixed(4)}, the merge alone ${ndcg.merged.toFixed(4)}, difference ${above[0].toFixed(4)} to ${above[1].toFixed(4)}, of ${ndcg.people} people of whom it had learned nothing` // prettier-ignore
  if (without !== null)
    return `look: ranker ${ranker} is left out, since ${without}: ${by}${rounds > 0 ? '; {"ranker":{"keep":true}} in a config keeps it' : ''}`
  const most = gains.slice(0, 5).map(({ feature }) => feature)
  const what = ranker === 'lambdamart' ? 'trees of' : 'passes over'
  return `ranker ${ranker}: ${rounds} ${what} ${moments.learned} moments, ${by}${most.length > 0 ? `; most telling: ${most.join(', ')}` : ''}`
}
