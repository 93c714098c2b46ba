/** For what shows a shelf: an answer that was made while the bundle arrives is shown, and asked for once more when all is here. */

/** As much of a recommender as says whether it is whole; one that a page made itself need not. */
export interface Arriving {
  readonly loaded?: number
  readonly bytes?: number
  readonly complete?: Promise<void>
}

/** Those of which nothing more will come by itself: all is here, the rest failed, or was not asked for. */
const settled = new WeakSet<Arriving>()

export function arriving(rec: Arriving): boolean {
  return rec.complete !== undefined && rec.loaded! < rec.bytes! && !settled.has(rec)
}

/** Resolves when what was asked for is here, or will not come. */
export async function whole(rec: Arriving): Promise<void> {
  await rec.complete!.catch(() => {}) // whoever opened it hears of it
  settled.add(rec)
}
