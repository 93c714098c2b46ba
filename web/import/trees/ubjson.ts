/**
 * Universal Binary JSON (ubjson.org, draft 12): what XGBoost writes into .ubj files. Numbers are big-endian, arrays of one
 * type come out as typed arrays or plain ones. Int64 beyond 2^53 lose their last bits; nothing in a model is that large.
 */
import { InputError } from '../../read/errors.js'

/** Deeper nesting is no model. */
const DEEPEST = 64

/** Bytes and reader of each fixed-size number, by its type letter. */
const NUMBERS: Record<string, [number, (view: DataView, at: number) => number]> = {
  i: [1, (view, at) => view.getInt8(at)],
  U: [1, (view, at) => view.getUint8(at)],
  I: [2, (view, at) => view.getInt16(at)],
  l: [4, (view, at) => view.getInt32(at)],
  L: [8, (view, at) => Number(view.getBigInt64(at))],
  d: [4, (view, at) => view.getFloat32(at)],
  D: [8, (view, at) => view.getFloat64(at)],
}

export function isUbjson(bytes: Uint8Array): boolean {
  return bytes.length > 2 && bytes[0] === 0x7b && 'iUIlL$#'.includes(String.fromCharCode(bytes[1]!))
}

export function readUbjson(file: string, bytes: Uint8Array): unknown {
  const reader = new Reader(file, bytes)
  return reader.value(reader.letter(), 0)
}

class Reader {
  private readonly view: DataView
  private at = 0
  /** values of a typed container that take no bytes (true, false, null); as many as the file has are more than any model's */
  private empty = 0

  constructor(
    private readonly file: string,
    private readonly bytes: Uint8Array,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  letter(): string {
    return String.fromCharCode(this.bytes[this.take(1)]!)
  }

  value(type: string, depth: number): unknown {
    if (depth > DEEPEST) this.fail('values nested deeper than 64', 'a model')
    if (type in NUMBERS) return this.number(type)
    switch (type) {
      case '{':
        return this.object(depth)
      case '[':
        return this.array(depth)
      case 'S':
      case 'H':
        return this.text()
      case 'C':
        return this.letter()
      case 'T':
        return true
      case 'F':
        return false
      case 'Z':
        return null
      default:
        return this.fail(`the type ${JSON.stringify(type)}`, 'one of UBJSON')
    }
  }

  private number(type: string): number {
    const [size, read] = NUMBERS[type]!
    return read(this.view, this.take(size))
  }

  /** A length: a number of any whole type behind its letter. */
  private length(type = this.letter()): number {
    const length = 'iUIlL'.includes(type)
      ? this.number(type)
      : this.fail(`the type ${JSON.stringify(type)}`, 'a length')
    if (length < 0 || length > this.bytes.length) this.fail(`a length of ${length}`, 'one that the file can hold')
    return length
  }

  private text(type?: string): string {
    const length = this.length(type)
    const from = this.take(length)
    return new TextDecoder().decode(this.bytes.subarray(from, from + length))
  }

  /** Type and count that may stand before what a container holds. */
  private header(): { type: string | null; count: number | null } {
    const type = this.next('$') ? this.letter() : null
    const count = this.next('#') ? this.length() : null
    if (type !== null && count === null) this.fail('a typed container without a count', '#')
    if ('TFZ'.includes(type ?? ' ') && (this.empty += count!) > this.bytes.length)
      this.fail(`${this.empty} values without bytes`, 'a model')
    return { type, count }
  }

  private array(depth: number): unknown[] {
    const { type, count } = this.header()
    const values: unknown[] = []
    if (count === null) while (!this.next(']')) values.push(this.value(this.letter(), depth + 1))
    else for (let i = 0; i < count; i++) values.push(this.value(type ?? this.letter(), depth + 1))
    return values
  }

  private object(depth: number): Record<string, unknown> {
    const { type, count } = this.header()
    const members: [string, unknown][] = []
    const member = () => members.push([this.text(), this.value(type ?? this.letter(), depth + 1)])
    if (count === null) while (!this.next('}')) member()
    else for (let i = 0; i < count; i++) member()
    return Object.fromEntries(members)
  }

  /** Whether the next byte is `letter`; then it is behind us. */
  private next(letter: string): boolean {
    const found = this.at < this.bytes.length && this.bytes[this.at] === letter.charCodeAt(0)
    if (found) this.at++
    return found
  }

  private take(count: number): number {
    const from = this.at
    if (count > this.bytes.length - from) this.fail('its end', 'the rest of a model')
    this.at += count
    return from
  }

  private fail(found: string, expected: string): never {
    throw new InputError({ file: this.file, part: `byte ${this.at}` }, found, expected)
  }
}
