/**
 * What was asked of the network: the page's own requests by a PerformanceObserver, those of its worker by the service worker,
 * once that is in charge. From `loaded()` on the count should stay at zero, and if it does not, it says what was asked. Pictures
 * that the person allowed are counted by themselves.
 */
import type { BundleState } from './bundle.js'
import { at, count, element, fact, many, size, upper } from './dom.js'

interface Asked {
  url: string
  bytes: number
  /** ms of Unix time */
  at: number
  by: 'page' | 'worker'
  picture: boolean
}
interface Facts {
  bundles: readonly BundleState[]
  offline: { state: 'waiting' | 'good' | 'bad'; text: string; long?: string }
  problem: string | null
}

const asked: Asked[] = []
let since = Infinity
let items = 'items'
let facts: Facts = { bundles: [], offline: { state: 'waiting', text: 'Loading …' }, problem: null }

const nameOf = (url: string) => decodeURIComponent(new URL(url).pathname.split('/').at(-1)!) || 'this page'
const foreign = (url: string) => new URL(url).origin !== location.origin

export function watchNetwork(): void {
  const take = (entries: PerformanceEntryList) => {
    for (const { name, startTime, encodedBodySize, initiatorType } of entries as PerformanceResourceTiming[])
      if (/^https?:/.test(name))
        asked.push({
          url: name,
          bytes: encodedBodySize,
          at: performance.timeOrigin + startTime,
          by: 'page',
          picture: initiatorType === 'img' && foreign(name),
        })
    show()
  }
  take(performance.getEntriesByType('navigation'))
  new PerformanceObserver((list) => take(list.getEntries())).observe({ type: 'resource', buffered: true })
  navigator.serviceWorker?.addEventListener('message', ({ data }) => {
    if (typeof data?.asked !== 'string') return
    asked.push({ url: data.asked, bytes: 0, at: data.at, by: 'worker', picture: false })
    show()
  })
}

/** Everything is here: what is asked from now on is counted by itself. */
export function loaded(): void {
  since = Date.now()
  show()
}

/** What items are called. */
export const call = (some: string) => void (items = some)

/** Tells of the bundles and of the state without a network. */
export function tell(news: Partial<Facts>): void {
  facts = { ...facts, ...news }
  show()
}

function show(): void {
  const { bundles, offline, problem } = facts
  const pictures = asked.filter((one) => one.picture)
  const late = asked.filter((one) => one.at > since && !one.picture)
  const state = since === Infinity ? 'waiting' : late.length === 0 ? 'good' : 'bad'
  at('network-state').dataset['state'] = state
  at('network-state').firstElementChild!.textContent =
    state === 'waiting' ? 'Counting …' : `${many(late.length, 'request')} since loading`
  at('offline-state').dataset['state'] = offline.state
  at('offline-state').firstElementChild!.textContent = offline.text

  const loading = asked.filter((one) => one.at <= since && !one.picture)
  const parts: HTMLElement[] = [
    element('h3', '', 'Requests'),
    element(
      'p',
      'figure',
      element('b', state === 'bad' ? 'bad' : '', state === 'waiting' ? '–' : count(late.length)),
      ' since the page was loaded',
    ),
    element('p', '', told(late)),
  ]
  if (pictures.length > 0) {
    const hosts = [...new Set(pictures.map(({ url }) => new URL(url).host))].join(', ')
    parts.push(element('p', '', `Besides, as you allowed: ${many(pictures.length, 'picture')} from ${hosts}.`))
  }
  parts.push(element('h3', '', 'Without a network'), element('p', '', offline.long ?? offline.text))
  if (problem) parts.push(element('p', 'problem', problem))
  for (const bundle of bundles)
    parts.push(element('h3', '', bundles.length > 1 ? bundle.label : 'The recommender'), stateOf(bundle))
  const files = loading.map(({ url, bytes, by }) =>
    fact(nameOf(url), bytes > 0 ? size(bytes) : by === 'worker' ? 'by the worker' : '–'),
  )
  const caption = element('caption', 'unseen', 'Requests while loading')
  parts.push(
    element('h3', '', `While loading: ${many(loading.length, 'request')}`),
    element('table', 'facts', caption, element('tbody', '', ...files)),
  )
  at('panel-network').replaceChildren(...parts)
}

const KEPT: Record<string, string> = { opfs: 'the origin private file system', cache: 'the Cache API' }

function stateOf(bundle: BundleState): HTMLElement {
  const { whole, bytes, loaded, usable, storage } = bundle
  const layers = bundle.layers.map(([space, used, all]) =>
    whole ? `${space} ${used} of ${all}` : `${space} ${used} so far`,
  )
  const kept = storage === null ? 'the page’s own files' : KEPT[storage]
  return element(
    'table',
    'facts',
    element(
      'tbody',
      '',
      fact('Bundle', whole ? size(bytes) : `${size(loaded)} of ${size(bytes)} so far`),
      fact('It answered from', `${size(usable)}, ${Math.round((100 * usable) / bytes)} %`),
      fact(upper(items), count(bundle.items)),
      fact('Sources', bundle.sources.join(', ') || 'none'),
      fact('Waiting', bundle.waiting.join(', ') || 'none'),
      fact('Residual layers', layers.join(', ') || 'none'),
      fact('Kept in', kept ?? (whole ? 'memory only' : 'memory, until all is here')),
    ),
  )
}

function told(late: readonly Asked[]): string {
  if (since === Infinity) return 'The page is still loading: the count begins when all of it is here.'
  if (late.length > 0) return `Asked for: ${late.map((one) => nameOf(one.url)).join(', ')}`
  return 'Everything that was tapped, typed and tuned since then was answered in this page. Switch the network off and try.'
}
