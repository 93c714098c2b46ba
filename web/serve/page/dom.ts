/** Small tools of the page. Text goes in as text: nothing in the page takes HTML. */
import { count } from '../face.js'

export { count }

/** The element of that id, which is there. */
export const at = <T extends HTMLElement = HTMLElement>(id: string): T => document.getElementById(id) as T
export const input = (id: string) => at<HTMLInputElement>(id)
export const button = (id: string) => at<HTMLButtonElement>(id)

export const size = (bytes: number) => (bytes < 1e6 ? `${count(bytes / 1e3)} KB` : `${(bytes / 1e6).toFixed(1)} MB`)
/** What several are called, where nothing says. */
const plural = (one: string) =>
  /[^aeiou]y$/.test(one) ? `${one.slice(0, -1)}ies` : /(s|x|ch|sh)$/.test(one) ? `${one}es` : `${one}s`
export const many = (n: number, one: string, more = plural(one)) => `${count(n)} ${n === 1 ? one : more}`
/** A browser shows its clock as coarsely as it likes; nobody's clock is worth more digits than this. */
export const time = (ms: number) => `${ms.toFixed(ms < 1 ? 2 : ms < 10 ? 1 : 0)} ms`
export const upper = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1)

/** An element of that class with these children, which are elements or text. */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  className = '',
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(name)
  if (className) node.className = className
  node.append(...children)
  return node
}

/** Text that may run from right to left. */
export function text<K extends keyof HTMLElementTagNameMap>(
  name: K,
  className: string,
  said: string,
): HTMLElementTagNameMap[K] {
  const node = element(name, className, said)
  node.dir = 'auto'
  return node
}

const SVG = 'http://www.w3.org/2000/svg'

/** A button whose icon is one of the page's symbols; `label` is for those who do not see it. */
export function iconButton(symbol: string, label: string, onClick: () => void): HTMLButtonElement {
  const made = element('button', 'icon')
  made.type = 'button'
  made.ariaLabel = label
  const svg = document.createElementNS(SVG, 'svg')
  const use = document.createElementNS(SVG, 'use')
  svg.setAttribute('viewBox', '0 0 24 24')
  svg.setAttribute('aria-hidden', 'true')
  use.setAttribute('href', `#${symbol}`)
  svg.append(use)
  made.append(svg)
  made.addEventListener('click', onClick)
  return made
}

export function textButton(className: string, label: string, onClick: () => void): HTMLButtonElement {
  const made = text('button', className, label)
  made.type = 'button'
  made.addEventListener('click', onClick)
  return made
}

/** A bar of that share of its width, for eyes alone: the number stands beside it. */
export function bar(share: number): SVGElement {
  const svg = document.createElementNS(SVG, 'svg')
  const rect = document.createElementNS(SVG, 'rect')
  svg.setAttribute('class', 'bar')
  svg.setAttribute('aria-hidden', 'true')
  rect.setAttribute('height', '100%')
  rect.setAttribute('width', `${(100 * Math.min(1, share)).toFixed(2)}%`)
  svg.append(rect)
  return svg
}

/** A row of a table of facts. */
export function fact(label: string, ...value: (Node | string)[]): HTMLTableRowElement {
  const head = element('th', '', label)
  head.scope = 'row'
  return element('tr', '', head, element('td', '', ...value))
}

let saying: ReturnType<typeof setTimeout>
/**
 * Tells those who listen, when things have come to rest: of what is said in quick succession, only the last. A function is
 * asked for its text then.
 */
export function say(what: string | (() => string), after = 500): void {
  clearTimeout(saying)
  saying = setTimeout(() => {
    at('said').textContent = typeof what === 'function' ? what() : what
  }, after)
}
