import type * as platform from '../recommender/platform.js';
/** What `keep` asks of a recommender. */
export interface Closable {
    /** Gives its memory back. */
    close(): void;
    /** All of it has arrived and was found whole. */
    complete?: Promise<void>;
}
/** How a version is opened. */
export interface OpenSettings {
    /** Told of bytes as they arrive; `total` is 0 until it is known. */
    onProgress?: (loaded: number, total: number) => void;
    /** The largest bundle that is opened. Default 512 MB. */
    maxBytes?: number;
    /** Compare sections with their checksums. Default true. */
    verify?: boolean;
    /** What is kept is whole. */
    layers?: 'all';
}
/** Opens a version from its bytes as they arrive. */
export type Open<R> = (source: platform.ReadableStream, options: OpenSettings) => Promise<R>;
/** How a bundle is kept. */
export interface KeepOptions<R> extends OpenSettings {
    /** A newer bundle is `current` from now on; the one before was closed. */
    onUpdate?: (current: R) => void;
    /** Told in a sentence what did not work and what is done instead: no room to keep the bundle, no answer about a newer one. */
    onProblem?: (sentence: string) => void;
    /** Ask for a newer bundle right after one was opened from the device. Default true; `check()` asks at any time. */
    revalidate?: boolean;
    /** Where to keep it. Default: 'opfs', or where there is none 'cache', or else 'memory', which keeps nothing. */
    storage?: 'opfs' | 'cache' | 'memory';
    /** Gives up opening. */
    signal?: platform.AbortSignal;
}
/** A bundle that stays on the device, and the newest of its versions that opened. */
export interface Kept<R> {
    /** The newest bundle that opened. Ask for it at each use: it is replaced when a newer one has opened. */
    readonly current: R;
    /** Where the current one is kept; 'memory': it could not be. */
    readonly storage: 'opfs' | 'cache' | 'memory';
    /**
     * Resolves when the first bundle has wholly arrived, and is stored if there is room: a download is in use before that,
     * as far as it has come. Rejects where it broke off; `check` tries again.
     */
    readonly complete: Promise<void>;
    /** Asks the server for a newer bundle, and takes it. True where there was one. Throws where there is no answer. */
    check(): Promise<boolean>;
    /** Closes `current` and listens no more. What is on the device stays. */
    close(): void;
}
/**
 * Opens the bundle at `url` from the device, or downloads and keeps it. Throws where there is neither; what only hinders
 * keeping or comparing it goes to `onProblem`.
 */
export declare function keep<R extends Closable>(url: string | platform.URL, open: Open<R>, options?: KeepOptions<R>): Promise<Kept<R>>;
