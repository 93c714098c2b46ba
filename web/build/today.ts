/**
 * Today's catalogue beside the bundle of the day before: which items are new, gone, back or say something else, and what all of them are
 * called and say. An item that is gone keeps what it said, for the histories in which it stands, until its number is another's.
 */
import { SECTION } from '../generated/numbers.js'
import { InputError, type Column, type Items } from '../read/index.js'
import { catalogueOf, type Catalogue } from './catalogue.js'
import type { Previous } from './inputs.js'
import type { BuildRecord } from './record.js'
import { isNumeric, readCategories } from './sections/attributes.js'
import { columnIn, said, withRows } from './sections/columns.js'
import { countsIn } from './sections/popularity.js'
import { isWithdrawn } from './sections/withdrawn.js'

export interface Today {
  catalogue: Catalogue
  /** How many items are new, gone since, back among those that are recommended, say something else, and are as they were. */
  counts: { fresh: number; gone: number; back: number; changed: number; same: number }
  /** Numbers of new items; and with them those whose texts or categories are others. */
  fresh: readonly number[]
  reworded: ReadonlySet<number>
  /** Values of each column of categories when the bundle was trained. */
  values: Record<string, number>
}

type Before = Pick<Previous, 'path' | 'ids' | 'attributes' | 'sections'>

/** Errors: columns that are missing or of another kind; too many items that are gone. */
export function todayBeside(
  items: Items,
  before: Before,
  refreshed: BuildRecord['refreshed'],
  config: { popularity?: string; allow?: 'catalogue' },
): Today {
  const { path, ids } = before
  const old = columnsBefore(before)
  const columns = likeBefore(items, old, path)
  const rowOf = new Map(items.itemIds.map((id, row) => [id, row]))
  const { gone, others, withdrawn } = leftOf(before, old, rowOf, config.allow)
  const catalogue = catalogueOf(
    {
      interactions: null,
      embeddings: null,
      items: {
        ...items,
        rows: items.rows + gone.length,
        itemIds: [...items.itemIds, ...gone.map((number) => ids[number]!)],
        columns: columns.map((column, at) => withRows(column, old[at], gone)),
      },
      others: others.map((number) => ids[number]!),
      previous: {
        ids,
        gone: new Set(gone.map((number) => ids[number]!)),
        attributes: before.attributes,
        fixed: new Map(Object.entries(valuesThen(before, refreshed))),
      },
    },
    null,
    config,
  )
  if (!catalogue.stays)
    throw new InputError(
      fileOf(items),
      `a catalogue without ${ids.length - items.itemIds.filter((id) => catalogue.numberOf.has(id)).length} of the ${ids.length} items of ${path}`,
      'most of them; if so many are gone, a build without --refresh numbers the others anew',
    )
  const counts = { fresh: 0, gone: gone.filter((number) => !withdrawn(number)).length, back: 0, changed: 0, same: 0 }
  const [fresh, reworded] = [[] as number[], new Set<number>()]
  items.itemIds.forEach((id, row) => {
    const number = catalogue.numberOf.get(id)!
    const was = ids[number] === id
    const differ = was ? columns.filter((column, at) => said(column, row) !== (old[at] ? said(old[at], number) : null)) : [] // prettier-ignore
    if (!was) fresh.push(number)
    if (!was || differ.some((column) => !isNumeric(column))) reworded.add(number)
    counts[!was ? 'fresh' : withdrawn(number) ? 'back' : differ.length > 0 ? 'changed' : 'same']++
  })
  return { catalogue, counts, fresh, reworded, values: valuesThen(before, refreshed) }
}

const fileOf = ({ files }: Items) => ({ file: files.map(({ path }) => path).join(', ') || 'items' })

/** The columns of the bundle before, in their order. */
function columnsBefore({ sections, ids }: Before): Column[] {
  return sections
    .filter(({ kind }) => kind === SECTION.attribute)
    .sort((a, b) => a.ordinal - b.ordinal)
    .map(({ bytes }) => columnIn(bytes, ids.length))
}

/** Today's columns in the order of those before, by whose places rankers and lists know them; new ones come behind. */
function likeBefore(items: Items, old: readonly Column[], path: string): Column[] {
  const named = new Map(items.columns.map((column) => [column.name, column]))
  const like = old.map(({ name, kind }) => {
    const column = named.get(name)
    if (column === undefined)
      throw new InputError(
        { ...fileOf(items), field: name },
        'no such column',
        `one, as ${path} has; without --refresh a build goes without it`,
      )
    if (column.kind !== kind)
      throw new InputError(
        { ...fileOf(items), field: name },
        `a column of kind ${column.kind}`,
        `one of kind ${kind}, as ${path} has; ${JSON.stringify({ kinds: { [name]: kind } })} in a config says so`,
      )
    return column
  })
  return [...like, ...items.columns.filter(({ name }) => !old.some((one) => one.name === name))]
}

/**
 * Numbers whose items today's catalogue lacks: what it is without now (`gone`), and what no catalogue was needed for (`others`), such as
 * items of the log alone. The rest of them were gone before.
 */
function leftOf(
  { ids, sections }: Before,
  old: readonly Column[],
  today: ReadonlyMap<string, number>,
  allow: 'catalogue' | undefined,
): { gone: number[]; others: number[]; withdrawn: (number: number) => boolean } {
  const bytesOf = (kind: number) => sections.find((one) => one.kind === kind)?.bytes
  const bits = bytesOf(SECTION.withdrawn)
  const withdrawn = (number: number) => bits !== undefined && isWithdrawn(bits, number)
  const popularity = bytesOf(SECTION.popularity)
  const met = popularity && countsIn(popularity)
  const [gone, others] = [[] as number[], [] as number[]]
  ids.forEach((id, number) => {
    if (today.has(id)) return
    if (old.some((column) => said(column, number) !== null)) gone.push(number)
    else if (allow === 'catalogue' ? met?.[number] !== 0 : !withdrawn(number)) others.push(number)
  })
  return { gone, others, withdrawn }
}

function valuesThen({ attributes }: Before, refreshed: BuildRecord['refreshed']): Record<string, number> {
  if (refreshed !== null) return refreshed.values
  const counts = [...attributes].map(([name, bytes]) => [name, readCategories(bytes)?.texts.all.length ?? 0] as const)
  return Object.fromEntries(counts.filter(([, count]) => count > 0))
}
