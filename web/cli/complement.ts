/**
 * How a bundle's sources complement each other on held-out events: what each brings back by itself, what no other brings,
 * how far their candidates and their hits are the same, and what is lost without it.
 *
 * A source alone is asked with its weight at 1 and all others silent, and read in its own order: nothing that ranks, mixes
 * or fills up has a say. What is lost without it is measured on the whole funnel, with only that source silent.
 */
import { Measures } from './measures.js'
import type { Asked } from './targets.js'
import { coreOf } from '../build/core.js'
import { addHistory } from '../recommender/ask.js'
import type { TuningCore } from '../recommender/tuning.js'
import type { HistoryEvent } from '../recommender/history.js'
import { NOT_FOUND } from '../recommender/slate.js'

interface Figures {
  hit_rate: number
  recall: number
  ndcg: number
}

export interface Complement {
  /** How many people were asked: all, or so many evenly spread over the file. */
  people: number
  k: number
  /** Candidates of each source that are compared. */
  candidates: number
  together: Figures
  each: (Figures & {
    name: string
    /** Share of a person's held-out items among its candidates. */
    candidate_recall: number
    /** Held-out items among its first k, and those that are not among the first k of any other source. */
    hits: number
    unique_hits: number
    /** The figures of all others together. */
    without: Figures
  })[]
  /** Row by column: the share of the row's candidates, and of its hits, that are the column's too. */
  overlap: { candidates: number[][]; hits: number[][] }
}

const CANDIDATES = 300

const table = (n: number) => Array.from({ length: n }, () => new Array<number>(n).fill(0))

/** `most`: people who are asked at most, evenly spread. */
export async function complement(
  bundle: Uint8Array,
  names: readonly string[],
  people: readonly Asked[],
  k: number,
  most: number,
  progress: (done: number, total: number) => void,
): Promise<Complement> {
  const core = await coreOf(bundle)
  const n = names.length
  const asked = spread(people, most)
  const [together, ...apart] = (await Measures.start(k, 1 + 2 * n)) as [Measures, ...Measures[]]
  const each = names.map((_, s) => ({
    alone: apart[s]!,
    without: apart[n + s]!,
    found: 0,
    hits: 0,
    unique: 0,
    candidates: 0,
  }))
  const overlap = { candidates: table(n), hits: table(n) }
  const only = names.map((_, s) => names.map((_, other) => Number(other === s)))
  const except = names.map((_, s) => names.map((_, other) => (other === s ? 0 : NaN)))
  asked.forEach(({ events, held: ids }, person) => {
    if (person % 100 === 0) progress(person, asked.length)
    const held = new Set(Array.from(ids, (id, i) => ((item) => (item === NOT_FOUND ? -1 - i : item))(core.find(id))))
    together.add(ask(core, events, k, []), held)
    const candidates = names.map((_, s) => ask(core, events, CANDIDATES, only[s]!, s))
    const sets = candidates.map((list) => new Set(list))
    const hits = candidates.map((list) => new Set(list.slice(0, k).filter((item) => held.has(item))))
    each.forEach((source, s) => {
      source.alone.add(candidates[s]!, held)
      source.without.add(ask(core, events, k, except[s]!), held)
      source.found += [...held].filter((item) => sets[s]!.has(item)).length / held.size
      source.candidates += sets[s]!.size
      source.hits += hits[s]!.size
      source.unique += [...hits[s]!].filter((item) => hits.every((other, o) => o === s || !other.has(item))).length
      for (let other = 0; other < n; other++) {
        overlap.candidates[s]![other]! += candidates[s]!.filter((item) => sets[other]!.has(item)).length
        overlap.hits[s]![other]! += [...hits[s]!].filter((item) => hits[other]!.has(item)).length
      }
    })
  })
  const figures = (of: Measures): Figures => {
    const { hit_rate, recall, ndcg } = of.means(asked.length)
    return { hit_rate, recall, ndcg }
  }
  const shares = (matrix: number[][]) =>
    matrix.map((row, s) => row.map((count) => (row[s] === 0 ? 0 : count / row[s]!)))
  return {
    people: asked.length,
    k,
    candidates: CANDIDATES,
    together: figures(together),
    each: each.map((source, s) => ({
      name: names[s]!,
      ...figures(source.alone),
      candidate_recall: source.found / Math.max(1, asked.length),
      hits: source.hits,
      unique_hits: source.unique,
      without: figures(source.without),
    })),
    overlap: { candidates: shares(overlap.candidates), hits: shares(overlap.hits) },
  }
}

/** So many of them at most, evenly spread. */
export const spread = <T>(all: readonly T[], most: number): readonly T[] =>
  all.length <= most ? all : Array.from({ length: most }, (_, i) => all[Math.floor((i * all.length) / most)]!)

/** The items of an answer; those of one source alone are in its own order. NaN leaves a weight as the policy has it. */
export function ask(
  core: TuningCore,
  events: HistoryEvent[],
  k: number,
  weights: readonly number[],
  source?: number,
): number[] {
  core.begin()
  core.setClock(Date.now() / 1000)
  addHistory(core, events)
  weights.forEach((weight, s) => {
    if (!Number.isNaN(weight)) core.setWeight(s, weight)
  })
  const found: [item: number, rank: number][] = []
  core.eachPick(k, (item, _, ranks) => {
    if (source === undefined || ranks[source]! > 0) found.push([item, source === undefined ? 0 : ranks[source]!])
  })
  if (source !== undefined) found.sort((a, b) => a[1] - b[1])
  return found.map(([item]) => item)
}

/** The report as people read it. */
export function reportOf(c: Complement): string {
  const wide = Math.max(8, ...c.each.map(({ name }) => name.length))
  const head = (text: string) => text.padEnd(wide)
  const cell = (text: string) => text.padStart(10)
  const number = (value: number) => cell(value.toFixed(4))
  const cost = (without: number, all: number) =>
    cell(all === 0 ? '' : `${without > all ? '+' : ''}${((100 * (without - all)) / all).toFixed(1)}%`)
  const lines = [
    `sources of ${c.people} people, k = ${c.k}; candidates: the first ${c.candidates}`,
    head('') +
      ['hit rate', 'recall', 'ndcg', 'candidates', 'hits', 'unique', 'without it', 'recall', 'ndcg'].map(cell).join(''),
    head('together') + number(c.together.hit_rate) + number(c.together.recall) + number(c.together.ndcg),
    ...c.each.map(
      (s) =>
        head(s.name) +
        [s.hit_rate, s.recall, s.ndcg, s.candidate_recall].map(number).join('') +
        cell(String(s.hits)) +
        cell(String(s.unique_hits)) +
        number(s.without.hit_rate) +
        cost(s.without.recall, c.together.recall) +
        cost(s.without.ndcg, c.together.ndcg),
    ),
  ]
  for (const [what, matrix] of Object.entries(c.overlap))
    lines.push(
      '',
      `share of a row's ${what} that are the column's too`,
      head('') + c.each.map(({ name }) => ` ${name.padStart(9)}`).join(''),
      ...matrix.map(
        (row, s) => head(c.each[s]!.name) + row.map((share) => ` ${share.toFixed(2).padStart(9)}`).join(''),
      ),
    )
  return `${lines.join('\n')}\n`
}
