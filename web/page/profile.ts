/**
 * What a person did, on the person's device: a list of events that a request takes as its history.
 *
 *     const profile = await Profile.open()
 *     await profile.add({ id: '318', event: 'like' })
 *     rec.recommend({ profile })
 *
 * The events are in IndexedDB, one record each, numbered in the order in which they were added, and where that is asked for what was
 * shown, a record for each slate; a copy is in memory, so that reading never waits. A change is one transaction, which also forgets what is too old or too much; then the other
 * tabs read anew. Nothing is sent anywhere.
 *
 * @module martello/profile
 */
import { deleteDB, openDB, type IDBPDatabase } from 'idb'
import { MartelloError, shown as shownAs } from '../recommender/errors.js'
import { historyEvent, type HistoryEvent } from '../recommender/history.js'

/** Where and how long a profile is kept. */
export interface ProfileOptions {
  /** Profiles of different names know nothing of each other. Default 'martello'. */
  name?: string
  /** Keeps this many events, the newest. Default 1,000: a request takes 1,024. */
  maxEvents?: number
  /** Forgets events that are older. Default 365. */
  maxDays?: number
  /**
   * Keeps what was shown, too: `saw` then writes down slates, and requests with this profile count them as `impressions`. Default
   * false: `saw` keeps nothing, and what was kept goes.
   */
  impressions?: boolean
  /** Called after every change, in whichever tab it was made. */
  onChange?: (profile: Profile) => void
}

/** An event with its number, by which `undo` finds it. `at` was filled in where it was not given. */
export interface ProfileEvent extends HistoryEvent {
  readonly n: number
  readonly at: number
}

/** What was shown at once, with its number. */
export interface ProfileSlate {
  readonly n: number
  readonly at: number
  /** Where the policy explored, each with how likely it was at its place: `martello ope` reads that. */
  readonly shown: readonly { readonly id: string; readonly propensity?: number }[]
}

const STORE = 'events'
const VERSION = 1
const DAY = 86_400
/** Slates that are kept, and items of them that a request counts: the newest. */
const MOST_SLATES = 200
const MOST_COUNTED = 1024
const FORMAT = 'martello profile'

type Database = IDBPDatabase
type Kept = ProfileEvent | ProfileSlate
/** … before it has a number. */
type Fresh = HistoryEvent | Omit<ProfileSlate, 'n'>
const isSlate = (record: Kept): record is ProfileSlate => 'shown' in record
const isEvent = (record: Kept): record is ProfileEvent => !isSlate(record)

/** What the person did, kept on the device. As `profile` of a request it is a history, oldest first. */
export class Profile {
  private events: readonly ProfileEvent[] = []
  private past: readonly HistoryEvent[] = []
  private seen: readonly ProfileSlate[] = []
  private counts: Readonly<Record<string, number>> | undefined
  private readonly channel: BroadcastChannel | undefined
  private onChange?: ((profile: Profile) => void) | undefined
  /** In a sentence, what of the stored events was lost, or why events last only until the page closes; null if all is well. */
  problem: string | null = null

  private constructor(
    private database: Database | null,
    private readonly name: string,
    private readonly maxEvents: number,
    private readonly maxDays: number,
    private readonly keepsSlates: boolean,
  ) {
    if (database === null) return
    this.channel = new BroadcastChannel(name)
    this.channel.onmessage = () => this.reread().catch(() => {}) // else what was read last stays
  }

  /** Opens the profile of this origin. Where it cannot be stored it is in memory, and `problem` says so. */
  static async open(options: ProfileOptions = {}): Promise<Profile> {
    const { name = 'martello', maxEvents = 1000, maxDays = 365, impressions = false, onChange } = options
    if (!(maxEvents >= 1)) throw new MartelloError(`maxEvents: found ${shownAs(maxEvents)}, expected a number from 1`)
    if (!(maxDays > 0)) throw new MartelloError(`maxDays: found ${shownAs(maxDays)}, expected a number above 0`)
    const { database, problem } = await openOrRecover(`martello profile ${name}`)
    const profile = new Profile(database, `martello profile ${name}`, maxEvents, maxDays, impressions)
    profile.problem = problem
    await profile.change(() => {})
    profile.onChange = onChange
    return profile
  }

  /** The events as a request wants them, oldest first. `rec.recommend({ profile })` takes this. */
  get history(): readonly HistoryEvent[] {
    return this.past
  }

  /**
   * How often each item was shown, by id, as far as slates are kept (option `impressions`); else undefined. Requests with this profile
   * take it where they do not say it themselves.
   */
  get impressions(): Readonly<Record<string, number>> | undefined {
    return this.counts
  }

  /** What was shown, oldest first, as far as that is kept: to show under "your data" too. */
  slates(): readonly ProfileSlate[] {
    return this.seen
  }

  /** Writes down what was shown at once, now: the items of an answer. Keeps nothing without the option `impressions`. */
  async saw(items: readonly { id: string; propensity?: number | undefined }[]): Promise<void> {
    if (!isShown(items)) throw new MartelloError(`saw: found ${shownAs(items)}, expected the items of an answer`)
    const shown = items.map(({ id, propensity }) => ({ id, ...(propensity !== undefined && { propensity }) }))
    if (this.keepsSlates && shown.length > 0) await this.change((put) => put({ shown, at: Date.now() / 1000 }))
  }

  /** The events with their numbers and times, oldest first: what to show under "your data". */
  list(): readonly ProfileEvent[] {
    return this.events
  }

  /** Adds an event, or several, oldest first; an id alone is an event without a name. Its time is now if it has none. */
  async add(...events: (string | HistoryEvent)[]): Promise<void> {
    const checked = dated('add', events)
    await this.change((put) => checked.forEach((event) => put(event)))
  }

  /** Takes back the event with this number, or else what was added last, and returns it; undefined where there is none. */
  async undo(n = Math.max(...this.events.map((event) => event.n))): Promise<ProfileEvent | undefined> {
    const found = this.events.find((event) => event.n === n)
    if (found !== undefined) await this.change((_, remove) => remove(found.n))
    return found
  }

  /** Forgets everything. */
  async erase(): Promise<void> {
    await this.change((_, remove) => remove())
  }

  /** Everything that is known, as JSON that `import` reads. */
  export(): string {
    const slates = this.seen.map(({ n: _, ...slate }) => slate)
    const data = { format: FORMAT, version: VERSION, events: this.past, ...(slates.length > 0 && { slates }) }
    return JSON.stringify(data, null, 2)
  }

  /** What a request takes of it, so that a request can be logged with the profile in it. */
  toJSON(): { history: readonly HistoryEvent[]; impressions?: Readonly<Record<string, number>> } {
    return { history: this.past, ...(this.counts && { impressions: this.counts }) }
  }

  /** Adds the events of an export, after those that are there. Nothing is added where something in it is wrong. */
  async import(json: string): Promise<void> {
    let data: { format?: unknown; version?: unknown; events?: unknown; slates?: unknown }
    try {
      data = JSON.parse(json)
    } catch (error) {
      throw new MartelloError(`import: found no JSON (${(error as Error).message}), expected an exported profile`)
    }
    if (data?.format !== FORMAT || data.version !== VERSION || !Array.isArray(data.events))
      throw new MartelloError(
        `import: found ${shownAs(data)}, expected { format: "${FORMAT}", version: ${VERSION}, events: […] }`,
      )
    const events = dated('add', data.events as HistoryEvent[])
    const slates = ((data.slates ?? []) as ProfileSlate[]).map(({ shown, at }) => ({ shown, at }))
    if (!slates.every(isWhole)) throw new MartelloError(`import: found ${shownAs(data.slates)}, expected slates`)
    await this.change((put) => [...events, ...(this.keepsSlates ? slates : [])].forEach((record) => put(record)))
  }

  /** Listens no more and lets go of the database; what is in it stays. */
  close(): void {
    this.channel?.close()
    this.database?.close()
  }

  /** Works on the events in one transaction, drops what is not to be kept, reads the rest and tells everybody. */
  private async change(work: (put: (record: Fresh) => void, remove: (n?: number) => void) => void): Promise<void> {
    const transaction = await this.transaction('readwrite')
    if (transaction === null) {
      let records: Kept[] = [...this.events, ...this.seen]
      work(
        (record) => (records = [...records, { ...(record as Kept), n: Math.max(0, ...records.map(({ n }) => n)) + 1 }]),
        (n) => (records = n === undefined ? [] : records.filter((record) => record.n !== n)),
      )
      return this.show(records)
    }
    const { store, done } = transaction
    const writes: Promise<unknown>[] = [done]
    const remove = (n: number) => writes.push(store.delete(n))
    try {
      work(
        (record) => writes.push(store.add(record)),
        (n) => (n === undefined ? writes.push(store.clear()) : remove(n)),
      )
      const [keys, values] = await Promise.all([store.getAllKeys(), store.getAll()])
      const records = numbered(keys, values)
      if (records.length < values.length)
        this.problem = `profile: ${values.length - records.length} of the stored records were no events and were removed`
      const stored = this.within(records)
      const kept = new Set(stored.map(({ n }) => n))
      for (const key of keys) if (!kept.has(key as number)) remove(key as number)
      await Promise.all(writes)
      this.show(stored)
    } catch (error) {
      try {
        transaction.abort() // what was thrown at once undoes nothing by itself
      } catch {
        // it was undone already
      }
      await Promise.allSettled(writes)
      const { name, message } = error as Error
      throw new MartelloError(`profile: the change could not be stored (${name}: ${message})`)
    }
    if (writes.length > 1) this.channel?.postMessage('changed')
  }

  private async reread(): Promise<void> {
    const { store } = (await this.transaction('readonly'))!
    this.show(numbered(...(await Promise.all([store.getAllKeys(), store.getAll()]))))
  }

  /** A transaction, on a new connection where somebody ended ours; null where there is no database. */
  private async transaction<M extends 'readonly' | 'readwrite'>(mode: M) {
    try {
      return this.database && this.database.transaction(STORE, mode)
    } catch {
      ;({ database: this.database, problem: this.problem } = await openOrRecover(this.name))
      return this.database && this.database.transaction(STORE, mode)
    }
  }

  private within(records: readonly Kept[]): readonly Kept[] {
    const oldest = Date.now() / 1000 - this.maxDays * DAY
    const inTime = records.filter(({ at }) => at >= oldest).sort((a, b) => a.at - b.at || a.n - b.n)
    const slates = this.keepsSlates ? inTime.filter(isSlate).slice(-MOST_SLATES) : []
    return [...inTime.filter(isEvent).slice(-this.maxEvents), ...slates]
  }

  private show(records: readonly Kept[]): void {
    const kept = this.within(records)
    this.events = kept.filter(isEvent)
    this.past = this.events.map(({ n: _, ...event }) => event)
    this.seen = kept.filter(isSlate)
    this.counts = this.keepsSlates ? countsOf(this.seen) : undefined
    this.onChange?.(this)
  }
}

/** How often each item was shown, of the newest slates. */
function countsOf(slates: readonly ProfileSlate[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>()
  for (const { shown } of slates.toReversed())
    for (const { id } of shown)
      if (counts.has(id) || counts.size < MOST_COUNTED) counts.set(id, (counts.get(id) ?? 0) + 1)
  return Object.fromEntries(counts)
}

/** Events as they are kept: of now where they do not say when. */
function dated(call: string, events: readonly (string | HistoryEvent)[]): HistoryEvent[] {
  const now = Date.now() / 1000
  return events.map((event, i) => ({ at: now, ...definite(historyEvent(`${call}[${i}]`, event)) }))
}

function isShown(shown: unknown): shown is ProfileSlate['shown'] {
  const isItem = (item: { id?: unknown; propensity?: unknown } | null) =>
    typeof item?.id === 'string' && ['undefined', 'number'].includes(typeof item.propensity)
  return Array.isArray(shown) && shown.every(isItem)
}

const isWhole = ({ shown, at }: { shown?: unknown; at?: unknown }): boolean => typeof at === 'number' && isShown(shown)

/** What the records say, in the order of their numbers; a record that is neither an event nor a slate is left out. */
function numbered(keys: readonly IDBValidKey[], values: readonly unknown[]): Kept[] {
  return values.flatMap((value, i): Kept[] => {
    const n = keys[i] as number
    if (typeof value === 'object' && value !== null && isWhole(value)) return [{ ...(value as ProfileSlate), n }]
    try {
      const event = definite(historyEvent('record', value as HistoryEvent))
      return typeof event.at === 'number' ? [{ ...event, at: event.at, n }] : []
    } catch {
      return []
    }
  })
}

/** The event without keys whose value is undefined. */
function definite(event: HistoryEvent): HistoryEvent {
  return Object.fromEntries(Object.entries(event).filter(([, value]) => value !== undefined)) as unknown as HistoryEvent
}

interface Opened {
  database: Database | null
  problem: string | null
}

const open = (name: string) =>
  openDB(name, VERSION, {
    upgrade: (database) => void database.createObjectStore(STORE, { autoIncrement: true }),
    // another tab wants to make it anew; the next transaction connects again
    blocking: (_from, _to, event) => (event.target as IDBDatabase).close(),
  })

/** The database; if it cannot be read, a new one with the records that can; if there can be none, null. */
function openOrRecover(name: string): Promise<Opened> {
  const { locks } = navigator
  return locks ? locks.request(name, () => openAlone(name)) : openAlone(name) // two tabs would recover everything twice
}

async function openAlone(name: string): Promise<Opened> {
  let found: Database | undefined
  try {
    found = await open(name)
    await found.getAll(STORE)
    return { database: found, problem: null }
  } catch (reason) {
    try {
      return await recover(name, found ?? (await openDB(name)), reason as Error) // whatever version there is
    } catch (error) {
      found?.close()
      const { name: kind, message } = error as Error
      const problem = `profile: events last only until the page closes, they cannot be stored (${kind}: ${message})`
      return { database: null, problem }
    }
  }
}

/** Takes what can be read out of `broken`, one record at a time, and puts it into a new database of the same name. */
async function recover(name: string, broken: Database, reason: Error): Promise<Opened> {
  const values: unknown[] = []
  let lost = 0
  if (broken.objectStoreNames.contains(STORE))
    // where not even these can be read it may be for now alone, and nothing is made anew
    for (const key of await broken.getAllKeys(STORE))
      await broken.get(STORE, key).then(
        (value) => values.push(value),
        () => lost++,
      )
  broken.close()
  await deleteDB(name)
  const database = await open(name)
  const events = numbered([...values.keys()], values)
  const { store, done } = database.transaction(STORE, 'readwrite')
  for (const { n: _, ...event } of events) store.add(event)
  await done
  lost += values.length - events.length
  const why = `${reason.name}: ${reason.message}`
  return {
    database,
    problem: `profile: the stored events could not be read (${why}); ${events.length} were recovered, ${lost} lost`,
  }
}
