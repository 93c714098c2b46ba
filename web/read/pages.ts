/**
 * What Parquet's pages say of themselves, held against the bytes that are there. hyparquet takes it as it stands: a header
 * without a length sends it round for ever, and a run of equal values that is longer than its page fills the memory.
 */
import type { AsyncBuffer, ColumnMetaData, DataReader, PageHeader, SchemaElement } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { parquetHeader } from 'hyparquet/src/column.js'
import { decompressPage } from 'hyparquet/src/datapage.js'
import { getMaxDefinitionLevel, getMaxRepetitionLevel, getSchemaPath } from 'hyparquet/src/schema.js'
import { quote } from './errors.js'

/** No codec packs more than this many bytes into one, beyond what a small page may hold. */
const PACKED = 1 << 15
const SMALL = 1 << 20

/** Throws where a page of a column's chunk is not as it says. */
export async function checkPages(file: AsyncBuffer, schema: SchemaElement[], column: ColumnMetaData): Promise<void> {
  const start = Number(column.dictionary_page_offset || column.data_page_offset)
  const size = Number(column.total_compressed_size)
  if (!(start >= 4 && size >= 0 && start + size <= file.byteLength))
    throw new Error(`bytes ${start} to ${start + size} of ${file.byteLength}`)
  const path = getSchemaPath(schema, column.path_in_schema)
  const levels = [getMaxRepetitionLevel(path), getMaxDefinitionLevel(path)].map((most) => 32 - Math.clz32(most))
  const reader = { view: new DataView(await file.slice(start, start + size)), offset: 0 }
  while (reader.offset < size - 1) {
    const header = parquetHeader(reader)
    const { compressed_page_size: packed, uncompressed_page_size: plain } = header
    within('a page of bytes', packed, size - reader.offset)
    within('a page unpacked to bytes', plain, SMALL + PACKED * packed)
    const data = header.data_page_header ?? header.data_page_header_v2
    if (data !== undefined) within('a page of values', data.num_values, Number(column.num_values))
    else within('a dictionary of values', header.dictionary_page_header?.num_values ?? 0, plain)
    checkPage(new Uint8Array(reader.view.buffer, reader.offset, packed), header, column, levels)
    reader.offset += packed
  }
}

function within(what: string, count: unknown, most: number): void {
  if (typeof count !== 'number' || !(count >= 0 && count <= most))
    throw new Error(`${what}: ${quote(count)} of ${most}`)
}

/** The runs of a page: levels of repetition and definition, then the places in a dictionary. `levels`: bits of each. */
function checkPage(bytes: Uint8Array, header: PageHeader, { codec, type }: ColumnMetaData, levels: number[]): void {
  const { data_page_header: first, data_page_header_v2: second } = header
  const page = first ?? second
  if (page === undefined) return
  const count = page.num_values
  let reader: DataReader
  if (second === undefined) {
    reader = readerOf(decompressPage(bytes, header.uncompressed_page_size, codec, compressors))
    for (const bits of levels)
      if (bits > 0) checkLevels(reader, bits, count, reader.view.getUint32(reader.offset, true), 4)
  } else {
    const lengths = [second.repetition_levels_byte_length, second.definition_levels_byte_length]
    const before = lengths[0] + lengths[1]
    if (!(lengths.every((length) => length >= 0) && before <= bytes.length))
      throw new Error(`levels of ${before} bytes in a page of ${bytes.length}`)
    reader = readerOf(bytes)
    levels.forEach((bits, i) => {
      if (bits > 0) checkLevels(reader, bits, count, lengths[i])
      reader.offset = lengths.slice(0, i + 1).reduce((sum, length) => sum + length, 0)
    })
    const rest = bytes.subarray(before)
    const plain = header.uncompressed_page_size - before
    reader = readerOf(second.is_compressed === false ? rest : decompressPage(rest, plain, codec, compressors))
  }
  if (page.encoding === 'RLE' && type === 'BOOLEAN') return
  if (page.encoding !== 'PLAIN_DICTIONARY' && page.encoding !== 'RLE_DICTIONARY') return
  if (reader.view.byteLength === reader.offset) return // a page of nothing but nulls
  const bits = reader.view.getUint8(reader.offset++)
  if (bits > 32) throw new Error(`places of ${bits} bits`)
  checkRuns(reader, bits, count, reader.view.byteLength - reader.offset)
}

const readerOf = (bytes: Uint8Array): DataReader => ({
  view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  offset: 0,
})

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
    // the last values of eight that are packed may be none
    if (run > count - seen + (packed ? 7 : 0)) throw new Error(`a run of ${run} values where ${count - seen} are left`)
    seen += run
    reader.offset += packed ? (bits * run) / 8 : (bits + 7) >> 3
  }
  reader.offset = end
  return seen
}
