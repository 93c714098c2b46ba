/**
 * Where pages of a site are, as far as files tell: the address of each, its key, which of several addresses is called
 * canonical, and where links lead. A name of a file stands for itself: its %, # and ? are escaped in an address.
 */
import { pageKey } from '../page/address.js'
import type { PageText } from './page.js'
import { mostCommon } from './counts.js'

/** A file of the site, as `text` says of itself where it will be. */
export interface File {
  path: string
  key: string
  text: PageText
}

/** The folder of its server that a site stands in, /docs or '', and its server, '' where nothing tells. */
export interface Place {
  origin: string
  base: string
}

/** Of a file its address from the root of the site. */
export const addressOf = (path: string): string => encodeURI(path).replace(/[?#]/g, encodeURIComponent)

/** As the page in the browser calls itself. */
export const keyOf = (path: string): string => pageKey(addressOf(path))

const SOMEWHERE = 'http://site.invalid'

/** An address that a file says, resolved against `base`, its <base>; null: it is none. */
function urlOf(address: string, path: string, { base, origin }: Place, itsBase: string | null): URL | null {
  const own = `${origin || SOMEWHERE}${base}/${addressOf(path)}`
  const from = itsBase !== null && URL.canParse(itsBase, own) ? new URL(itsBase, own).href : own
  return URL.canParse(address, from) ? new URL(address, from) : null
}

const NOWHERE: Place = { origin: '', base: '' }

/** Of what addresses of its pages resolve against, the path from the root of its server; null: each its own. */
export function baseOf(path: string, { base }: PageText, place: Place): string | null {
  return base === null ? null : (urlOf('', path, place, base)?.pathname ?? null)
}

/** The key of the page that a link leads to, whether the site has it or not; null: it leads elsewhere. */
export function targetOf(address: string, { path, text }: File, place: Place): string | null {
  const url = urlOf(address, path, place, text.base)
  if (url === null || !/^https?:$/.test(url.protocol)) return null
  // where nothing tells the server, every one may be it
  if (place.origin !== '' && url.origin !== place.origin) return null
  return below(pageKey(url.pathname), place.base)
}

/** A key of the server as one of the site; null: it is of another part of the server. */
const below = (key: string, base: string): string | null =>
  `${key}/`.startsWith(`${base}/`) ? key.slice(base.length) || '/' : null

/** A share of the pages that does not say where a site stands. */
const FEW = 0.25

/** The keys of the pages that are the originals, by the key of each page that says one; and where the site will stand. */
export function canonicalKeys(files: readonly File[]): { place: Place; keys: Map<string, string> } {
  const urls = files.flatMap(({ path, key, text: { canonical, base } }) => {
    const url = canonical === null ? null : urlOf(canonical, path, NOWHERE, base)
    return url === null ? [] : [{ key, origin: url.origin, canonical: pageKey(url.pathname) }]
  })
  // the site may stand in a folder of its server: what most canonical addresses have before the key of their page
  const bases = urls.flatMap(({ key, origin, canonical }) =>
    key !== '/' && canonical.endsWith(key) ? [`${origin} ${canonical.slice(0, -key.length)}`] : [],
  )
  const most = mostCommon(bases)
  // one page that was written for another site tells nothing of this one
  const said = most !== null && most.count >= FEW * files.length ? most.value : ' '
  const [origin, base] = said.split(' ') as [string, string]
  const keys = new Map(
    urls.flatMap((url) => {
      const own = origin !== '' && url.origin !== origin ? null : below(url.canonical, base)
      return own === null ? [] : [[url.key, own] as const]
    }),
  )
  const place = { origin: origin === SOMEWHERE ? '' : origin, base: base || folderOfBases(files) }
  return { place, keys }
}

/** A <base> of most pages that is no folder of the site is the folder of its server that it stands in. */
function folderOfBases(files: readonly File[]): string {
  const said = files.flatMap(({ path, text: { base } }) => (base === null ? [] : [urlOf(base, path, NOWHERE, null)!]))
  const most = mostCommon(said.flatMap((url) => (url === null ? [] : [url.pathname.replace(/\/[^/]*$/, '')])))
  if (most === null || most.count <= files.length / 2) return ''
  const within = `${most.value}/`
  return files.some(({ path }) => `/${addressOf(path)}`.startsWith(within)) ? '' : most.value
}

/** Linked as the site links it: where it calls itself /about, not as /about.html; a folder by its slash. */
export function hrefOf({ path, text }: File, isOwn: boolean): string {
  const folder = path.replace(/(^|\/)index\.x?html?$/i, '$1')
  const said = isOwn ? (urlOf(text.canonical ?? '', path, NOWHERE, text.base)?.pathname ?? null) : null
  if (said === null) return addressOf(folder)
  if (folder === path) return addressOf(/\.x?html?$/i.test(said) ? path : path.replace(/\.x?html?$/i, ''))
  return addressOf(said.endsWith('/') || folder === '' ? folder : folder.replace(/\/$/, ''))
}

/** From a page to an address from the root of the site, wherever its <base> leads. */
export function linkFrom(path: string, base: string | null, place: Place, target: string): string {
  return base === null ? fromPage(addressOf(path), target) : fromPage(base.slice(1), `${place.base}/${target}`.slice(1))
}

/** The address of one file of a site from another, both from its root. */
export function fromPage(page: string, target: string): string {
  const [from, to] = [page.split('/').slice(0, -1), target.split('/')]
  let same = 0
  while (same < from.length && same < to.length - 1 && from[same] === to[same]) same++
  const way = [...from.slice(same).map(() => '..'), ...to.slice(same)].join('/')
  return way === '' || way.startsWith(':') || /^[^/]*:/.test(way) ? `./${way}` : way
}
