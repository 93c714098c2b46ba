/**
 * From pages to what a site serves:
 *
 *     the bundle   of all pages, by the builder as any other catalogue's
 *     lists        of each page what that bundle says is like it: baked into pages, and in files of a few pages each
 *     parts        bundles of some 150 pages that are alike, of which a reader needs one or a few: titles, addresses, base
 *                  codes of vectors, and where there is a log what it says of pages of the part
 *
 * The vectors of a part are of its own words: what tells pages of one field apart is little beside what tells fields apart.
 * A site that is no larger than a part has one, the bundle.
 */
import { build, type BuiltBundle, type Config, type Policy } from '../build/index.js'
import type { Progress } from '../build/progress.js'
import { Recommender } from '../entry/node.js'
import { Learn } from '../learn/learn.js'
import type { Interactions } from '../read/index.js'
import { alike, cosineOf, LEAST, type Neighbour } from './alike.js'
import { embeddingsOf, itemsOf, neighboursOf, vectorsOf } from './catalogue.js'
import type { Page } from './pages.js'
import { partsOf } from './parts.js'
import { TermCounter, termsUnder, type Terms } from './terms.js'

export interface SitePlan {
  folder: string
  pages: readonly Page[]
  /** Pages in a list. */
  k: number
  seed: number
  /** What readers read, pages by their keys. */
  log: Interactions | null
}

export interface BuiltSite {
  bundle: BuiltBundle
  /** Of each page the pages like it, best first. */
  lists: number[][]
  parts: Uint8Array[]
  /** Of each page its part. */
  partOf: Uint32Array
}

/** Of the bundle, and of a part, where bytes count: tests/bench/site.mjs measures what fewer and more bring. */
const DIMS = 64
const PART = { dims: 32, pages: 150 }
/** Pages by whose words a page is like them, and of a part those that the log names. */
const NEAREST = 30
/** The source that pages alike by their words become. */
const WORDS = 'words'
/** Pages whose words agree so well are copies of each other; and how many a list may meet beside those of its own page. */
const COPY = 0.95
const SPARE = 6
/** Pages whose words agree less are hardly alike. */
const HARDLY = 0.1
/** What a log says of pages as lists, which a part can have. */
const OF_LOG = ['i2i', 'next']

/** Whatever a log says: it knows least of pages that few have read. */
const OF_TEXT = ['embeddings', WORDS]
const LISTED = [...OF_TEXT, ...OF_LOG]
const CONFIG: Config = {
  metric: 'cosine',
  search: false,
  sources: { content: false, attributes: false, ...Object.fromEntries(OF_TEXT.map((name) => [name, true])) },
}

export async function buildSite(plan: SitePlan, progress: Progress): Promise<BuiltSite> {
  const { folder, pages, seed, log } = plan
  const languages = pages.map(({ language }) => language)
  progress.stage('counting words', 0, 1)
  const counter = new TermCounter()
  for (const page of pages) counter.add(page)
  const terms = counter.finish()
  progress.stage('comparing pages', 0, 1)
  const near = alike(terms, languages, NEAREST)
  progress.stage('training vectors', 0, 1)
  const learn = await Learn.start()
  const dims = dimsFor(DIMS, pages)
  const vectors = vectorsOf(learn, terms, dims, seed)
  const inputs = {
    interactions: log,
    items: itemsOf(folder, pages, new Set(languages)),
    embeddings: embeddingsOf(folder, pages, vectors, dims),
    neighbours: neighboursOf(folder, pages, { [WORDS]: near }),
  }
  const stage = progress.stage.bind(progress)
  // of pages alone there is nothing to say that the person has not said
  const bundle = await build(inputs, CONFIG, seed, log === null ? { say() {}, stage } : progress)
  const rec = await Recommender.open(bundle.bytes)
  const known = new Map(
    rec.sources.filter((name) => OF_LOG.includes(name)).map((name) => [name, saidBy(rec, name, pages)]),
  )
  const lists = listsOf(rec, plan, terms, [...known.values()], progress)
  rec.close()
  const groups = partsOf(vectors, dims, together([near, ...known.values()]), PART.pages)
  if (groups.length === 1) return { bundle, lists, parts: [bundle.bytes], partOf: new Uint32Array(pages.length) }

  const partOf = new Uint32Array(pages.length)
  groups.forEach((group, part) => group.forEach((page) => (partOf[page] = part)))
  const parts: Uint8Array[] = []
  for (const [part, group] of groups.entries()) {
    progress.stage('writing parts', part, groups.length)
    parts.push(await partBundle(learn, plan, { group, terms, known, languages, bundle }))
  }
  return { bundle, lists, parts, partOf }
}

/** Lists of several kinds as one, each as strong as its best. */
function together(kinds: readonly (readonly (readonly Neighbour[])[])[]): Neighbour[][] {
  const scaled = (list: readonly Neighbour[]) =>
    list.map(({ page, strength }) => ({ page, strength: strength / list[0]!.strength }))
  return kinds[0]!.map((_, page) => kinds.flatMap((lists) => scaled(lists[page]!)))
}

/** No more than there are pages, in fours. */
const dimsFor = (most: number, pages: readonly unknown[]) => Math.min(most, 4 * Math.ceil(pages.length / 4))

/**
 * What is like each page, in its language: by its text, and by the log as far as held-out readings speak for that. What says the
 * same as the page itself or as one before it in the list comes after what is alike, and before what is hardly; a page that has
 * nothing in common with it, neither words nor readers, is not in the list, which is shorter then.
 */
function listsOf(
  rec: Recommender,
  { pages, k }: SitePlan,
  terms: Terms,
  read: readonly (readonly (readonly Neighbour[])[])[],
  progress: Progress,
): number[][] {
  const number = new Map(pages.map(({ key }, page) => [key, page]))
  const several = new Set(pages.map(({ language }) => language)).size > 1
  const weights = Object.fromEntries(rec.sources.filter((name) => LISTED.includes(name)).map((name) => [name, 1]))
  return pages.map(({ key, language }, page) => {
    progress.stage('asking for pages alike', page, pages.length)
    const isCopy = (one: number, other: number) => cosineOf(terms, one, other) >= COPY
    const ask = (k: number) =>
      rec.similar(key, { k, weights, ...(several && { filter: { language } }) }).items.map(({ id }) => number.get(id)!)
    let wanted = k + SPARE
    let found = ask(wanted)
    while (found.length === wanted && found.filter((other) => !isCopy(page, other)).length < k)
      found = ask((wanted *= 2))
    const near = new Map(found.map((other) => [other, cosineOf(terms, page, other)]))
    for (const lists of read)
      for (const { page: other } of lists[page]!) near.set(other, Math.max(HARDLY, near.get(other) ?? 0))
    const list: number[] = []
    const add = (some: readonly number[]) => {
      const again: number[] = []
      for (const other of some) ([page, ...list].some((one) => isCopy(one, other)) ? again : list).push(other)
      list.push(...again)
    }
    add(found.filter((other) => near.get(other)! >= HARDLY))
    add(found.filter((other) => near.get(other)! >= LEAST && near.get(other)! < HARDLY))
    return list.slice(0, k)
  })
}

/** What one source of the log says of each page. */
function saidBy(rec: Recommender, source: string, pages: readonly Page[]): Neighbour[][] {
  const number = new Map(pages.map(({ key }, page) => [key, page]))
  return pages.map(({ key }) =>
    rec
      .similar(key, { source, k: NEAREST })
      .items.filter(({ score }) => score > 0)
      .map(({ id, score }) => ({ page: number.get(id)!, strength: score })),
  )
}

interface Part {
  /** Its pages. */
  group: readonly number[]
  terms: Terms
  known: ReadonlyMap<string, readonly (readonly Neighbour[])[]>
  languages: readonly string[]
  /** The whole, by which a part weighs its sources. */
  bundle: BuiltBundle
}

async function partBundle(learn: Learn, { folder, pages, seed }: SitePlan, part: Part): Promise<Uint8Array> {
  const { group, terms, known, languages, bundle } = part
  const own = group.map((page) => pages[page]!)
  const dims = dimsFor(PART.dims, own)
  const vectors = vectorsOf(learn, termsUnder(terms, group), dims, seed)
  const place = new Map(group.map((page, i) => [page, i]))
  const within = (lists: readonly (readonly Neighbour[])[]) =>
    group.map((page) => lists[page]!.flatMap((one) => (place.has(one.page) ? [{ ...one, page: place.get(one.page)! }] : []))) // prettier-ignore
  const neighbours = neighboursOf(folder, own, Object.fromEntries([...known].map(([name, lists]) => [name, within(lists)]))) // prettier-ignore
  const inputs = {
    interactions: null,
    items: itemsOf(folder, own, new Set(languages)),
    embeddings: embeddingsOf(folder, own, vectors, dims),
    neighbours: neighbours.sources.size > 0 ? neighbours : null,
  }
  const sources: NonNullable<Policy['sources']> = {}
  for (const { name, weight, decay } of bundle.record.sources)
    if (name === 'embeddings' || neighbours.sources.has(name)) sources[name] = { weight, decay }
  const config: Config = { ...CONFIG, layers: [], subspaces: dims / 2, features: false }
  const silent = { say() {}, stage() {} }
  return (await build(inputs, config, seed, silent, { sources })).bytes
}
