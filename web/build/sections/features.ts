/**
 * Features: names that people write, and what the core computes under them (src/bundle/features.h). The names are the
 * columns of `martello features` and what a ranker's inputs are matched by, so they never change their meaning.
 *
 *   attribute.price           the item's number (a date's Unix seconds), or the number of its first value; attribute.genre=Drama: 1 or 0;
 *                             attribute.genre.count: how many values it has
 *   age.released              the request's clock less the item's date: days, or years of a column of years
 *   popularity, popularity.rank
 *   source.i2i.score          as the source gives it; .relative: scaled as for merging; .rank
 *   fused.score, fused.rank, sources (how many brought it)
 *   history.genre.share       of the history's worth that shares a value; .faded, .count, .worth, .events_ago, .seconds_ago
 *   history.price.difference  from the mean of what was liked; .distance, .faded_difference, .mean
 *   history.length, history.liked, history.gap (seconds)
 *   similarity.als.max5       to the nearest of the 5 newest liked events; .mean5, .query
 *   context.hour, context.country=de, clock.hour, clock.weekday (0 is Monday; both UTC)
 *   product(a,b), difference(a,b), ratio(a,b), cross(a,b) or cross(a,b,1024): a bucket for the pair
 */
import { headingBy, InputError, scanTable, type Column, type Interactions } from '../../read/index.js'
import type { Catalogue } from '../catalogue.js'
import type { Config } from '../config.js'
import { AGE_UNIT, FEATURE, FEATURE_EVENTS, MAX_BUCKETS, MAX_FEATURES } from '../../generated/numbers.js'
import type { Learn } from '../../learn/learn.js'
import { SECTION, SOURCE } from '../../generated/numbers.js'
import type { SourcePlan } from './policy.js'
import { isNumeric } from './attributes.js'
import { encode, packTexts, section, sortedTexts, type Section } from './section.js'

type Kind = keyof typeof FEATURE

interface Feature {
  name: string
  kind: Kind
  a?: number
  b?: number
  last?: number
  value?: number
}

export interface FeaturePlan {
  features: Feature[]
  /** Fields of the context; values of a category, sorted by bytes. */
  fields: { name: string; values: string[] | null }[]
}

const BUCKETS = 1024
/** Worth of an event in the faded features falls by this with each newer one. */
const FADING = 0.8
/** Automatic features of an attribute: not of one whose values hardly repeat, nor of more attributes than these. */
const MOST_ATTRIBUTES = 8

const PLAIN: Record<string, Kind> = {
  'popularity.rank': 'place',
  popularity: 'popularity',
  'fused.score': 'fused_score',
  'fused.rank': 'fused_rank',
  sources: 'sources',
  'history.length': 'length',
  'history.liked': 'liked',
  'history.gap': 'gap',
  'clock.hour': 'hour',
  'clock.weekday': 'weekday',
}
const OF_SOURCE = ['score', 'relative', 'rank'] as const
const OF_CATEGORY: Record<string, Kind> = {
  share: 'share',
  faded: 'faded_share',
  count: 'count',
  worth: 'worth',
  events_ago: 'events_ago',
  seconds_ago: 'seconds_ago',
}
const OF_NUMBER: Record<string, Kind> = {
  difference: 'difference',
  distance: 'distance',
  faded_difference: 'faded_difference',
  mean: 'average',
}
const CROSSES: Record<string, Kind> = { product: 'product', difference: 'less', ratio: 'ratio', cross: 'hash' }
const AGE_UNITS = Object.keys(AGE_UNIT)
const isUnit = (name: string): name is keyof typeof AGE_UNIT => AGE_UNITS.includes(name)
const TIME_NAME =
  /^(release[d_ -]*)?(year|date|time|timestamp|published|released|release|created)([_ -]?(at|on|date|time|year))?$/i

const isCategory = (column: Column) => column.kind === 'category' || column.kind === 'multi'

/** What the names may speak of. */
interface Scope {
  columns: readonly Column[]
  sources: readonly SourcePlan[]
  fields: FeaturePlan['fields']
}

/**
 * The features that the config asks for; without a word of it, a list that suits most rankers. null: `false`.
 * Errors, each naming the feature: an unknown name, attribute, source, space or field, and more than 256.
 */
export function planFeatures(
  config: Config,
  catalogue: Pick<Catalogue, 'columns'>,
  sources: readonly SourcePlan[],
): FeaturePlan | null {
  const fields = fieldsOf(config)
  if (config.features === false && fields.length === 0) return null
  const scope: Scope = { columns: catalogue.columns, sources, fields }
  const asked = config.features === undefined ? ['auto'] : config.features === false ? [] : [config.features].flat()
  const plan: FeaturePlan = { features: [], fields }
  for (const name of asked.flatMap((one) => (one === 'auto' ? automatic(scope) : [one]))) add(plan, scope, name)
  if (plan.features.length > MAX_FEATURES)
    throw new InputError(
      { file: 'config', part: 'key "features"' },
      `${plan.features.length} features`,
      `at most ${MAX_FEATURES}`,
    )
  return plan
}

function fieldsOf({ context = {} }: Config): FeaturePlan['fields'] {
  return Object.entries(context).map(([name, type]) => {
    if (type === 'category')
      throw new InputError(
        { file: 'config', part: `key "context.${name}"` },
        '"category" without its values',
        `a list of values, or a column ${name} of --interactions to take them from`,
      )
    return { name, values: type === 'number' ? null : sortedTexts([...new Set(type)]) }
  })
}

/** The context fields of a config, those that are "category" with the values of the log's column of that name. */
export async function withValues(
  context: NonNullable<Config['context']>,
  logs: Interactions['files'],
): Promise<NonNullable<Config['context']>> {
  const open = Object.keys(context).filter((name) => context[name] === 'category')
  const values = open.map(() => new Set<string>())
  for (const { path, columns } of open.length === 0 ? [] : logs)
    for await (const batch of scanTable(path, {
      nested: true,
      heading: headingBy(Object.values(columns)),
      select: (names) => open.map((name) => names.indexOf(name)),
    }))
      batch.columns.forEach((cells, f) => {
        for (let i = 0; cells !== null && i < batch.rows; i++)
          if (cells[i] !== null && cells[i] !== undefined && cells[i] !== '') values[f]!.add(String(cells[i]))
      })
  const found = open.flatMap((name, f): [string, string[]][] =>
    values[f]!.size === 0 ? [] : [[name, [...values[f]!]]],
  )
  return { ...context, ...Object.fromEntries(found) }
}

/** The place of a feature in the plan, added where it is new: a cross may name what the list does not. */
function add(plan: FeaturePlan, scope: Scope, name: string): number {
  const at = plan.features.findIndex((feature) => feature.name === name)
  if (at >= 0) return at
  const feature = cross(plan, scope, name) ?? { name, ...meaning(scope, name) }
  return plan.features.push(feature) - 1
}

function refuse(name: string, found: string, expected: string): never {
  throw new InputError({ file: 'config', part: 'key "features"' }, `${found} in "${name}"`, expected)
}

/** "f(a,b)", "f(a,b,n)"; operands may be crosses themselves. */
function cross(plan: FeaturePlan, scope: Scope, name: string): Feature | undefined {
  const match = /^(product|difference|ratio|cross)\((.*)\)$/.exec(name)
  if (match === null) return undefined
  const kind = CROSSES[match[1]!]!
  const operands = ['']
  let depth = 0
  for (const letter of match[2]!) {
    depth += letter === '(' ? 1 : letter === ')' ? -1 : 0
    if (letter === ',' && depth === 0) operands.push('')
    else operands[operands.length - 1] += letter
  }
  const [a, b, buckets] = operands.map((operand) => operand.trim())
  if (!a || !b || operands.length > (kind === 'hash' ? 3 : 2))
    refuse(name, `${operands.length} operands`, `two features${kind === 'hash' ? ', and a number of buckets' : ''}`)
  const value = kind === 'hash' ? Number(buckets ?? BUCKETS) : 0
  if (kind === 'hash' && !(Number.isInteger(value) && value >= 1 && value <= MAX_BUCKETS))
    refuse(name, `${buckets} buckets`, `a whole number from 1 to ${MAX_BUCKETS}`)
  return { name, kind, a: add(plan, scope, a), b: add(plan, scope, b), value }
}

function meaning(scope: Scope, name: string): Omit<Feature, 'name'> {
  const plain = PLAIN[name]
  if (plain === 'popularity' && !scope.sources.some((source) => source.kind === SOURCE.popularity))
    refuse(name, 'popularity', 'a bundle with the source popular')
  if (plain !== undefined) return { kind: plain }
  const dot = name.indexOf('.')
  const [family, rest] = [name.slice(0, dot), name.slice(dot + 1)]
  switch (dot < 0 ? '' : family) {
    case 'attribute':
      return ofAttribute(scope, name, rest)
    case 'age':
      return ofAge(scope, name, rest)
    case 'source':
      return ofSource(scope, name, rest)
    case 'history':
      return ofHistory(scope, name, rest)
    case 'similarity':
      return ofSimilarity(scope, name, rest)
    case 'context':
      return ofContext(scope, name, rest)
    default:
      return refuse(
        name,
        'no feature',
        'attribute.NAME, age.NAME, popularity, source.NAME.score, fused.score, history.NAME.share, similarity.SPACE.max5, context.NAME, clock.hour or a cross such as product(a,b)',
      )
  }
}

/** The column that `rest` names, and what stands behind a dot or "="; a name may hold both, so the longest one wins. */
function columnIn(scope: Scope, name: string, rest: string): { a: number; column: Column; tail: string } {
  let a = -1
  scope.columns.forEach((column, i) => {
    const fits = rest === column.name || rest.startsWith(`${column.name}.`) || rest.startsWith(`${column.name}=`)
    if (fits && (a < 0 || column.name.length > scope.columns[a]!.name.length)) a = i
  })
  const column = scope.columns[a]
  if (column === undefined || column.kind === 'text')
    refuse(
      name,
      column === undefined ? 'no attribute of the bundle' : `a column of kind ${column.kind}`,
      `one of ${
        scope.columns
          .filter((c) => c.kind !== 'text')
          .map((c) => c.name)
          .join(', ') || 'none: it has none'
      }`,
    )
  return { a, column, tail: rest.slice(column.name.length) }
}

function ofAttribute(scope: Scope, name: string, rest: string): Omit<Feature, 'name'> {
  const { a, column, tail } = columnIn(scope, name, rest)
  if (isNumeric(column)) return tail === '' ? { kind: 'number', a } : refuse(name, tail, 'a number as it is')
  if (tail === '') return { kind: 'code', a }
  if (tail === '.count') return { kind: 'value_count', a }
  if (!tail.startsWith('=') || !isCategory(column)) return refuse(name, tail, '.count or =VALUE')
  const value = (column as { names: string[] }).names.indexOf(tail.slice(1))
  return value < 0
    ? refuse(name, `no item with ${column.name} = ${tail.slice(1)}`, 'a value')
    : { kind: 'has', a, value }
}

/** What a column of moments counts in, by how large its numbers are. */
function unitOf(column: Column): number {
  if (column.kind === 'date') return AGE_UNIT.seconds
  if (column.kind !== 'number') return -1
  const most = column.values.reduce((so, value) => (Math.abs(value) > so ? Math.abs(value) : so), 0)
  const { seconds, milliseconds, days, years } = AGE_UNIT
  return most > 1e11 ? milliseconds : most > 1e8 ? seconds : most > 3000 ? days : most > 1000 ? years : -1
}

function ofAge(scope: Scope, name: string, rest: string): Omit<Feature, 'name'> {
  const { a, column, tail } = columnIn(scope, name, rest)
  const said = tail.slice(1)
  const unit = tail === '' ? unitOf(column) : isUnit(said) ? AGE_UNIT[said] : -1
  if (column.kind === 'date' && tail !== '' && unit !== AGE_UNIT.seconds)
    return refuse(name, tail, `no unit: column ${column.name} holds dates`)
  if (!isNumeric(column) || unit < 0)
    return refuse(
      name,
      column.kind === 'number' && tail !== '' ? tail : `column ${column.name}, which holds no moments,`,
      `a column of dates, or a number column of moments, or its unit after a dot: ${AGE_UNITS.join(', ')}`,
    )
  return { kind: 'age', a, value: unit }
}

function ofSource(scope: Scope, name: string, rest: string): Omit<Feature, 'name'> {
  const dot = rest.lastIndexOf('.')
  const a = scope.sources.findIndex((source) => source.name === rest.slice(0, dot))
  const kind = OF_SOURCE.find((one) => one === rest.slice(dot + 1))
  if (a < 0) return refuse(name, 'no source', `one of ${scope.sources.map((source) => source.name).join(', ')}`)
  return kind === undefined ? refuse(name, rest.slice(dot + 1), OF_SOURCE.join(', ')) : { kind, a }
}

function ofHistory(scope: Scope, name: string, rest: string): Omit<Feature, 'name'> {
  const { a, column, tail } = columnIn(scope, name, rest)
  const kinds = isNumeric(column) ? OF_NUMBER : OF_CATEGORY
  const kind = tail.startsWith('.') && Object.hasOwn(kinds, tail.slice(1)) ? kinds[tail.slice(1)] : undefined
  return kind === undefined
    ? refuse(
        name,
        tail || 'nothing after the column',
        Object.keys(kinds)
          .map((one) => `.${one}`)
          .join(', '),
      )
    : { kind, a }
}

/** Sources of vectors in the order of their spaces. */
const spacesOf = (scope: Scope) => scope.sources.filter((source) => source.kind === SOURCE.vectors)

function ofSimilarity(scope: Scope, name: string, rest: string): Omit<Feature, 'name'> {
  const dot = rest.lastIndexOf('.')
  const space = spacesOf(scope).find((source) => source.name === rest.slice(0, dot))
  if (space === undefined)
    return refuse(
      name,
      'no vector space',
      `one of ${
        spacesOf(scope)
          .map((source) => source.name)
          .join(', ') || 'none: the bundle has no vectors'
      }`,
    )
  if (rest.slice(dot + 1) === 'query') return { kind: 'query', a: space.ordinal }
  const match = /^(max|mean)(\d+)$/.exec(rest.slice(dot + 1))
  const last = Number(match?.[2])
  if (match === null || last < 1 || last > FEATURE_EVENTS)
    return refuse(
      name,
      rest.slice(dot + 1),
      `query, or max or mean and a number of events up to ${FEATURE_EVENTS}: max5`,
    )
  return { kind: match[1] === 'max' ? 'nearest' : 'mean', a: space.ordinal, last }
}

function ofContext(scope: Scope, name: string, rest: string): Omit<Feature, 'name'> {
  let a = scope.fields.findIndex((field) => field.name === rest)
  if (a >= 0) return { kind: 'field', a }
  a = scope.fields.findIndex((field) => field.values !== null && rest.startsWith(`${field.name}=`))
  const field = scope.fields[a]
  const value = field?.values?.indexOf(rest.slice(field.name.length + 1)) ?? -1
  if (value < 0)
    return refuse(
      name,
      'no field or value',
      `one of ${scope.fields.map((one) => one.name).join(', ') || 'config key "context", which has none'}`,
    )
  return { kind: 'field_is', a, value }
}

/**
 * What suits most rankers: all that recall said, and the candidate beside the history. Nothing that reads the clock but
 * ages, which hardly differ from one hour to the next: a page need not know the time exactly.
 */
function automatic({ columns, sources, fields }: Scope): string[] {
  const names = ['fused.score', 'fused.rank', 'sources', 'popularity.rank', 'history.length', 'history.liked']
  for (const source of sources) {
    if (source.weight.every((weight) => weight === 0)) continue
    if (source.kind === SOURCE.popularity) names.push('popularity')
    else names.push(...OF_SOURCE.map((kind) => `source.${source.name}.${kind}`))
    if (source.kind === SOURCE.vectors)
      names.push(...['max1', 'max5', 'mean5', 'query'].map((how) => `similarity.${source.name}.${how}`))
  }
  const telling = columns.filter(
    (column) =>
      isNumeric(column) ||
      (isCategory(column) &&
        'names' in column &&
        column.names.length > 1 &&
        column.names.length <= column.values.length / 2),
  )
  for (const column of telling.slice(0, MOST_ATTRIBUTES)) {
    const { kind, name } = column
    if (isNumeric(column))
      names.push(`attribute.${name}`, `history.${name}.difference`, `history.${name}.faded_difference`)
    else {
      names.push(kind === 'multi' ? `attribute.${name}.count` : `attribute.${name}`)
      names.push(...['share', 'faded', 'count', 'worth', 'events_ago'].map((how) => `history.${name}.${how}`))
    }
  }
  for (const column of telling)
    if (column.kind === 'date' || (TIME_NAME.test(column.name) && unitOf(column) >= 0)) names.push(`age.${column.name}`)
  names.push(...fields.map((field) => `context.${field.name}`))
  return names
}

export function featuresSection(learn: Learn, plan: FeaturePlan): Section {
  const rows = plan.features.flatMap(({ kind, a = 0, b = 0, last = 0, value = 0 }) => [
    FEATURE[kind],
    a,
    b,
    last,
    value,
  ])
  const texts = packTexts([
    ...plan.features.map((feature) => feature.name),
    ...plan.fields.map((field) => field.name),
    ...plan.fields.flatMap((field) => field.values ?? []),
  ])
  const counts = Uint32Array.from(plan.fields, (field) => field.values?.length ?? 0)
  return section(
    SECTION.features,
    'features',
    learn.with([Uint32Array.from(rows), counts, texts.bytes, texts.start], (table, fields, text, start) =>
      encode(learn, (out) =>
        learn.run(
          'mt_features_encode',
          table,
          plan.features.length,
          fields,
          plan.fields.length,
          FADING,
          text,
          start,
          out,
        ),
      ),
    ),
  )
}
