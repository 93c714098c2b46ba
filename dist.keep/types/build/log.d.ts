/** From a table of interactions to the log that is learned from: numbers for ids, the weight of each event, times. */
import { type Interactions } from '../read/index.js';
import type { Catalogue } from './catalogue.js';
import type { Config } from './config.js';
import type { Log } from './training.js';
/**
 * The log by item numbers, each row with its weight, without events that weigh nothing or less: they say what not to learn
 * from.
 */
export declare function logOf(interactions: Interactions, weight: Float32Array, catalogue: Catalogue, config: Config): Log;
/**
 * The events before a time, and the people and items that they name; an event without a time is not known to be one. Of each
 * file, what is left out is counted; what its columns hold, and how they write times, is still said of all of it.
 */
export declare function before(log: Interactions, until: number): Interactions;
