/**
 * From inputs with a log to inputs without one: tables of popularity and neighbours with noise stand in its place (config key `noise`).
 *
 * All that is built is built of these, as of tables that were computed elsewhere. So whatever a bundle holds, says of itself or recommends is made
 * of noised tables, of the catalogue and of what people decided: nobody has to look for what else of a log might be in it. Nothing is tuned.
 */
import type { Learn } from '../../learn/learn.js'
import { InputError, together, type Items } from '../../read/index.js'
import { accountOf, shortly } from '../account.js'
import type { Config } from '../config.js'
import type { Inputs } from '../inputs.js'
import { logOf } from '../log.js'
import type { Progress } from '../progress.js'
import { recipeFor } from '../recipe.js'
import { settled } from '../understood.js'
import { weightsOf } from '../weighing.js'
import { leftOut } from './checks.js'
import type { Noise } from './config.js'
import { secret, type Below } from './gaussian.js'
import { noiseOf, planFor, tablesOf } from './noised.js'
import { noiseLines, remarksOf } from './said.js'

/** `below`: where noise comes from. Errors: what noise cannot cover, and what is wrong with the log. */
export function withNoise(
  learn: Learn,
  given: Inputs,
  config: Config,
  progress: Progress,
  below: Below = secret(),
): Inputs {
  const inputs = { ...given, interactions: given.interactions && settled(given.interactions) }
  const { interactions, items, embeddings, previous } = inputs
  const { account, errors, weighing } = accountOf(inputs, config)
  if (errors.length > 0 || interactions === null) throw together(errors)
  shortly(account).forEach((line) => progress.say(line))
  progress.stage('adding noise', 0, 1)
  // which items there may be, the catalogue says; without one the log does, and what few met must hide
  const isKnown = items !== null || embeddings !== null
  const ids = isKnown ? [...new Set([...(items?.itemIds ?? []), ...(embeddings?.ids ?? [])])] : interactions.itemIds
  const numberOf = new Map(ids.map((id, number) => [id, number]))
  const isThere = interactions.itemIds.map((id) => numberOf.has(id))
  const weight = weightsOf(learn, interactions, weighing).map((own, row) =>
    isThere[interactions.item[row]!] ? own : 0,
  )
  const log = logOf(interactions, weight, { ids, numberOf }, config)
  const plan = planFor(config, log.time !== null, isKnown)
  const made = tablesOf(log, ids, plan, recipeFor(log, config), below)
  const noise = noiseOf(plan, made.tables, (previous?.record as { noise?: Noise } | undefined)?.noise)
  const path = `${interactions.files.map((file) => file.path).join(', ')} with noise`
  noiseLines(noise).forEach((line) => progress.say(line))
  const named = Object.keys(config.events ?? {}).map((name) => name.toLowerCase())
  const unnamed = account.events.map(({ name }) => name).filter((name) => !named.includes(name.toLowerCase()))
  remarksOf(noise, { left: leftOut(config), unnamed, people: log.users }).forEach((line) => progress.say(line))
  const met = made.popularity.itemIds.length
  if (met === 0 && !isKnown)
    throw new InputError({ file: path }, 'no item that enough people met', 'more people, a larger epsilon, or --items that says which items there are') // prettier-ignore
  const sources = new Map([...made.neighbours.sources].filter(([, { key }]) => key.length > 0))
  const pairs = Array.from(sources.values(), ({ key }) => key.length).reduce((sum, own) => sum + own, 0)
  return {
    ...given,
    interactions: null,
    items: items && withoutMeetings(items),
    popularity: met === 0 ? null : { ...made.popularity, files: [{ path, rows: met }] },
    neighbours: pairs === 0 ? null : { ...made.neighbours, sources, files: [{ path, rows: pairs }] },
    noise,
  }
}

/** Without what was noted of the catalogue's columns beside the log. */
function withoutMeetings(items: Items): Items {
  const { facts } = items
  if (facts === undefined) return items
  const files = facts.files.map(({ notes = [], ...file }) => ({
    ...file,
    notes: notes.filter(({ note }) => note !== 'met'),
  }))
  return { ...items, facts: { ...facts, files } }
}
