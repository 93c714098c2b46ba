/** martello search: what a bundle finds for a text. */
import { sayUnmet } from './filter.js'
import { flag, parse } from './options.js'
import { HISTORY, historyOf, known, openForIds, OPTIONS, request, sayUnknown, titleOf } from './recommend.js'

const USAGE = `martello search BUNDLE TEXT [--history id,id,…] [--history-id ID]… [--k 20] [--filter JSON] [--explain]
                [--json]

  TEXT finds items by words of their texts and categories; its last word may be unfinished, unless a space stands behind it
  --history      item ids, newest last: among what the text finds alike, what this person likes comes first
  --history-id   one id as it is, commas and all; may be given several times, each newer than the last and than --history
  --filter       the API's filter: '{"genre": "Drama", "year": {"gte": 1990}}'
  --explain      the score and rank by the text, and by the vectors near its best hits; what the history and popularity say`

export async function search(args: string[]): Promise<void> {
  const {
    values,
    positionals: [path, words],
  } = parse(args, { ...OPTIONS, ...HISTORY }, ['BUNDLE', 'TEXT'], USAGE)
  const asked = request(values)
  const { rec, idsAs } = await openForIds(path!)
  const history = historyOf(values).map((id) => known(rec, id, idsAs))
  const { items, trace } = rec.search(words!, { history, ...asked })
  sayUnmet(rec, asked.filter, items.length)
  if (flag(values, 'json')) {
    process.stdout.write(`${JSON.stringify({ items, trace })}\n`)
    return
  }
  sayUnknown(trace.unknown)
  if (trace.words.length === 0) process.stderr.write('the text has no words\n')
  if (trace.unmatched.length > 0)
    process.stderr.write(`no item has ${trace.unmatched.map((word) => JSON.stringify(word)).join(', ')}\n`)
  items.forEach((item, place) => {
    process.stdout.write(`${String(place + 1).padStart(3)}  ${titleOf(item)}\n`)
    if (flag(values, 'explain'))
      process.stdout.write(
        `     score ${item.score.toFixed(4)}; ${Object.entries(item.explain!)
          .map(([name, s]) => `${name} ${s.score.toPrecision(4)}${s.rank > 0 ? ` (rank ${s.rank})` : ''}`)
          .join(', ')}\n`,
      )
  })
  if (flag(values, 'explain'))
    process.stdout.write(
      `\nfound ${Object.entries(trace.recalled)
        .map(([name, n]) => `${n} by ${name}`)
        .join(', ')}; ${trace.candidates} candidates in ${trace.ms.toFixed(2)} ms\n`,
    )
}
