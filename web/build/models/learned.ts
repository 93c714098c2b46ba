/** A tower that was trained here, as sections: its program, and what feeds it. */
import { bindingBytes, feed, NO_NUMBERS, type Feed } from '../../import/onnx/binding.js'
import { compile } from '../../import/onnx/compile.js'
import { tensor } from '../../import/onnx/model/tensor.js'
import { SECTION } from '../../generated/numbers.js'
import { section, type Section } from '../sections/section.js'
import { BATCH, type Drawing, type Drawn } from './draw.js'

/** What was learned of a drawing: `query` is the person's vector, of `width` numbers. */
export interface Learned {
  drawing: Drawing
  query: Drawn
  width: number
  parameters: ReadonlyMap<string, Float32Array>
}

/** Events worth no more than nothing were not trained on. */
const LEAST_WORTH = 1e-6

/** `ordinal`: of the program; `space`: that of its items, whose codes it reads histories by. */
export function learnedSections(
  { drawing, query, width, parameters }: Learned,
  items: number,
  ordinal: number,
  space: number,
): Section[] {
  // The table stays outside, so its numbers are not looked at; what stands for no event is zeros.
  const values = tensor('float', [items, width], new Float32Array(items * width))
  const graph = drawing.learned(query, [BATCH, width], parameters, { name: 'items', values })
  const program = compile(graph, { tables: new Set(['items']) })
  const feeds = program.inputs.map((input): Feed => {
    if (input.table !== undefined) return feed('table', { space })
    return input.name === 'mask' ? feed('types', { unknown: 1 }) : feed('history')
  })
  return [
    section(SECTION.program, 'tower', program.bytes, ordinal),
    section(SECTION.binding, 'tower', bindingBytes(feeds, NO_NUMBERS, LEAST_WORTH), ordinal),
  ]
}
