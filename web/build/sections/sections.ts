/**
 * Sections: what is known in JavaScript, encoded by the core into the bytes of a bundle's sections, and the bundle that
 * they make. The layouts live in src/bundle; nothing here knows an offset of theirs.
 */
import type { Column } from '../../read/index.js'
import { Learn, type Lists, type Pointer } from '../../learn/learn.js'
import { inOrder, type Stage } from './order.js'

/** src/bundle/format.h */
export const KIND = {
  policy: 1,
  ids: 2,
  popularity: 3,
  postings: 4,
  tower: 5,
  space: 6,
  base: 7,
  attribute: 8,
  layer: 9,
  record: 10,
  program: 11,
  trees: 12,
  features: 13,
  ranker: 14,
  rules: 15,
  terms: 16,
  campaign: 17,
  golden: 18,
  binding: 19,
  numbers: 20,
  places: 21,
} as const
/** src/bundle/postings.h */
export const KEY = { item: 0, value: 1, one: 2, term: 3, cluster: 4 } as const
/** src/bundle/policy.h */
export const SOURCE = { postings: 0, vectors: 1, popularity: 2, campaign: 3, clusters: 4 } as const
export const ROLE = { everybody: 0, alike: 1, next: 2, together: 3 } as const
export const FUSION = { scores: 0, ranks: 1 } as const
/** src/bundle/vectors.h */
export const METRICS = ['ip', 'cosine', 'l2'] as const
export type Metric = (typeof METRICS)[number]
export const FLOAT_BITS = 32

export interface Section {
  kind: number
  ordinal: number
  part: number
  /** A reader that does not know this kind must refuse the bundle. */
  required: boolean
  /** Up to 24 of a-z, 0-9, _ and -. */
  name: string
  bytes: Uint8Array
  /** When a device wants it, where that is not as usual for its kind: order.ts. */
  stage?: Stage
}

export const section = (kind: number, name: string, bytes: Uint8Array, ordinal = 0, part = 0): Section => ({
  kind,
  ordinal,
  part,
  required: kind !== KIND.record && kind !== KIND.golden,
  name: sectionName(name),
  bytes,
})

/** Names of columns may be anything; a section's name is for people who inspect a bundle. */
export const sectionName = (name: string) =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .slice(0, 24)

/** Strings as the core takes them: UTF-8 one after the other, and where each starts. */
export function packTexts(texts: readonly string[]): { bytes: Uint8Array; start: Uint32Array } {
  const encoded = texts.map((text) => Buffer.from(text))
  const start = new Uint32Array(texts.length + 1)
  encoded.forEach((bytes, i) => {
    start[i + 1] = start[i]! + bytes.length
  })
  return { bytes: Buffer.concat(encoded), start }
}

const compareBytes = (a: Buffer, b: Buffer) => Buffer.compare(a, b)

/** Indices of `texts` in the order of their UTF-8 bytes. */
function byteOrder(texts: readonly string[]): Uint32Array {
  const encoded = texts.map((text) => Buffer.from(text))
  return Uint32Array.from(encoded.keys()).sort((a, b) => compareBytes(encoded[a]!, encoded[b]!))
}

/** Texts in that order. */
export const sortedTexts = (texts: readonly string[]): string[] => Array.from(byteOrder(texts), (at) => texts[at]!)

/** Encodes twice: for the size, then for the bytes. */
export function encode(learn: Learn, write: (out: Pointer) => number): Uint8Array {
  const size = write(0)
  const out = learn.take(size)
  write(out)
  const bytes = learn.u8(out, size).slice()
  learn.drop(out)
  return bytes
}

/** ids[n] is the id of item n. Both ways. */
export function idsSections(learn: Learn, ids: readonly string[]): Section[] {
  const order = byteOrder(ids)
  const { bytes, start } = packTexts(Array.from(order, (item) => ids[item]!))
  return learn.with([bytes, start, order], (text, starts, numbers) => [
    section(
      KIND.ids,
      'ids',
      encode(learn, (out) => learn.run('mt_ids_encode', text, starts, numbers, ids.length, out)),
    ),
    section(
      KIND.places,
      'places',
      encode(learn, (out) => learn.run('mt_places_encode', numbers, ids.length, out)),
    ),
  ])
}

/** One attribute of the items; rowOf[n] is the row of item n in the catalogue's columns, or -1. */
export function attributeSection(learn: Learn, column: Column, rowOf: Int32Array, ordinal: number): Section {
  const name = Buffer.from(column.name)
  const bytes = learn.with([name], (nameAt) => {
    if (column.kind === 'number') {
      const numbers = Float64Array.from(rowOf, (row) => (row < 0 ? NaN : column.values[row]!))
      return learn.with([numbers], (at) =>
        encode(learn, (out) => learn.run('mt_attribute_encode_numbers', nameAt, name.length, at, numbers.length, out)),
      )
    }
    if (column.kind === 'text') {
      const packed = packTexts(Array.from(rowOf, (row) => (row < 0 ? '' : (column.values[row] ?? ''))))
      return learn.with([packed.bytes, packed.start], (text, start) =>
        encode(learn, (out) =>
          learn.run('mt_attribute_encode_texts', nameAt, name.length, text, start, rowOf.length, out),
        ),
      )
    }
    return encodeCategories(learn, column, rowOf, nameAt, name.length)
  })
  const made = section(KIND.attribute, column.name, bytes, ordinal)
  return column.kind === 'text' ? { ...made, stage: 'texts' } : made
}

type Categories = Extract<Column, { kind: 'category' | 'multi' }>

/** The values of a row, as numbers of column.names. */
export function categoryValues(column: Categories, row: number): number[] {
  if (row < 0) return []
  if (column.kind === 'category') return column.values[row]! < 0 ? [] : [column.values[row]!]
  return [...new Set(column.values.subarray(column.offsets[row]!, column.offsets[row + 1]!))]
}

/** Where value v of column.names stands among the section's sorted values. */
export function valuePlaces(column: Categories): Uint32Array {
  const place = new Uint32Array(column.names.length)
  byteOrder(column.names).forEach((value, at) => {
    place[value] = at
  })
  return place
}

/** Equal sets of values are stored once; set 0 is the empty one. */
function encodeCategories(
  learn: Learn,
  column: Categories,
  rowOf: Int32Array,
  nameAt: Pointer,
  nameLength: number,
): Uint8Array {
  const place = valuePlaces(column)
  const sorted = packTexts(sortedTexts(column.names))
  const sets = new Map<string, number>([['', 0]])
  const start = [0, 0]
  const values: number[] = []
  const itemSets = Uint32Array.from(rowOf, (row) => {
    const set = categoryValues(column, row).map((value) => place[value]!)
    const key = set.join()
    let number = sets.get(key)
    if (number === undefined) {
      number = sets.size
      sets.set(key, number)
      values.push(...set)
      start.push(values.length)
    }
    return number
  })
  return learn.with(
    [sorted.bytes, sorted.start, Uint32Array.from(start), Uint32Array.from(values), itemSets],
    (text, textStart, setStart, setValues, sets32) =>
      encode(learn, (out) =>
        learn.run(
          'mt_attribute_encode_categories',
          nameAt,
          nameLength,
          column.kind === 'multi' ? 1 : 0,
          text,
          textStart,
          column.names.length,
          setStart,
          setValues,
          sets.size,
          sets32,
          rowOf.length,
          out,
        ),
      ),
  )
}

/** Lists under each key; entries in any order. Weights of 4 or 8 bits, or 32: as they are. */
export function postingsSection(
  learn: Learn,
  name: string,
  lists: Lists,
  width: number,
  key: number,
  attribute: number,
  bits: number,
  ordinal: number,
): Section {
  const inMemory = learn.putLists(lists, width)
  const byItem = learn.make('mt_make_transpose', inMemory)
  const sorted = learn.make('mt_make_transpose', byItem) // twice round: items ascend within each list
  const [keys, , start, items, weights] = learn.u32(sorted, 5) as unknown as [number, number, number, number, number]
  const out = learn.take(learn.run('mt_postings_bound', keys, lists.items.length))
  const size = learn.run('mt_postings_encode', keys, start, items, weights, key, attribute, bits, out)
  const bytes = learn.u8(out, size).slice()
  learn.drop(out)
  for (const made of [inMemory, byItem, sorted]) learn.run('mt_drop_lists', made)
  return section(KIND.postings, name, bytes, ordinal)
}

/** The words of the text index, ascending by bytes; their lists are postings section `postings`. */
export function termsSection(learn: Learn, terms: readonly string[], postings: number): Section {
  const { bytes, start } = packTexts(terms)
  return section(
    KIND.terms,
    'terms',
    learn.with([bytes, start], (text, starts) =>
      encode(learn, (out) => learn.run('mt_terms_encode', postings, text, starts, terms.length, out)),
    ),
  )
}

/** A list of items, each with its weight and the time in which it speaks. */
export function campaignSection(
  learn: Learn,
  name: string,
  entries: readonly { item: number; weight: number; start: number; end: number }[],
  ordinal: number,
): Section {
  const arrays = [
    Uint32Array.from(entries, (entry) => entry.item),
    Float32Array.from(entries, (entry) => entry.weight),
    Float64Array.from(entries, (entry) => entry.start),
    Float64Array.from(entries, (entry) => entry.end),
  ]
  const bytes = learn.with(arrays, (...at) => {
    const size = 8 + 24 * entries.length
    const out = learn.take(size)
    learn.run('mt_campaign_encode', ...at, entries.length, out)
    const written = learn.u8(out, size).slice()
    learn.drop(out)
    return written
  })
  return section(KIND.campaign, name, bytes, ordinal)
}

/** counts[n]: how much everybody met item n. */
export function popularitySection(learn: Learn, counts: Float32Array): Section {
  return section(
    KIND.popularity,
    'popularity',
    learn.with([counts], (at) => {
      const out = learn.take(1024 + counts.length)
      learn.run('mt_popularity_encode', at, counts.length, out)
      const bytes = learn.u8(out, 1024 + counts.length).slice()
      learn.drop(out)
      return bytes
    }),
  )
}

/** One list for everybody: the `top` items with the highest value above 0. */
export function bestList(value: ArrayLike<number>, top: number): Lists {
  const order = Array.from({ length: value.length }, (_, item) => item).filter((item) => value[item]! > 0)
  order.sort((a, b) => value[b]! - value[a]! || a - b)
  const items = Uint32Array.from(order.slice(0, top))
  return {
    keys: 1,
    start: Uint32Array.of(0, items.length),
    items,
    weights: Float32Array.from(items, (item) => value[item]!),
  }
}

export interface SpacePlan {
  name: string
  ordinal: number
  metric: Metric
  /** Bits of each residual layer: 2, 4 or 8; or 32 for the floats themselves. */
  layers: readonly number[]
  /** 0: chosen from the dimension. */
  subspaces: number
  seed: number
}

/**
 * Codes vectors: rows[count × dim], rowOf[n] the row of item n or 0xffffffff. Returns SPACE, BASE and LAYER sections,
 * and the padded dimension that the space's tower needs.
 */
export function spaceSections(
  learn: Learn,
  plan: SpacePlan,
  rows: Float32Array,
  dim: number,
  rowOf: Uint32Array,
): { sections: Section[]; padded: number } {
  const items = rowOf.length
  return learn.with([rows, rowOf, Uint32Array.from(plan.layers)], (rowsAt, rowOfAt, bits) => {
    const table = learn.make('mt_make_rows', rowsAt, dim === 0 ? 0 : rows.length / dim, items, rowOfAt)
    const codes = learn.make(
      'mt_make_codes',
      dim,
      METRICS.indexOf(plan.metric),
      plan.subspaces,
      bits,
      plan.layers.length,
      plan.seed,
      table,
    )
    const sizesAt = learn.take(64)
    learn.call('mt_codes_sizes_of', codes, items, sizesAt)
    const sizes = [...learn.u32(sizesAt, 2 + plan.layers.length)]
    const out = sizes.map((size) => learn.take(size))
    const outAt = learn.put(Uint32Array.from([...out, 0, 0, 0, 0]))
    learn.call('mt_codes_encode', codes, table, 0, items, outAt)
    learn.call('mt_codes_finish', codes, items, outAt)
    const sections = out.map((at, i) =>
      section(
        i === 0 ? KIND.space : i === 1 ? KIND.base : KIND.layer,
        plan.name,
        learn.u8(at, sizes[i]!).slice(),
        plan.ordinal,
        Math.max(0, i - 2),
      ),
    )
    const padded = learn.run('mt_codes_padded', codes)
    learn.run('mt_drop_codes', codes)
    learn.drop(table, sizesAt, outAt, ...out)
    return { sections, padded }
  })
}

export type TowerPlan =
  | { kind: 'pooled' }
  | { kind: 'als'; unobserved: number; reg: number; nu: number; items: number; gram: Float32Array }
  | { kind: 'program'; program: number; output: number }

/** gram is [padded][padded]. */
export function towerSection(learn: Learn, name: string, ordinal: number, padded: number, plan: TowerPlan): Section {
  const als = plan.kind === 'als'
  const bytes = learn.with([als ? plan.gram : new Float32Array(1)], (gram) => {
    const size = 64 + (als ? 4 * padded * padded : 0)
    const out = learn.take(size)
    if (als)
      learn.run(
        'mt_write_tower',
        2,
        padded,
        Math.round(plan.nu * 4),
        plan.unobserved,
        plan.reg,
        plan.unobserved * plan.items,
        0,
        0,
        gram,
        out,
      )
    else if (plan.kind === 'program')
      learn.run('mt_write_tower', 3, padded, 0, 0, 0, 0, plan.program, plan.output, gram, out)
    else learn.run('mt_write_tower', 1, padded, 0, 0, 0, 0, 0, 0, gram, out)
    const written = learn.u8(out, size).slice()
    learn.drop(out)
    return written
  })
  return section(KIND.tower, name, bytes, ordinal)
}

export interface SourcePlan {
  name: string
  kind: number
  /** What it says of an item: ROLE. */
  role: number
  ordinal: number
  quota: number
  last: number
  decay: number
  halfLife: number
  /** By length of the history: none, 1 to 4, 5 to 19, 20 and more. */
  weight: [number, number, number, number]
}

export interface PolicyPlan {
  sources: SourcePlan[]
  events: { name: string; worth: number }[]
  fusion: keyof typeof FUSION
  normRank: number
  rrfConstant: number
  /** A rating r is worth (r - zero) / (one - zero); both 0: every rating is worth 1. */
  ratingZero: number
  ratingOne: number
  shelf: number
}

export function policySection(learn: Learn, plan: PolicyPlan): Section {
  const size = 64 + 64 * plan.sources.length + 32 * plan.events.length
  const out = learn.take(size)
  learn.run(
    'mt_policy_write_head',
    out,
    plan.sources.length,
    plan.events.length,
    FUSION[plan.fusion],
    plan.normRank,
    plan.rrfConstant,
    plan.ratingZero,
    plan.ratingOne,
    plan.shelf,
  )
  plan.sources.forEach((source, i) => {
    const name = learn.putText(source.name)
    learn.with([Float32Array.from(source.weight)], (weight) =>
      learn.run(
        'mt_policy_write_source',
        out,
        i,
        name,
        source.kind,
        source.role,
        source.ordinal,
        source.quota,
        source.last,
        source.decay,
        source.halfLife,
        weight,
      ),
    )
    learn.drop(name)
  })
  plan.events.forEach((event, i) => {
    const name = learn.putText(event.name)
    learn.run('mt_policy_write_event', out, i, name, event.worth)
    learn.drop(name)
  })
  const bytes = learn.u8(out, size).slice()
  learn.drop(out)
  return section(KIND.policy, 'policy', bytes)
}

/** The build record: JSON, for people and `inspect`. */
export function recordSection(record: unknown): Section {
  return section(KIND.record, 'record', Buffer.from(JSON.stringify(record)))
}

/** Records of rules, as compileRules writes them. */
export function ruleSection(records: Uint8Array): Section {
  return section(KIND.rules, 'rules', records)
}

/** The whole bundle, its sections in the order in which a device wants them; `rules` as in inOrder. */
export function bundle(learn: Learn, items: number, sections: readonly Section[], rules?: unknown): Uint8Array {
  const book = learn.run('mt_make_book')
  const held: Pointer[] = [book]
  for (const s of inOrder(sections, rules)) {
    const name = learn.putText(s.name)
    const bytes = learn.put(s.bytes)
    held.push(name, bytes)
    learn.call('mt_book_add', book, s.kind, s.ordinal, s.part, s.required ? 1 : 0, name, bytes, s.bytes.length)
  }
  const sizeAt = learn.take(4)
  learn.call('mt_book_size', book, sizeAt)
  const size = learn.u32(sizeAt, 1)[0]!
  const out = learn.take(size)
  learn.run('mt_book_write', book, items, out)
  const bytes = learn.u8(out, size).slice()
  learn.drop(...held, sizeAt, out)
  return bytes
}
