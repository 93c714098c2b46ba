import type { Arrival } from './arrival.js';
import type { Loading } from './load.js';
import type { Layers } from './options.js';
import { type Answer, type AttributeValue, type Request, type SearchRequest, type SearchTrace, type SimilarRequest } from './request.js';
export declare class Recommender {
    private readonly arrival;
    private readonly loading?;
    /** The names of the sources that this bundle recalls from. */
    readonly sources: readonly string[];
    /** The names of its vector spaces. */
    readonly spaces: readonly string[];
    /** Use `Recommender.open`. @internal */
    constructor(arrival: Arrival, loading?: Loading | undefined);
    /**
     * Resolves when recommendations work, which they do as soon as `open` has resolved. Sources that have not arrived say
     * nothing yet (`trace.waiting`), nor does the ranker; attributes that have not are left out of items; a filter or rule on
     * one, a search without its index, are refused in a sentence.
     */
    get ready(): Promise<void>;
    /**
     * Resolves when all that `layers` asked for has arrived. Rejects with a MartelloError where the rest could not be had or
     * is damaged; the recommender goes on with what it has, and `load` tries again.
     */
    get complete(): Promise<void>;
    /**
     * Fetches what `layers` asks for and has not arrived: residual layers that `open` left out, or the rest after a download
     * that broke off. It asks for that range alone where the server can tell that the file is still the same (a strong ETag or
     * Last-Modified), else it reads the file again. The same promise as `complete`. Throws where the bundle came as a stream.
     */
    load(layers?: Layers): Promise<void>;
    /** How many items the bundle holds. Item numbers run from 0. */
    get items(): number;
    /** The bundle's length in bytes. */
    get bytes(): number;
    /** How many bytes of it answers can be made from: whole sections, from its front. */
    get loaded(): number;
    /** Whether items of a history come back where a request does not say: the config key `repeat` of its build. */
    get repeats(): boolean;
    /** The metric of a space. Throws where there is none of this name, or where it has not arrived. */
    metricOf(space: string): 'ip' | 'cosine' | 'l2';
    /** How many residual layers of a space are here. Throws where there is none of this name. */
    layersOf(space: string): number;
    /**
     * The k best items for a request, best first, and how they were found. min(k, items that filters and hard rules leave)
     * come back; an empty history is a new person. Throws MartelloError where the request says what it cannot, with the field,
     * what was found there and what was expected.
     */
    recommend(request?: Request): Answer;
    private answer;
    /**
     * What a ranker is told of the candidates for a request, best merged first: names of the features, ids, and a row of
     * float32 numbers for each id, NaN where something is not known. `want`: an id that is to be among them whatever the
     * sources bring. It is what `martello features` writes. Throws where the bundle was built without features.
     */
    features(request?: Omit<Request, 'k' | 'explain'> & {
        want?: string;
    }): {
        names: string[];
        ids: string[];
        rows: Float32Array[];
    };
    /**
     * What is like one item: the answer to a history of that item alone, without sources such as `next`, which say what people
     * turn to afterwards, or take with it. `weights` that name one bring it back, and so does a bundle in which no source says
     * what is alike; `source` asks one alone. An unknown id is an error, and so is a source that the bundle has not.
     */
    similar(id: string, options?: SimilarRequest): Answer;
    /**
     * The items that a text finds: in what the catalogue says of them, and, where the bundle has vectors, near the best of
     * those. The last word may be unfinished, unless something stands behind it; a slip of a letter is forgiven. What is
     * called so comes first, then what begins so, what has the words in its title, what begins so with one unfinished, and
     * what has all words; among equals what more people met, and with a history what this person likes. What the person has met is found too. A text of no known word finds nothing:
     * `trace.unmatched` names the words. Needs a bundle built with texts or categories.
     */
    search(text: string, options?: SearchRequest): Answer<SearchTrace>;
    /**
     * The k items whose vectors score highest with `vector`, best first, by item number; `id(n)` names them.
     * `vector` has as many numbers as the space has dimensions. `layers`: how many residual layers to use; default all.
     * Higher scores are nearer: with query q and item x they are ⟨q, x⟩, or the cosine where that is the metric. Where it is
     * l2 they are 2⟨q, x⟩ − |x|²; |q|² minus that is the squared distance.
     */
    nearest(vector: ArrayLike<number>, options?: {
        k?: number;
        space?: string;
        layers?: number;
    }): {
        items: Uint32Array;
        scores: Float32Array;
    };
    /** The id of item n, or undefined past the end. */
    id(n: number): string | undefined;
    /** The number of the item with this id, or undefined. */
    number(id: string): number | undefined;
    /** The attributes of item n that are known. */
    attributes(n: number): Record<string, AttributeValue>;
    /** The decoded vector of item n in a space (default: the first), or null where it has none. */
    vector(n: number, space?: string): Float32Array | null;
    /** Drops the bundle and its memory; every later call throws. */
    close(): void;
    private get core();
}
