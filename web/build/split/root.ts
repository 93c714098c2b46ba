/**
 * The root of a split catalogue: a bundle of the items that it holds itself, and in a section of its own the directory, a bundle whose
 * items are lists: the vector of each is the mean of its items', its attributes say where it lies.
 */
import type { Learn } from '../../learn/learn.js'
import { CANDIDATES_MOST, ROLE, SECTION, SOURCE } from '../../generated/numbers.js'
import type { Column } from '../../read/index.js'
import { partsOf } from '../../lists/container.js'
import { VERSION } from '../../recommender/version.js'
import { attributeSection, numbered } from '../sections/attributes.js'
import { bundle } from '../sections/bundle.js'
import { idsSections } from '../sections/ids.js'
import { policyAround, policySection } from '../sections/policy.js'
import { section, type Section } from '../sections/section.js'
import { towerSection } from '../sections/vectors.js'
import { Codes, SPACE } from './codes.js'
import type { Buckets } from '../../lists/find.js'
import type { Entry } from './file.js'
import type { SplitPlan } from './plan.js'

/** Offsets are kept in units, so that they fit the numbers of an attribute exactly. */
const UNIT = 64

export interface RootItems {
  ids: string[]
  /** [ids × dim], in the order of the items. */
  vectors: Float32Array
  attributes: readonly Section[]
}

/** `sections`: of the items that it holds itself; `more`: what its record says besides. */
export function rootOf(
  learn: Learn,
  plan: SplitPlan,
  items: number,
  sections: readonly Section[],
  entries: readonly Entry[],
  means: Float32Array,
  catalogue: string,
  find?: Buckets,
  more: object = {},
): Uint8Array {
  const lists = plan.shards > 0 ? [] : [section(SECTION.lists, 'lists', directoryOf(learn, plan, entries, means))]
  const record = {
    martello: VERSION,
    items: plan.rows,
    lists: plan.shards > 0 ? 0 : entries.length,
    catalogue,
    ...(find && { find }),
    split: plan,
    ...more,
  }
  return bundle(learn, items, [
    ...sections,
    ...lists,
    section(SECTION.record, 'record', Buffer.from(JSON.stringify(record))),
  ])
}

/** What a root tells of its catalogue; null: it is none, or torn. */
export function recordOf(root: Uint8Array): { catalogue: string; lists: number } | null {
  try {
    const record = partsOf(root).parts.find(({ kind }) => kind === SECTION.record)
    return JSON.parse(Buffer.from(record!.bytes).toString())
  } catch {
    return null
  }
}

function directoryOf(learn: Learn, plan: SplitPlan, entries: readonly Entry[], means: Float32Array): Uint8Array {
  // of directions, what a query scores with is still an inner product; a base tells means apart well enough
  const of = { ...plan, metric: plan.metric === 'l2' ? ('l2' as const) : ('ip' as const), layers: [] }
  const codes = new Codes(learn, of, means)
  const files = [...new Set(entries.map(({ file }) => file))]
  const numbers = (name: string, value: (entry: Entry) => number): Column => ({
    name,
    kind: 'number',
    values: Float64Array.from(entries, value),
  })
  const columns: Column[] = [
    {
      name: 'file',
      kind: 'category',
      names: files,
      values: Int32Array.from(entries, ({ file }) => files.indexOf(file)),
    },
    numbers('at', ({ at }) => at / UNIT),
    numbers('bytes', ({ bytes }) => bytes),
    numbers('items', ({ items }) => items),
    numbers('spread', ({ spread }) => Math.fround(spread)),
  ]
  const rows = Int32Array.from(entries.keys())
  const attributes = columns.map((column, i) => attributeSection(learn, numbered(column), rows, i))
  const ids = Array.from(entries.keys(), String)
  const sections = vectorBundle(learn, codes, { ids, vectors: means, attributes })
  codes.drop()
  return bundle(learn, entries.length, sections)
}

/** What a bundle of vectors has, and attributes. */
export function vectorBundle(learn: Learn, codes: Codes, items: RootItems, candidates = CANDIDATES_MOST): Section[] {
  const count = items.ids.length
  const coded = learn.with([items.vectors], (at) =>
    codes.sections(at, count, Uint32Array.from(items.ids.keys()), candidates),
  )
  const source = {
    name: SPACE,
    kind: SOURCE.vectors,
    role: ROLE.alike,
    ordinal: 0,
    quota: 300,
    last: 0,
    decay: 1,
    halfLife: 0,
  }
  return [
    ...idsSections(learn, items.ids),
    ...coded,
    ...items.attributes,
    towerSection(learn, SPACE, 0, codes.padded, { kind: 'pooled' }),
    policySection(learn, policyAround([{ ...source, weight: [0, 1, 1, 1] }])),
  ]
}
