/**
 * Attributes: under each value of the category that says most its items, by what the value is of each: the cosine of
 * tf-idf rows, summed value by value (Salton & Buckley 1988), so that what is alike in every value comes first. Content
 * vectors say so of all columns in few dimensions; this says it of one column exactly, but for values so common that their
 * lists are cut to the popular, and takes about a byte for each value of an item.
 */
import type { Lists } from '../../learn/learn.js'
import { categoryValues } from '../sections/attributes.js'
import { KEY } from '../../generated/numbers.js'
import { postingsSection } from '../sections/postings.js'
import type { Section } from '../sections/section.js'
import { oldLists } from './postings.js'
import { popularityIn, type Materials, type Source } from './source.js'

/** Items of a value, the popular ones where it has more: those would say next to nothing each, and take their time of each query. */
const LONGEST = 1000

export const attributes: Source<'attributes'> = {
  name: 'attributes',
  kind: 'postings',
  role: 'alike',
  withoutLog: 0.1, // one attribute beside a content space says little that the space does not
  withNoise: 0.5,
  untuned: 0.1,
  possible: (from) => attributeOf(from) >= 0,
  sections: (from, ordinal) => [valuesSection(from, attributeOf(from), ordinal)],
}

type Needs = Pick<Materials, 'learn' | 'catalogue' | 'recipe' | 'previous' | 'popularity' | 'training'>

/** The lists of the values of a column. */
export function valuesSection(from: Needs, attribute: number, ordinal: number): Section {
  const { learn, catalogue, recipe } = from
  return postingsSection(
    learn,
    'attributes',
    valueLists(from, attribute),
    catalogue.ids.length,
    KEY.value,
    attribute,
    recipe.weightBits,
    ordinal,
    oldLists(from, 'attributes'),
  )
}

/** The category that says most: by how many values items share, and how rare these are. -1: there is none. */
function attributeOf({ catalogue }: Materials): number {
  let best = -1
  let most = 0
  catalogue.columns.forEach((column, attribute) => {
    if (column.kind !== 'multi' && column.kind !== 'category') return
    const having = new Uint32Array(column.names.length)
    for (const value of column.values) if (value >= 0) having[value]!++
    const said = having.reduce((sum, n) => (n < 2 ? sum : sum + n * Math.log((1 + catalogue.ids.length) / n)), 0)
    if (said > most) [best, most] = [attribute, said]
  })
  return best
}

function valueLists(from: Needs, attribute: number): Lists {
  const { catalogue } = from
  const column = catalogue.columns[attribute]!
  if (column.kind !== 'multi' && column.kind !== 'category') throw new Error('an attribute source needs a category')
  const popularity = popularityIn(from) ?? Float32Array.from(catalogue.ids, (_, item) => catalogue.ids.length - item)
  const members: number[][] = column.names.map(() => [])
  for (let item = 0; item < catalogue.ids.length; item++)
    for (const value of categoryValues(column, catalogue.itemRow[item]!)) members[value]!.push(item)
  const start = new Uint32Array(members.length + 1)
  const items: number[] = []
  const weights: number[] = []
  const rarity = members.map((list) => Math.log((1 + catalogue.ids.length) / (1 + list.length)) + 1)
  const squares = new Float64Array(catalogue.ids.length)
  members.forEach((list, value) => list.forEach((item) => (squares[item]! += rarity[value]! ** 2)))
  // items of one value each are all the same to it: of them popularity says who comes first
  const worth = (item: number) =>
    column.kind === 'category' ? Math.log(2 + popularity[item]!) : 1 / Math.sqrt(squares[item]!)
  members.forEach((list, value) => {
    const popular = list.toSorted((a, b) => popularity[b]! - popularity[a]! || a - b).slice(0, LONGEST)
    const best = popular.sort((a, b) => worth(b) - worth(a)) // stable: the popular first where they are worth the same
    for (const item of best) {
      items.push(item)
      weights.push(rarity[value]! ** 2 * worth(item))
    }
    start[value + 1] = items.length
  })
  return { keys: members.length, start, items: Uint32Array.from(items), weights: Float32Array.from(weights) }
}
