/** The last step: every section, and the bundle that they make. */
import { quote, quoteList } from '../read/index.js'
import type { Decided } from './decide.js'
import type { Given } from './given.js'
import { sectionsOf } from './inspect.js'
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
import { oldLists } from './sources/postings.js'
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
  const postings = built.sections.filter(({ kind }) => kind === SECTION.postings).length
  const sections = [
    ...given.ids,
    ...given.attributes,
    ...built.sections,
    ...searchSections(learn, given.text, popularOf(given), weightOf(given, trial), postings, oldLists(given, 'terms')),
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

/** What a bundle's sources weigh, and what of the bytes that were wanted there is to say. */
export async function remarks(
  { bytes, record: { sources, division } }: BuiltBundle,
  { nothing }: Trial,
): Promise<string[]> {
  const lines = sources.map(
    ({ name, weight, decay }) => `source ${name}: weight ${weight.map((w) => +w.toFixed(2)).join('/')}, decay ${decay}`,
  )
  if (nothing !== null) lines.push(nothing)
  if (division === null) return lines
  const { wanted, left, whole } = division
  if (bytes.length > wanted) return [...lines, await tooLarge(bytes, wanted)]
  if (left.length > 0)
    lines.push(
      `look: ${quoteList(left)} found no room in the ${wanted} bytes wanted; all that is usual takes about ${whole}`,
    )
  return lines
}

/** Said of a bundle that is larger than wanted and cannot be smaller, with what it is that takes so much. */
async function tooLarge(bytes: Uint8Array, wanted: number): Promise<string> {
  const parts = new Map<string, number>()
  for (const { kind, name, bytes: own } of await sectionsOf(bytes)) {
    const part = partOf(kind, name)
    parts.set(part, (parts.get(part) ?? 0) + own)
  }
  const most = [...parts].toSorted((a, b) => b[1] - a[1]).slice(0, 3)
  return (
    `look: the bundle takes ${bytes.length} bytes, more than the ${wanted} wanted, and with this config no smaller one was found; most of it: ` +
    `${most.map(([part, own]) => `${own} ${part}`).join(', ')}; {"bytes": ${bytes.length}} wants so many`
  )
}

/** What a section is of, and the config that makes less of it. */
function partOf(kind: string, name: string): string {
  if (['space', 'base', 'layer', 'tower'].includes(kind))
    return name === 'embeddings'
      ? 'vectors of "embeddings" ("layers", "subspaces")'
      : `vectors of ${quote(name)} ("dimension", "layers"; {"sources":{"${name}":false}} for none)`
  if (kind === 'terms' || (kind === 'postings' && name === 'terms')) return 'words ("search": false for none)'
  if (kind === 'attribute') return 'attributes ("keep" says which)'
  if (kind === 'postings') return `lists of ${quote(name)} ("${name === 'next' ? 'transitions' : 'neighbours'}")`
  return kind === 'ids' ? 'ids' : kind
}

/** What popularity weighs in a search: what the config says, else the held-out events. */
export function weightOf({ config }: Pick<Given, 'config'>, { search }: Pick<Trial, 'search'>): number {
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
export async function withRules(
  { learn, catalogue }: Pick<Given, 'learn' | 'catalogue'>,
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
