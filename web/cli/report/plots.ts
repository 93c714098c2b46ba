/**
 * The pictures of a report, as SVG: Observable Plot draws them into xmldom's document, without a browser. Colours are the
 * page's, so that light, dark and print are one drawing; series differ in shape too. Each stands beside its table.
 */
import {
  axisFy,
  axisX,
  axisY,
  barX,
  dot,
  gridX,
  gridY,
  line,
  link,
  plot,
  ruleX,
  text,
  type PlotOptions,
} from '@observablehq/plot'
import { DOMImplementation, XMLSerializer, type Element } from '@xmldom/xmldom'
import { html, Html } from './html.js'
import { megabytes } from '../memory.js'

/** Elements with attributes, which is all that Plot asks of a document where looks are given as text. */
const document = new DOMImplementation().createDocument('http://www.w3.org/1999/xhtml', 'html', null)

const WIDTH = 460
const COLOURS = ['var(--first)', 'var(--second)', 'var(--third)', 'var(--fourth)']
const SYMBOLS = ['circle', 'square', 'triangle', 'diamond'] as const

const colourOf = (series: readonly string[]) => ({ domain: series, range: COLOURS })
const symbolOf = (series: readonly string[]) => ({ domain: series, range: [...SYMBOLS] })

function drawn(label: string, series: readonly string[], options: PlotOptions): Html {
  const svg = plot({ width: WIDTH, ...options, className: 'plot', document: document as unknown as Document }) // prettier-ignore
  for (const part of Array.from(svg.getElementsByTagName('g'))) part.removeAttribute('aria-label') // it is one picture
  svg.setAttribute('role', 'img')
  svg.setAttribute('aria-label', label)
  return html`<div class="picture">
    ${series.length > 1 && keyOf(series)}${new Html(new XMLSerializer().serializeToString(svg as unknown as Element))}
  </div>`
}

/** The shapes of keys, in a square of 10. */
const SHAPES = ['M5 0a5 5 0 1 0 .01 0z', 'M0 0h10v10H0z', 'M5 0L10 9H0z', 'M5 0L10 5 5 10 0 5z']

const keyOf = (series: readonly string[]) =>
  html`<ul class="key">${series.map((name, n) => html`<li><svg viewBox="0 0 10 10" aria-hidden="true"><path d="${SHAPES[n]!}" fill="${COLOURS[n]!}"/></svg>${name}</li>`)}</ul>` // prettier-ignore

/** Room for names at the left. */
const roomFor = (names: readonly string[]) => 14 + 6.6 * Math.max(...names.map((name) => name.length))
const short = (name: string) => (name.length > 24 ? `${name.slice(0, 23)}…` : name)

export interface Ranged {
  name: string
  series: string
  value: number
  /** Where it is known. */
  interval: readonly [number, number] | null
}

/** A value each with its interval, a line for each name, the series of a name below each other. */
export function ranges(label: string, what: string, rows: readonly Ranged[], signed = false): Html {
  const names = [...new Set(rows.map(({ name }) => name))]
  const series = [...new Set(rows.map((row) => row.series))]
  const sure = rows.flatMap((row) =>
    row.interval === null ? [] : [{ ...row, from: row.interval[0], to: row.interval[1] }],
  )
  return drawn(label, series, {
    marginLeft: roomFor(names.map(short)),
    marginRight: 16,
    marginBottom: 40,
    height: 56 + names.length * (10 + 14 * series.length),
    x: { label: what, labelArrow: 'none', nice: true, ...(signed ? {} : { zero: true }) },
    y: { axis: null, domain: series, padding: 0.3 },
    fy: { domain: names, padding: 0.1 },
    color: colourOf(series),
    symbol: symbolOf(series),
    marks: [
      gridX({ stroke: 'var(--line)', strokeOpacity: 1, ticks: 5 }),
      ruleX([0], { stroke: 'var(--ink-soft)' }),
      axisX({ ticks: 5, label: what, labelArrow: 'none', labelAnchor: 'center', tickSize: 3 }),
      axisFy({ anchor: 'left', label: null, tickFormat: short }),
      link(sure, { x1: 'from', x2: 'to', y1: 'series', y2: 'series', fy: 'name', stroke: 'series', strokeWidth: 2.5 }),
      dot(rows, { x: 'value', y: 'series', fy: 'name', fill: 'series', symbol: 'series', r: 4.5 }),
    ],
  })
}

export interface Bar {
  name: string
  value: number
  said: string
}

/** A bar each, with its value behind it. */
export function bars(label: string, what: string, rows: readonly Bar[]): Html {
  const names = rows.map(({ name }) => name)
  return drawn(label, [], {
    marginLeft: roomFor(names.map(short)),
    marginRight: 64,
    marginTop: 8,
    marginBottom: 34,
    height: 44 + 22 * rows.length,
    x: { axis: null },
    y: { domain: names, padding: 0.25 },
    marks: [
      axisY({ label: null, tickSize: 0, tickFormat: short }),
      barX(rows, { x: 'value', y: 'name', fill: 'var(--first)' }),
      text(rows, { x: 'value', y: 'name', text: 'said', textAnchor: 'start', dx: 5 }),
      text([what], { frameAnchor: 'bottom-left', dy: 24, text: (d: string) => d }),
    ],
  })
}

export interface Step {
  series: string
  bytes: number
  value: number
}

/** What is reached by how many bytes; `stepped`: what has come stays until more comes. */
export function overBytes(label: string, what: string, rows: readonly Step[], stepped: boolean): Html {
  const series = [...new Set(rows.map((row) => row.series))]
  return drawn(label, series, {
    marginLeft: 48,
    marginRight: 20,
    marginBottom: 40,
    height: 260,
    x: { zero: true, nice: true },
    y: { zero: true, nice: true },
    color: colourOf(series),
    symbol: symbolOf(series),
    marks: [
      gridY({ stroke: 'var(--line)', strokeOpacity: 1, ticks: 5 }),
      axisX({ ticks: 5, label: 'bytes', labelArrow: 'none', labelAnchor: 'center', tickFormat: (bytes: number) => megabytes(bytes) }), // prettier-ignore
      axisY({ ticks: 5, label: what, labelArrow: 'none' }),
      line(rows, { x: 'bytes', y: 'value', stroke: 'series', z: 'series', strokeWidth: 2, curve: stepped ? 'step-after' : 'linear' }), // prettier-ignore
      dot(rows, { x: 'bytes', y: 'value', fill: 'series', symbol: 'series', r: 4.5 }),
    ],
  })
}
