/**
 * Texts that have numbers, ids of items, values of an attribute, words: in sorted runs, as src/bundle/strings.h draws them.
 *
 * Where there were some before, they keep their numbers, and what is new follows in a run of its own. So that runs stay few, each is more
 * than twice as long as the next: what is not is merged with it, and then what is no longer there goes (O'Neil et al. 1996).
 */
import { MartelloError } from '../../recommender/errors.js'
import { STRINGS_BLOCK, STRINGS_RUNS } from '../../generated/numbers.js'
import { sortedTexts } from './section.js'

/** Texts in runs. */
export interface Texts {
  /** By number; some may be of the days before. */
  all: readonly string[]
  /** Where each run ends. */
  ends: readonly number[]
}

/** Numbers of texts that are no longer there, of all, before all are numbered anew. */
const MOST_GONE = 0.1

/** Texts by their numbers, the other way round; of one that is there twice the last. */
export function numbersOf(texts: readonly string[]): Map<string, number> {
  const numberOf = new Map<string, number>()
  for (let number = 0; number < texts.length; number++) numberOf.set(texts[number]!, number)
  return numberOf
}

/** `texts` in runs, from those of `before`, of which the first `fixed` stay what happens. `kept`: how many have the numbers that they had. */
export function inRuns(
  texts: readonly string[],
  before?: Texts,
  fixed = 0,
  wanted: ReadonlyMap<string, number> = numbersOf(texts),
): Texts & { kept: number } {
  const anew = () => ({ ...joined([sortedTexts([...wanted.keys()])]), kept: 0 })
  if (before === undefined) return anew()
  const known = new Uint8Array(texts.length)
  let gone = 0
  for (const text of before.all) {
    const number = wanted.get(text)
    if (number === undefined) gone++
    else known[number] = 1
  }
  if (gone > MOST_GONE * before.all.length && fixed === 0) return anew()
  const fresh = sortedTexts(texts.filter((text, at) => known[at] === 0 && wanted.get(text) === at))
  const runs = before.ends.map((end, run) => before.all.slice(before.ends[run - 1] ?? 0, end))
  if (fresh.length > 0) runs.push(fresh)
  let same = before.ends.length
  const firm = before.ends.findIndex((end) => end >= fixed) + (fixed > 0 ? 1 : 0) // runs that stay
  const isTop = () => runs.length > 1 && runs.at(-2)!.length <= 2 * runs.at(-1)!.length
  while (runs.length > STRINGS_RUNS || (runs.length > firm + 1 && isTop())) {
    const last = runs.splice(-2).flat()
    runs.push(sortedTexts(last.filter((text) => wanted.has(text))))
    same = Math.min(same, runs.length - 1)
  }
  return { ...joined(runs), kept: before.ends[same - 1] ?? 0 }
}

function joined(runs: readonly (readonly string[])[]): Texts {
  let end = 0
  return { all: runs.flat(), ends: runs.map((run) => (end += run.length)) }
}

/** A table of strings in a section that was opened, at `at`; and where it ends. Errors: strings that are broken, which no gate looks at. */
export function readTexts(bytes: Uint8Array, at: number): Texts & { end: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const word = (place: number) => view.getUint32(at + 4 * place, true)
  const [count, runs] = [word(0), word(4)]
  const ends = Array.from({ length: runs }, (_, run) => word(6 + run))
  const data = word(2)
  const blocks = ends.reduce((sum, end, run) => sum + Math.ceil((end - (ends[run - 1] ?? 0)) / STRINGS_BLOCK), 0)
  let place = at + 4 * (6 + runs + blocks + 1)
  const end = place + data
  const varint = () => {
    let value = 0
    for (let unit = 1; ; unit *= 128) {
      if (place >= end) throw new MartelloError(`strings: found ${data} bytes, too few for ${count}`)
      const byte = bytes[place++]!
      value += (byte % 128) * unit
      if (byte < 128) return value
    }
  }
  const all: string[] = []
  let text = Buffer.alloc(256) // grows to the longest
  while (all.length < count) {
    const [shared, rest] = [varint(), varint()]
    if (shared + rest > text.length) text = Buffer.concat([text], 2 * (shared + rest))
    text.set(bytes.subarray(place, (place += rest)), shared)
    all.push(text.toString('utf8', 0, shared + rest))
  }
  return { all, ends, end }
}
