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

/** Whose codes an earlier space has at a number: another item's or nobody's, the same item's, or one's that is gone, which keeps them.
 * Numbers as in src/learn/recode.h. */
export const FATE = { other: 0, same: 1, gone: 2 } as const

/** An earlier space that codes are to stay from. */
export interface Before {
  space: OldSpace
  /** [items] FATE */
  fates: Uint8Array
  /** [items] how often each is met; null: nothing tells. */
  met: Float32Array | null
}

/**
 * Codes vectors: rows[count × dim], rowOf[n] the row of item n or 0xffffffff. Returns SPACE, BASE and LAYER sections,
 * and the padded dimension that the space's tower needs. Where the tables of `before` still serve it codes by them, and what hardly
 * changed keeps its codes (src/learn/recode.h).
 */
export function spaceSections(
  learn: Learn,
  plan: SpacePlan,
  rows: Float32Array,
  dim: number,
  rowOf: Uint32Array,
  before?: Before,
): { sections: Section[]; padded: number } {
  const items = rowOf.length
  return learn.with([rows, rowOf, Uint32Array.from(plan.layers)], (rowsAt, rowOfAt, bits) => {
    const table = learn.make('mt_make_rows', rowsAt, dim === 0 ? 0 : rows.length / dim, items, rowOfAt)
    const how = [dim, METRIC[plan.metric], plan.subspaces, bits, plan.layers.length, plan.seed, table]
    const { parts, padded } = (before && recoded(learn, before, how, table, items)) ?? coded(learn, how, table, items)
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

interface Coded {
  parts: Uint8Array[]
  padded: number
}

/** By tables that are learned from the rows. */
function coded(learn: Learn, how: readonly number[], table: Pointer, items: number): Coded {
  const codes = learn.make('mt_make_codes', ...how)
  return written(learn, codes, how, items, (out) => learn.call('mt_codes_encode', codes, table, 0, items, out))
}

/** As `before` was; null: its shape is another, or its tables do not serve. */
function recoded(
  learn: Learn,
  { space, fates, met }: Before,
  how: readonly number[],
  table: Pointer,
  items: number,
): Coded | null {
  return viewed(learn, space, (old) => {
    const codes = learn.run('mt_make_codes_of', old)
    if (codes === 0) return null
    const usualAt = learn.take(8)
    learn.call('mt_recode_usual', ...how, codes, usualAt)
    const usual = learn.f64(usualAt, 1)[0]!
    learn.drop(usualAt)
    if (usual === Infinity) {
      learn.run('mt_drop_codes', codes)
      return null
    }
    return learn.with([fates, met ?? new Float32Array()], (fatesAt, metAt) =>
      written(learn, codes, how, items, (out) =>
        learn.call('mt_recode_items', codes, old, fatesAt, met === null ? 0 : metAt, usual, table, out),
      ),
    )
  })
}

/** What `write` makes of codes, which are dropped then. */
function written(
  learn: Learn,
  codes: Pointer,
  how: readonly number[],
  items: number,
  write: (out: Pointer) => void,
): Coded {
  const layers = how[4]!
  const sizesAt = learn.take(64)
  learn.call('mt_codes_sizes_of', codes, items, sizesAt)
  const sizes = [...learn.u32(sizesAt, 2 + layers)]
  const places = sizes.map((size) => learn.take(size))
  const out = learn.put(Uint32Array.from([...places, 0, 0, 0, 0]))
  write(out)
  learn.call('mt_codes_finish', codes, items, 0, out)
  const parts = places.map((at, i) => learn.u8(at, sizes[i]!).slice())
  const padded = learn.run('mt_codes_padded', codes)
  learn.run('mt_drop_codes', codes)
  learn.drop(sizesAt, out, ...places)
  return { parts, padded }
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

/** How far a Gram matrix may be from an earlier one, of its length, for that to stay. */
const NEAR = 0.1

/** gram is square, of at most `padded` rows. Where it is about that of `before`, a section of the same name, it is that. */
export function towerSection(
  learn: Learn,
  name: string,
  ordinal: number,
  padded: number,
  plan: TowerPlan,
  before?: Uint8Array,
): Section {
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
  if (before?.length === bytes.length && apart(gramIn(bytes), gramIn(before)) <= NEAR)
    bytes.set(before.subarray(TOWER_HEAD), TOWER_HEAD)
  return section(SECTION.tower, name, bytes, ordinal)
}

const gramIn = (tower: Uint8Array) => new Float32Array(Uint8Array.from(tower.subarray(TOWER_HEAD)).buffer)

/** |a - b| / |a|, 0 of nothing. */
function apart(a: Float32Array, b: Float32Array): number {
  let [difference, own] = [0, 0]
  a.forEach((value, at) => {
    difference += (value - b[at]!) ** 2
    own += value ** 2
  })
  return Math.sqrt(difference / (own || 1))
}
