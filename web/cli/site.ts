/** martello site: related pages for any static site, from the pages as they were built. */
import { mkdir, readFile } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'
import { performance } from 'node:perf_hooks'
import { flag, many, parse, text, UsageError, whole } from './options.js'
import { Bar } from './progress.js'
import { writeAtomically } from '../build/write.js'
import { readBeside } from '../read/beside.js'
import { fileError, InputError } from '../read/errors.js'
import { addressOf, linkFrom, type Place } from '../site/addresses.js'
import { bake, unbake } from '../site/bake.js'
import { buildSite, type BuiltSite } from '../site/build.js'
import { pageText, pagesUnder } from '../site/files.js'
import { readPage } from '../site/page.js'
import { siteOf, type Found, type Page } from '../site/pages.js'
import { readReadings } from '../site/readings.js'
import { filesOf, writeSite } from '../site/write.js'

const USAGE = `martello site DIR [-o DIR/martello] [--history F] [--bake] [--exclude PATH]… [--k 6] [--seed N] [--quiet] [--json]

  DIR            the folder of a built site, as it is uploaded: its .html files are read
  -o, --output   a folder within DIR for what pages load: related.js and the files that it fetches
  --history      what readers read: user_id, item_id (an address or a path), optional timestamp; any table, with these names
                 or those of Google Analytics (user_pseudo_id, page_location, …) and Matomo (idvisit, url, server_time)
  --bake         writes the lists into the pages, for readers without JavaScript: between <!-- martello:related --> and
                 <!-- /martello:related -->, else into <martello-related>, else before </main> or </body>; a second time
                 it changes nothing
  --exclude      pages whose path from DIR begins so are left out: --exclude tags/ --exclude legal.html
  --k            how many pages in a list; default 6
  --json         what was found, left out and written, as JSON on stdout

  Left out are pages with noindex, redirections, copies (canonical), error pages, and pages that are mostly links; parts of a page under
  data-martello-ignore are not read. Without --bake, put this where the list is wanted:
  <script type="module" src="/martello/related.js"></script><martello-related></martello-related>`

export async function site(args: string[]): Promise<void> {
  const { values, positionals } = parse(
    args,
    {
      output: { type: 'string', short: 'o' },
      history: { type: 'string' },
      bake: { type: 'boolean' },
      exclude: { type: 'string', multiple: true },
      k: { type: 'string' },
      seed: { type: 'string' },
      quiet: { type: 'boolean' },
      json: { type: 'boolean' },
    },
    ['DIR'],
    USAGE,
  )
  const folder = resolve(positionals[0]!)
  const output = resolve(text(values, 'output') ?? join(folder, 'martello'))
  const way = relative(folder, output).split(sep).join('/')
  if (way === '' || way.startsWith('..'))
    throw new UsageError(`--output: found ${output}, expected a folder within ${folder}, which pages can load from`)
  const [k, seed] = [whole(values, 'k', 6, 1, 50), whole(values, 'seed', 1, 0, 0xffffffff)]
  const exclude = many(values, 'exclude')
  const started = performance.now()
  const bar = new Bar(flag(values, 'quiet'))
  try {
    const paths = await pagesUnder(folder, output)
    const { found, encodings } = await readAll(folder, paths, exclude, bar)
    const { pages, left, remarks, place } = siteOf(found)
    for (const begin of exclude.filter((one) => !paths.some((path) => begins(path, one))))
      remarks.push(`look: --exclude ${begin}: no page's path from ${positionals[0]} begins so`)
    for (const line of remarks) bar.say(line)
    if (pages.length === 0)
      throw new InputError({ file: folder }, `no page to relate among ${paths.length}${whyOf(left)}`, 'pages with text')
    const history = text(values, 'history')
    const readings = history === undefined ? null : await readReadings(history, pages, place.base)
    const progress = { say: (line: string) => bar.say(line), stage: (...how: [string, number, number]) => bar.update(...how) } // prettier-ignore
    const built = await buildSite({ folder: positionals[0]!, pages, k, seed, log: readings?.log ?? null }, progress)
    const [related, personal, core] = await Promise.all(
      ['site/related.js', 'site/personal.js', 'core.wasm'].map((name) => readBeside(name, import.meta.url)),
    )
    const scripts = { related: related!, personal: personal!, core: core! }
    const root = '../'.repeat(way.split('/').length)
    const made = filesOf(pages, built, scripts, root)
    await mkdir(output, { recursive: true }).catch((error: unknown) => {
      throw fileError(output, error, 'a folder that can be written to')
    })
    bar.update('writing', 0, 1)
    await writeSite(output, built, scripts, made)
    const baked = flag(values, 'bake')
      ? await bakeAll(
          folder,
          pages,
          [...left.values()].flat(),
          place,
          built,
          encodings,
          addressOf(`${way}/related.js`),
          bar,
        )
      : null
    const seconds = (performance.now() - started) / 1000
    bar.say(summary(output, pages, left, baked, readings, seconds))
    if (flag(values, 'json'))
      process.stdout.write(
        `${JSON.stringify({
          pages: pages.map(({ path, key, title, language }, page) => ({
            path,
            id: key,
            title,
            language,
            part: built.partOf[page],
            related: built.lists[page]!.map((other) => pages[other]!.key),
          })),
          left: Object.fromEntries(left),
          remarks,
          baked,
          ...(readings && { readings: { rows: readings.log.rows, unknown: readings.unknown } }),
          bundle: built.bundle.bytes.length,
          parts: made.facts.parts,
          version: made.facts.version,
          seconds,
          stages: bar.took(),
        })}\n`,
      )
  } finally {
    bar.stop()
  }
}

const begins = (path: string, begin: string) => path.startsWith(begin.replace(/^(\.?\/)+/, ''))

const WHOLE_PAGE = /<(?:!doctype|html|head|title|body)\b/i

/** Every page, and the encoding of each. */
async function readAll(folder: string, paths: readonly string[], exclude: readonly string[], bar: Bar) {
  const encodings = new Map<string, string>()
  const found: Found[] = []
  for (const [done, path] of paths.entries()) {
    bar.update('reading pages', done, paths.length)
    const own = join(folder, path)
    const bytes = await readFile(own).catch((error: unknown) => {
      throw fileError(own, error)
    })
    const { text, encoding } = pageText(bytes)
    encodings.set(path, encoding)
    const excluded = exclude.some((begin) => begins(path, begin))
    found.push({ path, excluded, text: excluded || !WHOLE_PAGE.test(text) ? null : readPage(text) })
  }
  return { found, encodings }
}

/** How many pages got a list, and which have no place for one; `others` lose theirs. */
async function bakeAll(
  folder: string,
  pages: readonly Page[],
  others: readonly string[],
  place: Place,
  { lists }: BuiltSite,
  encodings: ReadonlyMap<string, string>,
  script: string,
  bar: Bar,
): Promise<{ pages: number; without: string[] }> {
  const without: string[] = []
  for (const [page, { path, base, language }] of pages.entries()) {
    bar.update('baking', page, pages.length)
    const own = join(folder, path)
    const before = await readFile(own)
    const links = lists[page]!.map((other) => ({
      href: linkFrom(path, base, place, pages[other]!.href),
      title: pages[other]!.title,
    }))
    const baking = { links, script: linkFrom(path, base, place, script), language, encoding: encodings.get(path)! }
    const after = bake(before, baking)
    if (after === null) without.push(path)
    else if (!after.equals(before)) await writeAtomically(own, after)
  }
  // what is left out now may have had a list before
  for (const path of others) {
    const before = await readFile(join(folder, path))
    const after = unbake(before)
    if (!after.equals(before)) await writeAtomically(join(folder, path), after)
  }
  return { pages: pages.length - without.length, without }
}

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`

function whyOf(left: ReadonlyMap<string, readonly string[]>): string {
  const reasons = [...left].map(([why, { length }]) => `${length} ${why}`)
  return reasons.length === 0 ? '' : ` (left out: ${reasons.join(', ')})`
}

function summary(
  output: string,
  pages: readonly Page[],
  left: ReadonlyMap<string, readonly string[]>,
  baked: { pages: number; without: readonly string[] } | null,
  readings: { log: { rows: number }; unknown: number } | null,
  seconds: number,
): string {
  const lines = [`${output}: ${counted(pages.length, 'page')} in ${seconds.toFixed(1)} s${whyOf(left)}`]
  if (readings !== null)
    lines.push(`${readings.log.rows} readings${readings.unknown === 0 ? '' : `, ${readings.unknown} of other addresses left out`}`) // prettier-ignore
  if (baked !== null) {
    const { without } = baked
    const none = without.length === 0 ? '' : `; no place in ${counted(without.length, 'page')}, such as ${without[0]}`
    lines.push(`lists baked into ${counted(baked.pages, 'page')}${none}`)
  }
  return lines.join('\n')
}
