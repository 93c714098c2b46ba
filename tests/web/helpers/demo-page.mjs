// The demo page in headless Chromium: served as `make serve` does, opened until it says that everything is loaded.
import { after } from 'node:test'
import { readFile } from 'node:fs/promises'
import { filmJob, ROOT } from '../../../demo/bundles.mjs'
import { Recommender } from '../../../dist/node.js'
import { serve } from '../../../build/web/serve/server.js'
import { siteOf } from '../../../build/web/serve/site.js'
import { newPage } from './browsers.mjs'
import { until as untilSo } from './until.mjs'

export const WIDE = { viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' }
export const NARROW = { viewport: { width: 360, height: 740 }, reducedMotion: 'reduce' }

let films
/** The page's files, with the films built as `make serve` builds them, or with another bundle in their place. */
export async function files(bundle) {
  films ??= (await filmJob()).build()
  const looksPath = `${ROOT}/demo/films.looks.json`
  const looks = JSON.parse(await readFile(looksPath, 'utf8'))
  const bytes = await readFile(bundle ?? (await films).path)
  return (await siteOf([{ path: 'films.martello', rec: await Recommender.open(bytes), bytes }], { looks, looksPath }))
    .files
}

const open = []
after(() => open.forEach((demo) => demo.close()))

/** Serves files until the tests end: { url, close }. */
export async function served(given) {
  const demo = await serve(given ?? (await files()))
  open.push(demo)
  return demo
}

/** What a policy forbade, as the page itself heard of it. */
const VIOLATIONS = () => {
  globalThis.violations = []
  addEventListener('securitypolicyviolation', (event) =>
    globalThis.violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`),
  )
}

/** Asks in the page until it is so. (Under the page's policy a waitForFunction would not be let in.) */
export const until = (page, ask, ...args) =>
  untilSo(
    () => page.evaluate(ask, ...args),
    () => `it never came true: ${ask}`,
  )

export const atRest = (page) =>
  until(
    page,
    () => document.getElementById('network-state').dataset.state !== 'waiting' && !!document.querySelector('#shelf h3'),
  )

/** A page of its own context, loaded: as newPage, and { tools }. */
export async function demoPage(url, options = WIDE) {
  const opened = await newPage(options)
  await opened.page.addInitScript(VIOLATIONS)
  await opened.page.goto(url)
  await atRest(opened.page)
  return { ...opened, ...toolsOf(opened.page) }
}

/** What a test looks for on the page. */
export function toolsOf(page) {
  const titles = () => page.locator('#shelf .title').allInnerTexts()
  return {
    titles,
    reasons: () => page.locator('#shelf .why').evaluateAll((all) => all.map((why) => why.textContent)),
    /** The likings beside the search, when there are so many. */
    async liked(most) {
      await until(page, (most) => document.querySelectorAll('#liked .liked-title').length === most, most)
      return page.locator('#liked .liked-title').allInnerTexts()
    },
    /** Waits until there are so many events under "your data". */
    events: (most) => until(page, (most) => document.querySelectorAll('#events li').length === most, most),
    /** Does something, and waits until the shelf shows other films. */
    async changing(work) {
      const before = (await titles()).join('|')
      await work()
      await until(
        page,
        (before) => [...document.querySelectorAll('#shelf .title')].map((one) => one.innerText).join('|') !== before,
        before,
      )
    },
    /** What is in the profile's store, read past the package. */
    stored: () =>
      page.evaluate(
        () =>
          new Promise((done, failed) => {
            const opening = indexedDB.open('martello profile films')
            opening.onerror = () => failed(opening.error)
            opening.onsuccess = () => {
              const asked = opening.result.transaction('events').objectStore('events').getAll()
              asked.onsuccess = () => (opening.result.close(), done(asked.result))
            }
          }),
      ),
  }
}
