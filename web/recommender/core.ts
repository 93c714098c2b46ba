/**
 * The wasm core, seen from JavaScript: what src/martello.h says, under readable names. One instance holds one bundle.
 *
 * A request is `begin`, events oldest first, what narrows and weighs, then one of the answers. Items, attributes, sources
 * and spaces are numbers from 0. Nobody but this file, what the builder adds (`tuning.ts`) and its memory (`memory.ts`, `slate.ts`) knows pointers or the
 * names of exports.
 */
import { ATTRIBUTE, METRIC, ROLE, RULE } from '../generated/numbers.js'
import { MartelloError } from './errors.js'
import type { CoreExports } from './exports.js'
import { Memory, roundUp, RULES_BYTES } from './memory.js'
import { STRING_BYTES } from '../generated/numbers.js'
import { featureBlockAt, hitsAt, NOT_FOUND, slateAt, type Slate } from './slate.js'

/** What requests on most bundles need, reserved with the bundle: growing later may copy it. */
const SCRATCH = 3.5 * 1024 * 1024
/** src/base/status.h */
const NOT_READY = 5
const ARRIVING = '; the bundle is still arriving: await rec.complete'

/** A field of the context that a bundle declares. */
export interface Field {
  name: string
  category: boolean
}

/** Numbers from `low` to `high`, without a bound that is open. */
export interface Range {
  low: number
  openLow: boolean
  high: number
  openHigh: boolean
}

/** The name of a number of a bundle. */
const nameIn = <List extends Record<string, number>>(list: List, number: number) =>
  Object.keys(list).find((name) => list[name] === number) as keyof List & string

export class Core {
  protected readonly wasm: CoreExports
  protected readonly memory: Memory
  /** The recommender's pointer; 0 until `open`. */
  protected rec = 0
  /** Something that answers need is not open. */
  partial = false
  /** How many items there are. */
  items = 0
  /** Names by number, as far as what is open has them. */
  sources: readonly string[] = []
  spaces: readonly string[] = []
  attributes: readonly string[] = []
  fields: readonly Field[] = []
  private types: readonly (keyof typeof ATTRIBUTE)[] = []
  /** How many rules the bundle has. */
  bundleRules = 0

  /** `instance`: of core.wasm. */
  constructor(instance: { readonly exports: object }) {
    this.wasm = instance.exports as unknown as CoreExports
    this.memory = new Memory(this.wasm)
  }

  // -- the bundle: reserve, write its bytes, open ------------------------------------------------------------------------

  /** Memory for a bundle of `length` bytes; the view is good until the next call that may grow memory. */
  reserve(length: number, maxBytes: number): Uint8Array {
    const { memory } = this
    if (length > maxBytes)
      throw new MartelloError(`open: the bundle weighs ${length} bytes, expected at most maxBytes = ${maxBytes}`)
    memory.grow(memory.bundle + roundUp(length) + SCRATCH)
    return memory.u8(memory.bundle, length)
  }

  /** The length of the whole bundle, from its first 64 bytes. */
  lengthOf(head: Uint8Array): number {
    const { memory } = this
    memory.grow(memory.bundle + 64)
    memory.u8(memory.bundle, 64).set(head.subarray(0, 64))
    this.check(this.wasm.mt_bundle_length(memory.bundle, Math.min(head.length, 64), memory.out, memory.error))
    return memory.result()
  }

  /** Of a bundle of `length` bytes: where its last section that has arrived ends, and where all ends that answers need. */
  measure(length: number, arrived: number): { arrived: number; needed: number } {
    const { bundle, out, error } = this.memory
    this.check(this.wasm.mt_measure(bundle, length, arrived, out, error))
    return { arrived: this.memory.result(0), needed: this.memory.result(1) }
  }

  /** The checksum of the directory of a bundle, of whose front `head` holds that much. */
  directorySum(head: Uint8Array, sections: number): bigint {
    this.reserve(head.length, Infinity).set(head)
    return this.wasm.mt_directory_checksum(this.memory.bundle, sections)
  }

  /** Compares the sections that have arrived and end after `from` with their checksums. */
  verify(length: number, from: number, arrived: number): void {
    this.check(this.wasm.mt_verify(this.memory.bundle, length, from, arrived, this.memory.error))
  }

  /**
   * Opens what has `arrived` of the `length` bytes in `reserve`d memory, and returns how far whole sections reach; 0 while
   * that is too little. Where it fails, what was open before still is.
   */
  open(length: number, arrived: number): number {
    const { wasm, memory } = this
    const { bundle, out, error } = memory
    const status = wasm.mt_memory_needed(bundle, length, arrived, out, error)
    if (status === NOT_READY) return 0
    this.check(status)
    const needed = memory.result()
    const scratch = bundle + roundUp(length)
    memory.grow(scratch + needed)
    this.check(wasm.mt_open(bundle, length, arrived, scratch, needed, out, error))
    this.rec = memory.result()
    const extent = this.measure(length, arrived)
    this.partial = arrived < extent.needed
    this.describe()
    return extent.arrived
  }

  /** Reads what is asked for by name. */
  private describe(): void {
    const { wasm, rec } = this
    this.items = wasm.mt_items(rec)
    this.sources = this.names(wasm.mt_sources(rec), wasm.mt_source_name)
    this.spaces = this.names(wasm.mt_spaces(rec), wasm.mt_space_name)
    this.attributes = this.names(wasm.mt_attributes(rec), wasm.mt_attribute_name)
    this.types = this.attributes.map((_, attribute) => nameIn(ATTRIBUTE, wasm.mt_attribute_kind(rec, attribute)))
    this.fields = this.names(wasm.mt_fields(rec), wasm.mt_field_name).map((name, field) => ({
      name,
      category: wasm.mt_field_is_category(rec, field) !== 0,
    }))
    this.bundleRules = this.ruleKinds().length
  }

  private names(count: number, write: (rec: number, i: number, text: number) => number): string[] {
    return Array.from({ length: count }, (_, i) => this.memory.textOf((at) => write(this.rec, i, at)))
  }

  /** Throws where `what` may be among what has not arrived. */
  await(what: string): void {
    if (this.partial) throw new MartelloError(what + ARRIVING)
  }

  // -- what it holds -----------------------------------------------------------------------------------------------------

  /** How many items to recommend where a request does not say. */
  get k(): number {
    return this.wasm.mt_default_k(this.rec)
  }

  /** The item with this id, or NOT_FOUND. */
  find(id: string): number {
    return this.lookUp(id, (at, length) => this.wasm.mt_find_item(this.rec, at, length))
  }

  id(item: number): string {
    return this.memory.textOf((at) => this.wasm.mt_item_id(this.rec, item, at))
  }

  findAttribute(name: string): number {
    return this.lookUp(name, (at, length) => this.wasm.mt_find_attribute(this.rec, at, length))
  }

  /** The number of a category's value, or NOT_FOUND where no item has it. */
  findValue(attribute: number, value: string): number {
    return this.lookUp(value, (at, length) => this.wasm.mt_find_value(this.rec, attribute, at, length))
  }

  private lookUp(text: string, call: (at: number, length: number) => number): number {
    return this.memory.withText(text, NOT_FOUND, call) >>> 0
  }

  /** `many`: a category of which an item may have several values. */
  attributeType(attribute: number): keyof typeof ATTRIBUTE {
    return this.types[attribute]!
  }

  /** Of numbers, dates among them, or of categories. */
  isOf(attribute: number, what: 'numbers' | 'categories'): boolean {
    return (what === 'numbers' ? /number|day|moment/ : /category|many/).test(this.attributeType(attribute))
  }

  /** Its numbers are Unix seconds. */
  isDate(attribute: number): boolean {
    return /day|moment/.test(this.attributeType(attribute))
  }

  /** NaN: not known. */
  attributeNumber(attribute: number, item: number): number {
    return this.wasm.mt_attribute_number_of(this.rec, attribute, item)
  }

  /** The item's values or texts. */
  attributeTexts(attribute: number, item: number): string[] {
    return Array.from({ length: this.wasm.mt_attribute_count_of(this.rec, attribute, item) }, (_, i) =>
      this.memory.textOf((at) => this.wasm.mt_attribute_text_of(this.rec, attribute, item, i, at)),
    )
  }

  /** How many numbers a vector has; 0: the space has not arrived. */
  dim(space: number): number {
    return this.wasm.mt_space_dim(this.rec, space)
  }

  /** How many residual layers of the space are here. */
  layers(space: number): number {
    return this.wasm.mt_space_layers(this.rec, space)
  }

  metric(space: number): keyof typeof METRIC {
    return nameIn(METRIC, this.wasm.mt_space_metric(this.rec, space))
  }

  /** The decoded vector of an item, or null where it has none. */
  vector(space: number, item: number): Float32Array | null {
    const { vector } = this.memory
    if (this.wasm.mt_item_vector(this.rec, space, item, vector) === 0) return null
    return this.memory.f32(vector, this.dim(space)).slice()
  }

  /** The space in which search finds what is near, or NOT_FOUND. */
  get searchSpace(): number {
    return this.wasm.mt_search_space(this.rec) >>> 0
  }

  /** What a source says of an item: the same to everybody, what is alike, what comes next, or together with it. */
  sourceRole(source: number): keyof typeof ROLE {
    return nameIn(ROLE, this.wasm.mt_source_role(this.rec, source))
  }

  /** Bit s: source s has not arrived. */
  get waiting(): number {
    return this.wasm.mt_waiting(this.rec)
  }

  get featureCount(): number {
    return this.wasm.mt_feature_count(this.rec)
  }

  /** Names of what a ranker is told, in the order of a row. */
  featureNames(): string[] {
    return this.names(this.featureCount, this.wasm.mt_feature_name)
  }

  /** What an event counts: what its rating says, NaN where there is none, else its name; 1 where the bundle knows neither. */
  weigh(rating: number, name: string): number {
    const weight = this.wasm.mt_rating_weight(this.rec, rating)
    if (!Number.isNaN(weight)) return weight
    return this.memory.withText(name, 1, (at, length) => this.wasm.mt_event_weight(this.rec, at, length))
  }

  /** Unix seconds of an ISO 8601 date; NaN where it is none. */
  dateOf(text: string): number {
    return this.memory.withText(text, NaN, this.wasm.mt_date_of)
  }

  // -- a request ---------------------------------------------------------------------------------------------------------

  /** How many events of the history say dislike, and what they weigh together. */
  disliked = { events: 0, weight: 0 }

  /** Forgets the last request: an empty history, all items allowed, what the bundle says. */
  begin(): void {
    this.disliked = { events: 0, weight: 0 }
    this.wasm.mt_begin(this.rec)
  }

  /** Whether what the history holds may be recommended again: of the bundle, and for this request, before its events. */
  get repeats(): boolean {
    return this.wasm.mt_repeats_by_default(this.rec) !== 0
  }
  setRepeats(repeats: boolean): void {
    this.wasm.mt_set_repeats(this.rec, +repeats)
  }

  /** Oldest first; `at` in seconds, NaN where it is not known. */
  addEvent(item: number, weight: number, at: number): void {
    if (weight < 0) {
      this.disliked.events++
      this.disliked.weight += weight
    }
    this.wasm.mt_add_event(this.rec, item, weight, at)
  }

  /** Says how the event that was added last is called, for imported models that are told so. */
  nameEvent(name: string): void {
    this.memory.withText(name, 0, (at, length) => (this.wasm.mt_name_event(this.rec, at, length), 0))
  }

  exclude(item: number): void {
    this.wasm.mt_exclude(this.rec, item)
  }

  /** Only items that are `allow`ed from here on may come back. */
  allowOnly(): void {
    this.wasm.mt_allow_only(this.rec)
  }

  allow(item: number): void {
    this.wasm.mt_allow(this.rec, item)
  }

  /** Leaves items that have one of the values, or none of them. */
  filterByValues(attribute: number, values: readonly string[], negated: boolean): void {
    const { wasm, rec } = this
    wasm.mt_filter_clear(rec, attribute)
    for (const value of values)
      this.memory.withText(value, 0, (at, length) => wasm.mt_filter_value(rec, attribute, at, length))
    wasm.mt_filter_by_values(rec, attribute, +negated)
  }

  /** Leaves items whose number lies between low and high, or does not. */
  filterByRange(attribute: number, { low, openLow, high, openHigh }: Range, negated: boolean): void {
    this.wasm.mt_filter_by_range(this.rec, attribute, low, +openLow, high, +openHigh, +negated)
  }

  setWeight(source: number, weight: number): void {
    this.check(this.wasm.mt_set_weight(this.rec, source, weight, this.memory.error))
  }
  /** For this request an older event counts as much as a newer one. */
  setEven(source: number): void {
    this.check(this.wasm.mt_set_decay(this.rec, source, 1, this.memory.error))
  }

  /** The time that ages are counted from, in seconds. */
  setNow(now: number): void {
    this.wasm.mt_set_now(this.rec, now)
  }

  /** … and what this device's clock says, for where no event has a time. */
  setClock(now: number): void {
    this.wasm.mt_set_clock(this.rec, now)
  }

  /** How many candidates the ranker scores; 0: none. */
  setRanked(candidates: number): void {
    this.wasm.mt_set_ranked(this.rec, candidates)
  }

  /** A number, or the value of a category. */
  setContext(field: number, value: number | string): void {
    const { wasm, rec } = this
    if (typeof value === 'number') wasm.mt_set_context(rec, field, value)
    else this.memory.withText(value, 0, (at, length) => wasm.mt_set_context_value(rec, field, at, length))
  }

  addImpressions(item: number, shown: number, clicked: number): void {
    this.wasm.mt_add_impressions(this.rec, item, shown, clicked)
  }

  /** The item is to be a candidate even where no source brings it. */
  forceCandidate(item: number): void {
    this.wasm.mt_force_candidate(this.rec, item)
  }

  /** Adds to the rules of this request, in the form of src/bundle/rules.h; once. */
  changeRules(records: Uint8Array): void {
    if (records.length > RULES_BYTES)
      throw new MartelloError(`policy: found rules of ${records.length} bytes, expected at most ${RULES_BYTES}`)
    const { memory } = this
    memory.u8(memory.rules, records.length).set(records)
    this.check(this.wasm.mt_change_rules(this.rec, memory.rules, records.length, memory.error))
  }

  /** The kind of each rule that this request has, by the rule's number. */
  ruleKinds(): (keyof typeof RULE)[] {
    const kinds: (keyof typeof RULE)[] = []
    for (let kind; (kind = this.wasm.mt_rule_kind_of(this.rec, kinds.length)) !== 0;) kinds.push(nameIn(RULE, kind))
    return kinds
  }

  // -- its answers -------------------------------------------------------------------------------------------------------

  recommend(k: number, explain: boolean): Slate {
    const { wasm, rec, memory } = this
    const { out, error } = memory
    const ms: number[] = []
    let before = performance.now()
    const step = (status: number) => {
      this.check(status)
      const now = performance.now()
      ms.push(now - before)
      before = now
    }
    step(wasm.mt_run_recall(rec, error))
    step(wasm.mt_run_rank(rec, error))
    step(wasm.mt_run_slate(rec, k, +explain, out, error))
    return slateAt(memory, memory.result(), this.sources.length, ms)
  }

  /** Searches for a query of `lookUp`; bit w of `unmatched`: word w matched nothing. */
  search(query: string, k: number): Slate & { unmatched: number } {
    const { wasm, rec, memory } = this
    const { out, error } = memory
    const before = performance.now()
    const status = memory.withText(query, NOT_FOUND, (at, length) =>
      wasm.mt_search(rec, at, length, k, out, out + 4, error),
    )
    if (status === NOT_FOUND)
      throw new MartelloError(`search: found a text of more than ${STRING_BYTES} bytes, expected less`)
    this.check(status)
    const ms = [performance.now() - before]
    return { ...slateAt(memory, memory.result(0), 4, ms), unmatched: memory.result(1) }
  }

  /** The k nearest to `vector` by the space's metric, best first. */
  nearest(
    space: number,
    vector: ArrayLike<number>,
    layers: number,
    k: number,
  ): { items: Uint32Array; scores: Float32Array } {
    const { memory } = this
    memory.f32(memory.vector, vector.length).set(vector)
    this.check(this.wasm.mt_nearest_to(this.rec, space, memory.vector, layers, k, memory.out, memory.error))
    return hitsAt(memory, memory.result())
  }

  /**
   * Recalls, then `take(item, row)` once per candidate, best merged first, until it returns false; rows are views, good
   * during the call only.
   */
  eachFeatureRow(take: (item: number, row: Float32Array) => boolean): void {
    const { wasm, rec, memory } = this
    const { out, error } = memory
    this.check(wasm.mt_run_recall(rec, error))
    for (let first = 0, count = 1; count > 0; first += count) {
      this.check(wasm.mt_features_of(rec, first, out, error))
      const block = featureBlockAt(memory, memory.result())
      count = block.count
      for (let i = 0; i < count; i++) if (!take(block.items[i]!, block.row(i))) return
    }
  }

  /** Throws what the core wrote about the call that failed. */
  protected check(status: number): void {
    if (status !== 0) throw new MartelloError(this.memory.message() + (this.partial ? ARRIVING : ''))
  }
}
