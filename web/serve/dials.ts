/**
 * The dials that a bundle has, and what they say in a request. At rest they say nothing, so that what one begins with is the
 * bundle's own order.
 *
 *   diversity     the strength of MMR or DPP: how much an item is worth less for being like those before it
 *   novelty       lifts good items that few know, or such as very many do; and how much the source `popular` counts
 *   freshness     relevance halves with so much age, counted from the newest item of the catalogue
 *   calibration, exploration   as the bundle's rules have them
 *   weight:NAME   what a source counts: nothing, what the bundle says, up to as much again as the heaviest
 *   rule:NAME     whether the bundle's rules of that name hold;  ranker   whether the ranker orders
 */
import type { RequestRules, Rules } from '../recommender/rules.js'
import type { Request } from '../recommender/request.js'
import type { BundleFacts } from './facts.js'
import { isYear } from './kinds.js'

/** A slider, from `min` to `max` with a word for each end; a switch has none. */
export interface Dial {
  name: string
  label: string
  min: number
  max: number
  /** Where it stands when nothing was touched. */
  rest: number
  ends?: [string, string]
}

/** Where each dial stands; at rest where it is not said. */
export type Settings = Readonly<Record<string, number>>
/** The part of a request that dials stand for. */
export type Dialled = Pick<Request, 'policy' | 'weights' | 'now' | 'diversity' | 'rankCandidates'>

const YEAR = 31_556_952 // seconds
/** The strongest diversity: beyond, relevance says next to nothing. */
const STRONGEST = 0.75
/** Rules that dials turn; the others are switched. */
const TURNED = ['diversity', 'freshness', 'calibration', 'exploration', 'lines', 'seed']
/** From the first number to the second as the share goes from 0 to 1, by equal factors. */
const between = (from: number, to: number, share: number) => from * (to / from) ** share
const half = (value: number) => Math.round(2 * value) / 2

export function dialsOf(bundle: BundleFacts): Dial[] {
  const { attributes, rules, roles, spaces } = bundle
  const dials: Dial[] = []
  if (spaces.length > 0 || attributes.some(({ kind }) => kind === 'category' || kind === 'many')) {
    const said = typeof rules.diversity === 'object' ? rules.diversity.strength : (rules.diversity ?? 0)
    const rest = half(10 * Math.min(1, said / STRONGEST))
    dials.push({ name: 'diversity', label: 'Diversity', min: 0, max: 10, rest, ends: ['alike', 'varied'] })
  }
  if (roles.popularity !== null && known(bundle, roles.popularity))
    dials.push({ name: 'novelty', label: 'Novelty', min: -5, max: 5, rest: 0, ends: ['more hits', 'hidden gems'] })
  const age = agesOf(bundle)
  if (age !== null) {
    const share = rules.freshness
      ? Math.log(age.oldest / rules.freshness.halfLife) / Math.log(age.oldest / age.newest)
      : 0
    const rest = half(10 * Math.max(0, Math.min(1, share)))
    dials.push({ name: 'freshness', label: 'Freshness', min: 0, max: 10, rest, ends: ['any age', 'newest'] })
  }
  if (rules.calibration)
    dials.push(tenths('calibration', `${rules.calibration.attribute} as in the history`, rules.calibration.strength))
  if (rules.exploration) dials.push(tenths('exploration', 'Exploration', rules.exploration.share))
  return dials
}

const tenths = (name: string, label: string, share: number): Dial => ({
  name,
  label,
  min: 0,
  max: 10,
  rest: half(10 * share),
  ends: ['none', 'most'],
})

/** What is folded away: the weights of the sources, and switches for the rules and the ranker. */
export function insidesOf({ sources, rules, ranks }: BundleFacts): { weights: Dial[]; switches: Dial[] } {
  const turns = (name: string, label: string): Dial => ({ name, label, min: 0, max: 1, rest: 1 })
  const weights = sources.filter(({ weight }) => weight !== null && sources.length > 1)
  return {
    weights: weights.map(({ name }) => ({
      name: `weight:${name}`,
      label: name,
      min: 0,
      max: 10,
      rest: 5,
      ends: ['silent', 'loud'],
    })),
    switches: [
      ...Object.keys(rules)
        .filter((name) => !TURNED.includes(name))
        .map((name) => turns(`rule:${name}`, name)),
      ...(ranks ? [turns('ranker', 'ranker')] : []),
    ],
  }
}

const attribute = ({ attributes }: BundleFacts, name: string | null) => attributes.find((one) => one.name === name)
const known = (bundle: BundleFacts, name: string) => (attribute(bundle, name)?.quantiles?.[20] ?? NaN) > 0

/** The half-lives that freshness goes through, in seconds, and where ages are counted from; null: nothing has an age. */
function agesOf(
  bundle: BundleFacts,
): { name: string; years: boolean; oldest: number; newest: number; now: number } | null {
  const name = bundle.rules.freshness?.attribute ?? bundle.roles.date
  const found = attribute(bundle, name)
  const { quantiles = [] } = found ?? {}
  const years = found !== undefined && isYear(found)
  if (found === undefined || (!years && found.kind !== 'date')) return null
  const span = (quantiles[20]! - quantiles[1]!) * (years ? YEAR : 1)
  if (!(span > 0)) return null
  const now = years ? Date.UTC(quantiles[20]! + 1, 0, 1) / 1000 : quantiles[20]!
  return { name: found.name, years, oldest: 1.5 * span, newest: span / 25, now }
}

/** `events`: how many the history has. */
export function requestOf(bundle: BundleFacts, settings: Settings, events: number): Dialled {
  const { rules, sources } = bundle
  const request: { -readonly [K in keyof Dialled]: Dialled[K] } = {}
  const policy: { -readonly [K in keyof RequestRules]: RequestRules[K] } = {}
  const turned = new Map(dialsOf(bundle).flatMap((dial) => moved(dial, settings)))
  const bucket = events === 0 ? 0 : events < 5 ? 1 : events < 20 ? 2 : 3
  const heaviest = Math.max(...sources.map(({ weight }) => weight?.[bucket] ?? 0))
  const weights: Record<string, number> = {}
  const inside = insidesOf(bundle)
  for (const dial of inside.weights)
    for (const [, value] of moved(dial, settings)) {
      const own = sources.find(({ name }) => name === dial.label)!.weight![bucket]!
      weights[dial.label] = value <= 5 ? (own * value) / 5 : own + (heaviest * (value - 5)) / 5
    }
  for (const { name, label } of inside.switches.filter((dial) => moved(dial, settings).length > 0))
    if (name === 'ranker') request.rankCandidates = 0
    else {
      policy[label as keyof Rules] = null
      if (label === 'pattern') policy.lines = null
    }

  const diversity = turned.get('diversity')
  if (diversity !== undefined) request.diversity = Math.round(STRONGEST * 10 * diversity) / 100
  const novelty = turned.get('novelty')
  if (novelty !== undefined) {
    const boosts = policy.boosts === null ? [] : (rules.boosts ?? [])
    policy.boosts = [...boosts, ...noveltyOf(bundle, novelty / 5, events > 0)]
    const popular = sources.find(({ name }) => name === 'popular')?.weight
    const own = weights['popular'] ?? popular?.[bucket]
    if (own !== undefined && events > 0)
      weights['popular'] = novelty > 0 ? own * (1 - novelty / 5) : own - (0.4 * novelty) / 5
  }
  const freshness = turned.get('freshness')
  const age = agesOf(bundle)!
  if (freshness === 0) policy.freshness = null
  else if (freshness !== undefined) {
    const halfLife = Math.round(between(age.oldest, age.newest, freshness / 10))
    policy.freshness = { attribute: age.name, ...(age.years && { unit: 'years' }), halfLife }
    request.now = age.now
  }
  const calibration = turned.get('calibration')
  if (calibration !== undefined) policy.calibration = { ...rules.calibration!, strength: calibration / 10 }
  const exploration = turned.get('exploration')
  if (exploration !== undefined) policy.exploration = { ...rules.exploration!, share: exploration / 10 }

  if (Object.keys(weights).length > 0) request.weights = weights
  if (Object.keys(policy).length > 0) request.policy = policy
  return request
}

/** The dial's place, where it is not at rest. */
function moved({ name, rest }: Dial, settings: Settings): [string, number][] {
  const value = settings[name]
  return value === undefined || value === rest ? [] : [[name, value]]
}

/** Boosts for what few people know, or for what very many do. */
function noveltyOf(bundle: BundleFacts, novelty: number, told: boolean): NonNullable<Rules['boosts']> {
  const { popularity, score } = bundle.roles
  const of = (name: string | null, share: number) => attribute(bundle, name)?.quantiles?.[Math.round(20 * share)] ?? 0
  if (novelty < 0)
    return [
      {
        where: { [popularity!]: { gte: between(of(popularity, 0.8), of(popularity, 0.95) * 1.5, -novelty) } },
        add: -novelty,
      },
    ]
  // without a liking only the most popular are recalled, and the finds are among those
  const [from, to] = told
    ? [of(popularity, 0.95), of(popularity, 0.45)]
    : [3 * of(popularity, 0.95), of(popularity, 0.95)]
  const few = Math.max(1, Math.round(between(from, Math.max(to, 1), novelty)))
  // what next to nobody knows is a misprint as often as not, and a find is good
  const fewest = of(popularity, 0.05)
  const good = score === null ? {} : { [score]: { gte: of(score, 0.4) } }
  return [few, 3 * few].map((most) => ({
    where: { [popularity!]: { gte: fewest, lt: most }, ...good },
    add: novelty / 2,
  }))
}
