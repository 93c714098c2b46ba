/** Strings numbered in order of first appearance. */
import type { Cell } from './batch.js'
import { idOf, wholeIds } from './cells.js'

export class Intern {
  /** names[code] */
  readonly names: string[] = []
  private readonly codes = new Map<string, number>()
  /** cells already seen, so that each distinct one is made an id once; -1: it is none */
  private readonly cells = new Map<string | number | bigint, number>()

  /** The number of an id cell, from 0; -1 if the cell is no id. */
  codeOfId(cell: Cell): number {
    if (typeof cell !== 'string' && typeof cell !== 'number' && typeof cell !== 'bigint') return -1
    const known = this.cells.get(cell)
    if (known !== undefined) return known
    const id = idOf(cell)
    const code = id === null ? -1 : this.code(id)
    this.cells.set(
      code >= 0 && id === cell ? this.names[code]! : typeof cell === 'string' ? ownString(cell) : cell,
      code,
    )
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

/** A column of ids over several files. Only the end of a file tells whether it wrote whole numbers as floats. */
export class IdColumn {
  /** Numbers of the ids of each batch; good for all files once the file has ended. */
  readonly batches: Uint32Array[] = []
  private file = new Intern()
  private first = 0

  /** `ids`: over all files that have ended. */
  constructor(readonly ids = new Intern()) {}

  /** The number of a cell within its file, -1 if it is no id. */
  codeOfId(cell: Cell): number {
    return this.file.codeOfId(cell)
  }

  /** How many ids were written as floats, and are known without their `.0` from now on. Ids of rows left out do not count. */
  endFile(): number {
    const { names } = this.file
    const mine = this.batches.slice(this.first)
    const used = new Uint8Array(names.length)
    for (const batch of mine) for (const own of batch) used[own] = 1
    const met = names.filter((_, own) => used[own] === 1)
    const whole = wholeIds(met)
    let next = 0
    const to = names.map((id, own) => (used[own] === 0 ? -1 : this.ids.code(whole?.[next++] ?? id)))
    if (to.some((code, own) => code !== own))
      for (const batch of mine) for (let i = 0; i < batch.length; i++) batch[i] = to[batch[i]!]!
    this.first = this.batches.length
    this.file = new Intern()
    return whole?.length ?? 0
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
