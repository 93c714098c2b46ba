// web/read/beside.ts
import { readFile } from "node:fs/promises";

// web/read/errors.ts
var InputError = class extends Error {
  constructor(place, found, expected, options) {
    super(`${oneLine(nameOf(place))}: found ${oneLine(found)}, expected ${oneLine(expected)}`, options);
    this.name = "InputError";
    this.place = place;
    this.found = found;
    this.expected = expected;
  }
};
var PART_MAX = 1500;
function oneLine(text) {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ");
  return line.length > PART_MAX ? `${line.slice(0, PART_MAX)}\u2026` : line;
}
function nameOf(place) {
  let name = place.file;
  if (place.part !== void 0) name += `, ${place.part}`;
  if (place.row !== void 0) name += `, ${rowName(place.row, place.line)}`;
  else if (place.line !== void 0) name += `, line ${place.line}`;
  if (place.field !== void 0) name += `, column ${quote(place.field)}`;
  return name;
}
function rowName(row, line) {
  return line === void 0 || line === row ? `row ${row}` : `row ${row} (line ${line})`;
}
var QUOTED_MAX = 60;
function quote(value) {
  if (value === void 0 || value === null || value === "") return "nothing";
  const text = typeof value === "string" ? JSON.stringify(value) : typeof value === "object" ? shortJson(value) : String(value);
  return text.length > QUOTED_MAX ? `${text.slice(0, QUOTED_MAX)}\u2026` : text;
}
function shortJson(value) {
  try {
    return JSON.stringify(value, (_, v) => typeof v === "bigint" ? String(v) : v);
  } catch {
    return Object.prototype.toString.call(value);
  }
}
function fileError(path, error, expected = "a file that can be read") {
  const code = error?.code;
  const place = { file: path };
  switch (code) {
    case "ENOENT":
      return new InputError(place, "no such file or folder", expected, { cause: error });
    case "EISDIR":
      return new InputError(place, "a directory", expected, { cause: error });
    case "ENOTDIR":
      return new InputError(place, "no such folder", expected, { cause: error });
    case "EACCES":
    case "EPERM":
    case "ERR_ACCESS_DENIED":
      return new InputError(place, "a file that may not be read", expected, { cause: error });
    default:
      return error;
  }
}

// web/read/beside.ts
async function readBeside(name, module) {
  try {
    return await readFile(new URL(name, module));
  } catch (error) {
    const { code } = error;
    throw code === "ENOENT" || code === "ERR_INVALID_URL" ? bundled(name, error) : fileError(name, error);
  }
}
var bundled = (name, cause) => new InputError(
  { file: name },
  "nothing of this name beside the program",
  "martello as npm installed it: leave martello/build out of your bundle, as esbuild does by --external:martello",
  { cause }
);

// web/learn/learn.ts
var LearnError = class extends Error {
  constructor() {
    super(...arguments);
    this.name = "LearnError";
  }
};
var compiled;
var PAGES = { initial: 17, maximum: 65536 };
var STACK = 131072;
var Learn = class _Learn {
  constructor(module, memory, stack) {
    this.module = module;
    this.memory = memory;
    const env = { memory, emscripten_notify_memory_growth: () => {
    } };
    this.exports = new WebAssembly.Instance(module, { env }).exports;
    if (stack === void 0) this.exports["_initialize"]();
    else this.exports["stackRestore"](stack);
    this.error = this.take(260);
  }
  static async start() {
    compiled ??= readBeside("learn.wasm", import.meta.url).then((bytes) => WebAssembly.compile(bytes));
    return new _Learn(await compiled, new WebAssembly.Memory({ ...PAGES, shared: true }));
  }
  /** For so many other threads, once. */
  joining(count) {
    const { module, memory } = this;
    return { module, memory, stacks: this.take(count * STACK), count, taken: new Int32Array(new SharedArrayBuffer(4)) };
  }
  /** In another thread: an instance over the same memory. */
  static join({ module, memory, stacks, count, taken }) {
    const place = Atomics.add(taken, 0, 1);
    if (place >= count) throw new Error(`found ${place + 1} threads, expected at most ${count}`);
    const stack = stacks + (place + 1) * STACK;
    return new _Learn(module, memory, stack);
  }
  /** Bytes of wasm memory in use. It never shrinks. */
  get bytes() {
    return this.memory.buffer.byteLength;
  }
  /** A call that cannot fail. */
  run(name, ...numbers) {
    return this.exports[name](...numbers) >>> 0;
  }
  /** A call that returns a status; throws its message. The error pointer is added as the last argument. */
  call(name, ...numbers) {
    if (this.exports[name](...numbers, this.error) !== 0) this.fail();
  }
  /** A call that returns a pointer, or 0 where it failed. */
  make(name, ...numbers) {
    const pointer = this.exports[name](...numbers, this.error) >>> 0;
    return pointer === 0 ? this.fail() : pointer;
  }
  /** Cleared memory, 64-byte aligned. */
  take(bytes) {
    const pointer = this.exports["mt_take"](bytes) >>> 0;
    if (pointer === 0) throw new LearnError(`learn: no memory for ${bytes} bytes`);
    return pointer;
  }
  drop(...pointers) {
    for (const pointer of pointers) this.exports["mt_drop"](pointer);
  }
  /** Copies an array into wasm memory. Drop it when it is no longer needed. */
  put(array) {
    const pointer = this.take(array.byteLength);
    new Uint8Array(this.memory.buffer, pointer, array.byteLength).set(
      new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
    );
    return pointer;
  }
  /** Copies UTF-8 with a NUL behind it. */
  putText(text) {
    return this.put(new TextEncoder().encode(`${text}\0`));
  }
  /** Views: of memory that is shared they stay good when it grows. Copy what is kept. */
  u8(pointer, length) {
    return new Uint8Array(this.memory.buffer, pointer, length);
  }
  u16(pointer, length) {
    return new Uint16Array(this.memory.buffer, pointer, length);
  }
  u32(pointer, length) {
    return new Uint32Array(this.memory.buffer, pointer, length);
  }
  f32(pointer, length) {
    return new Float32Array(this.memory.buffer, pointer, length);
  }
  f64(pointer, length) {
    return new Float64Array(this.memory.buffer, pointer, length);
  }
  /** Runs `use` with arrays in wasm memory, and drops them afterwards whatever happens. */
  with(arrays, use) {
    const pointers = arrays.map((array) => this.put(array));
    try {
      return use(...pointers);
    } finally {
      this.drop(...pointers);
    }
  }
  /** Views of lists in wasm memory, good as long as the lists are. */
  listsAt(pointer) {
    const [keys, , starts, items, weights] = this.u32(pointer, 5);
    const start = this.u32(starts, keys + 1);
    return { keys, start, items: this.u32(items, start[keys]), weights: this.f32(weights, start[keys]) };
  }
  startsOf(pointer) {
    return this.listsAt(pointer).start;
  }
  /** Copies lists out of wasm memory. */
  lists(pointer) {
    const { keys, start, items, weights } = this.listsAt(pointer);
    return { keys, start: start.slice(), items: items.slice(), weights: weights.slice() };
  }
  /** Lists that a call makes: copied out, and dropped. */
  makeLists(name, ...numbers) {
    const made = this.make(name, ...numbers);
    const lists = this.lists(made);
    this.run("mt_drop_lists", made);
    return lists;
  }
  /** Copies lists into wasm memory; give them back with mt_drop_lists. */
  putLists(lists, width) {
    const pointer = this.make("mt_make_lists", lists.keys, width, lists.items.length);
    const [, , start, items, weights] = this.u32(pointer, 5);
    this.u32(start, lists.keys + 1).set(lists.start);
    this.u32(items, lists.items.length).set(lists.items);
    this.f32(weights, lists.items.length).set(lists.weights);
    return pointer;
  }
  fail() {
    const bytes = this.u8(this.error + 4, 256);
    throw new LearnError(new TextDecoder().decode(bytes.slice(0, bytes.indexOf(0))));
  }
};

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
var MESSAGE_BYTES = 256;
var STRING_BYTES = 4096;
var NOT_FOUND = 4294967295;
var PADDED_MAX = 4160;
var MAX_RULES = 64;
var BECAUSE = 3;
var REASONS = 5;

// web/recommender/errors.ts
var MartelloError = class extends Error {
  /** `parts`: those of a sentence about what somebody wrote, for whoever says it in other words. */
  constructor(message, parts, options) {
    super(message, options);
    this.parts = parts;
    this.name = "MartelloError";
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
  withText(text, absent, call2) {
    const { read, written } = this.encoder.encodeInto(text, this.u8(this.text, STRING_BYTES));
    return read < text.length ? absent : call2(this.text, written);
  }
  /** The text that a call writes, which returns its length. */
  textOf(call2) {
    const length = call2(this.text);
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

// web/recommender/core.ts
var SCRATCH = 3.5 * 1024 * 1024;
var NOT_READY = 5;
var ARRIVING = "; the bundle is still arriving: await rec.complete";
var nameIn = (list, number) => Object.keys(list).find((name) => list[name] === number);
var Core = class {
  /** `instance`: of core.wasm. */
  constructor(instance) {
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
    this.wasm = instance.exports;
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
  lookUp(text, call2) {
    return this.memory.withText(text, NOT_FOUND, call2) >>> 0;
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
  addImpressions(item, shown, clicked) {
    this.wasm.mt_add_impressions(this.rec, item, shown, clicked);
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

// web/recommender/tuning.ts
var TuningCore = class extends Core {
  setDecay(source, decay) {
    this.check(this.wasm.mt_set_decay(this.rec, source, decay, this.memory.error));
  }
  /**
   * What each source says of the best k candidates, without what fills up: `take(item, scores, ranks)` once per pick, the
   * arrays being views that are good during the call only.
   */
  eachPick(k, take) {
    const { memory } = this;
    const sources = this.sources.length;
    this.check(this.wasm.mt_recommend(this.rec, k, 0, memory.out, memory.error));
    const words = memory.u32(memory.result(), SLATE.skipped);
    for (let i = 0; i < words[SLATE.count] - words[TOLD.filled]; i++) {
      const at = words[SLATE.picks] + 4 * i * PICK.words;
      const item = memory.u32(at, 1)[PICK.item];
      take(item, memory.f32(at + 4 * PICK.scores, sources), memory.u32(at + 4 * PICK.ranks, sources));
    }
  }
  /** The place of an item among the k best of a search, from 0; -1: it is not among them. */
  placeInSearch(query, k, item) {
    const { wasm, rec, memory } = this;
    const { out, error } = memory;
    this.check(
      memory.withText(query, NOT_FOUND, (at, length) => wasm.mt_search(rec, at, length, k, out, out + 4, error))
    );
    const words = memory.u32(memory.result(), SLATE.skipped);
    const picks = memory.u32(words[SLATE.picks], words[SLATE.count] * PICK.words);
    for (let place = 0; place < words[SLATE.count]; place++)
      if (picks[place * PICK.words + PICK.item] === item) return place;
    return -1;
  }
};

// web/build/core.ts
var compiled2;
async function coreOf(bundle) {
  compiled2 ??= readBeside("core.wasm", import.meta.url).then((bytes) => WebAssembly.compile(bytes));
  const core = new TuningCore(await WebAssembly.instantiate(await compiled2));
  core.reserve(bundle.length, Infinity).set(bundle);
  core.open(bundle.length, bundle.length);
  return core;
}

// web/build/sections/policy.ts
var NORM_RANK = 20;

// web/build/tune/answer.ts
var K = 20;
var opened;
async function open(name, bundle) {
  if (opened?.name !== name) opened = { name, core: await coreOf(bundle) };
  return opened.core;
}
async function answer(learn2, question) {
  const { people, first, last, weights, decays } = question;
  const core = await open(question.name, question.bundle);
  const sources = core.sources.length;
  const k = Math.min(question.k, core.items);
  const fusion = learn2.make("mt_make_fusion", sources, K);
  const [itemsAt, scoresAt, ranksAt] = [learn2.take(4 * k), learn2.take(4 * k * sources), learn2.take(2 * k * sources)];
  const [items, scores] = [learn2.u32(itemsAt, k), learn2.f32(scoresAt, k * sources)];
  const ranks = learn2.u16(ranksAt, k * sources);
  for (let person = first; person < last; person++) {
    const held = heldOf(question, person);
    if (held.length === 0) continue;
    core.begin();
    tell(core, people, person);
    weights?.forEach((weight, s) => {
      if (!Number.isNaN(weight)) core.setWeight(s, weight);
    });
    decays?.forEach((decay, s) => {
      if (!Number.isNaN(decay)) core.setDecay(s, decay);
    });
    let count = 0;
    core.eachPick(k, (picked, score, rank) => {
      items[count] = picked;
      scores.set(score, count * sources);
      ranks.set(rank, count * sources);
      count++;
    });
    const length = learn2.run("mt_length_class", people.start[person + 1] - people.start[person]);
    learn2.run("mt_fusion_scale", fusion, scoresAt, ranksAt, count, NORM_RANK);
    learn2.with(
      [held],
      (heldAt) => learn2.call("mt_fusion_add", fusion, length, itemsAt, scoresAt, count, heldAt, held.length, 0)
    );
  }
  learn2.drop(itemsAt, scoresAt, ranksAt);
  return fusion;
}
function heldOf({ held, heldStart }, person) {
  return Uint32Array.from(new Set(held.subarray(heldStart[person], heldStart[person + 1]))).sort();
}
function tell(core, { start, item, weight, time, now }, person) {
  for (let e = start[person]; e < start[person + 1]; e++) core.addEvent(item[e], weight?.[e] ?? 1, time?.[e] ?? NaN);
  if (now !== null) core.setNow(now[person]);
}

// web/build/worker.ts
var learn;
var replying = (work) => async (task) => {
  try {
    return { value: await work(task) };
  } catch (error) {
    if (error instanceof LearnError) return { failure: error.message };
    throw error;
  }
};
var call = replying(({ core, name, numbers }) => {
  learn ??= Learn.join(core);
  learn.call(name, ...numbers);
});
var make = replying(({ core, name, numbers }) => {
  learn ??= Learn.join(core);
  return learn.make(name, ...numbers);
});
var ask = replying(({ core, ...question }) => {
  learn ??= Learn.join(core);
  return answer(learn, question);
});
export {
  ask,
  call,
  make
};
