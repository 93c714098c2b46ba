/**
 * The recommender of one bundle: `recommend`, `similar`, `nearest`, and what the bundle knows of an item.
 *
 * Everything happens in this process; nothing about the person leaves it. A request reads the bundle and writes scratch
 * memory that was reserved at open, so requests do not allocate and do not wait.
 */
import { Core, MartelloError, NOT_FOUND, shown, type Pick } from './core.js'
import { seconds } from './history.js'
import { applyFilter, attributeNames } from './filter.js'
import type { Layers, Loading } from './load.js'
import { compileRules, ruleNames } from './rules.js'
import { unfinished, words } from './words.js'
import {
  addHistory,
  allowOnly,
  countsOf,
  FEATURE_KEYS,
  historyOf,
  idList,
  knownKeys,
  refuse,
  REQUEST_KEYS,
  SEARCH_KEYS,
  setContext,
  SIMILAR_KEYS,
  typed,
  weightsOf,
  whole,
  type AttributeValue,
  type Field,
  type RecommendedItem,
  type Request,
  type SearchRequest,
  type SearchTrace,
  type Trace,
} from './request.js'

/** How a bundle is opened. */
export interface OpenOptions {
  /** Told of bytes as they arrive, until all that is asked for has. */
  onProgress?: (loaded: number, total: number) => void
  /** The largest bundle that will be opened. Default 512 MB. */
  maxBytes?: number
  /** Compare sections with their checksums. Default true. */
  verify?: boolean
  /**
   * 'all': the residual layers too, which make vectors precise. 'base': what comes before them in the file, without which
   * nothing is left out but precision; `load('all')` fetches them later. Default 'auto': all, unless the browser says that
   * the person saves data.
   */
  layers?: Layers
}

const NEAREST_KEYS = ['k', 'space', 'layers']
/** What a source says of an item: src/bundle/policy.h. */
const ROLE = { alike: 1, next: 2, together: 3 }
const KIND = { number32: 2, number64: 3, many: 5 }

function itemNumber(call: string, n: number): number {
  return Number.isInteger(n) ? n : refuse(call, n, 'the number of an item, from 0')
}

export class Recommender {
  private core: Core | null
  private readonly sourceNames: string[]
  private attributeNames!: string[]
  private readonly spaceNames: string[]
  private fields!: Field[]
  private described = 0

  /** Use `Recommender.open`. @internal */
  constructor(
    core: Core,
    private readonly loading?: Loading,
  ) {
    const { wasm, rec } = core
    this.core = core
    this.sourceNames = Array.from({ length: wasm.mt_sources(rec) }, (_, s) =>
      core.text((at) => wasm.mt_source_name(rec, s, at)),
    )
    this.spaceNames = Array.from({ length: wasm.mt_spaces(rec) }, (_, s) =>
      core.text((at) => wasm.mt_space_name(rec, s, at)),
    )
    this.describe(core)
  }

  /** What is known by name once it has arrived. */
  private describe(core: Core): void {
    const { wasm, rec } = core
    this.described = core.openings
    this.attributeNames = attributeNames(core)
    this.fields = Array.from({ length: wasm.mt_fields(rec) }, (_, f) => ({
      name: core.text((at) => wasm.mt_field_name(rec, f, at)),
      category: wasm.mt_field_is_category(rec, f) !== 0,
    }))
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
    void this.opened
    await this.loading?.load(layers)
  }

  /** How many items the bundle holds. Item numbers run from 0. */
  get items(): number {
    return this.opened.wasm.mt_items(this.opened.rec)
  }

  /** The bundle's length in bytes. */
  get bytes(): number {
    return this.opened.bundleBytes
  }

  /** How many bytes of it answers can be made from: whole sections, from its front. */
  get loaded(): number {
    const { later, opened } = this.core ?? this.opened
    return later || opened
  }

  /** The names of the sources that this bundle recalls from. */
  get sources(): readonly string[] {
    return this.sourceNames
  }
  /** The names of its vector spaces. */
  get spaces(): readonly string[] {
    return this.spaceNames
  }

  /** The metric of a space. Throws where there is none of this name, or where it has not arrived. */
  metricOf(space: string): 'ip' | 'cosine' | 'l2' {
    return (['ip', 'cosine', 'l2'] as const)[
      this.opened.wasm.mt_space_metric(this.opened.rec, this.space('metricOf', space))
    ]!
  }
  /** How many residual layers of a space are here. Throws where there is none of this name. */
  layersOf(space: string): number {
    return this.opened.wasm.mt_space_layers(this.opened.rec, this.spaceNamed('layersOf', space))
  }

  /**
   * The k best items for a request, best first, and how they were found. min(k, items that filters and hard rules leave)
   * come back; an empty history is a new person. Throws MartelloError where the request says what it cannot, with the field,
   * what was found there and what was expected.
   */
  recommend(request: Request = {}): { items: RecommendedItem[]; trace: Trace } {
    const core = this.opened
    knownKeys('recommend', request, REQUEST_KEYS, 'an object such as { history, k }')
    const { wasm, rec } = core
    const unknown = this.ask(request)
    const explain = typed('explain', request.explain ?? false, 'boolean', 'true or false')
    const slate = core.recommend(this.shelf(request.k), explain)
    const names = ruleNames(core)
    const features = explain && slate.ranked > 0 ? core.featureNames() : []
    return {
      items: slate.picks.map((pick) => {
        const item = this.item(pick, explain)
        if (pick.reasons.length > 0)
          item.features = pick.reasons.map((r) => ({ name: features[r.feature]!, contribution: r.contribution }))
        if (explain && names.length > 0)
          item.rules = { value: pick.value, penalty: pick.penalty, hits: pick.rules.map((r) => names[r]!) }
        return item
      }),
      trace: {
        history: slate.history,
        unknown,
        dropped: slate.dropped,
        recalled: Object.fromEntries(this.sourceNames.map((name, s) => [name, slate.recalled[s]!])),
        candidates: slate.candidates,
        ranked: slate.ranked,
        truncated: this.sourceNames.filter((_, s) => (slate.truncated >> s) & 1),
        filled: slate.filled,
        stages: {
          recall: { in: this.items, out: slate.candidates },
          rank: { in: slate.candidates, out: slate.ordered },
          slate: { in: slate.ordered, out: slate.picks.length },
        },
        ms: { recall: slate.ms[0]!, rank: slate.ms[1]!, slate: slate.ms[2]! },
        layers: Object.fromEntries(this.spaceNames.map((name, s) => [name, wasm.mt_space_layers(rec, s)])),
        waiting: this.sourceNames.filter((_, s) => (wasm.mt_waiting(rec) >> s) & 1),
        skipped: Object.fromEntries(names.map((name, r) => [name, slate.skipped[r]!]).filter((entry) => entry[1])),
      },
    }
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
    const core = this.opened
    knownKeys('features', request, FEATURE_KEYS, 'an object such as { history }')
    const { wasm, rec } = core
    this.ask(request)
    if (request.want !== undefined) wasm.mt_want(rec, core.find(typed('want', request.want, 'string', 'an id')))
    const ids: string[] = []
    const rows: Float32Array[] = []
    core.eachFeatureRow((item, row) => {
      ids.push(core.id(item))
      return rows.push(row.slice()) > 0
    })
    return { names: core.featureNames(), ids, rows }
  }

  /** Tells the core of a request, and returns how many ids of its history are unknown. */
  private ask(request: Omit<Request, 'k' | 'explain'>): number {
    const core = this.opened
    const { wasm, rec } = core
    wasm.mt_begin(rec)
    wasm.mt_set_clock(rec, Date.now() / 1000)
    this.narrow(core, request)
    const unknown = addHistory(core, historyOf(request))
    const { policy, diversity, seed, impressions, clicks } = request
    if (policy !== undefined || diversity !== undefined || seed !== undefined) {
      if (diversity !== undefined && typeof diversity !== 'number')
        refuse('diversity', diversity, 'a number from 0 to 1')
      const rules = { ...policy, ...(diversity !== undefined && { diversity }), ...(seed !== undefined && { seed }) }
      core.changeRules(compileRules(core, rules, 'policy'))
    }
    countsOf(core, 'impressions', impressions, (item, shown) => wasm.mt_add_impressions(rec, item, shown, 0))
    countsOf(core, 'clicks', clicks, (item, clicked) => wasm.mt_add_impressions(rec, item, 0, clicked))
    if (request.now !== undefined) wasm.mt_set_now(rec, seconds('now', request.now))
    if (request.rankCandidates !== undefined)
      wasm.mt_set_ranked(rec, whole('rankCandidates', request.rankCandidates, 0, 2000))
    for (const [name, weight] of Object.entries(weightsOf(request))) this.setWeight(name, weight)
    if (request.context !== undefined) setContext(core, this.fields, request.context)
    return unknown
  }

  /**
   * What is like one item: the answer to a history of that item alone, without sources such as `next`, which say what people
   * turn to afterwards, or take with it. `weights` that name one bring it back, and so does a bundle in which no source says
   * what is alike. An unknown id is an error.
   */
  similar(id: string, options: Omit<Request, 'history' | 'profile'> = {}): { items: RecommendedItem[]; trace: Trace } {
    const core = this.opened
    knownKeys('similar', options, SIMILAR_KEYS, 'an object such as { k }')
    if (typeof id !== 'string' || core.find(id) === NOT_FOUND) refuse('similar', id, 'the id of an item in the bundle')
    const roles = this.sourceNames.map((_, s) => core.wasm.mt_source_role(core.rec, s))
    const other = this.sourceNames.filter((_, s) => roles[s] === ROLE.next || roles[s] === ROLE.together)
    const silenced = roles.includes(ROLE.alike) ? Object.fromEntries(other.map((name) => [name, 0])) : {}
    return this.recommend({
      rankCandidates: 0,
      ...options,
      weights: { ...silenced, ...weightsOf(options) },
      history: [id],
    })
  }

  /**
   * The items that a text finds: in what the catalogue says of them, and, where the bundle has vectors, near the best of
   * those. The last word may be unfinished, unless something stands behind it; a slip of a letter is forgiven. A text of
   * no known word finds nothing: `trace.unmatched` names the words. Needs a bundle built with texts or categories.
   */
  search(text: string, options: SearchRequest = {}): { items: RecommendedItem[]; trace: SearchTrace } {
    const core = this.opened
    knownKeys('search', options, SEARCH_KEYS, 'an object such as { k }')
    const asked = words(typed('search', text, 'string', 'a text'))
    core.wasm.mt_begin(core.rec)
    this.narrow(core, options)
    const explain = typed('explain', options.explain ?? false, 'boolean', 'true or false')
    const slate = core.search(asked.join(' '), unfinished(text), this.shelf(options.k))
    const names = ['text', this.spaceNames[core.wasm.mt_search_space(core.rec)]].filter((name) => name !== undefined)
    return {
      items: slate.picks.map((pick) => this.item(pick, explain, names)),
      trace: {
        words: asked,
        unmatched: asked.filter((_, w) => w < 32 && (slate.unmatched >>> w) & 1),
        recalled: Object.fromEntries(names.map((name, s) => [name, slate.recalled[s]!])),
        candidates: slate.candidates,
        truncated: slate.truncated > 0,
        ms: slate.ms[0]!,
      },
    }
  }

  /**
   * The k items whose vectors score highest with `vector`, best first, by item number; `id(n)` names them.
   * `vector` has as many numbers as the space has dimensions. `layers`: how many residual layers to use; default all.
   * Higher scores are nearer: with query q and item x they are ⟨q, x⟩, or the cosine where that is the metric. Where it is
   * l2 they are 2⟨q, x⟩ − |x|²; |q|² minus that is the squared distance.
   */
  nearest(
    vector: ArrayLike<number>,
    options: { k?: number; space?: string; layers?: number } = {},
  ): { items: Uint32Array; scores: Float32Array } {
    const core = this.opened
    knownKeys('nearest', options, NEAREST_KEYS, 'an object such as { k }')
    const space = this.space('nearest', options.space)
    const dim = core.wasm.mt_space_dim(core.rec, space)
    if (typeof vector?.length !== 'number') refuse('nearest', vector, `a vector of ${dim} numbers`)
    if (vector.length !== dim)
      throw new MartelloError(`nearest: found a vector of ${vector.length} numbers, expected ${dim}`)
    const wrong = Array.prototype.findIndex.call(vector, (x: unknown) => typeof x !== 'number')
    if (wrong >= 0) refuse(`nearest: vector[${wrong}]`, vector[wrong], 'a number')
    const most = core.wasm.mt_space_layers(core.rec, space)
    const layers = options.layers ?? most
    if (!Number.isInteger(layers) || layers < 0 || layers > most)
      refuse('layers', layers, `a whole number from 0 to ${most}`)
    core.wasm.mt_begin(core.rec)
    return core.nearest(space, vector, layers, this.shelf(options.k))
  }

  /** The id of item n, or undefined past the end. */
  id(n: number): string | undefined {
    const { items } = this
    return itemNumber('id', n) >= 0 && n < items ? this.opened.id(n) : undefined
  }

  /** The number of the item with this id, or undefined. */
  number(id: string): number | undefined {
    const core = this.opened
    const item = core.find(typed('number', id, 'string', 'the id of an item'))
    return item === NOT_FOUND ? undefined : item
  }

  /** The attributes of item n that are known. */
  attributes(n: number): Record<string, AttributeValue> {
    const core = this.opened
    itemNumber('attributes', n)
    const known = this.attributeNames.map((name, a): [string, AttributeValue | undefined] => [
      name,
      this.value(core, n, a),
    ])
    // fromEntries makes own properties of all names, `__proto__` too
    return Object.fromEntries(known.filter((entry): entry is [string, AttributeValue] => entry[1] !== undefined))
  }

  /** The decoded vector of item n in a space (default: the first), or null where it has none. */
  vector(n: number, space?: string): Float32Array | null {
    const core = this.opened
    return core.vector(this.space('vector', space), itemNumber('vector', n))
  }

  /** Drops the bundle and its memory; every later call throws. */
  close(): void {
    this.core = null
    this.loading?.close()
  }

  private get opened(): Core {
    const { core } = this
    if (core === null) throw new MartelloError('recommender: it was closed')
    core.renew()
    if (core.openings !== this.described) this.describe(core)
    return core
  }

  /** Attribute a of item n, or undefined where it is not known. */
  private value(core: Core, n: number, a: number): AttributeValue | undefined {
    const { wasm, rec } = core
    const kind = wasm.mt_attribute_kind(rec, a)
    if (kind === KIND.number32 || kind === KIND.number64) {
      const value = wasm.mt_attribute_number_of(rec, a, n)
      return Number.isNaN(value) ? undefined : value
    }
    const texts = Array.from({ length: wasm.mt_attribute_count_of(rec, a, n) }, (_, i) =>
      core.text((at) => wasm.mt_attribute_text_of(rec, a, n, i, at)),
    )
    if (kind === KIND.many) return texts.length > 0 ? texts : undefined
    return texts[0] || undefined
  }

  private shelf(k: number | undefined): number {
    if (k === undefined) return this.opened.wasm.mt_shelf(this.opened.rec)
    return whole('k', k, 1, 1000)
  }

  private spaceNamed(where: string, name: string | undefined): number {
    const space = name === undefined ? 0 : this.spaceNames.indexOf(name)
    if (space >= 0 && space < this.spaceNames.length) return space
    const expected = this.spaceNames.join(', ') || 'none: the bundle has no vectors'
    throw new MartelloError(`${where}: found space ${shown(name ?? '0')}, expected ${expected}`)
  }

  /** The same, of a space whose vectors are here. */
  private space(where: string, name: string | undefined): number {
    const space = this.spaceNamed(where, name)
    const core = this.opened
    if (core.wasm.mt_space_dim(core.rec, space) === 0)
      core.await(`${where}: space ${shown(this.spaceNames[space])} is not here`)
    return space
  }

  private setWeight(name: string, weight: number): void {
    const source = this.sourceNames.indexOf(name)
    if (source < 0)
      throw new MartelloError(`weights: found source ${shown(name)}, expected ${this.sourceNames.join(', ')}`)
    const fits = typeof weight === 'number' && weight >= 0 && weight <= 1e6
    this.opened.setWeight(source, fits ? weight : refuse(`weights.${name}`, weight, 'a number from 0 to 1000000'))
  }

  /** What a request leaves of the catalogue. */
  private narrow(core: Core, request: SearchRequest): void {
    if (request.allow !== undefined) allowOnly(core, request.allow)
    if (request.filter !== undefined) applyFilter(core, request.filter)
    for (const id of idList('exclude', request.exclude ?? [])) {
      const item = core.find(id)
      if (item !== NOT_FOUND) core.wasm.mt_exclude(core.rec, item)
    }
  }

  private item(pick: Pick, explain: boolean, names: readonly string[] = this.sourceNames): RecommendedItem {
    const brought = names.map((name, s) => ({ name, rank: pick.ranks[s]! })).filter((source) => source.rank > 0)
    brought.sort((a, b) => a.rank - b.rank)
    const item: RecommendedItem = {
      id: this.opened.id(pick.item),
      score: pick.score,
      attributes: this.attributes(pick.item),
      sources: brought.map((source) => source.name),
      because: pick.because.map((n) => this.opened.id(n)),
    }
    if (explain)
      item.explain = Object.fromEntries(
        names.map((name, s) => [name, { score: pick.scores[s]!, rank: pick.ranks[s]! }]),
      )
    return item
  }
}
