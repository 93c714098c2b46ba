// The demo page: what it does, with a keyboard alone and with a pointer, and what it keeps of the person. How accessible it
// is, its policy and its network are tested beside this file.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { before, test } from 'node:test'
import { newPage, noChromium } from '../helpers/browsers.mjs'
import { atRest, demoPage, files, NARROW, served, until, WIDE } from '../helpers/demo-page.mjs'
import { built, file } from '../helpers/shop.mjs'

let url
before(async () => {
  if (!noChromium) ({ url } = await served())
})

for (const [name, options] of Object.entries({ wide: WIDE, narrow: { ...NARROW, colorScheme: 'dark' } }))
  test(`${name}: from search to a liking to the shelf by keyboard alone`, { skip: noChromium }, async () => {
    const { page, errors, titles, reasons, liked, changing } = await demoPage(url, options)
    assert.equal(await page.locator('#shelf-head').innerText(), 'What many people like')
    assert.equal((await titles()).length, 12)
    for (const why of await reasons()) assert.match(why, /^Popular [\d,]+ votes$/)
    const focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.ariaLabel)
    const tabTo = async (what, most = 60) => {
      for (let i = 0; i < most; i++) {
        await page.keyboard.press('Tab')
        if ((await focused()) === what) return
      }
      assert.fail(`Tab does not reach ${what}`)
    }
    const options_ = page.locator('#found [role=option]')
    const box = page.locator('#search')

    await tabTo('search')
    await page.keyboard.insertText('alie') // at once: what a shorter text finds would still be on its way
    await options_.first().waitFor()
    assert.equal(await box.getAttribute('aria-expanded'), 'true')
    assert.match(await page.locator('#found [aria-selected=true]').innerText(), /^Alien\n/)
    assert.equal(await box.getAttribute('aria-activedescendant'), 'found-0')
    await page.keyboard.press('ArrowDown')
    assert.equal(await box.getAttribute('aria-activedescendant'), 'found-1')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('ArrowUp')
    assert.equal(
      await box.getAttribute('aria-activedescendant'),
      `found-${(await options_.count()) - 1}`,
      'it goes round',
    )
    await page.keyboard.press('ArrowDown')
    await changing(() => page.keyboard.press('Enter'))
    assert.equal(await focused(), 'search')
    assert.equal(await box.inputValue(), '')
    assert.equal(await box.getAttribute('aria-expanded'), 'false')

    await page.keyboard.type('LEON')
    await until(page, () => document.querySelector('#found .found-title')?.innerText === 'Léon')
    await changing(() => page.keyboard.press('Enter'))
    await page.keyboard.type('scorsese') // a director
    await until(page, () => document.querySelectorAll('#found [role=option]').length === 8)
    await page.keyboard.press('Escape')
    assert.equal(await page.locator('#found').isVisible(), false)
    assert.equal(await box.inputValue(), 'scorsese')
    await page.keyboard.press('Escape')
    assert.equal(await box.inputValue(), '')
    await page.keyboard.type('zzzqqq')
    await page.locator('#none-found').waitFor()
    await page.keyboard.press('Enter')
    assert.deepEqual(await liked(2), ['Léon', 'Alien'])
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')

    assert.equal(await page.locator('#shelf-head').innerText(), 'You might like')
    for (const why of await reasons()) assert.match(why, /^Because you liked (Alien|Léon)$/)
    assert.ok(!(await titles()).some((title) => ['Alien', 'Léon'].includes(title)))

    // on to the shelf: like the first card; the focus stays at that place
    const [first] = await titles()
    await tabTo(`Like ${first}`)
    await changing(() => page.keyboard.press('Enter'))
    assert.deepEqual(await liked(3), [first, 'Léon', 'Alien'])
    assert.equal(await focused(), `Like ${(await titles())[0]}`)
    const [second] = await titles()
    await page.keyboard.press('Tab')
    await changing(() => page.keyboard.press('Space'))
    assert.ok(!(await titles()).includes(second))
    assert.equal(await focused(), `Not for me: ${(await titles())[0]}`)
    // what is said to those who listen is said once, when it has come to rest
    await until(
      page,
      (title) => document.getElementById('said').textContent.startsWith(`Not for me: ${title}. `),
      second,
    )

    await changing(() => page.locator(`[aria-label="Remove Léon"]`).press('Enter'))
    await liked(2)
    assert.equal(await focused(), 'Remove Alien')
    assert.ok((await reasons()).every((why) => !why.endsWith('Léon')))
    assert.deepEqual(errors, [])
  })

test('tastes to begin with, and taking them back', { skip: noChromium }, async () => {
  const { page, liked, titles } = await demoPage(url)
  const before = await titles()
  for (const button of await page.locator('[data-taste]').all()) {
    await button.click()
    assert.ok(
      (await liked(3)).every((title) => !/-\d{4}$/.test(title)),
      'every film of a taste is in the catalogue',
    )
    assert.equal(await button.getAttribute('aria-pressed'), 'true')
    await button.click()
    await liked(0)
    assert.equal(await button.getAttribute('aria-pressed'), 'false')
  }
  await until(page, () => document.getElementById('shelf-head').innerText === 'What many people like')
  assert.deepEqual(await titles(), before)
  await page.locator('[data-taste]').first().click()
  await page.locator('#snack-undo').click()
  await liked(0)
})

test('the dials act on the request, each as it says', { skip: noChromium }, async () => {
  const { page, changing, titles } = await demoPage(url)
  await changing(() => page.locator('[data-taste]').first().click())
  const plain = await titles()
  const says = async () => {
    const text = await page.locator('#shelf-says').innerText()
    const [, genres, from, votes] = /· (\d+) genres? · (\d+)–\d+ · ([\d,]+) votes/.exec(text)
    return { genres: +genres, from: +from, votes: +votes.replaceAll(',', '') }
  }
  const at = async (dial, value) => {
    await changing(() => page.locator(`#${dial}`).fill(String(value)))
    const found = await says()
    assert.notEqual(await page.locator(`#${dial}`).getAttribute('aria-valuetext'), 'as it comes')
    await changing(() => page.locator('#reset').click())
    assert.deepEqual(await titles(), plain)
    return found
  }
  const rest = await says()
  assert.ok((await at('freshness', 10)).from >= 2007)
  assert.ok((await at('novelty', 5)).votes < rest.votes / 4)
  assert.ok((await at('novelty', -5)).votes > rest.votes)
  assert.ok((await at('diversity', 10)).genres > rest.genres)
})

test('the inspector: the funnel of the last request, and tabs by arrow keys', { skip: noChromium }, async () => {
  const { page, changing, events } = await demoPage(url)
  await changing(() => page.locator('[data-taste]').nth(1).click())
  const focused = () => page.evaluate(() => document.activeElement.id)
  await page.locator('#inspect').press('Enter')
  assert.equal(await focused(), 'inspector-head')
  const panel = page.locator('#panel-shelf')
  const funnel = await panel.locator('.funnel li').allInnerTexts()
  const step = (name) =>
    Number(
      funnel
        .find((text) => text.startsWith(name))
        .split('\n')
        .at(-1)
        .replace(',', ''),
    )
  assert.equal(step('Films'), 3200)
  for (const source of ['content', 'attributes', 'popular'])
    assert.ok(step(source) > 0 && step(source) < step('Candidates'))
  assert.equal(step('On the shelf'), 12)
  const stages = await panel.locator('.stages tbody tr').allInnerTexts()
  assert.match(stages[0], new RegExp(`^Recall\\s+3,200\\s+${step('Candidates')}\\s+[\\d.]+ ms$`))
  assert.equal(stages.length, 5)
  const [, asked] = /(\d+) requests so far/.exec(await panel.innerText()) // one more where the bundle came in parts
  assert.ok(asked >= 2)
  assert.match(await panel.locator('pre').textContent(), /"k": 12.*"profile": "3 events"/s)
  assert.match(await page.locator('#shelf .brought').first().innerText(), /^(content|attributes|popular) #\d+/)

  await page.locator('#tab-shelf').focus()
  await page.keyboard.press('ArrowLeft')
  assert.equal(await focused(), 'tab-data')
  await events(3)
  await page.keyboard.press('ArrowLeft')
  assert.equal(await focused(), 'tab-network')
  const network = await page.locator('#panel-network').innerText()
  assert.match(network, /^Requests\s+0\s+since the page was loaded/)
  assert.match(network, /Bundle\s+\d+ KB/)
  assert.match(network, /Residual layers\s+content 1 of 1/)
  await page.keyboard.press('Escape')
  assert.equal(await page.locator('#inspector').isVisible(), false)
  assert.equal(await focused(), 'inspect')
})

test(
  'your data: the list, undo, an export that says what the profile says, and an erasure that leaves nothing',
  { skip: noChromium },
  async () => {
    const { page, changing, titles, stored, liked, events } = await demoPage(url)
    const plain = await titles()
    await changing(() => page.locator('[data-taste]').nth(2).click())
    await changing(() => page.locator('#shelf .pass').first().click())
    await page.locator('#inspect').click()
    await page.locator('#tab-data').click()
    await events(4)
    await changing(() => page.locator('#events button').first().click())
    await events(3)
    assert.match(
      await page.evaluate(() => document.activeElement.ariaLabel),
      /^Undo: liked, /,
      'the focus stays in the list',
    )

    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#export').click()])
    assert.equal(download.suggestedFilename(), 'martello-profile.json')
    const text = readFileSync(await download.path(), 'utf8')
    const said = await page.evaluate(async () => {
      const { Profile } = await import('/martello/profile.js')
      const profile = await Profile.open({ name: 'films' })
      const said = { exported: profile.export(), list: profile.list().map(({ n, ...event }) => event) }
      profile.close()
      return said
    })
    assert.equal(text, said.exported)
    assert.deepEqual(JSON.parse(text).events, said.list)
    assert.deepEqual(JSON.parse(text).events, await stored())
    assert.deepEqual(
      said.list.map((event) => [event.id, event.event]),
      [
        ['notting-hill-1999', 'like'],
        ['love-actually-2003', 'like'],
        ['pretty-woman-1990', 'like'],
      ],
    )

    await page.locator('#erase').click()
    assert.equal(await page.evaluate(() => document.activeElement.id), 'erase-no', 'the safe answer has the focus')
    await page.locator('#erase-no').click()
    assert.equal((await stored()).length, 3)
    await page.locator('#erase').click()
    await changing(() => page.locator('#erase-yes').click())
    assert.deepEqual(await stored(), [])
    await liked(0)
    assert.deepEqual(await titles(), plain)
    assert.ok(await page.locator('#no-events').isVisible())
    assert.deepEqual(await page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie]), [
      0,
      0,
      '',
    ])
    await page.reload()
    await atRest(page)
    assert.deepEqual(await titles(), plain)

    // and back from the file; what is no export is refused in words
    await page.locator('#inspect').click()
    await page.locator('#tab-data').click()
    await page.locator('#import-file').setInputFiles(file('no-export.json', '{"events": []}'))
    await page.locator('#profile-problem').waitFor()
    assert.match(await page.locator('#profile-problem').innerText(), /^import: found .*, expected /)
    await changing(() => page.locator('#import-file').setInputFiles(file('export.json', text)))
    assert.deepEqual(await stored(), said.list)
    await liked(3)
  },
)

const HOSTILE = [
  '<img src=x onerror="globalThis.harmed=true">',
  '"><script>globalThis.harmed=true</script>',
  '</li></ol><h1>Gone</h1>',
  '&lt;b&gt; &amp; {{constructor.constructor("harmed=1")()}}',
  'javascript:globalThis.harmed=true',
  `A word${'w'.repeat(300)}`,
  '__proto__',
]

test('text of the catalogue is shown as text, whatever it says', { skip: noChromium }, async () => {
  const goods = HOSTILE.map((title, i) => ({
    item_id: i === 6 ? '<b>id</b>' : `item-${i}`,
    title,
    genre: i % 2 ? 'Drama' : '"><i>Drama</i>',
    director: '<script>globalThis.harmed=true</script>',
    kind: '<u>kind</u>',
    year: 1990 + i,
    imdb: 7,
    votes: 1000 * i,
  }))
  const path = file('hostile.jsonl', goods.map((row) => `${JSON.stringify(row)}\n`).join(''))
  const { bytes } = await built({ items: path }, { popularity: 'votes', html: false })
  const bundle = file('hostile.martello', bytes)
  const { url } = await served(await files(bundle))
  for (const options of [WIDE, NARROW]) {
    const { page, errors, titles, liked, changing, events } = await demoPage(url, options)
    const elements = await page.evaluate(() => document.querySelectorAll('img, i, u, script').length)
    assert.equal(elements, 1, "the page's own script")
    assert.deepEqual((await titles()).toSorted(), HOSTILE.toSorted())
    await page.locator('#inspect').click()
    await changing(() => page.locator('#shelf .like').first().click())
    await changing(() => page.locator('#shelf .pass').first().click())
    await page.locator('#tab-data').click()
    await until(page, () => document.querySelectorAll('#events li').length === 2)
    await page.locator('#search').fill('word')
    await page.locator('#found [role=option]').first().waitFor()
    assert.ok(HOSTILE.includes((await liked(1))[0]))
    assert.equal(await page.locator('h1').count(), 1)
    assert.equal(await page.evaluate(() => globalThis.harmed), undefined)
    assert.deepEqual(await page.evaluate(() => globalThis.violations), [])
    assert.ok(
      await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
      'nothing sticks out sideways',
    )
    assert.deepEqual(errors, [])
  }
})

test('a bundle that is none is told in words', { skip: noChromium }, async () => {
  const given = await files()
  const { url } = await served({
    ...given,
    'films.martello': { ...given['films.martello'], body: Buffer.from('no bundle'.repeat(20)) },
  })
  const { page } = await newPage(WIDE)
  await page.goto(url)
  await until(page, () => document.getElementById('shelf-head').innerText === 'There is nothing to show')
  assert.match(await page.locator('#shelf-says').innerText(), /bundle/)
  assert.equal(await page.locator('#shelf li').count(), 0)
})
