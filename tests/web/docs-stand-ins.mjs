// What the documents' Python makes, for machines whose Python lacks a library: `makes` writes the same files by other means,
// `check` holds what the code takes for given against what there is.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readEmbeddings } from '../../build/web/read/index.js'
import { npyBytes, zip } from './array-helpers.mjs'

export const STAND_INS = {
  'web/import/README.md export.py': {
    check(folder, code) {
      assert.match(code, /input_names=\['item_ids'\], output_names=\['user'\]/, 'the names of the stand-in')
    },
    /** Golden pairs of the tower that stands in the folder: the mean of a history's vectors. */
    async makes(folder) {
      const { vectors, dim } = await readEmbeddings(join(folder, 'articles.npy'))
      const histories = [[7], [3, 9], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]]
      const ids = histories.flatMap((rows) => [...Array(10 - rows.length).fill(0), ...rows.map((row) => row + 1)])
      const users = histories.flatMap((rows) =>
        Array.from({ length: dim }, (_, d) => rows.reduce((sum, row) => sum + vectors[row * dim + d], 0) / rows.length),
      )
      const pairs = {
        'item_ids.npy': npyBytes('<f4', [histories.length, 10], Float32Array.from(ids)),
        'user.npy': npyBytes('<f4', [histories.length, dim], Float32Array.from(users)),
      }
      writeFileSync(join(folder, 'golden.npz'), zip(pairs))
    },
  },
}
