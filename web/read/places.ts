/** Where the rows of all batches so far stand, counted from 0 over files. */
import { placeIn, type Batch } from './batch.js'
import type { Place } from './errors.js'

export class Places {
  private readonly known: { first: number; path: string; batch: Batch }[] = []
  rows = 0

  add(batch: Batch, path: string): void {
    this.known.push({ first: this.rows, path, batch: { ...batch, columns: [], lists: [] } })
    this.rows += batch.rows
  }

  of(row: number): Place {
    const { first, path, batch } = this.known.findLast((one) => one.first <= row)!
    return placeIn(batch, row - first, path)
  }
}
