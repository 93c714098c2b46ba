/**
 * Tells: numbers that whoever holds a bundle and knows what a person did can compute of the two, and that may be another where the
 * person was in its log. They are read from the sections themselves, since that is what such a reader would do, and asked of the bundle:
 *
 *   recommend         each of some items of the person, held out: its place in what the bundle recommends for the others
 *   … by SOURCE       what that source says of it there
 *   SOURCE pairs      of all pairs of the person's items, how many stand in a list; rare: each by how unpopular its items are;
 *                     weight: by what the list says
 *   SOURCE steps      the same of items that follow each other
 *   SOURCE near       how near the vector of each item is to those of the others (cosine; product: without norms taken out)
 *   SOURCE has        how many of the items have a list, a vector or a count at all
 *   SOURCE counts     how popular the items are (logarithm), and how rare
 */
import { coreOf } from '../build/core.js'
import { decodedSpace } from '../build/sections/vectors.js'
import { bundle } from '../build/sections/bundle.js'
import type { Section } from '../build/sections/section.js'
import { KEY, POPULARITY_TABLE, SECTION } from '../generated/numbers.js'
import type { Learn, Lists } from '../learn/learn.js'
import { addHistory } from '../recommender/ask.js'
import type { Original } from './shadows.js'

/** What is known of somebody: the items that they liked, each once, oldest first. */
export type Person = readonly number[]

/** By the name of the tell, of each person. */
export type Tells = Map<string, Float64Array>

/** Of each person so many items are held out, evenly spread; an item counts that is among so many. */
const HELD = 5
const AMONG = 300
/** An item is searched for its company among so many others, the nearest in time. */
const COMPANY = 200

/** `people`: who is looked for. */
export async function tellsOf(
  original: Original,
  sections: readonly Section[],
  people: readonly Person[],
): Promise<Tells> {
  const { learn, ids, trained } = original
  const tells: Tells = new Map()
  const popularity = sections.find(({ kind }) => kind === SECTION.popularity)
  const counts = popularity === undefined ? new Float32Array(ids.length) : countsIn(popularity)
  const add = (name: string, of: (person: Person) => number) => tells.set(name, Float64Array.from(people, of))
  for (const { kind, name, bytes, ordinal } of sections) {
    if (!trained.includes(name.replace(/-members$/, '')) && kind !== SECTION.popularity) continue
    if (kind === SECTION.postings) ofLists(name, bytes, learn, ids.length, counts, add)
    if (kind === SECTION.space) ofSpace(name, sections.filter((one) => one.ordinal === ordinal), learn, add) // prettier-ignore
    if (kind === SECTION.popularity && trained.includes('popular')) ofCounts('popular', counts, add)
  }
  for (const [name, values] of await asked(original, sections, people)) tells.set(name, values)
  return tells
}

type Add = (name: string, of: (person: Person) => number) => void

/** counts[n]: how popular the bundle says that item n is. */
function countsIn({ bytes }: Section): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Float32Array.from(bytes.subarray(POPULARITY_TABLE), (code) => view.getFloat32(4 * code, true))
}

function ofCounts(name: string, counts: ArrayLike<number>, add: Add): void {
  add(`${name} counts`, (person) => mean(person, (item) => Math.log1p(counts[item]!)))
  add(`${name} rare`, (person) => mean(person, (item) => (counts[item]! > 0 ? 1 / counts[item]! : 0)))
  add(`${name} has`, (person) => mean(person, (item) => Number(counts[item]! > 0)))
}

function ofLists(name: string, bytes: Uint8Array, learn: Learn, items: number, counts: Float32Array, add: Add): void {
  const key = new DataView(bytes.buffer, bytes.byteOffset, 32).getUint32(4, true)
  const lists = learn.with([bytes], (at) => learn.makeLists('mt_make_lists_of', at, bytes.length, items))
  if (key === KEY.one) {
    const value = new Float32Array(items)
    lists.items.forEach((item, e) => (value[item] = lists.weights[e]!))
    return ofCounts(name, value, add)
  }
  if (key === KEY.cluster) return inCompany(name, transposed(lists, items), add)
  if (name.endsWith('-members')) return inCompany(name, lists, add)
  if (key !== KEY.item) return
  const own = new Float32Array(lists.keys)
  const mark = new Int32Array(items).fill(-1)
  const rare = (i: number, j: number) => 1 / Math.sqrt((1 + counts[i]!) * (1 + counts[j]!))
  for (let i = 0; i < lists.keys; i++)
    for (let e = lists.start[i]!; e < lists.start[i + 1]!; e++) own[i] = Math.max(own[i]!, Math.abs(lists.weights[e]!))
  /** Sums `worth` over the pairs of a person that are listed; of those next to each other where `steps`. */
  const sum = (person: Person, worth: (i: number, j: number, weight: number) => number, steps = false) => {
    person.forEach((item, place) => (mark[item] = place))
    let all = 0
    person.forEach((i, place) => {
      for (let e = lists.start[i]!; i < lists.keys && e < lists.start[i + 1]!; e++) {
        const there = mark[lists.items[e]!]!
        if (there < 0 || (steps && there !== place + 1) || Math.abs(there - place) > COMPANY) continue
        all += worth(i, lists.items[e]!, lists.weights[e]! / own[i]!)
      }
    })
    for (const item of person) mark[item] = -1
    return all
  }
  add(`${name} pairs`, (person) => sum(person, () => 1))
  add(`${name} pairs, rare`, (person) => sum(person, rare))
  add(`${name} pairs, weight`, (person) => sum(person, (_i, _j, weight) => weight))
  add(`${name} pairs, weight of the rare`, (person) => sum(person, (i, j, weight) => rare(i, j) * weight))
  add(`${name} steps`, (person) => sum(person, () => 1, true))
  add(`${name} steps, weight of the rare`, (person) => sum(person, (i, j, weight) => rare(i, j) * weight, true))
  add(`${name} has`, (person) => mean(person, (i) => Number(i < lists.keys && lists.start[i + 1]! > lists.start[i]!)))
}

/** What clusters say of a person's items: how much of them the best has, and how many have any. */
function inCompany(name: string, lists: Lists, add: Add): void {
  add(`${name} together`, (person) => {
    const sums = new Map<number, number>()
    for (const item of person)
      for (let e = lists.start[item]!; item < lists.keys && e < lists.start[item + 1]!; e++)
        sums.set(lists.items[e]!, (sums.get(lists.items[e]!) ?? 0) + lists.weights[e]!)
    return Math.max(0, ...sums.values()) / person.length
  })
  add(`${name} has`, (person) => mean(person, (i) => Number(i < lists.keys && lists.start[i + 1]! > lists.start[i]!)))
}

function transposed({ keys, start, items, weights }: Lists, width: number): Lists {
  const of: [number, number][][] = Array.from({ length: width }, () => [])
  for (let key = 0; key < keys; key++)
    for (let e = start[key]!; e < start[key + 1]!; e++) of[items[e]!]!.push([key, weights[e]!])
  const starts = new Uint32Array(width + 1)
  of.forEach((list, item) => (starts[item + 1] = starts[item]! + list.length))
  const flat = of.flat()
  return { keys: width, start: starts, items: Uint32Array.from(flat, ([key]) => key), weights: Float32Array.from(flat, ([, weight]) => weight) } // prettier-ignore
}

function ofSpace(name: string, same: readonly Section[], learn: Learn, add: Add): void {
  const parts = [SECTION.space, SECTION.base, SECTION.layer].flatMap((kind) => same.filter((one) => one.kind === kind))
  const { rows, dim } = decodedSpace(learn, parts.map(({ bytes }) => bytes)) // prettier-ignore
  const norms = Float64Array.from({ length: rows.length / dim }, (_, item) => norm(rows, item * dim, dim))
  /** In the mean, how near each item is to the sum of the others. */
  const near = (person: Person, turned: boolean) => {
    const sum = new Float64Array(dim)
    const unit = (item: number) => (turned && norms[item]! > 0 ? 1 / norms[item]! : 1)
    for (const item of person) for (let d = 0; d < dim; d++) sum[d]! += unit(item) * rows[item * dim + d]!
    return mean(person, (item) => {
      let [dot, own] = [0, 0]
      for (let d = 0; d < dim; d++) {
        const [mine, others] = [unit(item) * rows[item * dim + d]!, sum[d]! - unit(item) * rows[item * dim + d]!]
        dot += mine * others
        own += others * others
      }
      return own === 0 ? 0 : dot / Math.sqrt(own)
    })
  }
  add(`${name} near`, (person) => near(person, true))
  add(`${name} near, product`, (person) => near(person, false))
  add(`${name} has`, (person) => mean(person, (item) => Number(norms[item]! > 0)))
  add(`${name} length`, (person) => mean(person, (item) => norms[item]!))
}

const norm = (rows: Float32Array, first: number, dim: number) => Math.hypot(...rows.subarray(first, first + dim))
const mean = (person: Person, of: (item: number) => number) =>
  person.reduce((sum, item) => sum + of(item), 0) / Math.max(1, person.length)

/** What the bundle recommends to each person who is without one of their items. */
async function asked(
  { learn, ids, record }: Original,
  sections: readonly Section[],
  people: readonly Person[],
): Promise<Tells> {
  const core = await coreOf(bundle(learn, ids.length, sections, record.policy.rules))
  const names = core.sources
  const places = new Float64Array(people.length)
  const said = names.map(() => new Float64Array(people.length))
  const own = names.map(() => new Float64Array(people.length))
  people.forEach((person, p) => {
    const held = person.length <= HELD ? person : Array.from({ length: HELD }, (_, i) => person[Math.floor((i * person.length) / HELD)]!) // prettier-ignore
    for (const one of held) {
      core.begin()
      core.setClock(0)
      addHistory(core, person.filter((item) => item !== one).map((item) => ids[item]!)) // prettier-ignore
      let place = 0
      core.eachPick(AMONG, (item, scores, ranks) => {
        if (item === one) {
          places[p]! += 1 / Math.log2(2 + place) / held.length
          names.forEach((_, s) => {
            said[s]![p]! += scores[s]! / held.length
            own[s]![p]! += (ranks[s]! > 0 ? 1 / Math.log2(1 + ranks[s]!) : 0) / held.length
          })
        }
        place++
      })
    }
  })
  return new Map([
    ['recommend', places],
    ...names.map((name, s) => [`recommend, score by ${name}`, said[s]!] as const),
    ...names.map((name, s) => [`recommend, place by ${name}`, own[s]!] as const),
  ])
}
