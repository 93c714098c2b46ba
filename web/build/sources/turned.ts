/**
 * Trained vectors mean the same when all of them turn, and every training turns them another way. With the bundle of the day before they
 * are turned to where they were, by the rotation that brings them nearest to their old ones (src/learn/procrustes.h).
 */
import { vectorsBefore, type Knows } from './before.js'

/** rows[items][dim] turned; themselves where there is nothing to turn to. */
export function turned(from: Knows, name: string, rows: Float32Array, dim: number): Float32Array {
  const old = vectorsBefore(from, name, dim)
  if (old === null) return rows
  const { learn } = from
  const count = rows.length / dim
  return learn.with([rows, old], (rowsAt, oldAt) => {
    const rotation = learn.take(4 * dim * dim)
    learn.call('mt_nearest_rotation', rowsAt, oldAt, count, dim, rotation)
    const tells = learn.f32(rotation, dim * dim).some((value) => value !== 0)
    if (tells) learn.call('mt_train_als_turn', dim, rotation, rowsAt, count)
    learn.drop(rotation)
    return tells ? learn.f32(rowsAt, rows.length).slice() : rows
  })
}
