/**
 * Parquet columns of lists of numbers, such as vectors: a row group becomes two arrays, its numbers one after the other and
 * where each list starts. hyparquet makes an array of JavaScript's of every list, which for a million vectors takes ten
 * times the memory and the time.
 *
 * A list in Parquet (Dremel's way, Melnik et al. 2010): a value's level of repetition is 0 where a list begins; its level of
 * definition says how far down the path it is there: the list itself, an element in it, a number in that.
 */
import type { ColumnMetaData, Compressors, DecodedArray, FileMetaData, SchemaTree } from 'hyparquet'
import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js'
import { decompressPage, readDataPage, readDataPageV2 } from 'hyparquet/src/datapage.js'
import { readPlain } from 'hyparquet/src/plain.js'
import { getMaxDefinitionLevel, getSchemaPath } from 'hyparquet/src/schema.js'
import type { NumberLists } from './batch.js'
import type { Page, Pages } from './pages.js'

/** Whole numbers as they stand, not dates, decimals or unsigned. */
const SIGNED = /^(INT_\d+)?$/

/** How a column's lists are coded; null where it is none of lists of numbers. */
export function numberListsIn({ schema }: FileMetaData, chunks: readonly ColumnMetaData[]): SchemaTree[] | null {
  const [chunk] = chunks
  if (chunk === undefined || chunks.length > 1) return null
  const path = getSchemaPath(schema, chunk.path_in_schema)
  const { type, converted_type: converted, logical_type: logical } = path.at(-1)!.element
  const isNumber = type === 'FLOAT' || type === 'DOUBLE' || ((type === 'INT32' || type === 'INT64') && SIGNED.test(converted ?? '') && (logical === undefined || (logical.type === 'INTEGER' && logical.isSigned))) // prettier-ignore
  return isNumber && path.filter(({ element }) => element.repetition_type === 'REPEATED').length === 1 ? path : null
}

/** Reads the lists of a column in one row group. Throws what is wrong with its pages. */
export async function readNumberLists(
  pages: Pages,
  { schema }: FileMetaData,
  column: ColumnMetaData,
  rows: number,
): Promise<NumberLists> {
  const path = getSchemaPath(schema, column.path_in_schema)
  const lists = new Growing(rows, Number(column.num_values), path)
  let dictionary: DecodedArray = []
  for await (const page of pages.pagesOf(schema, column)) {
    const { element } = path.at(-1)!
    const { dictionary_page_header: coded } = page.header
    if (coded !== undefined)
      dictionary = readPlain(readerOf(unpacked(page, column, pages.plain)), column.type, coded.num_values, element.type_length) // prettier-ignore
    else lists.add(levelsAndValues(page, column, path, pages.plain), dictionary)
  }
  return lists.end()
}

const readerOf = (bytes: Uint8Array) => ({ view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 }) // prettier-ignore

/** What of a page is packed, unpacked and checked. */
function unpacked({ header, packed, before, check }: Page, { codec }: ColumnMetaData, compressors: Compressors) {
  const rest = packed.subarray(before)
  const isPlain = header.data_page_header_v2?.is_compressed === false
  const plain = isPlain ? rest : decompressPage(rest, header.uncompressed_page_size - before, codec, compressors)
  check?.(plain)
  return plain
}

interface Values {
  count: number
  repetition: ArrayLike<number>
  /** Empty: nothing is missing. */
  definition: ArrayLike<number>
  values: DecodedArray
  /** Whether values are places in the dictionary. */
  coded: boolean
}

function levelsAndValues(
  page: Page,
  column: ColumnMetaData,
  schemaPath: SchemaTree[],
  compressors: Compressors,
): Values {
  const { element } = schemaPath.at(-1)!
  const { codec, type } = column
  const decoder = { pathInSchema: column.path_in_schema, type, element, schemaPath, codec, compressors, parsers: DEFAULT_PARSERS } // prettier-ignore
  const { data_page_header: first, data_page_header_v2: second } = page.header
  const { num_values: count, encoding } = (first ?? second)!
  const coded = encoding.endsWith('_DICTIONARY')
  const plain = unpacked(page, column, compressors)
  if (first !== undefined) {
    const { repetitionLevels, definitionLevels, dataPage } = readDataPage(plain, first, decoder)
    return { count, repetition: repetitionLevels, definition: definitionLevels ?? [], values: dataPage, coded }
  }
  // levels stand before what was packed; put together they are a page that is not
  const levels = page.packed.subarray(0, page.before)
  const whole = Buffer.concat([levels, plain])
  const header = { ...page.header, uncompressed_page_size: whole.length, data_page_header_v2: { ...second!, is_compressed: false } } // prettier-ignore
  const { repetitionLevels, definitionLevels, dataPage } = readDataPageV2(whole, header, { ...decoder, codec: 'UNCOMPRESSED' }) // prettier-ignore
  return { count, repetition: repetitionLevels, definition: definitionLevels ?? [], values: dataPage, coded }
}

/** Lists on their way; one may go on from page to page. */
class Growing {
  private readonly values: Float32Array
  private readonly start: Uint32Array
  private readonly whole: Uint8Array
  /** levels of definition: of a number that is there, and of an element that is, whatever it holds */
  private readonly number: number
  private readonly element: number
  private rows = 0
  private used = 0

  constructor(
    private readonly expected: number,
    most: number,
    path: SchemaTree[],
  ) {
    this.values = new Float32Array(most)
    this.start = new Uint32Array(expected + 1)
    this.whole = new Uint8Array(expected)
    this.number = getMaxDefinitionLevel(path)
    this.element = getMaxDefinitionLevel(path.slice(0, path.findIndex(({ element }) => element.repetition_type === 'REPEATED') + 1)) // prettier-ignore
  }

  add({ count, repetition, definition, values, coded }: Values, dictionary: DecodedArray): void {
    const isWhole = definition.length === 0
    let next = 0
    for (let i = 0; i < count; i++) {
      const level = isWhole ? this.number : definition[i]!
      if (repetition[i] === 0) this.begin(level >= this.element)
      if (level === this.number) {
        const value = values[next++]
        this.values[this.used++] = Number(coded ? dictionary[value as number] : value)
      } else {
        if (level >= this.element) this.values[this.used++] = NaN
        this.whole[this.rows - 1] = 0
      }
    }
    if (this.rows === 0 && count > 0) throw new Error('a list that goes on from none')
    if (next !== values.length) throw new Error(`${values.length} values, of which ${next} are in lists`)
  }

  private begin(isWhole: boolean): void {
    if (this.rows === this.expected) throw new Error(`more than ${this.expected} lists`)
    this.start[this.rows] = this.used
    this.whole[this.rows++] = Number(isWhole)
  }

  end(): NumberLists {
    if (this.rows !== this.expected) throw new Error(`${this.rows} lists, not ${this.expected}`)
    this.start[this.rows] = this.used
    return { start: this.start, values: this.values.subarray(0, this.used), whole: this.whole }
  }
}
