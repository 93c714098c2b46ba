/**
 * Logged slates, a line of JSON each: the request as it was sent, what was shown as the answer had it, and what came of it.
 *
 *     { "user": "u7", "at": 1700000000, "request": { "history": ["318"], "k": 3 },
 *       "items": [{ "id": "527", "propensity": 0.91 }, …], "clicks": ["527"] }
 *
 * `rewards`, a number by id, says more than `clicks`: what a click was worth.
 */
import { InputError, quote } from '../read/errors.js'
import { readLines } from '../read/text.js'
import type { Request } from '../recommender/request.js'

/** A slate as it was shown. */
export interface LoggedSlate {
  /** Its line in the file. */
  line: number
  /** Who saw it; a line that does not say is a person of its own. */
  user: string
  request: Request
  items: { id: string; propensity: number; reward: number }[]
}

type Fields = Record<string, unknown>

/** `onBytes` hears the length of each chunk, `onFault` of each line that says it otherwise, with what is wrong with it. */
export async function* readSlates(
  path: string,
  onFault: (error: InputError) => void,
  onBytes?: (count: number) => void,
): AsyncGenerator<LoggedSlate> {
  let line = 0
  for await (const lines of readLines(path, onBytes))
    for (const text of lines) {
      line++
      if (text.trim() === '') continue
      try {
        yield slateOf(text, path, line)
      } catch (error) {
        if (!(error instanceof InputError)) throw error
        onFault(error)
      }
    }
}

function slateOf(text: string, file: string, line: number): LoggedSlate {
  const wrong = (field: string, found: unknown, expected: string): never => {
    throw new InputError({ file, part: `line ${line}, ${field}` }, quote(found), expected)
  }
  const said = parsed(text, file, line)
  if (!isObject(said)) return wrong('slate', said, 'an object with request, items and clicks')
  const { user, at, request, items, clicks, rewards } = said
  if (!isObject(request)) return wrong('request', request, 'the request as recommend was given it')
  if (at !== undefined && !(typeof at === 'number' && Math.abs(at) <= 1e11))
    return wrong('at', at, 'Unix time in seconds')
  if (!Array.isArray(items) || items.length === 0)
    return wrong('items', items, 'a list of what was shown, as the answer had it')
  const rewardOf = rewardsOf(clicks, rewards, wrong)
  const shown = items.map((item: unknown, place) => {
    const { id, propensity } = isObject(item) ? item : ({} as Fields)
    if (typeof id !== 'string') return wrong(`items[${place}].id`, id, 'the id of an item, a string')
    if (!(typeof propensity === 'number' && propensity > 0 && propensity <= 1))
      return wrong(
        `items[${place}].propensity`,
        propensity,
        'a number above 0, to 1, as answers have it where the policy explores by "epsilon"',
      )
    const reward = rewardOf.get(id) ?? 0
    rewardOf.delete(id)
    return { id, propensity, reward }
  })
  const [other] = rewardOf.keys()
  if (other !== undefined) return wrong(rewards === undefined ? 'clicks' : 'rewards', other, 'ids of its items')
  return {
    line,
    user: user === undefined || user === null ? `line ${line}` : `user ${String(user)}`,
    request: { ...(at !== undefined && { now: at }), ...(request as Request) },
    items: shown,
  }
}

function parsed(text: string, file: string, line: number): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new InputError({ file, line }, `no JSON (${(error as Error).message})`, 'an object, a slate on each line')
  }
}

function rewardsOf(
  clicks: unknown,
  rewards: unknown,
  wrong: (field: string, found: unknown, expected: string) => never,
): Map<string, number> {
  if (rewards === undefined) {
    if (!Array.isArray(clicks) || !clicks.every((id) => typeof id === 'string'))
      return wrong('clicks', clicks, 'a list of the ids that were clicked, which are strings, empty where none was')
    return new Map(clicks.map((id: string) => [id, 1]))
  }
  if (!isObject(rewards) || !Object.values(rewards).every((one) => Number.isFinite(one)))
    return wrong('rewards', rewards, 'numbers by id')
  return new Map(Object.entries(rewards as Record<string, number>))
}

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
