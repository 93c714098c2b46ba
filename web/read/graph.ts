/** Knowledge graphs: triples (head, relation, tail) of any table format. */
import { placeIn, type Batch, type Cell } from './batch.js'
import type { Progress } from './bytes.js'
import { ID_EXPECTED, type IdReading } from './cells.js'
import { InputError, quote, quoteList } from './errors.js'
import { columnFacts, keepExample, noteFloats, type FileFacts, type FileTaken } from './facts.js'
import { IdColumn, Intern, join } from './intern.js'
import { totalSize } from './parts.js'
import { counter, scanTable } from './table.js'

/** Rows of a batch that are looked at for examples. */
const NOTED = 20

const PARTS = ['head', 'relation', 'tail'] as const
/** Other names for each part, in lower case. */
const ALIASES: Record<(typeof PARTS)[number], readonly string[]> = {
  head: ['head', 'head_id', 'h', 'subject', 's', 'from', 'source'],
  relation: ['relation', 'relation_id', 'r', 'predicate', 'p', 'type', 'link'],
  tail: ['tail', 'tail_id', 't', 'object', 'o', 'to', 'target'],
}

/** Triples, column by column. Heads and tails are of one set of names: which of them are items, the catalogue knows. */
export interface Graph {
  rows: number
  nodes: string[]
  relations: string[]
  /** indices in nodes, relations, nodes */
  head: Uint32Array
  relation: Uint32Array
  tail: Uint32Array
  files: FileTaken[]
}

/**
 * Reads graphs as one. Each file needs columns head, relation and tail; RecBole's and RDF's names are understood too.
 * Errors (with file, row and column): a missing column, an empty cell, an inexact number, no rows.
 */
export async function readGraph(
  paths: readonly string[],
  options: IdReading & { onProgress?: Progress } = {},
): Promise<Graph> {
  const nodes = new Intern()
  const { idsAs } = options
  const columns = {
    head: new IdColumn(idsAs, nodes),
    relation: new IdColumn(idsAs),
    tail: new IdColumn(idsAs, nodes),
  }
  const files: Graph['files'] = []
  const onBytes = options.onProgress && counter(options.onProgress, await totalSize(paths))
  for (const path of paths) {
    const file: FileFacts = { path, rows: 0, columns: [], left: [] }
    files.push(file)
    let taken: FileFacts['columns'] = [] // those of the parts, in their order
    const select = (names: readonly string[]) => {
      const plain = names.map((name) => name.toLowerCase().replace(/:(token|float)(_seq)?$/, ''))
      file.columns = names.map((name) => columnFacts(name, null, null))
      const known = taken
      taken = []
      return PARTS.map((part, c) => {
        const at = ALIASES[part].map((alias) => plain.indexOf(alias)).find((place) => place >= 0)
        if (at !== undefined) {
          const kind = part === 'relation' ? 'category' : 'id'
          taken.push((file.columns[at] = known[c] ?? columnFacts(names[at]!, part, kind)))
          return at
        }
        throw new InputError(
          { file: path },
          `the columns ${quoteList(names)}`,
          'a header line with head, relation and tail',
        )
      })
    }
    for await (const batch of scanTable(path, { select, onBytes })) {
      PARTS.forEach((part, c) => {
        const found = codes(columns[part], batch.columns[c]!, path, batch, part)
        columns[part].batches.push(found)
        const facts = taken[c]!
        facts.values! += batch.rows
        found.subarray(0, NOTED).forEach((code) => keepExample(facts, columns[part].ids.names[code]!))
      })
      file.rows += batch.rows
    }
    for (const part of PARTS) noteFloats(file, part, columns[part].endFile())
  }
  const rows = files.reduce((sum, file) => sum + file.rows, 0)
  if (rows === 0) throw new InputError({ file: paths.join(', ') }, 'no rows below the header', 'at least one triple')
  const joined = (part: (typeof PARTS)[number]) => join((n) => new Uint32Array(n), columns[part].batches)
  const [head, relation, tail] = [joined('head'), joined('relation'), joined('tail')]
  return { rows, nodes: nodes.names, relations: columns.relation.ids.names, head, relation, tail, files }
}

function codes(names: IdColumn, cells: ArrayLike<Cell>, file: string, batch: Batch, field: string): Uint32Array {
  return Uint32Array.from({ length: batch.rows }, (_, i) => {
    const code = names.codeOfId(cells[i])
    if (code >= 0) return code
    throw new InputError({ ...placeIn(batch, i, file), field }, quote(cells[i]), ID_EXPECTED)
  })
}
