// Cells of any length are read in time that grows with it: a pattern that looks twice at a run would take minutes here.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'

const LONG = 400_000
const READ = new URL('../../../build/web/read/', import.meta.url).href
const BUILD = new URL('../../../build/web/build/', import.meta.url).href

/** What a process says that has a minute for it. */
async function answered(code) {
  const args = ['--input-type=module', '-e', code]
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 60_000, killSignal: 'SIGKILL' })
  return JSON.parse(stdout)
}
const imported = (names, from, value) =>
  `import { ${names} } from ${JSON.stringify(from)}; const n = ${LONG}; console.log(JSON.stringify(${value}))`

for (const [what, names, from, value, expected] of [
  ['an id with spaces within', 'idOf', `${READ}cells.js`, "idOf(' a' + ' '.repeat(n) + 'b ').length", LONG + 2],
  ['a cell of spaces and a letter', 'isMissing', `${READ}cells.js`, "isMissing(' '.repeat(n) + 'x')", false],
  ['a long number that is none', 'numberOf', `${READ}cells.js`, "numberOf('1'.repeat(n) + 'x') ?? null", null],
  ['an amount with a gap', 'writingsOf', `${READ}quantities.js`, "writingsOf(['1' + ' '.repeat(n) + 'x']).length", 4],
  ['a duration with a gap', 'writingsOf', `${READ}quantities.js`, "writingsOf(['1h' + ' '.repeat(n) + 'x'])[3].read('1h' + ' '.repeat(n) + 'x') ?? null", null], // prettier-ignore
  ['a date with a gap', 'spelledSeconds', `${READ}spelled.js`, "spelledSeconds('2021-01-01T05:06' + ' '.repeat(n) + 'x') ?? null", null], // prettier-ignore
  ['an array of many types', 'listLiteral', `${READ}literals.js`, "listLiteral('array(' + ',dtype='.repeat(n / 4))", null], // prettier-ignore
  ['a title of brackets', 'titleLength', `${BUILD}spellings.js`, "titleLength('(a)'.repeat(n / 8) + 'x ', [])", 2],
])
  test(`${what} is read at once`, async () => {
    assert.equal(await answered(imported(names, from, value)), expected)
  })

test('brackets at the end of a title do not count, and what they wrap alone does', async () => {
  const titles = [
    'Heat (1995)',
    'Heat [II] (1995) ',
    '(500) Days of Summer (2009)',
    '(Untitled)',
    'Heat (a (b)',
    'Heat )',
  ]
  const value = `${JSON.stringify(titles)}.map((title) => titleLength(title))`
  assert.deepEqual(await answered(imported('titleLength', `${BUILD}spellings.js`, value)), [1, 1, 4, 1, 1, 1])
  const lists = ["array(['a'], dtype=object)", "array(['a, dtype=b'], dtype='<U3')", 'array([1, 2])', 'set()']
  const read = `${JSON.stringify(lists)}.map(listLiteral)`
  assert.deepEqual(await answered(imported('listLiteral', `${READ}literals.js`, read)), [['a'], ['a, dtype=b'], ['1', '2'], []]) // prettier-ignore
})
