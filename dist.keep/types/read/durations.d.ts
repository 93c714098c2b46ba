/** Durations as people and programs write them: `1h 30m`, `2 hrs 5 min`, and ISO 8601's `PT1H30M`; in minutes, or in seconds. */
/** Whether durations are of seconds: one of them names some. */
export declare const haveSeconds: (texts: readonly string[]) => boolean;
/** The seconds of a duration; undefined: it is none. */
export declare function durationSeconds(text: string): number | undefined;
