import { type BundleSource } from '../recommender/load.js';
import { type OpenOptions } from '../recommender/options.js';
import type * as platform from '../recommender/platform.js';
import { Recommender as Base } from '../recommender/recommender.js';
/** Where the wasm core comes from: a compiled module, a URL of `martello/core.wasm`, or that file's bytes. */
export type CoreSource = {
    module: platform.CoreModule;
} | {
    url: string | platform.URL;
} | {
    bytes: ArrayBuffer | ArrayBufferView;
};
/** What a loader says of its runtime. */
export interface Host {
    /** The core that comes with the package, compiled. */
    core(): Promise<platform.CoreModule>;
    /** False where the runtime compiles no wasm while it runs, but only what was deployed with the program. */
    compiles?: boolean;
    /** Turns what only this runtime opens, such as a path, into what all do. */
    source?(source: BundleSource): Promise<BundleSource>;
}
/** Called by the loader, before anything else. */
export declare function provide(runtime: Host): void;
/**
 * Says where the core comes from, and compiles it: `{ module }`, `{ url }`, which is compiled while it arrives if the
 * server says `application/wasm`, or `{ bytes }`. Without a source, compiles the core of the package ahead of time.
 * Nobody has to call it: the first `open` does. Bundles that are open keep the core they have.
 *
 * A Content-Security-Policy needs `script-src 'self' 'wasm-unsafe-eval'`, and `connect-src` for what is fetched; no
 * script is ever made from text. Throws MartelloError where the source is none or does not compile; the next call tries anew.
 */
export declare function init(source?: CoreSource): Promise<void>;
/** A recommender over one bundle. */
export declare class Recommender extends Base {
    /**
     * Opens a bundle: a URL, Request, Response, stream, Blob, or bytes; in Node, Deno and Bun a path, too.
     *
     * Resolves as soon as there is enough to recommend from; `complete` says when all is there, which for bytes and paths is
     * at once. Throws MartelloError with one sentence where the bundle cannot be had or is not one.
     */
    static open(source: BundleSource, options?: OpenOptions): Promise<Recommender>;
}
/** Compiles a core while it arrives, or after, where the server does not call it wasm. */
export declare function fetchCore(url: string | platform.URL): Promise<platform.CoreModule>;
