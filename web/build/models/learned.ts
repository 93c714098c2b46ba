/** A tower that was trained here, as sections: its program, what feeds it, and pairs that any device can replay. */
import { bindingBytes, feed, goldenBytes, NO_NUMBERS, type Feed } from '../../import/onnx/binding.js'
import { compile } from '../../import/onnx/compile.js'
import { tensor } from '../../import/onnx/model/tensor.js'
import { SECTION } from '../../generated/numbers.js'
import { section, type Section } from '../sections/section.js'
import { BATCH, type Drawing, type Drawn } from './draw.js'
import { goldenPairs } from './golden.js'

/** What was learned of a drawing: `query` is the person's vector, of `width` numbers; items[items][width], zeros for what has no vector. */
export interface Learned {
  drawing: Drawing
  query: Drawn
  width: number
  parameters: ReadonlyMap<string, Float32Array>
  items: Float32Array
}

/** Events worth no more than nothing were not trained on. */
const LEAST_WORTH = 1e-6

/** `ordinal`: of the program; `space`: that of its items, whose codes it reads histories by. */
export function learnedSections(learned: Learned, ordinal: number, space: number, seed: number): Section[] {
  const { drawing, query, width, parameters, items } = learned
  const count = items.length / width
  const tower = (values: Float32Array) =>
    drawing.learned(query, [BATCH, width], parameters, { name: 'items', values: tensor('float', [count + 1, width], values) }) // prettier-ignore
  // The table stays outside, so its numbers are not looked at, but for the first row: what stands for no event is zeros.
  const program = compile(tower(new Float32Array(items.length + width)), { tables: new Set(['items']) })
  const feeds = program.inputs.map((input): Feed => {
    if (input.table !== undefined) return feed('table', { space })
    return input.name === 'mask' ? feed('types', { unknown: 1 }) : feed('history', { pad: count })
  })
  const isPlain = (at: number) => program.inputs[at]!.table === undefined
  const plain = { ...program, inputs: program.inputs.filter((_, at) => isPlain(at)) }
  const bound = { feeds: feeds.filter((_, at) => isPlain(at)), remarks: [] }
  // Pairs are of the vectors as they were learned: no event is the number after the last item's, whose row is zeros too.
  const whole = new Float32Array(items.length + width)
  whole.set(items)
  const has = (item: number) => items.subarray(item * width, (item + 1) * width).some((value) => value !== 0)
  const known = Array.from({ length: count }, (_, item) => item).filter(has)
  const { rows, inputs, outputs } = goldenPairs(tower(whole), plain, bound, known, null, { seed })
  return [
    section(SECTION.program, 'tower', program.bytes, ordinal),
    section(SECTION.binding, 'tower', bindingBytes(feeds, NO_NUMBERS, LEAST_WORTH), ordinal),
    section(SECTION.golden, 'tower', goldenBytes(rows, inputs, outputs, 0), ordinal),
  ]
}
