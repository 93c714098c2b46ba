/**
 * Strings numbered in order of first appearance.
 *
 * A log of 25 million rows looks 50 million ids up, and a Map of strings answers slowest where it is large: each step to a
 * string and back is another place in memory. Here the hashes stand in a flat table, and a string is looked at once its whole
 * hash is the same.
 *
 *   slots   [ hash of a, 0,   ,   , hash of c, 2, hash of b, 1,   ,   ]    pairs of hash and code + 1, 0 for none
 *   names   [ a, b, c ]
 */
import type { Cell } from './batch.js'
import { idOf, isFloat, type IdsAs } from './cells.js'

/** Drawn anew by each process, so that nobody can write a file whose ids all have one hash. */
const SEED = Math.floor(Math.random() * 2 ** 32) | 0

/** FNV-1a over UTF-16 units, its high bits folded into the low ones. */
function hashOf(text: string): number {
  let hash = SEED
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b)
  return hash ^ (hash >>> 13)
}

export class Intern {
  /** names[code] */
  readonly names: string[] = []
  private slots = new Int32Array(2 * 64)

  /** The number of a string, '' included. */
  code(text: string): number {
    const hash = hashOf(text)
    const at = this.placeOf(text, hash)
    const known = this.slots[at + 1]! - 1
    if (known >= 0) return known
    this.names.push(ownString(text))
    this.slots[at] = hash
    this.slots[at + 1] = this.names.length
    if (4 * this.names.length > this.slots.length) this.grow()
    return this.names.length - 1
  }

  /** The number of a string that has one; -1: it has none. */
  known(text: string): number {
    return this.slots[this.placeOf(text, hashOf(text)) + 1]! - 1
  }

  /** Where a string stands, or would. */
  private placeOf(text: string, hash: number): number {
    const { slots, names } = this
    const last = slots.length - 2
    for (let at = (2 * hash) & last; ; at = (at + 2) & last) {
      const code = slots[at + 1]! - 1
      if (code < 0 || (slots[at] === hash && names[code] === text)) return at
    }
  }

  private grow(): void {
    const { slots: old } = this
    const slots = (this.slots = new Int32Array(2 * old.length))
    const last = slots.length - 2
    for (let from = 0; from < old.length; from += 2) {
      if (old[from + 1] === 0) continue
      let at = (2 * old[from]!) & last
      while (slots[at + 1] !== 0) at = (at + 2) & last
      slots[at] = old[from]!
      slots[at + 1] = old[from + 1]!
    }
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
  /** cells of this file that are not an id as it stands (numbers, `7.0`, ` x`), each made an id once; -1: it is none */
  private others = new Map<string | number | bigint, number>()
  /** Which ids this file has as they stand, by their numbers. */
  private plain = new Uint8Array(64)
  private readonly counts = { floats: 0, of: 0 }

  /** `as`: see IdReading. */
  constructor(
    private readonly as?: IdsAs,
    readonly ids = new Intern(),
  ) {}

  /** The number of an id cell that this file had before, -1 where that is none; undefined: it had no such cell. */
  known(cell: Cell): number | undefined {
    if (typeof cell === 'string') {
      const code = this.ids.known(cell)
      if (code >= 0 && this.plain[code] === 1) return code
    }
    return this.others.get(cell as string)
  }

  /** Whether a cell is an id; it is given no number. */
  isId(cell: Cell): boolean {
    return (this.known(cell) ?? (idOf(cell, this.as) === null ? -1 : 0)) >= 0
  }

  /** The number of an id cell, from 0 over all files; -1 if the cell is no id. */
  codeOfId(cell: Cell): number {
    if (typeof cell !== 'string' && typeof cell !== 'number' && typeof cell !== 'bigint') return -1
    return this.known(cell) ?? this.add(cell)
  }

  private add(cell: string | number | bigint): number {
    const id = idOf(cell, this.as)
    const code = id === null ? -1 : this.ids.code(id)
    if (id === cell) this.notePlain(code)
    else this.others.set(typeof cell === 'string' ? ownString(cell) : cell, code)
    if (code >= 0) this.counts.of++
    if (code >= 0 && this.as !== 'exact' && isFloat(cell)) this.counts.floats++
    return code
  }

  private notePlain(code: number): void {
    if (code >= this.plain.length) {
      const larger = new Uint8Array(2 * Math.max(code, this.plain.length))
      larger.set(this.plain)
      this.plain = larger
    }
    this.plain[code] = 1
  }

  /** How the file wrote its ids. */
  endFile(): Floats {
    const { floats, of } = this.counts
    this.others = new Map()
    this.plain.fill(0)
    this.counts.floats = this.counts.of = 0
    return { ids: floats, of }
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
