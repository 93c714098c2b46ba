/**
 * The inspector: a panel beside the shelf (below it on a phone) with three tabs. This file opens and closes it, switches
 * tabs, and draws the funnel of the last request; network.ts and data.ts fill the other two.
 */
import type { Request, Stage, Trace } from '../../page/client.js'
import { at, bar, button, count, element, many, time, upper } from './dom.js'

const TABS = ['shelf', 'network', 'data'] as const
type Tab = (typeof TABS)[number]

export function wireInspector(): void {
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
    const name = TABS[to % TABS.length]!
    select(name)
    at(`tab-${name}`).focus()
  })
}

const undrawn = new Map<Tab, () => void>() // what draws a tab, when somebody looks

/** Draws a tab now if it is in sight, else when it comes to be. */
export function drawTab(name: Tab, draw: () => void): void {
  undrawn.set(name, draw)
  if (!at('inspector').hidden && !at(`panel-${name}`).hidden) drawIfNot(name)
}
function drawIfNot(name: Tab): void {
  undrawn.get(name)?.()
  undrawn.delete(name)
}

function select(name: Tab): void {
  for (const one of TABS) {
    at(`panel-${one}`).hidden = one !== name
    at(`tab-${one}`).ariaSelected = String(one === name)
    button(`tab-${one}`).tabIndex = one === name ? 0 : -1
  }
  drawIfNot(name)
}

export function openInspector(tab: Tab = 'shelf'): void {
  at('inspector').hidden = false
  at('inspect').ariaExpanded = 'true'
  document.documentElement.classList.add('inspecting')
  select(tab)
  at('inspector-head').focus({ preventScroll: true })
  // a sheet at the window's foot: the shelf that it tells of is above it
  if (getComputedStyle(at('inspector')).position === 'fixed') at('shelf-head').scrollIntoView()
}

function closeInspector(): void {
  const within = at('inspector').contains(document.activeElement)
  at('inspector').hidden = true
  at('inspect').ariaExpanded = 'false'
  document.documentElement.classList.remove('inspecting')
  if (within) at('inspect').focus()
}

/** One bundle's answer: what was asked, and how long the page waited for it. */
export interface Answered {
  label: string
  trace: Trace
  request: Omit<Request, 'profile'> & { profile?: string }
  ms: number
  items: number
}

const took: number[] = [] // ms of every request so far, the last 500
const STAGES: Record<Stage, string> = { recall: 'Recall', rank: 'Rank', slate: 'Slate' }

/** Shows the funnel of an answer, or of one from each bundle. */
export function showFunnel(answers: readonly Answered[], items: string): void {
  took.push(...answers.map(({ ms }) => ms))
  took.splice(0, took.length - 500)
  drawTab('shelf', () => {
    const open = at('panel-shelf').querySelector('details')?.open ?? false
    at('panel-shelf').replaceChildren(
      ...answers.flatMap((answer) => [
        ...(answers.length > 1 ? [element('h3', 'of', answer.label)] : []),
        ...funnelOf(answer, items, open),
      ]),
    )
  })
}

function funnelOf({ trace, request, ms, items }: Answered, called: string, open: boolean): HTMLElement[] {
  const step = (label: string, n: number, className = '') =>
    element('li', className, element('span', '', label), element('b', '', count(n)), bar(n / items))
  const sources = Object.entries(trace.recalled)
  const funnel = element(
    'ol',
    'funnel',
    step(`${upper(called)} in the catalogue`, items),
    ...sources.map(([name, n]) => step(name, n, trace.waiting.includes(name) ? 'source waiting' : 'source')),
    step('Candidates, merged', trace.candidates),
    step('On the shelf', trace.stages.slate.out, 'end'),
  )
  const median = took.toSorted((a, b) => a - b)[took.length >> 1]!
  const notes = [
    trace.history > 0 ? `Made from ${many(trace.history, 'event')}` : 'Nothing is known yet: what many people like',
    trace.unknown > 0 && `${many(trace.unknown, 'event')} of items that are not in the bundle`,
    trace.ranked > 0 && `the ranker scored ${count(trace.ranked)}`,
    trace.ranked === 0 &&
      `${request.rankCandidates === 0 ? 'the ranker is switched off' : 'no ranker in this bundle'}, so the sources’ scores decide the order`,
    trace.filled > 0 && `${trace.filled} filled in by popularity`,
    ...Object.entries(trace.skipped).map(([rule, n]) => `${rule} kept out ${n}`),
  ].filter((note) => note !== false)
  const code = element('pre', '', JSON.stringify(request, null, 1).replace(/\n {2,}(?=[^ {["])|\n {3,}/g, ' '))
  code.tabIndex = 0
  const asked = element('details', '', element('summary', '', 'The request'), code)
  asked.open = open
  return [
    element('h3', '', 'From the catalogue to the shelf'),
    funnel,
    element('p', 'hint', `${notes.join('; ')}.`),
    element('h3', '', 'Stage by stage'),
    stagesOf(trace, ms),
    element('p', 'hint', `${many(took.length, 'request')} so far, ${time(median)} each (median), no server asked.`),
    asked,
  ]
}

function stagesOf(trace: Trace, ms: number): HTMLElement {
  const cell = (said: string) => element('td', '', said)
  const head = (said: string, scope = 'col') => {
    const th = element('th', '', said)
    th.scope = scope
    return th
  }
  const sum = (label: string, value: number) => {
    const last = cell(time(value))
    last.colSpan = 3
    return element('tr', 'sum', head(label, 'row'), last)
  }
  const rows = Object.entries(STAGES).map(([stage, name]) => {
    const { in: came, out } = trace.stages[stage as Stage]
    return element(
      'tr',
      '',
      head(name, 'row'),
      cell(count(came)),
      cell(count(out)),
      cell(time(trace.ms[stage as Stage])),
    )
  })
  const total = trace.ms.recall + trace.ms.rank + trace.ms.slate
  return element(
    'table',
    'stages',
    element('caption', 'unseen', 'Stages of the last request'),
    element('thead', '', element('tr', '', head('Stage'), head('in'), head('out'), head('time'))),
    element('tbody', '', ...rows, sum('In the core', total), sum('Round trip', ms)),
  )
}
