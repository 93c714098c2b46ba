/** Codes of a whole catalogue, learned from a sample: lists and the root are coded by the same. */
import type { Learn, Pointer } from '../../learn/learn.js'
import { CANDIDATES_MOST, METRIC, SECTION } from '../../generated/numbers.js'
import { section, type Section } from '../sections/section.js'
import type { SplitPlan } from './plan.js'

export const SPACE = 'embeddings'

// What is here of a large catalogue is the best of millions, which lie closer to each other than those of a bundle of as many items; and they
// are few. So a scan keeps as many candidates as may be. 0: what is measured, of all that will be there.

export class Codes {
  private readonly codes: Pointer
  private readonly layers: number

  /** `sample`: [rows × dim] */
  constructor(
    private readonly learn: Learn,
    plan: Pick<SplitPlan, 'dim' | 'metric' | 'layers' | 'subspaces' | 'seed'>,
    sample: Float32Array,
  ) {
    const { dim, metric, layers, subspaces, seed } = plan
    this.layers = layers.length
    this.codes = learn.with([sample, Uint32Array.from(layers)], (rows, bits) => {
      const count = sample.length / dim
      const table = learn.make('mt_make_rows', rows, count, count, 0)
      const codes = learn.make('mt_make_codes', dim, METRIC[metric], subspaces, bits, layers.length, seed, table)
      learn.drop(table)
      return codes
    })
  }

  get padded(): number {
    return this.learn.run('mt_codes_padded', this.codes)
  }

  /** Sections of a space of these rows of vectors that lie in the learning core: the space's own, its base and its layers. */
  sections(vectors: Pointer, count: number, places: Uint32Array, candidates = CANDIDATES_MOST): Section[] {
    const { learn, codes } = this
    return learn.with([places, new Uint32Array(16)], (placesAt, sizesAt) => {
      const items = places.length
      const table = learn.make('mt_make_rows', vectors, count, items, placesAt)
      learn.call('mt_codes_sizes_of', codes, items, sizesAt)
      const sizes = [...learn.u32(sizesAt, 2 + this.layers)]
      const parts = sizes.map((size) => learn.take(size))
      const out = learn.put(Uint32Array.from([...parts, 0, 0, 0, 0]))
      learn.call('mt_codes_encode', codes, table, 0, items, out)
      learn.call('mt_codes_finish', codes, items, candidates, out)
      const kinds = [SECTION.space, SECTION.base]
      const sections = parts.map((at, i) =>
        section(kinds[i] ?? SECTION.layer, SPACE, learn.u8(at, sizes[i]!).slice(), 0, Math.max(0, i - 2)),
      )
      learn.drop(table, out, ...parts)
      return sections
    })
  }

  drop(): void {
    this.learn.run('mt_drop_codes', this.codes)
  }
}
