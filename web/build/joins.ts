/** Joins: how many items of each file are in each other. Ids that meet nothing are the commonest fault of all, and a silent one. */
import type { Campaigns, FileTaken, Interactions, Items } from '../read/index.js'
import type { Inputs } from './inputs.js'

/** How the items of one file meet another's. Files are named as the person gave them. */
export interface Join {
  from: string
  to: string
  /** What they are to the build. */
  roles: [from: InputRole, to: InputRole]
  /** So many of so many different ids of `from` are in `to`. */
  matched: number
  of: number
  /** Ids of `from` that `to` lacks, the first few, each with the one of `to` that it may have meant. */
  examples: string[]
  /** Ids of `to`, as they look there, where something does not match. */
  beside: string[]
  /** Of those that do not match, so many would in lower case, and one that would: here, and there. */
  cased?: { ids: number; example: [from: string, to: string] }
}

/** What a file of a build is. */
export type InputRole = 'interactions' | 'items' | 'embeddings' | 'neighbours' | 'popularity' | 'graph' | 'campaigns'

/** Files that say what items there are. */
export const NAMING: readonly InputRole[] = ['interactions', 'items', 'embeddings']
/** Files of items that others name; tables among them name items where nothing else does. */
export const ABOUT: readonly InputRole[] = ['neighbours', 'popularity', 'campaigns']

interface Side {
  role: InputRole
  path: string
  ids: ReadonlySet<string>
}

const EXAMPLES = 3

/** Every file against all files of every other role. */
export function joinsOf(inputs: Inputs): Join[] {
  if (rolesIn(inputs) < 2) return []
  const sides = sidesOf(inputs)
  const roles = [...new Set(sides.map(({ role }) => role))]
  const wholes = roles.map((role) => whole(sides.filter((side) => side.role === role)))
  const naming = roles.some((role) => NAMING.includes(role)) ? NAMING : ABOUT.slice(0, 2)
  const things = wholes.filter(({ role }) => naming.includes(role))
  return [
    ...sides
      .filter(({ role }) => naming.includes(role))
      .flatMap((from) => things.filter(({ role }) => role !== from.role).map((to) => joinOf(from, to))),
    // what these name is known to whatever names items; a graph's other nodes are entities
    ...wholes
      .filter(({ role }) => ABOUT.includes(role) && !naming.includes(role))
      .map((from) => joinOf(from, whole(things))),
    ...wholes
      .filter(({ role }) => role === 'graph')
      .flatMap((to) => things.slice(0, 1).map((from) => joinOf(from, to))),
  ].filter(({ of }) => of > 0)
}

function joinOf(from: Side, to: Side): Join {
  let matched = 0
  const examples: string[] = []
  for (const id of from.ids)
    if (to.ids.has(id)) matched++
    else if (examples.length < EXAMPLES) examples.push(id)
  const meant = examples.length === 0 ? [] : lookalikes(examples, to.ids)
  const of = from.ids.size
  const cased = matched === of ? undefined : casedOf(from.ids, to.ids)
  return {
    from: from.path,
    to: to.path,
    roles: [from.role, to.role],
    matched,
    of,
    examples,
    beside: meant,
    ...(cased && { cased }),
  }
}

function casedOf(ids: ReadonlySet<string>, known: ReadonlySet<string>): Join['cased'] {
  const open = [...ids].filter((id) => !known.has(id) && id.toLowerCase() !== id.toUpperCase())
  if (open.length === 0) return undefined
  const byCase = new Map(Array.from(known, (id) => [id.toLowerCase(), id]))
  const met = open.filter((id) => byCase.has(id.toLowerCase()))
  const [first] = met
  return first === undefined ? undefined : { ids: met.length, example: [first, byCase.get(first.toLowerCase())!] }
}

/** What `ids` may have meant of `known`: the same but for case, signs, leading zeros or what stands before it; else any. */
function lookalikes(ids: readonly string[], known: ReadonlySet<string>): string[] {
  const bare = (id: string) => {
    const number = id.toLowerCase().replace(/\.0+$/, '')
    return number
      .replace(/^.*[/:|]/, '')
      .replace(/[^\p{L}\p{N}]/gu, '')
      .replace(/^0+(?=.)/, '')
  }
  const wanted = new Map(ids.map((id) => [bare(id), id]))
  const found = new Map<string, string>()
  const any: string[] = []
  for (const id of known) {
    if (any.length < EXAMPLES) any.push(id)
    const meant = wanted.get(bare(id))
    if (meant !== undefined && !found.has(meant)) found.set(meant, id)
    if (found.size === wanted.size) break
  }
  return found.size > 0 ? ids.flatMap((id) => found.get(id) ?? []) : any
}

/** How many kinds of files there are. */
const rolesIn = ({ interactions, items, embeddings, neighbours, popularity, graph, campaigns }: Inputs): number =>
  [interactions, items, embeddings, neighbours, popularity, graph, campaigns].filter((one) => one != null).length

function sidesOf({ interactions, items, embeddings, neighbours, popularity, graph, campaigns }: Inputs): Side[] {
  return [
    ...(interactions === null ? [] : logSides(interactions)),
    ...(items === null ? [] : catalogueSides(items)),
    ...(embeddings === null
      ? []
      : [{ role: 'embeddings' as const, path: embeddings.path, ids: new Set(embeddings.ids) }]),
    ...(!neighbours ? [] : [tableSide('neighbours', neighbours)]),
    ...(!popularity ? [] : [tableSide('popularity', popularity)]),
    ...(!graph ? [] : [{ role: 'graph' as const, path: pathOf(graph.files), ids: new Set(graph.nodes) }]),
    ...(!campaigns ? [] : [campaignSide(campaigns)]),
  ]
}

const tableSide = (
  role: InputRole,
  { files, itemIds }: { files: readonly FileTaken[]; itemIds: readonly string[] },
): Side => ({
  role,
  path: pathOf(files),
  ids: new Set(itemIds),
})

const campaignSide = ({ files, lists }: Campaigns): Side => ({
  role: 'campaigns',
  path: pathOf(files),
  ids: new Set([...lists.values()].flat().map(({ id }) => id)),
})

const pathOf = (files: readonly { path: string }[]) => files.map(({ path }) => path).join(', ')

/** A file's rows stand one after the other; where rows were left out since, all files are one. */
function logSides({ files, rows, item, itemIds }: Interactions): Side[] {
  if (files.reduce((sum, file) => sum + file.rows, 0) !== rows)
    return [{ role: 'interactions', path: pathOf(files), ids: new Set(itemIds) }]
  let first = 0
  return files.map((file) => {
    const codes = new Set(item.subarray(first, (first += file.rows)))
    return { role: 'interactions', path: file.path, ids: new Set(Array.from(codes, (code) => itemIds[code]!)) }
  })
}

function catalogueSides({ files, itemIds }: Items): Side[] {
  let first = 0
  return files.map((file) => ({
    role: 'items',
    path: file.path,
    ids: new Set(itemIds.slice(first, (first += file.rows))),
  }))
}

const whole = (sides: readonly Side[]): Side => ({
  role: sides[0]!.role,
  path: pathOf(sides),
  ids: sides.length === 1 ? sides[0]!.ids : new Set(sides.flatMap(({ ids }) => [...ids])),
})
