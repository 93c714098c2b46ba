/** Strings numbered in order of first appearance. */
import type { Cell } from './batch.js'
import { idOf, isFloat, type IdsAs } from './cells.js'

export class Intern {
  /** names[code] */
  readonly names: string[] = []
  private readonly codes = new Map<string, number>()

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

/** How a file writes the different ids of a column: so many as whole numbers with `.0`, of so many. */
export interface Floats {
  ids: number
  of: number
}

/** A column of ids over several files. */
export class IdColumn {
  /** numbers of the ids of each batch */
  readonly batches: Uint32Array[] = []
  /** cells of this file that were seen, so that each distinct one is made an id once; -1: it is none */
  private cells = new Map<string | number | bigint, number>()
  private floats = 0
  private others = 0

  /** `as`: see IdReading. */
  constructor(
    private readonly as?: IdsAs,
    readonly ids = new Intern(),
  ) {}

  /** Whether a cell is an id; it is given no number. */
  isId(cell: Cell): boolean {
    return (this.cells.get(cell as string) ?? (idOf(cell, this.as) === null ? -1 : 0)) >= 0
  }

  /** The number of an id cell, from 0 over all files; -1 if the cell is no id. */
  codeOfId(cell: Cell): number {
    if (typeof cell !== 'string' && typeof cell !== 'number' && typeof cell !== 'bigint') return -1
    const known = this.cells.get(cell)
    if (known !== undefined) return known
    const id = idOf(cell, this.as)
    const code = id === null ? -1 : this.ids.code(id)
    const own = code >= 0 && id === cell ? this.ids.names[code]! : typeof cell === 'string' ? ownString(cell) : cell
    this.cells.set(own, code)
    if (code >= 0 && this.as !== 'exact' && isFloat(cell)) this.floats++
    else if (code >= 0) this.others++
    return code
  }

  /** How the file wrote its ids. */
  endFile(): Floats {
    const { floats, others } = this
    this.cells = new Map()
    this.floats = this.others = 0
    return { ids: floats, of: floats + others }
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
  for (let chunk = chunks.shift(); chunk !== undefined; chunk = chunks.shift()) {
    if (typeof chunk === 'number') {
      all.fill(missing, at, (at += chunk))
    } else {
      all.set(chunk, at)
      at += chunk.length
    }
  }
  return all
}
