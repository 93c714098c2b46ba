/**
 * Pages that repeat others and lead to them: the home page of a blog, its months, categories and authors. Of such a page most
 * letters are links, or stand on pages that it links to, whole or by how they begin. A post, too, links to its category, which
 * repeats it; but a list has its text from several pages, each of which has a part of it. A list of one post is known by
 * its heading, which is a link, or by how much less it says than the post.
 */
import { often } from './counts.js'
import { targetOf, type File, type Place } from './addresses.js'
import { oneSpace } from './page.js'

/** More of a page's letters than this repeated or links, and it is a list. */
const MOSTLY = 0.75
/**
 * A page that has more of another than this is not one of several that the other repeats. Less than MOSTLY: all lists have how
 * a post begins, so that those that have no more than this of it have no more together.
 */
const ONE = 0.7
/** The page that another is a shortened copy of has so many times its letters. */
const LONGER = 2
/** A text cut short is known by its first letters. */
const HEAD = 40
/** What a post says first may stand on so many lists; what stands on more pages is of the site. */
const MOST_LISTS = 20

/** Which of the pages are lists of others. */
export function teasersOf(files: readonly File[], place: Place): Set<File> {
  const number = new Map(files.map(({ key }, page) => [key, page]))
  const titled = titlesOf(files)
  const known = new Map<string, string | null>()
  const keyOf = (href: string, file: File) => {
    // the same on every page, and there on most: taken apart once
    if (!/^(?:\/|https?:)/i.test(href)) return targetOf(href, file, place)
    if (!known.has(href)) known.set(href, targetOf(href, file, place))
    return known.get(href)!
  }
  const targets = files.map((file, page) => {
    const found = file.text.links.flatMap(({ href, text }) => {
      const key = keyOf(href, file)
      if (key === null) return titled.get(oneSpace(text)) ?? []
      // where nothing else tells the folder of its server, the site's own links begin with it
      return number.get(key) ?? number.get(key.replace(/^\/[^/]+(?=\/)/, '')) ?? titled.get(oneSpace(text)) ?? []
    })
    return new Set(found.filter((other) => other !== page))
  })
  const holders = new Map<string, number[]>()
  const hold = (text: string, page: number) => {
    const head = headOf(text)
    const pages = holders.get(head)
    if (pages === undefined) holders.set(head, [page])
    else if (pages.at(-1) !== page) pages.push(page)
  }
  files.forEach(({ text: { blocks, description } }, page) => {
    for (const { text } of blocks) hold(text, page)
    if (description !== '') hold(description, page)
  })
  const most = Math.max(often(files.length), Math.min(MOST_LISTS, files.length / 2))
  const own = files.map(({ text }) => text.blocks.filter((block) => holders.get(headOf(block.text))!.length <= most))
  const letters = own.map((blocks) => blocks.reduce((sum, { text }) => sum + text.length, 0))
  const lists = new Set<number>()
  /** What of a page stands on each of the pages that it links to and that are no lists. */
  const sharesOf = (page: number) => {
    const shares = new Map<number, number>()
    const blocks = own[page]!.map(({ text, linked }) => {
      const pages = holders.get(headOf(text))!.filter((other) => targets[page]!.has(other) && !lists.has(other))
      for (const other of pages) shares.set(other, (shares.get(other) ?? 0) + text.length / letters[page]!)
      return { pages, share: text.length / letters[page]!, linked: linked / letters[page]! }
    })
    const repeatedBy = (some: ReadonlySet<number>) =>
      blocks.reduce((sum, { pages, share, linked }) => sum + (pages.some((one) => some.has(one)) ? share : linked), 0)
    return { shares: [...shares], repeatedBy }
  }
  const ofSeveral = (page: number) => {
    const { shares, repeatedBy } = sharesOf(page)
    const some = shares.filter(([, share]) => share <= ONE).map(([other]) => other)
    return some.length > 1 && repeatedBy(new Set(some)) >= MOSTLY
  }
  const ofOne = (page: number) => {
    if (lists.has(page)) return false
    const { shares, repeatedBy } = sharesOf(page)
    return shares.some(
      ([other]) =>
        (letters[other]! >= LONGER * letters[page]! || headsTo(files[page]!, files[other]!)) &&
        repeatedBy(new Set([other])) >= MOSTLY,
    )
  }
  for (const isList of [ofSeveral, ofOne]) for (const page of [...files.keys()].filter(isList)) lists.add(page)
  return new Set([...lists].map((page) => files[page]!))
}

/** A page has a heading that is what another is called, and leads there; many headings lead to themselves. */
const headsTo = ({ text: { blocks, links } }: File, { text: { titles } }: File) =>
  blocks.some(
    ({ heading, text }) =>
      heading &&
      (text === titles.h1 || text === titles.title) &&
      links.some((link) => oneSpace(link.text) === text && !link.href.startsWith('#')),
  )

/** Without the sign that there is more. */
const headOf = (text: string) => text.replace(/\s*\[?(?:…|\.{3})\]?$/u, '').slice(0, HEAD)

/** Pages by what only they are called: addresses of links are not always those of files. */
function titlesOf(files: readonly File[]): Map<string, number> {
  const titled = new Map<string, number>()
  const shared = new Set<string>()
  files.forEach(({ text: { titles } }, page) => {
    for (const title of new Set([titles.h1, titles.og, titles.title]))
      if (titled.has(title)) shared.add(title)
      else if (title !== '') titled.set(title, page)
  })
  for (const title of shared) titled.delete(title)
  return titled
}
