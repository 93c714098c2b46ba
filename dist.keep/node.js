// web/entry/node.ts
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Readable } from "node:stream";

// web/recommender/errors.ts
var MartelloError = class extends Error {
  /** `parts`: those of a sentence about what somebody wrote, for whoever says it in other words. */
  constructor(message, parts, options) {
    super(message, options);
    this.parts = parts;
    this.name = "MartelloError";
  }
};
var SHOWN = 200;
function shown(value) {
  let text;
  try {
    text = (typeof value === "number" ? void 0 : JSON.stringify(value)) ?? String(value);
  } catch {
    text = typeof value === "bigint" ? `${value}n` : Object.prototype.toString.call(value);
  }
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}\u2026` : text;
}
function refuse(where, value, expected) {
  const found2 = shown(value);
  throw new MartelloError(`${where}: found ${found2}, expected ${expected}`, { where, found: found2, expected });
}
function typed(field, value, type, expected) {
  return typeof value === type ? value : refuse(field, value, expected);
}
function whole(field, value, least, most) {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  return refuse(field, value, `a whole number from ${least} to ${most}`);
}
function entriesOf(where, value, expected) {
  const isPlain = typeof value === "object" && value !== null && !Array.isArray(value);
  return isPlain ? Object.entries(value) : refuse(where, value, expected);
}
function knownKeys(call, options, known2, expected) {
  for (const [key] of entriesOf(call, options, expected))
    if (!known2.includes(key))
      throw new MartelloError(`${call}: found option ${shown(key)}, expected ${known2.join(", ")}`);
}

// web/recommender/platform.ts
var kindOf = (value) => Object.prototype.toString.call(value).slice(8, -1);

// web/recommender/options.ts
var OPEN_KEYS = ["onProgress", "maxBytes", "verify", "layers"];
var LAYERS = ["base", "auto", "all"];
function checkOptions(options) {
  knownKeys("open", options, OPEN_KEYS, "an object such as { onProgress }");
  const { onProgress, maxBytes, verify } = options;
  if (onProgress !== void 0 && typeof onProgress !== "function") refuse("open: onProgress", onProgress, "a function");
  if (maxBytes !== void 0) typed("open: maxBytes", maxBytes, "number", "a number of bytes");
  if (verify !== void 0) typed("open: verify", verify, "boolean", "true or false");
  wantsLayers("open: layers", options.layers ?? "auto");
}
function wantsLayers(where, layers) {
  if (!LAYERS.includes(layers))
    throw new MartelloError(`${where}: found ${shown(layers)}, expected ${LAYERS.join(", ")}`);
  const device = globalThis.navigator;
  return layers === "all" || layers === "auto" && !device?.connection?.saveData;
}

// web/generated/numbers.ts
var ATTRIBUTE = {
  category: 1,
  number32: 2,
  number64: 3,
  text: 4,
  many: 5,
  day: 6,
  moment: 7
};
var ROLE = {
  everybody: 0,
  alike: 1,
  next: 2,
  together: 3,
  again: 4
};
var METRIC = {
  ip: 0,
  cosine: 1,
  l2: 2
};
var RULE = {
  require: 1,
  deny: 2,
  allow: 3,
  frequency: 4,
  cap: 5,
  unique: 6,
  near: 7,
  pin: 8,
  quota: 9,
  line: 10,
  boost: 11,
  fresh: 12,
  calibrate: 13,
  epsilon: 14,
  thompson: 15,
  mmr: 16,
  dpp: 17
};
var RECORD = {
  condition: 32,
  drop: 48,
  pattern: 49,
  seed: 50,
  strength: 51
};
var CONDITION = {
  values: 1,
  range: 2,
  items: 3,
  source: 4
};
var CONDITION_FLAG = {
  not: 1,
  open_low: 2,
  open_high: 4
};
var MESSAGE_BYTES = 256;
var HEADER_BYTES = 64;
var STRING_BYTES = 4096;
var NOT_FOUND = 4294967295;
var PADDED_MAX = 4160;
var MAX_RANKED = 2e3;
var MAX_RULES = 64;
var MAX_POSITION = 1e3;
var MAX_POOL = 500;
var PATTERN = 32;
var RECORD_BYTES = 48;
var MAX_K = 1e3;
var BECAUSE = 3;
var REASONS = 5;

// web/recommender/arrival.ts
var DEFAULT_MAX_BYTES = 512 * 1024 * 1024;
var Arrival = class {
  constructor(core2, options = {}) {
    this.options = options;
    /** Bytes of the whole, 0 until its header has come, and those in memory. */
    this.total = 0;
    this.received = 0;
    /** How far sections are whole, and their checksums right. */
    this.checked = 0;
    /** How far all reaches that answers need, which is what `layers: 'base'` asks for. */
    this.needed = Infinity;
    /** How far what is open reaches, and what is to be opened with the next call; 0: nothing. */
    this.opened = 0;
    this.waiting = 0;
    this.kept = core2;
    this.all = wantsLayers("open: layers", options.layers ?? "auto");
  }
  /** The core, with all open that has come. Throws where it was closed. */
  get core() {
    const { held } = this;
    try {
      if (this.waiting > 0) this.open(this.waiting);
    } catch {
    }
    return held;
  }
  /** The bundle's length. Throws where it was closed. */
  get bytes() {
    void this.held;
    return this.total;
  }
  /** How far answers can be made from it. Throws where it was closed. */
  get loaded() {
    void this.held;
    return this.waiting || this.opened;
  }
  get closed() {
    return this.kept === null;
  }
  /** How far what is asked for reaches. */
  get wanted() {
    return this.all ? this.total : this.needed;
  }
  /** All that is asked for is here, and the rest is not needed. */
  get enough() {
    return !this.all && this.received >= this.needed;
  }
  /** All that is asked for is open. */
  get whole() {
    return this.opened >= this.wanted;
  }
  /** Asks for more. */
  want(layers) {
    this.all = wantsLayers("load", layers) || this.all;
  }
  /** The header says how much there will be; where it comes again, it is that of the same bundle. */
  meet(header) {
    const { held, total } = this;
    if (total === 0) {
      this.total = held.lengthOf(header);
      return;
    }
    const known2 = held.reserve(total, Infinity).subarray(0, HEADER_BYTES);
    if (known2.some((byte, i) => byte !== header[i]))
      throw new MartelloError("load: found another bundle than the one that is open: it has changed; open it anew");
  }
  /** The next bytes: straight to their place. */
  place(chunk) {
    const { held, total, options } = this;
    held.reserve(total, options.maxBytes ?? DEFAULT_MAX_BYTES).set(chunk, this.received);
    this.received += chunk.length;
    const { arrived, needed } = held.measure(total, this.received);
    if (arrived <= this.checked) return;
    this.needed = needed;
    try {
      if (options.verify ?? true) held.verify(total, this.checked, arrived);
    } catch (error) {
      this.received = this.checked;
      throw error;
    }
    this.checked = arrived;
    if (this.opened === 0) this.open(this.usable);
    else if (this.usable > this.opened) this.waiting = this.usable;
  }
  /** Nothing more will come: opens what waits, and throws where something is missing. */
  finish() {
    const { total, received } = this;
    void this.held;
    if (received < this.wanted) throw new MartelloError(`open: ${received} of the bundle's ${total} bytes arrived`);
    if (this.opened === 0) this.open(received);
    else if (this.opened < this.usable) this.open(this.usable);
  }
  /** A bundle that is here as a whole. */
  placeAll(bytes) {
    this.total = bytes.length;
    this.place(bytes);
  }
  close() {
    this.kept = null;
  }
  /** The core as it is. */
  get held() {
    if (this.kept === null) throw new MartelloError("recommender: it was closed");
    return this.kept;
  }
  /** How far what has come, and is asked for, was found whole. */
  get usable() {
    return Math.min(this.checked, this.wanted);
  }
  /** Where it fails, what was open still is. */
  open(arrived) {
    this.waiting = 0;
    this.opened = this.held.open(this.total, arrived) || this.opened;
  }
};

// web/recommender/memory.ts
var RULES_BYTES = 16384;
var OUT = 320;
var TEXT = 384;
var VECTOR = TEXT + STRING_BYTES;
var RULES = VECTOR + 4 * PADDED_MAX;
var AREA_BYTES = RULES + RULES_BYTES;
var ALIGN = 64;
var PAGE = 65536;
var roundUp = (value) => Math.ceil(value / ALIGN) * ALIGN;
var Memory = class {
  constructor(wasm) {
    this.wasm = wasm;
    this.encoder = new TextEncoder();
    this.decoder = new TextDecoder();
    this.error = roundUp(wasm.mt_heap());
    this.out = this.error + OUT;
    this.text = this.error + TEXT;
    this.vector = this.error + VECTOR;
    this.rules = this.error + RULES;
    this.bundle = roundUp(this.error + AREA_BYTES);
  }
  u8(at, length) {
    return new Uint8Array(this.wasm.memory.buffer, at, length);
  }
  u32(at, length) {
    return new Uint32Array(this.wasm.memory.buffer, at, length);
  }
  f32(at, length) {
    return new Float32Array(this.wasm.memory.buffer, at, length);
  }
  /** The n-th number that the last call gave. */
  result(n = 0) {
    return this.u32(this.out, n + 1)[n];
  }
  /** Calls with the place and the length of `text` in memory; one that is longer than any text of a bundle is `absent`. */
  withText(text, absent, call) {
    const { read, written } = this.encoder.encodeInto(text, this.u8(this.text, STRING_BYTES));
    return read < text.length ? absent : call(this.text, written);
  }
  /** The text that a call writes, which returns its length. */
  textOf(call) {
    const length = call(this.text);
    return length === 0 ? "" : this.decoder.decode(this.u8(this.text, length));
  }
  /** The sentence of the call that failed. */
  message() {
    const bytes = this.u8(this.error + 4, MESSAGE_BYTES);
    return this.decoder.decode(bytes.subarray(0, bytes.indexOf(0)));
  }
  /** Sees to it that there are so many bytes. */
  grow(bytes) {
    const missing = bytes - this.wasm.memory.buffer.byteLength;
    if (missing <= 0) return;
    try {
      this.wasm.memory.grow(Math.ceil(missing / PAGE));
    } catch {
      throw new MartelloError(`open: ${bytes} bytes of memory are needed, and the browser would not give them`);
    }
  }
};

// web/recommender/slate.ts
var SLATE = { count: 0, recalled: 4, picks: 24, skipped: 25 };
var TOLD = { candidates: 1, ranked: 2, ordered: 3, history: 20, dropped: 21, truncated: 22, filled: 23 };
var PICK = {
  words: 51,
  item: 0,
  score: 1,
  because: 2,
  scores: 5,
  ranks: 21,
  reasons: 37,
  value: 47,
  penalty: 48,
  rules: 49
};
var FEATURES = { items: 2, rows: 66 };
var RULE_NUMBERS = Array.from({ length: MAX_RULES }, (_, rule) => rule);
function slateAt(memory, slate, sources, ms) {
  const words = memory.u32(slate, SLATE.skipped + MAX_RULES);
  const told = Object.fromEntries(Object.entries(TOLD).map(([name, at]) => [name, words[at]]));
  return {
    ...told,
    ms,
    skipped: [...words.subarray(SLATE.skipped)],
    recalled: [...words.subarray(SLATE.recalled, SLATE.recalled + sources)],
    picks: Array.from(
      { length: words[SLATE.count] },
      (_, i) => pickAt(memory, words[SLATE.picks] + 4 * i * PICK.words, sources)
    )
  };
}
function pickAt(memory, at, sources) {
  const words = memory.u32(at, PICK.words);
  const numbers = memory.f32(at, PICK.words);
  const reasons = Array.from({ length: REASONS }, (_, r) => ({
    feature: words[PICK.reasons + 2 * r],
    contribution: numbers[PICK.reasons + 2 * r + 1]
  }));
  return {
    item: words[PICK.item],
    score: numbers[PICK.score],
    because: [...words.subarray(PICK.because, PICK.because + BECAUSE)].filter((item) => item !== NOT_FOUND),
    scores: [...numbers.subarray(PICK.scores, PICK.scores + sources)],
    ranks: [...words.subarray(PICK.ranks, PICK.ranks + sources)],
    reasons: reasons.filter((reason) => reason.contribution !== 0),
    value: numbers[PICK.value],
    penalty: numbers[PICK.penalty],
    rules: RULE_NUMBERS.filter((rule) => isSet(words[PICK.rules + (rule >> 5)], rule & 31))
  };
}
function featureBlockAt(memory, block) {
  const words = memory.u32(block, FEATURES.rows + 1);
  const [count, features] = words;
  return {
    count,
    items: words.subarray(FEATURES.items, FEATURES.items + count),
    row: (i) => memory.f32(words[FEATURES.rows] + 4 * i * features, features)
  };
}
function hitsAt(memory, hits) {
  const [count, items, scores] = memory.u32(hits, 3);
  return { items: memory.u32(items, count).slice(), scores: memory.f32(scores, count).slice() };
}
var isSet = (bits, n) => (bits >>> n & 1) === 1;
function withoutFill(slate) {
  const brought = ({ ranks }) => ranks.some((rank) => rank > 0);
  const picks = slate.picks.filter((pick) => brought(pick) || pick.rules.length > 0);
  return { ...slate, picks, filled: picks.filter((pick) => !brought(pick)).length };
}

// web/recommender/core.ts
var SCRATCH = 3.5 * 1024 * 1024;
var NOT_READY = 5;
var ARRIVING = "; the bundle is still arriving: await rec.complete";
var nameIn = (list, number) => Object.keys(list).find((name) => list[name] === number);
var Core = class {
  /** `instance`: of core.wasm. */
  constructor(instance2) {
    /** The recommender's pointer; 0 until `open`. */
    this.rec = 0;
    /** Something that answers need is not open. */
    this.partial = false;
    /** How many items there are. */
    this.items = 0;
    /** Names by number, as far as what is open has them. */
    this.sources = [];
    this.spaces = [];
    this.attributes = [];
    this.fields = [];
    this.types = [];
    /** How many rules the bundle has. */
    this.bundleRules = 0;
    this.wasm = instance2.exports;
    this.memory = new Memory(this.wasm);
  }
  // -- the bundle: reserve, write its bytes, open ------------------------------------------------------------------------
  /** Memory for a bundle of `length` bytes; the view is good until the next call that may grow memory. */
  reserve(length, maxBytes) {
    const { memory } = this;
    if (length > maxBytes)
      throw new MartelloError(`open: the bundle weighs ${length} bytes, expected at most maxBytes = ${maxBytes}`);
    memory.grow(memory.bundle + roundUp(length) + SCRATCH);
    return memory.u8(memory.bundle, length);
  }
  /** The length of the whole bundle, from its first 64 bytes. */
  lengthOf(head) {
    const { memory } = this;
    memory.grow(memory.bundle + 64);
    memory.u8(memory.bundle, 64).set(head.subarray(0, 64));
    this.check(this.wasm.mt_bundle_length(memory.bundle, Math.min(head.length, 64), memory.out, memory.error));
    return memory.result();
  }
  /** Of a bundle of `length` bytes: where its last section that has arrived ends, and where all ends that answers need. */
  measure(length, arrived) {
    const { bundle, out, error } = this.memory;
    this.check(this.wasm.mt_measure(bundle, length, arrived, out, error));
    return { arrived: this.memory.result(0), needed: this.memory.result(1) };
  }
  /** Compares the sections that have arrived and end after `from` with their checksums. */
  verify(length, from, arrived) {
    this.check(this.wasm.mt_verify(this.memory.bundle, length, from, arrived, this.memory.error));
  }
  /**
   * Opens what has `arrived` of the `length` bytes in `reserve`d memory, and returns how far whole sections reach; 0 while
   * that is too little. Where it fails, what was open before still is.
   */
  open(length, arrived) {
    const { wasm, memory } = this;
    const { bundle, out, error } = memory;
    const status = wasm.mt_memory_needed(bundle, length, arrived, out, error);
    if (status === NOT_READY) return 0;
    this.check(status);
    const needed = memory.result();
    const scratch = bundle + roundUp(length);
    memory.grow(scratch + needed);
    this.check(wasm.mt_open(bundle, length, arrived, scratch, needed, out, error));
    this.rec = memory.result();
    const extent = this.measure(length, arrived);
    this.partial = arrived < extent.needed;
    this.describe();
    return extent.arrived;
  }
  /** Reads what is asked for by name. */
  describe() {
    const { wasm, rec } = this;
    this.items = wasm.mt_items(rec);
    this.sources = this.names(wasm.mt_sources(rec), wasm.mt_source_name);
    this.spaces = this.names(wasm.mt_spaces(rec), wasm.mt_space_name);
    this.attributes = this.names(wasm.mt_attributes(rec), wasm.mt_attribute_name);
    this.types = this.attributes.map((_, attribute) => nameIn(ATTRIBUTE, wasm.mt_attribute_kind(rec, attribute)));
    this.fields = this.names(wasm.mt_fields(rec), wasm.mt_field_name).map((name, field) => ({
      name,
      category: wasm.mt_field_is_category(rec, field) !== 0
    }));
    this.bundleRules = this.ruleKinds().length;
  }
  names(count, write) {
    return Array.from({ length: count }, (_, i) => this.memory.textOf((at) => write(this.rec, i, at)));
  }
  /** Throws where `what` may be among what has not arrived. */
  await(what) {
    if (this.partial) throw new MartelloError(what + ARRIVING);
  }
  // -- what it holds -----------------------------------------------------------------------------------------------------
  /** How many items to recommend where a request does not say. */
  get k() {
    return this.wasm.mt_default_k(this.rec);
  }
  /** The item with this id, or NOT_FOUND. */
  find(id) {
    return this.lookUp(id, (at, length) => this.wasm.mt_find_item(this.rec, at, length));
  }
  id(item) {
    return this.memory.textOf((at) => this.wasm.mt_item_id(this.rec, item, at));
  }
  findAttribute(name) {
    return this.lookUp(name, (at, length) => this.wasm.mt_find_attribute(this.rec, at, length));
  }
  /** The number of a category's value, or NOT_FOUND where no item has it. */
  findValue(attribute, value) {
    return this.lookUp(value, (at, length) => this.wasm.mt_find_value(this.rec, attribute, at, length));
  }
  lookUp(text, call) {
    return this.memory.withText(text, NOT_FOUND, call) >>> 0;
  }
  /** `many`: a category of which an item may have several values. */
  attributeType(attribute) {
    return this.types[attribute];
  }
  /** Of numbers, dates among them, or of categories. */
  isOf(attribute, what) {
    return (what === "numbers" ? /number|day|moment/ : /category|many/).test(this.attributeType(attribute));
  }
  /** Its numbers are Unix seconds. */
  isDate(attribute) {
    return /day|moment/.test(this.attributeType(attribute));
  }
  /** NaN: not known. */
  attributeNumber(attribute, item) {
    return this.wasm.mt_attribute_number_of(this.rec, attribute, item);
  }
  /** The item's values or texts. */
  attributeTexts(attribute, item) {
    return Array.from(
      { length: this.wasm.mt_attribute_count_of(this.rec, attribute, item) },
      (_, i) => this.memory.textOf((at) => this.wasm.mt_attribute_text_of(this.rec, attribute, item, i, at))
    );
  }
  /** How many numbers a vector has; 0: the space has not arrived. */
  dim(space) {
    return this.wasm.mt_space_dim(this.rec, space);
  }
  /** How many residual layers of the space are here. */
  layers(space) {
    return this.wasm.mt_space_layers(this.rec, space);
  }
  metric(space) {
    return nameIn(METRIC, this.wasm.mt_space_metric(this.rec, space));
  }
  /** The decoded vector of an item, or null where it has none. */
  vector(space, item) {
    const { vector } = this.memory;
    if (this.wasm.mt_item_vector(this.rec, space, item, vector) === 0) return null;
    return this.memory.f32(vector, this.dim(space)).slice();
  }
  /** The space in which search finds what is near, or NOT_FOUND. */
  get searchSpace() {
    return this.wasm.mt_search_space(this.rec) >>> 0;
  }
  /** What a source says of an item: the same to everybody, what is alike, what comes next, or together with it. */
  sourceRole(source) {
    return nameIn(ROLE, this.wasm.mt_source_role(this.rec, source));
  }
  /** Bit s: source s has not arrived. */
  get waiting() {
    return this.wasm.mt_waiting(this.rec);
  }
  get featureCount() {
    return this.wasm.mt_feature_count(this.rec);
  }
  /** Names of what a ranker is told, in the order of a row. */
  featureNames() {
    return this.names(this.featureCount, this.wasm.mt_feature_name);
  }
  /** What an event counts: what its rating says, NaN where there is none, else its name; 1 where the bundle knows neither. */
  weigh(rating, name) {
    const weight = this.wasm.mt_rating_weight(this.rec, rating);
    if (!Number.isNaN(weight)) return weight;
    return this.memory.withText(name, 1, (at, length) => this.wasm.mt_event_weight(this.rec, at, length));
  }
  /** Unix seconds of an ISO 8601 date; NaN where it is none. */
  dateOf(text) {
    return this.memory.withText(text, NaN, this.wasm.mt_date_of);
  }
  // -- a request ---------------------------------------------------------------------------------------------------------
  /** Forgets the last request: an empty history, all items allowed, what the bundle says. */
  begin() {
    this.wasm.mt_begin(this.rec);
  }
  /** Whether what the history holds may be recommended again: of the bundle, and for this request, before its events. */
  get repeats() {
    return this.wasm.mt_repeats_by_default(this.rec) !== 0;
  }
  setRepeats(repeats) {
    this.wasm.mt_set_repeats(this.rec, +repeats);
  }
  /** Oldest first; `at` in seconds, NaN where it is not known. */
  addEvent(item, weight, at) {
    this.wasm.mt_add_event(this.rec, item, weight, at);
  }
  /** Says how the event that was added last is called, for imported models that are told so. */
  nameEvent(name) {
    this.memory.withText(name, 0, (at, length) => (this.wasm.mt_name_event(this.rec, at, length), 0));
  }
  exclude(item) {
    this.wasm.mt_exclude(this.rec, item);
  }
  /** Only items that are `allow`ed from here on may come back. */
  allowOnly() {
    this.wasm.mt_allow_only(this.rec);
  }
  allow(item) {
    this.wasm.mt_allow(this.rec, item);
  }
  /** Leaves items that have one of the values, or none of them. */
  filterByValues(attribute, values, negated) {
    const { wasm, rec } = this;
    wasm.mt_filter_clear(rec, attribute);
    for (const value of values)
      this.memory.withText(value, 0, (at, length) => wasm.mt_filter_value(rec, attribute, at, length));
    wasm.mt_filter_by_values(rec, attribute, +negated);
  }
  /** Leaves items whose number lies between low and high, or does not. */
  filterByRange(attribute, { low, openLow, high, openHigh }, negated) {
    this.wasm.mt_filter_by_range(this.rec, attribute, low, +openLow, high, +openHigh, +negated);
  }
  setWeight(source, weight) {
    this.check(this.wasm.mt_set_weight(this.rec, source, weight, this.memory.error));
  }
  /** The time that ages are counted from, in seconds. */
  setNow(now) {
    this.wasm.mt_set_now(this.rec, now);
  }
  /** … and what this device's clock says, for where no event has a time. */
  setClock(now) {
    this.wasm.mt_set_clock(this.rec, now);
  }
  /** How many candidates the ranker scores; 0: none. */
  setRanked(candidates) {
    this.wasm.mt_set_ranked(this.rec, candidates);
  }
  /** A number, or the value of a category. */
  setContext(field, value) {
    const { wasm, rec } = this;
    if (typeof value === "number") wasm.mt_set_context(rec, field, value);
    else this.memory.withText(value, 0, (at, length) => wasm.mt_set_context_value(rec, field, at, length));
  }
  addImpressions(item, shown2, clicked) {
    this.wasm.mt_add_impressions(this.rec, item, shown2, clicked);
  }
  /** The item is to be a candidate even where no source brings it. */
  forceCandidate(item) {
    this.wasm.mt_force_candidate(this.rec, item);
  }
  /** Adds to the rules of this request, in the form of src/bundle/rules.h; once. */
  changeRules(records) {
    if (records.length > RULES_BYTES)
      throw new MartelloError(`policy: found rules of ${records.length} bytes, expected at most ${RULES_BYTES}`);
    const { memory } = this;
    memory.u8(memory.rules, records.length).set(records);
    this.check(this.wasm.mt_change_rules(this.rec, memory.rules, records.length, memory.error));
  }
  /** The kind of each rule that this request has, by the rule's number. */
  ruleKinds() {
    const kinds = [];
    for (let kind; (kind = this.wasm.mt_rule_kind_of(this.rec, kinds.length)) !== 0; ) kinds.push(nameIn(RULE, kind));
    return kinds;
  }
  // -- its answers -------------------------------------------------------------------------------------------------------
  recommend(k, explain) {
    const { wasm, rec, memory } = this;
    const { out, error } = memory;
    const ms = [];
    let before = performance.now();
    const step = (status) => {
      this.check(status);
      const now = performance.now();
      ms.push(now - before);
      before = now;
    };
    step(wasm.mt_run_recall(rec, error));
    step(wasm.mt_run_rank(rec, error));
    step(wasm.mt_run_slate(rec, k, +explain, out, error));
    return slateAt(memory, memory.result(), this.sources.length, ms);
  }
  /** Searches for a query of `lookUp`; bit w of `unmatched`: word w matched nothing. */
  search(query, k) {
    const { wasm, rec, memory } = this;
    const { out, error } = memory;
    const before = performance.now();
    const status = memory.withText(
      query,
      NOT_FOUND,
      (at, length) => wasm.mt_search(rec, at, length, k, out, out + 4, error)
    );
    if (status === NOT_FOUND)
      throw new MartelloError(`search: found a text of more than ${STRING_BYTES} bytes, expected less`);
    this.check(status);
    const ms = [performance.now() - before];
    return { ...slateAt(memory, memory.result(0), 4, ms), unmatched: memory.result(1) };
  }
  /** The k nearest to `vector` by the space's metric, best first. */
  nearest(space, vector, layers, k) {
    const { memory } = this;
    memory.f32(memory.vector, vector.length).set(vector);
    this.check(this.wasm.mt_nearest_to(this.rec, space, memory.vector, layers, k, memory.out, memory.error));
    return hitsAt(memory, memory.result());
  }
  /**
   * Recalls, then `take(item, row)` once per candidate, best merged first, until it returns false; rows are views, good
   * during the call only.
   */
  eachFeatureRow(take) {
    const { wasm, rec, memory } = this;
    const { out, error } = memory;
    this.check(wasm.mt_run_recall(rec, error));
    for (let first = 0, count = 1; count > 0; first += count) {
      this.check(wasm.mt_features_of(rec, first, out, error));
      const block = featureBlockAt(memory, memory.result());
      count = block.count;
      for (let i = 0; i < count; i++) if (!take(block.items[i], block.row(i))) return;
    }
  }
  /** Throws what the core wrote about the call that failed. */
  check(status) {
    if (status !== 0) throw new MartelloError(this.memory.message() + (this.partial ? ARRIVING : ""));
  }
};

// web/recommender/load.ts
var Loading = class {
  constructor(arrival, source, onProgress) {
    this.arrival = arrival;
    this.source = source;
    this.onProgress = onProgress;
    this.running = false;
    /** The first bytes, until they are a header. */
    this.head = new Uint8Array(0);
    /** A strong ETag, or when the bundle was last modified. */
    this.validator = null;
    /** How much of what comes again is here already. */
    this.passing = 0;
    this.ready = () => {
    };
  }
  /** Resolves when the first recommendation can be asked for. */
  open() {
    return new Promise((resolve, reject) => {
      this.ready = resolve;
      this.complete = this.run(() => this.begin());
      this.complete.then(resolve, reject);
    });
  }
  /** Goes on, or once more, with what `layers` asks for and has not come. */
  load(layers) {
    const { arrival } = this;
    arrival.want(layers);
    if (!this.running && !arrival.whole) {
      this.complete = this.run(async () => arrival.received < arrival.wanted ? this.resume() : this.finish());
      this.complete.catch(() => {
      });
    }
    return this.complete;
  }
  close() {
    this.body?.cancel().catch(() => {
    });
  }
  async run(work) {
    this.running = true;
    try {
      await work();
    } catch (error) {
      this.running = false;
      throw error;
    }
  }
  /** At once, not a turn later: whoever was told that the bundle is open may ask for more of it in that turn. */
  finish() {
    this.arrival.finish();
    this.running = false;
  }
  async begin() {
    const { source, arrival } = this;
    const bytes = bytesOf(/^(Blob|File)$/.test(kindOf(source)) ? await source.arrayBuffer() : source);
    if (bytes === null) return this.receive(await this.streamOf(source));
    arrival.placeAll(bytes);
    this.onProgress?.(arrival.received, arrival.total);
    this.finish();
  }
  /** The rest by a range of the same version, or else the whole once more, of which what is here is passed over. */
  async resume() {
    const { source, validator } = this;
    const { received, total } = this.arrival;
    const again = kindOf(source) === "Response" ? source.url : source;
    if (!isAddress(again) || again === "")
      throw new MartelloError("load: a stream cannot be read twice, expected a bundle that was opened from a URL");
    let response;
    if (received > 0 && validator !== null) {
      const request = new Request(again);
      request.headers.set("range", `bytes=${received}-`);
      request.headers.set("if-range", validator);
      request.headers.set("accept-encoding", "identity");
      response = await fetch(request).catch(() => void 0);
      const part = response?.status === 206 && !response.headers.has("content-encoding");
      const fits = part && response.headers.get("content-range") === `bytes ${received}-${total - 1}/${total}`;
      if (!fits && response?.status !== 200) {
        response?.body?.cancel().catch(() => {
        });
        response = void 0;
      }
    }
    response ??= await fetched(again);
    this.passing = response.status === 206 ? 0 : received;
    this.head = new Uint8Array(0);
    return this.receive(bodyOf(response));
  }
  /** Takes what a stream brings, as far as it is wanted. */
  async receive(body) {
    const { arrival } = this;
    const reader = this.body = readerOf(body);
    const broken = (error) => {
      if (error?.name !== "TypeError" && (typeof error?.code !== "string" || error.name === "AbortError")) throw error;
      const cut = `open: the bundle broke off after ${arrival.received} bytes (${error.message})`;
      throw new MartelloError(cut, void 0, { cause: error });
    };
    try {
      while (!arrival.closed && !arrival.enough) {
        const { done, value } = await reader.read().catch(broken);
        if (done) break;
        this.take(bytesOf(value) ?? refuse("open: the stream", value, "bytes"));
      }
    } finally {
      reader.cancel().catch(() => {
      });
    }
    if (arrival.total === 0) arrival.meet(this.head);
    this.finish();
  }
  /** The first 64 bytes tell how much there will be, and which bundle it is; what is here already is passed over. */
  take(chunk) {
    const { arrival } = this;
    if (arrival.total === 0 || this.passing === arrival.received) {
      chunk = this.head = join(this.head, chunk);
      if (chunk.length < HEADER_BYTES) return;
      this.head = new Uint8Array(0);
      arrival.meet(chunk);
    }
    const passed = Math.min(this.passing, chunk.length);
    this.passing -= passed;
    if (arrival.received + chunk.length - passed > arrival.total)
      throw new MartelloError(`open: more than the ${arrival.total} bytes that the bundle's header names arrived`);
    if (passed === chunk.length) return;
    arrival.place(chunk.subarray(passed));
    if (arrival.loaded > 0) this.ready();
    this.onProgress?.(arrival.received, arrival.total);
  }
  async streamOf(source) {
    if (isStream(source)) return source;
    const isResponse = kindOf(source) === "Response";
    if (!isResponse && !isAddress(source))
      throw new MartelloError(
        `open: found ${String(source)}, expected bytes, a path, a URL, a Request, a Response or a stream`
      );
    const response = isResponse ? source : await fetched(source);
    const etag = response.headers.get("etag");
    this.validator = etag?.startsWith('"') ? etag : response.headers.get("last-modified");
    return bodyOf(response);
  }
};
var isAddress = (source) => /^(String|URL|Request)$/.test(kindOf(source));
var isStream = (source) => "getReader" in Object(source) || Symbol.asyncIterator in Object(source);
function readerOf(stream) {
  if ("getReader" in stream) return stream.getReader();
  const iterator = stream[Symbol.asyncIterator]();
  return { read: () => iterator.next(), cancel: async () => iterator.return?.() };
}
function bytesOf(source) {
  if (ArrayBuffer.isView(source)) return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  return /ArrayBuffer$/.test(kindOf(source)) ? new Uint8Array(source) : null;
}
async function fetched(source) {
  try {
    return await fetch(source);
  } catch (error) {
    const name = kindOf(source) === "Request" ? source.url : source;
    throw new MartelloError(`open: ${name} cannot be fetched (${error.message})`);
  }
}
function bodyOf(response) {
  const name = response.url || "the response";
  if (!response.ok) throw new MartelloError(`open: ${name} answered ${response.status}, expected a bundle`);
  if (response.body === null) throw new MartelloError(`open: ${name} has no body, expected a bundle`);
  return response.body;
}
function join(a, b) {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}

// web/read/booleans.ts
var WORDS = "true false wahr falsch vrai faux vero falso verdadero falso \u0438\u0441\u0442\u0438\u043D\u0430 \u043B\u043E\u0436\u044C yes no y n t f ja nein ja nee ja nej oui non si no s\xED no sim n\xE3o tak nie \u0434\u0430 \u043D\u0435\u0442 \u662F \u5426 \u306F\u3044 \u3044\u3044\u3048 \uC608 \uC544\uB2C8\uC624 1 0 x - checked unchecked \u2713 \u2717 \u2714 \u2718 \u2611 \u2610 \u2705 \u274C".split(" ");
var placeOf = (word) => WORDS.indexOf(word.toLowerCase().replace("\uFE0F", ""));
function booleanOf(word) {
  const at = placeOf(word);
  return at < 0 ? void 0 : String(at % 2 < 1);
}

// web/recommender/filter.ts
function applyFilter(core2, filter) {
  conditions(
    core2,
    "filter",
    filter,
    (attribute, values, negated) => core2.filterByValues(attribute, values, negated),
    (attribute, range, negated) => core2.filterByRange(attribute, range, negated)
  );
}
function conditions(core2, path, filter, values, range) {
  for (const [field, condition] of entriesOf(path, filter, 'an object such as {"genre": "Drama"}')) {
    const at = `${path} ${shown(field)}`;
    const attribute = attributeOf(core2, at, field);
    if (core2.attributeType(attribute) === "text")
      refuse(at, condition, "a category or a number: this attribute is text for display");
    if (core2.isOf(attribute, "numbers")) takeNumbers(core2, at, attribute, condition, range);
    else takeValues(core2, at, attribute, condition, values);
  }
}
function attributeOf(core2, path, name) {
  const attribute = typeof name === "string" ? core2.findAttribute(name) : NOT_FOUND;
  if (attribute !== NOT_FOUND) return attribute;
  core2.await(`${path}: it is no attribute that is here`);
  return refuse(path, name, `one of the bundle's attributes: ${core2.attributes.join(", ") || "it has none"}`);
}
function valuesOf(condition) {
  const negated = typeof condition === "object" && condition !== null && "not" in condition && Object.keys(condition).length === 1;
  const wanted = negated ? condition.not : condition;
  if (Array.isArray(wanted)) return { list: wanted, negated };
  return typeof wanted === "object" && wanted !== null ? null : { list: [wanted], negated };
}
function valueOf(core2, attribute, value) {
  const word = core2.findValue(attribute, value) === NOT_FOUND && booleanOf(value);
  return word && core2.findValue(attribute, word) !== NOT_FOUND ? word : value;
}
function takeValues(core2, path, attribute, condition, take) {
  const { list, negated } = valuesOf(condition) ?? { list: [null], negated: false };
  if (!list.every((value) => ["string", "number", "boolean"].includes(typeof value)))
    refuse(path, condition, 'a value, a list of values or {"not": \u2026}');
  const spelled = list.map((value) => valueOf(core2, attribute, String(value)));
  take(attribute, spelled, negated, path);
}
function takeNumbers(core2, path, attribute, condition, take) {
  const dates = core2.isDate(attribute);
  const number = (said) => {
    const value = dates && typeof said === "string" ? core2.dateOf(said) : said;
    const isNumber = typeof value === "number" && !(dates && value === said && value >= 1e3 && value < 1e8);
    if (isNumber && !Number.isNaN(value) || typeof value === "boolean") return Number(value);
    const kind = dates ? "date" : "number";
    const form = dates ? ' as "2020-01-31"' : "";
    return refuse(
      path,
      condition,
      `a ${kind}, a list of ${kind}s or {"gt" | "gte" | "lt" | "lte" | "not": ${kind}}${form}`
    );
  };
  const byRange = (low, openLow, high, openHigh, negated = false) => take(attribute, { low, openLow, high, openHigh }, negated);
  const values = valuesOf(condition);
  if (values !== null) {
    const list = values.list.map(number).sort((a, b) => a - b);
    if (values.negated) list.forEach((value) => byRange(value, false, value, false, true));
    else {
      byRange(list[0] ?? Infinity, false, list.at(-1) ?? -Infinity, false);
      for (let i = 1; i < list.length; i++) byRange(list[i - 1], true, list[i], true, true);
    }
    return;
  }
  const bounds = Object.entries(condition);
  if (bounds.length === 0 || bounds.some(([key]) => !/^[gl]te?$/.test(key)))
    refuse(path, condition, '"gt", "gte", "lt", "lte" or "not"');
  for (const [key, said] of bounds) {
    if (said === void 0) continue;
    const [bound, isOpen] = [number(said), !key.endsWith("e")];
    if (key.startsWith("g")) byRange(bound, isOpen, Infinity, false);
    else byRange(-Infinity, false, bound, isOpen);
  }
}

// web/recommender/rules.ts
var CALLED = {
  cap: "caps",
  near: "nearDuplicates",
  pin: "pins",
  quota: "quotas",
  line: "lines",
  boost: "boosts",
  fresh: "freshness",
  calibrate: "calibration",
  epsilon: "exploration",
  thompson: "exploration",
  mmr: "diversity",
  dpp: "diversity"
};
var KINDS = Object.keys(RULE);
var calledOf = (kind) => CALLED[kind] ?? kind;
var RULE_KEYS = [...new Set(KINDS.map(calledOf)), "pattern", "seed"];
var kindsOf = (key) => KINDS.filter((kind) => calledOf(kind) === key);
var isRule = (what) => Object.values(RULE).includes(what);
var LISTS = ["deny", "allow", "frequency", "caps", "unique", "pins", "quotas", "boosts"];
var UNITS = {
  seconds: [1, 0],
  milliseconds: [1e-3, 0],
  days: [86400, 0],
  years: [31556952, -1970 * 31556952]
};
var UNIT_NAMES = Object.keys(UNITS);
var share = ["amount", 0, 1];
var NUMBERS = {
  frequency: { most: ["count", 1, 255] },
  caps: { most: ["count", 0, MAX_POSITION], window: ["other", 0, MAX_POSITION, 0] },
  nearDuplicates: { similarity: ["amount", -1, 1] },
  pins: { position: ["count", 1, MAX_POSITION] },
  quotas: { least: ["count", 0, MAX_POSITION, 0], share: [...share, 0] },
  boosts: { factor: ["amount", 0, 1e6, 1], add: ["extra", -1e6, 1e6, 0] },
  freshness: { halfLife: ["amount", 1e-3, 1e12] },
  calibration: { strength: share },
  exploration: { share },
  diversity: { strength: share, pool: ["count", 1, MAX_POOL, MAX_POOL] }
};
var WHOLE = ["count", "other"];
var MATCH = ["where", "ids", "source"];
var OTHERS = {
  deny: ["where", "ids"],
  allow: ["where", "ids"],
  frequency: ["attribute"],
  caps: ["attribute", ...MATCH],
  nearDuplicates: ["space"],
  pins: ["id"],
  freshness: ["attribute", "unit"],
  calibration: ["attribute"],
  exploration: ["method", "clicks", "impressions"],
  diversity: ["method", "space", "attribute"]
};
var NUMBERED = ["freshness", "exploration"];
var Compiler = class {
  /** `strict`: a value or an id that no item has is a mistake, as in a policy file; in a request it is none. */
  constructor(core2, strict) {
    this.core = core2;
    this.strict = strict;
    this.bytes = [];
    /** Rules so far. */
    this.count = 0;
  }
  record(what, operands = {}) {
    const { subject = NOT_FOUND, count = 0, other = 0, amount = 0, extra = 0, low = 0, high = 0, list = [] } = operands;
    const words = new Uint32Array(RECORD_BYTES / 4 + list.length);
    words.set([what, subject, count, other]);
    new Float32Array(words.buffer).set([amount, extra], 4);
    new Float64Array(words.buffer, 24, 2).set([low, high]);
    words.set([list.length], 10);
    words.set(list, RECORD_BYTES / 4);
    for (const byte of new Uint8Array(words.buffer)) this.bytes.push(byte);
    if (isRule(what)) this.count++;
  }
  named(path, name, known2) {
    const place = known2.indexOf(name);
    return place >= 0 ? place : refuse(path, name, `one of ${known2.join(", ") || "none: there are none"}`);
  }
  item(path, id) {
    const found2 = typeof id === "string" ? this.core.find(id) : refuse(path, id, "the id of an item");
    return found2 === NOT_FOUND && this.strict ? refuse(path, id, "the id of an item in the bundle") : found2;
  }
  /** An attribute of numbers, or of categories. */
  attribute(path, name, numbers = false) {
    const found2 = attributeOf(this.core, path, name);
    return this.core.isOf(found2, numbers ? "numbers" : "categories") ? found2 : refuse(path, name, numbers ? "an attribute of numbers" : "an attribute of categories");
  }
  condition(kind, operands) {
    this.record(RECORD.condition + CONDITION[kind], operands);
  }
  listed(kind, operands) {
    const known2 = [...new Set(operands.list)].filter((number) => number !== NOT_FOUND);
    this.condition(kind, { ...operands, list: known2.sort((a, b) => a - b) });
  }
  match(path, { where, ids, source }) {
    if (where !== void 0)
      conditions(
        this.core,
        path,
        where,
        (subject, texts, negated, at) => {
          const list = texts.map((text) => {
            const found2 = this.core.findValue(subject, text);
            return found2 === NOT_FOUND && this.strict ? refuse(at, text, "a value that an item has") : found2;
          });
          this.listed("values", { subject, count: negated ? CONDITION_FLAG.not : 0, list });
        },
        (subject, { low, openLow, high, openHigh }, negated) => this.condition("range", {
          subject,
          count: (negated ? CONDITION_FLAG.not : 0) | (openLow ? CONDITION_FLAG.open_low : 0) | (openHigh ? CONDITION_FLAG.open_high : 0),
          low,
          high
        })
      );
    if (ids !== void 0) {
      const list = Array.isArray(ids) ? ids : refuse(`${path}.ids`, ids, "a list of ids");
      this.listed("items", { list: list.map((id, i) => this.item(`${path}.ids[${i}]`, id)) });
    }
    if (source !== void 0)
      this.condition("source", { subject: this.named(`${path}.source`, source, this.core.sources) });
  }
  rule(key, path, said) {
    const kinds = kindsOf(key);
    const numbers = NUMBERS[key] ?? {};
    const known2 = [...Object.keys(numbers), ...OTHERS[key] ?? MATCH];
    if (Object(said) !== said) refuse(path, said, `an object of ${known2.join(", ")}`);
    for (const field of Object.keys(said)) this.named(path, field, known2);
    const operands = {};
    for (const [name, [operand, least, most, fallback]] of Object.entries(numbers)) {
      const value = said[name] ?? fallback;
      const fits = typeof value === "number" && value >= least && value <= most;
      if (!fits || WHOLE.includes(operand) && value % 1 !== 0)
        refuse(`${path}.${name}`, value, `a number from ${least} to ${most}`);
      operands[operand] = value;
    }
    const needs = key === "freshness" || key === "calibration";
    const attribute = (name = "attribute") => said[name] === void 0 && !needs ? NOT_FOUND : this.attribute(`${path}.${name}`, said[name], NUMBERED.includes(key));
    const either = (name, choices) => this.named(`${path}.${name}`, said[name] ?? choices[0], choices);
    operands.subject = attribute();
    if (key === "pins") {
      operands.other = this.item(`${path}.id`, said["id"]);
      if (operands.other === NOT_FOUND) return;
      operands.count -= 1;
    } else if (key === "freshness") {
      const [scale, begin] = UNITS[UNIT_NAMES[either("unit", UNIT_NAMES)]];
      operands.low = begin;
      operands.high = scale;
    } else if (key === "exploration") {
      operands.subject = attribute("clicks");
      operands.other = attribute("impressions");
    } else if (key === "nearDuplicates") operands.other = either("space", this.core.spaces);
    else if (key === "diversity") {
      operands.other = said["attribute"] !== void 0 || this.core.spaces.length === 0 ? NOT_FOUND : either("space", this.core.spaces);
      if (said["attribute"] === void 0 && operands.other === NOT_FOUND) operands.subject = firstCategory(this.core);
      if (operands.subject === operands.other) return;
    }
    this.record(RULE[kinds[kinds.length > 1 ? either("method", kinds) : 0]], operands);
    this.match(path, said);
  }
  lines(path, lines, pattern) {
    const first = this.count;
    for (const [letter2, line] of Object.entries(lines)) this.rule("lines", `${path}.lines.${letter2}`, { ...line });
    if (typeof pattern !== "string" || pattern === "" || pattern.length > PATTERN)
      refuse(`${path}.pattern`, pattern, `up to ${PATTERN} letters, each the name of a line`);
    const slots = Array.from(pattern, (letter2) => this.named(`${path}.pattern`, letter2, Object.keys(lines)));
    this.record(RECORD.pattern, { list: slots.map((line) => first + line) });
  }
};
function compileRules(core2, rules, path, strict = false) {
  const compiler = new Compiler(core2, strict);
  if (Object(rules) !== rules) refuse(path, rules, "an object of rules");
  for (const [key, value] of Object.entries(rules)) {
    const at = `${path}.${key}`;
    if (key === "pattern") {
      if (value !== null && rules.lines == null) refuse(at, value, '"lines" beside it');
      continue;
    }
    if (key === "seed") {
      compiler.record(RECORD.seed, { count: value >>> 0 === value ? value : refuse(at, value, "a whole number from 0") });
      continue;
    }
    compiler.named(path, key, RULE_KEYS);
    if (typeof value === "number" && ruleNames(core2).includes(key)) {
      compiler.record(RECORD.strength, {
        amount: value >= 0 && value <= 1 ? value : refuse(at, value, "a number from 0 to 1")
      });
      continue;
    }
    for (const kind of kindsOf(key)) compiler.record(RECORD.drop, { count: RULE[kind] });
    if (value === null) continue;
    if (key === "require") {
      compiler.record(RULE.require);
      compiler.match(at, { where: value });
    } else if (key === "lines") compiler.lines(path, value, rules.pattern);
    else if (key === "diversity" && typeof value === "number") compiler.rule(key, at, { strength: value });
    else if (!LISTS.includes(key)) compiler.rule(key, at, value);
    else if (!Array.isArray(value)) refuse(at, value, "a list");
    else if (key === "unique")
      value.forEach((name, i) => compiler.record(RULE.unique, { subject: compiler.attribute(`${at}[${i}]`, name) }));
    else value.forEach((rule, i) => compiler.rule(key, `${at}[${i}]`, rule));
  }
  return Uint8Array.from(compiler.bytes);
}
function firstCategory(core2) {
  core2.await("diversity: which attribute tells items apart is not known");
  const first = core2.attributes.findIndex((_, attribute) => core2.isOf(attribute, "categories"));
  return first < 0 ? NOT_FOUND : first;
}
function ruleNames(core2) {
  let counts = {};
  return core2.ruleKinds().map((kind, rule) => {
    if (rule === core2.bundleRules) counts = {};
    const key = calledOf(kind);
    counts[key] = (counts[key] ?? -1) + 1;
    return LISTS.includes(key) || key === "lines" ? `${key}[${counts[key]}]` : key;
  });
}

// web/recommender/answer.ts
function recommended(core2, slate, explain, unknown) {
  const rules = ruleNames(core2);
  const features = explain && slate.ranked > 0 ? core2.featureNames() : [];
  return {
    items: slate.picks.map((pick) => {
      const item = itemOf(core2, pick, core2.sources, explain);
      if (pick.reasons.length > 0)
        item.features = pick.reasons.map((r) => ({ name: features[r.feature], contribution: r.contribution }));
      if (explain && rules.length > 0)
        item.rules = { value: pick.value, penalty: pick.penalty, hits: pick.rules.map((rule) => rules[rule]) };
      return item;
    }),
    trace: traceOf(core2, slate, rules, unknown)
  };
}
function traceOf(core2, slate, rules, unknown) {
  const { sources, spaces, waiting } = core2;
  const [recall, rank, choice] = slate.ms;
  return {
    history: slate.history,
    unknown,
    dropped: slate.dropped,
    recalled: Object.fromEntries(sources.map((name, s) => [name, slate.recalled[s]])),
    candidates: slate.candidates,
    ranked: slate.ranked,
    truncated: sources.filter((_, s) => isSet(slate.truncated, s)),
    filled: slate.filled,
    stages: {
      recall: { in: core2.items, out: slate.candidates },
      rank: { in: slate.candidates, out: slate.ordered },
      slate: { in: slate.ordered, out: slate.picks.length }
    },
    ms: { recall, rank, slate: choice },
    layers: Object.fromEntries(spaces.map((name, s) => [name, core2.layers(s)])),
    waiting: sources.filter((_, s) => isSet(waiting, s)),
    skipped: Object.fromEntries(rules.map((name, r) => [name, slate.skipped[r]]).filter((entry) => entry[1]))
  };
}
function found(core2, slate, explain, words, unknown) {
  const names = ["text", core2.spaces[core2.searchSpace], slate.history > 0 ? "history" : void 0, "popularity"];
  return {
    items: slate.picks.map((pick) => itemOf(core2, pick, names, explain)),
    trace: {
      words,
      unmatched: words.filter((_, w) => w < 32 && isSet(slate.unmatched, w)),
      recalled: byName(names.slice(0, 2), (s) => slate.recalled[s]),
      candidates: slate.candidates,
      history: slate.history,
      unknown,
      truncated: slate.truncated > 0,
      ms: slate.ms[0]
    }
  };
}
var byName = (names, of2) => Object.fromEntries(names.map((name, s) => [name, of2(s)]).filter(([name]) => name !== void 0));
function itemOf(core2, pick, names, explain) {
  const brought = names.map((name, s) => ({ name, rank: pick.ranks[s] })).filter((source) => source.rank > 0);
  brought.sort((a, b) => a.rank - b.rank);
  const item = {
    id: core2.id(pick.item),
    score: pick.score,
    attributes: attributesOf(core2, pick.item),
    sources: brought.map((source) => source.name),
    because: pick.because.map((n) => core2.id(n))
  };
  if (explain) item.explain = byName(names, (s) => ({ score: pick.scores[s], rank: pick.ranks[s] }));
  return item;
}
function attributesOf(core2, item) {
  const known2 = core2.attributes.map((name, a) => [name, valueOf2(core2, a, item)]);
  return Object.fromEntries(known2.filter((entry) => entry[1] !== void 0));
}
function valueOf2(core2, attribute, item) {
  if (core2.isOf(attribute, "numbers") && !core2.isDate(attribute)) {
    const value = core2.attributeNumber(attribute, item);
    return Number.isNaN(value) ? void 0 : value;
  }
  const texts = core2.attributeTexts(attribute, item);
  if (core2.attributeType(attribute) === "many") return texts.length > 0 ? texts : void 0;
  return texts[0] || void 0;
}

// web/recommender/history.ts
var EVENT_KEYS = ["id", "event", "rating", "at"];
var EVENT = "an id or { id, event, rating, at }";
var LATEST = 1e11;
function seconds(field, time) {
  return typed(field, time, "number", "a number of seconds") > LATEST ? refuse(field, time, "seconds since 1970, not milliseconds") : time;
}
function historyEvent(field, entry) {
  const event = typeof entry === "string" ? { id: entry } : entry;
  if (typeof event?.id !== "string") refuse(field, entry, EVENT);
  const unknownKey = Object.keys(event).find((key) => !EVENT_KEYS.includes(key));
  if (unknownKey !== void 0)
    throw new MartelloError(`${field}: found key ${shown(unknownKey)}, expected ${EVENT_KEYS.join(", ")}`);
  if (event.at !== void 0) seconds(`${field}.at`, event.at);
  if (event.rating !== void 0) typed(`${field}.rating`, event.rating, "number", "a number");
  if (event.event !== void 0) typed(`${field}.event`, event.event, "string", "a name");
  return event;
}

// web/recommender/ask.ts
function ask(core2, request) {
  core2.begin();
  core2.setClock(Date.now() / 1e3);
  narrow(core2, request);
  if (request.repeat !== void 0) core2.setRepeats(typed("repeat", request.repeat, "boolean", "true or false"));
  const unknown = addHistory(core2, historyOf(request));
  changeRules(core2, request);
  eachCount(core2, "impressions", request.impressions, (item, shown2) => core2.addImpressions(item, shown2, 0));
  eachCount(core2, "clicks", request.clicks, (item, clicked) => core2.addImpressions(item, 0, clicked));
  if (request.now !== void 0) core2.setNow(seconds("now", request.now));
  if (request.rankCandidates !== void 0)
    core2.setRanked(whole("rankCandidates", request.rankCandidates, 0, MAX_RANKED));
  for (const [name, weight] of Object.entries(weightsOf(request))) setWeight(core2, name, weight);
  if (request.context !== void 0) setContext(core2, request.context);
  return unknown;
}
function askFor(core2, request) {
  core2.begin();
  core2.setClock(Date.now() / 1e3);
  const unknown = addHistory(core2, historyOf(request), (item) => core2.allow(item));
  narrow(core2, request);
  return unknown;
}
function narrow(core2, request) {
  if (request.allow !== void 0) {
    core2.allowOnly();
    eachKnown(core2, idList("allow", request.allow), (item) => core2.allow(item));
  }
  if (request.filter !== void 0) applyFilter(core2, request.filter);
  eachKnown(core2, idList("exclude", request.exclude ?? []), (item) => core2.exclude(item));
}
var countOf = (core2, k) => k === void 0 ? core2.k : whole("k", k, 1, MAX_K);
function explains(request) {
  return typed("explain", request.explain ?? false, "boolean", "true or false");
}
function weightsOf(request) {
  const weights = request.weights ?? {};
  if (typeof weights === "object" && !Array.isArray(weights)) return weights;
  return refuse("weights", weights, 'an object such as {"popular": 0}');
}
function likeness(core2) {
  const { sources } = core2;
  const roles = sources.map((_, s) => core2.sourceRole(s));
  const others = sources.filter((_, s) => roles[s] !== "alike" && roles[s] !== "everybody");
  return roles.includes("alike") ? Object.fromEntries(others.map((name) => [name, 0])) : {};
}
function only({ sources }, source) {
  if (!sources.includes(source))
    throw new MartelloError(`source: found ${shown(source)}, expected ${sources.join(", ")}`);
  return Object.fromEntries(sources.map((name) => [name, Number(name === source)]));
}
function addHistory(core2, history, added = () => {
}) {
  let unknown = 0;
  if (!Array.isArray(history)) refuse("history", history, `a list, each entry ${EVENT}`);
  history.forEach((entry, i) => {
    const event = historyEvent(`history[${i}]`, entry);
    const item = core2.find(event.id);
    if (item === NOT_FOUND) {
      unknown++;
      return;
    }
    const name = event.event?.toLowerCase();
    core2.addEvent(item, core2.weigh(event.rating ?? NaN, name ?? ""), event.at ?? NaN);
    if (name !== void 0) core2.nameEvent(name);
    added(item);
  });
  return unknown;
}
function historyOf({
  profile,
  history = []
}) {
  if (profile === void 0 || !Array.isArray(history)) return history;
  if (!Array.isArray(profile?.history)) refuse("profile", profile, "a Profile, or an object with a history");
  return profile.history.concat(history);
}
function changeRules(core2, { policy, diversity, seed }) {
  if (policy === void 0 && diversity === void 0 && seed === void 0) return;
  if (diversity !== void 0 && typeof diversity !== "number") refuse("diversity", diversity, "a number from 0 to 1");
  const rules = { ...policy, ...diversity !== void 0 && { diversity }, ...seed !== void 0 && { seed } };
  core2.changeRules(compileRules(core2, rules, "policy"));
}
function setWeight(core2, name, weight) {
  const source = core2.sources.indexOf(name);
  if (source < 0) throw new MartelloError(`weights: found source ${shown(name)}, expected ${core2.sources.join(", ")}`);
  const fits = typeof weight === "number" && weight >= 0 && weight <= 1e6;
  core2.setWeight(source, fits ? weight : refuse(`weights.${name}`, weight, "a number from 0 to 1000000"));
}
function setContext(core2, context) {
  for (const [name, value] of entriesOf("context", context, 'an object such as {"hour": 20}')) {
    const field = core2.fields.findIndex((one) => one.name === name);
    if (field < 0 && core2.partial) continue;
    if (field < 0)
      refuse(
        "context",
        name,
        `a field of the bundle: ${core2.fields.map((one) => one.name).join(", ") || "it has none"}`
      );
    if (core2.fields[field].category) {
      if (typeof value !== "string" && typeof value !== "number") refuse(`context.${name}`, value, "a value");
      core2.setContext(field, String(value));
    } else core2.setContext(field, typed(`context.${name}`, value, "number", "a number"));
  }
}
function idList(field, ids) {
  return Array.isArray(ids) && ids.every((id) => typeof id === "string") ? ids : refuse(field, ids, "a list of ids");
}
function eachKnown(core2, ids, take) {
  for (const id of ids) {
    const item = core2.find(id);
    if (item !== NOT_FOUND) take(item);
  }
}
function eachCount(core2, field, counts = {}, take) {
  if (Object(counts) !== counts) refuse(field, counts, 'an object such as {"318": 2}');
  for (const [id, count] of Object.entries(counts)) {
    if (!(typeof count === "number" && count >= 0)) refuse(`${field}.${id}`, count, "a number from 0");
    eachKnown(core2, [id], (item) => take(item, count));
  }
}

// web/recommender/request.ts
var REQUEST_KEYS = [
  "history",
  "k",
  "filter",
  "exclude",
  "repeat",
  "allow",
  "explain",
  "now",
  "context",
  "rankCandidates",
  "weights",
  "profile",
  "policy",
  "diversity",
  "impressions",
  "clicks",
  "seed"
];
var FEATURE_KEYS = [...REQUEST_KEYS.filter((key) => !["k", "explain", "rankCandidates"].includes(key)), "want"];
var SEARCH_KEYS = ["history", "k", "filter", "exclude", "allow", "explain", "profile"];
var SIMILAR_KEYS = [...REQUEST_KEYS.filter((key) => !["history", "profile", "repeat"].includes(key)), "source"];
var NEAREST_KEYS = ["k", "space", "layers"];

// web/recommender/words.ts
var TYPED = "a\u0259 ae\xE6 b\u0253\u0180 c\u0188 d\u0111\xF0\u0256\u0257 e\u025B\u01DD f\u0192 g\u0260\u01E5 h\u0127 i\u0131\u0269\u0268 k\u0199 l\u0142\u019A n\u014B\u0272 o\xF8\u0254\u0275 oe\u0153 p\u01A5 q\u0138 ss\xDF t\u0167\u01AD th\xFE u\u0289 v\u028B y\u01B4 z\u01B6\u021D \u03C3\u03C2 \u0627\u0671 \u064A\u0649\u06CC \u0643\u06A9 \u0647\u0629\u06C1\u06BE\u06D5";
var TYPED_OTHERWISE = new RegExp(`[${TYPED.replace(/([a-z]+|\S)(\S+) ?/g, "$2")}]`, "g");
var typedFor = (letter2) => TYPED.match(`([a-z]+|\\S)\\S*${letter2}`)[1];
var NOT_TYPED = /(?=\p{M})[\u0300-\u074a\u093c\u1ab0-\u1aff\u1dc0-\u20ff\ufe20-\ufe2f]|\u0640|\p{Cf}|\p{VS}/gu;
var digit = (one) => String(one.codePointAt(0) - (one > "\u08FF" && one < "\u0E00" ? 6 : 0) & 15);
var plain = (text) => text.replace(/[™℠]/g, " ").normalize("NFKD").toLowerCase().replace(NOT_TYPED, "").replace(TYPED_OTHERWISE, typedFor).replace(/[’‘ʼʻ‛`′]/g, "'").replace(/[^\d\P{Nd}]/gu, digit).normalize("NFC").replace(/[ァ-ヶ]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) - 96));
var scripts = (names) => names.split(" ").map((name) => name.replace(/..../g, "\\p{scx=$&}"));
var UNSPACED = scripts("HaniHiraKanaBopo Hang Thai Laoo Khmr Mymr");
var SPACED = scripts("Latn Cyrl Grek Arab Hebr Deva Beng Taml");
var letter = (which) => `(?:(?${which})[\\p{L}\\p{Nl}]\\p{M}*)`;
var of = (script) => letter(`=[${script}]`);
var NUMBER = "(?:\\d{1,3}(?:,\\d{3})+(?!\\d)|\\d+(?:\\.\\d+)*)";
var END = "(?![\\p{L}\\p{N}])";
var WORD = new RegExp(
  [
    `\\p{L}(?:[.*]\\p{L})+${END}`,
    // U.S.A, M*A*S*H
    `(${UNSPACED.map((script) => of(script) + "+").join("|")})`,
    ...[...SPACED.map(of), letter(`![${[...UNSPACED, ...SPACED].join("")}]`)].map(
      (each) => `${NUMBER}?(?:${each}+${NUMBER}?)+(?:(?:'s|\\+\\+?|#)${END})?`
    ),
    NUMBER
  ].join("|"),
  "gu"
);
var lettersOf = (run) => run.match(/.\p{M}*/gu).map((one) => one.replace(/[가-힣]/, (syllable) => syllable.normalize("NFD")));
function wordsOf(word, run) {
  if (run === void 0) return [word.replace(/,|'s$|[.*](?=\p{L})/gu, "")];
  const letters = lettersOf(run);
  return letters.map((one, i) => one + (letters[i + 1] ?? "*")).slice(0, letters.length - 1 || 1);
}
function lookUp(text) {
  const all = Array.from(plain(text).matchAll(WORD), ([word, run]) => wordsOf(word, run)).flat();
  const open = /[\p{L}\p{N}\p{M}]$/u.test(text) && all.at(-1);
  const query = [...new Set(all)].map((word) => word === open && !word.endsWith("*") ? `${word}*` : word);
  return { words: query.map((word) => word.replace("*", "").normalize()), query: query.join(" ") };
}

// web/recommender/recommender.ts
var Recommender = class {
  /** Use `Recommender.open`. @internal */
  constructor(arrival, loading) {
    this.arrival = arrival;
    this.loading = loading;
    this.sources = this.core.sources;
    this.spaces = this.core.spaces;
  }
  /**
   * Resolves when recommendations work, which they do as soon as `open` has resolved. Sources that have not arrived say
   * nothing yet (`trace.waiting`), nor does the ranker; attributes that have not are left out of items; a filter or rule on
   * one, a search without its index, are refused in a sentence.
   */
  get ready() {
    return Promise.resolve();
  }
  /**
   * Resolves when all that `layers` asked for has arrived. Rejects with a MartelloError where the rest could not be had or
   * is damaged; the recommender goes on with what it has, and `load` tries again.
   */
  get complete() {
    return this.loading?.complete ?? this.ready;
  }
  /**
   * Fetches what `layers` asks for and has not arrived: residual layers that `open` left out, or the rest after a download
   * that broke off. It asks for that range alone where the server can tell that the file is still the same (a strong ETag or
   * Last-Modified), else it reads the file again. The same promise as `complete`. Throws where the bundle came as a stream.
   */
  async load(layers = "all") {
    void this.core;
    await this.loading?.load(layers);
  }
  /** How many items the bundle holds. Item numbers run from 0. */
  get items() {
    return this.core.items;
  }
  /** The bundle's length in bytes. */
  get bytes() {
    return this.arrival.bytes;
  }
  /** How many bytes of it answers can be made from: whole sections, from its front. */
  get loaded() {
    return this.arrival.loaded;
  }
  /** Whether items of a history come back where a request does not say: the config key `repeat` of its build. */
  get repeats() {
    return this.core.repeats;
  }
  /** The metric of a space. Throws where there is none of this name, or where it has not arrived. */
  metricOf(space) {
    const { core: core2 } = this;
    return core2.metric(arrivedSpace(core2, "metricOf", space));
  }
  /** How many residual layers of a space are here. Throws where there is none of this name. */
  layersOf(space) {
    const { core: core2 } = this;
    return core2.layers(spaceNamed(core2, "layersOf", space));
  }
  /**
   * The k best items for a request, best first, and how they were found. min(k, items that filters and hard rules leave)
   * come back; an empty history is a new person. Throws MartelloError where the request says what it cannot, with the field,
   * what was found there and what was expected.
   */
  recommend(request = {}) {
    knownKeys("recommend", request, REQUEST_KEYS, "an object such as { history, k }");
    return this.answer(request, (slate) => slate);
  }
  answer(request, of2) {
    const { core: core2 } = this;
    const unknown = ask(core2, request);
    const explain = explains(request);
    return recommended(core2, of2(core2.recommend(countOf(core2, request.k), explain)), explain, unknown);
  }
  /**
   * What a ranker is told of the candidates for a request, best merged first: names of the features, ids, and a row of
   * float32 numbers for each id, NaN where something is not known. `want`: an id that is to be among them whatever the
   * sources bring. It is what `martello features` writes. Throws where the bundle was built without features.
   */
  features(request = {}) {
    const { core: core2 } = this;
    knownKeys("features", request, FEATURE_KEYS, "an object such as { history }");
    ask(core2, request);
    if (request.want !== void 0) core2.forceCandidate(core2.find(typed("want", request.want, "string", "an id")));
    const ids = [];
    const rows = [];
    core2.eachFeatureRow((item, row) => {
      ids.push(core2.id(item));
      return rows.push(row.slice()) > 0;
    });
    return { names: core2.featureNames(), ids, rows };
  }
  /**
   * What is like one item: the answer to a history of that item alone, without sources such as `next`, which say what people
   * turn to afterwards, or take with it. `weights` that name one bring it back, and so does a bundle in which no source says
   * what is alike; `source` asks one alone. An unknown id is an error, and so is a source that the bundle has not.
   */
  similar(id, options = {}) {
    const { core: core2 } = this;
    knownKeys("similar", options, SIMILAR_KEYS, "an object such as { k }");
    if (typeof id !== "string" || core2.find(id) === NOT_FOUND) refuse("similar", id, "the id of an item in the bundle");
    const { source, ...request } = options;
    if (source !== void 0 && options.weights !== void 0)
      refuse("weights", options.weights, "none beside source, which asks one source alone");
    const weights = source === void 0 ? { ...likeness(core2), ...weightsOf(request) } : only(core2, source);
    const asked = { rankCandidates: 0, ...request, weights, history: [id], repeat: false };
    return this.answer(asked, source === void 0 ? (slate) => slate : withoutFill);
  }
  /**
   * The items that a text finds: in what the catalogue says of them, and, where the bundle has vectors, near the best of
   * those. The last word may be unfinished, unless something stands behind it; a slip of a letter is forgiven. What is
   * called so comes first, then what begins so, what has the words in its title, what begins so with one unfinished, and
   * what has all words; among equals what more people met, and with a history what this person likes. What the person has met is found too. A text of no known word finds nothing:
   * `trace.unmatched` names the words. Needs a bundle built with texts or categories.
   */
  search(text, options = {}) {
    const { core: core2 } = this;
    knownKeys("search", options, SEARCH_KEYS, "an object such as { k }");
    const { words, query } = lookUp(typed("search", text, "string", "a text"));
    const unknown = askFor(core2, options);
    const explain = explains(options);
    return found(core2, core2.search(query, countOf(core2, options.k)), explain, words, unknown);
  }
  /**
   * The k items whose vectors score highest with `vector`, best first, by item number; `id(n)` names them.
   * `vector` has as many numbers as the space has dimensions. `layers`: how many residual layers to use; default all.
   * Higher scores are nearer: with query q and item x they are ⟨q, x⟩, or the cosine where that is the metric. Where it is
   * l2 they are 2⟨q, x⟩ − |x|²; |q|² minus that is the squared distance.
   */
  nearest(vector, options = {}) {
    const { core: core2 } = this;
    knownKeys("nearest", options, NEAREST_KEYS, "an object such as { k }");
    const space = arrivedSpace(core2, "nearest", options.space);
    const dim = core2.dim(space);
    if (typeof vector?.length !== "number") refuse("nearest", vector, `a vector of ${dim} numbers`);
    if (vector.length !== dim)
      throw new MartelloError(`nearest: found a vector of ${vector.length} numbers, expected ${dim}`);
    const wrong = Array.prototype.findIndex.call(vector, (x) => typeof x !== "number");
    if (wrong >= 0) refuse(`nearest: vector[${wrong}]`, vector[wrong], "a number");
    const most = core2.layers(space);
    const layers = options.layers ?? most;
    if (!Number.isInteger(layers) || layers < 0 || layers > most)
      refuse("layers", layers, `a whole number from 0 to ${most}`);
    core2.begin();
    return core2.nearest(space, vector, layers, countOf(core2, options.k));
  }
  /** The id of item n, or undefined past the end. */
  id(n) {
    const { core: core2 } = this;
    return itemNumber("id", n) >= 0 && n < core2.items ? core2.id(n) : void 0;
  }
  /** The number of the item with this id, or undefined. */
  number(id) {
    const item = this.core.find(typed("number", id, "string", "the id of an item"));
    return item === NOT_FOUND ? void 0 : item;
  }
  /** The attributes of item n that are known. */
  attributes(n) {
    return attributesOf(this.core, itemNumber("attributes", n));
  }
  /** The decoded vector of item n in a space (default: the first), or null where it has none. */
  vector(n, space) {
    const { core: core2 } = this;
    return core2.vector(arrivedSpace(core2, "vector", space), itemNumber("vector", n));
  }
  /** Drops the bundle and its memory; every later call throws. */
  close() {
    this.arrival.close();
    this.loading?.close();
  }
  get core() {
    return this.arrival.core;
  }
};
function itemNumber(call, n) {
  return Number.isInteger(n) ? n : refuse(call, n, "the number of an item, from 0");
}
function spaceNamed(core2, where, name) {
  const space = name === void 0 ? 0 : core2.spaces.indexOf(name);
  if (space >= 0 && space < core2.spaces.length) return space;
  const expected = core2.spaces.join(", ") || "none: the bundle has no vectors";
  throw new MartelloError(`${where}: found space ${shown(name ?? "0")}, expected ${expected}`);
}
function arrivedSpace(core2, where, name) {
  const space = spaceNamed(core2, where, name);
  if (core2.dim(space) === 0) core2.await(`${where}: space ${shown(core2.spaces[space])} is not here`);
  return space;
}

// web/entry/open.ts
var host;
var core;
var compiled;
function provide(runtime) {
  host = runtime;
  core = runtime.core;
}
async function init(source) {
  if (source !== void 0) {
    core = coreOf(source);
    compiled = void 0;
  }
  await compile();
}
var Recommender2 = class _Recommender extends Recommender {
  /**
   * Opens a bundle: a URL, Request, Response, stream, Blob, or bytes; in Node, Deno and Bun a path, too.
   *
   * Resolves as soon as there is enough to recommend from; `complete` says when all is there, which for bytes and paths is
   * at once. Throws MartelloError with one sentence where the bundle cannot be had or is not one.
   */
  static async open(source, options = {}) {
    checkOptions(options);
    const given = host.source ? await host.source(source) : source;
    const core2 = new Core(await instance());
    const arrival = new Arrival(core2, options);
    const loading = new Loading(arrival, given, options.onProgress);
    await loading.open();
    if (given !== source) await loading.complete;
    return new _Recommender(arrival, loading);
  }
};
async function fetchCore(url) {
  const response = await fetch(url).catch((error) => {
    throw new MartelloError(`init: ${url} cannot be fetched (${error.message})`);
  });
  if (!response.ok) throw new MartelloError(`init: ${url} answered ${response.status}, expected martello's core.wasm`);
  return response.headers.get("content-type") === "application/wasm" ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
}
function coreOf(source) {
  const { module, url, bytes } = Object(source);
  if (kindOf(module) === "WebAssembly.Module") return async () => module;
  if (host.compiles === false)
    throw new MartelloError(
      `init: found ${shown(Object.keys(Object(source)))}, expected { module }: this runtime compiles only what was deployed`
    );
  if (/^(String|URL)$/.test(kindOf(url))) return () => fetchCore(url);
  const given = bytesOf(bytes);
  if (given !== null) return () => WebAssembly.compile(given);
  throw new MartelloError(
    `init: found ${shown(source)}, expected { module }, { url } or { bytes } of martello's core.wasm`
  );
}
function compile() {
  compiled ??= core().then(known).catch((error) => {
    compiled = void 0;
    throw cannotStart(error);
  });
  return compiled;
}
function known(module) {
  const [name] = WebAssembly.Module.customSections(module, "martello");
  const found2 = name === void 0 ? "another module" : `core.wasm ${new TextDecoder().decode(name)}`;
  if (found2 !== `core.wasm ${"7779b20d1a25"}`)
    throw new MartelloError(`init: found ${found2}, expected core.wasm ${"7779b20d1a25"} of the same package`);
  return module;
}
async function instance() {
  const module = await compile();
  return WebAssembly.instantiate(module).catch((error) => {
    throw cannotStart(error);
  });
}
function cannotStart(error) {
  if (error instanceof MartelloError) return error;
  return new MartelloError(
    `open: WebAssembly cannot start here (${error.message}); a Content-Security-Policy needs script-src 'wasm-unsafe-eval', and wasm needs SIMD`
  );
}

// web/entry/node.ts
provide({
  core: async () => WebAssembly.compile((await import("./core-inline.js")).default),
  async source(source) {
    if (source instanceof Readable) source.once("error", () => {
    });
    const path = pathOf(source);
    return path === null ? source : fileStream(path);
  }
});
function pathOf(source) {
  if (kindOf(source) === "URL") return source.protocol === "file:" ? source : null;
  if (typeof source === "string" && source.startsWith("file:")) return new URL(source);
  return typeof source === "string" && !/^https?:/.test(source) ? source : null;
}
async function fileStream(path) {
  try {
    if ((await stat(path)).isDirectory()) throw new MartelloError(`open: ${path} is a folder, expected a bundle`);
    const file = createReadStream(path, { highWaterMark: 1 << 20 });
    await once(file, "open");
    return Readable.toWeb(file);
  } catch (cause) {
    if (cause instanceof MartelloError) throw cause;
    throw new MartelloError(`open: ${notRead(path, cause)}`, void 0, { cause });
  }
}
function notRead(path, { name, code, message }) {
  if (code === "ENOENT" || code === "ENOTDIR") return `found no file ${path}`;
  const denied = /^(EACCES|EPERM|ERR_ACCESS_DENIED|NotCapable|PermissionDenied)$/;
  return denied.test(code ?? "") || denied.test(name) ? `${path} may not be read here, expected the permission for it (${message})` : `${path} cannot be read (${message})`;
}
export {
  MartelloError,
  Recommender2 as Recommender,
  init
};
