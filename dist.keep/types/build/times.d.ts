import type { TimesAccount } from './understood.js';
/** As a day where that says enough. */
export declare const dayOf: (seconds: number) => string;
/** Where files differ, each with its unit; the record has seconds, whatever they wrote. */
export declare function timesLine({ unit, units, files, from, to }: TimesAccount): string;
/** What may be a mistake about them, as the files write them. */
export declare function timeRemarks(times: TimesAccount | null): string[];
/** Which times rows without one were given (log.ts). */
export declare function missingRemarks(times: TimesAccount | null): string[];
