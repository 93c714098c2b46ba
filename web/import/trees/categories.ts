/**
 * Categories as a data frame held them: trainers number the categories of a column 0, 1, 2 … and split on these codes,
 * while a feature carries the values themselves, hours 7, 9 and 23. A model that keeps the list of values is brought to
 * them: each split of such a feature becomes a set of values. A value that no category is goes where missing values go.
 */
import { InputError, quote, quoteList, type Place } from '../../read/errors.js'
import type { Forest, Split, TreeOptions } from './trees.js'

/** The categories of some features, by their codes, and where the file has them. */
export interface Categories {
  place: Place
  of: Map<number, readonly unknown[]>
}

/** Sets are bits, and the device takes no number from 2^24 on for a category. */
const LARGEST = 2 ** 24 - 1

const CODES = 'codes from 0: --categories codes, or "ranker": { "categories": "codes" } in the config of build'

/** The forest on what its features carry, and that in words. Categories that are their own codes need nothing. */
export function withCategories(forest: Forest, { place, of }: Categories, form: TreeOptions['categories']): Forest {
  const used = new Set(forest.trees.flatMap((tree) => tree.nodes.map((node) => node.split?.feature)))
  const values = new Map<number, readonly number[]>()
  const remarks: string[] = []
  for (const [feature, found] of of) {
    const numbers = found.map(numberOf)
    if (!used.has(feature) || numbers.every((value, code) => value === code)) continue
    const name = `feature ${quote(forest.featureNames[feature])}`
    const shown = found.length > 6 ? `${found.slice(0, 6).join(', ')}, …` : found.join(', ')
    if (form === 'codes')
      remarks.push(`${forest.file}: ${name} carries the codes 0 to ${found.length - 1} of its categories ${shown}`)
    else {
      check({ ...place, part: `${place.part}, ${name}` }, found, numbers)
      values.set(feature, numbers)
      remarks.push(
        `${forest.file}: ${name} carries its categories ${shown} as they are, as the data frame did (${CODES})`,
      )
    }
  }
  const sets = new BitSets()
  const onFeatures = (split: Split) => {
    const numbers = values.get(split.feature)
    return numbers === undefined ? split : onValues(split, numbers, place, sets)
  }
  const trees = forest.trees.map((tree) => ({
    ...tree,
    nodes: tree.nodes.map((node) => (node.split === null ? node : { ...node, split: onFeatures(node.split) })),
  }))
  return { ...forest, trees, remarks: [...forest.remarks, ...remarks] }
}

/** The number that a feature carries for a category: itself, of truth 1 or 0, and the one that a text spells. */
function numberOf(category: unknown): number {
  if (typeof category === 'number' || typeof category === 'boolean') return Number(category)
  const number = Number(category)
  return typeof category === 'string' && String(number) === category ? number : NaN
}

function check(place: Place, found: readonly unknown[], numbers: readonly number[]): void {
  const other = found.filter((_, i) => !(Number.isInteger(numbers[i]) && numbers[i]! >= 0 && numbers[i]! <= LARGEST))
  if (other.length > 0)
    throw new InputError(
      place,
      `the categories ${quoteList(other.map(String), 3)}`,
      `whole numbers from 0 to ${LARGEST}, since features are numbers: train on columns of 0 and 1 instead, as ` +
        `attribute.NAME=VALUE is one, or let the feature carry its ${CODES}`,
    )
}

/** The same decision, of the value instead of its code. */
function onValues(split: Split, values: readonly number[], place: Place, sets: BitSets): Split {
  const missingLeft = goesLeft(split, NaN)
  // the set holds those that part from missing values, so that what no category is goes with them
  const differing = values.filter((_, code) => goesLeft(split, code) !== missingLeft)
  const set = sets.of(place, differing)
  return { kind: 'category', feature: split.feature, set, membersLeft: !missingLeft, missingLeft, cut: false }
}

function goesLeft(split: Split, code: number): boolean {
  if (split.kind === 'category')
    return Number.isNaN(code) ? split.missingLeft : isMember(split.set, code) === split.membersLeft
  const { missing, operator, threshold, missingLeft } = split
  if (Number.isNaN(code) && missing === 'none') return goesLeft(split, 0)
  if (Number.isNaN(code) || (missing === 'zero' && code === 0)) return missingLeft
  return operator === '<' ? code < threshold : code <= threshold
}

const isMember = (set: Uint32Array, code: number) => (((set[code >> 5] ?? 0) >> (code & 31)) & 1) === 1

/** Words that the sets of one model may take together, 64 MB: one large code makes a set of 2 MB. */
const MOST_WORDS = 2 ** 24

/** Makes the sets of one model. */
export class BitSets {
  private words = 0

  /** Whole numbers from 0 as the bits of a set. Errors: sets that are too large together. */
  of(place: Place, members: readonly number[]): Uint32Array {
    const most = members.reduce((largest, c) => Math.max(largest, c), -1)
    const size = (most + 32) >> 5
    if ((this.words += size + members.length) > MOST_WORDS)
      throw new InputError(
        place,
        `category ${most}, and sets of more than ${MOST_WORDS} words so far`,
        'categories that are numbered from 0: codes of a data frame (frame.COLUMN.cat.codes)',
      )
    const set = new Uint32Array(size)
    for (const c of members) set[c >> 5]! |= 1 << (c & 31)
    return set
  }
}
