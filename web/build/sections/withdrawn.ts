/** Withdrawn items: they keep their numbers and count in a history, and nothing recommends them (src/bundle/withdrawn.h). */
import { SECTION } from '../../generated/numbers.js'
import { section, type Section } from './section.js'

/** A bit for each item of which `withdrawn` is true; no section where there is none. */
export function withdrawnSections(items: number, withdrawn: (item: number) => boolean): Section[] {
  const bits = new Uint8Array(Math.ceil(items / 8))
  for (let item = 0; item < items; item++) if (withdrawn(item)) bits[item >> 3]! |= 1 << (item & 7)
  return bits.some((byte) => byte !== 0) ? [section(SECTION.withdrawn, 'withdrawn', bits)] : []
}

/** What a section says of an item. */
export const isWithdrawn = (bits: Uint8Array, item: number): boolean => ((bits[item >> 3]! >> (item & 7)) & 1) === 1
