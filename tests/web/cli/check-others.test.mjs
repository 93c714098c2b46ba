// martello check of what stands beside log and catalogue: embeddings, graphs, campaigns; their columns, and what may be wrong.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { npyBytes } from '../helpers/arrays.mjs'
import { cli, csv, file, gaussians, path, shop } from '../helpers/shop.mjs'

const { events, goods } = shop({ items: 30, users: 20 })
const log = file('others-log.csv', csv(events))
const check = async (...args) => {
  const run = await cli('check', '--interactions', log, ...args, '--json')
  assert.equal(run.stderr, '')
  const account = JSON.parse(run.stdout)
  return { ...account, code: run.code, said: account.remarks.join('\n') }
}
const columnsOf = (account, role) =>
  Object.fromEntries(account.inputs.find((one) => one.role === role).columns.map((column) => [column.name, column]))

const ids = file('others-ids.txt', goods.map(({ item_id }) => item_id).join('\n'))
const vectors = (change) => {
  const numbers = gaussians(30, 4, 3)
  change(numbers)
  return file('others.npy', npyBytes('<f4', [30, 4], numbers))
}

test('embeddings: ids, dimensions, lengths; zeros, lengths of another kind, one vector of many items', async () => {
  const odd = vectors((numbers) => {
    numbers.fill(0, 8, 12)
    for (const row of [5, 6, 7]) numbers.set([1, 2, 3, 4], 4 * row)
    for (let i = 40; i < 44; i++) numbers[i] *= 1e5
  })
  const account = await check('--embeddings', odd, '--ids', ids)
  const columns = columnsOf(account, 'embeddings')
  assert.deepEqual([columns['others-ids.txt'].role, columns['others-ids.txt'].values], ['item_id', 30])
  const { kind, values, missing, examples } = columns.vector
  assert.deepEqual([kind, values, missing], ['float32 × 4', 29, 1])
  assert.match(examples[0], /^lengths [\d.]+ to [\d.e+]+, median [\d.]+$/)
  for (const line of [
    /^look: embeddings: 1 of 30 vectors is zero, .* \(the first is row 2, id "p2"\)$/m,
    /^look: embeddings: 1 of 30 vectors is 1000 times as long or as short as most \(the first is row 10, id "p10"\)/m,
    /^look: embeddings: 3 of 30 vectors are one and the same, .* \(the first is row 5, id "p5"\)/m,
  ])
    assert.match(account.said, line)
  const plain = await check(
    '--embeddings',
    vectors(() => {}),
    '--ids',
    ids,
  )
  assert.doesNotMatch(plain.said, /embeddings/)
  const broken = await check('--embeddings', vectors((numbers) => (numbers[6] = numbers[7] = numbers[90] = NaN))) // prettier-ignore
  assert.match(broken.errors.join(), /row 1, column 2: found NaN \(as in 2 of 30 rows\)/)
  assert.equal(broken.code, 1)
})

const triple = (head, relation, tail) => ({ head, relation, tail, weight: 1 })

test('a graph: parts, what is not used, relations, triples that say nothing, and nodes that are no items', async () => {
  const triples = goods.map(({ item_id }, i) => triple(item_id, i % 3 ? 'genre' : 'brand', `g${i % 5}`))
  const graph = file('others.tsv', csv([...triples, triples[0], triple('p1', 'like', 'p1')]).replaceAll(',', '\t'))
  const account = await check('--graph', graph)
  const columns = columnsOf(account, 'graph')
  assert.deepEqual(
    ['head', 'relation', 'tail', 'weight'].map((name) => [columns[name].role, columns[name].kind, columns[name].values]),
    [['head', 'id', 32], ['relation', 'category', 32], ['tail', 'id', 32], [null, null, undefined]],
  ) // prettier-ignore
  assert.deepEqual(columns.relation.examples.toSorted?.() ?? [...columns.relation.examples].sort(), ['brand', 'genre'])
  assert.match(account.said, /others\.tsv: 3 relations: "genre" × 20, "brand" × 11, "like" × 1$/m)
  assert.match(account.said, /^look: .*others\.tsv: 1 of 32 triples say again what an earlier one says/m)
  assert.match(account.said, /^look: .*others\.tsv: 1 of 32 triples lead from a node to itself, and are left out$/m)
  const apart = file('apart.tsv', 'head\trelation\ttail\nx1\tgenre\tg\nx2\tgenre\tg\n')
  assert.match(
    (await check('--graph', apart)).said,
    /^look: .*apart\.tsv: none of its nodes is an item of .*others-log\.csv/m,
  )
  const terminal = (await cli('check', '--interactions', log, '--graph', graph)).stdout
  assert.match(terminal, /others\.tsv: 32 rows of graph\n {2}head +id +p0, p1, p2\n.*\n.*\n {2}not used: weight\n/)
})

test('campaigns: parts, lists, unknown items, lists that are over, items twice', async () => {
  const entry = (list, item_id, end = '', more = {}) => ({ list, item_id, position: 1, start: '', end, ...more })
  const rows = [
    ...goods.slice(0, 4).map(({ item_id }) => entry('spring', item_id, '1999-05-01', { note: 'x' })),
    ...goods.slice(2, 8).map(({ item_id }) => entry('editors', item_id, '', { note: 'y' })),
    entry('editors', 'p2', '', { note: '' }),
    entry('editors', 'nobody', '', { note: '' }),
  ]
  const account = await check('--campaigns', file('others-lists.csv', csv(rows)))
  const columns = columnsOf(account, 'campaigns')
  assert.deepEqual(
    ['list', 'item_id', 'position', 'start', 'end', 'note'].map((name) => [columns[name].role, columns[name].kind, columns[name].missing]),
    [['list', 'category', 0], ['item_id', 'id', 0], ['position', 'number', 0], ['start', 'time', 12], ['end', 'time', 8], [null, null, undefined]],
  ) // prettier-ignore
  assert.match(account.said, /others-lists\.csv: 2 lists: "editors" × 8, "spring" × 4$/m)
  assert.match(
    account.said,
    /^look: .*: 1 of its \d items is not known, for example "nobody" .*; what names them is left out$/m,
  )
  assert.match(account.said, /^look: .*: list "spring" is over on 1999-05-01, before the log's last event on /m)
  assert.match(account.said, /^look: .*: list "editors" names an item more than once: "p2"$/m)
  assert.doesNotMatch(account.said, /list "editors" is over|list "spring" names/)
})

test('the record keeps them, without folders, and inspect shows them', async () => {
  const out = path('others.martello')
  const graph = file('kept.tsv', csv(goods.map(({ item_id }) => triple(item_id, 'is', 'thing'))).replaceAll(',', '\t'))
  const built = await cli('build', '-o', out, '--interactions', log, '--graph', graph)
  assert.equal(built.code, 0, built.stderr)
  const { record } = JSON.parse((await cli('inspect', out, '--json')).stdout)
  const kept = record.account.inputs.find(({ role }) => role === 'graph')
  assert.deepEqual([kept.path, kept.columns.length], ['kept.tsv', 4])
  assert.ok(record.account.remarks.includes('kept.tsv: one relation: "is" × 30'), record.account.remarks.join('\n'))
})
