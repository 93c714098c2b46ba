/** A list of ids, one a line, no header: the names of an embedding table's rows. */
import { fileSize, type Progress } from './bytes.js'
import { ID_EXPECTED, type IdReading } from './cells.js'
import { InputError, quote } from './errors.js'
import { IdColumn, type Floats } from './intern.js'
import { counter } from './table.js'
import { readLines } from './text.js'

export interface IdsOptions extends IdReading {
  onProgress?: Progress
  /** hears how ids are written */
  onFloats?: (floats: Floats) => void
}

/**
 * The ids, plain or gzip, as ids of tables are read (see idOf); blank lines at the end are ignored.
 * Errors: an id twice (with both lines), a blank line or a word for missing among ids.
 */
export async function readIds(path: string, options: IdsOptions = {}): Promise<string[]> {
  const column = new IdColumn(options.idsAs)
  const { names } = column.ids
  const onBytes = options.onProgress && counter(options.onProgress, await fileSize(path))
  let line = 0
  for await (const lines of readLines(path, onBytes)) {
    for (const text of lines) {
      line++
      if (text.trim() === '') continue
      // As long as every line was an id, line n holds id n - 1.
      if (names.length < line - 1) throw blankLine(path, names.length + 1)
      const code = column.codeOfId(text)
      if (code < 0) throw new InputError({ file: path, line }, quote(text), ID_EXPECTED)
      if (code !== line - 1) {
        throw new InputError(
          { file: path, line },
          `the id ${quote(names[code])} again`,
          `each id once (it is also in line ${code + 1})`,
        )
      }
    }
  }
  options.onFloats?.(column.endFile())
  return names
}

function blankLine(file: string, line: number): InputError {
  return new InputError({ file, line }, 'a blank line', 'an id')
}
