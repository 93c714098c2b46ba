/** Strings numbered in order of first appearance. */
import type { Cell } from './batch.js'
import { idOf } from './cells.js'

export class Intern {
  /** names[code] */
  readonly names: string[] = []
  private readonly codes = new Map<string, number>()
  /** numbers and bigints already seen, so that Parquet's integers become strings once per distinct value */
  private readonly numbers = new Map<number | bigint, number>()

  /** The number of an id cell, from 0; -1 if the cell is no id. */
  codeOfId(cell: Cell): number {
    if (typeof cell === 'string') return cell === '' ? -1 : this.code(cell)
    if (typeof cell !== 'number' && typeof cell !== 'bigint') return -1
    const known = this.numbers.get(cell)
    if (known !== undefined) return known
    const id = idOf(cell)
    if (id === null) return -1
    const code = this.code(id)
    this.numbers.set(cell, code)
    return code
  }

  /** The number of a string, '' included. */
  code(text: string): number {
    const known = this.codes.get(text)
    if (known !== undefined) return known
    const own = ownString(text)
    const code = this.names.length
    this.names.push(own)
    this.codes.set(own, code)
    return code
  }
}

/** V8 makes a substring of 13 characters or more a view on its parent; a copy lets the parent (a piece of file) go. */
export function ownString(text: string): string {
  return text.length < 13 ? text : Buffer.from(text, 'utf16le').toString('utf16le')
}

type Numbers = Uint8Array | Uint16Array | Uint32Array | Float32Array | Float64Array

/**
 * Typed arrays joined into one, in order; a number in the list stands for that many missing values, `missing` each.
 * The list is emptied on the way.
 */
export function join<T extends Numbers>(make: (length: number) => T, chunks: (T | number)[], missing = NaN): T {
  const all = make(chunks.reduce<number>((sum, chunk) => sum + (typeof chunk === 'number' ? chunk : chunk.length), 0))
  let at = 0
  for (const chunk of chunks) {
    if (typeof chunk === 'number') {
      all.fill(missing, at, (at += chunk))
    } else {
      all.set(chunk, at)
      at += chunk.length
    }
  }
  chunks.length = 0
  return all
}
