/**
 * Vectors of the day before, as a device has them, for those of today to begin from and to be turned to. Numbers stay, but one whose
 * item is gone may be another's today: its old vector is not that item's.
 */
import { decodedSpace, FATE, type Before } from '../sections/vectors.js'
import type { Materials } from './source.js'

export type Knows = Pick<Materials, 'learn' | 'previous' | 'catalogue'>

/** Of each number, whose it was. */
function fatesOf({ previous, catalogue: { ids, gone } }: Knows): Uint8Array {
  const before = previous!.ids
  return Uint8Array.from(ids, (id, number) =>
    before[number] !== id ? FATE.other : gone.has(number) ? FATE.gone : FATE.same,
  )
}

/** What the day before knows of the catalogue alone, so of nothing that is hidden of a log. */
export function withoutLog(previous: Materials['previous']): Materials['previous'] {
  if (previous === null) return null
  const own = <T>(of: ReadonlyMap<string, T>) => new Map([...of].filter(([name]) => name === 'content'))
  return { ...previous, spaces: own(previous.spaces), towers: own(previous.towers), lists: new Map() }
}

/** What a space of that name may stay from. */
export function spaceBefore(from: Knows, name: string, met: Float32Array | null): Before | undefined {
  const space = from.previous?.spaces.get(name)
  return space && { space, fates: fatesOf(from), met }
}

/** [items of today][dim]: zeros for an item without an old vector. null: there was no such space,
 * one of other dimensions, or nothing in it: factors that begin from nothing stay there. */
export function vectorsBefore(from: Knows, name: string, dim: number): Float32Array | null {
  const space = from.previous?.spaces.get(name)
  if (space === undefined) return null
  const old = decodedSpace(from.learn, space)
  if (old.dim !== dim) return null
  const fates = fatesOf(from)
  const rows = new Float32Array(dim * fates.length)
  fates.forEach((fate, item) => {
    if (fate === FATE.same) rows.set(old.rows.subarray(item * dim, (item + 1) * dim), item * dim)
  })
  return rows.some((value) => value !== 0) ? rows : null
}
