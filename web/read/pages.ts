/**
 * What Parquet's pages say of themselves, held against the bytes that are there. hyparquet takes it as it stands: a header
 * without a length sends it round for ever, and a run of equal values that is longer than its page fills the memory.
 *
 * Headers are looked at before hyparquet reads a column; what is packed, when hyparquet unpacks it.
 */
import type { AsyncBuffer, ColumnMetaData, Compressors, DataReader, PageHeader, SchemaElement } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { parquetHeader } from 'hyparquet/src/column.js'
import { decompressPage } from 'hyparquet/src/datapage.js'
import { deltaBinaryUnpack } from 'hyparquet/src/delta.js'
import { readRleBitPackedHybrid } from 'hyparquet/src/encoding.js'
import { getMaxDefinitionLevel, getMaxRepetitionLevel, getSchemaPath } from 'hyparquet/src/schema.js'
import { readVarInt } from 'hyparquet/src/thrift.js'
import { quote } from './errors.js'

/** No codec packs more than this many bytes into one, beyond what a small page may hold. */
const PACKED = 1 << 15
const SMALL = 1 << 20

/** Throws where what a page holds is not as it says. */
type Check = (page: Uint8Array) => void

/** What of a column's chunk its pages are read by. */
interface Chunk {
  column: ColumnMetaData
  /** of a value that is there, and bits of each level */
  most: { repetition: number; definition: number }
  bits: { repetition: number; definition: number }
  /** bytes of a value of fixed length */
  width: number
}

/** The pages of one file. */
export class Pages {
  readonly plain: Compressors = compressors
  /** For hyparquet: what comes out is checked on its way. */
  readonly compressors: Compressors = Object.fromEntries(
    Object.entries(compressors).map(([codec, unpack]) => [
      codec,
      (packed: Uint8Array, size: number) => {
        const page = unpack!(packed, size) as Uint8Array
        this.next++
        this.packed[this.next - 1]?.(page)
        return page
      },
    ]),
  )
  private readonly file: AsyncBuffer
  /** Checks of the pages that hyparquet is about to unpack, in its order; null: a dictionary. */
  private packed: (Check | null)[] = []
  private next = 0

  constructor(file: AsyncBuffer) {
    this.file = file
  }

  /**
   * Looks at the pages of a column, which hyparquet reads next. Several chunks make one column of structs; hyparquet unpacks
   * them in no certain order, so that these are unpacked here as well.
   */
  async expect(schema: SchemaElement[], chunks: readonly ColumnMetaData[]): Promise<void> {
    this.packed = []
    this.next = 0
    for (const column of chunks) await this.expectChunk(schema, column, chunks.length === 1)
  }

  private async expectChunk(schema: SchemaElement[], column: ColumnMetaData, alone: boolean): Promise<void> {
    for await (const { header, packed, before, check } of this.pagesOf(schema, column)) {
      const rest = packed.subarray(before)
      if (column.codec === 'UNCOMPRESSED' || header.data_page_header_v2?.is_compressed === false) check?.(rest)
      else if (alone) this.packed.push(check)
      else check?.(decompressPage(rest, header.uncompressed_page_size - before, column.codec, compressors))
    }
  }

  /** The pages of a chunk one by one, a few of them in memory: those of a table in one row group are as large as the table. */
  async *pagesOf(schema: SchemaElement[], column: ColumnMetaData): AsyncGenerator<Page, void, void> {
    const start = Number(column.dictionary_page_offset || column.data_page_offset)
    const end = start + Number(column.total_compressed_size)
    if (!(start >= 4 && end >= start && end <= this.file.byteLength))
      throw new Error(`bytes ${start} to ${end} of ${this.file.byteLength}`)
    const path = getSchemaPath(schema, column.path_in_schema)
    const most = { repetition: getMaxRepetitionLevel(path), definition: getMaxDefinitionLevel(path) }
    const bitsOf = (level: number) => 32 - Math.clz32(level)
    const bits = { repetition: bitsOf(most.repetition), definition: bitsOf(most.definition) }
    const chunk = { column, most, bits, width: widthOf(column, path.at(-1)?.element.type_length) }
    const window = new Window(this.file, end)
    for (let at = start; at < end - 1;) {
      const { header, length } = await headerAt(window, at)
      at += length
      const { compressed_page_size: packed, uncompressed_page_size: plain } = header
      within('a page of bytes', packed, end - at)
      within('a page unpacked to bytes', plain, SMALL + PACKED * packed)
      const data = header.data_page_header ?? header.data_page_header_v2
      if (data !== undefined) within('a page of values', data.num_values, Number(column.num_values))
      else within('a dictionary of values', header.dictionary_page_header?.num_values ?? 0, plain)
      const page = await window.bytes(at, packed)
      yield { header, packed: page, ...checkOf(page, header, chunk) }
      at += packed
    }
  }
}

/** A page as it lies in the file: its levels may lie `before` what is packed, and that is to be checked once it is unpacked. */
export interface Page {
  header: PageHeader
  packed: Uint8Array
  before: number
  check: Check | null
}

/** Bytes of a file up to an end, read some ahead. */
class Window {
  private start = 0
  private held = new Uint8Array(0)

  constructor(
    private readonly file: AsyncBuffer,
    readonly end: number,
  ) {}

  /** Up to `count` bytes, fewer where the end is nearer. */
  async bytes(from: number, count: number): Promise<Uint8Array> {
    const to = Math.min(from + count, this.end)
    if (from < this.start || to > this.start + this.held.length) {
      const last = Math.min(Math.max(to, from + AHEAD), this.end)
      this.held = new Uint8Array(await this.file.slice(from, last))
      this.start = from
    }
    return this.held.subarray(from - this.start, to - this.start)
  }
}

const AHEAD = 1 << 22
const HEADER = 1 << 12

/** The header of the page that begins there, and how long it is: statistics may make it longer than expected. */
async function headerAt(window: Window, at: number): Promise<{ header: PageHeader; length: number }> {
  for (let most = HEADER; ; most *= 16) {
    const reader = readerOf(await window.bytes(at, most))
    try {
      const header = parquetHeader(reader)
      return { header, length: reader.offset }
    } catch (error) {
      if (at + most >= window.end) throw error
    }
  }
}

function within(what: string, count: unknown, most: number): void {
  if (typeof count !== 'number' || !(count >= 0 && count <= most))
    throw new Error(`${what}: ${quote(count)} of ${most}`)
}

const WIDTHS: Readonly<Record<string, number>> = { INT32: 4, INT64: 8, FLOAT: 4, DOUBLE: 8, INT96: 12 }

const widthOf = ({ type }: ColumnMetaData, length: number | undefined): number => WIDTHS[type] ?? length ?? 0

/** Checks what of a page is not packed, which lies `before` the rest; and how the rest is to be checked, if at all. */
function checkOf(page: Uint8Array, header: PageHeader, chunk: Chunk): { before: number; check: Check | null } {
  const { data_page_header: first, data_page_header_v2: second } = header
  const { bits, most } = chunk
  if (first !== undefined) {
    const check = (plain: Uint8Array) => {
      const reader = readerOf(plain)
      const count = first.num_values
      const length = () => reader.view.getUint32(reader.offset, true)
      let values = count
      if (bits.repetition > 0) checkLevels(reader, bits.repetition, count, length(), 4)
      if (bits.definition > 0) {
        const { offset } = reader
        checkLevels(reader, bits.definition, count, length(), 4)
        if (COUNTED.test(first.encoding))
          values = present({ ...reader, offset }, bits.definition, count, most.definition)
      }
      checkValues(reader, first.encoding, values, chunk)
    }
    return { before: 0, check }
  }
  if (second === undefined) return { before: 0, check: null }
  const lengths = [second.repetition_levels_byte_length, second.definition_levels_byte_length]
  const before = lengths[0]! + lengths[1]!
  if (!(lengths.every((length) => length >= 0) && before <= page.length))
    throw new Error(
      `levels of ${lengths.map((length) => length ?? 'no').join(' and ')} bytes in a page of ${page.length}`,
    )
  within('a page of nulls', second.num_nulls, second.num_values)
  const reader = readerOf(page)
  if (bits.repetition > 0) checkLevels(reader, bits.repetition, second.num_values, lengths[0]!)
  reader.offset = lengths[0]!
  if (bits.definition > 0) checkLevels(reader, bits.definition, second.num_values, lengths[1]!)
  const values = second.num_values - second.num_nulls
  return { before, check: (plain) => checkValues(readerOf(plain), second.encoding, values, chunk) }
}

const readerOf = (bytes: Uint8Array): DataReader => ({
  view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  offset: 0,
})

/** Encodings whose size tells nothing of how many values they hold, or is made of it. */
const COUNTED = /^(DELTA|BYTE_STREAM_SPLIT)/

/** How many of `count` values are there: those whose level of definition is the highest. */
function present(reader: DataReader, bits: number, count: number, most: number): number {
  const levels = new Array<number>(count)
  readRleBitPackedHybrid(reader, bits, levels)
  return levels.reduce((sum, level) => sum + Number(level === most), 0)
}

/** Values as they are coded: places in a dictionary, deltas, bytes of floats. What is plain is as long as it is. */
function checkValues(reader: DataReader, encoding: string, count: number, { column, width }: Chunk): void {
  const left = reader.view.byteLength - reader.offset
  switch (encoding) {
    case 'PLAIN_DICTIONARY':
    case 'RLE_DICTIONARY': {
      if (left === 0) return // a page of nothing but nulls
      const bits = reader.view.getUint8(reader.offset++)
      if (bits > 32) throw new Error(`places of ${bits} bits`)
      checkRuns(reader, bits, count, left - 1)
      return
    }
    case 'BYTE_STREAM_SPLIT':
      within('a page of split bytes', count * width, left)
      return
    case 'DELTA_BINARY_PACKED':
      checkDeltas(reader, count)
      return
    case 'DELTA_LENGTH_BYTE_ARRAY': {
      const lengths = deltas(reader, count)
      within('texts of bytes', lengths.reduce(plus, 0), reader.view.byteLength - reader.offset) // prettier-ignore
      return
    }
    case 'DELTA_BYTE_ARRAY': {
      const [begun, rest] = [deltas(reader, count), deltas(reader, count)]
      within('ends of texts of bytes', rest.reduce(plus, 0), reader.view.byteLength - reader.offset)
      within('texts of bytes', begun.reduce(plus, 0), SMALL + PACKED * left)
      let before = 0
      begun.forEach((length, i) => {
        within('a text that begins with bytes', length, before)
        before = length + rest[i]!
      })
      return
    }
    default:
      if (encoding === 'RLE' && column.type === 'BOOLEAN') return
  }
}

/** Lengths one after the other; a negative one makes the sum none. */
const plus = (sum: number, length: number) => (length >= 0 ? sum + length : NaN)

/** Blocks of deltas begin with their sizes; hyparquet goes where these send it. */
function checkDeltas(reader: DataReader, count: number): void {
  within('deltas', count, SMALL + PACKED * (reader.view.byteLength - reader.offset))
  if (count === 0) return
  const { offset } = reader
  const block = readVarInt(reader)
  within('a block of deltas', block, MOST_DELTAS)
  const parts = readVarInt(reader)
  if (!(parts > 0 && parts <= block)) throw new Error(`a block of ${block} deltas in ${parts} parts`)
  reader.offset = offset
}

const MOST_DELTAS = 1 << 16

function deltas(reader: DataReader, count: number): Int32Array {
  checkDeltas(reader, count)
  const values = new Int32Array(count)
  if (count > 0) deltaBinaryUnpack(reader, count, values)
  return values
}

/** Levels, of which every value has one. */
function checkLevels(reader: DataReader, bits: number, count: number, length: number, lead = 0): void {
  const seen = checkRuns(reader, bits, count, length, lead)
  if (seen < count) throw new Error(`levels of ${seen} values, not of ${count}`)
}

/** Runs of at most `count` values of `bits` bits in `length` bytes, which begin behind `lead` bytes: how many values they are. The reader is after them. */
function checkRuns(reader: DataReader, bits: number, count: number, length: number, lead = 0): number {
  const begin = reader.offset + lead
  const end = begin + length
  if (end > reader.view.byteLength) throw new Error(`runs of ${length} bytes at ${begin} of ${reader.view.byteLength}`)
  let seen = 0
  for (reader.offset = begin; seen < count && reader.offset < end;) {
    let [head, scale] = [0, 1]
    for (let more = true; more; scale *= 128) {
      const byte = reader.view.getUint8(reader.offset++)
      head += (byte & 127) * scale
      more = byte > 127 && scale < 2 ** 28
    }
    const packed = head % 2 === 1
    const run = packed ? 4 * (head - 1) : head / 2
    // values are packed by eight, by DuckDB by 256: the last may be none, but their bytes are there
    const filled = packed && bits > 0 ? (8 * (end - reader.offset)) / bits : 0
    if (run > Math.max(count - seen + (packed ? 7 : 0), filled))
      throw new Error(`a run of ${run} values where ${count - seen} are left`)
    seen += run
    reader.offset += packed ? (bits * run) / 8 : (bits + 7) >> 3
  }
  reader.offset = end
  return seen
}
