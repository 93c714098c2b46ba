/**
 * Shadows: bundles as the audited one would be had only some of the people been in the log.
 *
 * Its record has the recipe, so nothing is chosen again: of each source that was learned from the log the sections are trained anew, with
 * the same item numbers, and everything else (ids, policy, attributes, what was given) is the bundle's own, byte by byte. Where it has noise, each
 * shadow has a noise of its own.
 */
import { MINUTES } from '../build/fit/config.js'
import { minutesOf } from '../build/fit/minutes.js'
import { coreOf } from '../build/core.js'
import { readRecord, sectionsOf } from '../build/inspect.js'
import { byNumber } from '../build/given.js'
import { logOf, onlyRows } from '../build/log.js'
import type { Below } from '../build/noise/gaussian.js'
import { planFor, tablesOf } from '../build/noise/noised.js'
import type { Progress } from '../build/progress.js'
import type { BuildRecord } from '../build/record.js'
import { section, type Section } from '../build/sections/section.js'
import { SOURCES, type SourceName } from '../build/sources/index.js'
import { SECTION_OF, type Materials, type Source } from '../build/sources/source.js'
import { listsOf, sourcesWith } from '../build/sources/tables.js'
import { Training, type Factors, type Log } from '../build/training.js'
import { settled } from '../build/understood.js'
import { weighingOf, weightsOf } from '../build/weighing.js'
import { Workers } from '../build/workers.js'
import { SECTION } from '../generated/numbers.js'
import { Learn } from '../learn/learn.js'
import { InputError, type Interactions } from '../read/index.js'

/** Not learned from the log, or, as networks, not in minutes: they stay as they are, and nothing is said of them. */
const STAYING: readonly SourceName[] = ['embeddings', 'content', 'graph', 'attributes', 'tower', 'tdm']
/** Of those, what was learned from the log all the same. */
const LEARNED: readonly string[] = ['tower', 'tdm']
/** Lists that a table may have taken the place of: the record does not say which. */
const REPLACEABLE: readonly SourceName[] = ['i2i', 'next', 'together']

/** A bundle with its log, ready to be built again of some of its people. */
export interface Original {
  learn: Learn
  workers: Workers
  /** By number. */
  ids: readonly string[]
  log: Log
  record: BuildRecord
  sections: readonly Section[]
  /** Names of sources that shadows are trained of, and of those that were learned and are not. */
  trained: readonly string[]
  untrained: readonly string[]
  /** Rows of items that the bundle does not have. */
  unknown: number
}

/** Whether a bundle was built without any log: nothing of one is in it. */
export const isWithoutLog = (record: Partial<BuildRecord>) =>
  !record.noise && record.inputs !== undefined && !record.inputs.some(({ kind }) => kind === 'interactions')

/** The record of a bundle that says how it was built. */
export async function recipeIn(path: string, bytes: Uint8Array): Promise<BuildRecord> {
  const record = await readRecord(path, bytes)
  if (typeof record?.recipe === 'object' && Array.isArray(record.sources) && Array.isArray(record.inputs))
    return record as BuildRecord
  throw new InputError({ file: path, part: 'build record' }, record === null ? 'none' : 'no recipe', 'that of a bundle built by martello build') // prettier-ignore
}

/** Takes the bundle apart, and numbers its log as it does. Give it back with drop(). Errors: a log of other items. */
export async function originalOf(
  path: string,
  bytes: Uint8Array,
  record: BuildRecord,
  history: Interactions,
): Promise<Original> {
  const learn = await Learn.start()
  const core = await coreOf(bytes)
  const ids = Array.from({ length: core.items }, (_, item) => core.id(item))
  const numberOf = new Map(ids.map((id, number) => [id, number]))
  const known = history.itemIds.map((id) => numberOf.has(id))
  const rows = Uint32Array.from(history.item.keys()).filter((row) => known[history.item[row]!])
  const files = history.files.map((file) => file.path).join(', ')
  if (rows.length === 0) throw new InputError({ file: files }, `none of its ${history.itemIds.length} items in ${path}`, 'the log that it was built from') // prettier-ignore
  const interactions = settled(rows.length === history.rows ? history : onlyRows(history, rows))
  const catalogue = catalogueOf(ids, numberOf)
  const log = logOf(interactions, weightsOf(learn, interactions, weighingOf(interactions, record.config)), catalogue, record.config) // prettier-ignore
  const made = (SOURCES as readonly Source[]).filter(({ name }) => record.sources.some((one) => one.name === name))
  const has = (kind: string) => !record.noise && record.inputs.some((input) => input.kind === kind) // tables with noise are of the log
  const given = (name: string) =>
    (has('neighbours') && REPLACEABLE.includes(name as SourceName)) || (has('popularity') && name === 'popular')
  const stays = ({ name }: Source) => STAYING.includes(name as SourceName) || given(name)
  const untrained = made.filter((one) => stays(one) && LEARNED.includes(one.name)).map(({ name }) => name)
  return {
    learn,
    workers: new Workers(learn),
    ids,
    log,
    record,
    sections: (await sectionsOf(bytes)).flatMap(({ kind, name, ordinal, part, offset, bytes: length }) => {
      const number = SECTION[kind as keyof typeof SECTION]
      return number === undefined ? [] : [section(number, name, bytes.slice(offset, offset + length), ordinal, part)]
    }),
    trained: made.filter((one) => !stays(one)).map(({ name }) => name),
    untrained: record.trainedRanker?.without === null ? [...untrained, 'ranker'] : untrained,
    unknown: history.rows - rows.length,
  }
}

const catalogueOf = (ids: string[], numberOf: Map<string, number>): Materials['catalogue'] => ({
  ids,
  numberOf,
  itemRow: new Int32Array(ids.length).fill(-1),
  vectorRow: new Uint32Array(ids.length),
  columns: [],
  gone: new Set(),
  withdrawn: new Set(),
  stays: true,
  taken: new Set(),
})

/**
 * The sections of a shadow. `isIn`: of each person, 1 where they are in its log; `below`: where its noise comes from. Errors: a log that lacks what a
 * source is made of.
 */
export async function shadowOf(
  original: Original,
  isIn: Uint8Array,
  progress: Progress,
  below: Below,
): Promise<Section[]> {
  const { learn, workers, ids, log: all, record, sections, trained } = original
  const { recipe, config, seed, noise } = record
  const log = { ...all, hidden: Uint8Array.from(all.user, (user) => 1 - isIn[user]!) }
  const catalogue = catalogueOf([...ids], new Map(ids.map((id, number) => [id, number])))
  const noised = noise ? noisedOf(log, record, catalogue, below) : null
  const training = noised === null ? await Training.of(learn, workers, log) : null
  let factors: Factors | undefined
  const from: Materials = {
    learn,
    workers,
    catalogue,
    config,
    seed,
    progress: { stage() {}, say: progress.say.bind(progress) },
    embeddings: null,
    previous: null,
    tower: null,
    popularity: noised?.popularity ?? null,
    related: null,
    training,
    recipe,
    minutes: minutesOf(config.train?.minutes ?? MINUTES),
    // a build goes on from the factors of the events that it did not hold out
    factors: async () =>
      (factors ??= await training!.als({ ...recipe.als, iterations: recipe.als.iterations + recipe.als.warm }, seed)),
  }
  const made = new Map<string, Section>()
  for (const source of sourcesWith(noised?.lists ?? null)) {
    if (!trained.includes(source.name)) continue
    if (!source.possible(from))
      throw new InputError({ file: '--history' }, `nothing to make source "${source.name}" of`, 'the log that the bundle was built from') // prettier-ignore
    const first = sections.find((one) => one.kind === SECTION_OF[source.kind] && nameOf(one) === source.name)
    if (first === undefined) continue
    for (const one of await source.sections(from, first.ordinal, 0)) made.set(placeOf(one), one)
  }
  training?.drop()
  return sections.map((one) => made.get(placeOf(one)) ?? one)
}

/** What stands in the place of a log with noise. */
function noisedOf(log: Log, record: BuildRecord, catalogue: Materials['catalogue'], below: Below) {
  const { config, recipe, inputs } = record
  const isKnown = inputs.some(({ kind }) => kind === 'items' || kind === 'embeddings')
  const { popularity, neighbours } = tablesOf(log, catalogue.ids, planFor(config, log.time !== null, isKnown), recipe, below) // prettier-ignore
  return { popularity: byNumber(popularity, catalogue), lists: listsOf(neighbours, catalogue, recipe) }
}

const placeOf = ({ kind, ordinal, part }: Section) => `${kind} ${ordinal} ${part}`

/** The source that a section is of. */
function nameOf({ kind, name }: Section): string {
  if (kind === SECTION.popularity) return 'popular'
  if (kind === SECTION.repeats) return 'repeat'
  return name.replace(/-members$/, '')
}
