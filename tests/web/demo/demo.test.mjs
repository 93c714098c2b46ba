// make demo: three tastes, each with a full shelf of new films and reasons that name what was liked; also on MovieLens' form.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { filmsOf } from '../../../demo/films.mjs'
import { file, random } from '../helpers/shop.mjs'

const SHELF = 8
const demo = (movielens) =>
  promisify(execFile)(process.execPath, [new URL('../../../demo/demo.mjs', import.meta.url).pathname], {
    env: { ...process.env, MOVIELENS: movielens },
  })

/** What was printed, by catalogue: [{ liked, shelf: [{ title, because }] }]. */
function tastesOf(text) {
  const tastes = []
  for (const line of text.split('\n')) {
    const taste = /^  Someone who liked (.*)$/.exec(line)
    if (taste) tastes.push({ liked: taste[1].split(/, | and /), shelf: [] })
    const pick = /^ {2,4}(\d+)  (.*?) +… because (?:you liked (.*)|many people like it)$/.exec(line)
    if (pick) {
      assert.equal(Number(pick[1]), tastes.at(-1).shelf.length + 1)
      tastes.at(-1).shelf.push({ title: pick[2], because: pick[3] })
    }
  }
  return tastes
}

const MOVIELENS = [
  'Matrix, The (1999)',
  'Blade Runner (1982)',
  'Alien (1979)',
  'Notting Hill (1999)',
  'Love Actually (2003)',
  'Pretty Woman (1990)',
  'Toy Story (1995)',
  'Finding Nemo (2003)',
  'Lion King, The (1994)',
]

test('films and MovieLens: tastes, shelves, reasons, size and time', async () => {
  const draw = random(5)
  const titles = [...MOVIELENS, ...Array.from({ length: 51 }, (_, i) => `Another, The (${1950 + i})`)]
  file(
    'movies.csv',
    `movieId,title,genres\n${titles.map((title, i) => `${i + 1},"${title}",${['Sci-Fi', 'Romance', 'Children'][Math.floor(i / 3) % 3]}|Drama\n`).join('')}`,
  )
  const ratings = Array.from(
    { length: 900 },
    (_, i) => `${i % 60},${1 + 3 * draw.below(20) + (i % 3)},${1 + draw.below(5)},${1e9 + 1000 * i}\n`,
  )
  const folder = dirname(file('ratings.csv', `userId,movieId,rating,timestamp\n${[...new Set(ratings)].join('')}`))

  const { stdout, stderr } = await demo(folder)
  assert.equal(stderr, '')
  const [films, movielens] = stdout.split(/^MovieLens/m)
  for (const part of [films, movielens]) {
    const tastes = tastesOf(part)
    assert.equal(tastes.length, 3)
    for (const { liked, shelf } of tastes) {
      assert.equal(liked.length, 3)
      assert.equal(shelf.length, SHELF)
      assert.equal(new Set(shelf.map((pick) => pick.title)).size, SHELF)
      for (const { title, because } of shelf) {
        assert.ok(!liked.includes(title) && !liked.includes(title.replace(/ \(\d{4}\)$/, '')), `${title} was liked`)
        if (part === films) assert.ok(liked.includes(because), `${title} because of ${because}`)
        else assert.ok(because === undefined || liked.includes(because), `${title} because of ${because}`)
      }
    }
    assert.match(part, /A request takes \d+\.\d\d ms \(median of 1000\)/)
    const [, path] = /martello build -o (\S+)/.exec(part)
    const bytes = statSync(new URL(`../../../${path}`, import.meta.url)).size
    assert.match(part, new RegExp(`bundle +${Math.round(bytes / 1e3)} KB for `))
  }
  assert.match(movielens, /The Matrix \(1999\), Blade Runner \(1982\) and Alien \(1979\)/)

  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8')
  const shown = /^```text\n(.*?)^```$/ms
    .exec(readme)[1]
    .split('\n')
    .filter((line) => /because|liked/.test(line))
  assert.ok(shown.length > 5)
  for (const line of shown) assert.ok(films.includes(`${line}\n`), `the README shows what the demo prints: ${line}`)
})

test("a folder without MovieLens' files is refused in one line", async () => {
  await assert.rejects(demo('/nowhere'), (error) => {
    assert.equal(error.code, 1)
    assert.equal(error.stderr, 'demo: MOVIELENS=/nowhere: expected a folder with ratings.csv and movies.csv\n')
    return true
  })
})

test('the film catalogue is mended where it can be, and what was done is counted', () => {
  const rows = JSON.parse(
    readFileSync(new URL('../../../node_modules/vega-datasets/data/movies.json', import.meta.url), 'utf8'),
  )
  const { films, changed } = filmsOf(rows)
  assert.deepEqual(changed, { dropped: 1, titles: 9, letters: 18, years: 22, figures: 46 })
  assert.equal(films.length, rows.length - 1)
  assert.equal(new Set(films.map((film) => film.item_id)).size, films.length)
  for (const film of films) {
    assert.match(film.item_id, /^[a-z0-9]+(-[a-z0-9]+)*-\d{4}(-\d)?$/)
    assert.ok(film.year >= 1910 && film.year <= 2011, `${film.title}: ${film.year}`)
  }
  const of = (id) => films.find((film) => film.item_id === id)
  assert.equal(of('leon-1994').title, 'Léon')
  assert.equal(of('the-naked-gun-21-2-the-smell-of-fear-1991').title, 'The Naked Gun 2½: The Smell of Fear')
  assert.equal(of('alien3-1992').title, 'Alien³')
  assert.equal(of('300-2007').title, '300')
  assert.equal(of('ben-hur-1925').title, 'Ben-Hur')
  assert.deepEqual([of('casino-royale-1967').votes, of('casino-royale-2006').votes], [null, null])
})
