/**
 * How a catalogue is cut: how many items a list has, how many cells the lists are cut from, how many items the root holds itself, and in
 * how many files the lists lie. All follow from how many items there are and what one of them weighs.
 */
import { InputError } from '../../read/index.js'
import type { Metric } from '../sections/vectors.js'

/** A list is about so many bytes: two that lie side by side are one request of some 64 KB. */
const LIST_BYTES = 31_000
/** Items of a list are whole blocks of a base, so that lists join without a gap (src/bundle/vectors.h). */
export const BLOCK = 32
/** Lists of a cell: by falling norm, or by halves. */
const LISTS_PER_CELL = 9
/** What the items that a root holds itself may weigh. */
const HEAD_BYTES = 1_250_000
/** Each answer of shards is put beside it anew. */
const HEAD_BESIDE_SHARDS = 250_000
/** Of a small catalogue most is in lists all the same. */
const HEAD_SHARE = 0.25
/** Static hosts take files up to 25 MB; a file's rows are in memory at a time. */
export const FILE_BYTES = 20_000_000
const ROWS_BYTES = 96_000_000
/** Rows that cells and codes are learned from. */
const SAMPLE = 262_144
const PER_CELL = 64

export interface SplitOptions {
  /** About so many lists. Default: as many as make one about 31 KB. */
  lists?: number
  /** So many shards instead of lists. */
  shards?: number
  /** The root holds at most so many items itself. Default: those of some 1.25 MB, or a quarter of all. */
  head?: number
  /** At least so many files of lists. */
  files?: number
  metric?: Metric
  layers?: readonly number[]
  subspaces?: number
  seed?: number
}

export interface SplitPlan {
  rows: number
  dim: number
  metric: Metric
  layers: readonly number[]
  subspaces: number
  seed: number
  /** Items of a list at most, of the root itself, and rows that are learned from. */
  each: number
  head: number
  sample: number
  cells: number
  files: number
  /** 0: lists. */
  shards: number
}

/** `bytes`: of an item's codes. */
export function planOf(rows: number, dim: number, bytes: number, options: SplitOptions): SplitPlan {
  const { lists, metric = 'ip', subspaces = 0, seed = 1, shards = 0 } = options
  const { layers = layersFor(rows, shards) } = options
  if (layers.some((bits) => bits === 32))
    throw new InputError(
      { file: 'config', part: 'key "layers"' },
      '"f32"',
      'layers of 2, 4 or 8 bits: lists hold codes',
    )
  const weight = bytes + ID_BYTES
  const { head: most = Infinity } = options
  const wished = Math.min((shards > 0 ? HEAD_BESIDE_SHARDS : HEAD_BYTES) / weight, HEAD_SHARE * rows, most)
  const head = rows > BLOCK ? BLOCK * Math.max(1, Math.floor(wished / BLOCK)) : 0
  const left = rows - head
  const wanted = lists === undefined ? LIST_BYTES / weight : left / lists
  const each = BLOCK * Math.max(1, Math.min(Math.ceil(left / BLOCK), Math.round(wanted / BLOCK)))
  const cells = Math.max(1, Math.round(left / each / LISTS_PER_CELL))
  const files = Math.max(
    options.files ?? 1,
    Math.ceil(Math.max((left * weight) / FILE_BYTES, (left * dim * 4) / ROWS_BYTES)),
  )
  const common = { rows, dim, metric, layers, subspaces, seed, each, head, shards }
  if (shards > 0)
    return { ...common, sample: Math.min(rows, SAMPLE), cells: shards, files: inMemory(rows, dim, shards) }
  return {
    ...common,
    sample: Math.min(rows, Math.max(SAMPLE, PER_CELL * cells)),
    cells,
    files: Math.min(files, cells),
  }
}

/** A shard's rows are in memory at a time, twice. */
const SHARD_ROWS_BYTES = 1_500_000_000

function inMemory(rows: number, dim: number, shards: number): number {
  const most = Math.floor(SHARD_ROWS_BYTES / dim / 4)
  if (rows / shards <= most) return shards
  throw new InputError(
    { file: '--shards' },
    `${shards} for ${rows} rows`,
    `at least ${Math.ceil(rows / most)}, each of at most ${most} rows`,
  )
}

/** From so many items on the best lie so close to each other that one layer takes one in twenty for another. */
const MANY = 3_000_000
/** A shard is wholly in memory, of which an isolate has little. */
const BESIDE = { lists: [4, 4], shards: [4, 2] }
export const layersFor = (rows: number, shards = 0): readonly number[] =>
  rows > MANY ? BESIDE[shards > 0 ? 'shards' : 'lists'] : [4]

/** About what an id takes. */
const ID_BYTES = 7
