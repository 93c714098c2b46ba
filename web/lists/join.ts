/**
 * A root and lists as one bundle: what is theirs of each section, one behind the other, so that the core answers from all of them as from
 * any bundle. Items of the root keep their numbers, those of the lists follow. Each list is whole blocks of a base, but for one, which
 * comes last; so codes are copied and never taken apart.
 */
import { MartelloError } from '../recommender/errors.js'
import { KEY, SECTION, SOURCE } from '../generated/numbers.js'
import { bitsOf, pack, packedBytes, unpacked } from './bits.js'
import { joinedColumn, joinedValues } from './columns.js'
import type { Container, Part } from './container.js'
import { joinedRows, ROWS } from './rows.js'
import { joinedUnder, joinedValued, Postings, type Here } from './postings.js'
import { sourcesIn } from './policy.js'
import { tableIn, together, type Table } from './strings.js'
import { base, BLOCK, layer, space } from './vectors.js'

/** Of the root's sections those that lists go into, and those that no joined bundle needs. */
const LEFT_OUT: readonly number[] = [SECTION.lists, SECTION.record]

/**
 * `first`: the place in the catalogue of each list's first item, where lists have postings; or `linked`, what makes the joined postings of
 * the root's. Throws where a list is not one of this root.
 */
export function join(
  root: Container,
  lists: readonly Container[],
  first?: readonly number[],
  linked?: (part: Part) => Uint8Array,
): Container {
  const order = [...lists.keys()].sort((a, b) => (lists[a]!.items % BLOCK) - (lists[b]!.items % BLOCK) || (first ? first[a]! - first[b]! : 0)) // prettier-ignore
  const all = [root, ...order.map((one) => lists[one]!)]
  if (all.slice(0, -1).some(({ items }) => items % BLOCK !== 0))
    throw new MartelloError(
      `lists: found ${all.map(({ items }) => items).join(', ')} items, expected multiples of ${BLOCK}`,
    )
  const items = all.reduce((sum, one) => sum + one.items, 0)
  const counts = all.map((one) => one.items)
  const here: Here = { first: [0, ...order.map((one) => first?.[one] ?? 0)], items: counts }
  const postings = (part: Part, of: () => Uint8Array[]): Uint8Array => {
    const { key, attribute } = new Postings(part.bytes)
    if (key === KEY.item) return joinedUnder(of(), here, isMember(root, part))
    if (key !== KEY.value) return part.bytes // what everybody is told is the root's alone
    const column = root.parts.find((one) => one.kind === SECTION.attribute && one.ordinal === attribute)
    if (column === undefined) throw new MartelloError(`lists: found postings of attribute ${attribute}, which the root has not`) // prettier-ignore
    const values = joinedValues(all.map((one) => sectionIn(one, SECTION.attribute, column)), counts) // prettier-ignore
    return joinedValued(of(), here, values)
  }
  const joined = (part: Part): Uint8Array => {
    const of = () => all.map((one) => sectionIn(one, part.kind, part))
    if (part.kind === SECTION.space) return space(of(), items)
    if (part.kind === SECTION.base) return base(of(), all)
    if (part.kind === SECTION.layer) return layer(of(), all)
    if (part.kind === SECTION.attribute) return joinedColumn(of(), counts)
    if (part.kind in ROWS) return joinedRows(of(), counts, part.kind)
    if (part.kind === SECTION.postings) return linked ? linked(part) : postings(part, of)
    if (part.kind === SECTION.withdrawn) return withFill(part.bytes, Math.ceil(items / 8))
    if (part.kind === SECTION.ids) return named.ids
    return part.kind === SECTION.places ? named.places : part.bytes
  }
  const table = root.parts.find(({ kind }) => kind === SECTION.ids)!
  const named = ids(
    all.map((one) => sectionIn(one, SECTION.ids, table)),
    all,
  )
  const parts = root.parts
    .filter(({ kind }) => !LEFT_OUT.includes(kind))
    .map((part): Part => ({ ...part, bytes: joined(part) }))
  return { items, parts }
}

/** With zeros behind it. */
function withFill(bytes: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length)
  out.set(bytes)
  return out
}

/** Whether postings say which clusters of people items are of: what they hold are no items. */
function isMember(root: Container, { ordinal }: Part): boolean {
  const policy = root.parts.find(({ kind }) => kind === SECTION.policy)!
  return sourcesIn(policy.bytes).some((one) => one.kind === SOURCE.clusters && one.ordinal === ordinal)
}

function sectionIn({ parts }: Container, kind: number, like: Part): Uint8Array {
  const found = parts.find((one) => one.kind === kind && one.ordinal === like.ordinal && one.part === like.part)
  if (found === undefined)
    throw new MartelloError(`lists: found none of kind ${kind} in a list, expected one as in its root`)
  return found.bytes
}

// -- ids: tables of strings with packed numbers behind them (src/bundle/ids.h, strings.h) ------------------------------------

interface Names extends Table {
  /** By item: its place in the table. */
  rank: Uint32Array
}

function namesOf(bytes: Uint8Array, items: number): Names {
  const table = tableIn(bytes)
  if (table.count < items)
    throw new MartelloError(`lists: found ${table.count} ids, expected one for each of ${items} items`)
  return { ...table, rank: unpacked(bytes.subarray(table.length), bitsOf(table.count), items) }
}

/** One table, in which the strings of each keep their runs. */
function ids(parts: readonly Uint8Array[], all: readonly Container[]): { ids: Uint8Array; places: Uint8Array } {
  const tables = parts.map((bytes, i) => namesOf(bytes, all[i]!.items))
  const count = tables.reduce((sum, table) => sum + table.count, 0)
  const rank = new Uint32Array(all.reduce((sum, { items }) => sum + items, 0))
  const number = new Uint32Array(count).fill(count)
  let [item, place] = [0, 0]
  for (const table of tables) {
    for (const one of table.rank) {
      rank[item] = place + one
      if (one < table.count) number[place + one] = item
      item++
    }
    place += table.count
  }
  const bits = bitsOf(count)
  const packed = packedBytes(rank.length, bits)
  const out = together(tables, true, 0, packed)
  pack(out.subarray(out.length - packed), rank, bits)
  const places = new Uint8Array(packedBytes(count, bits))
  pack(places, number, bits)
  return { ids: out, places }
}
