/**
 * What a refresh goes by: the record of the bundle before, which anybody may have written, and its config, with what today's says of reading
 * a catalogue. What was trained stays, so nothing else of it may be another.
 */
import { isDeepStrictEqual } from 'node:util'
import { InputError, type Column } from '../read/index.js'
import type { Config } from './config.js'
import type { Previous } from './inputs.js'
import { checked } from './json.js'
import { whyUnlike } from './previous.js'
import { recipeFor } from './recipe.js'
import type { BuildRecord } from './record.js'
import { kindIn } from './sections/columns.js'
import configSchema from '../generated/config.schema.json' with { type: 'json' }
import policySchema from '../generated/policy.schema.json' with { type: 'json' }

/** Records that were checked. */
const sound = new WeakSet<object>()

/** Errors: a bundle that does not say how it was built, or was built by another version; what is trained is wanted otherwise. */
export async function refreshable(
  { path, record }: Previous,
  config: Config,
): Promise<{ record: BuildRecord; config: Config }> {
  const unlike = whyUnlike(record, recipeFor(null, {}))
  const expected = 'one that this version built; without --refresh a build makes one'
  if (unlike !== null) throw new InputError({ file: path }, `a bundle that ${unlike}`, expected)
  const its = record as BuildRecord
  if (!sound.has(its)) {
    if (!isDeepStrictEqual(its.config, config)) await checked(its.config, configSchema, path) // else it was
    if (!isDeepStrictEqual(its.policy, {})) await checked(its.policy, policySchema, path)
    sound.add(its)
  }
  return { record: its, config: configBeside(its.config, config, path) }
}

/** Of what kind each column of a bundle is. */
export const kindsOf = ({ attributes }: Previous): Map<string, Column['kind']> =>
  new Map([...attributes].map(([name, bytes]) => [name, kindIn(bytes)]))

/** Keys of a config that are about reading a catalogue. */
const OF_CATALOGUE = ['kinds', 'separators', 'keep', 'decimals', 'dates', 'missing', 'quote', 'html', 'columns', 'skip', 'allow'] // prettier-ignore

/** The config of the bundle before, with what is said of reading the catalogue. Errors: what is trained is wanted otherwise. */
function configBeside(its: Config, { threads: _, ...given }: Config, path: string): Config {
  for (const [key, value] of Object.entries(given)) {
    const built = (its as Record<string, unknown>)[key]
    if (OF_CATALOGUE.includes(key) || isDeepStrictEqual(value, built) || (key === 'context' && isContext(given, its))) continue // prettier-ignore
    throw new InputError(
      { file: 'config', part: `key "${key}"` },
      JSON.stringify(value),
      `${built === undefined ? 'none' : JSON.stringify(built)}, as ${path} was built with; without --refresh a build takes another`,
    )
  }
  const read = Object.fromEntries(Object.entries(given).filter(([key]) => OF_CATALOGUE.includes(key)))
  return { ...its, ...read, ...(given.columns && { columns: { ...its.columns, ...given.columns } }) }
}

/** The same fields, of which "category" took its values from the log. */
const isContext = ({ context: given = {} }: Config, { context: its = {} }: Config): boolean =>
  isDeepStrictEqual(Object.keys(given), Object.keys(its)) &&
  Object.entries(given).every(([name, type]) => isDeepStrictEqual(type, its[name]) || (type === 'category' && Array.isArray(its[name]))) // prettier-ignore
