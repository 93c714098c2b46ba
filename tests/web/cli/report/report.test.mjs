// `martello report`: every number is what `eval --json` prints, the page asks nobody for anything, axe finds nothing, and what
// cannot be told is not.
import assert from 'node:assert/strict'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { before, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { violationsOn } from '../../helpers/axe.mjs'
import { newPage, noChromium } from '../../helpers/browsers.mjs'
import { LONG } from '../../helpers/long.mjs'
import { built, cli, cliJson, csv, file, gaussians, npy, path, realData, shop } from '../../helpers/shop.mjs'

const { goods, events } = shop({ items: 90, users: 70, each: 12 })
goods[0].title = 'A <b>bold</b> & "quoted" </script> title'
const files = {
  items: file('r-items.csv', csv(goods).replace(goods[0].title, `"${goods[0].title.replaceAll('"', '""')}"`)),
  interactions: file('r-train.csv', csv(events.filter((_, e) => e % 12 < 9))),
  holdout: file('r-held.csv', csv(events.filter((_, e) => e % 12 >= 9))),
}
const logs = ['--history', files.interactions, '--holdout', files.holdout]
const [first, second] = ['r-first', 'r-second'].map((name) => path(`${name}.martello`))
before(async () => {
  const given = { items: files.items, interactions: files.interactions }
  writeFileSync(first, (await built(given, { tune: false })).bytes)
  writeFileSync(second, (await built(given, { tune: false, sources: { i2i: false, als: false } })).bytes)
})

async function report(...args) {
  const out = path('report.html')
  const run = await cli('report', ...args, '-o', out)
  assert.deepEqual([run.code, run.stdout], [0, ''], run.stderr)
  return readFileSync(out, 'utf8')
}

const NUMBERS = /<data value="([^"]*)" data-figure="([^"]*)">([^<]*)<\/data>/g
/** What the page shows as figures: [path, exact value, as it is read]. */
const numbersOf = (page) => [...page.matchAll(NUMBERS)].map(([, value, figure, read]) => [figure, Number(value), read])
const at = (json, figure) => figure.split('.').reduce((value, key) => value[key], json)
/** The number that is read, without unit, separator or sign of a difference. */
const digits = (read) => Number(read.replace(/[,+ %]|ms/g, ''))

/** Every number is the command's; times differ from run to run. */
function agrees(page, json) {
  const numbers = numbersOf(page)
  for (const [figure, value, read] of numbers) {
    const expected = at(json, figure)
    assert.equal(typeof expected, 'number', figure)
    if (!/_ms$/.test(figure)) assert.equal(value, expected, figure)
    const said = read.endsWith('%') ? digits(read) / 100 : digits(read)
    assert.ok(Math.abs(said - value) <= Math.max(0.0051, 0.005 * Math.abs(value)), `${figure}: ${value} reads ${read}`)
    const last = read.endsWith('%') ? 0.00051 : 0.000051
    if (/recall|ndcg|mrr|hit_rate/.test(figure)) assert.ok(Math.abs(said - value) <= last, `${figure}: ${read}`)
  }
  return new Set(numbers.map(([figure]) => figure))
}

test('every figure is the one that eval prints', async () => {
  const page = await report(first, ...logs)
  const json = await cliJson('eval', first, ...logs, '--sources')
  const shown = agrees(page, json)
  for (const figure of [
    'recall',
    'ndcg',
    'hit_rate',
    'mrr',
    'coverage',
    'users',
    'p50_ms',
    'p99_ms',
    'intervals.recall.0',
    'beyond.novelty.slate',
    'beyond.gini.slate',
    'beyond.diversity.0.slate',
    'beyond.calibration.slate',
    'by.history.0.recall',
    'by.popularity.0.mrr',
    'by.people.0.ndcg',
    'by.items.0.recall',
    'by.time.0.recall',
    'sources.each.0.recall',
    'sources.each.0.without.ndcg',
    'sources.overlap.hits.0.1',
    'arriving.0.recall',
  ])
    // prettier-ignore
    assert.ok(shown.has(figure), `${figure} is on the page`)
  const [, embedded] = /<script type="application\/json" id="figures">(.*?)<\/script>/s.exec(page)
  const untimed = (text) => JSON.parse(text, (key, value) => (/_ms$/.test(key) ? 0 : value))
  assert.deepEqual(untimed(embedded), untimed(JSON.stringify(json)))
  // pictures stand beside tables
  const pictures = page.match(/<figure>.*?<\/figure>/gs)
  assert.ok(pictures.length > 8)
  for (const picture of pictures)
    assert.match(picture, /<svg [^>]*role="img" aria-label="[^"]+".*<table>.*<tbody>.*<td/s)
  assert.ok(page.includes('A &lt;b&gt;bold&lt;/b&gt; &amp;'), 'titles are text')
  assert.ok(!page.includes('<b>bold'))
})

test('two bundles: figures, differences and examples', async () => {
  const page = await report(first, second, ...logs, '--k', '5')
  const json = await cliJson('eval', first, second, ...logs, '--k', 5, '--sources')
  const shown = agrees(page, json)
  for (const figure of [
    'bundles.0.recall',
    'bundles.1.recall',
    'compared.0.ndcg',
    'compared.0.intervals.ndcg.0',
    'compared.0.gain',
    'compared.0.lose',
    'compared.0.by.history.0.ndcg',
  ])
    // prettier-ignore
    assert.ok(shown.has(figure), `${figure} is on the page`)
  const [low, high] = json.compared[0].intervals.ndcg
  assert.equal(low > 0 || high < 0, /is better by NDCG/.test(page))
  for (const { user } of json.compared[0].examples) assert.ok(page.includes(`<h4>${user}: NDCG`))
  const { stdout } = await cli('report', first, second, ...logs, '--k', '5', '--json', '-o', path('again.html'))
  assert.deepEqual(JSON.parse(stdout).compared[0].recall, json.compared[0].recall)
})

test('without a log it says what the bundle alone can say', async () => {
  const page = await report(first)
  assert.deepEqual(numbersOf(page), [])
  for (const heading of ['What it is made of', 'How it was built', 'What a new person sees', 'The inputs'])
    assert.ok(page.includes(`>${heading}</h2>`), heading)
  assert.ok(!page.includes('Is it good') && !page.includes('id="figures"'))
  const { sections } = await cliJson('inspect', first)
  for (const { bytes } of sections) assert.ok(page.includes(`>${bytes.toLocaleString('en-US')}<`), `${bytes}`)
  // of vectors alone, and of several
  const table = await npy('r-vectors.npy', [40, 8], gaussians(40, 8, 3))
  writeFileSync(path('r-vectors.martello'), (await built({ embeddings: table })).bytes)
  assert.match(await report(path('r-vectors.martello'), first), /r-vectors\.martello and r-first\.martello/)
})

test('recall against bytes, as a build with a limit weighed it', async () => {
  const given = { items: files.items, interactions: files.interactions }
  writeFileSync(path('r-limited.martello'), (await built(given, { bytes: 12_000 })).bytes)
  const page = await report(path('r-limited.martello'))
  assert.match(page, /recall of what the build held out against bytes, at most 12\.0 KB wanted/)
})

// colours do not depend on the width: each once, in long runs all
const WIDTHS = { wide: { width: 1280, height: 800 }, narrow: { width: 360, height: 740 } }
const LOOKS = ['light', 'dark'].flatMap((colorScheme) =>
  Object.entries(WIDTHS)
    .filter(([name]) => LONG || (name === 'wide') === (colorScheme === 'light'))
    .map(([name, viewport]) => [`${name}, ${colorScheme}`, { viewport, colorScheme }]),
)
for (const [name, options] of LOOKS)
  test(`in Chromium it asks nobody, and axe finds nothing: ${name}`, { skip: noChromium }, async () => {
    const out = path('looked-at.html')
    if (!existsSync(out)) assert.equal((await cli('report', first, second, ...logs, '-o', out)).code, 0)
    const { page, errors, requests } = await newPage(options)
    await page.goto(pathToFileURL(out).href)
    assert.deepEqual(requests, [pathToFileURL(out).href])
    assert.deepEqual(errors, [])
    const { width, wide } = await page.evaluate(() => ({ width: innerWidth, wide: document.documentElement.scrollWidth })) // prettier-ignore
    assert.ok(wide <= width, `${wide} wide, in a window of ${width}`)
    assert.deepEqual(await violationsOn(page), [])
  })

test('what cannot be reported is said, and nothing is left', async () => {
  const out = path('none.html')
  const fails = async (code, message, ...args) => {
    const run = await cli('report', ...args, '-o', out)
    assert.deepEqual([run.code, run.stdout], [code, ''], run.stderr)
    assert.match(run.stderr, message)
    assert.ok(!existsSync(out))
  }
  await fails(2, /--holdout is missing/, first, '--history', files.interactions)
  await fails(2, /--history is missing/, first, '--holdout', files.holdout)
  await fails(2, /BUNDLE is missing/)
  await fails(2, /5 bundles, expected at most 4/, first, first, first, first, first)
  await fails(1, /r-held\.csv: found nothing left to find/, first, '--history', files.holdout, '--holdout', files.holdout) // prettier-ignore
  await fails(1, /nowhere\.martello/, path('nowhere.martello'))
  const { code, stderr } = await cli('report', first)
  assert.deepEqual([code, /--output is missing/.test(stderr)], [2, true])
})

/** Real logs: what a bundle may know, what people took next, and the catalogue. */
const REAL = {
  'movielens-small': (real) => {
    const [head, ...log] = readFileSync(`${real}/ratings.csv`, 'utf8').trim().split(/\r?\n/)
    log.sort((a, b) => a.split(',')[3] - b.split(',')[3])
    const cut = Math.round(0.9 * log.length)
    return {
      history: file('films-history.csv', [head, ...log.slice(0, cut)].join('\n')),
      holdout: file('films-holdout.csv', [head, ...log.slice(cut)].join('\n')),
      items: `${real}/movies.csv`,
    }
  },
  // in long runs; a tenth of the people: asking them all takes minutes
  toys: (real) => {
    const [history, holdout] = ['train', 'test'].map((name) => {
      const [head, ...log] = gunzipSync(readFileSync(`${real}/${name}.csv.gz`))
        .toString()
        .trim()
        .split(/\r?\n/)
      const user = head.split(',').indexOf('user_id')
      return file(`toys-${name}.csv`, [head, ...log.filter((row) => row.split(',')[user] % 10 === 0)].join('\n'))
    })
    return { history, holdout, items: `${real}/items.csv.gz` }
  },
}
for (const [name, logsOf] of Object.entries(REAL).filter(([name]) => LONG || name !== 'toys')) {
  const { real, skip } = realData(name)
  test(`real ${name}: every figure of two bundles agrees, in less than 2 MB`, { skip }, async () => {
    const { history, holdout, items } = logsOf(real)
    const bundles = [{ tune: false }, { tune: false, sources: { i2i: false } }].map((config, n) => ({ config, out: path(`${name}-${n}.martello`) })) // prettier-ignore
    for (const { config, out } of bundles)
      writeFileSync(out, (await built({ interactions: history, items }, config)).bytes)
    const args = [...bundles.map(({ out }) => out), '--history', history, '--holdout', holdout, '--people', '50']
    const page = await report(...args)
    const shown = agrees(page, await cliJson('eval', ...args, '--sources'))
    for (const figure of [
      'bundles.1.intervals.ndcg.1',
      'compared.0.intervals.recall.0',
      'compared.0.by.history.0.gain',
    ])
      assert.ok(shown.has(figure), `${figure} is on the page`)
    assert.ok(statSync(path('report.html')).size <= 2e6)
  })
}

test('files that do not meet are said, on the page too, and bundles without a common item are not compared', async () => {
  const strangers = file('r-strangers.csv', csv(events.slice(0, 30).map((row) => ({ ...row, user_id: `new-${row.user_id}`, item_id: `new-${row.item_id}` })))) // prettier-ignore
  const run = await cli('report', first, '--history', files.interactions, '--holdout', strangers, '-o', path('r-none.html')) // prettier-ignore
  assert.equal(run.code, 0, run.stderr)
  for (const text of [run.stderr, readFileSync(path('r-none.html'), 'utf8')]) {
    assert.match(text, /none of its \d+ people is in /)
    assert.match(text, /none of its \d+ items is in /)
  }
  const foreign = path('r-foreign.martello')
  const others = file('r-foreign.csv', csv(events.map((row) => ({ ...row, item_id: `x${row.item_id}` }))))
  writeFileSync(foreign, (await built({ interactions: others }, { tune: false })).bytes)
  const page = await report(first, foreign, ...logs)
  assert.match(page, /New items: no group has anybody of whom both bundles are asked the same/)
  assert.doesNotMatch(page, /Infinity|NaN/)
})
