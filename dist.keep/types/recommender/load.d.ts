/**
 * Getting a bundle's bytes into wasm memory, once: from bytes, a Blob, a URL, a Request, a Response or a stream, and what is
 * missing by a range. What becomes of them there is `Arrival`'s.
 */
import type { Arrival } from './arrival.js';
import type { Layers, OpenOptions } from './options.js';
import { type ByteStream } from './platform.js';
import type * as platform from './platform.js';
/** Where a bundle comes from. A string is a URL; in Node, Deno and Bun also a path. What Node calls a stream is iterable. */
export type BundleSource = ArrayBuffer | SharedArrayBuffer | ArrayBufferView | string | platform.URL | platform.Request | platform.Response | platform.Blob | ByteStream | AsyncIterable<Uint8Array>;
/** A bundle on its way. */
export declare class Loading {
    private readonly arrival;
    private readonly source;
    private readonly onProgress;
    /** All that was asked for has come and opened. Rejects where it did not; then what came before stays in use. */
    complete: Promise<void>;
    private running;
    /** The first bytes, until they are a header. */
    private head;
    /** A strong ETag, or when the bundle was last modified. */
    private validator;
    /** How much of what comes again is here already. */
    private passing;
    private body;
    private ready;
    constructor(arrival: Arrival, source: BundleSource, onProgress: OpenOptions['onProgress']);
    /** Resolves when the first recommendation can be asked for. */
    open(): Promise<void>;
    /** Goes on, or once more, with what `layers` asks for and has not come. */
    load(layers: Layers): Promise<void>;
    close(): void;
    private run;
    /** At once, not a turn later: whoever was told that the bundle is open may ask for more of it in that turn. */
    private finish;
    private begin;
    /** The rest by a range of the same version, or else the whole once more, of which what is here is passed over. */
    private resume;
    /** Takes what a stream brings, as far as it is wanted. */
    private receive;
    /** The first 64 bytes tell how much there will be, and which bundle it is; what is here already is passed over. */
    private take;
    private streamOf;
}
/** The bytes themselves, whatever realm or kind of memory they are in; null where there are none. */
export declare function bytesOf(source: unknown): Uint8Array | null;
