/**
 * Columns of tables that were computed elsewhere: vectors, neighbours, popularity. Their names are those of the engines that
 * made them, of people, or what a config says.
 */
import { canonicalName, noteFallback, partOf, type FileKind } from './columns.js'
import { InputError, quoteList } from './errors.js'
import type { FileFacts } from './facts.js'

/** A part of such a table: what it is called, the likeliest names first; two columns of one group are ambiguous. */
export interface NamedPart {
  name: string
  groups: readonly (readonly string[])[]
  /** else it is called as items are */
  item?: true
  /** what a message says of a column for it */
  expected: string
}

/** A person's own choice of columns by part; null: none, even if a name fits. */
export type NamedColumns = Readonly<Record<string, string | number | null | undefined>>

export const WEIGHT: NamedPart = {
  name: 'weight',
  groups: [
    ['weight', 'w'],
    ['score', 'value', 'strength', 'popularity', 'relevance', 'affinity', 'rating', 'prediction'],
    ['similarity', 'sim', 'cosine', 'cosinesimilarity', 'lift', 'confidence', 'jaccard', 'probability', 'correlation'],
    ['count', 'counts', 'cnt', 'n', 'events', 'users', 'people', 'plays', 'views', 'purchases', 'orders', 'frequency', 'freq', 'support'], // prettier-ignore
  ],
  expected: 'a header with weight (or score, similarity, count …)',
}

export const VECTOR: NamedPart = {
  name: 'vector',
  groups: [
    ['vector', 'vectors', 'vec'],
    ['embedding', 'embeddings', 'emb', 'itemembedding', 'itemvector', 'embeddingvector', 'vectorembedding', 'mlgenerateembeddingresult'], // prettier-ignore
    ['features', 'factors', 'itemfactors', 'latentfactors', 'factor'], // Spark's ALS: id, features
    ['values', 'representation', 'encoding', 'coordinates'],
  ],
  expected: 'a header with vector (or embedding, features …), a list of numbers in each row',
}

/** Tables of pairs name the first item for what it is in the pair, or as an item. */
export const KEY: NamedPart = {
  name: 'key',
  groups: [
    ['key', 'keyitem', 'keyid', 'keyitemid'],
    ['itema', 'itemida', 'itemi', 'item1', 'itemid1', 'itemx', 'itemidx', 'antecedent', 'antecedents', 'queryitem', 'queryitemid', 'sourceitem', 'sourceitemid', 'fromitem', 'fromitemid', 'seed', 'seeditem', 'seeditemid', 'anchor'], // prettier-ignore
    ['from', 'src', 'query', 'queryid', 'head', 'left', 'lhs', 'a', 'i'],
  ],
  item: true,
  expected: 'a header with key and target, the two items of each pair',
}

export const TARGET: NamedPart = {
  name: 'target',
  groups: [
    ['target', 'targetid', 'targetitem', 'targetitemid'],
    ['neighbour', 'neighbor', 'neighbourid', 'neighborid', 'similaritem', 'similaritemid', 'similarid', 'relateditem', 'relateditemid', 'recommendeditem', 'recommendeditemid', 'recommendation', 'nextitem', 'nextitemid'], // prettier-ignore
    ['itemb', 'itemidb', 'itemj', 'item2', 'itemid2', 'itemy', 'itemidy', 'consequent', 'consequents', 'toitem', 'toitemid', 'otheritem', 'otheritemid', 'pairitem'], // prettier-ignore
    ['to', 'dst', 'dest', 'destination', 'tail', 'right', 'rhs', 'other', 'b', 'j'],
  ],
  expected: 'a header with key and target, the two items of each pair',
}

export const SOURCE: NamedPart = {
  name: 'source',
  groups: [
    ['source', 'sourcename'],
    ['list', 'listname', 'kind', 'type', 'relation', 'method', 'model', 'algorithm', 'strategy'],
  ],
  expected: 'a header with source, the name of the source that a row belongs to',
}

/**
 * The column of a part among those that play none yet; -1: there is none. A column that the mapping names and the file lacks
 * falls back to the usual names, which is noted. Errors: two columns for one part.
 */
export function findPart(
  file: FileFacts,
  kind: FileKind,
  part: NamedPart,
  names: readonly string[],
  taken: readonly number[],
  mapping: NamedColumns = {},
): number {
  const chosen = mapping[part.name]
  if (chosen === null) return -1
  const named = typeof chosen === 'string' ? names.indexOf(chosen) : -1
  const at = named >= 0 ? named : usual(file.path, kind, part, names, taken)
  if (typeof chosen === 'string' && named < 0) noteFallback(file, part.name, chosen, at < 0 ? null : names[at]!)
  return at
}

function usual(
  path: string,
  kind: FileKind,
  part: NamedPart,
  names: readonly string[],
  taken: readonly number[],
): number {
  const free = names.map((name, at) => (taken.includes(at) ? '' : canonicalName(name)))
  const items = part.item ? [names.filter((name) => partOf(name) === 'item_id').map(canonicalName)] : []
  for (const group of [...part.groups, ...items]) {
    const fits = free.flatMap((name, at) => (name !== '' && group.includes(name) ? [at] : []))
    if (fits.length <= 1) {
      if (fits.length === 1) return fits[0]!
      continue
    }
    const exact = fits.find((at) => names[at] === part.name)
    if (exact !== undefined) return exact
    throw new InputError(
      { file: path },
      `${fits.length} columns that could be ${part.name}: ${quoteList(fits.map((at) => names[at]!))}`,
      `one of them named ${part.name}, or a config that chooses: ${line(kind, part.name, names[fits[0]!]!)}`,
    )
  }
  return -1
}

const line = (kind: FileKind, part: string, column: string): string =>
  JSON.stringify({ columns: { [kind]: { [part]: column } } })

/** No column for a part, with the config that names one: of those that play no other part, the one that is given or the first. */
export function noPart(
  path: string,
  kind: FileKind,
  part: NamedPart,
  names: readonly string[],
  taken: readonly number[],
): InputError {
  const free = names.filter((name, at) => name !== '' && !taken.includes(at))
  return new InputError(
    { file: path },
    `no column for ${part.name} among ${quoteList(names)}`,
    `${part.expected}, or a config that names it: ${line(kind, part.name, free[0] ?? '…')}`,
  )
}
