// The demo page: no violation that axe knows of, in light and dark, wide and narrow, with everything open that can be; its
// policy, which forbids nothing that it does; and what it is made of.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { before, test } from 'node:test'
import { violationsOn } from '../helpers/axe.mjs'
import { noChromium } from '../helpers/browsers.mjs'
import { demoPage, files, NARROW, served, WIDE } from '../helpers/demo-page.mjs'
import { LONG } from '../helpers/long.mjs'

let url
before(async () => {
  if (!noChromium) ({ url } = await served())
})

// who asks for more contrast gets fields without figures: only so can axe measure all text; colours do not depend on the width
const LOOKS = ['light', 'dark'].flatMap((colorScheme) => [
  ...(LONG || colorScheme === 'light' ? [['wide', { ...WIDE, colorScheme }]] : []),
  ...(LONG || colorScheme === 'dark' ? [['narrow', { ...NARROW, colorScheme }]] : []),
  ['wide, more contrast', { ...WIDE, colorScheme, contrast: 'more' }],
])
for (const [name, options] of LOOKS)
  test(`axe: ${options.colorScheme}, ${name}`, { skip: noChromium }, async () => {
    const { page, changing } = await demoPage(url, options)
    const look = async (state) => assert.deepEqual(await violationsOn(page), [], state)
    await look('at first')
    await page.locator('#search').fill('the ma')
    await page.locator('#found [role=option]').nth(3).waitFor()
    await look('search list')
    await page.locator('#search').fill('zzzz')
    await page.locator('#none-found').waitFor()
    await look('nothing found')
    await page.locator('#search').fill('')
    await changing(() => page.locator('[data-taste]').first().click())
    if (await page.locator('#tune').isVisible()) await page.locator('#tune').click()
    await page.locator('#freshness').fill('4')
    await look('liked')
    await page.locator('#inspect').click()
    for (const tab of ['shelf', 'network', 'data']) {
      await page.locator(`#tab-${tab}`).click()
      if (tab === 'shelf') await page.locator('#panel-shelf summary').click()
      if (tab === 'data') await page.locator('#erase').click()
      await look(`inspector: ${tab}`)
    }
    assert.ok(
      await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
      'nothing sticks out sideways',
    )
  })

test('text on every field has a contrast of 7:1, on its figure too', { skip: noChromium }, async () => {
  for (const colorScheme of ['light', 'dark']) {
    const { page } = await demoPage(url, { ...WIDE, colorScheme })
    const found = await page.evaluate(() => {
      const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
      /** Relative luminance of a CSS colour (WCAG 2.2). */
      const luminance = (colour) => {
        canvas.fillStyle = colour
        canvas.fillRect(0, 0, 1, 1)
        const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((byte) => {
          const share = byte / 255
          return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
        })
        return 0.2126 * r + 0.7152 * g + 0.0722 * b
      }
      const contrast = (a, b) => {
        const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y)
        return (high + 0.05) / (low + 0.05)
      }
      const sheet = [...document.styleSheets].find((one) => one.href.endsWith('films.css'))
      const genres = [...sheet.cssRules].flatMap(
        (rule) => /^\.card\[data-colour=["'](.+)["']\]$/.exec(rule.selectorText)?.[1] ?? [],
      )
      const card = document.querySelector('.card')
      const measured = {}
      for (const genre of [...genres, 'none', 'unheard-of'])
        for (const turn of [0, 1, 2, 3]) {
          Object.assign(card.dataset, { colour: genre, hue: 'none', turn, motif: 'contemporary-fiction' })
          const field = card.querySelector('.field')
          const ink = getComputedStyle(field).color
          const figure = getComputedStyle(card.querySelector('.motif'), '::before').backgroundColor
          measured[`${genre} ${turn}`] = Math.min(
            contrast(ink, getComputedStyle(field).backgroundColor),
            contrast(ink, figure),
          )
        }
      return measured
    })
    assert.ok(Object.keys(found).length >= 50)
    for (const [field, contrast] of Object.entries(found))
      assert.ok(contrast >= 7, `${colorScheme}, ${field}: ${contrast}`)
  }
})

test('a strict policy as a header, and nothing that it would forbid', { skip: noChromium }, async () => {
  const response = await fetch(url)
  const policy = response.headers.get('content-security-policy')
  for (const part of [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "require-trusted-types-for 'script'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ])
    assert.ok(policy.split('; ').includes(part), part)
  assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'|\*|https?:/)
  assert.doesNotMatch(await response.text(), / style=| on[a-z]+=|<style|<script(?![^>]*src=)/)

  const { page, errors, changing } = await demoPage(url)
  await changing(() => page.locator('[data-taste]').first().click())
  await page.locator('#inspect').click()
  await page.locator('#tab-data').click()
  await Promise.all([page.waitForEvent('download'), page.locator('#export').click()])
  assert.deepEqual(await page.evaluate(() => globalThis.violations), [])
  assert.deepEqual(errors, [])
  assert.equal(await page.evaluate(() => document.querySelectorAll('[style]').length), 0)
  // it is a policy: these are refused
  const refused = await page.evaluate(() => {
    const attempt = (work) => {
      try {
        work()
      } catch (error) {
        return error.name
      }
    }
    const script = document.createElement('script')
    return [
      attempt(() => (document.createElement('div').innerHTML = '<b>bold</b>')),
      attempt(() => (script.textContent = 'globalThis.inline = true')),
      attempt(() => new Worker('main.js')),
      attempt(() => globalThis.trustedTypes.createPolicy('another', {})),
    ]
  })
  assert.deepEqual(refused, ['TypeError', 'TypeError', 'TypeError', 'TypeError'])
})

test('the page uses published entries alone, and takes no HTML', async () => {
  const root = new URL('../../../', import.meta.url)
  const { exports } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))
  const scripts = readdirSync(new URL('web/serve/page/', root)).filter((name) => name.endsWith('.ts'))
  assert.ok(scripts.length > 10)
  for (const name of scripts) {
    const text = readFileSync(new URL(`web/serve/page/${name}`, root), 'utf8').replaceAll(
      'http://www.w3.org/2000/svg',
      '',
    )
    for (const [, from] of text.matchAll(/from '(.*)'/g)) {
      const entry = /^\.\.\/\.\.\/page\/(.*)\.js$/.exec(from)?.[1]
      if (entry) assert.equal(exports[`./${entry}`]?.default, `./dist/${entry}.js`, `${name} imports ${from}`)
      else assert.match(from, /^\.\.?\/\w+\.js$/, `${name} imports ${from}`) // its own, and what the server knows with it
    }
    assert.doesNotMatch(text, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|https?:\/\//, name)
  }
  // as it is served, the package stands beside it as it is published
  const served = readFileSync(new URL('dist/serve/page.js', root), 'utf8')
  const imported = [...served.matchAll(/\bimport\s*\{[^}]*\}\s*from\s*"(.*?)"/g)].map(([, from]) => from)
  assert.deepEqual([...new Set(imported)].sort(), [
    './martello/client.js',
    './martello/offline.js',
    './martello/profile.js',
  ])
  const page = await files()
  for (const [name, { body }] of Object.entries(page))
    if (/\.(html|css|svg|webmanifest)$/.test(name))
      assert.doesNotMatch(
        body.toString(),
        /(src|href|url)[=(]\s*["']?(https?:)?\/\/(?!github\.com\/vega)/,
        `${name} asks elsewhere`,
      )
})
