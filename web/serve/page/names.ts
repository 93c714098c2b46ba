/**
 * What the page knows of items: what answers said of them, what was told in advance of the first shelf, and what a catalogue
 * beside the bundle says.
 */
import type { Extra, PageFacts } from '../facts.js'
import { Faces, type Attributes } from '../face.js'

const known = new Map<string, Attributes>()
const beside = new Map<string, Attributes>()
let page: PageFacts
/** What is seen of items. */
export let faces: Faces

export function wireNames(facts: PageFacts): void {
  page = facts
  faces = new Faces(facts.bundles, attributesOf)
}

export function meet(items: readonly { id: string; attributes: Attributes }[]): void {
  for (const { id, attributes } of items)
    known.set(id, { ...beside.get(id), ...first(id), ...known.get(id), ...attributes })
}

/** What is told in advance, by whichever bundle. */
const first = (id: string): Attributes =>
  page.bundles.find((one) => Object.hasOwn(one.first.attributes, id))?.first.attributes[id] ?? {}

export const isKnown = (id: string) => known.has(id)
export const attributesOf = (id: string): Attributes => known.get(id) ?? { ...beside.get(id), ...first(id) }
/** A newer bundle may say otherwise. */
export const forget = () => known.clear()

export const titleOf = (id: string): string => faces.title(id)

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
