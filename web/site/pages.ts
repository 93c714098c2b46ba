/**
 * Which files of a site are pages that a reader may be sent to, and what each is called and about.
 *
 * Left out, and counted: what says so itself (noindex, data-martello-ignore, a redirection, a canonical address of another
 * page), what is there for machines or for errors, what says nothing, and pages that are mostly links, such as a home page or the
 * list of a tag: they lead elsewhere already. Of the others, text that many pages repeat is no text of theirs, whatever tag
 * it stands in.
 */
import { basename } from 'node:path'
import { pageKey } from '../page/address.js'
import type { Block, PageText } from './page.js'

export interface Page {
  /** Its file, from the folder of the site. */
  path: string
  /** What it is called in the bundle and in a reader's history. */
  key: string
  /** What a link to it says, from the root of the site. */
  href: string
  title: string
  headings: string[]
  description: string
  tags: string[]
  /** Its texts, without headings. */
  texts: string[]
  /** en of en-US; that of most pages where it does not say; '' where none says. */
  language: string
  date: number
}

export const LEFT_OUT = [
  'noindex or data-martello-ignore',
  'a redirection',
  'a copy (canonical)',
  'an error page',
  'no whole page',
  'no text',
  'mostly links',
  'matched by --exclude',
] as const
export type LeftOut = (typeof LEFT_OUT)[number]

export interface Site {
  pages: Page[]
  left: Map<LeftOut, string[]>
  remarks: string[]
  /** The folder of its server that it stands in, as canonical addresses tell: /docs, or ''. */
  base: string
}

export interface Found {
  path: string
  /** null: not a whole page of HTML. */
  text: PageText | null
  excluded: boolean
}

const ERROR_PAGE = /^(?:\/?(?:[45]\d\d|_error|_not-found|not-found|error|offline))$/i
/** More of a page's letters than this in links, and it is a list of links. */
const MOSTLY = 0.6
const HEADING_LEVELS = 40

export function siteOf(found: readonly Found[]): Site {
  const left = new Map<LeftOut, string[]>()
  const remarks: string[] = []
  const leave = (why: LeftOut, path: string): false => {
    const paths = left.get(why)
    if (paths === undefined) left.set(why, [path])
    else paths.push(path)
    return false
  }
  const whole: { path: string; key: string; text: PageText }[] = []
  for (const { path, text, excluded } of found) {
    const key = pageKey(path)
    if (excluded) leave('matched by --exclude', path)
    else if (text === null) leave('no whole page', path)
    else if (ERROR_PAGE.test(key)) leave('an error page', path)
    else if (text.redirect) leave('a redirection', path)
    else if (text.noindex || text.ignored) leave('noindex or data-martello-ignore', path)
    else whole.push({ path, key, text })
  }
  const { base, keys: canonical } = canonicalKeys(whole)
  const keys = new Set(whole.map(({ key }) => key))
  const isCopy = ({ key }: { key: string }) => {
    const original = canonical.get(key) ?? key
    return original !== key && keys.has(original)
  }
  const copies = whole.filter(isCopy)
  const target = mostCommon(copies.map(({ key }) => canonical.get(key)!))
  // a template that gives every page the address of one, and with it no page its own
  const astray = target !== null && target.count > Math.max(3, whole.length / 2)
  if (astray)
    remarks.push(
      `look: ${target.count} of ${whole.length} pages say that ${target.value} is their canonical address, which is not believed`,
    )
  const seen = new Map<string, string>()
  const own = whole.filter((page) => {
    if (!astray && isCopy(page)) return leave('a copy (canonical)', page.path)
    const other = seen.get(page.key)
    if (other !== undefined) {
      remarks.push(`look: ${page.path} and ${other} have one address, ${page.key}: the first is left out`)
      return false
    }
    seen.set(page.key, page.path)
    return true
  })
  const repeated = repeatedBlocks(own.map(({ text }) => text))
  const language = mostCommon(own.map(({ text }) => languageOf(text)).filter(Boolean))?.value ?? ''
  const suffix = commonPart(own.map(({ text }) => text.titles.title))
  const pages = own.flatMap(({ path, key, text }): Page[] => {
    const blocks = text.blocks.filter((block) => !repeated.has(block.text))
    const letters = sum(blocks, (block) => block.text.length)
    const shown = blocks.filter(({ heading }) => !heading).map((block) => block.text)
    if (letters === 0 && text.description === '') return leave('no text', path) || []
    if (letters > 0 && sum(blocks, ({ linked }) => linked) > MOSTLY * letters) return leave('mostly links', path) || []
    const headings = blocks.filter(({ heading }) => heading).map((block) => block.text)
    return [
      {
        path,
        key,
        href: hrefOf(path, text.canonical, canonical.get(key) === key),
        title: titleOf(text, suffix) || shorten(headings[0] ?? shown[0] ?? '') || basename(path),
        headings: headings.slice(0, HEADING_LEVELS),
        description: repeatedDescription(text, own) ? '' : text.description,
        tags: text.tags,
        texts: shown,
        language: languageOf(text) || language,
        date: text.date,
      },
    ]
  })
  return { pages, left, remarks, base }
}

const sum = (blocks: readonly Block[], of: (block: Block) => number) => blocks.reduce((all, one) => all + of(one), 0)

const languageOf = ({ language }: PageText) => language.split('-')[0]!

const descriptions = new WeakMap<readonly unknown[], Map<string, number>>()
/** Some sites describe every page in the same words. */
function repeatedDescription(text: PageText, all: readonly { text: PageText }[]): boolean {
  let counts = descriptions.get(all)
  if (counts === undefined) descriptions.set(all, (counts = countsOf(all.map(({ text }) => text.description))))
  return (counts.get(text.description) ?? 0) > often(all.length)
}

/** On how many pages something is no longer what one of them says: sidebars of a section stand on few. */
const often = (pages: number) => Math.max(4, Math.sqrt(pages) / 2)

function countsOf(texts: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>()
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1)
  return counts
}

function mostCommon(texts: Iterable<string>): { value: string; count: number } | null {
  let most: { value: string; count: number } | null = null
  for (const [value, count] of countsOf(texts)) if (count > (most?.count ?? 0)) most = { value, count }
  return most
}

function repeatedBlocks(pages: readonly PageText[]): Set<string> {
  const counts = new Map<string, number>()
  for (const { blocks } of pages)
    for (const text of new Set(blocks.map((block) => block.text))) counts.set(text, (counts.get(text) ?? 0) + 1)
  return new Set([...counts].filter(([, count]) => count > often(pages.length)).map(([text]) => text))
}

const urlOf = (address: string, key: string): URL | null => {
  const base = `http://site.invalid${encodeURI(key)}`
  return URL.canParse(address, base) ? new URL(address, base) : null
}

/** The keys of the pages that are the originals, by the key of each page that says one; relative to where the site will stand. */
function canonicalKeys(pages: readonly { key: string; text: PageText }[]): { base: string; keys: Map<string, string> } {
  const urls = pages.flatMap(({ key, text: { canonical } }) => {
    const url = canonical === null ? null : urlOf(canonical, key)
    return url === null ? [] : [{ key, origin: url.origin, canonical: pageKey(url.pathname) }]
  })
  // the site may stand in a folder of its server: what most canonical addresses have before the key of their page
  const bases = urls.flatMap(({ key, origin, canonical }) =>
    key !== '/' && canonical.endsWith(key) ? [`${origin} ${canonical.slice(0, -key.length)}`] : [],
  )
  const [origin, base] = (mostCommon(bases)?.value ?? ' ').split(' ') as [string, string]
  const keys = new Map(
    urls.flatMap((url) => {
      if (origin !== '' && url.origin !== origin) return []
      if (!`${url.canonical}/`.startsWith(`${base}/`)) return []
      return [[url.key, url.canonical.slice(base.length) || '/'] as const]
    }),
  )
  return { base, keys }
}

/** Linked as the site links it: where it calls itself /about, not as /about.html; a folder by its slash. */
function hrefOf(path: string, canonical: string | null, isOwn: boolean): string {
  const folder = path.replace(/(^|\/)index\.x?html?$/i, '$1')
  const said = isOwn ? (urlOf(canonical ?? '', '/')?.pathname ?? null) : null
  if (said === null) return encodeURI(folder)
  if (folder === path) return encodeURI(/\.x?html?$/i.test(said) ? path : path.replace(/\.x?html?$/i, ''))
  return encodeURI(said.endsWith('/') || folder === '' ? folder : folder.replace(/\/$/, ''))
}

const BETWEEN = /\s+(?:[|·•»«—–:/-]|::)\s+/

/** What most titles end or begin with, the name of the site, and with which sign; null: nothing. */
function commonPart(titles: readonly string[]): RegExp | null {
  const parts = titles.flatMap((title) => {
    const cut = title.split(BETWEEN)
    return cut.length > 1 ? [`$${cut.at(-1)}`, `^${cut[0]}`] : []
  })
  const most = mostCommon(parts)
  if (most === null || most.count < Math.max(3, titles.length / 2)) return null
  const name = most.value.slice(1).replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
  return most.value.startsWith('$')
    ? new RegExp(`${BETWEEN.source}${name}$`, 'u')
    : new RegExp(`^${name}${BETWEEN.source}`, 'u')
}

const titleOf = ({ titles: { og, title, h1 } }: PageText, common: RegExp | null): string =>
  [title, og].map((one) => (common === null ? one : one.replace(common, ''))).find(Boolean) || h1

const LONGEST_TITLE = 90
const shorten = (text: string) =>
  text.length <= LONGEST_TITLE ? text : `${text.slice(0, LONGEST_TITLE - 1).trimEnd()}…`
