// Search: words count as in a plain BM25, unfinished and misspelt ones too; what is called so comes first, and all of it stays
// within what a request allows.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { Recommender } from '../../../dist/node.js'
import { build } from '../../../dist/build.js'
import { readItems } from '../../../build/web/read/index.js'
import { textIndex } from '../../../build/web/build/sections/search.js'
import { spellings, titleLength } from '../../../build/web/build/spellings.js'
import { lookUp } from '../../../build/web/recommender/words.js'
import { built, builtShop, cli, cliJson, csv, file, path, random, realData, shop } from '../helpers/shop.mjs'

const words = (text) => lookUp(text).words
const TEXT_ALONE = { sources: { content: false } }
const FILMS = [
  { item_id: 'a', title: 'Alien', genre: 'Horror|Sci-Fi', year: 1979 },
  { item_id: 'b', title: 'Aliens', genre: 'Action|Sci-Fi', year: 1986 },
  { item_id: 'c', title: 'The Fabulous Destiny of Amélie', genre: 'Comedy', year: 2001 },
  { item_id: 'd', title: 'Star Trek', genre: 'Sci-Fi', year: 1979 },
  { item_id: 'e', title: 'A Star Is Born', genre: 'Drama', year: 1976 },
  { item_id: 'f', title: 'ガンダム 機動戦士', genre: 'Anime', year: 1981 },
  { item_id: 'g', title: 'Stardust', genre: 'Fantasy', year: 2007 },
]
const films = async (config = TEXT_ALONE) =>
  Recommender.open((await built({ items: file('films.csv', csv(FILMS)) }, config)).bytes)
const ids = (answer) => answer.items.map((item) => item.id)

test('a query is each word once, and says which may go on', () => {
  assert.deepEqual(lookUp('The star wa'), { words: ['the', 'star', 'wa'], query: 'the star wa*' })
  assert.deepEqual(lookUp('star wa '), { words: ['star', 'wa'], query: 'star wa' })
  assert.deepEqual(lookUp('star Star'), { words: ['star'], query: 'star*' })
  assert.deepEqual(lookUp('学 a '), { words: ['学', 'a'], query: '学* a' }, 'a letter that begins words of two')
  assert.deepEqual(lookUp(' —!… '), { words: [], query: '' })
  assert.deepEqual(lookUp('삼서').words, ['삼서'], 'people see syllables')
  assert.equal(lookUp('삼서').query, `${'삼서'.normalize('NFD')}*`, '… and the core their parts')
})

test('a text finds what has its words; the last one may be unfinished, a slip is forgiven', async () => {
  const rec = await films()
  const found = (text, options) => ids(rec.search(text, options))
  assert.deepEqual(found('alien'), ['a', 'b'])
  assert.deepEqual(found('alien '), ['a'])
  assert.deepEqual(found('ali'), ['a', 'b'])
  assert.deepEqual(found('AMELIE'), ['c'])
  assert.deepEqual(found('amèl'), ['c'])
  assert.deepEqual(found('horror '), ['a'])
  assert.deepEqual(found('sci-fi action')[0], 'b')
  assert.deepEqual(found('ガンダム'), ['f'])
  assert.deepEqual(found('戦'), ['f'])
  assert.deepEqual(found('destniy '), ['c'])
  assert.deepEqual(found('trekk '), ['d'])
  assert.deepEqual(found('rek '), [])
  assert.deepEqual(found('star'), ['d', 'e', 'g'], 'what begins so, what has the word, and what goes on')
})

test('nothing is found for no word and for an unknown one, and the trace says so', async () => {
  const rec = await films()
  for (const text of ['', '  ', '?!']) {
    const { items, trace } = rec.search(text)
    assert.deepEqual([items, trace.words, trace.unmatched, trace.candidates], [[], [], [], 0])
  }
  const { items, trace } = rec.search('zzz star qqqq')
  assert.deepEqual(
    [trace.words, trace.unmatched],
    [
      ['zzz', 'star', 'qqqq'],
      ['zzz', 'qqqq'],
    ],
  )
  assert.deepEqual(items.map((item) => item.id).sort(), ['d', 'e'])
  assert.deepEqual(rec.search('zzz').items, [])
  const many = Array.from({ length: 40 }, (_, i) => `w${i}`).join(' ')
  assert.equal(rec.search(`${many} star`).trace.unmatched.length, 32)
})

test('a search keeps to filter, exclude, allow and k, and shows what each source says', async () => {
  const rec = await films()
  assert.deepEqual(ids(rec.search('sci fi', { filter: { year: { lt: 1980 } } })).sort(), ['a', 'd'])
  assert.deepEqual(ids(rec.search('sci fi', { exclude: ['a', 'nobody'] })).sort(), ['b', 'd'])
  assert.deepEqual(ids(rec.search('sci fi', { allow: ['a', 'e'] })), ['a'])
  const { items, trace } = rec.search('sci fi', { k: 1, explain: true })
  assert.equal(items.length, 1)
  assert.deepEqual(items[0].sources, ['text'])
  assert.deepEqual(Object.keys(items[0].explain), ['text', 'popularity'])
  assert.ok(items[0].explain.text.score > 0 && items[0].explain.text.rank === 1)
  assert.equal(items[0].attributes.genre.includes('Sci-Fi'), true)
  assert.deepEqual([trace.recalled, trace.candidates, trace.truncated], [{ text: 3 }, 3, false])
  // the request before it leaves nothing behind
  rec.recommend({ history: ['a'], exclude: ['b'] })
  assert.deepEqual(ids(rec.search('alien')), ['a', 'b'])
})

test('where the bundle has vectors, what lies near the hits follows them', async () => {
  const { bytes } = await builtShop(shop())
  const rec = await Recommender.open(bytes)
  const { items, trace } = rec.search('number 17 ', { k: 100, explain: true })
  assert.deepEqual(Object.keys(trace.recalled), ['text', 'content'])
  assert.equal(items[0].id, 'p17')
  assert.deepEqual(items[0].sources[0], 'text')
  assert.ok(items.every((item) => item.sources.length > 0))
  assert.deepEqual(rec.search('qqq').items, [])
})

test("what the bundle's rules deny is not found", async () => {
  const inputs = { interactions: null, items: await readItems([file('films.csv', csv(FILMS))]), embeddings: null }
  const progress = { say() {}, stage() {} }
  const policy = { rules: { deny: [{ where: { genre: 'Horror' } }] } }
  const rec = await Recommender.open((await build(inputs, { ...TEXT_ALONE, threads: 1 }, 1, progress, policy)).bytes)
  assert.deepEqual(ids(rec.search('alien')), ['b'])
  assert.deepEqual(ids(rec.search('horror')), [])
})

test('the config names fields, or leaves the index out', async () => {
  const rec = await films({ ...TEXT_ALONE, search: { fields: { genre: 1, year: 2 }, k1: 2, b: 0 } })
  assert.deepEqual(ids(rec.search('alien')), [])
  assert.deepEqual(ids(rec.search('1979')).sort(), ['a', 'd'])
  const none = await films({ ...TEXT_ALONE, search: false })
  assert.throws(
    () => none.search('alien'),
    /^MartelloError: search: the bundle has no text index, expected one built with/,
  )
  await assert.rejects(films({ search: { fields: { plot: 1 } } }), {
    message: 'config, key "search.fields": found column "plot", expected one of the catalogue: title, genre, year',
  })
})

test('wrong calls are refused in a sentence', async () => {
  const rec = await films()
  assert.throws(() => rec.search(7), { message: 'search: found 7, expected a text' })
  assert.throws(() => rec.search('a', { context: {} }), {
    message: 'search: found option "context", expected history, k, filter, exclude, allow, explain, profile',
  })
  assert.throws(() => rec.search('a', { history: 'b' }), { message: /^history: found "b", expected a list/ })
  assert.throws(() => rec.search('a', { k: 0 }), { message: 'k: found 0, expected a whole number from 1 to 1000' })
  assert.throws(() => rec.search('x'.repeat(5000)), {
    message: 'search: found a text of more than 4096 bytes, expected less',
  })
})

test('martello search', async () => {
  writeFileSync(path('films.martello'), (await built({ items: file('films.csv', csv(FILMS)) }, TEXT_ALONE)).bytes)
  const { stdout } = await cli('search', path('films.martello'), 'star', '--k', 2, '--explain')
  assert.match(stdout, /^ {2}1 {2}Star Trek \(d\)\n {5}score \d\.\d+; text \d\.\d+ \(rank 1\), popularity 0\.000\n/)
  const answer = await cliJson('search', path('films.martello'), 'alien', '--filter', '{"year": 1986}')
  assert.deepEqual(ids(answer), ['b'])
  const unknown = await cli('search', path('films.martello'), 'zzz')
  assert.deepEqual([unknown.code, unknown.stdout, unknown.stderr], [0, '', 'no item has "zzz"\n'])
  assert.equal((await cli('search', path('films.martello'))).code, 2)
})

// -- against a plain BM25 ----------------------------------------------------------------------------------------------

/**
 * BM25F, from the formula and nothing of ours but which words there are. Documents are lists of [field weight, spellings,
 * length].
 */
function plainSearch(documents, k1 = 1.2, b = 0.75) {
  const mean = documents[0].map((_, f) => {
    const lengths = documents.map((fields) => fields[f][2]).filter((n) => n > 0)
    return lengths.reduce((sum, n) => sum + n, 0) / lengths.length
  })
  const idf = (word) => {
    const n = documents.filter((d) => d.some(([, list]) => list.some((one) => one.word === word))).length
    return Math.log(1 + (documents.length - n + 0.5) / (n + 0.5))
  }
  /** Of each document what each of the words asked for says of it. */
  return (asked) =>
    asked.map((word) => {
      const rarity = idf(word)
      return documents.map((d) => {
        const tf = d.reduce((sum, [weight, list, length], f) => {
          const times = list.reduce((sum, one) => sum + (one.word !== word ? 0 : one.besides ? 0.5 : 1), 0)
          return sum + (times === 0 ? 0 : (weight * times) / (1 - b + (b * length) / mean[f]))
        }, 0)
        return (rarity * tf * (k1 + 1)) / (tf + k1)
      })
    })
}

const field = (weight, text) => {
  const all = spellings(text)
  return [weight, all, all.filter(({ besides }) => !besides).length]
}

/** Words that a hundredth of the titles begin with, and ten of them. */
function articlesOf(titles) {
  const begin = new Map()
  for (const [first] of titles.map(words)) begin.set(first, (begin.get(first) ?? 0) + 1)
  return new Set([...begin].filter(([, n]) => n >= Math.max(10, titles.length / 100)).map(([word]) => word))
}

/** Words of the title with their places, an article and what stands behind it in one, and words beside the title. */
function placed(title, others, articles) {
  const all = spellings(title)
  const article = articles.has(all[0]?.word) && all.filter(({ besides }) => !besides).length > 1 ? 1 : 0
  return [
    ...all.map(({ word, place }) => [word, Math.max(0, place - article)]),
    ...spellings(others).map(({ word }) => [word, Infinity]),
  ]
}

/**
 * 7: the words are the title, 6: it begins with them, 5: it has them; 4: it begins with them, one of them unfinished; 3: the
 * document has them, 2: has them, one of them unfinished; 1: has some of them; 0: none.
 */
function plainGrade(asked, title, others, articles, unfinished = '') {
  const found = placed(title, others, articles)
  const leads = (place) => place < asked.length
  const marks = asked.map((word) => {
    const places = (has) => found.filter(([one]) => has(one)).map(([, place]) => place)
    const whole = places((one) => one === word)
    const begun = word === unfinished ? places((one) => one.startsWith(word)) : []
    if (whole.some(leads)) return 'whole title leads'
    if (whole.some(Number.isFinite)) return 'whole title'
    if (begun.some(leads)) return 'leads'
    return whole.length > 0 ? 'whole' : begun.length > 0 ? 'has' : ''
  })
  if (marks.includes('')) return Number(marks.some((mark) => mark !== ''))
  const all = (mark) => marks.every((one) => one.includes(mark))
  const first = found.some(([one, place]) => place === 0 && (asked.includes(one) || (unfinished && one.startsWith(unfinished)))) // prettier-ignore
  const begins = all('leads') && first
  if (!all('whole')) return begins ? 4 : 2
  if (!begins) return all('title') ? 5 : 3
  return titleLength(title) === asked.length ? 7 : 6
}

/** What a search says of each item is what the formula says, as nearly as 4 bits can tell, and decides within a grade. */
function compare(rec, number, scoresOf, titles, genres, articles, asked, k) {
  const found = rec.search(`${asked.join(' ')} `, { k, explain: true }).items
  const each = scoresOf(asked)
  const total = titles.map((_, i) => each.reduce((sum, scores) => sum + scores[i], 0))
  assert.equal(found.length, Math.min(k, total.filter((score) => score > 0).length), asked.join(' '))
  const room = each.reduce((sum, scores) => sum + Math.max(...scores) / 16, 0) // a step of each word's weights
  found.forEach((item, place) => {
    const i = number.get(item.id)
    const { score } = item.explain.text
    assert.ok(Math.abs(score - total[i]) <= room, `${asked.join(' ')}, ${titles[i]}: ${score}, expected ${total[i]}`)
    assert.equal(
      Math.floor(item.score),
      plainGrade(asked, titles[i], genres[i], articles),
      `${asked.join(' ')}: ${titles[i]}`,
    )
    const before = found[place - 1]
    if (before === undefined || Math.floor(before.score) > Math.floor(item.score)) return
    assert.ok(before.explain.text.score >= score - 1e-4, `${asked.join(' ')}: the order of ${item.id}`)
  })
}

/** Words of letters alone, no two of which make one. */
const askable = (asked, terms) =>
  asked.every((word, i) => /^\p{L}+$/u.test(word) && !terms.has(asked[i - 1] + word)) && new Set(asked).size > 0

test(
  'movielens-small: titles and genres, as a plain BM25 ranks them within a grade',
  { skip: realData('movielens-small/movies.csv').skip },
  async (t) => {
    const real = realData('movielens-small/movies.csv').real
    const rec = await Recommender.open((await built({ items: real }, TEXT_ALONE)).bytes)
    const rows = Array.from({ length: rec.items }, (_, n) => rec.attributes(n))
    const genres = rows.map((row) => (row.genres ?? []).join(' '))
    const documents = rows.map((row, i) => [field(2, row.title), field(1, genres[i])])
    const terms = new Set(documents.flatMap((fields) => fields.flatMap(([, list]) => list.map(({ word }) => word))))
    const titles = rows.map((row) => row.title)
    const number = new Map(rows.map((_, n) => [rec.id(n), n]))
    const scoresOf = plainSearch(documents)
    const articles = articlesOf(titles)
    const draw = random(3)
    for (let q = 0; q < 60; q++) {
      const title = words(draw.of(titles))
      const asked = [...new Set(Array.from({ length: 1 + draw.below(3) }, () => draw.of(title)))]
      if (askable(asked, terms)) compare(rec, number, scoresOf, titles, genres, articles, asked, 20)
    }
    const { bytes } = await built({ items: real }, { ...TEXT_ALONE, search: false })
    t.diagnostic(`text index of 9,742 films: ${((rec.bytes - bytes.length) / rec.items).toFixed(1)} bytes an item`)
    assert.ok((rec.bytes - bytes.length) / rec.items < 26)
  },
)

test('whoever asks, what meets the words better comes first', async () => {
  const draw = random(8)
  const vocabulary = ['thing', 'number', 'star', 'starship', 'stardust', '3', '35', '305', 'the', 'blue', 'bluebird']
  for (let round = 0; round < 6; round++) {
    const goods = Array.from({ length: 60 }, (_, i) => ({
      item_id: `g${i}`,
      title: [...new Set(Array.from({ length: 1 + draw.below(4) }, () => draw.of(vocabulary)))].join(' '),
      kind: draw.of(['star', 'blue', 'other']),
    }))
    const events = Array.from({ length: 900 }, (_, e) => ({ user_id: `u${e % 40}`, item_id: `g${(draw.below(12) * 5 + (e % 5)) % 60}` })) // prettier-ignore
    const rec = await Recommender.open((await builtShop({ goods, events }, { name: 'grades' }, { tune: false })).bytes)
    const articles = articlesOf(goods.map(({ title }) => title))
    const grades = new Map()
    for (let q = 0; q < 60; q++) {
      const asked = [...new Set(Array.from({ length: 1 + draw.below(3) }, () => draw.of(vocabulary)))]
      const isOpen = draw() < 0.7
      const unfinished = isOpen ? asked.at(-1).slice(0, 1 + draw.below(8)) : ''
      if (isOpen) asked.splice(-1, 1, unfinished)
      const makeOne = asked.some((word, i) => vocabulary.some((one) => i > 0 && one.startsWith(asked[i - 1] + word)))
      if (makeOne || new Set(asked).size < asked.length) continue
      const history = Array.from({ length: draw.below(6) }, () => `g${draw.below(60)}`)
      const { items } = rec.search(asked.join(' ') + (isOpen ? '' : ' '), { history, k: 60 })
      const expected = items.map(({ id }) => {
        const { title, kind } = goods[Number(id.slice(1))]
        return plainGrade(asked, title, kind, articles, unfinished)
      })
      const said = `${asked}${isOpen ? '…' : ''} after ${history}`
      assert.deepEqual(items.map(({ score }) => Math.floor(score)), expected, said) // prettier-ignore
      assert.deepEqual(
        expected,
        expected.toSorted((a, b) => b - a),
        said,
      )
      for (const grade of expected) grades.set(grade, (grades.get(grade) ?? 0) + 1)
    }
    assert.deepEqual([...grades.keys()].sort(), [0, 1, 2, 3, 4, 5, 6, 7], 'each grade was met')
  }
})

test(
  'emoji2vec: every word that names an emoji finds it',
  { skip: realData('embeddings/emoji2vec.words.txt').skip },
  async () => {
    const names = readFileSync(realData('embeddings/emoji2vec.words.txt').real, 'utf8')
      .split('\n')
      .filter((name) => name !== '')
    const items = file(
      'emoji.csv',
      csv(names.map((name, i) => ({ item_id: `e${i}`, title: JSON.stringify(name).replaceAll('\\"', '""') }))),
    )
    const rec = await Recommender.open((await built({ items }, TEXT_ALONE)).bytes)
    const draw = random(4)
    for (let q = 0; q < 200; q++) {
      const at = draw.below(rec.items)
      for (const word of words(rec.attributes(at).title ?? '')) {
        const { trace } = rec.search(`${word} `)
        assert.deepEqual(trace.unmatched, [], word)
        assert.equal(rec.search(`${word} `, { allow: [rec.id(at)] }).items.length, 1, word)
      }
    }
  },
)

test('the index is of the catalogue alone', () => {
  const columns = [
    { name: 'title', kind: 'text', values: ['b a', null] },
    { name: 'size', kind: 'number', values: Float64Array.of(3, NaN) },
  ]
  const catalogue = { ids: ['x', 'y', 'z'], itemRow: Int32Array.of(1, 0, -1), columns }
  const { terms, lists, places, titles } = textIndex(catalogue, {})
  assert.deepEqual(
    [terms.all, [...lists.start], [...lists.items]],
    [
      ['a', 'b'],
      [0, 1, 2],
      [1, 1],
    ],
  )
  assert.deepEqual([[...places], [...titles]], [[1, 0], [0, 2, 0]]) // prettier-ignore
  assert.deepEqual(textIndex({ ...catalogue, columns: [] }, {}).terms.all, [])
})
