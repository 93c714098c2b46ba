/**
 * What a bundle is, for the page: its attributes with their kinds and values, its sources and their weights, its rules, and
 * what it shows a new person. Large catalogues are known from items evenly spread over them.
 */
import { coreOf } from '../build/core.js'
import { readRecord } from '../build/inspect.js'
import type { BuildRecord } from '../build/record.js'
import type { Recommender } from '../entry/node.js'
import { attributesOf } from '../recommender/answer.js'
import type { Core } from '../recommender/core.js'
import type { AttributeValue } from '../recommender/request.js'
import type { AttributeFacts, BundleFacts, Extra, Person, SourceFacts } from './facts.js'
import { unitsOf } from './extra.js'
import { firstOf } from './first.js'
import { isPicture } from './kinds.js'
import type { Looks } from './looks.js'
import { rolesOf } from './roles.js'

/** So many items tell what an attribute is like. */
const LOOKED_AT = 20_000
/** So many values of a category can be chosen in a filter. */
const VALUES = 300
/** Pictures from more places than these are from anywhere. */
const ORIGINS = 12

/** `file`: of the looks, for messages. */
export async function describe(
  path: string,
  rec: Recommender,
  bytes: Uint8Array,
  looks: Looks,
  file: string,
  extra: Extra | null,
  person: Person | null,
): Promise<Omit<BundleFacts, 'label' | 'url'>> {
  const core = await coreOf(bytes)
  const record: Partial<BuildRecord> = (await readRecord(path, bytes)) ?? {}
  const inside = attributesFacts(core, looks, unitsOf(record.account?.inputs ?? []))
  const names = inside.map(({ name }) => name)
  const attributes = [...inside, ...outsideFacts(extra, looks).filter(({ name }) => !names.includes(name))]
  const { popularity } = record.config ?? {}
  const counted = typeof popularity === 'string' && names.includes(popularity) ? popularity : null
  const roles = core.sources.map((_, s) => core.sourceRole(s))
  return {
    items: rec.items,
    bytes: rec.bytes,
    attributes,
    roles: rolesOf(attributes, looks.attributes ?? {}, file, counted),
    sources: core.sources.map((name) => sourceFacts(name, record)),
    spaces: rec.spaces,
    beside: core.sources.filter((_, s) => roles[s] === 'next' || roles[s] === 'together'),
    searches: works(() => rec.search('a', { k: 1 })),
    counted,
    ranks: (record.ranker?.length ?? 0) > 0 || record.trainedRanker != null,
    rules: record.policy?.rules ?? {},
    first: firstOf(rec, person),
  }
}

function works(attempt: () => unknown): boolean {
  try {
    attempt()
    return true
  } catch {
    return false
  }
}

function sourceFacts(name: string, { sources = [], policy }: Partial<BuildRecord>): SourceFacts {
  const said = policy?.sources?.[name]?.weight ?? sources.find((one) => one.name === name)?.weight ?? null
  return { name, weight: typeof said === 'number' ? [said, said, said, said] : said }
}

function attributesFacts(core: Core, looks: Looks, units: Record<string, string>): AttributeFacts[] {
  const step = Math.max(1, Math.floor(core.items / LOOKED_AT))
  const looked = Array.from({ length: Math.ceil(core.items / step) }, (_, i) => attributesOf(core, i * step))
  return core.attributes.map((name, a) => {
    const type = core.attributeType(a)
    const values = looked.flatMap((one) => (Object.hasOwn(one, name) ? [one[name]!] : []))
    const known = values.length / Math.max(1, looked.length)
    if (core.isOf(a, 'numbers')) {
      const numbers = core.isDate(a) ? numbersOf(core, a, step) : (values as number[])
      const quantiles = quantilesOf(numbers)
      return { name, kind: core.isDate(a) ? 'date' : 'number', known, quantiles, ...unitOf(name, units) }
    }
    const origins = originsOf(name, values, looks)
    const kind = type === 'text' || type === 'many' ? type : 'category'
    if (kind === 'text') return { name, kind, known, ...(origins && { origins }) }
    return { name, kind, known, values: frequent(values, looked.length), ...(origins && { origins }) }
  })
}

/** The same of a catalogue beside the bundle. */
function outsideFacts(extra: Extra | null, looks: Looks): AttributeFacts[] {
  return Object.entries(extra?.columns ?? {}).map(([name, all]) => {
    const values = all.filter((value) => value !== null)
    const facts = { name, known: values.length / Math.max(1, all.length), outside: true } as const
    if (typeof values[0] === 'number')
      return { ...facts, kind: 'number', quantiles: quantilesOf(values as number[]), ...unitOf(name, extra!.units) }
    const origins = originsOf(name, values, looks)
    const found = frequent(values, all.length)
    const few = found.length < VALUES && found.length < values.length / 2
    if (!few && !Array.isArray(values[0])) return { ...facts, kind: 'text', ...(origins && { origins }) }
    return {
      ...facts,
      kind: Array.isArray(values[0]) ? 'many' : 'category',
      values: found,
      ...(origins && { origins }),
    }
  })
}

const unitOf = (name: string, units: Record<string, string>) =>
  Object.hasOwn(units, name) ? { unit: units[name]! } : {}

const numbersOf = (core: Core, a: number, step: number): number[] =>
  Array.from({ length: Math.ceil(core.items / step) }, (_, i) => core.attributeNumber(a, i * step)).filter(
    (number) => !Number.isNaN(number),
  )

function quantilesOf(numbers: readonly number[]): number[] {
  const sorted = numbers.toSorted((a, b) => a - b)
  return Array.from(
    { length: 21 },
    (_, i) => sorted[Math.min(sorted.length - 1, Math.floor((i / 20) * sorted.length))]!,
  )
}

function frequent(values: readonly AttributeValue[], of: number): [string, number][] {
  const counts = new Map<string, number>()
  for (const value of values.flat()) counts.set(String(value), (counts.get(String(value)) ?? 0) + 1)
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, VALUES)
    .map(([value, count]) => [value, count / of])
}

/** Where the pictures come from whose addresses these are; undefined: they are none. */
function originsOf(
  name: string,
  values: readonly AttributeValue[],
  { attributes, pictures }: Looks,
): string[] | undefined {
  const texts = values.map((value) => String([value].flat()[0]))
  const wanted = attributes?.image === name
  const addresses = texts.flatMap((text) => addressOf(text, pictures) ?? [])
  if (addresses.length === 0 || (!wanted && (addresses.length < 0.8 * texts.length || !isPicture(name, texts))))
    return undefined
  const origins = [...new Set(addresses.map(({ origin }) => origin))]
  return origins.length > ORIGINS ? [...new Set(addresses.map(({ protocol }) => protocol))] : origins
}

function addressOf(text: string, base: string | undefined): URL | null {
  const whole = text.startsWith('//') ? `https:${text}` : text
  if (base === undefined && !/^https?:\/\//i.test(whole)) return null
  const address = URL.canParse(whole, base) ? new URL(whole, base) : null
  return address !== null && /^https?:$/.test(address.protocol) ? address : null
}
