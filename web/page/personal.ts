/**
 * The personal half of related.ts, with the recommender: fetched once a reader has read a few pages. The core comes packed, as
 * the parts do.
 */
import { init, Recommender } from '../entry/slim.js'
import { partsFor, picks, type Read } from './picks.js'
import type { Link, PageFacts, SiteFacts } from './site-facts.js'
import { unpacked } from './unpacked.js'

/** What of the site is asked here. */
export interface Asked {
  readonly facts: SiteFacts
  readonly root: URL
  file(name: string): Promise<Response>
  page(key: string): Promise<PageFacts | undefined>
}

/** Pages that say what a reader is about: the newest. */
const NEWEST = 8
/** A visit costs 100 KB at most, and most of those are the core. */
const BYTES_OF_PARTS = 21_000

const open = new Map<string, Promise<Recommender>>()
let core: Promise<void> | undefined

/** `read`: keys of the pages that were read, the newest last; `key`: of the page itself; `shown`: what is linked already. */
export async function personal({
  site,
  read,
  key,
  k,
  shown,
}: {
  site: Asked
  read: readonly string[]
  key: string
  k: number
  shown: readonly Link[]
}): Promise<Link[]> {
  const facts = await Promise.all(read.slice(-NEWEST).map(async (key) => ({ key, page: await site.page(key) })))
  const history: Read[] = facts.flatMap(({ key, page }) => (page === undefined ? [] : [{ key, part: page.part }]))
  const wanted = partsFor(history, site.facts.parts, BYTES_OF_PARTS)
  core ??= site.file('core.gz').then(async (response) => init({ bytes: await unpacked(response) }))
  await core
  const parts = new Map(
    await Promise.all(
      [...wanted].map(async ([part, share]) => [part, { share, rec: await partOf(site, part) }] as const),
    ),
  )
  const language = (await site.page(key))?.language
  const link = (href: string) => new URL(href, site.root).href
  const links = new Set(shown.map(({ href }) => href))
  return picks(history, parts, { k: k + shown.length, exclude: [key], language })
    .map(({ attributes }) => ({ href: link(attributes['href'] as string), title: attributes['title'] as string }))
    .filter(({ href }) => !links.has(href))
    .slice(0, k)
}

function partOf(site: Asked, part: number): Promise<Recommender> {
  const name = `parts/${part}.gz`
  let rec = open.get(name)
  if (rec === undefined) {
    rec = site.file(name).then(async (response) => Recommender.open(await unpacked(response)))
    rec.catch(() => open.delete(name))
    open.set(name, rec)
  }
  return rec
}
