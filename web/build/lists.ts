/** What there is to say of neighbours, a knowledge graph and campaigns before anything is made of them. */
import { quote, quoteList, type Graph } from '../read/index.js'
import { isoText } from '../read/dates.js'
import type { Inputs } from './inputs.js'
import { rowsByCode } from './popularity.js'
import type { TimesAccount } from './understood.js'

/** Names with how often each comes, the most frequent first; of many the first few. */
function counted(counts: ReadonlyMap<string, number>): string {
  const sorted = [...counts].sort((a, b) => b[1] - a[1])
  const more = sorted.length > NAMED ? `, and ${sorted.length - NAMED} more` : ''
  return `${sorted.slice(0, NAMED).map(([name, count]) => `${quote(name)} × ${count}`).join(', ')}${more}` // prettier-ignore
}
const NAMED = 8

/** Their sources, and pairs that were said before. */
export function neighbourRemarks({ neighbours }: Inputs): string[] {
  if (!neighbours) return []
  const path = neighbours.files.map((file) => file.path).join(', ')
  const sources = [...neighbours.sources]
  const said = counted(new Map(sources.map(([name, { key }]) => [name, key.length])))
  const again = sources.flatMap(([name, { key, target }]) => {
    const { start, rows } = rowsByCode(key, neighbours.itemIds.length)
    let repeated = 0
    for (let item = 0; item < neighbours.itemIds.length; item++) {
      const mine = rows.subarray(start[item], start[item + 1])
      repeated += mine.length - new Set(Array.from(mine, (row) => target[row])).size
    }
    return repeated === 0 ? [] : [`look: ${path}: ${repeated} of ${key.length} pairs of ${quote(name)} come again; of each the heaviest counts`] // prettier-ignore
  })
  return [`${path}: ${sources.length === 1 ? 'one source' : `${sources.length} sources`}: ${said}`, ...again]
}

/** Its relations, and triples that say nothing: of a node to itself, or said before. */
export function graphRemarks(graph: Graph | null | undefined): string[] {
  if (!graph) return []
  const { head, relation, tail, rows, relations, nodes } = graph
  const counts = new Uint32Array(relations.length)
  for (const code of relation) counts[code]!++
  const triples = new Float64Array(rows)
  let [loops, repeated] = [0, 0]
  for (let i = 0; i < rows; i++) {
    if (head[i] === tail[i]) loops++
    triples[i] = (relation[i]! * nodes.length + head[i]!) * nodes.length + tail[i]!
  }
  triples.sort()
  // numbers of triples are exact below 2^53
  if (!(relations.length * nodes.length ** 2 > Number.MAX_SAFE_INTEGER))
    for (let i = 1; i < rows; i++) if (triples[i] === triples[i - 1]) repeated++
  const named = counted(new Map(relations.map((name, i) => [name, counts[i]!])))
  const path = graph.files.map((file) => file.path).join(', ')
  return [
    `${path}: ${relations.length === 1 ? 'one relation' : `${relations.length} relations`}: ${named}`,
    ...(repeated > 0 ? [`look: ${path}: ${repeated} of ${rows} triples say again what an earlier one says`] : []), // prettier-ignore
    ...(loops > 0 ? [`look: ${path}: ${loops} of ${rows} triples lead from a node to itself, and are left out`] : []),
  ]
}

/** Its lists; those that were over before the log ends, or name an item twice. */
export function campaignRemarks({ campaigns, interactions }: Inputs, times: TimesAccount | null): string[] {
  if (!campaigns) return []
  const path = campaigns.files.map((file) => file.path).join(', ')
  const lists = [...campaigns.lists]
  const remarks = [
    `${path}: ${lists.length === 1 ? 'one list' : `${lists.length} lists`}: ${counted(new Map(lists.map(([name, list]) => [name, list.length])))}`, // prettier-ignore
  ]
  const newest = interactions === null || times === null ? Infinity : times.to
  for (const [name, list] of lists) {
    const end = list.reduce((last, entry) => Math.max(last, entry.end), -Infinity)
    if (end <= newest && newest < Infinity)
      remarks.push(`look: ${path}: list ${quote(name)} is over on ${isoText(end)}, before the log's last event on ${isoText(newest)}`) // prettier-ignore
    const counts = new Map<string, number>()
    for (const { id } of list) counts.set(id, (counts.get(id) ?? 0) + 1)
    const twice = [...counts].flatMap(([id, count]) => (count > 1 ? [id] : []))
    if (twice.length > 0)
      remarks.push(`look: ${path}: list ${quote(name)} names ${twice.length === 1 ? 'an item' : `${twice.length} items`} more than once: ${quoteList(twice, 3)}`) // prettier-ignore
  }
  return remarks
}
