// A workload as files of NumPy, as somebody has them: its table, 2.6 GB of W4, and its queries. Written once.
import { closeSync, existsSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { readNpy, workload } from './workload.mjs'

const folder = join(import.meta.dirname, '../../build/bench/lists')

function writeMatrix(path, rows, dim, data) {
  const head = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${dim}), }`.padEnd(117) + '\n'
  const file = openSync(path, 'w')
  writeSync(file, Buffer.from(`\x93NUMPY\x01\x00v\x00${head}`, 'latin1'))
  const bytes = new Uint8Array(data.buffer, data.byteOffset, 4 * rows * dim)
  for (let at = 0; at < bytes.length; at += 1 << 28) writeSync(file, bytes, at, Math.min(1 << 28, bytes.length - at))
  closeSync(file)
}

/** Paths of the table and of so many queries. */
export function matrix(name, queries = 1000) {
  mkdirSync(folder, { recursive: true })
  const [table, asking] = [join(folder, `${name}.npy`), join(folder, 'queries.npy')]
  if (!existsSync(table)) {
    const { rows, count, dim, queries: vectors } = workload(name)
    writeMatrix(asking, Math.min(queries, vectors.length / dim), dim, vectors)
    writeMatrix(table, count, dim, rows)
  }
  return { folder, table, asking, queries: readNpy(asking) }
}
