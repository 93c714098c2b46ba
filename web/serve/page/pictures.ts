/**
 * Pictures come from elsewhere, and whoever has them would see who looks: so none is asked for until the person says so. Then the page
 * is loaded again from an address whose policy lets pictures in, from the places named here and no other.
 */
import type { PageFacts } from '../facts.js'
import { hostsOf } from '../kinds.js'
import { PICTURES } from './card.js'
import { at } from './dom.js'

export function wirePictures({ origins }: PageFacts): void {
  if (origins.length === 0 || !PICTURES) return
  at('pictures-say').textContent = `Pictures come from ${hostsOf(origins)}, which sees what you look at.`
  const turn = at<HTMLAnchorElement>('pictures-turn')
  turn.textContent = 'Hide pictures'
  turn.href = './'
}
