// HTML in cells: what a page would show is what is read, whatever escaped it; what only looks like HTML stays.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Recommender } from '../../../dist/node.js'
import { cli, cliJson, csv, file, path } from '../helpers/shop.mjs'
import { shownText, withoutHtml } from '../../../build/web/read/html.js'

test('entities, of a name or a number, and escaped once more', () => {
  for (const [text, shown] of [
    ['Tom &amp; Jerry', 'Tom & Jerry'],
    ['L&#39;Oréal', "L'Oréal"],
    ['L&#x27;Or&eacute;al', "L'Oréal"],
    ['caf&eacute;', 'café'],
    ['5&nbsp;m&sup2; &ndash; &euro;9', '5 m² – €9'],
    ['&quot;Wow&quot;', '"Wow"'],
    ['R&amp;amp;B', 'R&B'],
    ['&amp;eacute;t&amp;eacute;', 'été'],
    ['1 &lt; 2', '1 < 2'],
    ['&#128512;', '😀'],
    ['&#xD800;|&#0;', '\ufffd|\ufffd'],
  ])
    assert.equal(shownText(text), shown, text)
})

test('tags: of blocks they end a line, within a line they go, and with them what no page shows', () => {
  for (const [text, shown] of [
    ['<b>Spider</b>-Man', 'Spider-Man'],
    ['<p>One <em>two</em></p>\n<p class="x">three<br/>four<BR>five</p>', 'One two\nthree\nfour\nfive'],
    ['<ul><li>red</li><li>blue</li></ul>', 'red\nblue'],
    ['<a href="https://x.org/?a=1&amp;b=2" rel=nofollow>more</a>', 'more'],
    ['&lt;p&gt;escaped &lt;b&gt;whole&lt;/b&gt;&lt;/p&gt;', 'escaped whole'],
    ['<style>p { color: red }</style>text<!-- no -->', 'text'],
    ['<img src="x.png"/>&nbsp;<span style="a">y</span>', 'y'],
    ['<p>&nbsp;</p>', ''],
  ])
    assert.equal(shownText(text), shown, text)
})

test('what only looks like HTML is as it stands', () => {
  for (const text of [
    'a < b',
    'AT&T',
    'Q&A; R&D',
    'a &amp b',
    'https://x.org/?a=1&copy=2&lt=3',
    'List<String>',
    'The <b> of HTML',
    'I <3 you',
    'if a <b and c> d',
    '<unknown>x</unknown>',
    '  two  spaces \n',
    '&unknown;',
    '',
  ])
    assert.equal(shownText(text), text)
})

test('cells: lists too, counted, with the first as it stood; none where there is nothing', () => {
  const cells = [1, null, 'plain', ['R&amp;B', 'Rock'], 'a &gt; b', { a: '&amp;' }]
  const { cells: read, facts } = withoutHtml(cells)
  assert.deepEqual(read, [1, null, 'plain', ['R&B', 'Rock'], 'a > b', { a: '&amp;' }])
  assert.deepEqual(facts, { cells: 2, found: 'R&amp;B', shown: 'R&B' })
  assert.equal(withoutHtml(['plain', 7, ['a', 'b'], 'a < b']), null)
})

test('no text takes longer than its letters', () => {
  for (const hostile of ['<', '<a ', '<a =', '<script>', '<!--', '&', '&a', '</', '<p '].map((part) =>
    part.repeat(2e5),
  )) {
    const before = performance.now()
    shownText(`</a>${hostile}`)
    assert.ok(performance.now() - before < 5000, hostile.slice(0, 10))
  }
})

test('HTML in titles, categories and descriptions is read as the text that it shows, which is said', async () => {
  const rows = [
    ['Tom &amp; Jerry', 'Kids &amp; Family;Comedy', '<p>A cat &amp; a <b>mouse</b>.</p><p>Mayhem</p>'],
    ['L&#39;Or&eacute;al', 'Care;Comedy', 'plain'],
    ['AT&T', 'Comedy', 'a < b'],
    ['Caf&eacute;&nbsp;Paris', 'Kids &amp; Family', '<br>x<br/>'],
  ]
  const text = csv(rows.map(([title, kind, about], i) => ({ item_id: `i${i}`, title, kind, about: `"${about}"` })))
  const items = file('html.csv', text)
  const read = async (config) => {
    const config_ = file(
      'html.json',
      JSON.stringify({ sources: { content: false }, kinds: { about: 'text' }, ...config }),
    )
    const bundle = path('html.martello')
    const { code, stderr } = await cli('build', '--items', items, '--config', config_, '-o', bundle)
    assert.equal(code, 0, stderr)
    return {
      rec: await Recommender.open(bundle),
      account: await cliJson('check', '--items', items, '--config', config_),
    }
  }
  const { rec, account } = await read({ separators: { kind: ';' } })
  const first = (typed) => rec.search(typed).items[0]?.attributes
  assert.equal(first('tom & jerry').title, 'Tom & Jerry')
  assert.equal(first("l'oreal").title, "L'Oréal")
  assert.equal(first('cafe paris').title, 'Café Paris')
  assert.equal(first('at&t').title, 'AT&T')
  assert.equal(first('mouse').about, 'A cat & a mouse.\nMayhem')
  assert.deepEqual(first('tom').kind, ['Kids & Family', 'Comedy'], 'an entity ends no value')
  for (const typed of ['amp', 'eacute', 'nbsp', 'br', '39']) assert.deepEqual(rec.search(typed).items, [], typed)
  assert.equal(rec.recommend({ filter: { kind: 'Kids & Family' } }).items.length, 2)
  const said = account.remarks.filter((remark) => remark.includes('HTML'))
  assert.deepEqual(said, [
    'title: 3 of 4 cells held HTML, read as text ("Tom &amp; Jerry" being "Tom & Jerry"); "html": false keeps them as they stand',
    'kind: 2 of 4 cells held HTML, read as text ("Kids &amp; Family;Comedy" being "Kids & Family;Comedy"); "html": false keeps them as they stand',
    'about: 2 of 4 cells held HTML, read as text ("<p>A cat &amp; a <b>mouse</b>.</p><p>Mayhem</p>" being "A cat & a mouse.\\nMayhem"); "html": false keeps them as they stand',
  ])

  const kept = await read({ html: false })
  assert.equal(kept.rec.attributes(0).title, 'Tom &amp; Jerry')
  assert.deepEqual(kept.account.remarks.filter((remark) => remark.includes('HTML')), []) // prettier-ignore
})
