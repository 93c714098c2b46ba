/**
 * One table in several files, as Spark, BigQuery, Snowflake, DuckDB and Polars write it: a folder, or a pattern of paths.
 *
 * Parts are read in the order of their names, a number in a name by its value (part-2 before part-10), and what is in a folder
 * (`day=2024-01-01/`) where the folder's name stands. No parts are what those programs leave beside them: names that begin with
 * a point or _ (`_SUCCESS`, `_committed_…`), those that end in .crc, and files that hold nothing.
 */
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, sep } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { fileSize, firstBytes, isGzip } from './bytes.js'
import { fileError, InputError, quote } from './errors.js'

const MAGIC = /[*?[{]/
const SEPARATOR = sep === '/' ? '/' : /[\\/]/

/**
 * The files of an input: itself, those of a folder, or those that a pattern names (`*`, `?`, `[a-z]`, `{a,b}`, and `**` for
 * folders within folders). Errors: nothing there, nothing in it to read, files of several formats, a table of Delta Lake with a past.
 */
export async function partsOf(path: string): Promise<string[]> {
  const info = await stat(path).catch((error: unknown) => error as Error)
  if (info instanceof Error) {
    if (!MAGIC.test(path)) throw fileError(path, info)
    const found: string[] = []
    for (const one of await matching(path)) found.push(...(await filesIn(one)))
    return checked(path, [...new Set(found)], basename(path).includes('*') ? dirname(path) : path)
  }
  return info.isDirectory() ? checked(path, await filesIn(path), join(path, '**')) : [path]
}

/** The size in bytes of all files of inputs: the total of a progress bar. */
export async function totalSize(inputs: readonly string[]): Promise<number> {
  let total = 0
  for (const input of inputs) for (const file of await partsOf(input)) total += await fileSize(file)
  return total
}

/** What Hive's folders, `day=2024-01-01/`, say of all rows of a part: cells by column, null where there is nothing. */
export function partitionOf(input: string, part: string): Map<string, string | null> {
  const steps = join(input, '.').split(SEPARATOR) // as parts are joined to it
  const own = part.split(SEPARATOR)
  const pattern = steps.findIndex((step, i) => step !== own[i])
  const folders = own.slice(pattern < 0 ? steps.length : pattern, -1)
  const said = folders.flatMap((folder) => /^([^=]+)=(.*)$/.exec(folder) ?? [])
  const cells = new Map<string, string | null>()
  for (let i = 0; i < said.length; i += 3)
    cells.set(unescaped(said[i + 1]!), said[i + 2] === NOWHERE ? null : unescaped(said[i + 2]!))
  return cells
}

const NOWHERE = '__HIVE_DEFAULT_PARTITION__'

/** Of a colon, and of what else no folder is to be called, such names have the bytes: %3A. */
const unescaped = (name: string): string =>
  name.replace(/(%[\da-f]{2})+/gi, (bytes) => Buffer.from(bytes.replaceAll('%', ''), 'hex').toString())

/** Of files that were found in a folder, or in several that a pattern names, those that hold something. */
async function checked(path: string, files: readonly string[], folder: string): Promise<string[]> {
  const parts: string[] = []
  const kinds = new Map<string, string[]>()
  for (const file of files) {
    if (await isEmpty(file)) continue
    parts.push(file)
    const kind = await kindOf(file)
    kinds.set(kind, [...(kinds.get(kind) ?? []), file])
  }
  if (parts.length === 0) {
    const none = files.length === 0 ? 'no files' : `no content in ${files.length === 1 ? 'its only file' : `any of its ${files.length} files`}` // prettier-ignore
    throw new InputError({ file: path }, none, 'parts of a table, such as part-00000.parquet or part-00000.csv')
  }
  const [most, ...others] = [...kinds].sort(([, a], [, b]) => b.length - a.length) as [[string, string[]]]
  if (others.length > 0) {
    const found = [most, ...others].map(([kind, [first, ...more]]) => `${1 + more.length} ${kind || 'without an ending'} (${basename(first!)})`) // prettier-ignore
    const pattern = join(folder, /\.gz$/i.test(most[1][0]!) ? `*${most[0]}.gz` : `*${most[0]}`)
    throw new InputError({ file: path }, `files of several formats: ${found.join(', ')}`, `parts of one table, as ${quote(pattern)} names them`) // prettier-ignore
  }
  return parts
}

const isHidden = (name: string): boolean => /^[._]|\.crc$/i.test(name)

/** A name whose numbers compare by their values. */
const byValue = (name: string): string => name.replace(/\d+/g, (digits) => digits.padStart(20, '0'))

/** Names in a folder, in their order. */
async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw fileError(folder, error, 'a folder that can be read')
  })
  const keyed = names.filter((name) => !isHidden(name)).map((name) => [byValue(name), name] as const)
  return keyed.sort(([a, one], [b, other]) => (a < b || (a === b && one < other) ? -1 : 1)).map(([, name]) => name)
}

const isFolder = async (path: string): Promise<boolean> => (await stat(path).catch(() => null))?.isDirectory() ?? false

/** Folders are followed no deeper: links may lead in a circle. */
const DEEPEST = 32

/** A file, or the files of a folder and of those in it. */
async function filesIn(path: string, depth = 0): Promise<string[]> {
  if (!(await isFolder(path))) return [path]
  if (depth > DEEPEST) throw new InputError({ file: path }, `folders more than ${DEEPEST} deep`, 'a folder of parts')
  await refusePast(path)
  const files: string[] = []
  for (const name of await namesIn(path)) files.push(...(await filesIn(join(path, name), depth + 1)))
  return files
}

/** Delta Lake keeps files whose rows were replaced or deleted; which they are, its log says. */
async function refusePast(folder: string): Promise<void> {
  const log = await readdir(join(folder, '_delta_log')).catch(() => [])
  const versions = log.filter((name) => /^\d+\.(json|checkpoint.*)$/.test(name)).length
  if (versions < 2) return
  const found = 'a Delta Lake table that was changed, with files of rows that are no more'
  throw new InputError({ file: folder }, found, `parts of its newest rows alone, as Spark writes them with .write.parquet(…)`) // prettier-ignore
}

/** Files and folders that a pattern names. */
async function matching(pattern: string): Promise<string[]> {
  const steps = pattern.split(SEPARATOR)
  const isRoot = steps[0] === '' || /^[a-z]:$/i.test(steps[0]!)
  let found = [isRoot ? `${steps.shift()}/` : '']
  for (const step of steps) {
    const next: string[] = []
    for (const at of found)
      if (step === '') next.push(at)
      else if (step === '**') next.push(...(await foldersIn(at)))
      else if (!MAGIC.test(step)) next.push(join(at, step))
      else {
        const names = (await isFolder(at || '.')) ? await namesIn(at || '.') : []
        next.push(...names.filter((name) => regexpOf(step).test(name)).map((name) => join(at, name)))
      }
    found = next
  }
  const there = await Promise.all(found.map((path) => stat(path).catch(() => null)))
  return found.filter((_, i) => there[i] !== null)
}

/** A folder, and those in it at any depth. */
async function foldersIn(folder: string, depth = 0): Promise<string[]> {
  const folders = [folder]
  for (const name of depth < DEEPEST ? await namesIn(folder || '.') : [])
    if (await isFolder(join(folder, name))) folders.push(...(await foldersIn(join(folder, name), depth + 1)))
  return folders
}

/** A step of a pattern, which matches a whole name. */
function regexpOf(step: string): RegExp {
  let [source, depth] = ['', 0]
  for (const [token] of step.matchAll(/\[[^\]]+\]|[^]/gu)) {
    if (token.length > 2 && token[0] === '[') source += token.replace(/^\[!/, '[^').replace(/\\/g, '\\\\')
    else if (token === '*') source += '.*'
    else if (token === '?') source += '.'
    else if (token === '{') source += (depth++, '(?:')
    else if (token === '}' && depth > 0) source += (depth--, ')')
    else if (token === ',' && depth > 0) source += '|'
    else source += token.replace(/[\\^$.|+()[\]{}]/g, '\\$&')
  }
  return new RegExp(`^${source}${')'.repeat(depth)}$`, 'su')
}

/** A packed file of nothing has some twenty bytes. */
const PACKED_NOTHING = 64

async function isEmpty(path: string): Promise<boolean> {
  const { size } = await stat(path).catch((error: unknown) => {
    throw fileError(path, error)
  })
  if (size === 0 || size > PACKED_NOTHING) return size === 0
  const bytes = await readFile(path)
  try {
    return isGzip(bytes) && gunzipSync(bytes).length === 0
  } catch {
    return false // whoever reads it says what is wrong
  }
}

/** Endings of one format. */
const ALIKE: Record<string, string> = { ndjson: 'json', jsonl: 'json', tab: 'tsv', pq: 'parquet' }

/** What parts have in common: Parquet by its content, else the end of the name, where one says something. */
async function kindOf(path: string): Promise<string> {
  if ((await firstBytes(path, 4)).toString('latin1') === 'PAR1') return '.parquet'
  const extension = /\.([a-z]\w*)(\.gz)?$/i.exec(path)?.[1].toLowerCase()
  return extension === undefined ? '' : `.${ALIKE[extension] ?? extension}`
}
