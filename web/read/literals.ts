/**
 * Lists as programs print them into a cell: JSON's `["a", "b"]`, Python's `['a', 'b']`, `('a',)` and `{'a', 'b'}`, NumPy's
 * `['a' 'b']` and `array(['a'], dtype=object)`, Java's `[a, b]`, PostgreSQL's `{a,"b c"}`. One grammar takes them all:
 *
 *     list    = open (value [","])* close                 of one kind: [ ], ( ) or { }
 *     record  = "{" (value ":" value [","])* "}"
 *     value   = list | record | quoted | bare             bare: up to the next comma; in ( ) a number or a constant
 *
 * One value in ( ) has a comma behind it, as in Python: (1.50) is money that is owed.
 */

/** A value in a list: a text, a list, or a record by its keys; null where it is None, null or nan. */
export type Literal = string | null | Literal[] | { [key: string]: Literal }

const CLOSING: Readonly<Record<string, string>> = { '[': ']', '(': ')', '{': '}' }
const CALL = /^(?:array|set|frozenset|list|tuple)\(/
const QUOTED = /[uUbB]?(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')/sy
const BARE: Readonly<Record<string, RegExp>> = {
  '[': /[^\s,[\](){}"'][^,[\](){}]*/y,
  '{': /[^\s,:[\](){}"'][^,:[\](){}]*/y,
  '(': /[+-]?[\d.]+(?:e[+-]?\d+)?|none|true|false|null|nan/iy,
}
/** NumPy puts no commas between numbers. */
const NUMBERS = /^[\d.eE+-]+(\s+[\d.eE+-]+)+$/
const NOTHING = new Set(['None', 'null', 'NULL', 'nan', 'NaN', '<NA>'])
/** Deeper is nobody's list of values. */
const DEEPEST = 8

/** The list that a text spells; null where it spells none. */
export function listLiteral(text: string): Literal[] | null {
  const trimmed = text.trim()
  const inner = argument(trimmed)
  if (inner === '' && trimmed !== '') return [] // set()
  if (CLOSING[inner[0]!] !== inner.at(-1) || inner === '') return null
  const reader = new Reader(inner)
  const value = reader.list(0)
  if (value === undefined || !reader.ended) return null
  return Array.isArray(value) ? value : null
}

/** What is called with: `['a']` of `array(['a'], dtype=object)`; any other text as it stands. */
function argument(text: string): string {
  const call = CALL.exec(text)
  if (call === null || !text.endsWith(')')) return text
  const inner = text.slice(call[0].length, -1)
  const type = inner.lastIndexOf('dtype=')
  if (type < 0 || inner.includes(')', type)) return inner
  const before = inner.slice(0, type).trimEnd()
  return before.endsWith(',') ? before.slice(0, -1) : inner
}

class Reader {
  private at = 0
  constructor(private readonly text: string) {}

  get ended(): boolean {
    return this.at === this.text.length
  }

  /** The list or the record that begins here; undefined where none does, or it does not close. */
  list(depth: number): Literal[] | Record<string, Literal> | undefined {
    const open = this.text[this.at++]!
    const values: Literal[] = []
    const record = new Map<string, Literal>()
    let isParted = false
    for (;;) {
      this.skip(/\s*/y)
      if (this.text[this.at] === CLOSING[open]) {
        this.at++
        if (open === '(' && values.length === 1 && !isParted) return undefined
        return record.size === 0 ? values : values.length === 0 ? Object.fromEntries(record) : undefined
      }
      const value = this.value(open, depth)
      if (value === undefined) return undefined
      if (open === '{' && this.skip(/\s*:\s*/y) !== null) {
        const of = this.value('[', depth)
        if (of === undefined || typeof value !== 'string') return undefined
        record.set(value, of)
      } else if (typeof value === 'string' && open === '[' && NUMBERS.test(value)) values.push(...value.split(/\s+/))
      else values.push(value)
      isParted = this.skip(/\s*,/y) !== null || isParted
    }
  }

  private value(open: string, depth: number): Literal | undefined {
    const next = this.text[this.at]
    if (next === undefined) return undefined
    if (CLOSING[next] !== undefined) return depth < DEEPEST ? this.list(depth + 1) : undefined
    const quoted = this.skip(QUOTED)
    if (quoted !== null) return unescaped(quoted[1] ?? quoted[2]!)
    const bare = this.skip(BARE[open]!)?.[0].trim()
    return bare !== undefined && NOTHING.has(bare) ? null : bare
  }

  private skip(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)
    if (found !== null) this.at = pattern.lastIndex
    return found
  }
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' }

function unescaped(text: string): string {
  return text.replace(/\\(?:u([\da-f]{4})|x([\da-f]{2})|(.))/gis, (_, u?: string, x?: string, char?: string) =>
    char === undefined ? String.fromCharCode(parseInt((u ?? x)!, 16)) : (ESCAPES[char] ?? char),
  )
}
