/** martello recommend, martello similar: what a bundle would show someone. */
import { sayUnmet } from './filter.js'
import { openBundle } from './open.js'
import { flag, many, parse, text, UsageError, whole, type Values } from './options.js'
import type { RecommendedItem, Recommender, Request, Trace } from '../entry/node.js'
import { idsOf } from '../build/reading.js'
import { readRecord } from '../build/inspect.js'
import { idOf, type IdReading, type IdsAs } from '../read/cells.js'
import type { Filter } from '../recommender/filter.js'
import { regularly } from '../serve/regularly.js'

const USAGE = `martello recommend BUNDLE --history id,id,… [--history-id ID]… [--cart id,id,…] [--k 20] [--filter JSON]
                   [--context JSON] [--explain] [--json]
martello similar BUNDLE ID [--source NAME] [--k 20] [--filter JSON] [--explain] [--json]

  --history      item ids, newest last; none for a new person
  --history-id   one id as it is, commas and all; may be given several times, each newer than the last and than --history
  --cart         item ids: what goes with all of them, in a bundle that was built with baskets
  --filter       the API's filter: '{"genre": "Drama", "year": {"gte": 1990}}'
  --source       similar: only what this source says of the item, such as together or next; default: what is alike
  --context      fields that the ranker reads: '{"hour": 20}'
  --explain      every source's score and rank, what moved the ranker, what rules did, and each stage; with --json also
                 which items of the history brought each`

export const OPTIONS = {
  k: { type: 'string' },
  filter: { type: 'string' },
  explain: { type: 'boolean' },
  json: { type: 'boolean' },
} as const

export const HISTORY = {
  history: { type: 'string', multiple: true },
  'history-id': { type: 'string', multiple: true },
} as const

/** The ids of --history, then those of --history-id. */
export function historyOf(values: Values): string[] {
  const listed = many(values, 'history').flatMap((list) => list.split(','))
  return [...listed, ...many(values, 'history-id')].filter((id) => id !== '')
}

/** Says how many ids of a history count for nothing. */
export function sayUnknown(unknown: number, where = 'the history'): void {
  const they = unknown === 1 ? `id of ${where} is not in the bundle and was` : `ids of ${where} are not in the bundle and were` // prettier-ignore
  if (unknown > 0) process.stderr.write(`${unknown} ${they} ignored\n`)
}

export async function recommend(args: string[]): Promise<void> {
  const {
    values,
    positionals: [path],
  } = parse(args, { ...OPTIONS, ...HISTORY, cart: { type: 'string' }, context: { type: 'string' } }, ['BUNDLE'], USAGE)
  const history = historyOf(values)
  const asked = request(values)
  const cart = text(values, 'cart')
  const context = jsonOf<NonNullable<Request['context']>>(values, 'context', '{"hour": 20}')
  const { rec, idsAs } = await openForIds(path!)
  const answer = rec.recommend({
    history: history.map((id) => known(rec, id, idsAs)),
    ...asked,
    ...(cart === undefined ? {} : { cart: cart.split(',').map((id) => known(rec, id, idsAs)) }),
    ...(context === undefined ? {} : { context }),
  })
  sayUnmet(rec, asked.filter, answer.items.length)
  print(rec, answer, values)
}

export async function similar(args: string[]): Promise<void> {
  const {
    values,
    positionals: [path, id],
  } = parse(args, { ...OPTIONS, source: { type: 'string' } }, ['BUNDLE', 'ID'], USAGE)
  const asked = request(values)
  const source = text(values, 'source')
  const { rec, idsAs } = await openForIds(path!)
  const answer = rec.similar(known(rec, id!, idsAs), { ...asked, ...(source !== undefined && { source }) })
  sayUnmet(rec, asked.filter, answer.items.length)
  print(rec, answer, values)
}

/** A bundle, and how ids were read from the files that it is built of. */
export async function openForIds(path: string): Promise<{ rec: Recommender } & IdReading> {
  const { rec, bytes } = await openBundle(path)
  const { config = {} } = (await readRecord(path, bytes)) ?? {}
  return { rec, ...idsOf(config) }
}

/** An id as it was typed, where the bundle has it so; else as files with such ids are read. */
export const known = (rec: Recommender, id: string, idsAs?: IdsAs): string =>
  rec.number(id) === undefined ? (idOf(id, idsAs) ?? id) : id

/** What people read says why; what programs read only where they ask. */
export function request(values: Values): { k?: number; filter?: Filter; explain: boolean } {
  const k = text(values, 'k')
  const filter = jsonOf<Filter>(values, 'filter', '{"genre": "Drama"}')
  return {
    ...(k === undefined ? {} : { k: whole(values, 'k', 20, 1, 1000) }),
    ...(filter === undefined ? {} : { filter }),
    explain: flag(values, 'explain') || !flag(values, 'json'),
  }
}

/** The JSON of an option, undefined where it is not given. */
function jsonOf<T>(values: Values, name: string, example: string): T | undefined {
  const given = text(values, name)
  if (given === undefined) return undefined
  try {
    return JSON.parse(given) as T
  } catch (error) {
    throw new UsageError(`--${name}: found ${given}, expected JSON such as '${example}' (${(error as Error).message})`)
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
  const isGiven = { 'the history': historyOf(values).length > 0, 'the cart': text(values, 'cart') !== undefined }
  const where = Object.entries(isGiven).flatMap(([name, given]) => (given ? [name] : []))
  sayUnknown(answer.trace.unknown, where.join(' and '))
  answer.items.forEach((item, place) => {
    const because = item.because.map((id) => titleOf({ id, attributes: rec.attributes(rec.number(id)!) }))
    process.stdout.write(
      `${String(place + 1).padStart(3)}  ${titleOf(item)}${because.length > 0 ? `  … because of ${because.join(', ')}` : ''}${taken(item)}\n`,
    )
    if (flag(values, 'explain'))
      process.stdout.write(
        `     score ${item.score.toFixed(4)}; ${
          Object.entries(item.explain!)
            .filter(([, s]) => s.rank > 0 || s.score !== 0)
            .map(([name, s]) => `${name} ${s.score.toPrecision(4)}${s.rank > 0 ? ` (rank ${s.rank})` : ''}`)
            .join(', ') || 'no source'
        }\n${ranking(item)}${ruling(item)}`,
      )
  })
  if (flag(values, 'explain')) {
    const { trace } = answer
    process.stdout.write(
      `\n${(['recall', 'rank', 'slate'] as const)
        .map((stage) => {
          const { in: from, out } = trace.stages[stage]
          return `${stage} ${from} → ${out} in ${trace.ms[stage].toFixed(2)} ms`
        })
        .join(', ')}${trace.ranked > 0 ? `; the ranker scored ${trace.ranked}` : ''}\n` +
        `${trace.history} events; recalled ${Object.entries(trace.recalled)
          .map(([name, n]) => `${name} ${n}`)
          .join(', ')}; ` +
        `${trace.candidates} candidates; ${trace.filled} filled by popularity; layers ${
          Object.entries(trace.layers)
            .map(([name, n]) => `${name} ${n}`)
            .join(', ') || 'none'
        }\n`,
    )
    const skipped = Object.entries(trace.skipped).filter(([, n]) => n > 0)
    if (skipped.length > 0)
      process.stdout.write(`kept out by rules: ${skipped.map(([rule, n]) => `${rule} ${n}`).join(', ')}\n`)
  }
}

/** Beside an item, what is known of it where it is taken again. */
const taken = (item: RecommendedItem) => (item.again === undefined ? '' : `; ${regularly(item)}`)

const signed = (n: number) => `${n < 0 ? '−' : '+'}${Math.abs(n).toPrecision(3)}`

/** What moved the ranker's score, and what rules did, a line each where there is something to say. */
function ranking({ features }: RecommendedItem): string {
  if (features === undefined) return ''
  return `     ranked by ${features.map((f) => `${f.name} ${signed(f.contribution)}`).join(', ')}\n`
}
function ruling({ rules }: RecommendedItem): string {
  if (rules === undefined) return ''
  const parts = [`value ${rules.value.toFixed(3)}`]
  if (rules.penalty !== 0) parts.push(`diversity ${signed(-rules.penalty)}`)
  return `     ${[...parts, ...rules.hits].join(', ')}\n`
}
