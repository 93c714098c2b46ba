/**
 * Lists written into pages, for readers without JavaScript and for robots. Where a page says
 * `<!-- martello:related --><!-- /martello:related -->` they stand between; else within its `<martello-related>`; else before
 * the end of its last `<main>`, or of its body. What stands between the comments, or within the element, is replaced, nothing else of the page is touched, not a
 * byte: whatever its encoding, tags are ASCII.
 */
import { Parser } from 'htmlparser2'
import { headingsOf } from '../page/headings.js'
import { CLOSING, ELEMENT, OPENING } from './page.js'

export interface BakedLink {
  href: string
  title: string
}

export interface Baking {
  links: readonly BakedLink[]
  /** Address of related.js, from the page. */
  script: string
  language: string
  /** Of the page's bytes; of UTF-16 nothing can be baked. */
  encoding: string
}

interface Place {
  start: number
  end: number
  comments: boolean
  /** The page has an element of its own, and with it perhaps attributes. */
  inElement: boolean
}

/** The page with its list; null: there is no place for one, or its encoding has none of the letters of tags. */
export function bake(page: Buffer, { links, script, language, encoding }: Baking): Buffer | null {
  if (encoding.startsWith('utf-16')) return null
  // each byte a letter, so that a place in the text is a place in the file
  const text = page.toString('latin1')
  const place = placeIn(text)
  if (place === null) return null
  const { related } = headingsOf(language)
  const items = links.map(({ href, title }) => `<li><a href="${escaped(href)}">${escaped(title)}</a></li>`).join('')
  const heading = escaped(related)
  const list =
    links.length === 0
      ? ''
      : `<nav data-baked data-list="related" aria-label="${heading}"><h2>${heading}</h2><ul>${items}</ul></nav>`
  const element = place.inElement ? list : `<${ELEMENT}>${list}</${ELEMENT}>`
  const block = `<!-- ${OPENING} -->${element}<script type="module" src="${escaped(script)}"></script><!-- ${CLOSING} -->`
  const bytes = encoding === 'utf-8' ? Buffer.from(block).toString('latin1') : inAscii(block)
  return Buffer.from(text.slice(0, place.start) + bytes + text.slice(place.end), 'latin1')
}

/** The page without its list: nothing between the comments. */
export function unbake(page: Buffer): Buffer {
  const text = page.toString('latin1')
  const place = text.includes(OPENING) ? placeIn(text) : null
  if (!place?.comments || /^<!--[^>]*-->\s*<!--[^>]*-->$/.test(text.slice(place.start, place.end))) return page
  const block = `<!-- ${OPENING} --><!-- ${CLOSING} -->`
  return Buffer.from(text.slice(0, place.start) + block + text.slice(place.end), 'latin1')
}

const escaped = (text: string) =>
  text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign]!)

/** Letters that the page's encoding may lack, by their numbers. */
const inAscii = (html: string) => html.replace(/[^\0-\x7f]/gu, (letter) => `&#${letter.codePointAt(0)};`)

function placeIn(text: string): Place | null {
  let opening: number | null = null
  let comments: Pick<Place, 'start' | 'end'> | null = null
  let commentsInElement = false
  let element: Place | null = null
  let elements = 0
  let within = 0
  let main: number | null = null
  let body: number | null = null
  const parser = new Parser({
    oncomment(comment) {
      const said = comment.trim()
      if (said === OPENING && comments === null) {
        opening = parser.startIndex
        commentsInElement = elements > 0
      }
      if (said === CLOSING && opening !== null && comments === null)
        comments = { start: opening, end: parser.endIndex + 1 }
    },
    onopentag(name) {
      if (name === ELEMENT && elements++ === 0) within = parser.endIndex + 1
    },
    onclosetag(name, isImplied) {
      if (name === ELEMENT) {
        elements--
        // where nothing closes it, the rest of the page stands within it
        const start = isImplied ? parser.startIndex : within
        if (opening === null) element ??= { start, end: parser.startIndex, comments: false, inElement: true }
      }
      if (isImplied) return
      if (name === 'main') main = parser.startIndex
      if (name === 'body') body = parser.startIndex
    },
  })
  parser.end(text)
  const found = comments as Pick<Place, 'start' | 'end'> | null
  if (found !== null) return { ...found, comments: true, inElement: commentsInElement }
  if (element !== null) return element
  const before = main ?? body
  return before === null ? null : { start: before, end: before, comments: false, inElement: false }
}
