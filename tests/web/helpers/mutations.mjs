// Files as accidents, and people who mean harm, make them of good ones: the same for the same draws.
import { gzipSync } from 'node:zlib'

/** Numbers that lengths, counts, offsets and cells are rarely ready for. */
export const WILD = [
  -1,
  0,
  1,
  127,
  128,
  255,
  256,
  32767,
  65535,
  65536,
  2 ** 20,
  2 ** 24,
  2 ** 26,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32 - 1,
  2 ** 53,
]
/** Texts that stand for other things than themselves. */
const WORDS = ['', '""', '"', '\\', '\0', '\r', '\n\n', '\u2028', '\ufeff', '\ud800', 'é', 'NaN', '-Infinity', '1e999']
WORDS.push('null', '[]', '{}', '[[[[', '}}', '__proto__', 'constructor', 'toString', 'length', '9'.repeat(400))
WORDS.push('0x10', '2001-02-30', '-0', '1e-320', '99999999999999999999', '\u001b[31m', '😀', 'a\u0300')

/** One change each: (bytes, draw, seeds) => bytes. `seeds` are good files of the same format. */
const CHANGES = [
  function flip(bytes, draw) {
    for (let n = 1 + draw.below(4); n > 0; n--) bytes[draw.below(bytes.length)] ^= 1 << draw.below(8)
    return bytes
  },
  function other(bytes, draw) {
    bytes[draw.below(bytes.length)] = draw() < 0.5 ? draw.of([0, 1, 0x7f, 0x80, 0xff]) : draw.below(256)
    return bytes
  },
  function cut(bytes, draw) {
    return bytes.subarray(0, draw.below(bytes.length))
  },
  function behead(bytes, draw) {
    return bytes.subarray(draw.below(Math.min(bytes.length, 40)))
  },
  function hole(bytes, draw) {
    const at = draw.below(bytes.length)
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + draw.below(60))])
  },
  function again(bytes, draw) {
    const at = draw.below(bytes.length)
    const block = bytes.subarray(at, at + 1 + draw.below(60))
    const times = draw() < 0.2 ? 200 : 1 + draw.below(3)
    return Buffer.concat([bytes.subarray(0, at), ...Array.from({ length: times }, () => block), bytes.subarray(at)])
  },
  function splice(bytes, draw, seeds) {
    const from = draw.of(seeds)
    const at = draw.below(bytes.length)
    return Buffer.concat([bytes.subarray(0, at), from.subarray(draw.below(from.length))])
  },
  function zeros(bytes, draw) {
    return bytes.fill(draw() < 0.5 ? 0 : 255, draw.below(bytes.length)).subarray(0, bytes.length)
  },
  function wild(bytes, draw) {
    const number = draw.of(WILD)
    const size = Math.min(draw.of([1, 2, 4, 8]), bytes.length)
    const field = Buffer.alloc(8)
    field.writeBigInt64LE(BigInt(number))
    field.copy(bytes, draw.below(bytes.length - size + 1), 0, size)
    return bytes
  },
  function varint(bytes, draw) {
    let number = BigInt.asUintN(64, BigInt(draw.of(WILD)))
    const written = []
    for (; number > 127n; number >>= 7n) written.push(Number(number & 127n) | 128)
    return put(bytes, draw, Buffer.from([...written, Number(number)]), draw.below(3))
  },
  function word(bytes, draw) {
    return put(bytes, draw, Buffer.from(draw.of(WORDS)), draw.below(10))
  },
  function number(bytes, draw) {
    return replaced(bytes, draw, /-?\d[\d.eE+-]*/g, String(draw.of(WILD)))
  },
  function cell(bytes, draw) {
    return replaced(bytes, draw, /[\w.:-]+/g, draw.of(WORDS))
  },
  function deep(bytes, draw) {
    const times = draw.of([70, 2000, 20_000])
    const [open, close] = draw.of([['[', ']'], ['{"a":', '}'], ['[', ''], ['(', ')']]) // prettier-ignore
    return put(bytes, draw, Buffer.from(`${open.repeat(times)}1${close.repeat(times)}`), draw.below(3))
  },
  function wide(bytes, draw) {
    return put(bytes, draw, Buffer.from(draw.of([',', ';', '\t', '"', 'x,', '\n', '|', ' ']).repeat(5000)), 0)
  },
]

/** `found` instead of `length` bytes at some place. */
function put(bytes, draw, found, length) {
  const at = draw.below(bytes.length)
  return Buffer.concat([bytes.subarray(0, at), found, bytes.subarray(at + length)])
}

/** A text in which one match is something else. */
function replaced(bytes, draw, pattern, found) {
  const text = bytes.toString('latin1')
  const matches = [...text.matchAll(pattern)]
  if (matches.length === 0) return bytes
  const { index, 0: match } = draw.of(matches)
  const parts = [Buffer.from(text.slice(0, index), 'latin1'), Buffer.from(found)]
  return Buffer.concat([...parts, Buffer.from(text.slice(index + match.length), 'latin1')])
}

/** Bytes made of a good file, or of nothing at all. */
export function mutated(seeds, draw) {
  const kind = draw.below(40)
  if (kind === 0) return Buffer.from(Array.from({ length: draw.below(300) }, () => draw.below(256)))
  let bytes = Buffer.from(draw.of(seeds))
  if (kind === 1) return Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(bytes.toString('latin1'), 'utf16le')])
  if (kind === 2) return gzipSync(bytes).subarray(0, draw() < 0.5 ? undefined : 30)
  for (let n = draw() < 0.7 ? 1 : 2 + draw.below(2); n > 0 && bytes.length > 0; n--) bytes = Buffer.from(draw.of(CHANGES)(bytes, draw, seeds)) // prettier-ignore
  return bytes
}
