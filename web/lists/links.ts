/**
 * Where the neighbours of a history lie: what its items' postings hold, list by list, since which list an item is in follows from its
 * place (postings.ts).
 */
import { ATTRIBUTE_HEAD, KEY, SECTION, SOURCE } from '../generated/numbers.js'
import { partsOf, type Container } from './container.js'
import { Postings } from './postings.js'
import { sourcesIn, type Source } from './policy.js'

/** An item that is here. */
export interface Known {
  of: Container
  row: number
}

/** By number of each list the place of its first item, and where the last one ends; `directory`: a bundle whose items are lists. */
export function startsOf(directory: Uint8Array, head: number): Float64Array {
  const { items, parts } = partsOf(directory)
  const column = parts.find(({ kind, entry }) => kind === SECTION.attribute && nameOf(entry) === 'items')?.bytes
  const starts = new Float64Array(items + 1).fill(head)
  if (column === undefined || column.length < ATTRIBUTE_HEAD + 4 * items) return starts
  const view = new DataView(column.buffer, column.byteOffset + ATTRIBUTE_HEAD)
  for (let list = 0; list < items; list++) starts[list + 1] = starts[list]! + (view.getFloat32(4 * list, true) || 0)
  return starts
}

const nameOf = (entry: Uint8Array) => new TextDecoder().decode(entry.subarray(40)).replace(/\0.*$/s, '')

/** The list in which a place lies; -1: the root. */
function listAt(starts: Float64Array, place: number): number {
  let [low, high] = [-1, starts.length - 1]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (starts[middle]! <= place) low = middle
    else high = middle
  }
  return low
}

/** The postings of a source in a bundle; null: it has none. */
export function postingsIn({ parts }: Container, ordinal: number): Postings | null {
  const part = parts.find((one) => one.kind === SECTION.postings && one.ordinal === ordinal)
  return part === undefined ? null : new Postings(part.bytes)
}

/** What postings under the items of a history hold, entry by entry, as the source weighs events: `history` is oldest first, null: not here. */
export function eachEntry(
  { ordinal, last, decay }: Source,
  history: readonly (Known | null)[],
  tell: (place: number, weight: number) => void,
): void {
  history.toReversed().forEach((event, age) => {
    const postings = event === null || (last > 0 && age >= last) ? null : postingsIn(event.of, ordinal)
    if (postings === null) return
    const list = postings.list(event!.row)
    list.places.forEach((place, i) => tell(place, decay ** age * postings.weightOf(list, i)))
  })
}

export class Links {
  readonly sources: readonly Source[]
  /** Ordinals of those under items. */
  private readonly isByItem: ReadonlySet<number>

  constructor(
    root: Container,
    readonly starts: Float64Array,
  ) {
    this.sources = sourcesIn(root.parts.find(({ kind }) => kind === SECTION.policy)!.bytes)
    const postings = root.parts.filter(({ kind }) => kind === SECTION.postings)
    this.isByItem = new Set(postings.filter(({ bytes }) => new Postings(bytes).key === KEY.item).map(({ ordinal }) => ordinal)) // prettier-ignore
  }

  /**
   * Lists by what postings of a history hold of their items, the most first; `history`: oldest first, null: not here. Of each source, with its
   * weight; `vectors`: what sources of vectors weigh.
   */
  wanted(history: readonly (Known | null)[]): { vectors: number; links: { weight: number; lists: number[] }[] } {
    const length = history.length === 0 ? 0 : history.length < 5 ? 1 : history.length < 20 ? 2 : 3
    const weightOf = ({ weight }: Source) => Math.max(0, weight[length]!)
    const of = (kind: number) => this.sources.filter((one) => one.kind === kind && weightOf(one) > 0)
    return {
      vectors: of(SOURCE.vectors).reduce((sum, source) => sum + weightOf(source), 0),
      links: of(SOURCE.postings)
        .filter(({ ordinal }) => this.isByItem.has(ordinal))
        .map((source) => ({ weight: weightOf(source), lists: this.ranked(source, history) })),
    }
  }

  private ranked(source: Source, history: readonly (Known | null)[]): number[] {
    const sums = new Map<number, number>()
    eachEntry(source, history, (place, weight) => {
      const list = listAt(this.starts, place)
      if (list >= 0) sums.set(list, (sums.get(list) ?? 0) + weight)
    })
    return [...sums].sort((a, b) => b[1] - a[1] || a[0] - b[0]).filter(([, sum]) => sum > 0).map(([list]) => list) // prettier-ignore
  }
}
