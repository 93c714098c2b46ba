/** `martello predict` for trees: a model and a matrix of features in, predictions or margins out. */
import { readMatrix } from '../../read/matrix.js'
import { roundedApart, TreeRunner } from './tree-model.js'
import type { Forest } from './trees.js'

export interface Predicted {
  shape: number[]
  data: Float32Array
  /** What people should know about these numbers. */
  remarks: string[]
}

/** `raw`: margins, before the link. Inputs are rounded to float32, as on the device. */
export async function predictTrees(forest: Forest, inputs: string, raw: boolean): Promise<Predicted> {
  const { rows, data } = await readMatrix(inputs, forest.features)
  const { margins, predictions, width } = (await TreeRunner.start(forest)).predict(Float32Array.from(data), rows)
  const apart = roundedApart(forest, data, rows)
  const values = raw ? Float32Array.from(margins) : predictions
  const columns = raw ? forest.outputs : width
  return {
    shape: columns === 1 ? [rows] : [rows, columns],
    data: values,
    remarks: [
      `${forest.file}: ${forest.origin}, ${forest.objective}, ${forest.trees.length} trees, ${forest.features} features`,
      ...forest.remarks,
      ...(apart === 0
        ? []
        : [`${inputs}: ${apart} of ${rows} rows hold a number whose rounding to float32 could change a path`]),
    ],
  }
}
