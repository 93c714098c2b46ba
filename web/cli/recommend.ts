/** martello recommend, martello similar: what a bundle would show someone. */
import { openBundle } from './open.js'
import { flag, many, parse, text, UsageError, whole, type Values } from './options.js'
import type { RecommendedItem, Recommender, Trace } from '../node.js'
import type { Filter } from '../filter.js'

const USAGE = `martello recommend BUNDLE --history id,id,… [--history-id ID]… [--k 20] [--filter JSON] [--explain] [--json]
martello similar BUNDLE ID [--k 20] [--filter JSON] [--explain] [--json]

  --history      item ids, newest last; none for a new person
  --history-id   one id as it is, commas and all; may be given several times, each newer than the last and than --history
  --filter       the API's filter: '{"genre": "Drama", "year": {"gte": 1990}}'
  --explain      every source's score and rank; with --json also which items of the history brought each`

export const OPTIONS = {
  k: { type: 'string' },
  filter: { type: 'string' },
  explain: { type: 'boolean' },
  json: { type: 'boolean' },
} as const

export async function recommend(args: string[]): Promise<void> {
  const {
    values,
    positionals: [path],
  } = parse(
    args,
    { ...OPTIONS, history: { type: 'string', multiple: true }, 'history-id': { type: 'string', multiple: true } },
    ['BUNDLE'],
    USAGE,
  )
  const listed = many(values, 'history').flatMap((list) => list.split(','))
  const history = [...listed, ...many(values, 'history-id')].filter((id) => id !== '')
  const asked = request(values)
  const { rec } = await openBundle(path!)
  print(rec, rec.recommend({ history, ...asked }), values)
}

export async function similar(args: string[]): Promise<void> {
  const {
    values,
    positionals: [path, id],
  } = parse(args, OPTIONS, ['BUNDLE', 'ID'], USAGE)
  const asked = request(values)
  const { rec } = await openBundle(path!)
  print(rec, rec.similar(id!, asked), values)
}

/** What people read says why; what programs read only where they ask. */
export function request(values: Values): { k?: number; filter?: Filter; explain: boolean } {
  const k = text(values, 'k')
  return {
    ...(k === undefined ? {} : { k: whole(values, 'k', 20, 1, 1000) }),
    ...filterOf(values),
    explain: flag(values, 'explain') || !flag(values, 'json'),
  }
}

function filterOf(values: Values): { filter?: Filter } {
  const given = text(values, 'filter')
  if (given === undefined) return {}
  try {
    return { filter: JSON.parse(given) as Filter }
  } catch (error) {
    throw new UsageError(
      `--filter: found ${given}, expected JSON such as '{"genre": "Drama"}' (${(error as Error).message})`,
    )
  }
}

export const titleOf = (item: { id: string; attributes: RecommendedItem['attributes'] }) => {
  const title = item.attributes['title']
  return typeof title === 'string' ? `${title} (${item.id})` : item.id
}

function print(rec: Recommender, answer: { items: RecommendedItem[]; trace: Trace }, values: Values): void {
  if (flag(values, 'json')) {
    process.stdout.write(`${JSON.stringify(answer)}\n`)
    return
  }
  if (answer.trace.unknown > 0)
    process.stderr.write(`${answer.trace.unknown} ids of the history are not in the bundle and were ignored\n`)
  answer.items.forEach((item, place) => {
    const because = item.because.map((id) => titleOf({ id, attributes: rec.attributes(rec.number(id)!) }))
    process.stdout.write(
      `${String(place + 1).padStart(3)}  ${titleOf(item)}${because.length > 0 ? `  … because of ${because.join(', ')}` : ''}\n`,
    )
    if (flag(values, 'explain'))
      process.stdout.write(
        `     score ${item.score.toFixed(4)}; ${
          Object.entries(item.explain!)
            .filter(([, s]) => s.rank > 0 || s.score !== 0)
            .map(([name, s]) => `${name} ${s.score.toPrecision(4)}${s.rank > 0 ? ` (rank ${s.rank})` : ''}`)
            .join(', ') || 'no source'
        }\n`,
      )
  })
  if (flag(values, 'explain')) {
    const { trace } = answer
    process.stdout.write(
      `\n${trace.history} events; recalled ${Object.entries(trace.recalled)
        .map(([name, n]) => `${name} ${n}`)
        .join(', ')}; ` +
        `${trace.candidates} candidates; ${trace.filled} filled by popularity; layers ${
          Object.entries(trace.layers)
            .map(([name, n]) => `${name} ${n}`)
            .join(', ') || 'none'
        }\n`,
    )
  }
}
