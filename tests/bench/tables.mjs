// Tables that an engine computed: how long a build of a million vectors takes, from parts of Parquet as such engines write them,
// and how much memory it needs, against what is required and another checkout (other.mjs). The vectors are drawn by a hash of
// their place, by DuckDB: the same everywhere.
//
//   VECTORS=1000000   how many
//   RUNS=3            of each, in turn; the least wall clock counts (default 1)
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beside, inTurn, other } from './other.mjs'
import { Verdict } from './verdict.mjs'

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

const against = other()
console.log(`${VECTORS} vectors of ${DIM} from ${PARTS} parts of Parquet`)
const { before, now } = await inTurn(against, ['--embeddings', parts], folder, Number(process.env.RUNS ?? 1))
if (VECTORS === 1e6) {
  const verdict = new Verdict()
  verdict.most('wall clock', 'a million vectors', now.wall, 60, 's', 1, beside(now, before, 'wall'))
  verdict.most('peak memory', 'a million vectors', now.peak / 1e9, 1.5, 'GB', 2, beside(now, before, 'peak'))
  verdict.print()
}
