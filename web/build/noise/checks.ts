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

/** What is asked for and would tell of people what no epsilon counts, each in a sentence. `ratings`: what they look like. */
export function refusals(inputs: Inputs, config: Config, ratings: RatingsAccount | null): InputError[] {
  const { noise, sources = {}, train, tune = false, context = {} } = config
  const { interactions, neighbours, popularity, previous } = inputs
  const errors: InputError[] = []
  const refuse = (key: string, expected: string, found = `"noise": ${JSON.stringify(noise)} beside it`) =>
    errors.push(new InputError({ file: 'config', part: `key "${key}"` }, found, expected))
  if (interactions === null) refuse('noise', '--interactions, whose people it hides', 'no log')
  for (const { name } of SOURCES)
    if (sources[name] === true && !COVERED.includes(name))
      refuse(`sources.${name}`, `one without the other: it learns of the log what has no noise; with noise there are ${quoteList(COVERED)}`) // prettier-ignore
  if (train !== undefined)
    refuse('train', 'one without the other: what is trained by steps learns of the log what has no noise')
  if (tune !== false)
    refuse('tune', 'one without the other: held-out events, which have no noise, would choose; a policy says what sources weigh') // prettier-ignore
  for (const [name, values] of Object.entries(context))
    if (values === 'category') refuse(`context.${name}`, 'a list of its values: those of the log would be in the bundle') // prettier-ignore
  if (ratings !== null && config.ratings === undefined)
    refuse('ratings', `what they weigh, which else all of them together decide: ${gradingOf(ratings)}`)
  const tables = { '--neighbours': neighbours, '--popularity': popularity }
  for (const [name, table] of Object.entries(tables))
    if (table) refuse('noise', 'none: its tables would stand where those with noise do', name)
  if (previous && !(previous.record as { noise?: object } | null)?.noise)
    refuse('noise', 'one that was built with noise: what stays of it is exact', `--previous ${previous.path}, which was built without`) // prettier-ignore
  return errors
}

/** The line of a config that says what they look like. */
function gradingOf({ scale }: RatingsAccount): string {
  if (scale === null) return '{"ratings": false}, as they look like no scale'
  const { by: _, ...grading } = scale
  return `{"ratings": ${JSON.stringify(grading)}} as they look, or false`
}
