/** Told of what a build does. */
export interface Progress {
    /** One line about what was found or chosen. */
    say(line: string): void;
    /** A stage begins, or goes on: done of total. */
    stage(name: string, done: number, total: number): void;
}
