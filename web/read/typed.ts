/** Headers that say what their columns are: RecBole's `release_year:token`, `class:token_seq`, `price:float`. */
import type { Hints } from './kinds.js'

const TYPE = /:(token|token_seq|float|float_seq)$/

const HINTS: Readonly<Record<string, Hints | null>> = {
  token: { kind: 'category' },
  token_seq: { kind: 'multi', separator: ' ' },
  float: { kind: 'number' },
  float_seq: null,
}

/** A column's name without its type. */
export const untyped = (name: string): string => name.replace(TYPE, '')

/**
 * Names, and what the header says of each; null: a list of numbers, which is no attribute. A header says so where every
 * name in it has a type.
 */
export function typedNames(header: readonly string[]): { name: string; hints: Hints | null }[] {
  if (!header.every((name) => TYPE.test(name))) return header.map((name) => ({ name, hints: {} }))
  return header.map((full) => ({ name: untyped(full), hints: HINTS[TYPE.exec(full)![1]!]! }))
}
