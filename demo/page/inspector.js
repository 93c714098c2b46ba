/**
 * The inspector: a panel beside the shelf (below it on a phone) with three tabs. This file opens and closes it, switches
 * tabs, and draws the funnel of the last request; network.js and data.js fill the other two.
 */
import { at, bar, count, element, many, time } from './dom.js'

const TABS = ['shelf', 'network', 'data']

export function wireInspector() {
  at('inspect').addEventListener('click', () => (at('inspector').hidden ? openInspector() : closeInspector()))
  at('inspector-close').addEventListener('click', closeInspector)
  at('inspector').addEventListener('keydown', (event) => {
    if (event.key === 'Escape') closeInspector()
  })
  for (const name of TABS) at(`tab-${name}`).addEventListener('click', () => select(name))
  at('tabs').addEventListener('keydown', (event) => {
    const now = TABS.findIndex((name) => at(`tab-${name}`) === event.target)
    const to = { ArrowRight: now + 1, ArrowLeft: now + TABS.length - 1, Home: 0, End: TABS.length - 1 }[event.key]
    if (to === undefined) return
    event.preventDefault()
    select(TABS[to % TABS.length])
    at(`tab-${TABS[to % TABS.length]}`).focus()
  })
}

const undrawn = new Map() // tab → what draws it, when somebody looks

/** Draws a tab now if it is in sight, else when it comes to be. */
export function drawTab(name, draw) {
  undrawn.set(name, draw)
  if (!at('inspector').hidden && !at(`panel-${name}`).hidden) drawIfNot(name)
}
function drawIfNot(name) {
  undrawn.get(name)?.()
  undrawn.delete(name)
}

function select(name) {
  for (const one of TABS) {
    at(`panel-${one}`).hidden = one !== name
    at(`tab-${one}`).ariaSelected = String(one === name)
    at(`tab-${one}`).tabIndex = one === name ? 0 : -1
  }
  drawIfNot(name)
}

export function openInspector(tab = 'shelf') {
  at('inspector').hidden = false
  at('inspect').ariaExpanded = 'true'
  document.documentElement.classList.add('inspecting')
  select(tab)
  at('inspector-head').focus({ preventScroll: true })
  // a sheet at the window's foot: the shelf that it tells of is above it
  if (getComputedStyle(at('inspector')).position === 'fixed') at('shelf-head').scrollIntoView()
}

function closeInspector() {
  const within = at('inspector').contains(document.activeElement)
  at('inspector').hidden = true
  at('inspect').ariaExpanded = 'false'
  document.documentElement.classList.remove('inspecting')
  if (within) at('inspect').focus()
}

const took = [] // ms of every request so far, the last 500
const STAGES = { recall: 'Recall', rank: 'Rank', slate: 'Slate' }

/** Shows the funnel of one answer. `request` is what was asked, `ms` how long the page waited for it. */
export function showFunnel(answer) {
  took.push(answer.ms)
  if (took.length > 500) took.shift()
  drawTab('shelf', () => drawFunnel(answer))
}

function drawFunnel({ trace, request, ms, films }) {
  const step = (label, n, className = '') =>
    element('li', className, element('span', '', label), element('b', '', count(n)), bar(n / films))
  const sources = Object.entries(trace.recalled)
  const funnel = element(
    'ol',
    'funnel',
    step('Films in the catalogue', films),
    ...sources.map(([name, n]) => step(name, n, trace.waiting?.includes(name) ? 'source waiting' : 'source')),
    step('Candidates, merged', trace.candidates),
    step('On the shelf', trace.stages.slate.out, 'end'),
  )
  const cell = (text) => element('td', '', text)
  const head = (text, scope = 'col') => {
    const th = element('th', '', text)
    th.scope = scope
    return th
  }
  const sum = (label, value) => {
    const last = cell(time(value))
    last.colSpan = 3
    return element('tr', 'sum', head(label, 'row'), last)
  }
  const total = trace.ms.recall + trace.ms.rank + trace.ms.slate
  const table = element(
    'table',
    'stages',
    element('caption', 'unseen', 'Stages of the last request'),
    element('thead', '', element('tr', '', head('Stage'), head('in'), head('out'), head('time'))),
    element(
      'tbody',
      '',
      ...Object.entries(STAGES).map(([stage, name]) => {
        const { in: came, out } = trace.stages[stage]
        return element('tr', '', head(name, 'row'), cell(count(came)), cell(count(out)), cell(time(trace.ms[stage])))
      }),
      sum('In the core', total),
      sum('Round trip', ms),
    ),
  )
  const median = took.toSorted((a, b) => a - b)[took.length >> 1]
  const notes = [
    trace.history > 0
      ? `Made from ${many(trace.history, 'event')} of yours`
      : 'Nothing of you is known yet: what many people like',
    trace.ranked === 0 && 'no ranker in this bundle, so the sources’ scores decide the order',
    trace.filled > 0 && `${trace.filled} filled in by popularity`,
    ...Object.entries(trace.skipped).map(([rule, n]) => `${rule} kept out ${n}`),
  ].filter(Boolean)
  const code = element('pre', '', JSON.stringify(request, null, 1).replace(/\n {2,}(?=[^ {["])|\n {3,}/g, ' '))
  code.tabIndex = 0
  const asked = element('details', '', element('summary', '', 'The request'), code)
  asked.open = at('panel-shelf').querySelector('details')?.open ?? false
  at('panel-shelf').replaceChildren(
    element('h3', '', 'From the catalogue to the shelf'),
    funnel,
    element('p', 'hint', `${notes.join('; ')}.`),
    element('h3', '', 'Stage by stage'),
    table,
    element('p', 'hint', `${many(took.length, 'request')} so far, ${time(median)} each (median), no server asked.`),
    asked,
  )
}
