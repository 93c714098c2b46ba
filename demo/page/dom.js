/** Small tools of the page. Text goes in as text: nothing in the page takes HTML. */

export const at = (id) => document.getElementById(id)
export const count = (n) => Math.round(n).toLocaleString('en')
export const size = (bytes) => (bytes < 1e6 ? `${count(bytes / 1e3)} KB` : `${(bytes / 1e6).toFixed(1)} MB`)
export const many = (n, one, more = `${one}s`) => `${count(n)} ${n === 1 ? one : more}`
/** A browser shows its clock as coarsely as it likes; nobody's clock is worth more digits than this. */
export const time = (ms) => `${ms.toFixed(ms < 1 ? 2 : ms < 10 ? 1 : 0)} ms`

/** An element of that class with these children, which are elements or text. */
export function element(name, className, ...children) {
  const node = document.createElement(name)
  if (className) node.className = className
  node.append(...children)
  return node
}

/** A button whose icon is one of the page's symbols; `label` is for those who do not see it. */
export function iconButton(symbol, label, onClick) {
  const button = element('button', 'icon')
  button.type = 'button'
  button.ariaLabel = label
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use')
  svg.setAttribute('viewBox', '0 0 24 24')
  svg.setAttribute('aria-hidden', 'true')
  use.setAttribute('href', `#${symbol}`)
  svg.append(use)
  button.append(svg)
  button.addEventListener('click', onClick)
  return button
}

/** A bar of that share of its width, for eyes alone: the number stands beside it. */
export function bar(share) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  const rect = document.createElementNS('http://www.w3.org/2000/svg', 'rect')
  svg.setAttribute('class', 'bar')
  svg.setAttribute('aria-hidden', 'true')
  rect.setAttribute('height', '100%')
  rect.setAttribute('width', `${(100 * Math.min(1, share)).toFixed(2)}%`)
  svg.append(rect)
  return svg
}

let saying
/**
 * Tells those who listen, when things have come to rest: of what is said in quick succession, only the last. A function is
 * asked for its text then.
 */
export function say(text, after = 500) {
  clearTimeout(saying)
  saying = setTimeout(() => {
    at('said').textContent = typeof text === 'function' ? text() : text
  }, after)
}
