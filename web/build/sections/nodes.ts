/** Nodes: a tree over the items with a vector for each node, and the program that scores them (src/bundle/nodes.h). */
import { LearnError, type Learn } from '../../learn/learn.js'
import { SECTION } from '../../generated/numbers.js'
import { encode, section, type Section } from './section.js'

export interface NodesPlan {
  items: number
  /** The items at the leaves. */
  order: Uint32Array
  arity: number
  /** Of nodes above the items. */
  levels: number
  width: number
  /** Nodes that are scored of each level at most. */
  beam: number
  program: Uint8Array
  /** [rows][width]: of all items, then of the level above them, and so on. */
  vectors: Float32Array
}

export function nodesSection(learn: Learn, name: string, plan: NodesPlan, ordinal: number): Section {
  const { items, order, arity, levels, width, beam, program, vectors } = plan
  const head = Uint32Array.of(items, order.length, arity, levels, width, beam, program.length)
  const bytes = learn.with([head, program, order, vectors], (headAt, programAt, orderAt, vectorsAt) =>
    encode(learn, (out) => {
      const size = learn.run('mt_encode_nodes', headAt, programAt, orderAt, vectorsAt, out)
      if (size === 0) throw new LearnError('nodes: a tree of more bytes than a bundle can hold')
      return size
    }),
  )
  return section(SECTION.nodes, name, bytes, ordinal)
}
