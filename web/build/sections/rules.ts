/**
 * The `rules` of a policy file: compiled against the finished bundle, so that names, values and ids become its numbers by
 * the very code that compiles a request's, and checked for what can never be kept.
 */
import { InputError } from '../../read/index.js'
import type { Core } from '../../recommender/core.js'
import { MartelloError } from '../../recommender/errors.js'
import { compileRules, type Match, type Rules } from '../../recommender/rules.js'
import { coreOf } from '../core.js'
import { SECTION } from '../../generated/numbers.js'
import { section, type Section } from './section.js'

const place = (path: string) => ({ file: 'policy', part: `key "${path}"` })
const refuse = (path: string, found: string, expected: string): never => {
  throw new InputError(place(path), found, expected)
}

/** The section of `rules` for a bundle that is whole but for it. */
export async function compilePolicy(bundle: Uint8Array, rules: Rules, k: number): Promise<Section> {
  checkRules(rules, k)
  const core = await coreOf(bundle)
  core.begin()
  try {
    const bytes = compileRules(core, rules, 'rules', true)
    checkNeighbours(core, rules)
    return section(SECTION.rules, 'rules', bytes)
  } catch (error) {
    if (!(error instanceof MartelloError) || error.parts === undefined) throw error
    const { where, found, expected } = error.parts
    throw new InputError(place(where), found, expected)
  }
}

/** What the rules let through, asked of the bundle that has them. */
export async function checkPermitted(bundle: Uint8Array, rules: Rules): Promise<void> {
  const core = await coreOf(bundle)
  const passes = (narrow: () => void) => {
    core.begin()
    narrow()
    return core.recommend(1, false).picks.length > 0
  }
  if (core.items > 0 && !passes(() => {}))
    refuse('rules', 'require, deny and allow that no item passes', 'some that let items through')
  rules.pins?.forEach((pin, i) => {
    const only = () => {
      core.allowOnly()
      core.allow(core.find(pin.id))
    }
    if (!passes(only))
      refuse(
        `rules.pins[${i}]`,
        `"${pin.id}", which require, deny or allow keep out`,
        'an item that may be recommended',
      )
  })
}

const sameItems = (a: Match, b: Match) =>
  JSON.stringify([a.where, a.ids, a.source]) === JSON.stringify([b.where, b.ids, b.source])

/** What contradicts itself whatever the bundle holds. */
function checkRules(rules: Rules, k: number): void {
  const { pins = [], caps = [], quotas = [] } = rules
  pins?.forEach((pin, i) =>
    pins.slice(0, i).forEach((other, j) => {
      if (pin.id === other.id) refuse(`rules.pins[${i}]`, `"${pin.id}" again`, `it at one position (pins[${j}])`)
      if (pin.position === other.position)
        refuse(`rules.pins[${i}]`, `position ${pin.position} again`, `one item at a position (pins[${j}])`)
    }),
  )
  caps?.forEach((cap, i) => {
    if (cap.window !== undefined && cap.window !== 0 && cap.window <= cap.most)
      refuse(`rules.caps[${i}]`, `a window of ${cap.window} slots for ${cap.most}`, 'more slots than items in it')
    quotas?.forEach((quota, j) => {
      const least = Math.max(quota.least ?? 0, Math.ceil((quota.share ?? 0) * k))
      if (cap.attribute === undefined && cap.window === undefined && cap.most < least && sameItems(cap, quota))
        refuse(
          `rules.quotas[${j}]`,
          `at least ${least} of the items of which caps[${i}] allows ${cap.most}`,
          'a quota that fits under the cap',
        )
    })
  })
  quotas?.forEach((quota, i) => {
    if (quota.least === undefined && quota.share === undefined)
      refuse(`rules.quotas[${i}]`, 'neither', '"least" or "share"')
    if ((quota.least ?? 0) > k) refuse(`rules.quotas[${i}].least`, String(quota.least), `at most ${k}, the shelf`)
  })
}

/** Quotas of different values of one attribute of which an item has one: together they must fit into a slate. */
function checkNeighbours(core: Core, rules: Rules): void {
  const sums = new Map<string, number>()
  const seen = new Set<string>()
  rules.quotas?.forEach(({ where, ids, source, share = 0 }, i) => {
    const [[name, value] = ['', undefined], ...others] = Object.entries(where ?? {})
    if (others.length > 0 || ids !== undefined || source !== undefined || typeof value === 'object') return
    if (seen.has(JSON.stringify(where))) return
    seen.add(JSON.stringify(where))
    const attribute = core.findAttribute(name)
    if (core.attributeType(attribute) === 'many') return // an item may be in several
    const sum = (sums.get(name) ?? 0) + share
    if (sum > 1 + 1e-9)
      refuse(
        `rules.quotas[${i}].share`,
        `shares of different values of "${name}" that sum to ${+sum.toFixed(6)}`,
        'at most 1',
      )
    sums.set(name, sum)
  })
}
