/**
 * Ratings of a column: numbers, with a point or a comma before decimals, or all of them with the same words behind: `4/5`,
 * `4 out of 5 stars`, `4 ★`, `80 %`.
 */
import type { Cell } from './batch.js'
import { isMissing, NUMBER_EXPECTED, numberOf } from './cells.js'

/** Ratings have no thousands, so that a comma stands before decimals. */
const COMMA = /^\s*([+-]?\d+),(\d{1,2})\s*$/
const WORDS =
  /^\s*([+-]?\d+(?:[.,]\d+)?)\s*((?:\/|of\b|out of\b|von\b|sur\b|de\b|из(?![\p{L}]))\s*\d+)?\s*(stars?|★|⭐|points?|pts|%)?\s*$/iu
const EXPECTED = `${NUMBER_EXPECTED} (config "columns": {"interactions": {"rating": null}} leaves ratings out)`

/** The ratings of one column of one file. */
export class RatingColumn {
  /** What stands behind every number, as the first has it; undefined: no rating was read. */
  private behind: string | undefined
  /** The first cell of those that have words. */
  example: string | null = null

  /** Of cells that are no ratings `refuse` hears. */
  add(cells: ArrayLike<Cell>, rows: number, refuse: (i: number, expected: string) => void): Float64Array<ArrayBuffer> {
    const values = new Float64Array(rows)
    for (let i = 0; i < rows; i++) values[i] = this.read(cells[i], (expected) => refuse(i, expected))
    return values
  }

  private read(cell: Cell, refuse: (expected: string) => void): number {
    const plain = numberOf(typeof cell === 'string' ? cell.replace(COMMA, '$1.$2') : cell)
    const said = plain === undefined && typeof cell === 'string' ? WORDS.exec(cell) : null
    if (plain === undefined && said === null) refuse(EXPECTED)
    if (isMissing(cell) || (plain === undefined && said === null)) return NaN
    const behind = said === null ? '' : `${said[2] ?? ''} ${said[3] ?? ''}`.toLowerCase().replace(/\s+|s$/g, '')
    if (said !== null) this.example ??= String(cell)
    this.behind ??= behind
    if (behind !== this.behind)
      refuse(
        `ratings written alike, as those before it ${this.behind === '' ? 'without words' : `with "${this.behind}"`}`,
      )
    return plain ?? Number(said![1]!.replace(',', '.'))
  }
}
