import type * as platform from '../recommender/platform.js';
/** What `offline` stores. */
export interface OfflineOptions {
    /** Changes with every change of a file; that sw.js changes with it makes the browser look. */
    version: string;
    /** URLs, relative to sw.js; the page itself among them. */
    files: readonly string[];
}
/** Called while sw.js is evaluated: installs, serves and replaces the files. */
export declare function offline({ version, files }: OfflineOptions): void;
/** As of `navigator.serviceWorker.register`. */
export interface RegisterOptions {
    scope?: string;
    type?: 'classic' | 'module';
    updateViaCache?: 'imports' | 'all' | 'none';
}
/** Registers the service worker; resolves when the page's files are stored and it serves this page. */
export declare function register(url: string | platform.URL, options?: RegisterOptions): Promise<void>;
