import { type HistoryEvent } from '../recommender/history.js';
/** Where and how long a profile is kept. */
export interface ProfileOptions {
    /** Profiles of different names know nothing of each other. Default 'martello'. */
    name?: string;
    /** Keeps this many events, the newest. Default 1,000: a request takes 1,024. */
    maxEvents?: number;
    /** Forgets events that are older. Default 365. */
    maxDays?: number;
    /** Called after every change, in whichever tab it was made. */
    onChange?: (profile: Profile) => void;
}
/** An event with its number, by which `undo` finds it. `at` was filled in where it was not given. */
export interface ProfileEvent extends HistoryEvent {
    readonly n: number;
    readonly at: number;
}
/** What the person did, kept on the device. As `profile` of a request it is a history, oldest first. */
export declare class Profile {
    private database;
    private readonly name;
    private readonly maxEvents;
    private readonly maxDays;
    private events;
    private past;
    private readonly channel;
    private onChange?;
    /** In a sentence, what of the stored events was lost, or why events last only until the page closes; null if all is well. */
    problem: string | null;
    private constructor();
    /** Opens the profile of this origin. Where it cannot be stored it is in memory, and `problem` says so. */
    static open(options?: ProfileOptions): Promise<Profile>;
    /** The events as a request wants them, oldest first. `rec.recommend({ profile })` takes this. */
    get history(): readonly HistoryEvent[];
    /** The events with their numbers and times, oldest first: what to show under "your data". */
    list(): readonly ProfileEvent[];
    /** Adds an event, or several, oldest first; an id alone is an event without a name. Its time is now if it has none. */
    add(...events: (string | HistoryEvent)[]): Promise<void>;
    /** Takes back the event with this number, or else what was added last, and returns it; undefined where there is none. */
    undo(n?: number): Promise<ProfileEvent | undefined>;
    /** Forgets everything. */
    erase(): Promise<void>;
    /** Everything that is known, as JSON that `import` reads. */
    export(): string;
    /** Adds the events of an export, after those that are there. Nothing is added where something in it is wrong. */
    import(json: string): Promise<void>;
    /** Listens no more and lets go of the database; what is in it stays. */
    close(): void;
    /** Works on the events in one transaction, drops what is not to be kept, reads the rest and tells everybody. */
    private change;
    private reread;
    /** A transaction, on a new connection where somebody ended ours; null where there is no database. */
    private transaction;
    private within;
    private show;
}
