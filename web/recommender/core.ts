/**
 * The wasm core, seen from JavaScript: its exports under readable types, its memory, its errors.
 *
 * Memory from `mt_heap` on is ours: a desk for what goes in and out of calls, then the bundle, then what requests use.
 *
 *     desk: error (260 bytes) · out (16) · text (4,096) · vector (4,352) · rules (16,384)  |  bundle  |  recommender
 *
 * One instance holds one bundle. A view is made anew whenever memory may have grown.
 */
import { MartelloError } from './errors.js'

/** Raw exports: every argument a number, pointers as offsets into memory. See src/martello.h for what each does. */
export interface CoreExports {
  memory: WebAssembly.Memory
  mt_heap(): number
  mt_memory_needed(bundle: number, length: number, arrived: number, out: number, error: number): number
  mt_bundle_length(bytes: number, length: number, out: number, error: number): number
  mt_open(
    bundle: number,
    length: number,
    arrived: number,
    memory: number,
    memoryLength: number,
    out: number,
    error: number,
  ): number
  mt_measure(bundle: number, length: number, arrived: number, out: number, error: number): number
  mt_verify(bundle: number, length: number, from: number, arrived: number, error: number): number
  mt_items(rec: number): number
  mt_find_item(rec: number, text: number, length: number): number
  mt_item_id(rec: number, item: number, text: number): number
  mt_begin(rec: number): void
  mt_add_event(rec: number, item: number, worth: number, at: number): number
  mt_name_event(rec: number, text: number, length: number): void
  mt_event_worth(rec: number, text: number, length: number): number
  mt_rating_worth(rec: number, rating: number): number
  mt_exclude(rec: number, item: number): void
  mt_allow_only(rec: number): void
  mt_allow(rec: number, item: number): void
  mt_find_attribute(rec: number, text: number, length: number): number
  mt_filter_clear(rec: number, attribute: number): void
  mt_filter_value(rec: number, attribute: number, text: number, length: number): number
  mt_filter_by_values(rec: number, attribute: number, negated: number): void
  mt_filter_by_range(
    rec: number,
    attribute: number,
    low: number,
    openLow: number,
    high: number,
    openHigh: number,
    negated: number,
  ): void
  mt_set_weight(rec: number, source: number, weight: number, error: number): number
  mt_set_decay(rec: number, source: number, decay: number, error: number): number
  mt_set_now(rec: number, now: number): void
  mt_set_clock(rec: number, clock: number): void
  mt_set_ranked(rec: number, candidates: number): void
  mt_change_rules(rec: number, records: number, length: number, error: number): number
  mt_find_value(rec: number, attribute: number, text: number, length: number): number
  mt_add_impressions(rec: number, item: number, shown: number, clicked: number): number
  mt_rule_kind_of(rec: number, rule: number): number
  mt_fields(rec: number): number
  mt_field_name(rec: number, field: number, text: number): number
  mt_field_is_category(rec: number, field: number): number
  mt_set_context(rec: number, field: number, value: number): void
  mt_set_context_value(rec: number, field: number, text: number, length: number): number
  mt_want(rec: number, item: number): void
  mt_features_of(rec: number, first: number, out: number, error: number): number
  mt_feature_count(rec: number): number
  mt_feature_name(rec: number, feature: number, text: number): number
  mt_recommend(rec: number, k: number, explain: number, out: number, error: number): number
  mt_run_recall(rec: number, error: number): number
  mt_run_rank(rec: number, error: number): number
  mt_run_slate(rec: number, k: number, explain: number, out: number, error: number): number
  mt_nearest_to(
    rec: number,
    space: number,
    vector: number,
    layers: number,
    k: number,
    out: number,
    error: number,
  ): number
  mt_search(
    rec: number,
    text: number,
    length: number,
    unfinished: number,
    k: number,
    out: number,
    unmatched: number,
    error: number,
  ): number
  mt_search_space(rec: number): number
  mt_sources(rec: number): number
  mt_source_name(rec: number, source: number, text: number): number
  mt_source_role(rec: number, source: number): number
  mt_waiting(rec: number): number
  mt_shelf(rec: number): number
  mt_spaces(rec: number): number
  mt_space_name(rec: number, space: number, text: number): number
  mt_space_dim(rec: number, space: number): number
  mt_space_layers(rec: number, space: number): number
  mt_space_metric(rec: number, space: number): number
  mt_item_vector(rec: number, space: number, item: number, vector: number): number
  mt_attributes(rec: number): number
  mt_attribute_name(rec: number, attribute: number, text: number): number
  mt_attribute_kind(rec: number, attribute: number): number
  mt_attribute_number_of(rec: number, attribute: number, item: number): number
  mt_attribute_count_of(rec: number, attribute: number, item: number): number
  mt_attribute_text_of(rec: number, attribute: number, item: number, index: number, text: number): number
}

const ALIGN = 64
const OUT = 320
const TEXT = 384
const TEXT_BYTES = 4096
const VECTOR = TEXT + TEXT_BYTES
const RULES = VECTOR + 4 * (1024 + 64)
const RULES_BYTES = 16384
const DESK_BYTES = RULES + RULES_BYTES
const PAGE = 65536
/** What requests on most bundles need, reserved with the bundle: growing later may copy it. */
const SCRATCH = 3.5 * 1024 * 1024

const NONE = 0xffffffff
/** src/base/status.h */
const NOT_READY = 5
const ARRIVING = '; the bundle is still arriving: await rec.complete'
const encoder = new TextEncoder()
const decoder = new TextDecoder()

const roundUp = (value: number) => Math.ceil(value / ALIGN) * ALIGN

/** How JavaScript reads the core's structures; wasm/serve.c asserts these offsets. */
const SLATE = {
  count: 0,
  candidates: 4,
  ranked: 8,
  ordered: 12,
  recalled: 16,
  history: 80,
  dropped: 84,
  truncated: 88,
  filled: 92,
  picks: 96,
  skipped: 100,
}
const PICK = {
  bytes: 204,
  item: 0,
  score: 4,
  because: 8,
  scores: 20,
  ranks: 84,
  reasons: 148,
  value: 188,
  penalty: 192,
  rules: 196,
}
const FEATURES = { items: 8, rows: 264 }
const BECAUSE = 3
const REASONS = 5
const RULE_NUMBERS = Array.from({ length: 64 }, (_, r) => r)

export interface Pick {
  item: number
  score: number
  because: number[]
  scores: number[]
  ranks: number[]
  /** What the largest features added to a ranker's score. */
  reasons: { feature: number; contribution: number }[]
  /** Where rules chose: relevance from 0 to 1 as they changed it, what diversity took off, and which were about it. */
  value: number
  penalty: number
  rules: number[]
}

export interface Slate {
  /** Milliseconds of each step: recall, ranking and the slate, or of a search. */
  ms: number[]
  candidates: number
  ranked: number
  ordered: number
  recalled: number[]
  history: number
  dropped: number
  truncated: number
  filled: number
  picks: Pick[]
  /** How often each rule kept out an item that would have been picked. */
  skipped: number[]
}

export class Core {
  readonly wasm: CoreExports
  private readonly desk: number
  private readonly bundleAt: number
  /** The recommender's pointer; 0 until `open`. */
  rec = 0
  bundleBytes = 0
  /** How often it was opened: names may be new. */
  openings = 0
  /** How much of the bundle is open, and how much has arrived to be opened with the next call; 0: no more than that. */
  opened = 0
  later = 0
  /** Something that answers need has not arrived. */
  partial = false
  /** How many rules the bundle has. */
  bundleRules = 0

  constructor(instance: WebAssembly.Instance) {
    this.wasm = instance.exports as unknown as CoreExports
    this.desk = roundUp(this.wasm.mt_heap())
    this.bundleAt = roundUp(this.desk + DESK_BYTES)
  }

  /** Memory for a bundle of `length` bytes; the view is good until the next call that may grow memory. */
  reserve(length: number, maxBytes: number): Uint8Array {
    if (length > maxBytes)
      throw new MartelloError(`open: the bundle weighs ${length} bytes, expected at most maxBytes = ${maxBytes}`)
    this.grow(this.bundleAt + roundUp(length) + SCRATCH)
    return new Uint8Array(this.wasm.memory.buffer, this.bundleAt, length)
  }

  /** The length of the whole bundle, from its first 64 bytes. */
  lengthOf(head: Uint8Array): number {
    this.grow(this.bundleAt + ALIGN)
    new Uint8Array(this.wasm.memory.buffer, this.bundleAt, ALIGN).set(head.subarray(0, ALIGN))
    this.check(this.wasm.mt_bundle_length(this.bundleAt, Math.min(head.length, ALIGN), this.desk + OUT, this.desk))
    return this.u32(OUT)
  }

  /** Of a bundle of `length` bytes: where its last section that has arrived ends, and where all ends that answers need. */
  measure(length: number, arrived: number): { arrived: number; needed: number } {
    this.check(this.wasm.mt_measure(this.bundleAt, length, arrived, this.desk + OUT, this.desk))
    return { arrived: this.u32(OUT), needed: this.u32(OUT + 4) }
  }

  /** Compares the sections that have arrived and end after `from` with their checksums. */
  verify(length: number, from: number, arrived: number): void {
    this.check(this.wasm.mt_verify(this.bundleAt, length, from, arrived, this.desk))
  }

  /**
   * Opens what has `arrived` of the `length` bytes in `reserve`d memory; false while that is too little. Where it fails,
   * what was open before still is.
   */
  open(length: number, arrived: number): boolean {
    const { wasm, desk, bundleAt } = this
    this.later = 0
    const status = wasm.mt_memory_needed(bundleAt, length, arrived, desk + OUT, desk)
    if (status === NOT_READY) return false
    this.check(status)
    const needed = this.u32(OUT)
    const memoryAt = bundleAt + roundUp(length)
    this.grow(memoryAt + needed)
    this.check(wasm.mt_open(bundleAt, length, arrived, memoryAt, needed, desk + OUT, desk))
    this.rec = this.u32(OUT)
    this.openings++
    this.bundleBytes = length
    const extent = this.measure(length, arrived)
    this.opened = extent.arrived
    this.partial = arrived < extent.needed
    this.bundleRules = 0
    while (wasm.mt_rule_kind_of(this.rec, this.bundleRules) !== 0) this.bundleRules++
    return true
  }

  /** Opens what has arrived since. */
  renew(): void {
    try {
      if (this.later > 0) this.open(this.bundleBytes, this.later)
    } catch {
      // the same is tried, and told, when all has arrived
    }
  }

  /** Writes `text` onto the desk, calls `use` with its place and length; text longer than any id is simply not there. */
  withText(text: string, use: (at: number, length: number) => number): number {
    const at = this.desk + TEXT
    const { read, written } = encoder.encodeInto(text, new Uint8Array(this.wasm.memory.buffer, at, TEXT_BYTES))
    return read < text.length ? NONE : use(at, written) >>> 0
  }

  /** The text that `write` puts onto the desk, its length returned. */
  text(write: (at: number) => number): string {
    const at = this.desk + TEXT
    const length = write(at)
    return length === 0 ? '' : decoder.decode(new Uint8Array(this.wasm.memory.buffer, at, length))
  }

  find(id: string): number {
    return this.withText(id, (at, length) => this.wasm.mt_find_item(this.rec, at, length))
  }

  id(item: number): string {
    return this.text((at) => this.wasm.mt_item_id(this.rec, item, at))
  }

  /**
   * What each source says of the best k candidates, for tuning: `take(item, scores, ranks)` once per pick, the arrays
   * being views that are good during the call only.
   */
  eachPick(k: number, take: (item: number, scores: Float32Array, ranks: Uint32Array) => void): void {
    this.check(this.wasm.mt_recommend(this.rec, k, 0, this.desk + OUT, this.desk))
    const slate = this.u32(OUT)
    const { buffer } = this.wasm.memory
    const [count, picks, filled] = [SLATE.count, SLATE.picks, SLATE.filled].map(
      (field) => new Uint32Array(buffer, slate + field, 1)[0]!,
    ) as [number, number, number]
    const sources = this.wasm.mt_sources(this.rec)
    for (let i = 0; i < count - filled; i++) {
      const at = picks + i * PICK.bytes
      take(
        new Uint32Array(buffer, at, 1)[0]!,
        new Float32Array(buffer, at + PICK.scores, sources),
        new Uint32Array(buffer, at + PICK.ranks, sources),
      )
    }
  }

  recommend(k: number, explain: boolean): Slate {
    const { wasm, rec, desk } = this
    const times = [performance.now()]
    const step = (status: number) => {
      this.check(status)
      times.push(performance.now())
    }
    step(wasm.mt_run_recall(rec, desk))
    step(wasm.mt_run_rank(rec, desk))
    step(wasm.mt_run_slate(rec, k, explain ? 1 : 0, desk + OUT, desk))
    return this.slate(wasm.mt_sources(rec), times)
  }

  /** Searches for words that are written with one space between two; bit w of `unmatched`: word w matched nothing. */
  search(text: string, unfinished: boolean, k: number): Slate & { unmatched: number } {
    const { wasm, rec, desk } = this
    const times = [performance.now()]
    const status = this.withText(text, (at, length) =>
      wasm.mt_search(rec, at, length, +unfinished, k, desk + OUT, desk + OUT + 4, desk),
    )
    if (status === NONE) throw new MartelloError(`search: found a text of more than ${TEXT_BYTES} bytes, expected less`)
    this.check(status)
    times.push(performance.now())
    return { ...this.slate(2, times), unmatched: this.u32(OUT + 4) }
  }

  /** The slate that the last call left, of that many sources; `times` around each stage. */
  private slate(sources: number, times: readonly number[]): Slate {
    const slate = this.u32(OUT)
    const view = new DataView(this.wasm.memory.buffer)
    const u32 = (field: number) => view.getUint32(slate + field, true)
    const picks: Pick[] = []
    for (let i = 0; i < u32(SLATE.count); i++) {
      const at = u32(SLATE.picks) + i * PICK.bytes
      const pick: Pick = {
        item: view.getUint32(at, true),
        score: view.getFloat32(at + PICK.score, true),
        because: [],
        scores: [],
        ranks: [],
        reasons: [],
        value: view.getFloat32(at + PICK.value, true),
        penalty: view.getFloat32(at + PICK.penalty, true),
        rules: RULE_NUMBERS.filter((r) => (view.getUint8(at + PICK.rules + (r >> 3)) >> (r & 7)) & 1),
      }
      for (let b = 0; b < BECAUSE; b++) {
        const item = view.getUint32(at + PICK.because + 4 * b, true)
        if (item !== NONE) pick.because.push(item)
      }
      for (let s = 0; s < sources; s++) {
        pick.scores.push(view.getFloat32(at + PICK.scores + 4 * s, true))
        pick.ranks.push(view.getUint32(at + PICK.ranks + 4 * s, true))
      }
      for (let r = 0; r < REASONS; r++) {
        const contribution = view.getFloat32(at + PICK.reasons + 8 * r + 4, true)
        if (contribution !== 0)
          pick.reasons.push({ feature: view.getUint32(at + PICK.reasons + 8 * r, true), contribution })
      }
      picks.push(pick)
    }
    const recalled = Array.from({ length: sources }, (_, s) => u32(SLATE.recalled + 4 * s))
    return {
      ms: times.slice(1).map((time, i) => time - times[i]!),
      candidates: u32(SLATE.candidates),
      ranked: u32(SLATE.ranked),
      ordered: u32(SLATE.ordered),
      skipped: RULE_NUMBERS.map((r) => u32(SLATE.skipped + 4 * r)),
      recalled,
      history: u32(SLATE.history),
      dropped: u32(SLATE.dropped),
      truncated: u32(SLATE.truncated),
      filled: u32(SLATE.filled),
      picks,
    }
  }

  /** Names of what a ranker is told, in the order of a row. */
  featureNames(): string[] {
    return Array.from({ length: this.wasm.mt_feature_count(this.rec) }, (_, i) =>
      this.text((at) => this.wasm.mt_feature_name(this.rec, i, at)),
    )
  }

  /**
   * Recalls, then `take(item, row)` once per candidate, best merged first, until it returns false; rows are views, good
   * during the call only.
   */
  eachFeatureRow(take: (item: number, row: Float32Array) => boolean): void {
    this.check(this.wasm.mt_run_recall(this.rec, this.desk))
    for (let first = 0, count = 1; count > 0; first += count) {
      this.check(this.wasm.mt_features_of(this.rec, first, this.desk + OUT, this.desk))
      const block = this.u32(OUT)
      const { buffer } = this.wasm.memory
      const [held, features] = new Uint32Array(buffer, block, 2) as unknown as [number, number]
      const items = new Uint32Array(buffer, block + FEATURES.items, held)
      const rows = new Uint32Array(buffer, block + FEATURES.rows, 1)[0]!
      for (let i = 0; i < held; i++)
        if (!take(items[i]!, new Float32Array(buffer, rows + 4 * i * features, features))) return
      count = held
    }
  }

  nearest(
    space: number,
    vector: ArrayLike<number>,
    layers: number,
    k: number,
  ): { items: Uint32Array; scores: Float32Array } {
    new Float32Array(this.wasm.memory.buffer, this.desk + VECTOR, vector.length).set(vector)
    this.check(this.wasm.mt_nearest_to(this.rec, space, this.desk + VECTOR, layers, k, this.desk + OUT, this.desk))
    const [count, items, scores] = new Uint32Array(this.wasm.memory.buffer, this.u32(OUT), 3) as unknown as [
      number,
      number,
      number,
    ]
    return {
      items: new Uint32Array(this.wasm.memory.buffer, items, count).slice(),
      scores: new Float32Array(this.wasm.memory.buffer, scores, count).slice(),
    }
  }

  /** The decoded vector of an item, or null where it has none. */
  vector(space: number, item: number): Float32Array | null {
    if (this.wasm.mt_item_vector(this.rec, space, item, this.desk + VECTOR) === 0) return null
    return new Float32Array(
      this.wasm.memory.buffer,
      this.desk + VECTOR,
      this.wasm.mt_space_dim(this.rec, space),
    ).slice()
  }

  setWeight(source: number, weight: number): void {
    this.check(this.wasm.mt_set_weight(this.rec, source, weight, this.desk))
  }

  setDecay(source: number, decay: number): void {
    this.check(this.wasm.mt_set_decay(this.rec, source, decay, this.desk))
  }

  /** Adds to the rules of this request; once. */
  changeRules(records: Uint8Array): void {
    if (records.length > RULES_BYTES)
      throw new MartelloError(`policy: found rules of ${records.length} bytes, expected at most ${RULES_BYTES}`)
    new Uint8Array(this.wasm.memory.buffer, this.desk + RULES, records.length).set(records)
    this.check(this.wasm.mt_change_rules(this.rec, this.desk + RULES, records.length, this.desk))
  }

  /** Throws where `what` may be among what has not arrived. */
  await(what: string): void {
    if (this.partial) throw new MartelloError(what + ARRIVING)
  }

  /** Throws what the core wrote onto the desk. */
  private check(status: number): void {
    if (status === 0) return
    const bytes = new Uint8Array(this.wasm.memory.buffer, this.desk + 4, 256)
    throw new MartelloError(decoder.decode(bytes.subarray(0, bytes.indexOf(0))) + (this.partial ? ARRIVING : ''))
  }

  private u32(offset: number): number {
    return new Uint32Array(this.wasm.memory.buffer, this.desk + offset, 1)[0]!
  }

  private grow(bytes: number): void {
    const missing = bytes - this.wasm.memory.buffer.byteLength
    if (missing <= 0) return
    try {
      this.wasm.memory.grow(Math.ceil(missing / PAGE))
    } catch {
      throw new MartelloError(`open: ${bytes} bytes of memory are needed, and the browser would not give them`)
    }
  }
}

export const NOT_FOUND = NONE
export { MartelloError, shown } from './errors.js'
