/** Which column of a table holds ids that another file knows: where names do not tell the id, or tell a wrong one, values do. */
import type { Cell, Heading } from './batch.js'
import { idOf, type IdReading, type IdsAs } from './cells.js'
import { ColumnError, headingOf } from './columns.js'
import { InputError, quote } from './errors.js'
import type { FileFacts, FileNote } from './facts.js'
import { headingBy } from './header.js'
import type { Interactions } from './interactions.js'
import { readItems, type ItemOptions, type Items } from './items.js'
import { scanTable } from './table.js'

/** A column whose values are ids that are known. */
export interface Meeting {
  column: string
  /** So many of so many different values are known. */
  matched: number
  of: number
  /** No value comes twice, and none is missing. */
  unique: boolean
}

/** Columns of this many different values and more are judged by the first. */
const VALUES = 1 << 18
/** Of a table that is wider, the first columns are looked at. */
const WIDEST = 256

/** The columns that hold at least half of what they could of the known ids, the best first. */
export async function meetings(
  path: string,
  known: ReadonlySet<string>,
  heading: Heading,
  idsAs?: IdsAs,
): Promise<Meeting[]> {
  let names: readonly string[] = []
  const values: Set<string>[] = []
  let rows = 0
  const select = (found: readonly string[]) => (names = found.slice(0, WIDEST)).map((_, c) => c)
  for await (const batch of scanTable(path, { select, heading })) {
    batch.columns.forEach((cells, c) => {
      const set = (values[c] ??= new Set())
      for (let i = 0; i < batch.rows && set.size < VALUES; i++) addId(set, cells![i], idsAs)
    })
    rows += batch.rows
  }
  return names
    .map((column, c) => {
      const ids = [...(values[c] ?? [])]
      const matched = ids.reduce((sum, id) => sum + Number(known.has(id)), 0)
      return { column, matched, of: ids.length, unique: ids.length === Math.min(rows, VALUES) }
    })
    .filter(({ column, matched, of }) => column !== '' && matched > 0 && 2 * matched >= Math.min(of, known.size))
    .sort((a, b) => b.matched - a.matched || Number(b.unique) - Number(a.unique))
}

function addId(set: Set<string>, cell: Cell, idsAs?: IdsAs): void {
  const id = idOf(cell, idsAs)
  if (id !== null) set.add(id)
}

/**
 * Reads the catalogue of a log. Where the usual names say no id column, or several, or one whose ids the log does not know,
 * the column that the log does know is the id, if each row has its own value there; what was chosen is in the facts.
 */
export async function readItemsOf(
  log: Interactions | null,
  paths: readonly string[],
  options: ItemOptions = {},
): Promise<Items> {
  if (log === null || log.rows === 0) return readItems(paths, options)
  const known = new Set(log.itemIds)
  const faults: InputError[] = []
  const tell = () => faults.forEach((error) => options.onError!(error))
  const read = async (): Promise<Items | ColumnError> => {
    try {
      return await readItems(paths, { ...options, ...(options.onError && { onError: (error) => faults.push(error) }) })
    } catch (error) {
      if (error instanceof ColumnError && error.role === 'item_id') return error
      tell()
      throw error
    }
  }
  const first = await read()
  const failed = first instanceof InputError
  if (!failed && (first.rows === 0 || first.itemIds.some((id) => known.has(id)))) {
    tell()
    return first
  }
  const best = (await meetings(paths[0]!, known, headingOf(['item_id'], options.columns), options.idsAs))[0]
  const instead = failed ? null : (first.files[0]!.columns.item_id ?? null)
  const named =
    instead === 'item_id' ||
    (instead !== null && instead === options.columns?.item_id) ||
    typeof options.columns?.item_id === 'number'
  const note = best && noteOf(best, instead, best.unique && !named)
  if (note?.taken) {
    const items = await readItems(paths, { ...options, columns: { ...options.columns, item_id: note.column } })
    addNote(items.facts?.files[0], note)
    return items
  }
  tell()
  if (!failed) {
    if (note !== undefined) addNote(first.facts?.files[0], note)
    return first
  }
  if (best === undefined) throw first
  const hint = `${best.matched} of ${best.of} values of ${quote(best.column)} are items of the log`
  throw new InputError(first.place, first.found, `${first.expected}; ${hint}`)
}

/** Writes down which columns of a log, of those that play no part, hold items of the catalogue, where its own do not. */
export async function noteWhatMeets(log: Interactions, items: Items, { idsAs }: IdReading = {}): Promise<void> {
  const known = new Set(items.itemIds)
  if (log.itemIds.some((id) => known.has(id))) return
  for (const facts of log.facts?.files ?? []) {
    const idle = new Set(facts.columns.filter(({ role }) => role === null).map(({ name }) => name))
    const best = (await meetings(facts.path, known, headingBy(facts.columns.map(({ name }) => name)), idsAs)).find(
      ({ column }) => idle.has(column),
    )
    const instead = facts.columns.find(({ role }) => role === 'item_id')?.name ?? null
    if (best !== undefined) addNote(facts, noteOf(best, instead, false))
  }
}

const noteOf = ({ column, matched, of }: Meeting, instead: string | null, taken: boolean) => ({
  note: 'met' as const,
  column,
  matched,
  of,
  instead,
  taken,
})

function addNote(facts: FileFacts | undefined, note: FileNote): void {
  if (facts !== undefined) (facts.notes ??= []).push(note)
}
