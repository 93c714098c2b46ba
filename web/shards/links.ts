/**
 * Postings of a bundle in shards. Entries under items are of places in the whole catalogue: the root's items first, then those of each shard
 * behind those of the one before. So who has the postings of a history knows which rows of which shard they name, and asks for them by
 * number; beside the root the history's entries become numbers of what is there.
 *
 *     answer of a shard = rows as a list + { rows: their numbers } as its record + postings under them, where ids were asked for
 */
import { KEY, SECTION, SOURCE } from '../generated/numbers.js'
import type { Container, Part } from '../lists/container.js'
import type { Row } from '../lists/gather.js'
import { eachEntry, postingsIn, type Known } from '../lists/links.js'
import { sourcesIn, type Source } from '../lists/policy.js'
import { Postings } from '../lists/postings.js'
import { MartelloError } from '../recommender/errors.js'

/** Bytes of a section's head that all parts of it share: what keys are, how weights and marks are coded. */
const SHARED = [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 28, 29, 30, 31]

const utf8 = { encode: new TextEncoder(), decode: new TextDecoder() }

/** What a shard of a bundle says of its rows besides; nothing where it is one of vectors. */
export function told({ parts }: Container, rows: readonly Row[], linked: boolean): Part[] {
  const record = parts.find(({ kind }) => kind === SECTION.record)
  if (record === undefined) return []
  const numbers = { ...record, bytes: utf8.encode.encode(JSON.stringify({ rows: rows.map(({ row }) => row) })) }
  const under = parts.filter(({ kind, bytes }) => kind === SECTION.postings && new Postings(bytes).key === KEY.item)
  return linked ? [numbers, ...under.map((part) => ({ ...part, bytes: pickedUnder(part.bytes, rows) }))] : [numbers]
}

function pickedUnder(bytes: Uint8Array, rows: readonly Row[]): Uint8Array {
  const from = new Postings(bytes)
  const out = from.writer(rows.length)
  for (const { row } of rows) {
    const { step, places, codes, marks } = from.list(row)
    out.list(step, places, codes, marks, places.length)
  }
  return out.section()
}

/** Numbers of the rows of an answer in the shard's bundle of so many items. Throws where they are none. */
export function numbersIn({ items, parts }: Container, most: number): number[] {
  const record = parts.find(({ kind }) => kind === SECTION.record)
  const { rows } = JSON.parse(record === undefined ? '{}' : utf8.decode.decode(record.bytes)) as { rows?: unknown }
  const fits = (row: unknown) => Number.isInteger(row) && (row as number) >= 0 && (row as number) < most
  if (Array.isArray(rows) && rows.length === items && rows.every(fits) && new Set(rows).size === items) return rows
  throw new MartelloError(`lists: found no numbers of ${items} rows, expected each below ${most}`)
}

export class ShardLinks {
  readonly sources: readonly Source[]
  /** Sections under items, whose entries are of items. */
  private readonly sections: ReadonlyMap<number, Part>
  private readonly isMember: (ordinal: number) => boolean

  constructor(private readonly root: Container) {
    this.sources = sourcesIn(root.parts.find(({ kind }) => kind === SECTION.policy)!.bytes)
    this.isMember = (ordinal) => this.sources.some((one) => one.kind === SOURCE.clusters && one.ordinal === ordinal)
    const under = root.parts.filter(({ kind, bytes }) => kind === SECTION.postings && new Postings(bytes).key === KEY.item) // prettier-ignore
    this.sections = new Map(under.map((part) => [part.ordinal, part]))
  }

  /** Throws where postings of an answer are not coded as the root's. */
  check({ items, parts }: Container): void {
    for (const { kind, ordinal, bytes } of parts) {
      if (kind !== SECTION.postings) continue
      const own = this.sections.get(ordinal)?.bytes
      const { keys, key } = new Postings(bytes)
      const isAlike = own !== undefined && SHARED.every((at) => own[at] === bytes[at])
      if (!isAlike || keys !== items || key !== KEY.item)
        throw new MartelloError(`lists: found postings of ${keys} keys, expected ${items}, coded as the root's`)
    }
  }

  /** Places that the postings of a history name, of each source the best `most`; `history`: oldest first, null: not here. */
  named(history: readonly (Known | null)[], most: number): Set<number> {
    const length = history.length === 0 ? 0 : history.length < 5 ? 1 : history.length < 20 ? 2 : 3
    const all = new Set<number>()
    for (const source of this.sources) {
      if (source.kind !== SOURCE.postings || !(source.weight[length]! > 0) || !this.sections.has(source.ordinal)) continue // prettier-ignore
      const sums = new Map<number, number>()
      eachEntry(source, history, (place, weight) => sums.set(place, (sums.get(place) ?? 0) + weight))
      const best = [...sums].filter(([, sum]) => sum > 0).sort((a, b) => b[1] - a[1] || a[0] - b[0])
      for (const [place] of best.slice(0, most)) all.add(place)
    }
    return all
  }

  /**
   * What of a section stands in the root and rows together, by number there; of the history alone, since nobody asks others what they name.
   * `places`: of the rows, ascending; `from`: by number in what is joined, where postings of the history are.
   */
  joined(part: Part, places: readonly number[], from: ReadonlyMap<number, Known>): Uint8Array {
    if (!this.sections.has(part.ordinal)) return part.bytes
    const items = this.root.items
    const numberOf = new Map(places.map((place, i) => [place, items + i]))
    const to = (place: number) => (place < items ? place : (numberOf.get(place) ?? -1))
    const isFirm = this.isMember(part.ordinal)
    const out = new Postings(part.bytes).writer(items + places.length)
    const none = new Uint32Array()
    for (let number = 0; number < items + places.length; number++) {
      const event = from.get(number)
      const list = event && postingsIn(event.of, part.ordinal)?.list(event.row)
      if (!list) out.list(0, none, none, new Uint8Array(), 0)
      else if (isFirm) out.list(list.step, list.places, list.codes, list.marks, list.places.length)
      else {
        const kept = [...list.places.keys()].filter((i) => to(list.places[i]!) >= 0)
        const pick = (of: Uint32Array) => Uint32Array.from(kept, (i) => of[i]!)
        const marks = Uint8Array.from(kept, (i) => list.marks[i] ?? 0)
        out.list(
          list.step,
          Uint32Array.from(kept, (i) => to(list.places[i]!)),
          pick(list.codes),
          marks,
          kept.length,
        )
      }
    }
    return out.section()
  }
}
