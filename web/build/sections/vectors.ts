/** Vector spaces: codes of the items' vectors, in layers, and the tower that makes a query of the space from a history. */
import type { Learn } from '../../learn/learn.js'
import { METRIC, NOT_FOUND, SECTION, TOWER, TOWER_HEAD } from '../../generated/numbers.js'
import { filled, section, type Section } from './section.js'

export type Metric = keyof typeof METRIC
/** A row of vectors that there is not. */
export const NO_ROW = NOT_FOUND

export interface SpacePlan {
  name: string
  ordinal: number
  metric: Metric
  /** Bits of each residual layer: 2, 4 or 8; or 32 for the floats themselves. */
  layers: readonly number[]
  /** 0: chosen from the dimension. */
  subspaces: number
  seed: number
}

/**
 * Codes vectors: rows[count × dim], rowOf[n] the row of item n or 0xffffffff. Returns SPACE, BASE and LAYER sections,
 * and the padded dimension that the space's tower needs.
 */
export function spaceSections(
  learn: Learn,
  plan: SpacePlan,
  rows: Float32Array,
  dim: number,
  rowOf: Uint32Array,
): { sections: Section[]; padded: number } {
  const items = rowOf.length
  return learn.with([rows, rowOf, Uint32Array.from(plan.layers)], (rowsAt, rowOfAt, bits) => {
    const table = learn.make('mt_make_rows', rowsAt, dim === 0 ? 0 : rows.length / dim, items, rowOfAt)
    const codes = learn.make(
      'mt_make_codes',
      dim,
      METRIC[plan.metric],
      plan.subspaces,
      bits,
      plan.layers.length,
      plan.seed,
      table,
    )
    const sizesAt = learn.take(64)
    learn.call('mt_codes_sizes_of', codes, items, sizesAt)
    const sizes = [...learn.u32(sizesAt, 2 + plan.layers.length)]
    const out = sizes.map((size) => learn.take(size))
    const outAt = learn.put(Uint32Array.from([...out, 0, 0, 0, 0]))
    learn.call('mt_codes_encode', codes, table, 0, items, outAt)
    learn.call('mt_codes_finish', codes, items, outAt)
    const sections = out.map((at, i) =>
      section(
        i === 0 ? SECTION.space : i === 1 ? SECTION.base : SECTION.layer,
        plan.name,
        learn.u8(at, sizes[i]!).slice(),
        plan.ordinal,
        Math.max(0, i - 2),
      ),
    )
    const padded = learn.run('mt_codes_padded', codes)
    learn.run('mt_drop_codes', codes)
    learn.drop(table, sizesAt, outAt, ...out)
    return { sections, padded }
  })
}

/** Bytes that the sections of a space of so many items take, before any vector is known; those of a tower come besides. */
export function spaceSizes(
  learn: Learn,
  { layers, subspaces }: Pick<SpacePlan, 'layers' | 'subspaces'>,
  dim: number,
  items: number,
): number[] {
  return learn.with([Uint32Array.from(layers), new Uint32Array(16)], (bits, out) => {
    learn.call('mt_codes_sizes_when', dim, subspaces, bits, layers.length, items, out)
    return [...learn.u32(out, 2 + layers.length)]
  })
}

/** How a history becomes a query: by its mean, by least squares over the factors, or by an imported program. */
export type TowerPlan =
  | { kind: 'pooled' }
  | { kind: 'als'; unobserved: number; reg: number; nu: number; items: number; gram: Float32Array }
  | { kind: 'program'; program: number; output: number }

/** A square matrix with zeros around it. */
function widened(matrix: Float32Array, width: number): Float32Array {
  const own = Math.sqrt(matrix.length)
  const wide = new Float32Array(width * width)
  for (let row = 0; row < own; row++) wide.set(matrix.subarray(row * own, (row + 1) * own), row * width)
  return wide
}

/** gram is square, of at most `padded` rows. */
export function towerSection(learn: Learn, name: string, ordinal: number, padded: number, plan: TowerPlan): Section {
  const als = plan.kind === 'als' ? plan : { nu: 0, unobserved: 0, reg: 0, items: 0, gram: new Float32Array(1) }
  const { program, output } = plan.kind === 'program' ? plan : { program: 0, output: 0 }
  const bytes = learn.with([widened(als.gram, padded)], (gram) =>
    filled(learn, TOWER_HEAD + (plan.kind === 'als' ? 4 * padded * padded : 0), (out) =>
      learn.run(
        'mt_write_tower',
        TOWER[plan.kind],
        padded,
        Math.round(als.nu * 4),
        als.unobserved,
        als.reg,
        als.unobserved * als.items,
        program,
        output,
        gram,
        out,
      ),
    ),
  )
  return section(SECTION.tower, name, bytes, ordinal)
}
