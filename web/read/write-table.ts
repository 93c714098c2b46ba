/** Writing a table that may be larger than memory: row groups of Parquet, or CSV, by the name's ending. */
import { closeSync, openSync, writeSync } from 'node:fs'
import { fileWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer'
import Papa from 'papaparse'
import { InputError } from './errors.js'
import { appear, discard, placeOf } from './whole.js'

export type ColumnType = 'INT32' | 'FLOAT' | 'DOUBLE' | 'STRING'
export interface TableColumn {
  name: string
  type: ColumnType
}
/** Rows as columns, each as long as the others. */
export type ColumnData = Int32Array | Float32Array | Float64Array | string[]

export interface TableWriter {
  write(columns: ColumnData[]): void
  /** The file appears under its name. */
  finish(): void
  /** Nothing is left behind. */
  abandon(): void
}

/** Errors: a name that ends neither in .parquet nor in .csv. */
export function writeTable(path: string, columns: readonly TableColumn[]): TableWriter {
  if (/\.(parquet|pq)$/i.test(path)) return parquet(path, columns)
  if (/\.csv$/i.test(path)) return csv(path, columns)
  throw new InputError({ file: path }, 'this ending', '.parquet or .csv')
}

function parquet(path: string, columns: readonly TableColumn[]): TableWriter {
  const place = placeOf(path)
  // Numbers are written plainly: a dictionary would take -0 and 0 for one value.
  const source = (data: (c: number) => ColumnData) =>
    columns.map(({ name, type }, c) => ({
      name,
      type,
      data: data(c),
      nullable: false,
      statistics: false,
      ...(type === 'STRING' ? {} : { encoding: 'PLAIN' as const }),
    }))
  const writer = new ParquetWriter({
    writer: fileWriter(place.part),
    schema: schemaFromColumnData({ columnData: source(() => []) }),
  })
  return {
    write(data) {
      if (data[0]!.length > 0) void writer.write({ columnData: source((c) => data[c]!), rowGroupSize: data[0]!.length })
    },
    finish() {
      void writer.finish()
      appear(place)
    },
    abandon() {
      discard(place)
    },
  }
}

/** A float32 in as few digits as bring it back; nothing where it is missing. */
const digits = (value: number) =>
  Number.isNaN(value) ? '' : Object.is(value, -0) ? '-0' : String(+value.toPrecision(9))

function csv(path: string, columns: readonly TableColumn[]): TableWriter {
  const place = placeOf(path)
  const file = openSync(place.part, 'w')
  writeSync(file, `${Papa.unparse([columns.map((column) => column.name)])}\n`)
  return {
    write(data) {
      const rows = Array.from({ length: data[0]!.length }, (_, row) =>
        columns.map(({ type }, c) => {
          const cell = data[c]![row]!
          if (typeof cell === 'string') return cell
          return type === 'FLOAT' ? digits(cell) : Number.isNaN(cell) ? '' : String(cell)
        }),
      )
      if (rows.length > 0) writeSync(file, `${Papa.unparse(rows, { newline: '\n' })}\n`)
    },
    finish() {
      closeSync(file)
      appear(place)
    },
    abandon() {
      closeSync(file)
      discard(place)
    },
  }
}
