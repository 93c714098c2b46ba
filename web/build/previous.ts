/**
 * The bundle of the day before: what a rebuild takes over, so that little moves from one day to the next, and nothing is chosen
 * again that was chosen well.
 *
 *   numbers   an item keeps its number; new ones take the numbers of those that are gone, then further ones (catalogue.ts)
 *   choices   how sources are trained and what they weigh, as held-out events once said; all is trained again on all events
 *   vectors   begin from the old ones (als.ts), are turned to where those were (turned.ts) and coded as those (sections/vectors.ts)
 *   lists     under items stay where hardly anything of them moved (sections/postings.ts)
 *
 * Choices are made anew where the config is another one, or the log has grown or shrunk so much that they may have changed. What sources weigh is
 * the cheapest of them to choose, and the first that is out of date: it is chosen again far sooner.
 */
import { readFile } from 'node:fs/promises'
import { isDeepStrictEqual } from 'node:util'
import { SECTION, TERMS_HEAD } from '../generated/numbers.js'
import { fileError } from '../read/errors.js'
import { InputError } from '../read/index.js'
import { MartelloError } from '../recommender/errors.js'
import { VERSION } from '../recommender/version.js'
import type { Config } from './config.js'
import { coreOf } from './core.js'
import type { Given } from './given.js'
import type { Previous } from './inputs.js'
import { readRecord, sectionsOf, type SectionInfo } from './inspect.js'
import type { BuildRecord } from './record.js'
import { recipeFor, type Recipe } from './recipe.js'
import { nameOfAttribute } from './sections/attributes.js'
import { readIds } from './sections/ids.js'
import type { Weights } from './sections/policy.js'
import { section, type Section } from './sections/section.js'
import { readTexts } from './sections/texts.js'
import { SOURCES } from './sources/index.js'
import { holdOutAndChoose, weighAgain, type Trial } from './tune/trial.js'
import { undivided } from './tune/within.js'

const NOTHING = { recall: 0, ndcg: 0 }
/** Of the events that were chosen by, by how large a share a log may differ before choices are made anew. */
const DRIFT = 0.25
/** … and before sources are weighed again: after three days of 2 %, say. What weighed well a quarter of a log ago costs 3 to 4 % of what
 * is found, how sources are trained hardly anything. */
const WEIGHED_DRIFT = 0.05

/** Errors: no bundle. */
export async function readPrevious(path: string): Promise<Previous> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw fileError(path, error, 'a bundle')
  })
  try {
    const core = await coreOf(bytes)
    core.verify(bytes.length, 0, bytes.length)
    const sections = await sectionsOf(bytes)
    return { path, ...partsOf(bytes, core.items, sections), record: await readRecord(path, bytes, sections) }
  } catch (error) {
    if (error instanceof MartelloError) throw new InputError({ file: path }, error.message, 'a bundle that is whole')
    throw error
  }
}

/** Its sections, and those that a rebuild may leave as they are. */
function partsOf(bytes: Uint8Array, items: number, infos: readonly SectionInfo[]): Omit<Previous, 'path' | 'record'> {
  const sections = infos.flatMap(({ kind, name, ordinal, part, offset, bytes: length }) =>
    isKind(kind) ? [section(SECTION[kind], name, bytes.slice(offset, offset + length), ordinal, part)] : [],
  )
  const of = (kind: keyof typeof SECTION) => sections.filter((one) => one.kind === SECTION[kind])
  const coded = ({ ordinal }: Section) =>
    (['space', 'base', 'layer'] as const).flatMap((kind) => of(kind).filter((one) => one.ordinal === ordinal))
  const terms = of('terms')[0]
  const { ids, texts: idTexts } = readIds(of('ids')[0]!.bytes, items)
  return {
    sections,
    ids,
    idTexts,
    attributes: new Map(of('attribute').map((one) => [nameOfAttribute(one.bytes), one.bytes])),
    terms: terms === undefined ? null : readTexts(terms.bytes, TERMS_HEAD + items),
    spaces: new Map(of('space').map((one) => [one.name, coded(one).map((part) => part.bytes)])),
    towers: new Map(of('tower').map((one) => [one.name, one.bytes])),
    lists: new Map(of('postings').map((one) => [one.name, one.bytes])),
  }
}

/** What another version may have added besides, nobody needs. */
const isKind = (kind: string): kind is keyof typeof SECTION => Object.hasOwn(SECTION, kind)

/** What the previous bundle was built by, or where that does not do what held-out events say now. */
export async function takeOverOrChoose(given: Given): Promise<Trial> {
  const { inputs, progress } = given
  const { previous = null } = inputs
  if (previous === null) return holdOutAndChoose(given)
  const { path } = previous
  const record = previous.record as Partial<BuildRecord> | null
  const why = whyAnew(given, path, record)
  if (why !== null) {
    progress.say(`look: what is to be trained and what sources weigh is chosen anew, since ${why}`)
    return holdOutAndChoose({ ...given, previous: null })
  }
  progress.say(`trained and weighed as ${path} was: ${sinceWords(record as BuildRecord)}`)
  const trial = takenOver(given, record as BuildRecord)
  const isOld = differs(given, trial.chosen.weighed, WEIGHED_DRIFT)
  return isOld ? weighAgain(given, trial) : trial
}

/** Whether the log has this share more events, or fewer. */
const differs = ({ log }: Given, before: number, share: number): boolean =>
  Math.abs((log?.user.length ?? 0) - before) > share * before

/** Why a record does not say how to build as this version builds; null: it does. Somebody else may have written it. */
export function whyUnlike(record: Partial<BuildRecord> | null, like: Recipe): string | null {
  const { martello, recipe, sources, chosen } = record ?? {}
  const says =
    typeof recipe === 'object' &&
    Array.isArray(sources) &&
    sources.every(({ name, weight }) => typeof name === 'string' && Array.isArray(weight)) &&
    typeof chosen?.events === 'number' &&
    typeof chosen.weighed === 'number' &&
    Object.keys(like).every((key) => key in recipe)
  if (!says) return 'does not say how it was built'
  return martello === VERSION ? null : `was built by martello ${martello}, and this is ${VERSION}`
}

/** null: what the record says may stand. */
function whyAnew(given: Given, path: string, record: Partial<BuildRecord> | null): string | null {
  const { config, log } = given
  const unlike = whyUnlike(record, recipeFor(log, config))
  if (unlike !== null) return `${path} ${unlike}`
  const { chosen, config: its } = record as BuildRecord
  if (!isDeepStrictEqual(plain(config), its)) return `${path} was built with another config`
  const [before, now] = [chosen.events, log?.user.length ?? 0]
  if ((before === 0) !== (now === 0)) return `there is ${now === 0 ? 'no' : 'a'} log now`
  if (differs(given, before, DRIFT)) return `the log has ${now} events, and ${path} chose by ${before}`
  return null
}

/** As a record has it: JSON, without what does not change a bundle. */
const plain = ({ threads: _, ...config }: Config): unknown => JSON.parse(JSON.stringify(config))

const sinceWords = ({ chosen: { events, age } }: BuildRecord) =>
  events === 0
    ? 'there was no log to choose by'
    : `chosen by a log of ${events} events, and taken over ${age} ${age === 1 ? 'time' : 'times'} since`

function takenOver(given: Given, record: BuildRecord): Trial {
  const { recipe, quality, sources, chosenBy, tried, search, dislikes, division, chosen } = record
  const silent = { weight: [0, 0, 0, 0] as Weights, decay: 1, alone: NOTHING }
  const of = new Map<string, typeof silent>(SOURCES.map(({ name }) => [name, silent])) // what was left out stays out
  for (const { name, weight, decay, alone = NOTHING } of sources) of.set(name, { weight, decay, alone })
  const trial = undivided({
    recipe,
    said: quality && { of, together: { recall: quality.recall, ndcg: quality.ndcg }, people: quality.people },
    chosenBy,
    factors: null,
    tried,
    nothing: null,
    search,
    dislikes,
    chosen: { ...chosen, age: chosen.age + 1 },
  })
  const wanted = given.config.bytes ?? Infinity
  return {
    ...trial,
    division,
    other: async ({ bytes }) => (bytes > wanted ? holdOutAndChoose({ ...given, previous: null }) : null),
  }
}
