/** The last step: every section, and the bundle that they make. */
import type { Decided } from './decide.js'
import type { Given } from './given.js'
import { settleGolden } from './models/golden.js'
import type { Policy } from './policy.js'
import { popularityOf } from './popularity.js'
import { recordOf, type BuildRecord } from './record.js'
import { bundle } from './sections/bundle.js'
import { featuresSection } from './sections/features.js'
import { SECTION } from '../generated/numbers.js'
import { policySection } from './sections/policy.js'
import { checkPermitted, compilePolicy } from './sections/rules.js'
import { POPULARITY_WEIGHT, searchSections } from './sections/search.js'
import { section, type Section } from './sections/section.js'
import { columnOf } from './sources/popular.js'
import type { Built } from './sources/assemble.js'
import type { Trial } from './tune/trial.js'

/** A bundle, and how it came to be. */
export interface BuiltBundle {
  bytes: Uint8Array
  record: BuildRecord
}

export async function finish(
  given: Given,
  trial: Trial,
  built: Built,
  decided: Decided,
  policy: Policy,
): Promise<BuiltBundle> {
  const { learn, catalogue, progress } = given
  const record = recordOf(given, trial, built, decided, policy)
  for (const { name, weight, decay } of record.sources)
    progress.say(`source ${name}: weight ${weight.map((w) => +w.toFixed(2)).join('/')}, decay ${decay}`)
  const postings = built.sections.filter(({ kind }) => kind === SECTION.postings).length
  const sections = [
    ...given.ids,
    ...given.attributes,
    ...built.sections,
    ...searchSections(learn, given.text, popularOf(given), weightOf(given, trial), postings),
    policySection(learn, decided.policy),
    section(SECTION.record, 'record', Buffer.from(JSON.stringify(record))),
    ...(decided.features === null ? [] : [featuresSection(learn, decided.features)]),
    ...(decided.ranker?.sections ?? []),
  ]
  const settled = sections.some(({ kind }) => kind === SECTION.golden)
    ? settleGolden(learn, catalogue.ids.length, sections, progress)
    : sections
  return { bytes: await withRules(given, settled, policy, decided.policy.k), record }
}

/** What popularity weighs in a search: what the config says, else the held-out events. */
function weightOf({ config }: Given, { search }: Trial): number {
  const said = config.search === false ? undefined : config.search?.popularity
  return said ?? search?.popularity ?? POPULARITY_WEIGHT
}

/** How popular each item is as it was given, by the log, or as the popularity column says; null where nothing tells. */
function popularOf({ popularity, log, catalogue, config }: Given): Float32Array | null {
  if (popularity !== null) return popularity
  if (log !== null) return Float32Array.from(popularityOf(log))
  return config.popularity === undefined ? null : columnOf(catalogue, config.popularity)
}

/** The bundle, with the policy's rules, which are compiled against the bundle without them. */
async function withRules(
  { learn, catalogue }: Given,
  sections: readonly Section[],
  { rules }: Policy,
  k: number,
): Promise<Uint8Array> {
  const bytes = bundle(learn, catalogue.ids.length, sections)
  if (rules === undefined) return bytes
  const ruled = bundle(learn, catalogue.ids.length, [...sections, await compilePolicy(bytes, rules, k)], rules)
  await checkPermitted(ruled, rules)
  return ruled
}
