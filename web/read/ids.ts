/** A list of ids, one a line, no header: the names of an embedding table's rows. */
import { fileSize, type Progress } from './bytes.js'
import { ID_EXPECTED, wholeIds } from './cells.js'
import { InputError, quote } from './errors.js'
import { Intern } from './intern.js'
import { counter } from './table.js'
import { readLines } from './text.js'

/**
 * The ids, plain or gzip, as ids of tables are read (see idOf); blank lines at the end are ignored.
 * Errors: an id twice (with both lines), a blank line or a word for missing among ids.
 */
export async function readIds(path: string, options: { onProgress?: Progress } = {}): Promise<string[]> {
  const ids = new Intern()
  const onBytes = options.onProgress && counter(options.onProgress, await fileSize(path))
  let line = 0
  for await (const lines of readLines(path, onBytes)) {
    for (const text of lines) {
      line++
      if (text.trim() === '') continue
      // As long as every line was an id, line n holds id n - 1.
      if (ids.names.length < line - 1) throw blankLine(path, ids.names.length + 1)
      const code = ids.codeOfId(text)
      if (code < 0) throw new InputError({ file: path, line }, quote(text), ID_EXPECTED)
      if (code !== line - 1) {
        throw new InputError(
          { file: path, line },
          `the id ${quote(ids.names[code])} again`,
          `each id once (it is also in line ${code + 1})`,
        )
      }
    }
  }
  return wholeIds(ids.names) ?? ids.names
}

function blankLine(file: string, line: number): InputError {
  return new InputError({ file, line }, 'a blank line', 'an id')
}
