/**
 * What a page's people want, without anybody learning what one of them wants: reports after noise, of those alone who said yes.
 *
 *     const reports = await Reports.open({ clusters: ['Action', 'Comedy', 'Drama'], send: '/reports' })
 *     await reports.optIn()         // when the person says so; before that nothing is drawn, written or sent
 *     await reports.tell('Drama')   // one bit for each cluster, after noise; `martello aggregate` takes the noise out of many
 *
 * The noise of a cluster is drawn once and kept, so that telling it again says nothing new, and cannot be averaged away. What is told
 * is written into a ledger before it is sent: one record in IndexedDB, changed in one transaction, so that tabs agree and no report
 * leaves that the ledger does not have.
 *
 * @module martello/report
 */
import { MartelloError, refuse, whole } from '../recommender/errors.js'
import { CLUSTERS, digestOf, EPSILONS, FORMAT, noisy, VERSION, type Report } from './noise.js'

export type { Report }

/** What is asked, and what it may cost. */
export interface ReportsOptions {
  /** What a person may want, of which they tell one at a time: 2 to 1,024 names, the same ones in the same order for everybody. */
  clusters: readonly string[]
  /**
   * Where a report goes: an address that takes it as the body of a POST, without cookies and referrer; or a function of the page, which resolves
   * when it has arrived.
   */
  send: string | ((report: Report, signal: AbortSignal) => Promise<unknown>)
  /** What a cluster costs when it is told for the first time, from 0.1 to 10: less says less of a person, and needs more people. Default 4. */
  epsilon?: number
  /** Reports within 24 hours. Default 1. */
  perDay?: number
  /** Nothing is told beyond this sum of epsilons. Default 16, four clusters. */
  budget?: number
  /** A question that is asked anew, such as '2027': its noise is new, and costs anew. Default ''. */
  round?: string
  /**
   * Sends what was told already once more, the same bits, each time that the page tells it. That costs nothing of epsilon, but who keeps single
   * reports can see that two come from one device, and that what it wants did not change. Default false: a cluster is told once in a round.
   */
  again?: boolean
}

/** A line of the ledger. */
export interface Told {
  /** When, in seconds. */
  readonly at: number
  /** What was true; what was sent of it is in `report`. */
  readonly cluster: string
  /** What it cost: 0 where the same bits had been sent before. */
  readonly epsilon: number
  readonly report: Report
  /** Whether it has arrived, as far as is known. If not, it may have, and is sent again when it is told again. */
  readonly arrived: boolean
}

/** All that was told from this device. */
export interface Ledger {
  /** Since when the person lets reports go, in seconds; null: they do not. */
  readonly since: number | null
  /** What all of it cost: `before`, and what each line of `told` did. */
  readonly epsilon: number
  /** What those cost that are not in `told` any more: it was emptied, or they are older than the newest 1,000. */
  readonly before: number
  /** Oldest first. */
  readonly told: readonly Told[]
}

/**
 * What became of `tell`. 'off': the person did not opt in. 'told': the host has it already. 'later': enough for 24 hours. 'spent': it would
 * cost more than the budget has.
 */
export type Outcome = 'sent' | 'off' | 'told' | 'later' | 'spent'

/** What is stored. */
interface State {
  since: number | null
  before: number
  told: Told[]
  /** Bits by list, epsilon and cluster. */
  noise: Record<string, string>
}

/** A line that is to be sent; where it was not before, with the place of its noise. */
type Next = Told & { place?: string }

const NAME = 'martello report'
const STORE = 'ledger'
const KEY = 'state'
const DAY = 86_400
const MOST_TOLD = 1000

/** Reports of this origin's page. There is one ledger, whatever the lists, for all of them. */
export class Reports {
  /** Ends what is on its way, when the person opts out. */
  private ending = new AbortController()

  private constructor(
    private readonly options: Required<ReportsOptions>,
    private readonly digest: string,
  ) {}

  /** Checks the options. Nothing is stored, and nothing sent. */
  static async open(options: ReportsOptions): Promise<Reports> {
    const { clusters, send, epsilon = 4, perDay = 1, budget = 16, round = '', again = false } = options
    const [fewest, most] = CLUSTERS
    if (!Array.isArray(clusters) || !clusters.every((name) => typeof name === 'string') || new Set(clusters).size < clusters.length)
      refuse('clusters', clusters, 'a list of names, none of them twice') // prettier-ignore
    whole('number of clusters', clusters.length, fewest, most)
    const [least, largest] = EPSILONS
    if (!(epsilon >= least && epsilon <= largest)) refuse('epsilon', epsilon, `a number from ${least} to ${largest}`)
    whole('perDay', perDay, 1, 1000)
    if (!(budget >= epsilon)) refuse('budget', budget, `a number from ${epsilon}, which is epsilon`)
    if (typeof round !== 'string') refuse('round', round, 'a text')
    if (typeof send !== 'string' && typeof send !== 'function') refuse('send', send, 'an address or a function')
    if (globalThis.crypto?.subtle === undefined) throw new MartelloError('report: found no WebCrypto, expected https')
    const checked = { clusters: [...clusters], send, epsilon, perDay, budget, round, again }
    return new Reports(checked, await digestOf(clusters, round))
  }

  /** From now on `tell` sends: call it when the person has said so. It is remembered. */
  async optIn(): Promise<void> {
    await change((state, save) => {
      state.since ??= now()
      save()
    })
  }

  /** From now on nothing is sent, from no tab, and what is on its way from this one is broken off. The ledger and its noise stay. */
  async optOut(): Promise<void> {
    this.ending.abort()
    this.ending = new AbortController()
    await change((state, save) => {
      state.since = null
      save()
    })
  }

  /**
   * Tells the host, after noise, that this person wants `cluster`. Throws MartelloError where it is none of the list, could not be written
   * down, in which case it is not sent either, or did not arrive as far as is known; then telling it again sends the same bits.
   */
  async tell(cluster: string): Promise<Outcome> {
    const number = this.options.clusters.indexOf(cluster)
    if (number < 0) refuse('tell', cluster, 'one of the clusters')
    const { signal } = this.ending
    const { locks } = globalThis.navigator ?? {}
    const work = () => this.tellAlone(cluster, number, signal)
    return locks ? locks.request(NAME, work) : work()
  }

  /** All that was told from this device, to show to the person. */
  async ledger(): Promise<Ledger> {
    return change(({ since, before, told }) => ({ since, epsilon: spent({ before, told }), before, told }))
  }

  /**
   * Forgets what was told, and its noise. What is told afterwards has new noise and costs anew, also where the host has it already; so
   * the sum that was spent stays, as `before`, and counts for the budget. `total: true` forgets that too.
   */
  async clear({ total = false }: { total?: boolean } = {}): Promise<void> {
    await change((state, save) => {
      Object.assign(state, { before: total ? 0 : spent(state), told: [], noise: {} })
      save()
    })
  }

  private async tellAlone(cluster: string, number: number, signal: AbortSignal): Promise<Outcome> {
    const next = await change((state, save) => {
      const found = this.next(state, cluster, number)
      if (typeof found !== 'string') save()
      return found
    })
    if (typeof next === 'string') return next
    if (signal.aborted) return takeBack(next)
    const { send } = this.options
    try {
      await (typeof send === 'string' ? post(send, next.report, signal) : send(next.report, signal))
    } catch (error) {
      if (signal.aborted) return 'off'
      throw new MartelloError(`report: it did not arrive, as far as is known (${(error as Error).message})`)
    }
    await change((state, save) => {
      const line = placeOf(state, next)
      if (line < 0) return // it was emptied meanwhile
      state.told[line] = { ...state.told[line]!, arrived: true }
      save()
    }).catch(() => {}) // it was sent, and is in the ledger; told again, it is sent again as it was
    return 'sent'
  }

  /** The line that is told now, in the state's ledger, or why there is none. */
  private next(state: State, cluster: string, number: number): Next | Exclude<Outcome, 'sent'> {
    const { clusters, epsilon, perDay, budget, again } = this.options
    if (state.since === null) return 'off'
    const place = `${this.digest} ${epsilon} ${number}`
    const known = state.noise[place]
    const last = state.told.findLastIndex((line) => line.cluster === cluster && line.report.bits === known)
    const missing = known !== undefined && state.told[last]?.arrived === false ? state.told[last] : undefined
    if (known !== undefined && missing === undefined && !again) return 'told'
    const at = now()
    // on either side of now: a clock that is set back makes none of them old
    const recent = state.told.filter((line) => line !== missing && Math.abs(at - line.at) < DAY)
    if (recent.length >= perDay) return 'later'
    const cost = known === undefined ? epsilon : 0
    if (spent(state) + cost > budget) return 'spent'
    const bits = (state.noise[place] ??= noisy(number, clusters.length, epsilon))
    const report = { format: FORMAT, version: VERSION, clusters: this.digest, count: clusters.length, epsilon, bits }
    const line: Told = { at, cluster, epsilon: missing?.epsilon ?? cost, report, arrived: false }
    if (missing !== undefined) state.told.splice(last, 1)
    state.told.push(line)
    for (const old of state.told.splice(0, state.told.length - MOST_TOLD)) state.before += old.epsilon
    return missing === undefined ? { ...line, place } : line
  }
}

const placeOf = (state: State, { at, cluster }: Told): number =>
  state.told.findLastIndex((line) => line.at === at && line.cluster === cluster)

/** What never went anywhere is in no ledger. */
async function takeBack(next: Next): Promise<'off'> {
  const { place } = next
  if (place !== undefined)
    await change((state, save) => {
      const line = placeOf(state, next)
      if (line < 0) return
      if (state.told.splice(line, 1)[0]!.epsilon > 0) delete state.noise[place]
      save()
    })
  return 'off'
}

const now = (): number => Date.now() / 1000

const spent = ({ before, told }: Pick<State, 'before' | 'told'>): number =>
  told.reduce((sum, { epsilon }) => sum + epsilon, before)

async function post(address: string, report: Report, signal: AbortSignal): Promise<void> {
  const { ok, status } = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(report),
    // it goes on where the page ends, and nothing goes along that tells devices apart
    keepalive: true,
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
    cache: 'no-store',
    signal,
  })
  if (!ok) throw new Error(`${address} answered ${status}`)
}

/** Works on what is stored in one transaction; what it does to the state stays where it calls `save`. */
async function change<T>(work: (state: State, save: () => void) => T): Promise<T> {
  try {
    const database = await opened()
    try {
      return await new Promise<T>((resolve, reject) => {
        const transaction = database.transaction(STORE, 'readwrite', { durability: 'strict' })
        const store = transaction.objectStore(STORE)
        const request = store.get(KEY)
        let result: T
        request.onsuccess = () => {
          try {
            const state = (request.result ?? { since: null, before: 0, told: [], noise: {} }) as State
            result = work(state, () => store.put(state, KEY))
          } catch (error) {
            reject(error)
            transaction.abort()
          }
        }
        transaction.oncomplete = () => resolve(result)
        transaction.onabort = () => reject(transaction.error)
      })
    } finally {
      database.close()
    }
  } catch (error) {
    const { name, message } = (error ?? {}) as Error
    throw new MartelloError(
      `report: the ledger could not be read or written, and nothing is sent (${name}: ${message})`,
    )
  }
}

function opened(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1)
    request.onupgradeneeded = () => void request.result.createObjectStore(STORE)
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}
