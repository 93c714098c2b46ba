// martello site: what it writes for a site, says of it, and does when asked again.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { Recommender } from '../../../dist/node.js'
import { generatedPages } from '../../bench/pages.mjs'
import { cli, cliJson, random } from '../helpers/shop.mjs'
import { smallSite, writePages } from '../helpers/site.mjs'

const folder = mkdtempSync(join(tmpdir(), 'martello-site-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const at = (...parts) => join(folder, ...parts)
const fresh = (name, pages) => writePages(at(name), pages)

/** Of every file in a folder its bytes. */
const hashes = (own) =>
  readdirSync(own, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, path, name }) => join(parentPath ?? path, name))
    .sort()
    .map((path) => `${path.slice(own.length)} ${createHash('md5').update(readFileSync(path)).digest('hex')}`)
const topicOf = (id) => id.split('/')[1]
const share = (pages, topic = topicOf) => {
  const pairs = pages.flatMap(({ id, related }) => related.slice(0, 5).map((other) => topic(id) === topic(other)))
  return pairs.filter(Boolean).length / pairs.length
}

let hobbies
before(async () => {
  fresh('hobbies', { ...smallSite(), '404.html': '<html><body>lost' })
  hobbies = await cliJson('site', at('hobbies'), '--bake')
})

test('lists lead to pages of the same topic', () => {
  assert.equal(hobbies.pages.length, 24)
  assert.ok(share(hobbies.pages) > 0.99, `${share(hobbies.pages)}`)
  for (const { id, related } of hobbies.pages) {
    assert.equal(related.length, 6)
    assert.ok(!related.includes(id))
  }
  assert.deepEqual(hobbies.left, { 'an error page': ['404.html'] })
})

test('the pages have their lists, and links lead where pages are', () => {
  const html = readFileSync(at('hobbies/bread/1.html'), 'utf8')
  const [, list] = /<!-- martello:related -->(.*)<!-- \/martello:related --><\/main>/.exec(html)
  const links = [...list.matchAll(/<a href="([^"]+)">/g)].map(([, href]) => href)
  assert.equal(links.length, 6)
  for (const href of links) assert.ok(existsSync(at('hobbies/bread', href)), href)
  assert.match(list, /src="\.\.\/martello\/related\.js"/)
  assert.doesNotMatch(readFileSync(at('hobbies/404.html'), 'utf8'), /martello/)
})

test('links and the script are right under a <base>, and for names with signs of addresses', async () => {
  const named = (form, base) =>
    Object.fromEntries(
      Object.entries(smallSite()).map(([path, html]) => {
        const [topic, n] = path.split(/[/.]/)
        return [form(topic, n), html.replace('<head>', `<head>${base ?? ''}`)]
      }),
    )
  const plainly = (topic, n) => `${topic}/${n}.html`
  for (const [name, pages, server] of [
    ['base', named(plainly, '<base href="/">'), ''],
    ['folder', named(plainly, '<base href="/docs/">'), '/docs'],
    ['up', named(plainly, '<base target="_top"><base href="../">'), '/docs'],
    ['within', { ...named(plainly), 'stars/8.html': named(plainly, '<base href="/bread/x/">')['stars/8.html'] }, ''],
    ['signs', named((topic, n) => `${topic}/C#${n}?/index.html`), ''],
    ['queries', named((topic, n) => `index.html?p=${topic}${n}%41.html`), ''],
  ]) {
    fresh(name, pages)
    const { pages: found } = await cliJson('site', at(name), '--bake')
    assert.equal(found.length, 24, name)
    assert.equal(new Set(found.map(({ id }) => id)).size, 24)
    for (const path of Object.keys(pages)) {
      const html = readFileSync(at(name, path), 'utf8')
      const own = `http://host${server}/${encodeURIComponent(path).replaceAll('%2F', '/')}`
      const base = new URL(/<base href="([^"]+)"/.exec(html)?.[1] ?? '', own)
      const [, list] = /<!-- martello:related -->(.*)<!-- \/martello:related -->/.exec(html)
      const addresses = [...list.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, address]) => new URL(address, base))
      assert.equal(addresses.length, 7)
      for (const { pathname, search, hash } of addresses) {
        assert.equal(search + hash, '')
        assert.ok(
          existsSync(at(name, decodeURIComponent(pathname.slice(server.length)))),
          `${name} ${path}: ${pathname}`,
        )
      }
    }
  }
})

test('of two files of one address one is a page, and the other is named', async () => {
  const pages = smallSite()
  pages['bread/1/index.html'] = pages['bread/2.html']
  fresh('twice', pages)
  const { pages: found, left, remarks } = await cliJson('site', at('twice'))
  assert.equal(found.length, 24)
  assert.deepEqual(left, { 'a second file of one address': ['bread/1/index.html'] })
  assert.deepEqual(remarks, ['look: 1 file is left out, as another has its address: bread/1/index.html and bread/1.html, both /bread/1']) // prettier-ignore
})

test('a second time not a byte changes, whatever is baked in already', async () => {
  const once = hashes(at('hobbies'))
  await cliJson('site', at('hobbies'), '--bake')
  assert.deepEqual(hashes(at('hobbies')), once)
})

test('a page that changes makes a new build, and the one before goes', async () => {
  fresh('changed', smallSite())
  const first = await cliJson('site', at('changed'))
  writeFileSync(at('changed/bread/1.html'), readFileSync(at('changed/stars/1.html')))
  const second = await cliJson('site', at('changed'))
  assert.notEqual(second.version, first.version)
  assert.deepEqual(readdirSync(at('changed/martello')).sort(), [second.version, 'related.js', 'site.json', 'site.martello'].sort()) // prettier-ignore
  const facts = JSON.parse(readFileSync(at('changed/martello/site.json'), 'utf8'))
  assert.equal(facts.version, second.version)
  assert.equal(facts.root, '../')
})

test('the bundle is one as any other', async () => {
  const rec = await Recommender.open(at('hobbies/martello/site.martello'))
  assert.equal(rec.items, 24)
  const { items } = rec.recommend({ history: ['/stars/1', '/stars/2'], k: 4 })
  assert.deepEqual(items.map(({ id }) => topicOf(id)), Array(4).fill('stars')) // prettier-ignore
  assert.match(items[0].attributes.title, /, part \d$/)
  assert.match(items[0].attributes.href, /^stars\/\d\.html$/)
  rec.close()
})

test('a copy of a page that does not say so is not what follows it', async () => {
  const pages = smallSite()
  pages['stars/copy.html'] = pages['stars/1.html']
  pages['bread/copy.html'] = pages['bread/2.html']
  fresh('copies', pages)
  const { pages: found } = await cliJson('site', at('copies'))
  const listOf = (id) => found.find((page) => page.id === id).related
  assert.ok(!listOf('/stars/1').includes('/stars/copy'))
  for (const { related } of found)
    assert.ok(!related.includes('/bread/2') || !related.includes('/bread/copy'), related.join(' '))
})

test('colours of one shirt come after what goes with it and before what hardly does, and what has nothing in common is in no list', async () => {
  const pages = smallSite()
  const page = (title, text) => `<html lang="en"><title>${title}</title><main><h1>${title}</h1><p>${text}</p></main></html>` // prettier-ignore
  const shirt = 'woven from heavy cotton with mother of pearl buttons, unfused collar, double seams, adjustable cuffs'
  const colours = 'navy white olive sand charcoal rust teal plum slate amber coral lilac mint'.split(' ')
  for (const colour of colours) pages[`shirts/${colour}.html`] = page('Oxford shirt', `${colour} ${shirt}`)
  pages['shirts/linen.html'] = page(
    'Summer shirt',
    'woven from light linen with horn buttons, soft collar, short sleeves',
  )
  pages['imprint.html'] = page('Imprint', 'Company limited, registered telephone, commercial court')
  fresh('colours', pages)
  const { pages: found } = await cliJson('site', at('colours'), '--k', '4')
  for (const { id, related } of found) {
    assert.ok(id === '/imprint' ? related.length === 0 : !related.includes('/imprint'), id)
    if (!id.startsWith('/shirts/') || id === '/shirts/linen') continue
    assert.equal(related[0], '/shirts/linen')
    assert.equal(related.length, 4)
    for (const other of related) assert.ok(other.startsWith('/shirts/'), `${id}: ${related}`)
  }
})

test('of a few pages none is linked for words that everything is said with, and one that says nothing else has no list', async () => {
  const page = (title, text) => `<!doctype html><html lang="en"><title>${title}</title><main><h1>${title}</h1><p>${text}</p></main></html>` // prettier-ignore
  fresh('few', {
    'rye.html': page('Rye bread', 'Why is it so dark? That is the flour, and the dough is not what it would be with wheat.'),
    'wheat.html': page('Wheat bread', 'If the dough is too wet, then add flour; do not knead it for more than a few minutes.'),
    'chain.html': page('A chain', 'Do not clean the bicycle with water. Once the chain is dry, oil it, and then wipe it off.'),
    'brake.html': page('A brake', 'That the bicycle will not stop is why there is a second brake. It is not to be oiled.'),
    'imprint.html': page('Imprint', 'Jane Doe is responsible for what is here, and for all that there is on it.'),
    'about.html': page('About me', 'This is what I do, and there is no more to it than that; if not, then why would I?'),
  }) // prettier-ignore
  const { pages } = await cliJson('site', at('few'), '--bake')
  const lists = Object.fromEntries(pages.map(({ id, related }) => [id, related]))
  assert.deepEqual(lists, { '/about': [], '/brake': ['/chain'], '/chain': ['/brake'], '/imprint': [], '/rye': ['/wheat'], '/wheat': ['/rye'] }) // prettier-ignore
  const about = readFileSync(at('few/about.html'), 'utf8')
  assert.match(about, /<martello-related><\/martello-related>/)
  assert.doesNotMatch(about, /<nav/)
})

test('a site of pages that say nothing but common words has no lists, and is no error', async () => {
  const page = (title) => `<html lang="en"><title>${title}</title><main><p>This is what there is, and it is not more.</p></main></html>` // prettier-ignore
  fresh('nothing', { 'a.html': page('About me'), 'b.html': page('What is this'), 'c.html': page('Who I am') })
  const { pages } = await cliJson('site', at('nothing'))
  assert.deepEqual(pages.map(({ related }) => related), [[], [], []]) // prettier-ignore
  const rec = await Recommender.open(at('nothing/martello/site.martello'))
  assert.equal(rec.recommend({ history: ['/a'], k: 3 }).items.length, 2)
  rec.close()
})

test('languages stay apart, and pages of one that has no others have no list', async () => {
  const pages = smallSite()
  for (const path of Object.keys(pages))
    if (/[5678]\.html/.test(path)) pages[path] = pages[path].replace('lang="en"', 'lang="de-AT"')
  pages['ja.html'] = '<html lang="ja"><title>星</title><main>惑星と彗星 telescope planet comet orbit</main>'
  fresh('languages', pages)
  const { pages: found } = await cliJson('site', at('languages'))
  const language = new Map(found.map(({ id, language }) => [id, language]))
  for (const { id, related } of found) for (const other of related) assert.equal(language.get(other), language.get(id))
  assert.deepEqual(found.find(({ id }) => id === '/ja').related, [])
})

test('scripts without spaces are read as words', async () => {
  const phrases = {
    'zh stars':
      '望远镜里的行星很美 彗星绕着太阳飞行 天文学家观察银河 流星划过夜空 星座在冬天的夜空 望远镜的镜片 太阳和行星的轨道'.split(
        ' ',
      ),
    'zh bread':
      '面粉和水做成面团 酵母让面团发酵 烤箱里的面包很香 面包的外皮很脆 用酵母做面包 揉面团要有耐心 烤箱要先预热'.split(
        ' ',
      ),
    'th stars':
      'กล้องโทรทรรศน์ส่องดาวเคราะห์ ดาวหางโคจรรอบดวงอาทิตย์ นักดาราศาสตร์มองทางช้างเผือก ดาวตกบนท้องฟ้า ดาวเคราะห์โคจรรอบดวงอาทิตย์ กล้องโทรทรรศน์และดาวหาง กลุ่มดาวบนท้องฟ้า'.split(
        ' ',
      ),
    'th bread':
      'แป้งขนมปังกับน้ำ ยีสต์ทำให้แป้งขึ้นฟู ขนมปังอบในเตาอบ เปลือกขนมปังกรอบ นวดแป้งขนมปัง เตาอบร้อนก่อนอบขนมปัง ยีสต์และแป้ง'.split(' '),
  }
  const pages = {}
  for (const [name, all] of Object.entries(phrases)) {
    const [lang, topic] = name.split(' ')
    for (let n = 0; n < 7; n++) {
      const text = [0, 1, 3, 4].map((more) => all[(n + more) % 7]).join('。')
      pages[`${topic}-${lang}/${n}.html`] = `<html lang="${lang}"><title>${all[n]}</title><main>${text}</main>`
    }
  }
  fresh('scripts', pages)
  const { pages: found } = await cliJson('site', at('scripts'))
  assert.equal(found.length, 28)
  assert.equal(share(found), 1)
})

test('a larger site has parts, each page is in one, and lists of a few pages', async () => {
  const topics = new Map()
  const pages = {}
  for (const { path, html, topic, language } of generatedPages(400, 4)) {
    pages[path] = html
    topics.set(`/${path.replace('/index.html', '')}`, `${language} ${topic}`)
  }
  fresh('large', pages)
  const { pages: found, parts, version } = await cliJson('site', at('large'))
  assert.ok(share(found, (id) => topics.get(id)) > 0.9)
  assert.ok(parts.length >= 3, `${parts.length} parts`)
  const own = at('large/martello', version)
  const held = []
  for (const [n] of parts.entries()) {
    const rec = await Recommender.open(gunzipSync(readFileSync(join(own, 'parts', `${n}.gz`))))
    for (let item = 0; item < rec.items; item++) held.push([rec.id(item), n])
    rec.close()
  }
  assert.deepEqual(new Map(held.sort()), new Map(found.map(({ id, part }) => [id, part]).sort()))
  const lists = readdirSync(join(own, 'pages')).map((name) => JSON.parse(gunzipSync(readFileSync(join(own, 'pages', name))))) // prettier-ignore
  const all = Object.assign({}, ...lists)
  assert.equal(Object.keys(all).length, 400)
  const [{ id, part, language, related }] = found
  assert.deepEqual({ ...all[id], related: all[id].related.length }, { part, language, related: related.length })
})

test('a log says what goes with a page, in addresses of whatever form, in parts as well', async () => {
  fresh('logged', smallSite(60))
  // readers of a circle read its pages, of all topics, in whatever order: no word says so
  const draw = random(4)
  const circleOf = (id) => Number(id.split('/')[2]) % 20
  const ids = Object.keys(smallSite(60)).map((path) => `/${path.replace('.html', '')}`)
  const rows = ['user_id,item_id,timestamp']
  for (let user = 0; user < 1800; user++) {
    const circle = ids.filter((id) => circleOf(id) === user % 20)
    for (let n = 0; n < 6; n++) {
      const id = draw.of(circle)
      rows.push(`u${user},${n % 2 ? `https://hobbies.dev${id}.html?ref=x` : id},${1_700_000_000 + 600 * user + n}`)
    }
    if (user % 9 === 0) rows.push(`u${user},/gone,${1_700_000_010 + 600 * user}`)
  }
  writeFileSync(at('log.csv'), rows.join('\n'))
  const { pages, readings, parts, version } = await cliJson('site', at('logged'), '--history', at('log.csv'))
  assert.deepEqual(readings, { rows: 10_800, unknown: 200 })
  assert.ok(share(pages, circleOf) > 0.5, `${share(pages, circleOf)} of one circle`)
  assert.ok(parts.length > 1)
  const sources = []
  for (const n of parts.keys()) {
    const rec = await Recommender.open(gunzipSync(readFileSync(at('logged/martello', version, 'parts', `${n}.gz`))))
    sources.push(...rec.sources)
    rec.close()
  }
  assert.ok(sources.includes('i2i') || sources.includes('next'), sources.join(' '))
})

test('what is left out the second time loses its list, and --exclude that finds nothing says so', async () => {
  fresh('excluded', smallSite())
  await cliJson('site', at('excluded'), '--bake')
  const { left, remarks } = await cliJson('site', at('excluded'), '--bake', '--exclude', '/bread/', '--exclude', 'tea/')
  assert.equal(left['matched by --exclude'].length, 8)
  assert.deepEqual(remarks, [`look: --exclude tea/: no page's path from ${at('excluded')} begins so`])
  assert.match(
    readFileSync(at('excluded/bread/1.html'), 'utf8'),
    /<!-- martello:related --><!-- \/martello:related --><\/main>/,
  )
  assert.match(readFileSync(at('excluded/stars/1.html'), 'utf8'), /<!-- martello:related --><martello-related>/)
})

test('a log is understood as analytics export it, and where it is not, there is a word on what to rename', async () => {
  fresh('exports', smallSite())
  const tables = {
    // of people who are not signed in there is no user_id; microseconds
    'ga4.csv': `user_id,user_pseudo_id,event_timestamp,event_name,page_location
,a,1700000000000000,page_view,https://me.dev/bread/1.html?utm=x\n,a,1700000001000000,page_view,https://me.dev/stars/2.html#top\n`,
    'matomo.tsv': 'idVisit\turl\tserverTime\n7\thttps://me.dev/bread/1\t2024-01-02 10:00:00\n7\thttps://me.dev/stars/2\t2024-01-02 10:01:00\n', // prettier-ignore
    'above.csv': '# All pages\n# 2024\n\nVisitor ID,Page URL,Time\na,/bread/1.html,2024-01-02\na,/stars/2.html,2024-01-03\n', // prettier-ignore
    'rows.jsonl': '{"visitor":"a","page_path":"/bread/1","timestamp":1700000000}\n{"visitor":"a","page_path":"/stars/2","timestamp":1700000100}\n', // prettier-ignore
  }
  for (const [name, text] of Object.entries(tables)) {
    writeFileSync(at(name), text)
    const { readings } = await cliJson('site', at('exports'), '--history', at(name))
    assert.deepEqual(readings, { rows: 2, unknown: 0 }, name)
  }
  writeFileSync(at('names.csv'), 'who,where\na,/bread/1\n')
  const { code, stderr } = await cli('site', at('exports'), '--history', at('names.csv'))
  assert.equal(code, 1)
  assert.match(stderr, /names\.csv: found the columns "who", "where", expected a header with user_id and item_id, and timestamp if there is one: name them so/) // prettier-ignore
})

test('what cannot be is said in a sentence, and nothing is left behind', async () => {
  const refused = async (expected, code, ...args) => {
    const { code: found, stderr } = await cli('site', ...args)
    assert.match(stderr, expected)
    assert.equal(found, code)
  }
  mkdirSync(at('empty'))
  fresh('blank', { '404.html': '<html>lost', 'a.html': '<html><meta name="robots" content="noindex"><body>x' })
  fresh('one', { 'a.html': '<html><main>alone in the world' })
  await refused(/no such file or folder, expected the folder of a built site/, 1, at('nowhere'))
  await refused(/empty: found no \.html file, expected the folder of a built site/, 1, at('empty'))
  await refused(
    /found no page to relate among 2 \(left out: .*1 an error page.*\), expected pages with text/,
    1,
    at('blank'),
  )
  await refused(/--output: found .*, expected a folder within/, 2, at('one'), '-o', at('elsewhere'))
  await refused(/--k: found "0", expected a whole number from 1 to 50/, 2, at('one'), '--k', '0')
  writeFileSync(at('strange.csv'), 'user_id,item_id\nu,/elsewhere\n')
  await refused(/strange\.csv: found no address of the 1 pages, but \/elsewhere, expected some, such as \/a/, 1, at('one'), '--history', at('strange.csv')) // prettier-ignore
  for (const name of ['empty', 'blank', 'one']) assert.ok(!existsSync(at(name, 'martello')), name)
  const { pages } = await cliJson('site', at('one'), '--bake')
  assert.deepEqual(pages[0].related, [])
})
