/**
 * What the page knows of items: what answers said of them, what was told in advance of the first shelf, and what a catalogue
 * beside the bundle says. Until something is known, an id stands for a title.
 */
import type { AttributeValue } from '../../page/client.js'
import type { Extra, PageFacts, Roles } from '../facts.js'
import { isYear } from '../kinds.js'
import { count } from './dom.js'

export type Attributes = Record<string, AttributeValue>

const known = new Map<string, Attributes>()
const beside = new Map<string, Attributes>()
let page: PageFacts

export function wireNames(facts: PageFacts): void {
  page = facts
}

export function meet(items: readonly { id: string; attributes: Attributes }[]): void {
  for (const { id, attributes } of items)
    known.set(id, { ...beside.get(id), ...first(id), ...known.get(id), ...attributes })
}

/** What is told in advance, by whichever bundle. */
const first = (id: string): Attributes => page.bundles.find((one) => Object.hasOwn(one.first, id))?.first[id] ?? {}

export const isKnown = (id: string) => known.has(id)
export const attributesOf = (id: string): Attributes => known.get(id) ?? { ...beside.get(id), ...first(id) }
/** A newer bundle may say otherwise. */
export const forget = () => known.clear()

/** Takes in what a catalogue beside the bundle says. */
export function meetExtra({ ids, columns }: Extra): void {
  ids.forEach((id, row) => {
    const said = Object.entries(columns).flatMap(([name, values]) =>
      values[row] == null ? [] : [[name, values[row]] as const],
    )
    beside.set(id, Object.fromEntries(said))
  })
  forget()
}

/** What plays a part on this item's card, as text; undefined: nothing does. */
export function partOf(id: string, part: Exclude<keyof Roles, 'about'>): string | undefined {
  for (const { roles } of page.bundles) {
    const value = roles[part] === null ? undefined : attributesOf(id)[roles[part]]
    if (value !== undefined) return shownValue(roles[part]!, value)
  }
  return undefined
}

export const hasColours = () => page.bundles.some(({ roles }) => roles.colour !== null)

export const titleOf = (id: string): string => partOf(id, 'title') ?? id

export function aboutOf(id: string): string[] {
  const names = new Set(page.bundles.flatMap(({ roles }) => roles.about))
  return [...names].flatMap((name) => {
    const value = attributesOf(id)[name]
    return value === undefined ? [] : shownValue(name, value)
  })
}

/** A value as people read it: years without commas, dates as days. */
export function shownValue(name: string, value: AttributeValue): string {
  if (Array.isArray(value)) return value.join(', ')
  const facts = page.bundles.flatMap(({ attributes }) => attributes).find((one) => one.name === name)
  if (typeof value !== 'number') return facts?.kind === 'date' ? value.slice(0, 10) : value
  if (facts !== undefined && isYear(facts)) return String(value)
  if (facts?.name === page.bundles[0]!.roles.score && !Number.isInteger(value)) return value.toFixed(1)
  if (Number.isInteger(value)) return count(value)
  return value.toLocaleString(
    'en',
    facts?.quantiles![20]! >= 10 ? { minimumFractionDigits: 2, maximumFractionDigits: 2 } : {},
  )
}
