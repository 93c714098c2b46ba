/**
 * Sources from tables of neighbours that were computed elsewhere: each name in them is a source of its own, postings under items,
 * weighed as the builder's own are. One that is called as a source that the builder makes of such lists stands in its place.
 */
import { InputError, quoteList, type Neighbours } from '../../read/index.js'
import type { Lists } from '../../learn/learn.js'
import type { Catalogue } from '../catalogue.js'
import { rowsByCode } from '../popularity.js'
import type { Recipe } from '../recipe.js'
import { NAME_BYTES } from '../../generated/numbers.js'
import { SOURCES } from './index.js'
import { listsUnderItems } from './postings.js'
import type { Source } from './source.js'

/** Names of tables, and the lists that they became, by item numbers. */
export type GivenLists = ReadonlyMap<string, GivenList>
export interface GivenList extends Lists {
  /** Pairs of items that the catalogue lacks; and those beyond the length of a list. */
  unknown: number
  cut: number
}

/** Those that are lists under items: a table of the same name stands in their place. */
const REPLACEABLE = ['i2i', 'next', 'together', 'graph']

/** The builder's sources, with those of the tables in their places or before what is good for everybody. */
export function sourcesWith(given: GivenLists | null): readonly Source[] {
  if (given === null) return SOURCES
  const own = new Map([...given].map(([name, lists]) => [name, sourceOf(name, lists)]))
  const all = (SOURCES as readonly Source[]).map((source) => own.get(source.name) ?? source)
  const others = [...own.values()].filter(({ name }) => !all.some((source) => source.name === name))
  const place = all.findIndex(({ role }) => role === 'everybody')
  return [...all.slice(0, place), ...others, ...all.slice(place)]
}

function sourceOf(name: string, lists: Lists): Source {
  const made = (SOURCES as readonly Source[]).find((source) => source.name === name)
  const { role = 'alike' as const, untuned, stays } = made ?? {}
  return {
    name,
    kind: 'postings',
    role,
    ...(untuned !== undefined && { untuned }),
    ...(stays && { stays }),
    possible: () => true,
    sections: (from, ordinal) => [listsUnderItems(from, name, lists, ordinal)],
  }
}

/** Errors: a name that a source cannot have. */
export function checkNames({ sources, files }: Neighbours): void {
  const taken = SOURCES.map(({ name }) => name as string).filter((name) => !REPLACEABLE.includes(name))
  for (const name of sources.keys()) {
    const place = { file: files.map(({ path }) => path).join(', '), field: 'source' }
    if (name === '' || Buffer.byteLength(name) > NAME_BYTES)
      throw new InputError(place, JSON.stringify(name), `names of sources of 1 to ${NAME_BYTES} bytes; config "columns": {"neighbours": {"source": …}} names another column, null none`) // prettier-ignore
    if (taken.includes(name))
      throw new InputError(place, JSON.stringify(name), `another name: the builder makes ${quoteList(taken)} of something else than lists of neighbours`) // prettier-ignore
  }
}

/** Pairs become lists, the heaviest first, as long as the builder's own; of a pair that comes again the heaviest counts. */
export function listsOf({ itemIds, sources }: Neighbours, { ids, numberOf }: Catalogue, recipe: Recipe): GivenLists {
  const number = Int32Array.from(itemIds, (id) => numberOf.get(id) ?? -1)
  const lists = new Map<string, GivenList>()
  for (const [name, pairs] of sources) {
    const { top } = name === 'next' ? recipe.transitions : recipe.neighbours
    const known = Uint32Array.from(pairs.key.keys()).filter((p) => number[pairs.key[p]!]! >= 0 && number[pairs.target[p]!]! >= 0) // prettier-ignore
    const { start, rows } = rowsByCode(
      known.map((p) => number[pairs.key[p]!]!),
      ids.length,
    )
    const list: GivenList = { keys: ids.length, start: new Uint32Array(ids.length + 1), items: new Uint32Array(known.length), weights: new Float32Array(known.length), unknown: pairs.key.length - known.length, cut: 0 } // prettier-ignore
    let used = 0
    for (let key = 0; key < ids.length; key++) {
      const mine = Array.from(rows.subarray(start[key], start[key + 1]), (row) => ({ item: number[pairs.target[known[row]!]!]!, weight: pairs.weight[known[row]!]! })) // prettier-ignore
      mine.sort((a, b) => b.weight - a.weight || a.item - b.item)
      const met = new Set<number>()
      for (const { item, weight } of mine) {
        if (met.has(item)) continue
        met.add(item)
        if (met.size > top) list.cut++
        else {
          list.items[used] = item
          list.weights[used++] = weight
        }
      }
      list.start[key + 1] = used
    }
    lists.set(name, { ...list, items: list.items.slice(0, used), weights: list.weights.slice(0, used) })
  }
  return lists
}

/** What became of the tables, a line each. */
export function givenLines(given: GivenLists, recipe: Recipe): string[] {
  return [...given].map(([name, { start, items, unknown, cut }]) => {
    const filled = start.subarray(1).filter((end, key) => end > start[key]!).length
    const [key, { top }] = name === 'next' ? ['transitions', recipe.transitions] : ['neighbours', recipe.neighbours]
    const lacks = unknown === 0 ? '' : `; ${unknown} more name items that are not in the catalogue`
    const short = cut === 0 ? '' : `; ${cut} beyond the first ${top} of their lists are left out (config "${key}")`
    return `source ${name}: ${items.length} pairs under ${filled} items${lacks}${short}`
  })
}
