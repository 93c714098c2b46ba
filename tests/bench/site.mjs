// martello site on 10,000 generated pages (pages.mjs): how long a build takes, how many of the first five links lead to the same topic,
// and what a visit costs, as a Chromium loads it from a host that packs text: node tests/bench/site.mjs [pages]
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { chromium } from 'playwright-core'
import { Recommender } from '../../dist/node.js'
import { partsFor, picks } from '../../build/web/page/picks.js'
import { CHROMIUM, QUIET } from '../web/helpers/chromium.mjs'
import { serveFolder, writePages } from '../web/helpers/site.mjs'
import { generatedPages } from './pages.mjs'
import { uniforms } from './workload.mjs'

const COUNT = Number(process.argv[2] ?? 10_000)
const folder = mkdtempSync(join(tmpdir(), 'martello-bench-site-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const keyOf = (path) => `/${path.replace('/index.html', '')}`

const topicOf = new Map()
const languageOf = new Map()
const ELEMENT =
  '<martello-related dwell="0"></martello-related><script type="module" src="/martello/related.js"></script>'
for (const { path, html, topic, language } of generatedPages(COUNT)) {
  writePages(folder, { [path]: html.replace('</body>', `${ELEMENT}</body>`) })
  topicOf.set(keyOf(path), `${language} ${topic}`)
  languageOf.set(keyOf(path), language)
}
const { stdout, stderr, status } = spawnSync(process.execPath, ['dist/cli.js', 'site', folder, '--json', '--quiet'], {
  encoding: 'utf8',
  maxBuffer: 1 << 28,
})
if (status !== 0) throw new Error(stderr)
const { pages, parts, version, seconds, stages } = JSON.parse(stdout)
console.log(`pages ${pages.length}  built in ${seconds.toFixed(1)} s  (${stages.map(({ name, seconds }) => `${name} ${seconds.toFixed(1)}`).join(', ')})`) // prettier-ignore

// -- lists ----------------------------------------------------------------------------------------------------------------
const shareOf = (chosen) => {
  const links = chosen.flatMap(({ id, related }) => related.slice(0, 5).map((other) => topicOf.get(other) === topicOf.get(id))) // prettier-ignore
  return (links.filter(Boolean).length / links.length).toFixed(4)
}
const languages = [...new Set(languageOf.values())]
console.log(`same topic among the first 5: ${shareOf(pages)}  (${languages.map((one) => `${one} ${shareOf(pages.filter(({ id }) => languageOf.get(id) === one))}`).join(', ')})`) // prettier-ignore

// -- personal: 400 readers of three pages of one topic and two of another -------------------------------------------------
const draw = uniforms(5)
const own = join(folder, 'martello', version)
const opened = new Map()
const partOf = new Map(pages.map(({ id, part }) => [id, part]))
async function open(part) {
  if (!opened.has(part))
    opened.set(part, await Recommender.open(gunzipSync(readFileSync(join(own, `parts/${part}.gz`)))))
  return opened.get(part)
}
const byTopic = Map.groupBy ? Map.groupBy(pages, ({ id }) => topicOf.get(id)) : grouped(pages)
function grouped(all) {
  const groups = new Map()
  for (const page of all) groups.set(topicOf.get(page.id), [...(groups.get(topicOf.get(page.id)) ?? []), page])
  return groups
}
const names = [...byTopic.keys()].filter((name) => byTopic.get(name).length >= 12)
const whole = await Recommender.open(join(folder, 'martello/site.martello'))
const counts = { parts: 0, whole: 0, given: 0, wholeGiven: 0, bytes: 0 }
const of = (list) => list[Math.floor(list.length * draw())]
for (let reader = 0; reader < 400; reader++) {
  const first = of(names)
  const second = of(names.filter((name) => name.slice(0, 2) === first.slice(0, 2)))
  const read = [...new Set([first, second, first, first, second].map((name) => of(byTopic.get(name)).id))]
  const history = read.map((key) => ({ key, part: partOf.get(key) }))
  const wanted = partsFor(history, parts, 21_000)
  const asked = new Map()
  for (const [part, share] of wanted) asked.set(part, { share, rec: await open(part) })
  const language = first.slice(0, 2)
  const hits = (items) => items.filter(({ id }) => [first, second].includes(topicOf.get(id))).length
  const mine = picks(history, asked, { k: 6, exclude: [], language })
  const its = whole.recommend({ history: read, k: 6, filter: { language } }).items
  counts.parts += hits(mine)
  counts.given += mine.length
  counts.whole += hits(its)
  counts.wholeGiven += its.length
  for (const part of wanted.keys()) counts.bytes += parts[part]
}
const mean = (parts.reduce((sum, bytes) => sum + bytes, 0) / parts.length).toFixed(0)
console.log(`personal, of a topic that was read: ${(counts.parts / counts.given).toFixed(4)} by parts, ${(counts.whole / counts.wholeGiven).toFixed(4)} by the whole bundle; parts ${parts.length} of ${mean} bytes, a reader's ${(counts.bytes / 400).toFixed(0)}`) // prettier-ignore

// -- a visit of five pages, the lists not baked ---------------------------------------------------------------------------
const browser = await chromium
  .launch({ executablePath: CHROMIUM, chromiumSandbox: false, args: QUIET })
  .catch(() => null)
if (browser === null) {
  console.log(`a visit: skipped, no ${CHROMIUM} here`)
  process.exit()
}
const server = await serveFolder(folder)
const visits = []
for (let visit = 0; visit < 10; visit++) {
  const page = await (await browser.newContext()).newPage()
  const [first, second] = [of(names), of(names)]
  server.sent.length = 0
  const steps = []
  for (const name of [first, first, second, first, second]) {
    const { id } = of(byTopic.get(name))
    await page.goto(`${server.url}${id}/`)
    await page.locator('martello-related [data-list=related]').waitFor()
    if (steps.length >= 3)
      await page
        .locator('[data-list=personal]')
        .waitFor({ timeout: 5000 })
        .catch(() => {}) // a page read twice
    await page.waitForTimeout(300)
    const bytes = server.sent
      .filter(({ path }) => path.startsWith('/martello/'))
      .reduce((sum, one) => sum + one.bytes, 0)
    steps.push(bytes)
  }
  visits.push({ steps, sent: server.sent.filter(({ path }) => path.startsWith('/martello/')) })
  await page.context().close()
}
await browser.close()
server.close()
const average = (numbers) => Math.round(numbers.reduce((a, b) => a + b, 0) / numbers.length)
const totals = visits.map(({ steps }) => steps.at(-1))
console.log(`a visit, bytes after each of five pages: ${[0, 1, 2, 3, 4].map((i) => average(visits.map(({ steps }) => steps[i]))).join(', ')}; the largest of 10 visits ${Math.max(...totals)}`) // prettier-ignore
const kinds = { 'related.js, site.json': /related\.js|site\.json/, 'lists': /\/pages\//, 'personal.js': /personal\.js/, 'core.gz': /core\.gz/, 'parts': /\/parts\// } // prettier-ignore
for (const [name, pattern] of Object.entries(kinds))
  console.log(`  ${name.padEnd(22)} ${String(average(visits.map(({ sent }) => sent.filter(({ path }) => pattern.test(path)).reduce((sum, one) => sum + one.bytes, 0)))).padStart(6)}`) // prettier-ignore
process.exit()
