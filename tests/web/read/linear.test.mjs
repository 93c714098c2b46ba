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

/** A log of n rows of one person and one item, as programs make one; more rows than the log has of anybody else. */
const HOT = `
const n = ${LONG}
const log = (columns) => ({ rows: n, userIds: ['guest'], itemIds: ['a'], user: new Uint32Array(n), item: new Uint32Array(n),
  time: null, rating: null, event: null, basket: null, files: [], ...columns })
const names = (list, of) => ({ event: { names: list, code: Uint16Array.from({ length: n }, (_, i) => of(i)) } })`
const taken = (columns, config = '{}') =>
  `import { weighingOf } from '${BUILD}weighing.js'\n${HOT}\nconsole.log(weighingOf(log(${columns}), ${config}).taken?.size ?? 0)`

for (const [what, code, expected] of [
  ['a row that takes all back', taken("names(['like', 'unlike'], (i) => +(i === n - 1))"), LONG - 1],
  ['rows that take back beside rows that stand', taken("names(['view', 'add_to_cart', 'remove_from_cart'], (i) => i % 3)"), Math.floor(LONG / 3)], // prettier-ignore
  ['pieces that come back one by one', taken('{ rating: Float32Array.from({ length: n }, (_, i) => (2 * i < n ? 1 : -1)) }'), LONG / 2], // prettier-ignore
  ['names by the thousand', taken("names([...Array(60000).keys()].map((i) => 'thing' + (i >> 1) + (i % 2 ? ' cancelled' : '')), (i) => i % 60000)"), 7 * 61], // prettier-ignore
  ['rows that differ in their times', `import { repeatedOf } from '${BUILD}understood.js'\n${HOT}\nconsole.log(repeatedOf(log({ time: Float64Array.from({ length: n }, (_, i) => i % (n / 2)) })))`, LONG / 2], // prettier-ignore
])
  test(`of one person and item, ${what} are told in time that grows with them`, async () => {
    assert.equal(await answered(code), expected)
  })
