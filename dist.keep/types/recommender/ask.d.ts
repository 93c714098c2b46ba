/**
 * How a request reaches the core. What is wrong with one is said in a sentence that names the field, what was found there
 * and what was expected.
 */
import type { Core } from './core.js';
import { type HistoryEvent } from './history.js';
import type { Request, SearchRequest } from './request.js';
/** Tells the core of a request, and returns how many ids of its history are unknown. */
export declare function ask(core: Core, request: Omit<Request, 'k' | 'explain'>): number;
/** The same of a search: what the person has met may be found. */
export declare function askFor(core: Core, request: SearchRequest): number;
/** How many items are asked for. */
export declare const countOf: (core: Core, k: number | undefined) => number;
export declare function explains(request: SearchRequest): boolean;
export declare function weightsOf(request: Request): Readonly<Record<string, number>>;
/** Weights that leave what is alike, where any source says that: what comes next, goes with an item or is
 * taken again is another thing. */
export declare function likeness(core: Core): Record<string, number>;
/** Weights that leave one source. */
export declare function only({ sources }: Core, source: string): Record<string, number>;
/** Adds the events, oldest first, and returns how many name no item. */
export declare function addHistory(core: Core, history: readonly (string | HistoryEvent)[], added?: (item: number) => void): number;
