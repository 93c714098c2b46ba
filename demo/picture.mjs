// The page of `martello serve` as a picture for the README: what Chromium shows of the films' page, as shapes and text of an SVG, since
// a repository keeps text better than pictures.
//
//   node demo/picture.mjs URL > demo/serve.svg     URL: of a page that is served, as `make serve` prints it
import { chromium } from 'playwright-core'

const [WIDTH, HEIGHT] = [1280, 800]

/** Runs in the page: what is painted, in the order of the document. */
function painted([width, height]) {
  const out = []
  const accent = getComputedStyle(document.querySelector('#shelf .like')).color
  const text = (value) => value.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`)
  const round = (value) => Math.round(value * 10) / 10
  const isClear = (colour) => colour === 'transparent' || /, 0\)$/.test(colour)
  const box = (style, { left, top, width, height }) => {
    const at = `x="${round(left)}" y="${round(top)}" width="${round(width)}" height="${round(height)}"`
    const radius = parseFloat(style.borderTopLeftRadius) || 0
    const corner = style.borderTopLeftRadius.endsWith('%') ? Math.min(width, height) / 2 : Math.min(radius, height / 2)
    const line =
      parseFloat(style.borderTopWidth) > 0 && style.borderTopStyle !== 'none' && !isClear(style.borderTopColor)
    if (isClear(style.backgroundColor) && !line) return
    const fill = isClear(style.backgroundColor) ? 'none' : style.backgroundColor
    out.push(
      `<rect ${at}${corner ? ` rx="${round(corner)}"` : ''} fill="${fill}"${line ? ` stroke="${style.borderTopColor}"` : ''}/>`,
    )
  }
  const lines = (node, style) => {
    const range = document.createRange()
    let [from, top] = [0, null]
    const say = (to, rect) => {
      let said = node.data.slice(from, to).trim()
      if (said === '' || rect === null || rect.width === 0) return
      const room = node.parentElement.getBoundingClientRect().right - rect.left
      if (style.textOverflow === 'ellipsis' && rect.width > room + 1) {
        said = `${said.slice(0, Math.floor((said.length * room) / rect.width) - 1)}…`
        rect = new DOMRect(rect.left, rect.top, room, rect.height)
      }
      const size = parseFloat(style.fontSize)
      const base = rect.top + rect.height / 2 + 0.35 * size
      const family = /serif/.test(style.fontFamily) && !/sans-serif/.test(style.fontFamily) ? 'serif' : 'sans-serif'
      out.push(`<text x="${round(rect.left)}" y="${round(base)}" font-family="${family}" font-size="${round(size)}" font-weight="${style.fontWeight}" fill="${style.color}" textLength="${round(rect.width)}">${text(said)}</text>`) // prettier-ignore
    }
    let last = null
    for (let n = 0; n < node.length; n++) {
      range.setStart(node, n)
      range.setEnd(node, n + 1)
      const [rect] = range.getClientRects()
      if (rect === undefined) continue
      if (top !== null && rect.top > top + 4) {
        say(n, last)
        ;[from, last] = [n, null]
      }
      top = rect.top
      if (node.data[n].trim() === '' && last === null) continue
      const right = node.data[n].trim() === '' ? (last?.right ?? rect.left) : rect.right
      last = last === null ? DOMRect.fromRect(rect) : new DOMRect(last.left, last.top, right - last.left, last.height)
    }
    say(node.length, last)
  }
  const visit = (element) => {
    const rect = element.getBoundingClientRect()
    if (
      !element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) ||
      rect.top > height ||
      rect.left > width
    )
      return
    const style = getComputedStyle(element)
    if (style.clipPath !== 'none' || (rect.width <= 1 && rect.height <= 1)) return
    if (element.localName === 'svg') {
      // symbols are written out: nothing refers to the page
      const used = element.querySelector('use')
      const from = used === null ? element : document.querySelector(used.getAttribute('href'))
      const inner = [...from.children]
        .map((child) => child.outerHTML)
        .join('')
        .replaceAll('currentColor', style.color)
      const view = (from.viewBox.baseVal?.width > 0 ? from : element).viewBox.baseVal
      out.push(`<svg x="${round(rect.left)}" y="${round(rect.top)}" width="${round(rect.width)}" height="${round(rect.height)}" viewBox="${view.x} ${view.y} ${view.width} ${view.height}" fill="${style.fill}" stroke="${style.stroke}" color="${style.color}" stroke-width="${style.strokeWidth}">${inner}</svg>`) // prettier-ignore
      return
    }
    box(style, rect)
    for (const which of ['::before', '::after']) {
      const pseudo = getComputedStyle(element, which)
      if (pseudo.content === 'none' || pseudo.position !== 'absolute') continue
      const [left, top] = [rect.left + parseFloat(pseudo.left), rect.top + parseFloat(pseudo.top)]
      const [w, h] = [parseFloat(pseudo.width), parseFloat(pseudo.height)]
      if (!(w > 0 && h > 0)) continue
      const id = `c${out.length}`
      out.push(
        `<clipPath id="${id}"><rect x="${round(rect.left)}" y="${round(rect.top)}" width="${round(rect.width)}" height="${round(rect.height)}"/></clipPath><g clip-path="url(#${id})">`,
      )
      box(pseudo, { left, top, width: w, height: h })
      out.push('</g>')
    }
    if (element.type === 'range') {
      const [y, thumb] = [rect.top + rect.height / 2, 8]
      const x =
        rect.left + thumb + ((element.value - element.min) / (element.max - element.min)) * (rect.width - 2 * thumb)
      out.push(
        `<path d="M${round(rect.left)} ${round(y)}H${round(rect.right)}" stroke="${style.color}" stroke-opacity=".5" stroke-width="4"/>`,
      )
      out.push(`<circle cx="${round(x)}" cy="${round(y)}" r="${thumb}" fill="${accent}"/>`)
      return
    }
    if (element.localName === 'summary') {
      const [x, y] = [rect.left, rect.top + rect.height / 2]
      out.push(`<path d="M${round(x)} ${round(y - 5)}l9 5l-9 5z" fill="${style.color}"/>`)
    }
    if (element.localName === 'input' && element.placeholder) {
      const size = parseFloat(style.fontSize)
      out.push(`<text x="${round(rect.left + parseFloat(style.paddingLeft))}" y="${round(rect.top + rect.height / 2 + 0.35 * size)}" font-family="sans-serif" font-size="${size}" fill="${getComputedStyle(element, '::placeholder').color}">${text(element.placeholder)}</text>`) // prettier-ignore
    }
    for (const child of element.childNodes) {
      if (child.nodeType === Node.TEXT_NODE) lines(child, style)
      else if (child.nodeType === Node.ELEMENT_NODE) visit(child)
    }
  }
  const page = getComputedStyle(document.body).backgroundColor
  visit(document.body)
  return [page, out.join('\n')]
}

const browser = await chromium.launch({
  executablePath: process.env.MARTELLO_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
})
const page = await browser.newPage({ viewport: { width: WIDTH, height: HEIGHT } })
await page.goto(process.argv[2])
await page.emulateMedia({ reducedMotion: 'reduce' })
for (const n of [1, 2]) {
  await page.waitForTimeout(1500)
  await page.locator('#shelf .like').nth(n).click()
}
await page.mouse.move(0, 0)
await page.evaluate(() => scrollTo(0, 0))
await page.waitForTimeout(12_000) // until nothing offers to undo it
const [ground, shapes] = await page.evaluate(painted, [WIDTH, HEIGHT])
console.log(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}">
<rect width="${WIDTH}" height="${HEIGHT}" rx="12" fill="${ground}"/>
${shapes}
</svg>`)
await browser.close()
