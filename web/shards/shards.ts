/**
 * Recommending from a catalogue that servers hold in shares: a coordinator has the root, asks all shards for their best rows, and puts these
 * beside the root; from there on it is one bundle, with filters, rules, slate and reasons as on a device.
 *
 *     history → rows of it that the root lacks → query vector → best rows of each shard → root and rows as one bundle → slate
 */
import { MartelloError, Recommender } from '../entry/index.js'
import { bundleOf, partsOf, type Container } from '../lists/container.js'
import { gathered, idsIn, type Row } from '../lists/gather.js'
import { join } from '../lists/join.js'
import type { Known as Linked } from '../lists/links.js'
import { arrived, type Opener } from '../lists/opener.js'
import type { Core } from '../recommender/core.js'
import type { Recommender as Opened } from '../recommender/recommender.js'
import { SECTION, SOURCE } from '../generated/numbers.js'
import type {
  Answer,
  BundleSource,
  HistoryEvent,
  OpenOptions,
  Request as Asked,
  SimilarRequest,
  Trace,
} from '../recommender/types.js'
import { ShardLinks, numbersIn } from './links.js'
import { Line, Missing, type Why } from './line.js'
import { fileOf, shardOf } from './place.js'
import type { Fetcher, Question } from './wire.js'

/** Where shards are, and how long they are waited for. */
export interface ShardsOptions {
  /**
   * Where shards are, from 0: an address, to which the name of the file is added, or what fetches, such as a service binding; or for each
   * shard and file one of these, such as the stub of a Durable Object that has the file's name.
   */
  shards: readonly (string | Fetcher)[] | ((shard: number, file: string) => string | Fetcher)
  /** Milliseconds after which an answer is made of what has come. Default 250. */
  deadline?: number
  /**
   * Milliseconds after which a shard is asked a second time, one question in twenty at most. Default: half as long again as nineteen of its
   * last twenty answers took.
   */
  hedge?: number
  /** Milliseconds that `open` waits for shards to have their files open, so that the first is not answered without them. Default 10,000. */
  warm?: number
  /** How the root is opened. */
  open?: OpenOptions
}

/** What a request may say besides what `recommend` takes. */
export interface Asking {
  /** Keeps work going that nobody waits for, as the context of a Worker does. */
  waitUntil?: (work: Promise<unknown>) => void
}

/** What shards had to do with an answer. */
export interface ShardsTrace {
  /** How many there are, and how many of them answered all they were asked. */
  of: number
  answered: number
  /** Those that did not, and why: the answer is of the others. */
  missing: { shard: number; why: Why; detail: string }[]
  /** Rows that they answered with. */
  rows: number
  /** Milliseconds that they were waited for. */
  ms: number
}

/** What `recommend` and `similar` answer. */
export type ShardsAnswer = Answer<Trace & { shards: ShardsTrace }>

/** Rows of a history that stay, so that one who comes again is asked about once. */
const ROWS_KEPT = 10_000
/** Candidates that a slate is made of, as a root's source of vectors has them. */
const CANDIDATES = 300

/** Of an answer, as Recommender has it. */
const MOST_ITEMS = 1000

/** A row of an answer, with its place in the catalogue where that has postings. */
interface Placed extends Row {
  place: number
}

/** A row of a history, with its vectors by space; null: it has none. */
interface Known extends Placed {
  vectors: readonly (Float32Array | null)[]
}

/** By what shards find rows: which space's vectors, and how events count in their mean. */
interface Nearness {
  space: string
  last: number
  decay: number
}

/** What a request asks of shards besides what narrows it. */
interface Wanted {
  vectors: Readonly<Record<string, readonly number[]>>
  places: readonly number[]
}

interface Told {
  missing: Map<number, Missing>
  rows: number
  ms: number
}

const utf8 = { encode: new TextEncoder(), decode: new TextDecoder() }

/** A catalogue whose items servers hold. */
export class Shards {
  private readonly lines: readonly Line[]
  /** By id, those that were asked for last at the end. */
  private readonly kept = new Map<string, Known>()
  /** Which shard answered it. */
  private readonly origin = new WeakMap<Container, number>()

  private constructor(
    /** The root: what it holds itself, and how it answers alone. */
    readonly root: Recommender,
    /** Which catalogue: part of the names of its files. */
    readonly catalogue: string,
    /** Items of the whole catalogue. */
    readonly items: number,
    private readonly bytes: Uint8Array,
    private readonly container: Container,
    private readonly core: Core,
    private readonly opener: Opener,
    private readonly deadline: number,
    shards: number,
    options: ShardsOptions,
    /** Of a bundle: what its postings name; null: a catalogue of vectors. */
    private readonly links: ShardLinks | null,
    /** By shard the place of its first item, and where the last one's end. */
    private readonly starts: readonly number[],
  ) {
    this.lines = Array.from({ length: shards }, (_, shard) => lineTo(shard, fileOf(catalogue, shard), options))
  }

  /** Opens a root of `martello split --shards`. Throws MartelloError where it is none, or where there are not as many shards as it has. */
  static async open(source: BundleSource, options: ShardsOptions): Promise<Shards> {
    const root = await Recommender.open(source, options?.open)
    await root.complete
    const { bytes, opener } = root.inside
    const own = bytes.slice()
    const container = partsOf(own)
    const { catalogue, items, shards, sizes } = recordOf(container)
    if (typeof options?.shards !== 'function' && !Array.isArray(options?.shards))
      throw new MartelloError('shards: found no shards, expected where they are: { shards: [addresses] }')
    if (typeof options.shards !== 'function' && options.shards.length !== shards)
      throw new MartelloError(`shards: found ${options.shards.length} addresses, expected ${shards}, as the root has`)
    const { deadline = 250 } = options
    if (!(deadline > 0)) throw new MartelloError(`shards: deadline: found ${deadline}, expected milliseconds above 0`)
    const of = new Shards(
      root,
      catalogue,
      items,
      own,
      container,
      await opener.core(),
      opener,
      deadline,
      shards,
      options,
      sizes && new ShardLinks(container),
      (sizes ?? []).reduce((starts, size) => [...starts, starts.at(-1)! + size], [container.items]),
    )
    await Promise.all(of.lines.map((line) => line.warm(options.warm ?? 10_000)))
    return of
  }

  /**
   * As `Recommender.recommend`, of the whole catalogue. What cannot be had within the deadline has no part in the answer, and `trace.shards`
   * says so; it throws only where the request itself is wrong.
   */
  async recommend(request: Asked = {}, asking: Asking = {}): Promise<ShardsAnswer> {
    this.root.recommend({ ...request, k: checking(request.k) }) // says what is wrong with it before anybody is asked
    const { filter, exclude, allow, k, profile, history = [], cart = [] } = request
    const ids = [...(profile?.history ?? []), ...history, ...cart].map(idOf)
    return this.answered(ids, { filter, exclude, allow, k }, asking, (here) => here.recommend(request))
  }

  /** As `Recommender.similar`. An id that no shard has is an error. */
  async similar(id: string, options: SimilarRequest = {}, asking: Asking = {}): Promise<ShardsAnswer> {
    const { filter, exclude, allow, k } = options
    this.root.recommend({
      ...(filter && { filter }),
      ...(exclude && { exclude }),
      ...(allow && { allow }),
      k: checking(k),
    })
    return this.answered([id], { filter, exclude, allow, k }, asking, (here) => here.similar(id, options))
  }

  /** As `Recommender.nearest`, with ids for numbers. */
  async nearest(
    vector: ArrayLike<number>,
    options: Pick<Asked, 'k' | 'filter' | 'exclude' | 'allow'> = {},
    asking: Asking = {},
  ): Promise<{ ids: string[]; scores: Float32Array; shards: ShardsTrace }> {
    this.root.nearest(vector, { ...options, k: checking(options.k) })
    const told: Told = { missing: new Map(), rows: 0, ms: 0 }
    const vectors = { [this.root.spaces[0]!]: Array.from(vector) }
    const rows = await this.near({ vectors, places: [] }, [], options, told, asking, performance.now() + this.deadline)
    const here = this.with(rows, told)
    const { items, scores } = here.nearest(vector, options)
    return { ids: Array.from(items, (item) => here.id(item)!), scores, shards: this.traced(told) }
  }

  /** Ends; shards stay as they are. */
  close(): void {
    this.root.close()
  }

  private async answered(
    ids: readonly string[],
    narrowed: Narrowed,
    asking: Asking,
    answer: (here: Opened) => Answer,
  ): Promise<ShardsAnswer> {
    const told: Told = { missing: new Map(), rows: 0, ms: 0 }
    const until = performance.now() + this.deadline
    const own = await this.rowsOf(ids, told, asking, until - this.deadline / 2)
    const wanted = { vectors: this.meansOf(ids, own), places: this.placesOf(ids, own) }
    const isAny = Object.keys(wanted.vectors).length > 0 || wanted.places.length > 0
    const near = isAny ? await this.near(wanted, ids, narrowed, told, asking, until) : []
    const { items, trace } = answer(this.with([...own.values(), ...near], told, ids, own))
    return { items, trace: { ...trace, shards: this.traced(told) } }
  }

  /** The root with these rows, but for answers that do not open beside it: good until the next call. */
  private with(
    rows: readonly Placed[],
    told: Told,
    ids: readonly string[] = [],
    own: ReadonlyMap<string, Known> = new Map(),
  ): Opened {
    try {
      return this.joined(rows, ids, own)
    } catch {
      const broken = new Map<Container, Missing>()
      for (const one of new Set(rows.map(({ of }) => of)))
        try {
          this.joined(
            rows.filter(({ of }) => of === one),
            ids,
            own,
          )
        } catch (error) {
          broken.set(one, new Missing('failed', (error as Error).message))
        }
      for (const [of, missing] of broken) told.missing.set(this.origin.get(of)!, missing)
      return this.joined(
        rows.filter(({ of }) => !broken.has(of)),
        ids,
        own,
      )
    }
  }

  private joined(all: readonly Placed[], ids: readonly string[], own: ReadonlyMap<string, Known>): Opened {
    if (all.length === 0) return this.root
    const { opener, core, container, bytes, links, root } = this
    const rows = links === null ? all : inOrder(all)
    const linked = new Map<number, Linked>()
    if (links !== null) {
      const numberOf = new Map(rows.map(({ place }, i) => [place, container.items + i]))
      for (const id of ids) {
        const [item, row] = [root.number(id), own.get(id)]
        if (item !== undefined) linked.set(item, { of: container, row: item })
        else if (row !== undefined && numberOf.has(row.place)) linked.set(numberOf.get(row.place)!, row)
      }
    }
    const places = rows.map(({ place }) => place)
    const joined = join(
      container,
      [gathered(container, rows)],
      undefined,
      links === null ? undefined : (part) => links.joined(part, places, linked),
    )
    return new opener.Recommender(
      arrived(
        opener,
        core,
        bundleOf(bytes, joined, (head, sections) => core.directorySum(head, sections)),
      ),
    )
  }

  /** What shards know of ids that the root has not, by id. */
  private async rowsOf(ids: readonly string[], told: Told, asking: Asking, until: number): Promise<Map<string, Known>> {
    const { kept, root, lines } = this
    const rows = new Map<string, Known>()
    const wanted = new Map<number, string[]>()
    for (const id of new Set(ids)) {
      if (root.number(id) !== undefined) continue
      const row = kept.get(id)
      if (row === undefined) {
        const shard = shardOf(id, lines.length)
        ;(wanted.get(shard) ?? wanted.set(shard, []).get(shard)!).push(id)
        continue
      }
      kept.delete(id)
      kept.set(id, row)
      rows.set(id, row)
    }
    const found = await this.ask([...wanted].map(([shard, own]) => [shard, { ids: own }] as const), told, asking, until) // prettier-ignore
    const here = this.with(found, told)
    for (const row of found) {
      const id = utf8.decode.decode(row.id)
      const item = here.number(id)
      // of an answer that does not open, or a row that nobody asked it for
      if (item === undefined || wanted.get(this.origin.get(row.of)!)?.includes(id) !== true) continue
      const known = { ...row, vectors: here.spaces.map((space) => here.vector(item, space)) }
      kept.set(id, known)
      rows.set(id, known)
    }
    for (const id of kept.keys()) {
      if (kept.size <= ROWS_KEPT) break
      kept.delete(id)
    }
    return rows
  }

  /**
   * As a pooled tower has it: the mean of what is known; null: nothing is. Of the request's own rows, not of those kept: other requests may
   * have put these out meanwhile.
   */
  private meansOf(ids: readonly string[], own: ReadonlyMap<string, Known>): Record<string, number[]> {
    const { root } = this
    const means: Record<string, number[]> = {}
    for (const { space, last, decay } of this.spaces()) {
      const ordinal = root.spaces.indexOf(space)
      let [mean, total] = [[] as number[], 0]
      ids.toReversed().forEach((id, age) => {
        if (last > 0 && age >= last) return
        const item = root.number(id)
        const vector = item === undefined ? own.get(id)?.vectors[ordinal] : root.vector(item, space)
        if (!vector) return
        const weight = decay ** age
        mean = Array.from(vector, (x, d) => (mean[d] ?? 0) + weight * x)
        total += weight
      })
      if (total > 0) means[space] = mean.map((x) => x / total)
    }
    return means
  }

  /** Spaces that rows are found by: of each the source that weighs most. */
  private spaces(): Nearness[] {
    const { root, links } = this
    if (links === null) return [{ space: root.spaces[0]!, last: 0, decay: 1 }]
    const by = new Map<number, (typeof links.sources)[number]>()
    for (const source of links.sources.filter((one) => one.kind === SOURCE.vectors && Math.max(...one.weight) > 0))
      if (!(by.get(source.ordinal)?.weight[2]! >= source.weight[2]!)) by.set(source.ordinal, source)
    return [...by].map(([ordinal, { last, decay }]) => ({ space: root.spaces[ordinal]!, last, decay }))
  }

  /** Places in shards that the postings of a history name, but for its own. */
  private placesOf(ids: readonly string[], own: ReadonlyMap<string, Known>): number[] {
    const { root, container, links, starts } = this
    if (links === null) return []
    const history = ids.map((id): Linked | null => {
      const item = root.number(id)
      return item === undefined ? (own.get(id) ?? null) : { of: container, row: item }
    })
    const places = links.named(history, CANDIDATES)
    for (const { place } of own.values()) places.delete(place)
    return [...places].filter((place) => place >= starts[0]! && place < starts.at(-1)!)
  }

  private near(
    { vectors, places }: Wanted,
    ids: readonly string[],
    { filter, exclude = [], allow, k = 0 }: Narrowed,
    told: Told,
    asking: Asking,
    until: number,
  ): Promise<Placed[]> {
    const { links, starts } = this
    const question: Question = {
      ...(links === null ? { vector: Object.values(vectors)[0]! } : { vectors }),
      k: rowsOfEach(Math.max(k, CANDIDATES), this.lines.length),
      exclude: [...exclude, ...ids],
      ...(filter && { filter }),
      ...(allow && { allow }),
    }
    return this.ask(
      Array.from(this.lines.keys(), (shard) => {
        if (links === null) return [shard, question] as const
        const own = places.filter((place) => place >= starts[shard]! && place < starts[shard + 1]!)
        return [shard, { ...question, rows: own.map((place) => place - starts[shard]!) }] as const
      }),
      told,
      asking,
      until,
    )
  }

  /** All at once; the rows of those that answer within the deadline. */
  private async ask(
    questions: readonly (readonly [shard: number, question: Question])[],
    told: Told,
    { waitUntil }: Asking,
    until: number,
  ): Promise<Placed[]> {
    const started = performance.now()
    const texts = new Map<Question, string>()
    const textOf = (one: Question) => texts.get(one) ?? texts.set(one, JSON.stringify(one)).get(one)!
    const answers = await Promise.all(
      questions.map(async ([shard, question]) => {
        try {
          const bytes = await this.lines[shard]!.ask(textOf(question), until - started, waitUntil)
          return bytes.length === 0 ? [] : this.looked(bytes, shard)
        } catch (error) {
          if (!(error instanceof Missing)) throw error
          told.missing.set(shard, error)
          return []
        }
      }),
    )
    const rows = answers.flat()
    told.ms += performance.now() - started
    told.rows += rows.length
    return rows
  }

  /** Rows of an answer, which must be ones that fit beside the root. */
  private looked(bytes: Uint8Array, shard: number): Placed[] {
    const { links, starts } = this
    try {
      const of = partsOf(bytes)
      this.origin.set(of, shard)
      links?.check(of)
      const numbers = links && numbersIn(of, starts[shard + 1]! - starts[shard]!)
      const rows = idsIn(of).map((id, row) => ({ of, row, id, place: numbers ? starts[shard]! + numbers[row]! : -1 }))
      void gathered(this.container, rows.slice(0, 1))
      const ids = new Set(rows.map(({ id }) => utf8.decode.decode(id)))
      for (const id of ids)
        if (shardOf(id, this.lines.length) !== shard)
          throw new MartelloError(`lists: found item "${id}", which is another shard's`)
      if (ids.size !== rows.length) throw new MartelloError('lists: found an item twice')
      return rows
    } catch (error) {
      const { name, message } = error as Error
      const found = name === 'MartelloError' ? message : `found ${bytes.length} bytes that are no rows`
      throw new Missing('failed', found)
    }
  }

  private traced({ missing, rows, ms }: Told): ShardsTrace {
    const { length } = this.lines
    return {
      of: length,
      answered: length - missing.size,
      missing: [...missing].map(([shard, { why, message }]) => ({ shard, why, detail: message })),
      rows,
      ms,
    }
  }
}

type Narrowed = { [key in 'filter' | 'exclude' | 'allow' | 'k']?: Asked[key] | undefined }

/** Least work where `k` is one that is served, else what is refused. */
const checking = (k = 1): number => (Number.isInteger(k) && k >= 1 && k <= MOST_ITEMS ? 1 : k)

const idOf = (entry: string | HistoryEvent) => (typeof entry === 'string' ? entry : entry.id)

function lineTo(shard: number, file: string, { shards, hedge }: ShardsOptions): Line {
  const to = typeof shards === 'function' ? shards(shard, file) : shards[shard]
  if (typeof to === 'string' ? !URL.canParse(to, globalThis.location?.href) : typeof to?.fetch !== 'function')
    throw new MartelloError(
      `shards: found ${JSON.stringify(to)} for shard ${shard}, expected an address, or what has a fetch`,
    )
  const [fetcher, at] =
    typeof to === 'string'
      ? [{ fetch: (request: Request) => fetch(request) }, to.endsWith('/') ? to : `${to}/`]
      : [to, 'https://shard.local/']
  return new Line(fetcher, at + file, hedge ?? null)
}

/** By place, each once, and each id. */
function inOrder(rows: readonly Placed[]): Placed[] {
  const [places, ids] = [new Set<number>(), new Set<string>()]
  const isNew = ({ place, id }: Placed) => {
    const name = utf8.decode.decode(id)
    if (places.has(place) || ids.has(name)) return false
    places.add(place)
    ids.add(name)
    return true
  }
  return rows.filter(isNew).sort((a, b) => a.place - b.place)
}

/** What the root says of the whole catalogue; `sizes`: items of each shard, where entries of postings are places; null: it has vectors alone. */
function recordOf({ items: head, parts }: Container) {
  const part = parts.find(({ kind }) => kind === SECTION.record)
  const {
    catalogue,
    items,
    split,
    sizes = null,
  } = JSON.parse(part === undefined ? '{}' : utf8.decode.decode(part.bytes)) as {
    catalogue?: string
    items?: number
    split?: { shards?: number }
    sizes?: number[] | null
  }
  const shards = split?.shards ?? 0
  if (!/^[0-9a-f]{8}$/.test(catalogue ?? '') || !Number.isInteger(items) || !(shards >= 1 && shards <= 1000))
    throw new MartelloError('shards: found a bundle without shards, expected the root of martello split --shards')
  const isSize = (size: unknown) => Number.isInteger(size) && (size as number) >= 0
  if (sizes !== null) {
    const fits = Array.isArray(sizes) && sizes.length === shards && sizes.every(isSize)
    if (!fits || sizes.reduce((sum, size) => sum + size, head) !== items)
      throw new MartelloError(`shards: found sizes of shards that are not ${items} items in ${shards}`)
  }
  return { catalogue: catalogue!, items: items!, shards, sizes }
}

/**
 * Of how many each shard must tell its best, so that the best `k` of all are among them: ids fall to shards evenly, so each has a share of
 * k / shards with the spread of a Poisson variable, and four of its standard deviations more are exceeded once in some 10,000 times.
 */
const rowsOfEach = (k: number, shards: number): number =>
  shards === 1 ? k : Math.min(k, Math.ceil(k / shards + 4 * Math.sqrt(k / shards)))
