// Tables that an engine computed: how long a build of a million vectors takes, from parts of Parquet as such engines write them,
// and how much memory it needs. The vectors are drawn by a hash of their place, by DuckDB: the same everywhere.
//
//   VECTORS=1000000   how many
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { child } from './child.mjs'

const root = join(import.meta.dirname, '../..')
const VECTORS = Number(process.env.VECTORS ?? 1e6)
const [DIM, PARTS, CLUSTERS] = [64, 8, 500]

const duckdb = await import('@duckdb/node-api').catch(() => null)
if (duckdb === null) {
  console.log('vectors from Parquet: no DuckDB for this machine, which writes them')
  process.exit(0)
}
const folder = mkdtempSync(join(tmpdir(), 'martello-tables-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1))

/** -1 to 1, of two numbers. */
const noise = (row) => `((hash(${row} * ${DIM} + d) % 65536) / 32768.0 - 1)`
const database = await (await duckdb.DuckDBInstance.create(':memory:')).connect()
const parts = join(folder, 'vectors')
mkdirSync(parts)
writeFileSync(join(parts, '_SUCCESS'), '')
for (let part = 0; part < PARTS; part++) {
  const [first, last] = [part, part + 1].map((p) => Math.floor((p * VECTORS) / PARTS))
  const vector = `list_transform(range(${DIM}), lambda d: (${noise('i')} + 1.5 * ${noise(`(i % ${CLUSTERS})`)})::FLOAT)`
  const rows = `SELECT 'item-' || ((i * 7919) % ${VECTORS}) AS item_id, ${vector} AS vector FROM range(${first}, ${last}) t(i)`
  await database.run(`COPY (${rows}) TO '${parts}/part-${part}.snappy.parquet' (FORMAT parquet, COMPRESSION snappy)`)
}
database.closeSync()

const bundle = join(folder, 'vectors.martello')
const run = await child([join(root, 'dist/cli.js'), 'build', '--embeddings', parts, '-o', bundle], { cwd: folder })
console.log(
  `${VECTORS} vectors of ${DIM} from ${PARTS} parts of Parquet: ${run.wall.toFixed(1)} s wall, ${run.cpu.toFixed(1)} s CPU, ` +
    `${(run.peak / 1e9).toFixed(2)} GB at most, ${(statSync(bundle).size / 1e6).toFixed(1)} MB bundle`,
)
