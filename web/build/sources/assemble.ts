/**
 * From materials to sources: each that can be made of them and is not silenced, with its sections and its place in the
 * policy. Nothing here knows a source by name.
 */
import type { Config } from '../config.js'
import type { Recipe } from '../recipe.js'
import { MAX_SOURCES, ROLE, SECTION, SOURCE } from '../../generated/numbers.js'
import { InputError } from '../../read/index.js'
import type { SourcePlan, Weights } from '../sections/policy.js'
import type { Section } from '../sections/section.js'
import { leftOfFew, type LeftOfFew } from '../single.js'
import type { Factors, Training } from '../training.js'
import type { SourceName } from './index.js'
import { SECTION_OF, type Materials, type Source } from './source.js'
import { sourcesWith, type GivenLists } from './tables.js'

/** Candidates that a source may bring. */
export const QUOTA = 300

export interface Built {
  sections: Section[]
  sources: SourcePlan[]
  /** What was left out since too few people did it; null: nothing. */
  left?: LeftOfFew | null
}

/** What a source is to say. */
export interface Say {
  weight: Weights
  decay: number
}
export type Weigh = (source: Source) => Say

/** What does not change from one training to the next. */
export type Known = Omit<Materials, 'training' | 'recipe' | 'factors'> & {
  config: Config
  /** Neighbours that were computed elsewhere. */
  lists: GivenLists | null
}

/** What of a training is there already: `trained`, its factors; `made`, the sections of sources by name, numbered as is wanted;
 * `start`: what its own factors begin from; `after`: sections of a bundle, from whose numbers it goes on. */
export interface Already {
  trained?: Factors
  made?: ReadonlyMap<string, (ordinal: number, program: number) => Section[]>
  start?: Factors
  after?: readonly Section[]
}

export async function assemble(
  known: Known,
  training: Training | null,
  recipe: Recipe,
  weigh: Weigh,
  { trained, made, start, after = [] }: Already = {},
): Promise<Built> {
  const { config, progress, seed } = known
  let factors = trained
  const from: Materials = {
    ...known,
    training,
    recipe,
    factors: async () =>
      (factors ??= await training!.als(
        recipe.als,
        seed,
        (done, of) => progress.stage('training factors', done, of),
        start,
      )),
  }
  const built: Built = { sections: [], sources: [] }
  for (const source of sourcesWith(known.lists)) {
    const wanted = config.sources?.[source.name as SourceName]
    if (
      wanted === false ||
      recipe.without.includes(source.name) ||
      (source.onRequest && wanted !== true) ||
      !source.possible(from)
    )
      continue
    const { name, kind, role } = source
    const { weight, decay } = weigh(source)
    const personal = role !== 'everybody'
    if (personal && !source.stays && weight.every((w) => w === 0)) continue
    if (built.sources.length >= MAX_SOURCES)
      throw new InputError(
        { file: '--neighbours' },
        `source "${name}" beside ${MAX_SOURCES} others`,
        `at most ${MAX_SOURCES} in all`,
      )
    const numberOf = (wanted: number) => [...after, ...built.sections].filter((one) => one.kind === wanted).length
    const [ordinal, program] = [numberOf(SECTION_OF[kind]), numberOf(SECTION.program)] as const
    built.sections.push(...(made?.get(name)?.(ordinal, program) ?? (await source.sections(from, ordinal, program))))
    built.sources.push({
      name,
      kind: SOURCE[kind],
      role: ROLE[role],
      ordinal,
      quota: QUOTA,
      last: 0,
      decay,
      halfLife: 0,
      weight: personal ? weight : [source.cold ?? 0, ...(weight.slice(1) as [number, number, number])],
    })
  }
  built.left = training && leftOfFew(training)
  return built
}
