// martello site behind the generators that people use: what each makes of the same pages, lists baked in, links that lead to files,
// and in Chromium where a framework takes the page over. Generators come from npm or from Debian; what cannot be had is skipped.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { newPage, noChromium } from '../web/helpers/browsers.mjs'
import { cliJson, random } from '../web/helpers/shop.mjs'
import { serveFolder, TOPICS, writePages } from '../web/helpers/site.mjs'
import { until } from '../web/helpers/until.mjs'
import { folder, need, prepareFolder, root } from './prepare.mjs'

prepareFolder()

/** Pages in Markdown: { 'bread/1.md': text }; `front`: more of what stands before the text. */
function markdown(front = () => '') {
  const draw = random(6)
  const pages = {}
  for (const [topic, words] of Object.entries(TOPICS))
    for (let n = 1; n <= 8; n++) {
      const sentence = () => `${Array.from({ length: 10 }, () => draw.of([...words, 'how', 'when', 'with', 'and'])).join(' ')}.` // prettier-ignore
      pages[`${topic}/${n}.md`] =
        `---\ntitle: "${words[n]} & ${words[n + 3]}"\n${front(topic)}---\n\n${sentence()} ${sentence()}\n\n## More\n\n${sentence()} ${sentence()}\n`
    }
  return pages
}

/** A folder of its own in build/matrix, so that what `need` installed is found. */
function project(name, files) {
  const own = join(folder, `site-${name}`)
  rmSync(own, { recursive: true, force: true })
  mkdirSync(own, { recursive: true })
  return writePages(own, files)
}
const bin = (name) => join(folder, 'node_modules/.bin', name)
const run = (cwd, command, ...args) =>
  execFileSync(command, args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_ENV: 'production', ASTRO_TELEMETRY_DISABLED: '1', DOCUSAURUS_NO_TELEMETRY: '1' },
  })

const isThere = (own, href) =>
  [href, `${href}.html`, join(href, 'index.html')].some((path) => existsSync(join(own, path)) && statSync(join(own, path)).isFile()) // prettier-ignore

/** Relates the pages, and holds the lists against their topics and the files they lead to. */
async function related(own) {
  const { pages, left } = await cliJson('site', own, '--bake')
  const topics = pages.filter(({ id }) => Object.keys(TOPICS).some((topic) => id.includes(`/${topic}/`)))
  assert.equal(topics.length, 24, JSON.stringify({ pages: pages.map(({ id }) => id), left }))
  const before = topics.map(({ path }) => readFileSync(join(own, path)))
  for (const { path, id, related } of topics) {
    const topic = id.split('/').at(-2)
    assert.deepEqual(related.slice(0, 5).map((other) => other.split('/').at(-2)), Array(5).fill(topic), id) // prettier-ignore
    const html = readFileSync(join(own, path), 'utf8')
    const [, list] = /<!-- ?martello:related ?-->(.*)<!-- ?\/martello:related ?-->/s.exec(html)
    const links = [...list.matchAll(/<a href="([^"]+)">/g)].map(([, href]) => href)
    assert.equal(links.length, 6)
    const from = dirname(path)
    for (const href of links) assert.ok(isThere(own, join(from, href)), `${path}: ${href}`)
  }
  await cliJson('site', own, '--bake')
  topics.forEach(({ path }, i) => assert.ok(readFileSync(join(own, path)).equals(before[i]), `${path} changed`))
  return topics
}

const noEleventy = need('@11ty/eleventy@3.1.8')
test('Eleventy', { skip: noEleventy }, async () => {
  const pages = Object.entries(markdown(() => 'layout: page.njk\n')).map(([path, text]) => [`src/${path}`, text])
  const own = project('eleventy', {
    ...Object.fromEntries(pages),
    'src/index.md': '---\nlayout: page.njk\ntitle: Home\n---\n[bread](/bread/1/) [stars](/stars/1/)\n',
    'src/_includes/page.njk':
      '<!doctype html><html lang="en"><head><title>{{ title }} – Hobbies</title></head><body><nav><a href="/">Home</a></nav><main><h1>{{ title }}</h1>{{ content | safe }}</main><footer>All of it</footer></body></html>',
  })
  run(own, bin('eleventy'), '--quiet', '--input=src', '--output=_site')
  const topics = await related(join(own, '_site'))
  assert.ok(topics.every(({ title }) => !title.includes('Hobbies')), topics[0].title) // prettier-ignore
})

const noAstro = need('astro@5.16.0')
test('Astro', { skip: noAstro }, async () => {
  const pages = Object.entries(markdown(() => 'layout: ../../layouts/Page.astro\n')).map(([path, text]) => [`src/pages/${path}`, text]) // prettier-ignore
  const own = project('astro', {
    ...Object.fromEntries(pages),
    'package.json': '{ "type": "module", "private": true }',
    'astro.config.mjs': "export default { site: 'https://hobbies.dev', base: '/notes', trailingSlash: 'never', build: { format: 'file' } }", // prettier-ignore
    'src/layouts/Page.astro':
      '---\nconst { frontmatter } = Astro.props\n---\n<html lang="en"><head><title>{frontmatter.title}</title><link rel="canonical" href={new URL(Astro.url.pathname.replace(/\\.html$/, ""), Astro.site)} /></head><body><header>Notes</header><main><slot /><martello-related></martello-related></main></body></html>',
  })
  run(own, bin('astro'), 'build')
  const topics = await related(join(own, 'dist'))
  const html = readFileSync(join(own, 'dist', topics[0].path), 'utf8')
  assert.match(html, /<martello-related><!-- martello:related --><nav /)
  assert.doesNotMatch(
    html.split('<nav data-baked')[1],
    /href="[^"]*\.html"/,
    'linked as its canonical address is written',
  )
})

const HUGO = '/usr/bin/hugo'
const noHugo = existsSync(HUGO) ? false : `no ${HUGO} here (apt-get install hugo)`
test('Hugo', { skip: noHugo }, async () => {
  const pages = Object.entries(markdown()).map(([path, text]) => [`content/${path}`, text])
  const own = project('hugo', {
    ...Object.fromEntries(pages),
    'config.toml': 'baseURL = "https://hobbies.dev/log/"\nlanguageCode = "en"\ntitle = "Log"\n',
    'layouts/_default/baseof.html':
      '<!doctype html><html lang="{{ .Site.LanguageCode }}"><head><title>{{ .Title }} | {{ .Site.Title }}</title><link rel="canonical" href="{{ .Permalink }}"></head><body>{{ block "main" . }}{{ end }}</body></html>',
    'layouts/_default/single.html': '{{ define "main" }}<main><h1>{{ .Title }}</h1>{{ .Content }}<!-- martello:related --><!-- /martello:related --><p>Thanks</p></main>{{ end }}', // prettier-ignore
    'layouts/_default/list.html':
      '{{ define "main" }}<main><ul>{{ range .Pages }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>{{ end }}</ul></main>{{ end }}',
  })
  run(own, HUGO, '--quiet')
  await related(join(own, 'public'))
})

const DOCUSAURUS = '3.10.2'
const noDocusaurus = need(
  `@docusaurus/core@${DOCUSAURUS}`,
  `@docusaurus/preset-classic@${DOCUSAURUS}`,
  'react@19.3.1',
  'react-dom@19.3.1',
)
test(
  'Docusaurus: the list stays when React has taken the page over, and is that of the next page',
  { skip: noDocusaurus, timeout: 600_000 },
  async (t) => {
    // the component of the guide, as it stands there
    const guide = readFileSync(join(root, 'web/site/README.md'), 'utf8')
    const [component] = /^import Footer from '@theme-original.*?^}\n/ms.exec(guide)
    const pages = Object.entries(markdown()).map(([path, text]) => [`docs/${path}`, text])
    const own = project('docusaurus', {
      ...Object.fromEntries(pages),
      'package.json': '{ "private": true }',
      'src/theme/DocItem/Footer/index.js': component,
      'docusaurus.config.js': `module.exports = { title: 'Docs', url: 'https://hobbies.dev', baseUrl: '/', onBrokenLinks: 'warn',
      presets: [['classic', { docs: { routeBasePath: 'docs' }, blog: false }]] }`,
    })
    run(own, bin('docusaurus'), 'build')
    const topics = await related(join(own, 'build'))
    if (noChromium) return t.diagnostic(noChromium)
    const server = await serveFolder(join(own, 'build'))
    after(() => server.close())
    const { page, errors } = await newPage()
    const { id } = topics[0]
    await page.goto(server.url + id)
    await page.waitForFunction(() => customElements.get('martello-related'))
    await page.waitForTimeout(1500)
    const links = () =>
      page.$$eval('martello-related [data-list=related] a', (all) => all.map((one) => new URL(one.href).pathname))
    const first = await links()
    assert.equal(first.length, 6)
    await page.locator('.pagination-nav__link--next').click()
    await page.waitForURL((url) => !url.pathname.startsWith(id))
    const next = await until(async () => ((await links()).length === 6 ? links() : null), () => 'no list of the next page') // prettier-ignore
    assert.notDeepEqual(next, first)
    assert.deepEqual(errors.filter((error) => /hydrat|Minified React/i.test(error)), []) // prettier-ignore
  },
)
