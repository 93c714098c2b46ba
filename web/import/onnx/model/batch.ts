/**
 * The batch: which of the sizes that a model leaves open is the number of its rows.
 *
 * It is one axis of each input: the leading one, unless that is a number, or is named like a sequence, and a later one is
 * named like a batch (`[steps, batch, width]`, as recurrent models have it). All others are lengths, whatever they are
 * called: of `[B, N]` and `[batch, batch_seq]` the first is the batch.
 */
import type { Graph, Port } from './graph.js'

const SEQUENCE = /seq|len|time|step|hist|^[tls]$/i
const BATCH = /batch/i
const LETTER = /^(b|n|bs)$/i

const isBatch = (dim: string): boolean => BATCH.test(dim) && !SEQUENCE.test(dim)

/** The one symbol of an input that is its batch, if it has any. */
function symbolOf(port: Port): string | undefined {
  const [first] = port.shape
  const symbols = port.shape.filter((dim): dim is string => typeof dim === 'string')
  if (typeof first === 'string' && isBatch(first)) return first
  const named = symbols.find(isBatch)
  if (named !== undefined) return named
  if (typeof first === 'string' && !SEQUENCE.test(first)) return first
  return symbols.find((dim) => LETTER.test(dim)) ?? (typeof first === 'string' ? first : undefined)
}

/** The symbols that stand for the batch, one an input. What is a length in one input is no batch in another. */
export function batchSymbols(graph: Graph): Set<string> {
  const chosen = graph.inputs.map(symbolOf)
  const lengths = new Set(
    graph.inputs.flatMap((port, i) =>
      port.shape.filter((dim): dim is string => typeof dim === 'string' && dim !== chosen[i]),
    ),
  )
  return new Set(chosen.filter((dim) => dim !== undefined && (isBatch(dim) || !lengths.has(dim)))) as Set<string>
}
