// HTML in cells: what a page would show is what is read, whatever escaped it; what only looks like HTML stays.
import assert from 'node:assert/strict'
import { test } from 'node:test'
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
