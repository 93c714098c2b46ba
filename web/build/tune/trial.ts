/**
 * The second step, holding out and choosing: a part of the log is hidden, all sources are trained on the rest, and what
 * brings the hidden part back decides how models are trained and how much each source weighs.
 */
import type { Given } from '../given.js'
import { policyOf } from '../policy.js'
import { hasNew } from '../popularity.js'
import { recipeFor, type Recipe } from '../recipe.js'
import { featuresSection, planFeatures } from '../sections/features.js'
import { ROLE } from '../../generated/numbers.js'
import { policySection, type SourcePlan } from '../sections/policy.js'
import type { Section } from '../sections/section.js'
import { assemble, type Already, type Say } from '../sources/assemble.js'
import { withoutLog } from '../sources/before.js'
import { SOURCES, type SourceName } from '../sources/index.js'
import type { Source } from '../sources/source.js'
import { Training, type Factors } from '../training.js'
import { areDislikesOpen } from '../weighing.js'
import { withAsked } from './answer.js'
import { divide } from './bytes.js'
import { chooseDislikes, type DislikeChoice } from './dislikes.js'
import {
  chooseCadence,
  chooseDimension,
  chooseFactors,
  chooseItem2vec,
  chooseNeighbours,
  chooseRidge,
  chooseTransitions,
} from './choose.js'
import { noSource, type Share } from './divisions.js'
import { holdOut, type Holdout } from './holdout.js'
import { saidOfUnrepeated } from './leave.js'
import { enoughEvents, partOf } from './people.js'
import { isBeaten, notBeaten } from './popular.js'
import { chooseStepped, leftWithoutHoldout } from './stepped.js'
import { chooseTdm } from './tdm.js'
import { chooseTower, sayUntrained } from './tower.js'
import { chooseSearch, type SearchChoice } from './search.js'
import { tune, type Alone, type Choice } from './tune.js'
import type { Figures } from './ways.js'
import { fitting, undivided, unmeasured, type Divided } from './within.js'

/** What the held-out events say, and what they say of fewer bytes. */
export type Trial = Weighed & Divided<Weighed>

interface Weighed {
  recipe: Recipe
  /** What the held-out events say of each source, and of all together; null where nothing was held out. */
  said: { of: Map<string, Say & { alone: Figures }>; together: Figures; people: number } | null
  /** The part of the log that was chosen by: how many people of how many, with how many events. */
  chosenBy: { people: number; of: number; events: number } | null
  /**
   * Of how many events of the log these choices were made, of how many sources were weighed, and how many builds have taken the choices
   * over since (previous.ts).
   */
  chosen: { events: number; weighed: number; age: number }
  /** Of the held-out log, for those of the whole log to begin from. */
  factors: Factors | null
  tried: Choice['tried']
  /** What is to be said where nothing was learned; else null. */
  nothing: string | null
  /** What they say of searches; null as well where the catalogue has no words. */
  search: SearchChoice | null
  /** What they say of dislikes; null where the log has too few, or the config says what they weigh. */
  dislikes: DislikeChoice | null
}

export async function holdOutAndChoose(given: Given): Promise<Trial> {
  const { config, log, progress } = given
  const recipe = recipeFor(log, config)
  const out = heldOut(given)
  const events = log?.user.length ?? 0
  const chosen = { events, weighed: events, age: 0 }
  if (out === null) {
    for (const line of leftWithoutHoldout(config)) progress.say(line)
    sayUntrained(given)
    return unmeasured(given, { recipe, said: null, chosenBy: null, chosen, factors: null, tried: [], nothing: null, search: null, dislikes: null }) // prettier-ignore
  }
  const { holdout, chosenBy } = out
  progress.say(`choosing by ${holdout.held.length} held-out events of ${holdout.who.length} people`)
  if (chosenBy.events < events)
    progress.say(
      `choosing by ${chosenBy.people} of ${chosenBy.of} people, evenly drawn, with ${chosenBy.events} of ${events} events; ` +
        `to choose by all of them, which takes longer, set {"tune":${events}} in a config`,
    )
  return choose(given, recipe, holdout, chosenBy)
}

/** What is hidden of the log, or of the part of it that is enough; null: there is too little, or none is to be. */
function heldOut({ config: { tune: most, repeat }, log, seed }: Given) {
  if (log === null || most === false) return null
  const part = partOf(log, typeof most === 'number' ? most : enoughEvents(log), seed)
  const holdout = holdOut(part, seed, repeat, part !== log)
  return holdout && { holdout, chosenBy: { people: part.users, of: log.users, events: part.user.length } }
}

/**
 * What sources weigh, and how they fade, by the log as it is now, of a trial that was taken over: how they are trained stays. The trial as
 * it is where nothing can be held out, or where bytes are divided, which no weight does alone.
 */
export async function weighAgain(given: Given, trial: Trial): Promise<Trial> {
  const { learn, workers, progress, config } = given
  const out = config.bytes === undefined ? heldOut(given) : null
  if (out === null) return trial
  const { holdout, chosenBy } = out
  progress.say(`weighing sources again by ${holdout.held.length} held-out events of ${holdout.who.length} people`)
  const training = await Training.of(learn, workers, holdout.train, (...how) => progress.stage(...how))
  const unknowing = { ...given, previous: withoutLog(given.previous) } // the day before has learned from what is hidden now
  const chosen = { recipe: trial.recipe, factors: undefined, made: new Map(), known: new Map(), before: null }
  const { said, tried, nothing, dislikes } = await weigh(unknowing, training, chosen, holdout)
  const { length: weighed } = given.log!.user
  return { ...trial, said, tried, nothing, dislikes, chosenBy, chosen: { ...trial.chosen, weighed } }
}

async function choose(given: Given, start: Recipe, holdout: Holdout, chosenBy: Weighed['chosenBy']): Promise<Trial> {
  const { learn, workers, config, progress } = given
  const training = await Training.of(learn, workers, holdout.train, (...how) => progress.stage(...how))
  const factors = config.sources?.als === false ? null : await chooseFactors(given, training, start, holdout)
  const withFactors = factors?.recipe ?? start
  const beside = factors === null ? [] : [factors.source]
  const makes = (source: 'i2i' | 'next') => config.sources?.[source] !== false && given.lists?.has(source) !== true
  const next =
    makes('next') && holdout.train.time !== null
      ? await chooseTransitions(given, training, withFactors, beside, holdout)
      : null
  const withNext = next?.recipe ?? withFactors
  if (next !== null) beside.push(next.source)
  const neighbours = makes('i2i') ? await chooseNeighbours(given, training, withNext, beside, holdout) : null
  if (neighbours !== null) beside.push(neighbours.source)
  const withLists = neighbours?.recipe ?? withNext
  const dimension =
    factors === null || config.dimension !== undefined
      ? null
      : await chooseDimension(given, training, withLists, factors, beside.slice(1), holdout)
  if (dimension !== null) beside[0] = dimension.source
  const company = await chooseItem2vec(given, training, dimension?.recipe ?? withLists, beside, holdout)
  const companied = [...beside, ...(company.recipe.item2vec && company.source ? [company.source] : [])]
  const stepped = await chooseStepped(given, training, company.recipe, companied, holdout)
  const tower = await chooseTower(given, training, stepped.recipe, [...companied, ...stepped.sources], holdout)
  const besideTree = [...companied, ...stepped.sources, ...(tower.source ? [tower.source] : [])]
  const tdm = await chooseTdm(given, training, tower.recipe, besideTree, holdout)
  const ridge = await chooseRidge(given, training, tdm.recipe, holdout)
  const cadence = await chooseCadence(given, training, ridge.recipe, holdout)
  const tried = [factors, next, neighbours, dimension, company, stepped, tower, tdm, ridge, cadence].flatMap(
    (one) => one?.tried ?? [],
  )
  let search: SearchChoice | null | undefined
  const weighed = async (chosen: Chosen) => {
    const weighing = await weigh(given, training, chosen, holdout)
    search ??= await searchOf(given, holdout)
    return {
      ...weighing,
      chosenBy,
      chosen: { events: given.log!.user.length, weighed: given.log!.user.length, age: 0 },
      tried: [...tried, ...weighing.tried],
      search,
    }
  }
  const measured = [...beside, ...(company.source ? [company.source] : []), ...stepped.sources].map(
    ({ name, alone }) => [name, alone] as const,
  )
  const usual = {
    recipe: cadence.recipe,
    factors: (dimension ?? factors)?.factors,
    made: new Map(
      [...companied, ...stepped.sources, tower.source, tdm.source, ridge.source].flatMap((source) =>
        source ? [[source.name, source.sections] as const] : [],
      ),
    ),
    known: new Map(measured),
    before: null,
  }
  if (config.bytes === undefined) return undivided(await weighed(usual))
  const open = { recipe: usual.recipe, als: withLists.als, trained: (dimension ?? factors)?.trained ?? [] }
  const divisions = await divide(given, training, open, holdout, tried)
  return fitting(config.bytes, divisions, (share) =>
    weighed(share === divisions.usual ? usual : { ...share, made: new Map(), known: new Map(), before: share }),
  )
}

/** What to build; by the names of sources, the sections and what they bring back alone where that is known, and what weighs well. */
interface Chosen {
  recipe: Recipe
  /** Of the held-out log, where they are trained. */
  factors: Factors | undefined
  made: NonNullable<Already['made']>
  known: ReadonlyMap<string, Alone>
  before: Pick<Share, 'weights' | 'decays'> | null
}

/** How much each source weighs, the recipe being chosen. Drops the training where no other division of bytes may be made of it. */
async function weigh(
  given: Given,
  training: Training,
  { recipe, factors: trained, made, known, before }: Chosen,
  holdout: Holdout,
): Promise<Omit<Weighed, 'search' | 'chosenBy' | 'chosen'>> {
  const { learn, workers, catalogue, config, progress } = given
  const equal = (): Say => ({ weight: [1, 1, 1, 1], decay: 1 })
  const { sources, sections } = await assemble(given, training, recipe, equal, { trained, made })
  if (config.bytes === undefined) training.drop()
  if (sources.length === 0) throw noSource()
  const policy = policyOf(sources, config, given.weighing)
  // an imported tower may ask for fields of the context
  const features = given.tower === null ? null : planFeatures(config, catalogue, policy.sources)
  const whole = [...given.ids, ...given.attributes, ...sections, policySection(learn, policy)]
  if (features !== null) whole.push(featuresSection(learn, features))
  const timed = holdout.train.time !== null
  const weighing = before && {
    decays: sources.map(({ name }) => before.decays.get(name) ?? 1),
    weights: [0, 1].map((half) => sources.map(({ name }) => before.weights.get(name)?.[half] ?? 0)),
  }
  const spare = spareIn(given, sections)
  const unfading = new Set((SOURCES as readonly Source[]).flatMap((one) => (one.unfading?.(given) ? [one.name] : [])))
  progress.stage('weighing sources', 0, 1)
  const [choice, dislikes] = await withAsked(learn, workers, catalogue.ids.length, whole, async (asked) => {
    const chosen = await tune(
      asked,
      sources.map((source) => ({ ...source, unfading: unfading.has(source.name) })),
      holdout,
      timed,
      known,
      (line) => progress.say(line),
      weighing,
      spare,
    )
    return [chosen, areDislikesOpen(given.weighing) ? await chooseDislikes(asked, holdout, chosen) : null] as const
  })
  if (dislikes !== null) progress.say(saidOfDislikes(dislikes))
  if (choice.unrepeated !== null && config.sources?.repeat !== true) progress.say(saidOfUnrepeated(choice.unrepeated))
  progress.say(`together: recall ${choice.fused.recall.toFixed(4)}, ndcg ${choice.fused.ndcg.toFixed(4)}`)
  const of = new Map(
    sources.map(({ name }, s) => [
      name,
      { weight: choice.weights[s]!, decay: choice.decays[s]!, alone: choice.alone[s]! },
    ]),
  )
  return {
    recipe,
    said: { of, together: choice.fused, people: holdout.who.length },
    factors: trained ?? null,
    tried: choice.tried,
    nothing: nothingLearned(choice, sources, holdout),
    dislikes,
  }
}

function saidOfDislikes({ scale, disliking, tried }: DislikeChoice): string {
  const one = tried.find((other) => other.scale === scale)!
  return (
    `a dislike counts ${-scale}, by what ${disliking} people liked and disliked later: ndcg ${one.liked.ndcg.toFixed(4)} of the liked, ` +
    `${one.disliked.ndcg.toFixed(4)} of the disliked`
  )
}

/**
 * By name, the bytes of sources that may be left out: those that a config could keep, and does not. Where it says how many bytes
 * are wanted these are divided by what they bring (bytes.ts), and what is there for what held-out events do not ask for stays: tables that were
 * given, requests by name, what is taken again, and new items.
 */
function spareIn({ config, lists, log }: Given, sections: readonly Section[]): Map<string, number> {
  if (config.bytes !== undefined) return new Map()
  const isNewThere = hasNew(log!)
  const isSpare = ({ name, role, stays, knowsNew }: Source) =>
    config.sources?.[name as SourceName] !== true &&
    lists?.has(name) !== true &&
    (role === 'alike' || role === 'next') &&
    !stays &&
    !(knowsNew && isNewThere)
  const bytesOf = (source: string) =>
    sections.reduce((sum, { name, bytes }) => sum + (name === source ? bytes.length : 0), 0)
  return new Map((SOURCES as readonly Source[]).filter(isSpare).map(({ name }) => [name, bytesOf(name)]))
}

/** What is said where held-out events do not come back, or no more of them than by what is popular. */
function nothingLearned(
  { fused, popularity }: Choice,
  sources: readonly SourcePlan[],
  holdout: Holdout,
): string | null {
  if (fused.recall === 0) return nothingFound(holdout)
  const personal = sources.filter(({ role }) => role !== ROLE.everybody).map(({ name }) => name)
  if (popularity === null || personal.length === 0 || isBeaten(popularity)) return null
  const made = personal.filter((name) => SOURCES.some((source) => source.name === name))
  return notBeaten(fused, popularity, holdout, made, made.length < personal.length)
}

/** Where nothing comes back, the log is not what it is taken for, or chance itself. */
const nothingFound = ({ held, who }: Holdout) =>
  `look: none of ${held.length} held-out events of ${who.length} people comes back, by any source: what people did before says nothing of ` +
  'what they do next, or ids, times and events are not what they are taken for (martello check says what for)'

async function searchOf({ learn, ids, text, progress, seed }: Given, holdout: Holdout): Promise<SearchChoice | null> {
  const choice = await chooseSearch(learn, ids, text, holdout, seed)
  if (choice === null) return null
  const mrr = choice.tried.find(({ popularity }) => popularity === choice.popularity)!.mrr
  progress.say(`search: popularity weighs ${choice.popularity} against words, mean reciprocal rank ${mrr.toFixed(4)}`)
  return choice
}
