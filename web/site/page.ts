/**
 * What a built page says, read in one pass over its tags, without a tree:
 *
 *     what it shows      the text of <main>, else of <article>, else of <body> without navigation, headers and footers; cut at
 *                        blocks, so that what every page repeats can be told later
 *     what it is called  titles, description, headings, tags, language, date
 *     whether it counts  canonical address, robots, a redirection
 *
 * What is not shown says nothing, nor does what stands under data-martello-ignore, or was baked in: a list of related pages
 * must not be what makes them related.
 */
import { Parser } from 'htmlparser2'

/** A run of text between two tags that break lines. */
export interface Block {
  text: string
  heading: boolean
  /** How many of its letters are of links. */
  linked: number
}

export interface PageText {
  /** By falling trust: og:title, <title>, the first h1; '' where there is none. */
  titles: { og: string; title: string; h1: string }
  description: string
  tags: string[]
  blocks: Block[]
  /** Where what is shown leads to, and with which words. */
  links: { href: string; text: string }[]
  /** Of its <base>, on which all addresses of the page depend. */
  base: string | null
  /** As `lang` says, lower case: en, pt-br; '' where nothing says. */
  language: string
  /** Unix seconds; NaN: none is said. */
  date: number
  canonical: string | null
  /** Robots are told not to list it. */
  noindex: boolean
  /** The page sends readers on at once. */
  redirect: boolean
  /** Everything of it stands under data-martello-ignore. */
  ignored: boolean
  /** It has a <martello-related/>, which browsers do not close there. */
  selfClosed: boolean
}

/** Comments around what is baked. */
export const OPENING = 'martello:related'
export const CLOSING = '/martello:related'
export const ELEMENT = 'martello-related'

/** Of these nothing is read. */
const UNREAD = new Set(
  'script style noscript template svg math iframe object embed canvas audio video select button textarea dialog'
    .concat(' ', ELEMENT)
    .split(' '),
)
const CHROME = new Set(['nav', 'aside'])
/** These are of the page outside of what it shows, and of an article within. */
const AROUND = new Set(['header', 'footer'])
const CHROME_ROLES = new Set(['navigation', 'banner', 'contentinfo', 'complementary', 'search'])
const INLINE = new Set(
  'a abbr acronym b bdi bdo big cite code data del dfn em font i img input ins kbd label mark q rp rt ruby s samp small span strike strong sub sup time tt u var wbr'.split(
    ' ',
  ),
)
/** More of one page tells no more of what it is about. */
const MOST_LETTERS = 60_000

const AREAS = ['main', 'article', 'body'] as const
type Area = (typeof AREAS)[number]

interface Frame {
  name: string
  unread: boolean
  chrome: boolean
  area: Area
}

export const oneSpace = (text: string): string => text.replace(/\s+/g, ' ').trim()

export function readPage(html: string): PageText {
  const page: PageText = {
    titles: { og: '', title: '', h1: '' },
    description: '',
    tags: [],
    blocks: [],
    links: [],
    base: null,
    language: '',
    date: NaN,
    canonical: null,
    noindex: false,
    redirect: false,
    ignored: false,
    selfClosed: false,
  }
  const areas: Record<Area, Block[]> = { main: [], article: [], body: [] }
  const frames: Frame[] = []
  let top: Frame = { name: '', unread: false, chrome: false, area: 'body' }
  let baked = false
  let letters = 0
  let links = 0
  let open = { text: '', linked: 0, heading: false }
  let into: ((text: string) => void) | null = null // the text of <title>, or of a tag's link
  let tag = ''
  let link: PageText['links'][number] | null = null
  let h1: 'before' | 'within' | 'after' = 'before'

  const flush = () => {
    const text = oneSpace(open.text)
    if (text !== '' && letters < MOST_LETTERS) {
      letters += text.length
      areas[top.area].push({ ...open, text })
    }
    open = { text: '', linked: 0, heading: /^h[1-6]$/.test(top.name) }
  }

  const parser = new Parser(
    {
      onopentag(name, attributes) {
        if (!INLINE.has(name)) flush()
        if (name === 'html') page.language = (attributes['lang'] ?? '').trim().toLowerCase()
        if (name === 'meta') meta(page, attributes)
        if (name === 'link' && words(attributes['rel']).includes('canonical'))
          page.canonical ??= attributes['href']?.trim() || null
        if (name === 'base') page.base ??= attributes['href']?.trim() || null
        if (name === 'time' && Number.isNaN(page.date) && top.area !== 'body' && !top.unread)
          page.date = dateOf(attributes['datetime'])
        if (name === 'title' && page.titles.title === '' && !frames.some((frame) => frame.name === 'svg'))
          into = (text) => (page.titles.title += text)
        const ignored = attributes['data-martello-ignore'] !== undefined
        if (ignored && (name === 'html' || name === 'body')) page.ignored = true
        const selfClosed = name === ELEMENT && html[parser.endIndex - 1] === '/'
        if (selfClosed) page.selfClosed = true
        const hidden = attributes['hidden'] !== undefined || attributes['aria-hidden'] === 'true'
        const role = attributes['role'] ?? ''
        const area: Area =
          name === 'main' || role === 'main' ? 'main' : name === 'article' && top.area === 'body' ? 'article' : top.area
        frames.push(top)
        top = {
          name,
          area,
          unread: top.unread || ignored || hidden || (UNREAD.has(name) && !selfClosed),
          chrome:
            top.chrome ||
            CHROME.has(name) ||
            (area === 'body' && AROUND.has(name)) ||
            CHROME_ROLES.has(role) ||
            name === 'head',
        }
        if (name === 'h1' && h1 === 'before') h1 = 'within'
        if (name === 'a') {
          links++
          if (attributes['href'] && !top.unread && !top.chrome && !baked)
            page.links.push((link = { href: attributes['href'].trim(), text: '' }))
          if (words(attributes['rel']).includes('tag')) into = (text) => (tag += text)
        }
        if (!INLINE.has(name)) open.heading = /^h[1-6]$/.test(name)
      },
      ontext(text) {
        into?.(text)
        if (top.unread || top.chrome || baked) return
        if (h1 === 'within') page.titles.h1 += text
        open.text += text
        if (link !== null) link.text += text
        if (links > 0) open.linked += text.trim().length
      },
      onclosetag(name) {
        if (!INLINE.has(name)) flush()
        if (name === 'a') {
          links--
          link = null
          if (tag !== '') page.tags.push(oneSpace(tag))
          tag = ''
        }
        if (name === 'h1' && page.titles.h1 !== '') h1 = 'after'
        if (name === 'a' || name === 'title') into = null
        if (frames.length > 0) top = frames.pop()!
      },
      oncomment(comment) {
        const said = comment.trim()
        if (said === OPENING) baked = true
        if (said === CLOSING) baked = false
      },
    },
    { lowerCaseTags: true },
  )
  parser.end(html)
  page.blocks = areas[AREAS.find((area) => areas[area].some(({ heading }) => !heading)) ?? 'body']
  const { titles } = page
  for (const key of ['og', 'title', 'h1'] as const) titles[key] = oneSpace(titles[key])
  page.description = oneSpace(page.description)
  page.tags = [...new Set(page.tags.filter(Boolean))]
  return page
}

const words = (text: string | undefined) => (text ?? '').toLowerCase().split(/\s+/)

function meta(page: PageText, { name, property, content = '', ...rest }: Record<string, string>): void {
  switch ((name ?? property ?? rest['itemprop'] ?? rest['http-equiv'] ?? '').toLowerCase()) {
    case 'og:title':
      page.titles.og ||= content
      break
    case 'description':
      page.description = content
      break
    case 'og:description':
      page.description ||= content
      break
    case 'keywords':
    case 'article:tag':
    case 'article:section':
      page.tags.push(...content.split(/[,;，、]/).map(oneSpace))
      break
    case 'article:published_time':
    case 'date':
    case 'dc.date':
    case 'datepublished':
      if (Number.isNaN(page.date)) page.date = dateOf(content)
      break
    case 'og:locale':
    case 'content-language':
      page.language ||= content.trim().toLowerCase().replace('_', '-')
      break
    case 'robots':
    case 'googlebot':
      page.noindex ||= /\b(noindex|none)\b/i.test(content)
      break
    case 'refresh':
      page.redirect ||= /^\s*\d+\s*[;,]\s*url/i.test(content)
      break
  }
}

/** A day as machines write it. */
function dateOf(text: string | undefined): number {
  const time = /^\s*\d{4}-\d\d/.test(text ?? '') ? Date.parse(text!.trim()) : NaN
  return time / 1000
}
