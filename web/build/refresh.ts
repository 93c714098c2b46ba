/**
 * A refresh: the bundle of the day before with the catalogue of today, where there is no new log. All that was trained stays as it is, and
 * the catalogue says its own anew: attributes, words, what is alike by them, what is new and what is gone.
 *
 *   numbers   items keep theirs, as in a rebuild (catalogue.ts); an item that is gone is withdrawn, and still says in a history what it was
 *   sections  of the training are copied, for more items where there are (sections/grown.ts)
 *   values    of categories that the training knew keep their numbers, since a ranker may have learned by them
 *
 * A later rebuild with a log goes on from it as from any other bundle.
 */
import { KEY, SECTION, SOURCE } from '../generated/numbers.js'
import { Learn } from '../learn/learn.js'
import type { Items } from '../read/index.js'
import { accountOf, recorded, refuse, shortly } from './account.js'
import type { Catalogue } from './catalogue.js'
import type { Config } from './config.js'
import { weightOf, withRules, type BuiltBundle } from './finish.js'
import type { Previous } from './inputs.js'
import { fitting } from './limits.js'
import { replayGolden } from './models/golden.js'
import { applyPolicy, type Policy } from './policy.js'
import type { Progress } from './progress.js'
import { refreshable } from './refreshable.js'
import { inputRows, trainedWhen, type BuildRecord } from './record.js'
import { todayBeside, type Today } from './today.js'
import { attributeSection, isNumeric } from './sections/attributes.js'
import { bundle } from './sections/bundle.js'
import { entriesIn } from './sections/campaign.js'
import { grown } from './sections/grown.js'
import { idsSections } from './sections/ids.js'
import { DEFAULT_K, policyIn, policySection, type PolicyPlan } from './sections/policy.js'
import { countsIn, popularitySection } from './sections/popularity.js'
import { indexSections, popularityIn, scaledPopularity, textIndex } from './sections/search.js'
import { section, type Section } from './sections/section.js'
import { withdrawnSections } from './sections/withdrawn.js'
import { QUOTA } from './sources/assemble.js'
import { quotaOf } from './sources/campaigns.js'
import { valuesSection } from './sources/attributes.js'
import { contentSpace } from './sources/content.js'
import { withNewer } from './sources/new.js'
import { columnOf } from './sources/popular.js'
import { oldLists } from './sources/postings.js'

/** What people may say beside what the bundle before says. */
export interface RefreshOptions {
  /** What they decide; default: what they decided then. */
  policy?: Policy
  /** How the catalogue was read; what was trained stays as it was. */
  config?: Config
}

/**
 * The bundle of the day before with another catalogue. Throws InputError where the catalogue or the policy does not fit it. What was new,
 * gone and changed `progress` is told.
 */
export async function refresh(
  items: Items,
  previous: Previous,
  progress: Progress,
  { policy, config = {} }: RefreshOptions = {},
): Promise<BuiltBundle> {
  const learn = await Learn.start()
  const { record, config: how } = await refreshable(previous, config)
  const { account, errors } = accountOf({ interactions: null, items, embeddings: null }, {}, true)
  refuse(errors)
  shortly(account).forEach((line) => progress.say(line))
  const byColumn = !record.inputs.some(({ kind }) => kind === 'interactions' || kind === 'popularity')
  const { popularity, ...others } = how
  const today = todayBeside(fitting(items).items, previous, record.refreshed, byColumn ? how : others)
  saidOf(today, record, previous.path).forEach((line) => progress.say(line))
  const { catalogue } = today
  const decided = policy ?? record.policy
  const now = {
    ...record,
    items: catalogue.ids.length,
    inputs: [...record.inputs.filter(({ kind }) => kind !== 'items'), ...inputRows({ interactions: null, items, embeddings: null })], // prettier-ignore
    account: accountNow(record.account, recorded(account)),
    config: how,
    policy: decided,
    refreshed: { times: (record.refreshed?.times ?? 0) + 1, values: today.values },
  }
  progress.stage('writing the bundle', 0, 1)
  const from = { learn, catalogue, record, config: how, recipe: record.recipe, seed: record.seed, progress, previous, training: null } // prettier-ignore
  const column = byColumn && popularity !== undefined ? columnOf(catalogue, popularity) : null
  const old = policyIn(sectionOf(previous, SECTION.policy)!)
  const plan = policy === undefined ? old : planned(old, now, previous.sections, policy)
  const sections = [
    ...idsSections(learn, catalogue.ids, previous.idTexts, catalogue.numberOf),
    ...withdrawnSections(catalogue.ids.length, (item) => catalogue.withdrawn.has(item)),
    ...catalogue.columns.map((one, at) => attributeSection(learn, one, catalogue.itemRow, at)),
    ...trainedSections(from, today, column),
    policySection(learn, plan),
    section(SECTION.record, 'record', Buffer.from(JSON.stringify(now))),
  ]
  const whole = catalogue.taken.size === 0 ? sections : withGolden(learn, catalogue, sections, progress)
  return { bytes: await withRules({ learn, catalogue }, whole, decided, plan.k), record: now }
}

const sectionOf = ({ sections }: Pick<Previous, 'sections'>, kind: number) =>
  sections.find((one) => one.kind === kind)?.bytes

// -- what is said ----------------------------------------------------------------------------------------------------------

/** What was understood of the log, and of today's catalogue. */
function accountNow(then: BuildRecord['account'], now: BuildRecord['account']): BuildRecord['account'] {
  const files = then.inputs.filter(({ role }) => role === 'items').map(({ path }) => path)
  const isOther = (line: string) => !files.some((path) => line.includes(path))
  return {
    ...then,
    inputs: [...then.inputs.filter(({ role }) => role !== 'items'), ...now.inputs],
    joins: then.joins.filter(({ from, to }) => isOther(from) && isOther(to)),
    remarks: [...then.remarks.filter(isOther), ...now.remarks],
  }
}

function saidOf({ counts }: Today, record: BuildRecord, path: string): string[] {
  const { fresh, gone, back, changed, same } = counts
  return [
    `today's catalogue beside ${path}: ${fresh} new, ${gone} gone, ${back === 0 ? '' : `${back} back, `}${changed} changed, ${same} as they were`,
    `trained as ${path} was: ${trainedWhen(record)}`,
  ]
}

// -- sections --------------------------------------------------------------------------------------------------------------

/** Kinds that say what the catalogue and people say: they are made anew. */
const ANEW: readonly number[] = (['policy', 'ids', 'places', 'withdrawn', 'attribute', 'terms', 'record', 'rules'] as const).map((kind) => SECTION[kind]) // prettier-ignore
/** Those of a vector space. */
const OF_SPACE: readonly number[] = [SECTION.space, SECTION.base, SECTION.layer, SECTION.tower]

type From = Parameters<typeof contentSpace>[0] & { previous: Previous; config: Config; record: BuildRecord }

/** Of lists: what their keys are, and the number of the column whose values they are. */
function keyOf(lists: Uint8Array): [key: number, attribute: number] {
  const view = new DataView(lists.buffer, lists.byteOffset, lists.byteLength)
  return [view.getUint32(4, true), view.getUint32(8, true)]
}

/** What the training made, for the items of today; and what the catalogue says beside it. `column`: how popular it says that items are. */
function trainedSections(from: From, today: Today, column: Float32Array | null): Section[] {
  const { learn, previous } = from
  const { catalogue, fresh, reworded } = today
  const items = catalogue.ids.length
  const trained = previous.sections.filter((one) => !ANEW.includes(one.kind) && !isWords(one))
  const old = grown(learn, trained, { from: previous.ids.length, to: items, taken: catalogue.taken })
  const counts = old.find(({ kind }) => kind === SECTION.popularity)
  const popularity = column ?? (counts ? countsIn(counts.bytes) : null)
  const content = old.find(({ kind, name }) => kind === SECTION.space && name === 'content')?.ordinal
  const remade = (one: Section) => OF_SPACE.includes(one.kind) && one.ordinal === content && reworded.size > 0
  const vectors = old.some(remade) ? contentSpace(from).map((one) => ({ ...one, ordinal: content! })) : []
  const kept = old.filter((one) => !remade(one))
  const sections = kept.map((one): Section => {
    if (one.kind === SECTION.popularity && column !== null) return popularitySection(learn, column)
    if (one.kind !== SECTION.postings) return one
    const [key, attribute] = keyOf(one.bytes)
    if (key === KEY.value && reworded.size > 0) return valuesSection({ ...from, popularity }, attribute, one.ordinal)
    const isNew = one.name === 'new' && key === KEY.one && fresh.length > 0
    return isNew ? { ...one, bytes: withNewer(learn, one.bytes, fresh, items) } : one
  })
  const lists = kept.filter(({ kind }) => kind === SECTION.postings).length
  return [...sections, ...vectors, ...wordSections(from, today, column, popularity, lists)]
}

const isWords = ({ kind, name }: Section) => kind === SECTION.postings && name === 'terms'

/** The text index, which stays where no text is another one. `popularity`: of each item as it was counted; `ordinal`: of its lists. */
function wordSections(
  from: From,
  { catalogue, reworded }: Today,
  column: Float32Array | null,
  popularity: Float32Array | null,
  ordinal: number,
): Section[] {
  const { learn, previous, config, record } = from
  const { fields = {} } = config.search || {}
  const areNumbers = catalogue.columns.some((one) => isNumeric(one) && fields[one.name] !== undefined)
  if (reworded.size === 0 && column === null && !areNumbers)
    return previous.sections
      .filter((one) => one.kind === SECTION.terms || isWords(one))
      .map((one) => (isWords(one) ? { ...one, stage: 'search' } : one))
  const terms = sectionOf(previous, SECTION.terms)
  const before = terms && column === null ? popularityIn(terms, previous.ids.length) : null
  const known = before?.map((value, item) => (catalogue.taken.has(item) ? 0 : value))
  const worth = Float32Array.from({ length: catalogue.ids.length }, (_, item) => known?.[item] ?? 0)
  return indexSections(
    learn,
    textIndex(catalogue, config, previous.terms ?? undefined),
    known ? worth : scaledPopularity(column ?? popularity, catalogue.ids.length),
    weightOf({ config }, record),
    ordinal,
    oldLists(from, 'terms'),
  )
}

/** The policy as the build before learned it, with people's word of today on it. */
function planned(old: PolicyPlan, record: BuildRecord, sections: readonly Section[], policy: Policy): PolicyPlan {
  const sources = old.sources.map((source) => {
    const { weight, decay } = record.sources.find(({ name }) => name === source.name) ?? source
    const list = source.kind === SOURCE.campaign && sections.find(({ kind, ordinal }) => kind === SECTION.campaign && ordinal === source.ordinal) // prettier-ignore
    const quota = list ? quotaOf(entriesIn(list.bytes).length) : QUOTA
    return { ...source, weight, decay, quota, last: 0, halfLife: 0 }
  })
  return applyPolicy({ ...old, sources, fusion: 'scores', k: record.config.shelf ?? DEFAULT_K }, policy)
}

/** Without the pairs of models that no longer hold, since an item that they speak of gave its number away. */
function withGolden(learn: Learn, { ids }: Catalogue, sections: Section[], progress: Progress): Section[] {
  if (!sections.some(({ kind }) => kind === SECTION.golden)) return sections
  const replays = replayGolden(learn, bundle(learn, ids.length, sections))
  return sections.filter(({ kind, ordinal, name }) => {
    const { error = 0, tolerance = 0 } = (kind === SECTION.golden && replays[ordinal]) || {}
    if (error > tolerance) progress.say(`${name}: golden pairs of items that are gone are left out`)
    return !(error > tolerance)
  })
}
