// martello serve: the command, and its page over bundles of every kind, in Chromium.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { peopleOf, personOf } from '../../../build/web/serve/person.js'
import { extraOf } from '../../../build/web/serve/extra.js'
import { readInteractions, readItems } from '../../../build/web/read/index.js'
import { noChromium } from '../helpers/browsers.mjs'
import { atRest, NARROW, until } from '../helpers/demo-page.mjs'
import { BUNDLES, log, pageAt, products, servedBundles } from '../helpers/serve-page.mjs'
import { built, cli, csv, file, path } from '../helpers/shop.mjs'

const CLI = new URL('../../../dist/cli.js', import.meta.url).pathname
const skip = noChromium
const made = {}
/** A bundle of BUNDLES, built once. */
const bytesOf = async (name) => (made[name] ??= (await BUNDLES[name]()).bytes)

let shopPath
before(async () => {
  shopPath = path('shop.martello')
  writeFileSync(shopPath, await bytesOf('shop'))
})

// -- the command ---------------------------------------------------------------------------------------------------------

/** `martello serve` until `work` is done with the address that it prints. */
async function serving(args, work, env = {}) {
  const options = { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } }
  const child = spawn(process.execPath, [CLI, 'serve', ...args, '--json'], options)
  try {
    const line = await new Promise((said, ended) => {
      child.stdout.setEncoding('utf8').once('data', said)
      child.once('exit', (code) => ended(new Error(`it ended with ${code}`)))
    })
    return await work(JSON.parse(line).url)
  } finally {
    child.kill()
  }
}

test('it serves the page, under a strict policy, at an address of its own', async () => {
  await serving([shopPath, '--port', '0'], async (url) => {
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/shop-[0-9a-f]{12}\/$/)
    const page = await fetch(url)
    assert.match(await page.text(), /<title>martello: shop<\/title>/)
    const policy = page.headers.get('content-security-policy')
    assert.match(
      policy,
      /^default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; img-src 'self' data:; /,
    )
    assert.match(
      (await fetch(`${url}pictures`)).headers.get('content-security-policy'),
      /img-src 'self' data: http:\/\/127\.0\.0\.1:9; /,
    )
    const root = await fetch(new URL('/', url), { redirect: 'manual' })
    assert.equal(new URL(root.headers.get('location'), url).href, url)
    for (const name of ['nothing', '../package.json', '%2e%2e/package.json', '..%2fpackage.json', '__proto__', '%']) {
      const { status } = await fetch(url + name, { redirect: 'manual' }).catch(() => ({ status: 0 }))
      assert.notEqual(status, 200, name)
    }
    const facts = await (await fetch(`${url}page.json`)).json()
    const part = await fetch(url + facts.bundles[0].url, { headers: { range: 'bytes=0-7' } })
    assert.equal(part.status, 206)
    assert.equal((await part.arrayBuffer()).byteLength, 8)
    const taken = await cli('serve', shopPath, '--port', new URL(url).port)
    assert.equal(taken.code, 1)
    assert.match(
      taken.stderr,
      /^martello: --port: found \d+, where something else listens, expected a port that is free\n$/,
    )
  })
})

test(
  '--open gives the browser the address',
  { skip: process.platform !== 'linux' && 'BROWSER is how a Linux without a desktop is told of one' },
  async () => {
    const told = path('told')
    const browser = file('browser.sh', `#!/bin/sh\necho "$1" > '${told}'\n`)
    chmodSync(browser, 0o755)
    await serving(
      [shopPath, '--port', '0', '--open'],
      async (url) => {
        while (!existsSync(told) || !readFileSync(told, 'utf8').endsWith('\n'))
          await new Promise((later) => setTimeout(later, 20))
        assert.equal(readFileSync(told, 'utf8'), `${url}\n`)
      },
      { BROWSER: browser, DISPLAY: '' },
    )
  },
)

test('what is wrong is said in a sentence', async () => {
  const looks = (said) => file(`looks-${Object.keys(said)}.json`, JSON.stringify(said))
  const cases = [
    [2, [], /^BUNDLE is missing\n/],
    [2, [shopPath, shopPath, shopPath], /^Unexpected argument /],
    [2, [shopPath, '--port', 'eighty'], /^--port: found "eighty", expected a whole number from 0 to 65535/],
    [2, [shopPath, '--user', 'u1'], /^--history is missing beside --user/],
    [1, [path('none.martello')], /none\.martello: found no such file or folder, expected a bundle/],
    [1, [shopPath, '--history', log, '--user', 'nobody'], /serve-log\.csv: found no user "nobody", expected one of its 60 users, such as u0, u1, u2/],
    [1, [shopPath, '--history', file('others.csv', 'user_id,item_id\nu1,x1\nu1,x2\n')], /others\.csv: found 0 of 2 items in .*shop\.martello, such as "x1", "x2", expected ids of the bundle's items/],
    [1, [shopPath, '--items', file('other-items.csv', 'item_id,title\nx1,X\n')], /other-items\.csv: found 0 of 1 items in .*shop\.martello/],
    [1, [shopPath, '--looks', looks({ attributes: { title: 'headline' } })], /looks-attributes\.json, key "attributes\.title": found "headline", expected one of the bundle's attributes: title, genre, /],
    [1, [shopPath, '--looks', looks({ colour: 'genre' })], /looks-colour\.json, the top level: found key "colour", expected one of /],
    [1, [shopPath, '--looks', looks({ style: 'none.css' })], /none\.css: found no such file or folder, expected a style sheet/],
  ] // prettier-ignore
  for (const [code, args, message] of cases) {
    const ended = await cli('serve', ...args)
    assert.equal(ended.code, code, args.join(' ') + ended.stderr)
    assert.match(ended.stderr.replace(/^martello: /, ''), message)
  }
  const { code, stdout } = await cli('serve', '--help')
  assert.deepEqual([code, /^martello serve BUNDLE \[BUNDLE\]/.test(stdout)], [0, true])
})

// -- the page over bundles of every kind ---------------------------------------------------------------------------------

for (const [name, says] of [
  ['shop', { head: 'What many people like', dials: ['diversity', 'freshness', 'novelty'], filters: true }],
  ['ids alone', { head: 'What many people like', dials: ['diversity'], filters: false }],
  ['embeddings alone', { head: 'To begin with', dials: ['diversity'], filters: false }],
  ['a catalogue alone', { head: 'What many people like', dials: ['diversity', 'freshness', 'novelty'], filters: true }],
  [
    'ranker and rules',
    {
      head: 'What many people like',
      dials: ['calibration', 'diversity', 'exploration', 'freshness', 'novelty'],
      filters: true,
    },
  ],
])
  // prettier-ignore
  test(`${name}: a shelf, a liking, its dials, similar items, and no request after loading`, { skip }, async () => {
    const { url } = await servedBundles({ [name]: await bytesOf(name) })
    const { page, errors, requests, titles, liked, changing } = await pageAt(url)
    const asked = requests.length
    assert.equal((await titles()).length, 12)
    assert.equal(await page.locator('#shelf-head').innerText(), says.head)
    const dials = await page.locator('.dials > .dial input').evaluateAll((all) => all.map((one) => one.id).sort())
    assert.deepEqual(dials, says.dials)
    assert.equal(await page.locator('#filters').isVisible(), says.filters)

    await changing(() => page.locator('#shelf .like').first().click())
    assert.equal((await liked(1)).length, 1)
    assert.equal(await page.locator('#shelf-head').innerText(), 'You might like')
    const [first] = await titles()
    await page.locator('#search').fill(name.endsWith('s alone') ? first.slice(0, 2) : 'thing')
    await page.locator('#found [role=option]').first().click()
    await liked(2)

    await page.locator('#shelf .more').first().click()
    await page.locator('#alike[open] .alikes li').first().waitFor()
    const about = await page.locator('#alike-head').innerText()
    await page.locator('#alike .alikes button').first().click()
    await until(page, (about) => document.getElementById('alike-head').innerText !== about, about)
    await page.keyboard.press('Escape')
    assert.equal(await page.locator('#alike').isVisible(), false)

    // every dial to each of its ends and back: an answer, never a refusal
    for (const dial of await page.locator('[data-dial]').all())
      for (const way of ['min', 'max'])
        await dial.evaluate((one, way) => {
          if (one.type === 'checkbox') one.checked = way === 'max'
          else one.value = one[way]
          one.dispatchEvent(new Event('input', { bubbles: true }))
        }, way)
    await page.locator('#reset').click()
    await until(page, () => document.getElementById('reset').disabled)
    await until(page, () => document.querySelectorAll('#shelf .title').length === 12)
    assert.notEqual(await page.locator('#shelf-head').innerText(), 'There is nothing to show')
    assert.equal(await page.locator('#network-state').innerText(), '0 requests since loading')
    assert.equal(requests.length, asked)
    assert.deepEqual(errors, [])
  })

test('filters: a choice, a range, days; what is left has them', { skip }, async () => {
  const { url } = await servedBundles({ shop: await bytesOf('shop') })
  const { page, errors } = await pageAt(url, NARROW)
  const kept = new Map(products().map((one) => [one.item_id, one]))
  const shown = async (fits) => {
    await until(page, () => document.querySelectorAll('#shelf .title').length > 0)
    const ids = () => page.locator('#shelf .card').evaluateAll((all) => all.map((card) => card.dataset.id))
    for (let tries = 0; !(await ids()).every((id) => fits(kept.get(id))); tries++) {
      assert.ok(tries < 200, `${await ids()}`)
      await new Promise((next) => setTimeout(next, 20))
    }
    assert.ok((await ids()).length > 0)
  }
  await page.locator('#filters summary').click()
  await page.getByLabel('colour').selectOption('red')
  await shown(({ colour }) => colour === 'red')
  await page.getByLabel('year from').fill('1995')
  await page.getByLabel('year to').fill('2010')
  await shown(({ colour, year }) => colour === 'red' && year >= 1995 && year <= 2010)
  assert.equal(await page.locator('#filters-say').innerText(), ': 2 on')
  await page.locator('#filter-form [type=reset]').click()
  await page.getByLabel('added to').fill('2022-06-30')
  await shown(({ added }) => added <= '2022-06-30')
  assert.deepEqual(errors, [])
})

test(
  'pictures are asked for where the person allows it, from where the catalogue says, and nowhere else',
  { skip },
  async () => {
    const asked = []
    const pictures = createServer((request, response) => {
      asked.push(request.headers)
      response.writeHead(200, { 'content-type': 'image/svg+xml' })
      response.end(
        '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="3"><rect width="4" height="3" fill="teal"/></svg>',
      )
    })
    await new Promise((listening) => pictures.listen(0, '127.0.0.1', listening))
    after(() => (pictures.closeAllConnections(), pictures.close()))
    const origin = `http://127.0.0.1:${pictures.address().port}`
    const { url, facts } = await servedBundles({ shop: (await BUNDLES.pictured(origin)).bytes })
    assert.deepEqual(facts.origins, [origin])
    const { page, errors } = await pageAt(url)
    assert.match(await page.locator('#pictures-say').innerText(), /There are pictures, at 127\.0\.0\.1:\d+\./)
    assert.equal(asked.length, 0)
    await page.locator('#pictures-turn').click()
    await page.waitForURL('**/pictures')
    await atRest(page)
    await until(page, () => [...document.images].some((one) => one.complete && one.naturalWidth > 0))
    assert.ok(asked.length > 0)
    for (const { referer, cookie } of asked) assert.deepEqual([referer, cookie], [undefined, undefined])
    assert.equal(await page.locator('#network-state').innerText(), '0 requests since loading')
    await page.locator('#inspect').click()
    await page.locator('#tab-network').click()
    assert.match(
      await page.locator('#panel-network').innerText(),
      /Besides, as you allowed: \d+ pictures? from 127\.0\.0\.1/,
    )
    await page.locator('#pictures-turn').click()
    await until(page, () => location.pathname === '/' && document.images.length === 0)
    assert.deepEqual(errors, [])
  },
)

test('somebody of a log: the shelf at a moment, with what they did next', { skip }, async () => {
  const read = await readInteractions([log])
  const person = personOf(read, 'u7', null)
  assert.deepEqual([person.events.length, person.start, person.learned], [12, 7, true])
  const split = person.events[8].at
  assert.equal(personOf(read, 'u7', split).start, 9)
  assert.equal(personOf(read, 'u7', split).learned, false)

  const { url } = await servedBundles({ shop: await bytesOf('shop') }, { people: [person] })
  const { page, errors } = await pageAt(url)
  assert.equal(await page.locator('#shelf-head').innerText(), 'For u7 at that moment')
  assert.match(await page.locator('#moment-hint').innerText(), /learned from all of these/)
  assert.ok(!(await page.locator('#shelf .like').first().isVisible()), 'nobody likes for another')
  for (const moment of [0, 3, 12]) {
    await page.locator('#moment').fill(String(moment))
    await until(page, (n) => document.getElementById('moment-says').value === `${n} of 12`, moment)
    const next = person.events.slice(moment).map(({ id }) => id)
    const cards = await page
      .locator('#shelf .card')
      .evaluateAll((all) => all.map((card) => [card.dataset.id, card.querySelector('.mark').textContent]))
    for (const [id, mark] of cards) {
      const place = next.indexOf(id)
      if (place < 0) assert.equal(mark, '')
      else
        assert.match(
          mark,
          place === 0
            ? /^Next in their log: (view|buy)$/
            : new RegExp(`^${place + 1} events on in their log: (view|buy)$`),
        )
    }
    const found = new Set(next.filter((id) => cards.some(([card]) => card === id))).size
    const says = await page.locator('#shelf-says').innerText()
    const all = new Set(next).size
    assert.ok(says.startsWith(next.length > 0 ? `${found} of ${all} item` : 'nothing came after'), says)
  }
  await page.locator('[name=whose][value=you]').check()
  await until(page, () => document.getElementById('shelf-head').innerText === 'What many people like')
  assert.ok(await page.locator('#shelf .like').first().isVisible())
  assert.deepEqual(errors, [])
})

test(
  'people of a log to choose from: few events and many, and first those the bundle has not learned from',
  { skip },
  async () => {
    const read = await readInteractions([log])
    const people = peopleOf(read, null)
    const lengths = people.map(({ events }) => events.length)
    assert.equal(people.length, 12)
    assert.deepEqual(
      lengths,
      [...lengths].sort((a, b) => a - b),
    )
    assert.equal(new Set(people.map(({ id }) => id)).size, 12)
    // of the last three that did anything
    const last = (id) => personOf(read, id, null).events.at(-1).at
    const late = [...read.userIds].sort((a, b) => last(b) - last(a))
    const fourth = last(late[3])
    const newest = peopleOf(read, fourth)
    assert.deepEqual(newest.map(({ id }) => id).sort(), late.filter((id) => last(id) > fourth).sort())
    assert.ok(newest.every(({ learned, events, start }) => !learned && events[start].at > fourth))

    const { url } = await servedBundles({ shop: await bytesOf('shop') }, { people })
    const { page, errors } = await pageAt(url)
    const [first, other] = [people[0], people[7]]
    assert.equal(await page.locator('#shelf-head').innerText(), `For ${first.id} at that moment`)
    await page.locator('#who').selectOption('7')
    await until(
      page,
      (head) => document.getElementById('shelf-head').innerText === head,
      `For ${other.id} at that moment`,
    )
    assert.equal(await page.locator('#moment').inputValue(), String(other.start))
    assert.equal(await page.locator('#moment-says').innerText(), `${other.start} of ${other.events.length}`)
    const next = await page.locator('#after li b').allInnerTexts()
    assert.equal(next.length, Math.min(6, other.events.length - other.start))
    assert.deepEqual(errors, [])
  },
)

test('what is taken again says how regularly', { skip }, async () => {
  const week = 604_800
  const taken = Array.from({ length: 40 }, (_, u) =>
    [0, 1, 2, 3].flatMap((time) => [
      { user_id: `u${u}`, item_id: 'coffee', timestamp: 1.7e9 + 3 * week * time + 60 * u },
      { user_id: `u${u}`, item_id: `p${(7 * u + 5 * time) % 20}`, timestamp: 1.7e9 + 3 * week * time + 60 * u + 1 },
    ]),
  ).flat()
  const again = file('again.csv', csv(taken))
  const { bytes } = await built({ interactions: again }, { repeat: true, tune: false })
  const person = { ...personOf(await readInteractions([again]), 'u3', null), start: 8 }
  const { url } = await servedBundles({ again: bytes }, { people: [person] })
  const { page, errors } = await pageAt(url)
  const card = page.locator('#shelf .card[data-id=coffee]')
  assert.equal(await card.locator('.why').innerText(), 'Again\ntaken 4 times, about every 3 weeks')
  assert.deepEqual(errors, [])
})

test('two bundles, one person: each says where the other has an item', { skip }, async () => {
  const bundles = { rules: await bytesOf('ranker and rules'), plain: await bytesOf('ids alone') }
  const { url } = await servedBundles(bundles)
  const { page, errors, requests, changing } = await pageAt(url)
  const asked = requests.length
  await changing(() => page.locator('#shelf-2 .like').first().click())
  const shelf = (id) =>
    page
      .locator(`#${id} .card`)
      .evaluateAll((all) => all.map((card) => [card.dataset.id, card.querySelector('.mark').textContent]))
  await until(page, () => document.getElementById('shelf-head').innerText === 'You might like')
  const [left, right] = [await shelf('shelf'), await shelf('shelf-2')]
  for (const [own, other, name] of [
    [left, right, 'plain'],
    [right, left, 'rules'],
  ])
    for (const [id, mark] of own) {
      const place = other.findIndex(([one]) => one === id)
      assert.equal(mark, place < 0 ? `Not on the shelf of ${name}` : `Place ${place + 1} in ${name}`)
    }
  const both = left.filter(([id]) => right.some(([other]) => other === id)).length
  assert.equal(await page.locator('#shelf-says').innerText(), `${both} of 12 in both`)
  await page.locator('#inspect').click()
  assert.deepEqual(await page.locator('#panel-shelf .of').allInnerTexts(), ['rules', 'plain'])
  assert.equal(requests.length, asked)
  assert.deepEqual(errors, [])
})

test('a catalogue beside the bundle puts titles on ids', { skip }, async () => {
  const extra = extraOf(await readItems([file('beside.csv', csv(products()))]))
  const { url, facts } = await servedBundles({ ids: await bytesOf('ids alone') }, { extra })
  assert.equal(facts.bundles[0].roles.title, 'title')
  const { page, errors, titles } = await pageAt(url)
  await until(page, () =>
    [...document.querySelectorAll('#shelf .title')].every((one) => /^Thing number/.test(one.innerText)),
  )
  assert.equal((await titles()).length, 12)
  assert.match(await page.locator('#shelf .corner').first().innerText(), /^price \d+\.\d\d$/)
  assert.equal(await page.locator('#filters').isVisible(), false, 'nothing can be asked by it')
  assert.deepEqual(errors, [])
})
