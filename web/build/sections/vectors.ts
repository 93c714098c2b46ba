/** Vector spaces: codes of the items' vectors, in layers, and the tower that makes a query of the space from a history. */
import type { Learn, Pointer } from '../../learn/learn.js'
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

/** The sections of an earlier space: its own, its base's and its layers' bytes. */
export type OldSpace = readonly Uint8Array[]

/**
 * Codes vectors: rows[count × dim], rowOf[n] the row of item n or 0xffffffff. Returns SPACE, BASE and LAYER sections,
 * and the padded dimension that the space's tower needs. `old`: what hardly changed since keeps its codes, where that does nearly as
 * well.
 */
export function spaceSections(
  learn: Learn,
  plan: SpacePlan,
  rows: Float32Array,
  dim: number,
  rowOf: Uint32Array,
  old?: OldSpace,
): { sections: Section[]; padded: number } {
  const items = rowOf.length
  return learn.with([rows, rowOf, Uint32Array.from(plan.layers)], (rowsAt, rowOfAt, bits) => {
    const table = learn.make('mt_make_rows', rowsAt, dim === 0 ? 0 : rows.length / dim, items, rowOfAt)
    const shape = [dim, METRIC[plan.metric], plan.subspaces, bits, plan.layers.length]
    const codes = learn.make('mt_make_codes', ...shape, plan.seed, table)
    const made = encoded(learn, codes, table, items, plan.layers.length)
    const padded = learn.run('mt_codes_padded', codes)
    learn.run('mt_drop_codes', codes)
    const parts = (old && recoded(learn, old, made, table, items)) ?? made
    learn.drop(table)
    const sections = parts.map((bytes, i) =>
      section(
        i === 0 ? SECTION.space : i === 1 ? SECTION.base : SECTION.layer,
        plan.name,
        bytes,
        plan.ordinal,
        Math.max(0, i - 2),
      ),
    )
    return { sections, padded }
  })
}

/** The sections' bytes; `keep` may change them before their bounds are told. */
function encoded(
  learn: Learn,
  codes: Pointer,
  table: Pointer,
  items: number,
  layers: number,
  keep: (out: Pointer, parts: readonly Pointer[], sizes: readonly number[]) => void = () => {},
): Uint8Array[] {
  const sizesAt = learn.take(64)
  learn.call('mt_codes_sizes_of', codes, items, sizesAt)
  const sizes = [...learn.u32(sizesAt, 2 + layers)]
  const parts = sizes.map((size) => learn.take(size))
  const out = learn.put(Uint32Array.from([...parts, 0, 0, 0, 0]))
  learn.call('mt_codes_encode', codes, table, 0, items, out)
  learn.call('mt_codes_finish', codes, items, out)
  keep(out, parts, sizes)
  const bytes = parts.map((at, i) => learn.u8(at, sizes[i]!).slice())
  learn.drop(sizesAt, out, ...parts)
  return bytes
}

/** How much more a code may lose, squared, before an item gets a new one; and all codes together, before all are learned anew. */
const KEPT = 1.25
const SERVES = 1.05

/** The same vectors as `made`, coded as `old` was; null: its shape is another, or it does not do as well. */
function recoded(learn: Learn, old: OldSpace, made: OldSpace, table: Pointer, items: number): Uint8Array[] | null {
  const isAlike = old.length === made.length && old.every((part, i) => shapeOf(part, i) === shapeOf(made[i]!, i))
  if (!isAlike) return null
  return viewed(learn, old, (before) => {
    const codes = learn.make('mt_make_codes_of', before)
    const parts = encoded(learn, codes, table, items, old.length - 2, (out, at, sizes) =>
      learn.with([Uint32Array.from(at), Uint32Array.from(sizes)], (bytes, lengths) => {
        const space = learn.make('mt_make_space', bytes, lengths, at.length, items)
        learn.run('mt_codes_keep', before, table, KEPT, space, out)
        learn.drop(space)
        learn.call('mt_codes_finish', codes, items, out)
      }),
    )
    learn.run('mt_drop_codes', codes)
    const serves = viewed(learn, made, (fresh) =>
      viewed(learn, parts, (kept) => learn.run('mt_space_serves', kept, fresh, table, SERVES * KEPT)),
    )
    return serves === 1 ? parts : null
  })
}

/** Opens sections for a while. */
const viewed = <T>(learn: Learn, parts: OldSpace, use: (space: Pointer) => T): T =>
  learn.with([...parts], (...at) =>
    learn.with([Uint32Array.from(at), Uint32Array.from(parts, ({ length }) => length)], (bytes, lengths) => {
      const space = learn.make('mt_make_space', bytes, lengths, parts.length, wordOf(parts[1]!, 0))
      const result = use(space)
      learn.drop(space)
      return result
    }),
  )

/** Vectors as a device has them: [items][dim], zeros for an item without one. */
export function decodedSpace(learn: Learn, old: OldSpace): { rows: Float32Array; dim: number } {
  const [dim, items] = [wordOf(old[0]!, 0), wordOf(old[1]!, 0)]
  return viewed(learn, old, (space) => {
    const at = learn.take(4 * dim * items)
    learn.run('mt_decode_space', space, at)
    const rows = learn.f32(at, dim * items).slice()
    learn.drop(at)
    return { rows, dim }
  })
}

const wordOf = (bytes: Uint8Array, at: number) =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(4 * at, true)

/** Of a space its dimensions, metric and sub-spaces, of a base the sub-spaces, of a layer its bits (src/bundle/vectors.h). */
const shapeOf = (bytes: Uint8Array, part: number): string =>
  (part === 0 ? [0, 1, 2, 3] : part === 1 ? [1] : [1, 2, 3]).map((at) => wordOf(bytes, at)).join()

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
