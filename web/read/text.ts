/** The text of a file: UTF-8 checked, or UTF-16 by its mark; byte order mark gone, every line end made `\n`. */
import { readBytes } from './bytes.js'
import { InputError, quote } from './errors.js'
import { encodingOf } from './legacy.js'

const EXPECTED = 'UTF-8 text'
const iconv = (from: string) => `(iconv -f ${from} -t UTF-8 makes it, if that is what it is)`

/**
 * Streams the text of a file, plain or gzip, in pieces of about 256 KB that end anywhere.
 * Errors: not UTF-8 (with its line, and what it would say in the likeliest encoding), a zip archive or another binary file, and those of readBytes.
 */
export async function* readText(path: string, onBytes?: (count: number) => void): AsyncGenerator<string> {
  let decoder = new TextDecoder('utf-8', { fatal: true })
  const decode = async (chunk?: Buffer): Promise<string> => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true })
    } catch (error) {
      if (decoder.encoding !== 'utf-8')
        throw new InputError({ file: path }, 'broken UTF-16', 'whole UTF-16 or UTF-8 text', { cause: error })
      const { line, said, name } = await firstBadLine(path)
      const found = `bytes that are not UTF-8${said === '' ? '' : ` (in ${name === WESTERN ? 'Windows-1252' : name} they say ${quote(said)})`}`
      throw new InputError({ file: path, line }, found, `${EXPECTED} ${iconv(name)}`, { cause: error })
    }
  }
  let first = true
  let held = '' // a `\r` at the end of a piece: whether a `\n` follows is not known yet
  for await (const chunk of readBytes(path, onBytes)) {
    if (first) {
      refuseOtherFormats(path, chunk)
      const wide = wideOf(chunk)
      if (wide !== null) decoder = new TextDecoder(wide, { fatal: true })
    }
    if (decoder.encoding === 'utf-8' && chunk.includes(0))
      throw new InputError({ file: path }, 'a binary file (it has zero bytes)', EXPECTED)
    first = false
    let text = held + (await decode(chunk))
    held = text.endsWith('\r') ? '\r' : ''
    if (held !== '') text = text.slice(0, -1)
    if (text !== '') yield unixLines(text)
  }
  const text = held + (await decode())
  if (text !== '') yield unixLines(text)
}

/** UTF-16, in the order of bytes that its mark says; null: no such mark. */
function wideOf([first, second]: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  return first === 0xfe && second === 0xff ? 'utf-16be' : null
}

const LONGEST_LINE = 1 << 28

/** Streams the lines of a file without their ends. A last line needs no end; an end at the end starts no line. */
export async function* readLines(path: string, onBytes?: (count: number) => void): AsyncGenerator<string[]> {
  let rest = ''
  let line = 1
  for await (const text of readText(path, onBytes)) {
    const lines = text.split('\n')
    lines[0] = rest + lines[0]
    rest = lines.pop() as string
    line += lines.length
    if (rest.length > LONGEST_LINE)
      throw new InputError({ file: path, line }, `a line of more than ${LONGEST_LINE} characters`, 'lines that end')
    yield lines
  }
  if (rest !== '') yield [rest]
}

function unixLines(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text
}

function refuseOtherFormats(path: string, bytes: Buffer): void {
  const starts = (...magic: number[]) => magic.every((byte, i) => bytes[i] === byte)
  const found = starts(0x50, 0x4b, 3, 4)
    ? 'a zip archive (a spreadsheet, perhaps)'
    : starts(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59)
      ? 'a NumPy array'
      : starts(0x50, 0x41, 0x52, 0x31)
        ? 'a Parquet file inside another format'
        : ''
  if (found !== '') throw new InputError({ file: path }, found, EXPECTED)
}

const WESTERN = 'WINDOWS-1252'
/** So many bytes tell the encoding. */
const SAMPLE = 1 << 14

/** Only runs on the way to an error: reads the file again to name the line, and what stands around the byte. */
async function firstBadLine(path: string): Promise<{ line?: number; said: string; name: string }> {
  const decoder = new TextDecoder('utf-8')
  let line = 1
  let before = ''
  for await (const chunk of readBytes(path)) {
    const text = decoder.decode(chunk, { stream: true })
    const bad = text.indexOf('\ufffd')
    for (const char of bad < 0 ? text : text.slice(0, bad)) if (char === '\n') line++
    if (bad < 0) continue
    before = text
      .slice(Math.max(0, bad - 12), bad)
      .split('\n')
      .at(-1)!
    const at = Buffer.byteLength(text.slice(0, bad))
    const { name, label } = encodingOf(chunk.subarray(at, at + SAMPLE))
    const after = new TextDecoder(label).decode(chunk.subarray(at, at + 12), { stream: true })
    return { line, said: before + after.split('\n')[0]!, name }
  }
  return decoder.decode() === '' ? { said: '', name: WESTERN } : { line, said: '', name: WESTERN } // cut within a character
}
