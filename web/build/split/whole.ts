/**
 * A bundle that is cut: what of each of its sections goes into the root, and what into the list of some of its items.
 *
 *     into each with its items      ids, codes, layers, attributes, popularity, repeats; postings under items and under values
 *     into the root alone           the policy, towers, rules, features, rankers; what everybody is told: campaigns, trending, new
 *     nowhere                       the index of words, golden pairs, items that were withdrawn
 *
 * Codes are copied and never taken apart, so an item scores in a list as it did in the bundle.
 */
import type { Learn } from '../../learn/learn.js'
import {
  CAMPAIGN_ENTRY,
  CAMPAIGN_HEAD,
  CONDITION,
  FEATURE,
  KEY,
  RECORD,
  RECORD_BYTES,
  RULE,
  SECTION,
  SOURCE,
} from '../../generated/numbers.js'
import { firmColumn, valuesOfRows } from '../../lists/columns.js'
import { partsOf, type Container, type Part } from '../../lists/container.js'
import { gathered } from '../../lists/gather.js'
import { Postings, type Entries } from '../../lists/postings.js'
import { InputError } from '../../read/index.js'
import { idsSections, readIds } from '../sections/ids.js'
import { policyAround, policyIn, policySection, type PolicyPlan } from '../sections/policy.js'
import { section, type Section } from '../sections/section.js'
import { below, listsOf, NO_ENTRIES, postingsOf, renumbered } from './entries.js'

/** Rows that tell what an item weighs: about as many as a list has. */
const WEIGHED = 600
const ALONE: readonly number[] = [SECTION.policy, SECTION.tower, SECTION.features, SECTION.ranker, SECTION.trees]

export class Whole {
  readonly items: number
  readonly ids: readonly string[]
  readonly policy: PolicyPlan
  private readonly container: Container
  /** By ordinal. */
  private readonly postings: ReadonlyMap<number, { part: Part; lists: Postings; byItem?: Valued }>
  private readonly isMember: (ordinal: number) => boolean
  /** A bit an item (src/bundle/withdrawn.h). */
  private readonly withdrawn: Uint8Array | undefined

  /** `bytes`: of a bundle that is whole. Errors: one that has what is not cut. */
  constructor(
    private readonly learn: Learn,
    path: string,
    bytes: Uint8Array,
  ) {
    this.container = partsOf(bytes)
    const { items, parts } = this.container
    const of = (kind: number) => parts.filter((part) => part.kind === kind)
    const refuse = (found: string) => {
      throw new InputError({ file: path }, found, 'a bundle of sources that can be cut: vectors, lists under items and values, and what is popular') // prettier-ignore
    }
    if (of(SECTION.lists).length > 0) refuse('the root of a catalogue that is split already')
    if (of(SECTION.nodes).length > 0) refuse('a tree over its items')
    if (of(SECTION.program).length > 0) refuse('a model that is a program')
    this.items = items
    this.withdrawn = of(SECTION.withdrawn)[0]?.bytes
    this.ids = readIds(of(SECTION.ids)[0]!.bytes, items).ids
    this.policy = policyIn(of(SECTION.policy)[0]!.bytes)
    const { sources } = this.policy
    this.isMember = (ordinal) => sources.some((one) => one.kind === SOURCE.clusters && one.ordinal === ordinal)
    const isIndex = new Set(of(SECTION.terms).map(({ bytes }) => new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true))) // prettier-ignore
    this.postings = new Map(
      of(SECTION.postings)
        .filter(({ ordinal }) => !isIndex.has(ordinal))
        .map((part) => {
          const lists = new Postings(part.bytes)
          return [part.ordinal, { part, lists, ...(lists.key === KEY.value && { byItem: new Valued(lists, items) }) }]
        }),
    )
  }

  /** Bytes of an item in a list, about. */
  get weight(): number {
    const some = Math.min(WEIGHED, this.items)
    const drawn = Uint32Array.from({ length: some }, (_, i) => Math.floor((i * this.items) / some))
    const all = Int32Array.from({ length: this.items }, (_, item) => item)
    return this.list(drawn, 0, all).reduce((sum, { bytes }) => sum + bytes.length, 0) / Math.max(1, some)
  }

  /**
   * Items that parts hold, and those of them that the root must hold, since everybody may be told of them. What was withdrawn is in none, but
   * for what is named.
   */
  members(): { items: Uint32Array; told: Set<number> } {
    const told = new Set<number>()
    for (const { lists } of this.postings.values())
      if (lists.key === KEY.one) for (const item of lists.list(0).places) told.add(item)
    for (const { kind, bytes } of this.container.parts) {
      if (kind === SECTION.campaign) eachCampaign(bytes, (view, at) => told.add(view.getUint32(at, true)))
      if (kind === SECTION.rules) eachNamed(bytes, (view, at) => told.add(view.getUint32(at, true)))
    }
    const items = Uint32Array.from(this.ids.keys()).filter((item) => told.has(item) || !this.isWithdrawn(item))
    return { items, told }
  }

  /** What parts do not say as the bundle did, for people. */
  remarks(): string[] {
    const has = (kind: number) => this.container.parts.filter((part) => part.kind === kind)
    const withdrawn = this.ids.reduce((sum, _, item) => sum + Number(this.isWithdrawn(item)), 0)
    const clusters = this.policy.sources.filter(({ kind }) => kind === SOURCE.clusters).map(({ name }) => name)
    const reads = has(SECTION.features).some(({ bytes }) => featuresIn(bytes).includes(FEATURE.place))
    return [
      ...(has(SECTION.terms).length > 0 ? ['the index of words is left out: there is no search'] : []),
      ...(withdrawn > 0 ? [`${withdrawn} items that were withdrawn are left out, but for those that rules or campaigns name`] : []), // prettier-ignore
      ...clusters.map((name) => `source ${name} brings items of the root alone`),
      ...(reads && has(SECTION.ranker).length > 0 ? ['the ranker reads popularity.rank, which is the place in what is here'] : []), // prettier-ignore
    ]
  }

  private isWithdrawn(item: number): boolean {
    return ((this.withdrawn?.[item >> 3] ?? 0) >> (item & 7)) % 2 === 1
  }

  /** Sections of the list of these items, whose places in the catalogue follow each other from `first` on; `placeOf`: of each item, -1: nowhere. */
  list(items: Uint32Array, first: number, placeOf: Int32Array): Section[] {
    const { learn, container } = this
    const [ids] = idsSections(learn, this.idsOf(items))
    return [ids!, ...this.coded(items, container.parts), ...this.linked(items, first, placeOf, false)]
  }

  /** Sections of the root of these items, whose places are their numbers there. */
  root(items: Uint32Array, placeOf: Int32Array): Section[] {
    const { learn, container } = this
    const here = (item: number) => (placeOf[item]! < items.length ? placeOf[item]! : -1)
    const spaces = this.coded(items, container.parts.filter(({ kind }) => kind !== SECTION.attribute)) // prettier-ignore
    // all values keep their numbers, by which rules, features and postings know them
    const attributes = container.parts
      .filter(({ kind }) => kind === SECTION.attribute)
      .map((part) => sectionOf(part, firmColumn(part.bytes, this.items, items)))
    const alone = container.parts.flatMap((part): Section[] => {
      const { kind, bytes } = part
      if (ALONE.includes(kind)) return [sectionOf(part, bytes)]
      if (kind === SECTION.withdrawn && items.some((item) => this.isWithdrawn(item))) {
        const bits = new Uint8Array(Math.ceil(items.length / 8))
        items.forEach((item, i) => (bits[i >> 3]! |= Number(this.isWithdrawn(item)) << (i & 7)))
        return [sectionOf(part, bits)]
      }
      if (kind === SECTION.campaign) return [sectionOf(part, renamed(bytes, eachCampaign, here))]
      return kind === SECTION.rules ? [sectionOf(part, renamed(bytes, eachNamed, here))] : []
    })
    return [
      ...idsSections(learn, this.idsOf(items)),
      ...spaces.map((one) => this.withTables(one)),
      ...attributes,
      ...this.linked(items, 0, placeOf, true),
      ...alone,
    ]
  }

  /** Sections of a shard of these items, whose places follow each other: a bundle that opens, of no sources, since entries are of any items. */
  shard(items: Uint32Array, placeOf: Int32Array): Section[] {
    const { learn, container } = this
    return [
      ...idsSections(learn, this.idsOf(items)),
      ...this.coded(items, container.parts).map((one) => this.withTables(one)),
      ...this.linked(items, 0, placeOf, false),
      ...container.parts.filter(({ kind }) => kind === SECTION.tower).map((part) => sectionOf(part, part.bytes)),
      policySection(learn, policyAround([])),
    ]
  }

  /** Which sections of postings lie under values. */
  get valued(): boolean {
    return [...this.postings.values()].some(({ byItem }) => byItem !== undefined)
  }

  /** A space that opens: its rows' codes are read with the bundle's tables. */
  private withTables(one: Section): Section {
    if (one.kind !== SECTION.space) return one
    const whole = this.container.parts.find(({ kind, ordinal }) => kind === SECTION.space && ordinal === one.ordinal)!
    const bytes = whole.bytes.slice()
    bytes.set(one.bytes)
    return { ...one, bytes }
  }

  /** Entries under items of sources that weigh something, each with its share of its list and the source's weight. */
  eachLink(tell: (key: number, item: number, weight: number) => void): void {
    for (const { kind, ordinal, weight } of this.policy.sources) {
      const lists = kind === SOURCE.postings && weight[2] > 0 ? this.postings.get(ordinal)?.lists : undefined
      if (lists?.key !== KEY.item) continue
      let key = 0
      for (const list of listsOf(lists)) {
        const weights = Array.from(list.places, (_, i) => Math.max(0, lists.weightOf(list, i)))
        const total = weights.reduce((sum, one) => sum + one, 0)
        list.places.forEach((item, i) => weights[i]! > 0 && tell(key, item, (weight[2] * weights[i]!) / total))
        key++
      }
    }
  }

  private idsOf(items: Uint32Array): string[] {
    return Array.from(items, (item) => this.ids[item]!)
  }

  private coded(items: Uint32Array, parts: readonly Part[]): Section[] {
    const { container } = this
    const like = { items: container.items, parts: parts.filter(({ kind }) => kind !== SECTION.ids) }
    const rows = Array.from(items, (row) => ({ of: container, row, id: new Uint8Array() }))
    return gathered(like, rows).parts.map((part) => sectionOf(part, part.bytes))
  }

  /** Postings: of a list those under its items and its values; of the root all. */
  private linked(items: Uint32Array, first: number, placeOf: Int32Array, isRoot: boolean): Section[] {
    const made: Section[] = []
    for (const { part, lists, byItem } of this.postings.values()) {
      const toRoot = (list: Entries) => below(renumbered(list, placeOf), items.length)
      const put = (of: readonly Entries[]) => made.push(sectionOf(part, postingsOf(lists, of)))
      if (lists.key === KEY.item) {
        const entries = (item: number) => lists.list(item)
        put(Array.from(items, this.isMember(part.ordinal) ? entries : (item) => renumbered(entries(item), placeOf)))
      } else if (byItem !== undefined) {
        const attribute = this.container.parts.find(({ kind, ordinal }) => kind === SECTION.attribute && ordinal === lists.attribute)! // prettier-ignore
        put(isRoot ? Array.from(listsOf(lists), toRoot) : byItem.of(items, first, valuesOfRows(attribute.bytes, this.items, items))) // prettier-ignore
      } else if (isRoot) put(Array.from(listsOf(lists), toRoot))
    }
    return made
  }
}

/** Postings under values, by item. */
class Valued {
  /** Of item i those from `start[i]` on. */
  private readonly start: Uint32Array
  private readonly value: Uint32Array
  private readonly code: Uint32Array
  private readonly mark: Uint8Array
  private readonly steps: number[] = []

  constructor(lists: Postings, items: number) {
    this.start = new Uint32Array(items + 1)
    for (const { places, step } of listsOf(lists)) {
      this.steps.push(step)
      for (const item of places) this.start[item + 1]!++
    }
    for (let item = 0; item < items; item++) this.start[item + 1]! += this.start[item]!
    const next = this.start.slice()
    this.value = new Uint32Array(this.start[items]!)
    this.code = new Uint32Array(this.start[items]!)
    this.mark = new Uint8Array(this.start[items]!)
    let value = 0
    for (const { places, codes, marks } of listsOf(lists)) {
      places.forEach((item, i) => {
        const at = next[item]!++
        this.value[at] = value
        this.code[at] = codes[i]!
        this.mark[at] = marks[i] ?? 0
      })
      value++
    }
  }

  /** By value as a list numbers them, of which `values` says which each is; its items lie at `first` and on. */
  of(items: Uint32Array, first: number, values: Uint32Array): Entries[] {
    const numberOf = new Map(Array.from(values, (value, number) => [value, number]))
    const met = Array.from(values, () => [] as { place: number; at: number }[])
    items.forEach((item, i) => {
      for (let at = this.start[item]!; at < this.start[item + 1]!; at++) {
        const number = numberOf.get(this.value[at]!)
        if (number !== undefined) met[number]!.push({ place: first + i, at })
      }
    })
    return met.map((own, number) => {
      if (own.length === 0) return NO_ENTRIES
      return {
        step: this.steps[values[number]!]!,
        places: Uint32Array.from(own, ({ place }) => place),
        codes: Uint32Array.from(own, ({ at }) => this.code[at]!),
        marks: Uint8Array.from(own, ({ at }) => this.mark[at]!),
      }
    })
  }
}

/** Kinds of features (src/bundle/features.h). */
function featuresIn(bytes: Uint8Array): number[] {
  const view = viewOf(bytes)
  return Array.from({ length: view.getUint32(0, true) }, (_, i) => view.getUint32(16 + 24 * i, true))
}

function sectionOf({ entry, kind, ordinal, part }: Part, bytes: Uint8Array): Section {
  const name = Buffer.from(entry.subarray(40)).toString('latin1').replace(/\0.*$/s, '')
  return section(kind, name, bytes, ordinal, part)
}

type Each = (bytes: Uint8Array, tell: (view: DataView, at: number) => void) => void

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Where the entries of a campaign say their items (src/bundle/campaign.h). */
const eachCampaign: Each = (bytes, tell) => {
  const view = viewOf(bytes)
  for (let at = CAMPAIGN_HEAD; at < bytes.length; at += CAMPAIGN_ENTRY) tell(view, at)
}

/** Where rules name items (src/bundle/rules.h). */
const eachNamed: Each = (bytes, tell) => {
  const view = viewOf(bytes)
  for (let at = 0, listed = 0; at < bytes.length; at += RECORD_BYTES + 4 * listed) {
    const what = view.getUint32(at, true)
    listed = view.getUint32(at + 40, true)
    if (what === RULE.pin) tell(view, at + 12)
    if (what === RECORD.condition + CONDITION.items) for (let i = 0; i < listed; i++) tell(view, at + RECORD_BYTES + 4 * i) // prettier-ignore
  }
}

/** The same of items that have other numbers, in the same order. */
function renamed(bytes: Uint8Array, each: Each, numberOf: (item: number) => number): Uint8Array {
  const out = bytes.slice()
  each(out, (view, at) => view.setUint32(at, numberOf(view.getUint32(at, true)), true))
  return out
}
