import type { Interactions } from '../read/index.js';
import type { Config } from './config.js';
/** Of the names of a log so many are read, the commonest: one whose events are texts has thousands, and a bundle no room. */
export declare const MOST_READ = 1024;
/** An event of the log, or of the config. */
export interface EventAccount {
    name: string;
    /** Rows of the log; 0: only the config names it, for what devices send. */
    count: number;
    weight: number;
    /** What decided: the config, what the name plainly says, or neither, so that it counts 1. */
    by: 'config' | 'name' | 'default';
    /** Of a name that the log does not have: one of the log that is written almost so. */
    meant?: string;
    /** A word of a name that counts 1: alone it would say less. */
    doubt?: string;
    /** A name that says less than 1, and counts 1 for want of room in a bundle. */
    left?: true;
}
/** What the events of a log weigh. */
export interface Events {
    /** By name in lower case; every other name weighs 1. */
    weights: Map<string, number>;
    /** By falling count. Empty: the log has no events. */
    list: EventAccount[];
}
export declare function eventsOf(event: Interactions['event'], config: Config): Events;
/** What people should look at, one line each. */
export declare function eventRemarks(events: readonly EventAccount[]): string[];
/** Rows whose event's cell is empty, file by file: they have no name that could weigh less. */
export declare function emptyRemarks({ files, event, rating }: Interactions, weights: Events['weights']): string[];
