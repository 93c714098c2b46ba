/**
 * The wasm core, seen from JavaScript: what src/martello.h says, under readable names. One instance holds one bundle.
 *
 * A request is `begin`, events oldest first, what narrows and weighs, then one of the answers. Items, attributes, sources
 * and spaces are numbers from 0. Nobody but this file, what the builder adds (`tuning.ts`) and its memory (`memory.ts`, `slate.ts`) knows pointers or the
 * names of exports.
 */
import { ATTRIBUTE, METRIC, ROLE, RULE } from '../generated/numbers.js';
import type { CoreExports } from './exports.js';
import { Memory } from './memory.js';
import { type Slate } from './slate.js';
/** A field of the context that a bundle declares. */
export interface Field {
    name: string;
    category: boolean;
}
/** Numbers from `low` to `high`, without a bound that is open. */
export interface Range {
    low: number;
    openLow: boolean;
    high: number;
    openHigh: boolean;
}
export declare class Core {
    protected readonly wasm: CoreExports;
    protected readonly memory: Memory;
    /** The recommender's pointer; 0 until `open`. */
    protected rec: number;
    /** Something that answers need is not open. */
    partial: boolean;
    /** How many items there are. */
    items: number;
    /** Names by number, as far as what is open has them. */
    sources: readonly string[];
    spaces: readonly string[];
    attributes: readonly string[];
    fields: readonly Field[];
    private types;
    /** How many rules the bundle has. */
    bundleRules: number;
    /** `instance`: of core.wasm. */
    constructor(instance: {
        readonly exports: object;
    });
    /** Memory for a bundle of `length` bytes; the view is good until the next call that may grow memory. */
    reserve(length: number, maxBytes: number): Uint8Array;
    /** The length of the whole bundle, from its first 64 bytes. */
    lengthOf(head: Uint8Array): number;
    /** Of a bundle of `length` bytes: where its last section that has arrived ends, and where all ends that answers need. */
    measure(length: number, arrived: number): {
        arrived: number;
        needed: number;
    };
    /** Compares the sections that have arrived and end after `from` with their checksums. */
    verify(length: number, from: number, arrived: number): void;
    /**
     * Opens what has `arrived` of the `length` bytes in `reserve`d memory, and returns how far whole sections reach; 0 while
     * that is too little. Where it fails, what was open before still is.
     */
    open(length: number, arrived: number): number;
    /** Reads what is asked for by name. */
    private describe;
    private names;
    /** Throws where `what` may be among what has not arrived. */
    await(what: string): void;
    /** How many items to recommend where a request does not say. */
    get k(): number;
    /** The item with this id, or NOT_FOUND. */
    find(id: string): number;
    id(item: number): string;
    findAttribute(name: string): number;
    /** The number of a category's value, or NOT_FOUND where no item has it. */
    findValue(attribute: number, value: string): number;
    private lookUp;
    /** `many`: a category of which an item may have several values. */
    attributeType(attribute: number): keyof typeof ATTRIBUTE;
    /** Of numbers, dates among them, or of categories. */
    isOf(attribute: number, what: 'numbers' | 'categories'): boolean;
    /** Its numbers are Unix seconds. */
    isDate(attribute: number): boolean;
    /** NaN: not known. */
    attributeNumber(attribute: number, item: number): number;
    /** The item's values or texts. */
    attributeTexts(attribute: number, item: number): string[];
    /** How many numbers a vector has; 0: the space has not arrived. */
    dim(space: number): number;
    /** How many residual layers of the space are here. */
    layers(space: number): number;
    metric(space: number): keyof typeof METRIC;
    /** The decoded vector of an item, or null where it has none. */
    vector(space: number, item: number): Float32Array | null;
    /** The space in which search finds what is near, or NOT_FOUND. */
    get searchSpace(): number;
    /** What a source says of an item: the same to everybody, what is alike, what comes next, or together with it. */
    sourceRole(source: number): keyof typeof ROLE;
    /** Bit s: source s has not arrived. */
    get waiting(): number;
    get featureCount(): number;
    /** Names of what a ranker is told, in the order of a row. */
    featureNames(): string[];
    /** What an event counts: what its rating says, NaN where there is none, else its name; 1 where the bundle knows neither. */
    weigh(rating: number, name: string): number;
    /** Unix seconds of an ISO 8601 date; NaN where it is none. */
    dateOf(text: string): number;
    /** Forgets the last request: an empty history, all items allowed, what the bundle says. */
    begin(): void;
    /** Whether what the history holds may be recommended again: of the bundle, and for this request, before its events. */
    get repeats(): boolean;
    setRepeats(repeats: boolean): void;
    /** Oldest first; `at` in seconds, NaN where it is not known. */
    addEvent(item: number, weight: number, at: number): void;
    /** Says how the event that was added last is called, for imported models that are told so. */
    nameEvent(name: string): void;
    exclude(item: number): void;
    /** Only items that are `allow`ed from here on may come back. */
    allowOnly(): void;
    allow(item: number): void;
    /** Leaves items that have one of the values, or none of them. */
    filterByValues(attribute: number, values: readonly string[], negated: boolean): void;
    /** Leaves items whose number lies between low and high, or does not. */
    filterByRange(attribute: number, { low, openLow, high, openHigh }: Range, negated: boolean): void;
    setWeight(source: number, weight: number): void;
    /** The time that ages are counted from, in seconds. */
    setNow(now: number): void;
    /** … and what this device's clock says, for where no event has a time. */
    setClock(now: number): void;
    /** How many candidates the ranker scores; 0: none. */
    setRanked(candidates: number): void;
    /** A number, or the value of a category. */
    setContext(field: number, value: number | string): void;
    addImpressions(item: number, shown: number, clicked: number): void;
    /** The item is to be a candidate even where no source brings it. */
    forceCandidate(item: number): void;
    /** Adds to the rules of this request, in the form of src/bundle/rules.h; once. */
    changeRules(records: Uint8Array): void;
    /** The kind of each rule that this request has, by the rule's number. */
    ruleKinds(): (keyof typeof RULE)[];
    recommend(k: number, explain: boolean): Slate;
    /** Searches for a query of `lookUp`; bit w of `unmatched`: word w matched nothing. */
    search(query: string, k: number): Slate & {
        unmatched: number;
    };
    /** The k nearest to `vector` by the space's metric, best first. */
    nearest(space: number, vector: ArrayLike<number>, layers: number, k: number): {
        items: Uint32Array;
        scores: Float32Array;
    };
    /**
     * Recalls, then `take(item, row)` once per candidate, best merged first, until it returns false; rows are views, good
     * during the call only.
     */
    eachFeatureRow(take: (item: number, row: Float32Array) => boolean): void;
    /** Throws what the core wrote about the call that failed. */
    protected check(status: number): void;
}
