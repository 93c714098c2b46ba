/**
 * The page's files by name, for any bundle: what any static host could send. The page itself is dist/serve/, the recommender in it the
 * package's published entries; what is made here is its HTML, its facts, and the list that its service worker stores.
 */
import { createHash } from 'node:crypto'
import { basename, dirname, extname, join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { readFile } from 'node:fs/promises'
import { readBeside } from '../read/beside.js'
import { fileError } from '../read/errors.js'
import type { Recommender } from '../entry/node.js'
import { describe } from './describe.js'
import { documentOf } from './document.js'
import type { BundleFacts, Extra, PageFacts, Person } from './facts.js'
import type { Looks } from './looks.js'

/** A file as it is sent. */
export interface Served {
  type: string
  body: Uint8Array
  etag: string
  /** Its bytes by gzip, where that makes them fewer. */
  packed: Uint8Array | null
}
/** By name. A file may be on its way. */
export type Files = Record<string, Served | Promise<Served>>

/** A bundle as the command line opened it. */
export interface Opened {
  path: string
  rec: Recommender
  bytes: Uint8Array
}

export interface SiteOptions {
  looks?: Looks
  /** The file that the looks are of: its style sheet stands beside it. */
  looksPath?: string
  people?: readonly Person[]
  extra?: Extra | null
}

export interface Site {
  files: Files
  facts: PageFacts
  /** A name for an address, which another bundle does not have; of bundles that the page keeps, no other version either. */
  version: string
}

/** What the page is made of, as it is built. */
const PAGE = ['page.js', 'page.css', 'sw.js', 'icon.svg']
/** What the page imports of the package: martello/client is there as martello/client.js, and so on. */
const ENTRIES = ['client', 'page-worker', 'profile', 'offline']

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
}

const slugOf = (name: string) => name.replace(/[^\w.-]+/g, '-')
const hash = (body: Uint8Array | string, length: number) =>
  createHash('sha256').update(body).digest('hex').slice(0, length)

async function servedAs(name: string, given: Uint8Array | string): Promise<Served> {
  const type = TYPES[extname(name)] ?? 'application/octet-stream'
  const body = typeof given === 'string' ? Buffer.from(given) : given
  const packed = /^text|svg|json/.test(type) ? await promisify(gzip)(body, { level: 9 }) : null
  return { type, body, packed, etag: `"${hash(body, 16)}"` }
}

/** Names of bundles in addresses: of their files, told apart where they are the same. */
function namesOf(opened: readonly Opened[]): string[] {
  const plain = opened.map(({ path }) => basename(path).replace(/\.martello$/, ''))
  return plain.map((name, place) => (plain.indexOf(name) === place ? name : `${name} (${place + 1})`))
}

export async function siteOf(opened: readonly Opened[], options: SiteOptions = {}): Promise<Site> {
  const { looks = {}, looksPath = 'looks', people = [], extra = null } = options
  const files: Files = {}
  const add = async (name: string, body: Uint8Array | string) => {
    files[name] = await servedAs(name, body)
  }
  const labels = namesOf(opened)
  const bundles: BundleFacts[] = []
  for (const [place, { path, rec, bytes }] of opened.entries()) {
    const url = `${slugOf(labels[place]!)}.martello`
    bundles.push({
      label: labels[place]!,
      url,
      ...(await describe(path, rec, bytes, looks, looksPath, extra, people[0] ?? null)),
    })
    await add(url, bytes)
  }
  const { item = 'item', items = `${item}s`, name = labels.join(' and '), keep = false } = looks
  const facts: PageFacts = {
    name,
    item,
    items,
    bundles,
    people: [...people],
    extra: extra && 'items.json',
    origins: [...new Set(bundles.flatMap(originsOf))],
    pictures: looks.pictures ?? null,
    keep,
  }
  if (extra) await add('items.json', JSON.stringify(extra))
  const style = looks.style === undefined ? null : `looks-${basename(looks.style)}`
  if (style !== null) {
    const path = join(dirname(looksPath), looks.style!)
    const sheet = await readFile(path).catch((error: unknown) => {
      throw fileError(path, error, 'a style sheet')
    })
    await add(style, sheet)
  }
  await add('index.html', documentOf(facts, looks, style))
  await add('page.json', JSON.stringify(facts))
  await add('page.webmanifest', JSON.stringify(manifestOf(looks.title ?? `martello: ${name}`)))
  for (const file of PAGE) await add(file, await readBeside(`serve/${file}`, import.meta.url))
  for (const entry of ENTRIES) await add(`martello/${entry}.js`, await readBeside(`${entry}.js`, import.meta.url))
  const version = await addList(files, keep ? bundles.map(({ url }) => url) : [], add)
  return { files, facts, version: keep ? slugOf(name) : `${slugOf(name)}-${version}` }
}

const originsOf = ({ attributes, roles }: BundleFacts) =>
  attributes.find(({ name }) => name === roles.image)?.origins ?? []

/**
 * What the service worker stores, and a version that changes with every one of these files. It is none of them itself, and where
 * the page keeps the bundles in files of its own (`kept`), neither are they.
 */
async function addList(
  files: Files,
  kept: readonly string[],
  add: (name: string, body: string) => Promise<void>,
): Promise<string> {
  const listed = Object.keys(files).filter((name) => name !== 'sw.js' && !kept.includes(name))
  const tags = await Promise.all(listed.map(async (name) => name + (await files[name]!).etag))
  const urls = listed.map((name) => (name === 'index.html' ? './' : name))
  const version = hash(tags.join(), 12)
  await add('files.js', `export const version = '${version}'\nexport const files = ${JSON.stringify(urls)}\n`)
  return version
}

const manifestOf = (name: string) => ({
  name,
  short_name: 'martello',
  start_url: './',
  display: 'standalone',
  background_color: '#f8f6f2',
  theme_color: '#8f3417',
  icons: [{ src: 'icon.svg', sizes: 'any', type: 'image/svg+xml' }],
})
