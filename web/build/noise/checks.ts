/** What a config cannot say beside noise, and what is not made of a log then. */
import { InputError, quoteList } from '../../read/index.js'
import type { Config } from '../config.js'
import type { Inputs } from '../inputs.js'
import type { RatingsAccount } from '../ratings.js'
import { SOURCES, type SourceName } from '../sources/index.js'

/** Sources that are made of tables with noise, or of no log at all. */
const COVERED: readonly SourceName[] = ['embeddings', 'content', 'graph', 'attributes', 'popular', 'i2i', 'next']
/** Those that a build makes of a log by itself, where there is what they need. */
const BY_ITSELF: readonly SourceName[] = ['als', 'item2vec', 'ease', 'trending', 'new']

/** What would be made of the log, but learns of it what no noise is in. */
export function leftOut({ sources = {}, basket, repeat }: Config): SourceName[] {
  const asked = [
    ...(basket === undefined ? [] : ['together' as const]),
    ...(repeat === true ? ['repeat' as const] : []),
  ]
  return [...BY_ITSELF, ...asked].filter((name) => sources[name] !== false)
}

const wrong = (key: string, found: string, expected: string) =>
  new InputError({ file: 'config', part: `key "${key}"` }, found, expected)

/** What is asked for and would tell of people what no epsilon counts. `ratings`: what they were taken for. */
export function refusals(inputs: Inputs, config: Config, ratings: RatingsAccount | null): InputError[] {
  const { noise, sources = {}, train, tune, context = {} } = config
  const errors: InputError[] = []
  const beside = (key: string, why: string) =>
    errors.push(wrong(key, `"noise": ${JSON.stringify(noise)} beside it`, why))
  if (inputs.interactions === null) errors.push(wrong('noise', 'no log', '--interactions, whose people it hides'))
  const asked = SOURCES.map(({ name }) => name).filter((name) => sources[name] === true && !COVERED.includes(name))
  for (const name of asked)
    beside(
      `sources.${name}`,
      `one without the other: it learns of the log what has no noise; with noise there are ${quoteList(COVERED)}`,
    )
  if (train !== undefined)
    beside('train', 'one without the other: what is trained by steps learns of the log what has no noise')
  if (tune !== undefined && tune !== false)
    beside(
      'tune',
      'one without the other: held-out events, which have no noise, would choose; a policy says what sources weigh',
    )
  const field = Object.keys(context).find((name) => context[name] === 'category')
  if (field !== undefined)
    beside(`context.${field}`, 'a list of its values: those that the log has would be in the bundle')
  if (ratings?.scale?.by === 'default') {
    const { by: _, ...grading } = ratings.scale
    beside(
      'ratings',
      `what they say, since otherwise all of them together decide it: {"ratings": ${JSON.stringify(grading)}} as they look, or false`,
    )
  }
  for (const [name, table] of [
    ['neighbours', inputs.neighbours],
    ['popularity', inputs.popularity],
  ] as const)
    // prettier-ignore
    if (table) errors.push(wrong('noise', `--${name}`, `none: its tables would stand where those with noise do`))
  const { previous } = inputs
  if (previous && !(previous.record as { noise?: object } | null)?.noise)
    errors.push(
      wrong(
        'noise',
        `--previous ${previous.path}, which was built without noise`,
        'one that was built with noise: what stays of it is exact',
      ),
    )
  return errors
}
