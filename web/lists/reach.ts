/**
 * What of a split catalogue is here, and what is fetched of it: a root, whose directory says which lists lie where, and lists that were
 * fetched, each looked at as it came. The root and the lists become one bundle (join.ts), so whatever it is asked it answers as any other.
 */
import type { Arrival } from '../recommender/arrival.js'
import type { Core } from '../recommender/core.js'
import { knownKeys, MartelloError, refuse } from '../recommender/errors.js'
import type { ListOptions } from '../recommender/files.js'
import { historyEvent, type HistoryEvent } from '../recommender/history.js'
import { kindOf } from '../recommender/platform.js'
import type * as platform from '../recommender/platform.js'
import type { Recommender } from '../recommender/recommender.js'
import { SECTION } from '../generated/numbers.js'
import { chosen, fused, listed, ranked, type Limits, type Listed, type Stretch } from './choose.js'
import { bundleOf, partsOf, type Container } from './container.js'
import { bucketIn, bucketsOf, checked, entriesOf, listIn, placeOf, type Buckets } from './find.js'
import { partsBeside, someAtATime, type ReadPart } from './fetch.js'
import { idsIn } from './gather.js'
import { join } from './join.js'
import { Links, startsOf, type Known } from './links.js'
import { arrived, type Opener } from './opener.js'
import { Shelf } from './shelf.js'

/** What was fetched for a question. */
export interface Sharpened {
  /** How many lists it wanted, and how many of these were here already. */
  lists: number
  held: number
  /** What was fetched: bytes, and in how many requests. */
  bytes: number
  requests: number
}

/** What lists are fetched for: what somebody met, or a vector of the catalogue's space. */
export interface SharpenRequest {
  history?: readonly (string | HistoryEvent)[]
  vector?: ArrayLike<number>
  /** Most bytes of all lists that are wanted. Default 400,000. */
  bytes?: number
  /** Most requests. Default 8. */
  requests?: number
  /** Bytes of lists that stay in memory; those that were wanted longest ago go. Default 16 MB. 0: the device forgets them, too. */
  keep?: number
  /**
   * So many made-up wishes are fetched beside it, each what some list drawn at random lies nearest to, so that the host cannot tell which is
   * whose: as many times the bytes and requests. Default 0.
   */
  cover?: number
  /**
   * So many items of the history that are not here are looked for, the newest first: for each some KB in a request, which count among `bytes`
   * and `requests`. The lists that they lie in come first. Default 2; 0: the host is not asked for them.
   */
  find?: number
  /** Ends the fetching. */
  signal?: platform.AbortSignal
}

const KEYS = ['history', 'vector', 'bytes', 'requests', 'keep', 'cover', 'find', 'signal']

interface Wish extends Limits {
  keep: number
  cover: number
  find: number
  signal: platform.AbortSignal | undefined
}

/**
 * Of a recommender, its `bundle`, which is a root, and where that came from: an address, or what reads files beside it. `turn`: from then
 * on it answers from this. `stay`: where lists stay on the device.
 */
export async function reach(
  rec: Recommender,
  bundle: Uint8Array,
  origin: unknown,
  opener: Opener,
  turn: (arrival: Arrival) => void,
  stay?: ListOptions['stay'],
): Promise<Reach> {
  const own = bundle.slice()
  const root = partsOf(own)
  const lists = root.parts.find(({ kind }) => kind === SECTION.lists)
  if (lists === undefined)
    throw new MartelloError('sharpen: found a bundle without lists, expected the root of martello split')
  const read = typeof origin === 'function' ? (origin as ReadPart) : partsBeside(addressOf(origin))
  const [of, one, other] = await Promise.all([opener.core(), opener.core(), opener.core()])
  const directory = new opener.Recommender(arrived(opener, of, lists.bytes))
  const buckets = bucketsOf(root.parts.find(({ kind }) => kind === SECTION.record)?.bytes)
  const bytesOf = (number: number) =>
    number < directory.items
      ? Number(directory.attributes(number)['bytes'])
      : buckets && number < directory.items + buckets.buckets
        ? buckets.bytes
        : 0
  const shelf = stay && new Shelf(stay, bytesOf)
  const links = root.parts.some(({ kind }) => kind === SECTION.postings) ? new Links(root, startsOf(lists.bytes, root.items)) : null // prettier-ignore
  return new Reach(rec, own, root, directory, links, [one, other], opener, turn, read, buckets, shelf)
}

/** The space that the record of a root says lists were cut by; undefined: it says nothing. */
function spaceOf(record: Uint8Array | undefined): string | undefined {
  try {
    return (JSON.parse(new TextDecoder().decode(record)) as { space?: string }).space
  } catch {
    return undefined
  }
}

function addressOf(origin: unknown): string {
  const address = /^(Request|Response)$/.test(kindOf(origin)) ? (origin as Request).url : origin
  if (!/^(String|URL)$/.test(kindOf(address)))
    throw new MartelloError('sharpen: found a bundle without an address, expected one that was opened from a URL')
  return new URL(address as string, globalThis.document?.baseURI ?? globalThis.location?.href).href
}

const counted = (key: string, value: number | undefined, otherwise: number): number =>
  value === undefined || (Number.isInteger(value) && value >= 0)
    ? (value ?? otherwise)
    : refuse(`sharpen: ${key}`, value, 'a whole number from 0')

export class Reach {
  /** By number, those that were wanted last at the end. */
  private readonly here = new Map<number, { list: Listed; container: Container }>()
  /** The lists that items lie in which were looked for; null: in none. */
  private readonly places = new Map<string, number | null>()
  /** Answers come from one core while the next bundle is put into the other. */
  private next = 0
  private working: Promise<unknown> = Promise.resolve()
  /** What answers are made from, behind the root. */
  private turned: readonly Container[] = []
  /** The space by which lists are found; undefined: the bundle has none. */
  private readonly space: string | undefined

  constructor(
    private readonly rec: Recommender,
    private readonly header: Uint8Array,
    private readonly root: Container,
    private readonly directory: Recommender,
    private readonly links: Links | null,
    private readonly cores: readonly [Core, Core],
    private readonly opener: Opener,
    private readonly turnTo: (arrival: Arrival) => void,
    private readonly read: ReadPart,
    private readonly buckets: Buckets | null,
    private readonly shelf?: Shelf,
  ) {
    const space = spaceOf(root.parts.find(({ kind }) => kind === SECTION.record)?.bytes)
    this.space = rec.spaces.find((name) => name === space) ?? rec.spaces[0]
  }

  /** Fetches the lists that a wish wants most. */
  async sharpen(wish: SharpenRequest): Promise<Sharpened> {
    knownKeys('sharpen', wish, KEYS, 'an object such as { history }')
    const { bytes, requests, keep, cover, find, signal } = wish
    const limits = {
      bytes: counted('bytes', bytes, 400_000),
      requests: counted('requests', requests, 8),
      keep: counted('keep', keep, 16_000_000),
      cover: counted('cover', cover, 0),
      find: counted('find', find, 2),
      signal,
    }
    return this.inTurn(() => this.towards(wish, limits))
  }

  /** One after the other: each finds here what the one before fetched. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.working.then(work)
    this.working = result.catch(() => {})
    return result
  }

  private async towards(wish: SharpenRequest, limits: Wish): Promise<Sharpened> {
    const { here, shelf } = this
    const before = new Map(here)
    try {
      const ids = idsOf(wish)
      await shelf?.open()
      const found = await this.find(ids, limits)
      const left = { ...limits, bytes: limits.bytes - found.bytes, requests: limits.requests - found.requests }
      const first = await this.ownFirst(found, left)
      const lists = this.lists(wish.vector ?? this.mean(ids), found.lists, ids)
      const { wanted, stretches: own } = await this.fromDevice(lists, { ...left, requests: left.requests - first.own.length }) // prettier-ignore
      const missing = [...first.own, ...own].flatMap(({ lists }) => lists)
      const others = own.length === 0 ? [] : this.covered(own, found.made, left)
      const fetched = new Map([...first.fetched, ...(await this.fetched(others, limits.signal))])
      const stretches = [...first.stretches, ...others]
      for (const { number } of wanted) {
        const one = here.get(number)!
        here.delete(number)
        here.set(number, one)
      }
      void this.rec.items // throws where it was closed meanwhile: what came is of no use, on the device either
      const numbers = wanted.map(({ number }) => number)
      this.leave(limits.keep, new Set(numbers))
      if (here.size !== before.size || numbers.some((number) => !before.has(number))) this.turn()
      // nobody waits for it: what is answered is here
      const all = new Map([...found.came, ...fetched])
      void shelf?.update(all, [...numbers.reverse(), ...found.used], limits.keep === 0 ? 0 : undefined)
      return {
        lists: wanted.length,
        held: wanted.length - missing.length,
        bytes: stretches.reduce((sum, { bytes }) => sum + bytes, found.came.size * (this.buckets?.bytes ?? 0)),
        requests: stretches.length + found.came.size,
      }
    } catch (error) {
      here.clear()
      for (const [number, one] of before) here.set(number, one)
      throw error
    }
  }

  /**
   * The lists that the newest items of a history lie in which the root has not, by the buckets of their ids: what these are on the shelf,
   * which of them came, lists of items in the buckets of each made-up wish, and what was taken of the limits.
   */
  private async find(ids: readonly string[], limits: Wish) {
    const { buckets, places, shelf, rec } = this
    const came = new Map<number, Uint8Array>()
    const none = { lists: [] as number[], used: [] as number[], came, made: [] as number[][], bytes: 0, requests: 0 }
    if (buckets === null) return none
    const isOutside = (id: string) => places.has(id) || rec.number(id) === undefined
    const outside = [...new Set(ids.toReversed())].filter(isOutside).slice(0, limits.find)
    const first = this.directory.items // buckets are numbered behind the lists
    const used = [...new Set(outside.map((id) => first + bucketIn(buckets, id)))]
    const of = (number: number) => outside.filter((id) => !places.has(id) && first + bucketIn(buckets, id) === number)
    const read = (number: number, bytes: Uint8Array | null) => {
      checked(buckets, bytes)
      for (const id of of(number)) places.set(id, listIn(bytes!, id))
    }
    const missing: number[] = []
    for (const number of used.filter((one) => of(one).length > 0))
      try {
        if (!shelf?.has(number)) missing.push(number)
        else read(number, await shelf.read(number))
      } catch {
        await shelf!.drop(number)
        missing.push(number)
      }
    const most = Math.min(limits.requests, Math.floor(limits.bytes / buckets.bytes))
    const asked = missing.slice(0, most)
    const drawn = Array.from({ length: limits.cover }, () => asked.map(() => first + random(buckets.buckets)))
    const all = new Set([...asked, ...drawn.flat()])
    const inOrder = [...all].sort((a, b) => a - b) // which does not tell them apart
    const fetched = await someAtATime(inOrder, (one) => {
      const { file, at } = placeOf(buckets, one - first)
      return this.read(file, at, buckets.bytes, limits.signal)
    })
    inOrder.forEach((number, i) => {
      read(number, fetched[i]!)
      came.set(number, fetched[i]!)
    })
    const isList = (list: number) => list >= 0 && list < first
    const lists = [...new Set(outside.map((id) => places.get(id) ?? -1).filter(isList))]
    const anyIn = (number: number) => {
      const entries = entriesOf(came.get(number)!)
      return entries[random(entries.length)]?.list ?? -1
    }
    const made = drawn.map((numbers) => [...new Set(numbers.map(anyIn).filter(isList))])
    return { lists, used, came, made, bytes: asked.length * buckets.bytes, requests: asked.length }
  }

  /**
   * Where items have postings, the lists that the history lies in come before the others, whose items they name: what is fetched, for made-up
   * wishes, too, and of that what is wanted.
   */
  private async ownFirst({ lists, made }: { lists: readonly number[]; made: readonly number[][] }, limits: Wish) {
    const { directory, here, links, shelf } = this
    const none = { own: [] as Stretch[], stretches: [] as Stretch[], fetched: new Map<number, Uint8Array>() }
    if (links === null || lists.length === 0) return none
    const listedOf = (numbers: readonly number[]) => numbers.map((number) => listed(number, directory.attributes(number))) // prettier-ignore
    const { stretches: own } = await this.fromDevice(listedOf(lists), limits)
    if (own.length === 0) return none
    const isHere = ({ number }: Listed) => here.has(number) || lists.includes(number) || !!shelf?.has(number)
    const others = made.flatMap((numbers) => chosen(listedOf(numbers), isHere, limits).stretches)
    const stretches = inOrder([...own, ...others])
    return { own, stretches, fetched: await this.fetched(stretches, limits.signal) }
  }

  /** Where items of a history are; null: they are not here. */
  private known(ids: readonly string[]): (Known | null)[] {
    const { rec, places, here, root, turned } = this
    return ids.map((id) => {
      const item = rec.number(id)
      if (item !== undefined) {
        let row = item
        for (const container of [root, ...turned]) {
          if (row < container.items) return { of: container, row }
          row -= container.items
        }
      }
      const container = here.get(places.get(id) ?? -1)?.container
      const row = container === undefined ? -1 : idsIn(container).findIndex((one) => new TextDecoder().decode(one) === id) // prettier-ignore
      return row < 0 ? null : { of: container!, row }
    })
  }

  /** As a pooled tower has it: the mean of what is known, of an item that is not here its list's; null: nothing is. */
  private mean(ids: readonly string[]): Float32Array | null {
    const { rec, places, directory, space } = this
    if (space === undefined) return null
    const vectors = ids.flatMap((id) => {
      const [item, list] = [rec.number(id), places.get(id) ?? directory.items]
      return (
        (item !== undefined ? rec.vector(item, space) : list < directory.items ? directory.vector(list) : null) ?? []
      )
    }) as Float32Array[]
    return meanOf(vectors)
  }

  /** What is wanted most first: `own`, then what lies near and what the postings of a history hold. */
  private lists(vector: ArrayLike<number> | null, own: readonly number[], ids: readonly string[] = []): Listed[] {
    const { directory, links } = this
    const near = vector === null ? [] : ranked(directory, vector)
    const listOf = (number: number) => listed(number, directory.attributes(number))
    const wanted = links === null || ids.length === 0 ? null : links.wanted(this.known(ids))
    const all = wanted === null ? near : fused(near, wanted.vectors, wanted.links, listOf)
    return [...own.map(listOf), ...all.filter(({ number }) => !own.includes(number))]
  }

  /** What is wanted; of that the device's own is taken from there, and what it cannot give whole is missing. */
  private async fromDevice(lists: readonly Listed[], limits: Limits): Promise<ReturnType<typeof chosen>> {
    const { here, shelf } = this
    for (;;) {
      const choice = chosen(lists, ({ number }) => here.has(number) || !!shelf?.has(number), limits)
      const there = choice.wanted.filter(({ number }) => !here.has(number) && shelf?.has(number))
      if (there.length === 0) return choice
      const taken = async (list: Listed) => {
        const bytes = await shelf!.read(list.number)
        try {
          this.take(list, bytes!)
        } catch {
          await shelf!.drop(list.number)
        }
      }
      await Promise.all(there.map(taken))
    }
  }

  /** By number the lists of stretches, which are taken as they are. */
  private async fetched(
    stretches: readonly Stretch[],
    signal?: platform.AbortSignal,
  ): Promise<Map<number, Uint8Array>> {
    const came = await someAtATime(stretches, ({ file, at, bytes }) => this.read(file, at, bytes, signal))
    const all = new Map<number, Uint8Array>()
    stretches.forEach(({ at, lists }, i) => {
      for (const list of lists) {
        const bytes = came[i]!.subarray(list.at - at, list.at - at + list.bytes)
        this.take(list, bytes)
        all.set(list.number, bytes)
      }
    })
    return all
  }

  /** With those of made-up wishes, in an order that does not tell them apart. */
  private covered(own: readonly Stretch[], made: readonly number[][], limits: Wish): Stretch[] {
    const { here, shelf } = this
    const all = [...own]
    for (let n = 0; n < limits.cover; n++) {
      // as somebody's whose items lie in these: who sees the buckets finds nothing that tells wishes apart
      const liked = made[n]?.length ? made[n]! : [random(this.directory.items)]
      const vector = meanOf(liked.map((list) => this.directory.vector(list)!))!
      const coming = new Set(all.flatMap(({ lists }) => lists.map(({ number }) => number)))
      const isHere = ({ number }: Listed) => here.has(number) || coming.has(number) || !!shelf?.has(number)
      all.push(...chosen(this.lists(vector, made[n] ?? []), isHere, limits).stretches)
    }
    return inOrder(all)
  }

  /** A list as it came, looked at. */
  private take(list: Listed, bytes: Uint8Array): void {
    this.here.set(list.number, { list, container: looked(this.cores[this.next]!, list, bytes) })
  }

  private leave(most: number, wanted: ReadonlySet<number>): void {
    let bytes = 0
    for (const { list } of this.here.values()) bytes += list.bytes
    for (const [number, { list }] of this.here) {
      if (bytes <= most) break
      if (wanted.has(number)) continue
      this.here.delete(number)
      bytes -= list.bytes
    }
  }

  /** To a bundle of what is here. */
  private turn(): void {
    const core = this.cores[this.next]!
    const numbers = [...this.here.keys()].sort((a, b) => a - b)
    const lists = numbers.map((number) => this.here.get(number)!.container)
    const { links } = this
    const bytes = bundleOf(
      this.header,
      join(this.root, lists, links ? numbers.map((number) => links.starts[number]!) : undefined),
      (head, sections) => core.directorySum(head, sections),
      (length) => core.reserve(length, Infinity),
    )
    const arrival = arrived(this.opener, core, bytes)
    this.next = 1 - this.next
    this.turned = lists
    this.turnTo(arrival)
  }
}

/** null: of none. */
function meanOf(vectors: readonly Float32Array[]): Float32Array | null {
  if (vectors.length === 0) return null
  return Float32Array.from(vectors[0]!, (_, d) => vectors.reduce((sum, one) => sum + one[d]!, 0) / vectors.length)
}

/** In an order that does not tell wishes apart. */
const inOrder = (stretches: Stretch[]): Stretch[] =>
  stretches.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.at - b.at))

const random = (below: number) => crypto.getRandomValues(new Uint32Array(1))[0]! % Math.max(1, below)

/** Of a wish: what somebody met; of a vector none. */
function idsOf({ vector, history }: SharpenRequest): string[] {
  if ((vector === undefined) === (history === undefined))
    throw new MartelloError('sharpen: expected one of history and vector')
  if (vector !== undefined) return []
  if (!Array.isArray(history)) refuse('sharpen: history', history, 'a list')
  return history.map((entry, i) => historyEvent(`history[${i}]`, entry as string).id)
}

/** Every section with its checksum. */
function looked(checker: Core, list: Listed, bytes: Uint8Array): Container {
  try {
    checker.reserve(bytes.length, Infinity).set(bytes)
    checker.verify(bytes.length, 0, bytes.length)
  } catch (error) {
    throw new MartelloError(`sharpen: list ${list.number} in ${list.file} at ${list.at}: ${(error as Error).message}`)
  }
  const container = partsOf(bytes)
  if (bytes.length !== list.bytes || container.items !== list.items)
    throw new MartelloError(
      `sharpen: list ${list.number}: found ${container.items} items in ${bytes.length} bytes, expected ${list.items} in ${list.bytes}`,
    )
  return container
}
