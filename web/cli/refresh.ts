/** martello build --refresh attributes: yesterday's bundle with today's catalogue. */
import { few, INPUTS } from './inputs.js'
import { many, text, UsageError, type Values } from './options.js'
import type { Bar } from './progress.js'
import { readConfig } from '../build/config.js'
import type { BuiltBundle } from '../build/finish.js'
import { readPolicy } from '../build/policy.js'
import { readPrevious } from '../build/previous.js'
import type { Progress } from '../build/progress.js'
import { itemOptions } from '../build/reading.js'
import { refresh } from '../build/refresh.js'
import { kindsOf, refreshable } from '../build/refreshable.js'
import { readItems, together, type Items } from '../read/index.js'
import type { Config } from '../build/config.js'
import type { InputError } from '../read/errors.js'

const TAKEN = ['items', 'previous', 'policy', 'config']

/** Errors: usage. */
export function checkRefresh(values: Values, usage: string): void {
  const refuse = (message: string): never => {
    throw new UsageError(`${message}\n\n${usage}`)
  }
  const what = text(values, 'refresh')
  if (what !== 'attributes') refuse(`--refresh: found "${what}", expected attributes`)
  const beside = Object.keys({ ...INPUTS, seed: {} }).find(
    (name) => !TAKEN.includes(name) && values[name] !== undefined,
  )
  if (beside !== undefined)
    refuse(
      `--${beside} beside --refresh attributes, which leaves all that was trained as it is; leave out --${beside}, or train anew without --refresh`,
    )
  if (text(values, 'previous') === undefined)
    refuse('--refresh attributes needs --previous, the bundle whose training stays')
  if (many(values, 'items').length === 0) refuse("--refresh attributes needs --items, today's catalogue")
}

export async function refreshed(values: Values, bar: Bar, progress: Progress): Promise<BuiltBundle> {
  const [configPath, policyPath] = [text(values, 'config'), text(values, 'policy')]
  const config = configPath === undefined ? {} : await readConfig(configPath)
  const policy = policyPath === undefined ? undefined : await readPolicy(policyPath)
  const previous = await readPrevious(text(values, 'previous')!)
  const { config: how } = await refreshable(previous, config)
  const items = await read(many(values, 'items'), how, kindsOf(previous), bar)
  return refresh(items, previous, progress, { config, ...(policy && { policy }) })
}

/** Columns keep the kinds that they had: one that is told otherwise by today's cells is read again as that. */
async function read(
  paths: readonly string[],
  config: Config,
  before: ReadonlyMap<string, string>,
  bar: Bar,
): Promise<Items> {
  const once = async (how: Config): Promise<Items> => {
    const errors: InputError[] = []
    const onProgress = (done: number, total: number, rows?: number) =>
      bar.update(`reading ${paths[0]}`, done, total, rows)
    const items = await readItems(paths, { ...itemOptions(how), onError: few(errors), onProgress })
    if (errors.length > 0) throw together(errors)
    return items
  }
  const items = await once(config)
  const others = items.columns.filter(({ name, kind }) => name !== 'title' && before.has(name) && before.get(name) !== kind) // prettier-ignore
  if (others.length === 0) return items
  const kinds = Object.fromEntries(others.map(({ name }) => [name, before.get(name)])) as Config['kinds']
  return once({ ...config, kinds: { ...config.kinds, ...kinds } })
}
