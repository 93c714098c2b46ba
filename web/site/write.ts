/**
 * What a site serves, as files:
 *
 *     related.js          the element; its address never changes
 *     site.json           which build there is, and what it has
 *     site.martello       the bundle of all pages, for other commands
 *     VERSION/            all of one build, so that no cache mixes two
 *       pages/N.gz        lists of a few pages, as JSON
 *       parts/N.gz        bundles of pages alike
 *       personal.js core.gz
 *
 * The folder of a build appears before site.json names it, and the one before it goes afterwards.
 */
import { createHash } from 'node:crypto'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { writeAtomically } from '../build/write.js'
import { chunkOf } from '../page/address.js'
import type { PageFacts, SiteFacts } from '../page/site-facts.js'
import { writeError } from '../read/whole.js'
import type { BuiltSite } from './build.js'
import type { Page } from './pages.js'

/** What the package has for pages. */
export interface Scripts {
  related: Uint8Array
  personal: Uint8Array
  core: Uint8Array
}

/** Pages in one file of lists: a visit fetches one for each page, and a host counts files. */
const PAGES_IN_CHUNK = 4
const VERSION = /^[0-9a-f]{12}$/
const gzip = (bytes: Uint8Array | string) => gzipSync(bytes, { level: 9 })

/** Everything that is fetched by name, and the facts that name it. */
export function filesOf(
  pages: readonly Page[],
  site: BuiltSite,
  scripts: Scripts,
  root: string,
): { facts: SiteFacts; files: Map<string, Uint8Array> } {
  const chunks = Math.max(1, Math.ceil(pages.length / PAGES_IN_CHUNK))
  const several = new Set(pages.map(({ language }) => language)).size > 1
  const lists: Record<string, PageFacts>[] = Array.from({ length: chunks }, () => ({}))
  pages.forEach(({ key, language }, page) => {
    lists[chunkOf(key, chunks)]![key] = {
      part: site.partOf[page]!,
      ...(several && { language }),
      related: site.lists[page]!.map((other) => [pages[other]!.href, pages[other]!.title]),
    }
  })
  const parts = site.parts.map(gzip)
  const files = new Map<string, Uint8Array>([
    ...lists.map((list, n) => [`pages/${n}.gz`, gzip(JSON.stringify(list))] as const),
    ...parts.map((part, n) => [`parts/${n}.gz`, part] as const),
    ['personal.js', scripts.personal],
    ['core.gz', gzip(scripts.core)],
  ])
  const hash = createHash('sha256')
  for (const [name, bytes] of files) hash.update(`${name} ${bytes.length}\n`).update(bytes)
  const version = hash.digest('hex').slice(0, 12)
  return {
    facts: { format: 'martello site 1', version, root, chunks, parts: parts.map(({ length }) => length) },
    files,
  }
}

export async function writeSite(
  folder: string,
  site: BuiltSite,
  scripts: Scripts,
  { facts, files }: ReturnType<typeof filesOf>,
): Promise<void> {
  const own = join(folder, facts.version)
  try {
    for (const part of ['pages', 'parts']) await mkdir(join(own, part), { recursive: true })
    for (const [name, bytes] of files) await writeFile(join(own, name), bytes)
  } catch (error) {
    await rm(own, { recursive: true, force: true })
    throw writeError(own, error)
  }
  await writeAtomically(join(folder, 'site.martello'), site.bundle.bytes)
  await writeAtomically(join(folder, 'related.js'), scripts.related)
  await writeAtomically(join(folder, 'site.json'), `${JSON.stringify(facts)}\n`)
  for (const name of await readdir(folder))
    if (VERSION.test(name) && name !== facts.version) await rm(join(folder, name), { recursive: true, force: true })
}
