/**
 * What was asked of the network: the page's own requests by a PerformanceObserver, those of its worker by the service worker,
 * once that is in charge. From `loaded()` on the count should stay at zero, and if it does not, it says what was asked.
 */
import { at, count, element, many, size } from './dom.js'

const asked = [] // { url, bytes, at }
let since = Infinity // ms of Unix time
let facts = { bundle: null, offline: { state: 'waiting', text: 'Loading …' }, problem: null }

const nameOf = (url) => new URL(url).pathname.split('/').at(-1) || 'this page'
const after = () => asked.filter((one) => one.at > since)

export function watchNetwork() {
  const take = (entries) => {
    for (const { name, startTime, encodedBodySize } of entries)
      if (/^https?:/.test(name))
        asked.push({ url: name, bytes: encodedBodySize, at: performance.timeOrigin + startTime, by: 'page' })
    show()
  }
  take(performance.getEntriesByType('navigation'))
  new PerformanceObserver((list) => take(list.getEntries())).observe({ type: 'resource', buffered: true })
  navigator.serviceWorker?.addEventListener('message', ({ data }) => {
    if (typeof data?.asked !== 'string') return
    asked.push({ url: data.asked, bytes: 0, at: data.at, by: 'worker' })
    show()
  })
}

/** Everything is here: what is asked from now on is counted by itself. */
export function loaded() {
  since = Date.now()
  show()
}

/** Tells of the bundle and of the state without a network: any of { bundle, offline: { state, text }, problem }. */
export function tell(news) {
  facts = { ...facts, ...news }
  show()
}

function show() {
  const { bundle, offline, problem } = facts
  const late = after()
  const state = since === Infinity ? 'waiting' : late.length === 0 ? 'good' : 'bad'
  at('network-state').dataset.state = state
  at('network-state').firstElementChild.textContent =
    state === 'waiting' ? 'Counting …' : `${many(late.length, 'request')} since loading`
  at('offline-state').dataset.state = offline.state
  at('offline-state').firstElementChild.textContent = offline.text

  const loading = asked.filter((one) => one.at <= since)
  const row = (label, ...value) => element('tr', '', rowHead(label), element('td', '', ...value))
  const parts = [
    element('h3', '', 'Requests'),
    element(
      'p',
      'figure',
      element('b', state === 'bad' ? 'bad' : '', state === 'waiting' ? '–' : count(late.length)),
      ' since the page was loaded',
    ),
    element('p', '', told(late)),
    element('h3', '', 'Without a network'),
    element('p', '', offline.long ?? offline.text),
  ]
  if (problem) parts.push(element('p', 'problem', problem))
  if (bundle) {
    const body = element(
      'tbody',
      '',
      row('Bundle', bundle.whole ? size(bundle.bytes) : `${size(bundle.loaded)} of ${size(bundle.bytes)} so far`),
      row('It answered from', `${size(bundle.usable)}, ${Math.round((100 * bundle.usable) / bundle.bytes)} %`),
      row('Films', count(bundle.items)),
      row('Sources', bundle.sources.join(', ')),
      row('Waiting', bundle.waiting.join(', ') || 'none'),
      row(
        'Residual layers',
        bundle.layers
          .map(([space, used, all]) => (bundle.whole ? `${space} ${used} of ${all}` : `${space} ${used} so far`))
          .join(', ') || 'none',
      ),
      row(
        'Kept in',
        { opfs: 'the origin private file system', cache: 'the Cache API' }[bundle.storage] ??
          (bundle.whole ? 'memory only' : 'memory, until all is here'),
      ),
    )
    parts.push(element('h3', '', 'The recommender'), element('table', 'facts', body))
  }
  const files = element(
    'tbody',
    '',
    ...loading.map(({ url, bytes, by }) =>
      row(nameOf(url), bytes > 0 ? size(bytes) : by === 'worker' ? 'by the worker' : '–'),
    ),
  )
  const caption = element('caption', 'unseen', 'Requests while loading')
  parts.push(
    element('h3', '', `While loading: ${many(loading.length, 'request')}`),
    element('table', 'facts', caption, files),
  )
  at('panel-network').replaceChildren(...parts)
}

function told(late) {
  if (since === Infinity) return 'The page is still loading: the count begins when all of it is here.'
  if (late.length > 0) return `Asked for: ${late.map((one) => nameOf(one.url)).join(', ')}`
  return 'Everything that was tapped, typed and tuned since then was answered in this page. Switch the network off and try.'
}

function rowHead(label) {
  const head = element('th', '', label)
  head.scope = 'row'
  return head
}
