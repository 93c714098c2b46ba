/** What may be a date of a text: '' for one that is too long, so that no pattern goes through it. */
export declare function dateText(text: string): string;
/** The moment that an ISO 8601 date says, with a time of day or without; undefined: it is none. */
export declare function isoSeconds(text: string): number | undefined;
/**
 * The moment of a year, month and day, of an hour, minute and second, and a zone such as `+02:00`; undefined: there is no
 * such moment. Date.parse would read a time without a zone in the machine's own, and let 30 February pass.
 */
export declare function moment(date: (string | number)[], time?: (string | undefined)[], zone?: string): number | undefined;
/** Seconds, rounded to a whole number of microseconds. */
export declare const micro: (seconds: number) => number;
/** A moment as text, to the millisecond; of a day its ten characters (default: of midnight). undefined: no calendar has it. */
export declare function isoText(seconds: number, day?: boolean): string | undefined;
