// Pages as they lie in folders: what is read of them, what they are called, which of them count, and where lists are baked in.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chunkOf, pageKey } from '../../../build/web/page/address.js'
import { fromPage } from '../../../build/web/site/addresses.js'
import { bake, unbake } from '../../../build/web/site/bake.js'
import { pageText } from '../../../build/web/site/files.js'
import { readPage } from '../../../build/web/site/page.js'
import { siteOf } from '../../../build/web/site/pages.js'
import { random } from '../helpers/shop.mjs'

const textOf = (html) => readPage(html).blocks.map(({ text }) => text)
const found = (pages) =>
  siteOf(Object.entries(pages).map(([path, html]) => ({ path, excluded: false, text: html && readPage(html) })))
const leftOf = ({ left }) => Object.fromEntries(left)
const about = (words, head = '') => `<html><head>${head}</head><body><main><p>${words}</p></main></body></html>`

test('one page has one key, however its address is written', () => {
  for (const path of ['guide', '/guide/', 'guide/index.html', '/guide.html', '/guide/?a=1', '/guide#b', 'guide.htm'])
    assert.equal(pageKey(path), '/guide', path)
  assert.equal(pageKey('/'), '/')
  assert.equal(pageKey('index.html'), '/')
  assert.equal(pageKey('/caf%C3%A9/'), pageKey('cafe\u0301/index.html'))
  assert.equal(pageKey('/100%'), '/100%')
  assert.equal(pageKey('/windex.html'), '/windex')
})

test('keys spread over files of lists', () => {
  const counts = new Uint32Array(100)
  for (let i = 0; i < 10_000; i++) counts[chunkOf(`/blog/post-${i}`, 100)]++
  assert.ok(Math.max(...counts) < 200 && Math.min(...counts) > 30, counts.join(' '))
})

test('what main shows is read, without navigation, scripts and what is hidden', () => {
  const html = `<body><header>Site <nav>Home</nav></header><main><header><h1>A &amp; <em>B</em></h1></header>
    <p>One<br>two <a href="/x">three</a>.<nav>On this page</nav><script>var no</script><div hidden>no</div>
    <p data-martello-ignore>no</p><!-- no --><noscript>no</noscript><svg><title>no</title></svg></main><footer>Terms</footer>`
  assert.deepEqual(textOf(html), ['A & B', 'One', 'two three.'])
  assert.equal(readPage(html).titles.h1, 'A & B')
  assert.deepEqual(
    readPage(html).blocks.map(({ heading }) => heading),
    [true, false, false],
  )
})

test('without main an article is read, and without one what stands beside headers and footers', () => {
  assert.deepEqual(textOf('<body><div>menu</div><article><p>text<footer>by me</footer></article>'), ['text', 'by me'])
  assert.deepEqual(textOf('<body><header>site</header><div><p>text</div><footer>terms</footer>'), ['text'])
  assert.deepEqual(textOf('<div role="navigation">menu</div>text<div role="contentinfo">terms</div>'), ['text'])
})

test('tags that nobody closed, and entities of all kinds, are as browsers have them', () => {
  assert.deepEqual(textOf('<main><ul><li>one<li>two</ul><table><tr><td>a<td>b</table>'), ['one', 'two', 'a', 'b'])
  assert.deepEqual(textOf('<main><p>caf&eacute; &#8212; &#x4e2d;&nbsp;AT&T &lt;b&gt;'), ['café — 中 AT&T <b>'])
})

test('titles, description, tags, language and date are read where sites put them', () => {
  const page = readPage(`<html lang="pt-BR"><head><title> A
    title </title><meta name="description" content="What it is"><meta property="og:title" content="Og">
    <meta name="keywords" content="a, b"><meta property="article:published_time" content="2024-03-01T10:00:00Z">
    <link rel="canonical" href="https://me.dev/a/"></head><body><main><a rel="tag" href="/t">c</a><p>Text</p></main>`)
  assert.deepEqual(
    { ...page, blocks: 0 },
    {
      titles: { og: 'Og', title: 'A title', h1: '' },
      description: 'What it is',
      tags: ['a', 'b', 'c'],
      blocks: 0,
      links: [{ href: '/t', text: 'c' }],
      base: null,
      language: 'pt-br',
      date: Date.UTC(2024, 2, 1, 10) / 1000,
      canonical: 'https://me.dev/a/',
      noindex: false,
      redirect: false,
      ignored: false,
      selfClosed: false,
    },
  )
  assert.equal(readPage('<main><time datetime="2023-05-06">then</time>').date, Date.UTC(2023, 4, 6) / 1000)
  assert.ok(Number.isNaN(readPage('<meta name="date" content="tomorrow">').date))
})

test('what was baked in is not read, wherever it stands', () => {
  const block = '<!-- martello:related --><nav><a href="/b">Baked</a></nav>Baked<!-- /martello:related -->'
  assert.deepEqual(textOf(`<main><p>Text</p>${block}<p>more</p></main>`), ['Text', 'more'])
  assert.deepEqual(textOf('<main><p>Text</p><martello-related><ul><li>Baked</ul></martello-related></main>'), ['Text'])
})

test('encodings are known by their mark, by what is declared, or by their bytes', () => {
  const latin = Buffer.from('<meta charset=iso-8859-1><p>caf\xe9', 'latin1')
  assert.deepEqual(pageText(latin), { text: '<meta charset=iso-8859-1><p>café', encoding: 'windows-1252' })
  assert.equal(pageText(Buffer.from('<p>caf\xe9 cr\xe8me', 'latin1')).text, '<p>café crème')
  assert.equal(
    pageText(Buffer.from('<meta charset="utf-8"><p>caf\xe9', 'latin1')).text,
    '<meta charset="utf-8"><p>café',
  )
  assert.equal(pageText(Buffer.from('\ufeff<p>ä', 'utf8')).text, '<p>ä')
  assert.equal(pageText(Buffer.from('\ufeff<p>ä', 'utf16le')).text, '<p>ä')
  assert.equal(pageText(Buffer.from('<meta charset="no-such"><p>ä')).text, '<meta charset="no-such"><p>ä')
})

test('pages that say so, and pages for machines, are left out and counted', () => {
  const site = found({
    'a.html': about('some text'),
    'hidden.html': about('text', '<meta name="robots" content="noindex, follow">'),
    'ignored.html': '<html data-martello-ignore><body>text',
    'old.html': '<html><meta http-equiv="refresh" content="0; url=/a.html"><body>moved',
    '404.html': about('not found'),
    'empty.html': '<html><body><nav>menu</nav>',
    'list.html': '<html><main><ul><li><a href="/1">one page</a><li><a href="/2">another page</a></ul>',
    'google1234.html': null,
  })
  assert.deepEqual(site.pages.map(({ path }) => path), ['a.html']) // prettier-ignore
  assert.deepEqual(leftOf(site), {
    'no whole page': ['google1234.html'],
    'noindex or data-martello-ignore': ['hidden.html', 'ignored.html'],
    'a redirection': ['old.html'],
    'an error page': ['404.html'],
    'no text': ['empty.html'],
    'mostly links': ['list.html'],
  })
})

test('of copies the one that all call canonical stays, in whatever folder of its server the site stands', () => {
  const link = (to) => `<link rel="canonical" href="https://me.dev/docs/${to}">`
  const site = found({
    'a/index.html': about('text', link('a/')),
    'a/print.html': about('text', link('a/')),
    'b.html': about('other', link('b')),
    'c.html': about('third', '<link rel="canonical" href="https://elsewhere.dev/c">'),
    'd.html': about('fourth', '<link rel="canonical" href="e">'),
  })
  assert.deepEqual(leftOf(site), { 'a copy (canonical)': ['a/print.html'] })
  assert.deepEqual(site.place, { origin: 'https://me.dev', base: '/docs' })
  assert.deepEqual(site.pages.map(({ href }) => href), ['a/', 'b', 'c.html', 'd.html']) // prettier-ignore
})

test('a template that calls one page the canonical of all is not believed', () => {
  const home = '<link rel="canonical" href="https://me.dev/">'
  const pages = Object.fromEntries(
    ['a', 'b', 'c', 'd', 'e'].map((name) => [`${name}.html`, about(name.repeat(9), home)]),
  )
  const site = found({ 'index.html': about('home', home), ...pages })
  assert.equal(site.pages.length, 6)
  assert.match(site.remarks[0], /^look: 5 of 6 pages say that \/ is their canonical address/)
})

test('a page is called as it is titled, without the name of the site, or else by what it says first', () => {
  const site = found({
    'a.html': about('x', '<title>Alpha | My site</title>'),
    'b.html': about('y', '<title>Beta - part | My site</title>'),
    'c.html': about('z', '<title>My site</title>'),
    'd.html': '<html><main><h1>Delta</h1><p>text</p>',
    'e.html': about('only words'),
    'f.html': about('v', '<title>Phi | My site</title>'),
  })
  assert.deepEqual(site.pages.map(({ title }) => title), ['Alpha', 'Beta - part', 'My site', 'Delta', 'only words', 'Phi']) // prettier-ignore
})

test('what all pages are titled is what none of them is called, if they have headings', () => {
  const pages = (head, heading) => Object.fromEntries(['Alpha', 'Beta', 'Gamma', 'Delta'].map((name) => [`${name}.html`, `<html><head>${head}</head><body><main><h1>${heading ?? name}</h1><h2>${name} too</h2><p>${name} text</p></main>`])) // prettier-ignore
  const titles = (...args) => found(pages(...args)).pages.map(({ title }) => title)
  assert.deepEqual(titles('<title>My site</title>'), ['Alpha', 'Beta', 'Gamma', 'Delta'])
  assert.deepEqual(titles('<title>My site</title><meta property="og:title" content="My site">'), ['Alpha', 'Beta', 'Gamma', 'Delta']) // prettier-ignore
  assert.deepEqual(titles('<title>My site</title>', 'Welcome'), ['Alpha too', 'Beta too', 'Gamma too', 'Delta too'])
  const plain = { 'a.html': about('x', '<title>Same</title>'), 'b.html': about('y', '<title>Same</title>') }
  assert.deepEqual(found(plain).pages.map(({ title }) => title), ['Same', 'Same']) // prettier-ignore
})

test('an element that closes itself, which it cannot in HTML, hides no page, and is named', () => {
  const site = found({
    'a.html': '<html><main><h1>Alpha</h1><martello-related k="4"/><p>text of it</p></main>',
    'b.html': about('other'),
  })
  assert.deepEqual(site.pages[0].texts, ['text of it'])
  assert.match(site.remarks[0], /^look: a\.html: <martello-related\/> closes nothing in HTML/)
})

test('what many pages repeat is no text of theirs, whatever tag it stands in', () => {
  const pages = Object.fromEntries(
    Array.from({ length: 12 }, (_, i) => [
      `${i}.html`,
      `<html><div>Menu of all</div><p>page ${i} text</p><div>Terms</div>`,
    ]),
  )
  assert.deepEqual(found(pages).pages[3].texts, ['page 3 text'])
})

/** A blog as WordPress, Jekyll and Hugo write them: posts, and pages that repeat how posts begin, or all of them. */
function blog(posts, { cut = (text) => text, root = '', name = null } = {}) {
  const draw = random(8)
  const words = Array.from({ length: 600 }, () => Array.from({ length: 3 + 6 * draw() }, () => draw.of([...'etaoinshrdlu'])).join('')) // prettier-ignore
  const paragraph = (count = 25) => `${Array.from({ length: count }, () => draw.of(words)).join(' ')}.`
  const all = Array.from({ length: posts }, (_, n) => ({
    href: `${root}/2024/${String(1 + (n % 12)).padStart(2, '0')}/post-${n}/`,
    month: String(1 + (n % 12)).padStart(2, '0'),
    title: name ?? paragraph(4),
    texts: Array.from({ length: 1 + (n % 7) }, () => paragraph()),
  }))
  const meta = `<p>Posted in <a href="${root}/category/rust/">Rust</a> by <a href="${root}/author/me/">me</a></p>`
  const page = (title, main) => `<html lang="en"><title>${title} – Blog</title><body><nav><a href="${root}/">Home</a></nav><main>${main}</main></body></html>` // prettier-ignore
  const teaser = ({ href, title, texts }, whole) =>
    `<article><h2><a href="${href}">${title}</a></h2>${(whole ? texts : [cut(texts[0])]).map((text) => `<p>${text}</p>`).join('')}<p><a href="${href}">Continue reading ${title}</a></p>${meta}</article>` // prettier-ignore
  const list = (title, some, whole) => page(title, `<h1>${title}</h1>${some.map((post) => teaser(post, whole)).join('')}`) // prettier-ignore
  const pages = {}
  const lists = {}
  for (const { href, month, title, texts } of all) {
    const own = `<h1>${title}</h1>${texts.map((text) => `<p>${text}</p>`).join('')}${meta}<a href="${root}/2024/${month}/">${month}</a>` // prettier-ignore
    pages[`${href.slice(root.length + 1)}index.html`] = page(title, own)
  }
  for (let at = 0; at < posts; at += 10)
    lists[at === 0 ? 'index.html' : `page/${at / 10 + 1}/index.html`] = list(`Page ${at}`, all.slice(at, at + 10))
  for (const month of new Set(all.map((post) => post.month)))
    lists[`2024/${month}/index.html`] = list(`Month ${month}`, all.filter((post) => post.month === month)) // prettier-ignore
  lists['category/rust/index.html'] = list('Rust', all.slice(0, 10))
  lists['author/me/index.html'] = list('me', all.slice(-10), true)
  return { pages, lists, all, page, teaser, paragraph }
}

test('of a blog its posts are pages, and what repeats them and leads to them is not', () => {
  for (const [count, options] of [
    [60, {}],
    [60, { root: '/blog', name: 'Untitled' }],
    [60, { cut: (text) => `${text.slice(0, 80)} […]` }],
    [9, {}],
  ]) {
    const { pages, lists } = blog(count, options)
    const site = found({ ...pages, ...lists })
    assert.deepEqual(site.pages.map(({ path }) => path).sort(), Object.keys(pages).sort())
    assert.deepEqual(leftOf(site), { 'mostly text of pages that it links to': Object.keys(lists) })
    assert.ok(
      site.pages.every(({ texts }) => texts.length > 0),
      'what a post says first is its own, on however many lists it stands',
    )
  }
})

test('a post that quotes another, or has related posts beneath, is a page', () => {
  const { pages, all, page, teaser, paragraph } = blog(20)
  const link = ({ href, title }) => `<a href="${href}">${title}</a>`
  const own = `<p>${paragraph(60)}</p>`
  const posts = {
    'quotes.html': page('Quotes', `<h1>I disagree</h1>${own}<blockquote><p>${all[3].texts[0]}</p></blockquote>${link(all[3])}`), // prettier-ignore
    'related.html': page('Related', `<h1>With others</h1>${own}<h2>Related</h2>${all.slice(4, 7).map((post) => teaser(post)).join('')}`), // prettier-ignore
    // headings that lead to themselves, and what is a copy of the first of them
    'first.html': page('First', `<h2><a href="#first">Chapter one</a></h2>${own}`),
    'start.html': page('First', `<h2><a href="#first">Chapter one</a></h2>${own}<a href="first.html">First</a>`),
    'newer.html': page('Newer', `<h1>Second edition</h1><p>${all[6].texts.join('</p><p>')}</p>Replaces ${link(all[6])}`), // prettier-ignore
  }
  const site = found({ ...pages, ...posts })
  assert.deepEqual(leftOf(site), {})
  assert.equal(site.pages.length, 25)
})

test('lists are baked between comments, into an element, or before the end of main or body, and nothing else changes', () => {
  const links = [{ href: 'b.html?x=1&y=2', title: 'B <b>"é"' }]
  const baking = { links, script: 'martello/related.js', language: 'en', encoding: 'utf-8' }
  const baked = (html, more = {}) => bake(Buffer.from(html), { ...baking, ...more })?.toString()
  const list =
    '<nav data-baked data-list="related" aria-label="Related pages"><h2>Related pages</h2><ul>' +
    '<li><a href="b.html?x=1&amp;y=2">B &lt;b&gt;&quot;é&quot;</a></li></ul></nav>'
  const script = '<script type="module" src="martello/related.js"></script>'
  const whole = `<!-- martello:related --><martello-related>${list}</martello-related>${script}<!-- /martello:related -->`
  const within = `<!-- martello:related -->${list}${script}<!-- /martello:related -->`
  for (const [html, expected] of [
    ['<p>é<main>a</main><footer></footer></body>', `<p>é<main>a${whole}</main><footer></footer></body>`],
    ['<body>a</body></html>\n', `<body>a${whole}</body></html>\n`],
    ['<main><!--martello:related-->old<!-- /martello:related --></main>', `<main>${whole}</main>`],
    ['<main><martello-related k=3></martello-related></main>', `<main><martello-related k=3>${within}</martello-related></main>`], // prettier-ignore
    [
      '<martello-related><!-- martello:related --><!-- /martello:related --></martello-related>',
      `<martello-related>${within}</martello-related>`,
    ],
    ['<main><martello-related><p>Loading…</p></martello-related></main>', `<main><martello-related>${within}</martello-related></main>`], // prettier-ignore
    ['<main><martello-related/><p>text</p></main>', `<main><martello-related/><p>text</p>${within}</main>`],
    ['<script>"</main>"</script><main>a</main>', `<script>"</main>"</script><main>a${whole}</main>`],
  ]) {
    assert.equal(baked(html), expected)
    assert.equal(baked(expected), expected, 'again')
  }
  assert.equal(baked('a page without an end'), undefined)
  const without = (html) => unbake(Buffer.from(html)).toString()
  const empty = '<!-- martello:related --><!-- /martello:related -->'
  assert.equal(without(`<main>é${whole}</main>`), `<main>é${empty}</main>`)
  for (const html of [
    `<main>${empty}</main>`,
    '<main><!--martello:related--> <!--/martello:related--></main>',
    '<main>a',
  ])
    assert.equal(without(html), html)
  assert.equal(baked('<main></main>', { encoding: 'utf-16le' }), undefined)
})

test('a page in another encoding keeps its bytes, and gets letters by their numbers', () => {
  const page = Buffer.from('<main>caf\xe9</main>', 'latin1')
  const baking = { links: [{ href: 'b', title: '中é' }], script: 's', language: 'en', encoding: 'windows-1252' }
  const after = bake(page, baking).toString('latin1')
  assert.match(after, /^<main>caf\xe9<!-- .*>&#20013;&#233;<.*<\/main>$/)
})

test('links lead from page to page under whatever folder the site stands', () => {
  assert.equal(fromPage('a/b/index.html', 'a/c/'), '../c/')
  assert.equal(fromPage('a.html', 'b.html'), 'b.html')
  assert.equal(fromPage('a/b.html', ''), '../')
  assert.equal(fromPage('index.html', ''), './')
  assert.equal(fromPage('a/b.html', 'a/c:d.html'), './c:d.html')
})
