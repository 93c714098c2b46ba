/**
 * Which files of a site are pages that a reader may be sent to, and what each is called and about.
 *
 * Left out, and counted: what says so itself (noindex, data-martello-ignore, a redirection, a canonical address of another
 * page), what is there for machines or for errors, what says nothing, and pages that are mostly links, such as a home page or the
 * list of a tag: they lead elsewhere already. Of the others, text that many pages repeat is no text of theirs, whatever tag
 * it stands in.
 */
import { basename } from 'node:path'
import { baseOf, canonicalKeys, hrefOf, keyOf, type File, type Place } from './addresses.js'
import { countsOf, mostCommon, often } from './counts.js'
import type { Block, PageText } from './page.js'
import { teasersOf } from './teasers.js'

export interface Page {
  /** Its file, from the folder of the site. */
  path: string
  /** What it is called in the bundle and in a reader's history. */
  key: string
  /** What a link to it says, from the root of the site. */
  href: string
  /** Of what links in its file resolve against, the path on its server; null: of the file itself. */
  base: string | null
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
  'mostly text of pages that it links to',
  'a second file of one address',
  'matched by --exclude',
] as const
export type LeftOut = (typeof LEFT_OUT)[number]

export interface Site {
  pages: Page[]
  left: Map<LeftOut, string[]>
  remarks: string[]
  /** Where it will stand, as canonical addresses tell, or a <base>. */
  place: Place
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
  const whole: File[] = []
  for (const { path, text, excluded } of found) {
    const key = keyOf(path)
    if (excluded) leave('matched by --exclude', path)
    else if (text === null) leave('no whole page', path)
    else if (ERROR_PAGE.test(key)) leave('an error page', path)
    else if (text.redirect) leave('a redirection', path)
    else if (text.noindex || text.ignored) leave('noindex or data-martello-ignore', path)
    else whole.push({ path, key, text })
  }
  const { place, keys: canonical } = canonicalKeys(whole)
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
  const twice: string[] = []
  const single = whole.filter((page) => {
    if (!astray && isCopy(page)) return leave('a copy (canonical)', page.path)
    const other = seen.get(page.key)
    if (other !== undefined) twice.push(`${page.path} and ${other}, both ${page.key}`)
    if (other !== undefined) return leave('a second file of one address', page.path)
    seen.set(page.key, page.path)
    return true
  })
  if (twice.length > 0) {
    const files =
      twice.length === 1
        ? '1 file is left out, as another has its address'
        : `${twice.length} files are left out, as others have their addresses`
    remarks.push(`look: ${files}: ${some(twice)}`)
  }
  const unclosed = single.filter(({ text }) => text.selfClosed)
  if (unclosed.length > 0)
    remarks.push(
      `look: ${unclosed[0]!.path}${unclosed.length > 1 ? ` and ${unclosed.length - 1} more` : ''}: <martello-related/> closes nothing in HTML, and the rest of the page stands within it: write <martello-related></martello-related>`,
    )
  const teasers = teasersOf(single, place)
  const own = single.filter((file) => !teasers.has(file) || leave('mostly text of pages that it links to', file.path))
  const repeated = repeatedBlocks(own.map(({ text }) => text))
  const language = mostCommon(own.map(({ text }) => languageOf(text)).filter(Boolean))?.value ?? ''
  const titleOf = titlesOf(own.map(({ text }) => text))
  const pages = own.flatMap((file): Page[] => {
    const { path, key, text } = file
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
        href: hrefOf(file, canonical.get(key) === key),
        base: baseOf(path, text, place),
        title: titleOf(text) || shorten(headings[0] ?? shown[0] ?? '') || basename(path),
        headings: headings.slice(0, HEADING_LEVELS),
        description: repeatedDescription(text, own) ? '' : text.description,
        tags: text.tags,
        texts: shown,
        language: languageOf(text) || language,
        date: text.date,
      },
    ]
  })
  return { pages, left, remarks, place }
}

const some = (all: readonly string[], most = 3) => all.slice(0, most).join('; ') + (all.length > most ? ' …' : '')

const sum = (blocks: readonly Block[], of: (block: Block) => number) => blocks.reduce((all, one) => all + of(one), 0)

const languageOf = ({ language }: PageText) => language.split('-')[0]!

const descriptions = new WeakMap<readonly unknown[], Map<string, number>>()
/** Some sites describe every page in the same words. */
function repeatedDescription(text: PageText, all: readonly { text: PageText }[]): boolean {
  let counts = descriptions.get(all)
  if (counts === undefined) descriptions.set(all, (counts = countsOf(all.map(({ text }) => text.description))))
  return (counts.get(text.description) ?? 0) > often(all.length)
}

function repeatedBlocks(pages: readonly PageText[]): Set<string> {
  const counts = new Map<string, number>()
  for (const { blocks } of pages)
    for (const text of new Set(blocks.map((block) => block.text))) counts.set(text, (counts.get(text) ?? 0) + 1)
  return new Set([...counts].filter(([, count]) => count > often(pages.length)).map(([text]) => text))
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

/** What each page is called; what many are called is what none of them is, if it says anything else. */
function titlesOf(pages: readonly PageText[]): (text: PageText) => string {
  const common = commonPart(pages.map(({ titles }) => titles.title))
  const without = (title: string) => (common === null ? title : title.replace(common, ''))
  const candidates = ({ titles: { title, og, h1 }, blocks }: PageText) => {
    const headings = blocks.filter(({ heading }) => heading).map(({ text }) => text)
    return [...new Set([without(title), without(og), h1, ...headings].filter(Boolean))]
  }
  const counts = countsOf(pages.flatMap(candidates))
  const most = Math.min(often(pages.length), Math.max(1, pages.length / 2))
  return (text) => {
    const all = candidates(text)
    return all.find((one) => counts.get(one)! <= most) ?? all[0] ?? ''
  }
}

const LONGEST_TITLE = 90
const shorten = (text: string) =>
  text.length <= LONGEST_TITLE ? text : `${text.slice(0, LONGEST_TITLE - 1).trimEnd()}…`
