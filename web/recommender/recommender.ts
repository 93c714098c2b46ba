/**
 * The recommender of one bundle: `recommend`, `similar`, `nearest`, and what the bundle knows of an item.
 *
 * Everything happens in this process; nothing about the person leaves it. A request reads the bundle and writes scratch
 * memory that was reserved at open, so requests do not allocate and do not wait.
 */
import { sayAgain, takenBefore } from './again.js'
import { attributesOf, found, recommended } from './answer.js'
import type { Arrival } from './arrival.js'
import { catalogueOf } from './catalogue.js'
import { ask, askFor, countOf, explains, historyOf, likeness, narrow, only, weightsOf } from './ask.js'
import type { Core } from './core.js'
import { knownKeys, MartelloError, refuse, shown, typed } from './errors.js'
import type { Loading } from './load.js'
import type { Layers } from './options.js'
import {
  FEATURE_KEYS,
  NEAREST_KEYS,
  REQUEST_KEYS,
  SEARCH_KEYS,
  SIMILAR_KEYS,
  type Answer,
  type AttributeValue,
  type Request,
  type SearchRequest,
  type SearchTrace,
  type SimilarRequest,
} from './request.js'
import { NOT_FOUND, withoutFill, type Slate } from './slate.js'
import { lookUp } from './words.js'

export class Recommender {
  /** The names of the sources that this bundle recalls from. */
  readonly sources: readonly string[]
  /** The names of its vector spaces. */
  readonly spaces: readonly string[]
  private split: number | undefined

  /** Use `Recommender.open`. @internal */
  constructor(
    private arrival: Arrival,
    private readonly loading?: Loading,
  ) {
    this.sources = this.core.sources
    this.spaces = this.core.spaces
  }

  /**
   * Resolves when recommendations work, which they do as soon as `open` has resolved. Sources that have not arrived say
   * nothing yet (`trace.waiting`), nor does the ranker; attributes that have not are left out of items; a filter or rule on
   * one, a search without its index, are refused in a sentence.
   */
  get ready(): Promise<void> {
    return Promise.resolve()
  }

  /**
   * Resolves when all that `layers` asked for has arrived. Rejects with a MartelloError where the rest could not be had or
   * is damaged; the recommender goes on with what it has, and `load` tries again.
   */
  get complete(): Promise<void> {
    return this.loading?.complete ?? this.ready
  }

  /**
   * Fetches what `layers` asks for and has not arrived: residual layers that `open` left out, or the rest after a download
   * that broke off. It asks for that range alone where the server can tell that the file is still the same (a strong ETag or
   * Last-Modified), else it reads the file again. The same promise as `complete`. Throws where the bundle came as a stream.
   */
  async load(layers: Layers = 'all'): Promise<void> {
    void this.core
    await this.loading?.load(layers)
  }

  /** How many items the bundle holds. Item numbers run from 0. */
  get items(): number {
    return this.core.items
  }

  /** The bundle's length in bytes. */
  get bytes(): number {
    return this.arrival.bytes
  }

  /** How many bytes of it answers can be made from: whole sections, from its front. */
  get loaded(): number {
    return this.arrival.loaded
  }

  /** Whether items of a history come back where a request does not say: the config key `repeat` of its build. */
  get repeats(): boolean {
    return this.core.repeats
  }

  /** The metric of a space. Throws where there is none of this name, or where it has not arrived. */
  metricOf(space: string): 'ip' | 'cosine' | 'l2' {
    const { core } = this
    return core.metric(arrivedSpace(core, 'metricOf', space))
  }
  /** How many residual layers of a space are here. Throws where there is none of this name. */
  layersOf(space: string): number {
    const { core } = this
    return core.layers(spaceNamed(core, 'layersOf', space))
  }

  /**
   * The k best items for a request, best first, and how they were found. min(k, items that filters and hard rules leave)
   * come back; an empty history is a new person. Throws MartelloError where the request says what it cannot, with the field,
   * what was found there and what was expected.
   */
  recommend(request: Request = {}): Answer {
    knownKeys('recommend', request, REQUEST_KEYS, 'an object such as { history, k }')
    return this.answer(request, (slate) => slate)
  }

  private answer(request: Request, of: (slate: Slate) => Slate): Answer {
    const { core } = this
    const unknown = ask(core, request)
    const explain = explains(request)
    const answer = recommended(core, of(core.recommend(countOf(core, request.k), explain)), explain, unknown)
    const { catalogue } = this
    if (catalogue) answer.trace.lists = { here: core.items, of: catalogue }
    if (explain && (request.repeat ?? core.repeats)) sayAgain(answer, takenBefore(core, historyOf(request)))
    return answer
  }

  /**
   * What a ranker is told of the candidates for a request, best merged first: names of the features, ids, and a row of
   * float32 numbers for each id, NaN where something is not known. `want`: an id that is to be among them whatever the
   * sources bring. It is what `martello features` writes. Throws where the bundle was built without features.
   */
  features(request: Omit<Request, 'k' | 'explain'> & { want?: string } = {}): {
    names: string[]
    ids: string[]
    rows: Float32Array[]
  } {
    const { core } = this
    knownKeys('features', request, FEATURE_KEYS, 'an object such as { history }')
    ask(core, request)
    if (request.want !== undefined) core.forceCandidate(core.find(typed('want', request.want, 'string', 'an id')))
    const ids: string[] = []
    const rows: Float32Array[] = []
    core.eachFeatureRow((item, row) => {
      ids.push(core.id(item))
      return rows.push(row.slice()) > 0
    })
    return { names: core.featureNames(), ids, rows }
  }

  /**
   * What is like one item: the answer to a history of that item alone, without sources such as `next`, which say what people
   * turn to afterwards, or take with it. `weights` that name one bring it back, and so does a bundle in which no source says
   * what is alike; `source` asks one alone. An unknown id is an error, and so is a source that the bundle has not.
   */
  similar(id: string, options: SimilarRequest = {}): Answer {
    const { core } = this
    knownKeys('similar', options, SIMILAR_KEYS, 'an object such as { k }')
    if (typeof id !== 'string' || core.find(id) === NOT_FOUND) refuse('similar', id, 'the id of an item in the bundle')
    const { source, ...request } = options
    if (source !== undefined && options.weights !== undefined)
      refuse('weights', options.weights, 'none beside source, which asks one source alone')
    const weights = source === undefined ? { ...likeness(core), ...weightsOf(request) } : only(core, source)
    const asked = { rankCandidates: 0, ...request, weights, history: [id], repeat: false }
    return this.answer(asked, source === undefined ? (slate) => slate : withoutFill)
  }

  /**
   * The items that a text finds: in what the catalogue says of them, and, where the bundle has vectors, near the best of
   * those. The last word may be unfinished, unless something stands behind it; a slip of a letter is forgiven. What is
   * called so comes first, then what begins so, what has the words in its title, what begins so with one unfinished, and
   * what has all words; among equals what more people met, and with a history what this person likes. What the person has met is found too. A text of no known word finds nothing:
   * `trace.unmatched` names the words. Needs a bundle built with texts or categories.
   */
  search(text: string, options: SearchRequest = {}): Answer<SearchTrace> {
    const { core } = this
    knownKeys('search', options, SEARCH_KEYS, 'an object such as { k }')
    const { words, query } = lookUp(typed('search', text, 'string', 'a text'))
    const unknown = askFor(core, options)
    const explain = explains(options)
    return found(core, core.search(query, countOf(core, options.k)), explain, words, unknown)
  }

  /**
   * The k items whose vectors score highest with `vector`, best first, by item number; `id(n)` names them.
   * `vector` has as many numbers as the space has dimensions. `layers`: how many residual layers to use; default all.
   * Higher scores are nearer: with query q and item x they are ⟨q, x⟩, or the cosine where that is the metric. Where it is
   * l2 they are 2⟨q, x⟩ − |x|²; |q|² minus that is the squared distance. `filter`, `exclude` and `allow`: as `recommend` takes them.
   */
  nearest(
    vector: ArrayLike<number>,
    options: { k?: number; space?: string; layers?: number } & Pick<Request, 'filter' | 'exclude' | 'allow'> = {},
  ): { items: Uint32Array; scores: Float32Array } {
    const { core } = this
    knownKeys('nearest', options, NEAREST_KEYS, 'an object such as { k }')
    const space = arrivedSpace(core, 'nearest', options.space)
    const dim = core.dim(space)
    if (typeof vector?.length !== 'number') refuse('nearest', vector, `a vector of ${dim} numbers`)
    if (vector.length !== dim)
      throw new MartelloError(`nearest: found a vector of ${vector.length} numbers, expected ${dim}`)
    // a loop, for findIndex takes as long as the scan of 3,000 items
    for (let d = 0; d < dim; d++)
      if (typeof vector[d] !== 'number') refuse(`nearest: vector[${d}]`, vector[d], 'a number')
    const most = core.layers(space)
    const layers = options.layers ?? most
    if (!Number.isInteger(layers) || layers < 0 || layers > most)
      refuse('layers', layers, `a whole number from 0 to ${most}`)
    core.begin()
    narrow(core, options)
    return core.nearest(space, vector, layers, countOf(core, options.k))
  }

  /** The id of item n, or undefined past the end. */
  id(n: number): string | undefined {
    const { core } = this
    return itemNumber('id', n) >= 0 && n < core.items ? core.id(n) : undefined
  }

  /** The number of the item with this id, or undefined. */
  number(id: string): number | undefined {
    const item = this.core.find(typed('number', id, 'string', 'the id of an item'))
    return item === NOT_FOUND ? undefined : item
  }

  /** The attributes of item n that are known. */
  attributes(n: number): Record<string, AttributeValue> {
    return attributesOf(this.core, itemNumber('attributes', n))
  }

  /** The decoded vector of item n in a space (default: the first), or null where it has none. */
  vector(n: number, space?: string): Float32Array | null {
    const { core } = this
    return core.vector(arrivedSpace(core, 'vector', space), itemNumber('vector', n))
  }

  /** Drops the bundle and its memory; every later call throws. */
  close(): void {
    this.arrival.close()
    this.loading?.close()
  }

  /** Of a root that is here: how many items its catalogue has. */
  private get catalogue(): number {
    if (this.loaded === this.bytes) this.split ??= catalogueOf(this.whole)
    return this.split ?? 0
  }

  /** All bytes of the bundle. @internal */
  protected get whole(): Uint8Array {
    return this.core.reserve(this.bytes, Infinity)
  }

  /** From here on answers come from another bundle. @internal */
  protected turnTo(arrival: Arrival): void {
    if (this.arrival.closed) return // meanwhile
    void this.catalogue // which the root alone says
    this.arrival.close()
    this.arrival = arrival
  }

  private get core(): Core {
    return this.arrival.core
  }
}

function itemNumber(call: string, n: number): number {
  return Number.isInteger(n) ? n : refuse(call, n, 'the number of an item, from 0')
}

function spaceNamed(core: Core, where: string, name: string | undefined): number {
  const space = name === undefined ? 0 : core.spaces.indexOf(name)
  if (space >= 0 && space < core.spaces.length) return space
  const expected = core.spaces.join(', ') || 'none: the bundle has no vectors'
  throw new MartelloError(`${where}: found space ${shown(name ?? '0')}, expected ${expected}`)
}

/** The same, of a space whose vectors are here. */
function arrivedSpace(core: Core, where: string, name: string | undefined): number {
  const space = spaceNamed(core, where, name)
  if (core.dim(space) === 0) core.await(`${where}: space ${shown(core.spaces[space])} is not here`)
  return space
}
