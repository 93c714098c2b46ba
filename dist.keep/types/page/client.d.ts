/**
 * The recommender in a Web Worker: the same calls, answered by promises, so that the page's own thread only ever posts a
 * message and reads one.
 *
 *     const rec = await RecommenderClient.open('/movies.martello', { onProgress })
 *     const { items } = await rec.recommend({ history, k: 20, signal })
 *
 * Calls are answered in the order in which they were made. One is with the worker at a time, the others wait in the page:
 * a call that is aborted while it waits is never run.
 *
 * @module martello/client
 */
import { MartelloError } from '../recommender/errors.js';
import type { Layers, OpenOptions } from '../recommender/options.js';
import type { Answer, AttributeValue, Request, SearchRequest, SearchTrace, SimilarRequest, Trace } from '../recommender/request.js';
import { type ByteStream } from '../recommender/platform.js';
import type * as platform from '../recommender/platform.js';
import type { Facts } from './messages.js';
/** What a worker can be handed. Bytes are copied; a URL costs the page nothing. */
export type ClientSource = string | platform.URL | ArrayBuffer | SharedArrayBuffer | ArrayBufferView | platform.Blob | ByteStream | platform.Response;
/** How `RecommenderClient.open` opens; what `Recommender.open` takes holds here too. */
export interface ClientOptions extends OpenOptions {
    /** Gives up opening; afterwards it has no say: calls have signals of their own. */
    signal?: platform.AbortSignal;
    /**
     * Keeps the bundle on the device, as `keep` does: it opens without the network from the second time on, and a newer
     * version on the server takes over between two calls, in all tabs. The source must be a URL. Default false.
     */
    keep?: boolean;
    /** With `keep`: ask for a newer bundle right after one was opened from the device. Default true; `check` asks at any time. */
    revalidate?: boolean;
    /** With `keep`: a newer bundle is in use from now on. */
    onUpdate?: () => void;
    /** With `keep`: told in a sentence why the bundle could not be kept or compared with the server's. */
    onProblem?: (sentence: string) => void;
    /**
     * Starts the worker, where the bundler or the policy wants it done otherwise than from the package's own file; or the
     * address of page-worker.js, which may be of another origin that allows it (CORS), such as a CDN.
     */
    worker?: string | platform.URL | (() => platform.Worker);
}
/** What each call of a client takes besides. */
export interface Cancellable {
    /** Aborting rejects the call with the signal's reason; a call that still waits is not run. */
    signal?: platform.AbortSignal;
}
/** What `recommend` and its like answer. */
export type Shelf<T = Trace> = Answer<T>;
/**
 * The recommender of one bundle, in a worker. What is wrong with a request is a rejection with a MartelloError, in the words
 * of `Recommender`.
 */
export declare class RecommenderClient {
    private readonly options;
    private worker;
    private facts;
    private readonly waiting;
    private asked;
    private calls;
    /** By the number of the load; 0 is that of `open`. */
    private readonly wholes;
    /** Here a request may carry a signal. */
    readonly cancellable = true;
    private constructor();
    /**
     * Starts a worker and opens the bundle in it: a URL (relative to the page), bytes, a Blob, a stream or a Response.
     * Resolves as soon as it can recommend; `complete` says when all is there. Throws MartelloError with one sentence where
     * the worker or the bundle cannot be had.
     */
    static open(source: ClientSource, options?: ClientOptions): Promise<RecommenderClient>;
    /** How many items the bundle holds. */
    get items(): number;
    /** The length of the bundle in bytes. */
    get bytes(): number;
    /** How many of its bytes answers can be made from. */
    get loaded(): number;
    /** Resolved: recommendations work once `open` has resolved. As of a Recommender. */
    get ready(): Promise<void>;
    /**
     * Resolves when all that `layers` asked for has arrived, with `keep` when it is stored as well. Rejects with a
     * MartelloError where the rest could not be had; the client goes on with what it has.
     */
    get complete(): Promise<void>;
    /** Fetches what `layers` (default 'all') asks for and has not arrived, as of a Recommender; calls go on meanwhile. */
    load(layers?: Layers): Promise<void>;
    /** The names of the sources that this bundle recalls from. */
    get sources(): readonly string[];
    /** The names of its vector spaces. */
    get spaces(): readonly string[];
    /** Whether items of a history come back where a request does not say. As of a Recommender. */
    get repeats(): boolean;
    /** With `keep`: where the bundle is: 'opfs', 'cache', or 'memory' where it could not be kept. Else null. */
    get storage(): Facts['storage'];
    /** The metric of a space. Throws where there is none of this name, or where it has not arrived. */
    metricOf(space: string): 'ip' | 'cosine' | 'l2';
    /** How many residual layers of a space are here. */
    layersOf(space: string): number;
    /** The best items for a request, and how they were found. As `Recommender.recommend`. */
    recommend(request?: Request & Cancellable): Promise<Shelf>;
    /** Items like one item. As `Recommender.similar`. */
    similar(id: string, options?: SimilarRequest & Cancellable): Promise<Shelf>;
    /** The items that a text finds. As `Recommender.search`. */
    search(text: string, options?: SearchRequest & Cancellable): Promise<Shelf<SearchTrace>>;
    /** The items whose vectors score highest with `vector`, by item number. As `Recommender.nearest`. */
    nearest(vector: ArrayLike<number>, options?: {
        k?: number;
        space?: string;
        layers?: number;
    } & Cancellable): Promise<{
        items: Uint32Array;
        scores: Float32Array;
    }>;
    /** What a ranker is told of the candidates for a request. As `Recommender.features`. */
    features(request?: Omit<Request, 'k' | 'explain'> & {
        want?: string;
    } & Cancellable): Promise<{
        names: string[];
        ids: string[];
        rows: Float32Array[];
    }>;
    /** The id of item n, or undefined past the end. As `Recommender.id`. */
    id(n: number): Promise<string | undefined>;
    /** The number of the item with this id, or undefined. As `Recommender.number`. */
    number(id: string): Promise<number | undefined>;
    /** The attributes of item n that are known. As `Recommender.attributes`. */
    attributes(n: number): Promise<Record<string, AttributeValue>>;
    /** The decoded vector of item n in a space (default: the first), or null where it has none. As `Recommender.vector`. */
    vector(n: number, space?: string): Promise<Float32Array | null>;
    /** With `keep`: asks the server now whether there is a newer bundle, and takes it. True where there was one. */
    check(): Promise<boolean>;
    /** Ends the worker and with it the bundle's memory; calls without an answer reject, and so does every later one. */
    close(): void;
    private withOptions;
    private ask;
    private askNext;
    private hear;
    private stop;
    private space;
}
export { MartelloError };
export { newest } from './newest.js';
export type * from '../recommender/types.js';
