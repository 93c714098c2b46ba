// Does the host learn what people want, and is the stated error the true one? Simulated devices, each with the code of martello/report and a ledger of
// its own, 200 clusters by Zipf's law:
//
//     node tests/bench/reports.mjs [seeds] [clients]
//
// Each client wants one cluster and tells it, many of them again the next day; some opt out before. The truth is seeded, noise is the runtime's.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readReports } from '../../build/web/reports/read.js'
import { Reports } from '../../build/web/reports/report.js'
import { device } from '../web/helpers/device.mjs'
import { uniforms } from './workload.mjs'

export const CLUSTERS = Array.from({ length: 200 }, (_, i) => `cluster ${i}`)
const TOP = 20

/** Which cluster each of so many clients wants: the first is wanted most, by Zipf's law. */
export function wanted(clients, seed) {
  const draw = uniforms(seed)
  const shares = CLUSTERS.map((_, i) => 1 / (i + 1))
  const all = shares.reduce((sum, one) => sum + one)
  return Array.from({ length: clients }, () => {
    let rest = draw() * all
    return Math.max(
      0,
      shares.findIndex((share) => (rest -= share) < 0),
    )
  })
}

/** What the clients send, the counts that are true of those who do, and how many ledgers do not add up to what was sent. */
export async function simulated(clients, seed, options = {}) {
  const draw = uniforms(seed + 1e6)
  const [sent, truth] = [[], new Array(CLUSTERS.length).fill(0)]
  let wrong = 0
  for (const cluster of wanted(clients, seed)) {
    globalThis.indexedDB = device()
    const own = []
    const reports = await Reports.open({
      clusters: CLUSTERS,
      perDay: 2,
      send: async (report) => own.push(report),
      ...options,
    })
    const isIn = draw() < 0.95
    if (isIn) await reports.optIn()
    await reports.tell(CLUSTERS[cluster])
    if (draw() < 0.5) await reports.tell(CLUSTERS[cluster]) // the next visit
    const { epsilon } = await reports.ledger()
    wrong += epsilon !== own.reduce((sum, report) => sum + report.epsilon, 0) || own.length !== Number(isIn)
    if (isIn) truth[cluster]++
    sent.push(...own)
  }
  return { sent, truth, wrong }
}

const folder = mkdtempSync(join(tmpdir(), 'martello-reports-'))
process.on('exit', () => rmSync(folder, { recursive: true }))

/** What `martello aggregate` makes of reports. */
export async function summed(sent) {
  const file = join(folder, 'reports.jsonl')
  writeFileSync(file, sent.map((report) => `${JSON.stringify(report)}\n`).join(''))
  const [sums] = (await readReports([file])).lists.values()
  return sums.cells()
}

/** How the cells stand to the truth. */
export function judged(cells, truth) {
  const inside = ([low, high], count) => count >= low - 1e-9 && count <= high + 1e-9
  const falling = [...truth].sort((a, b) => b - a)
  const twentieth = falling[TOP - 1]
  const listed = cells.slice(0, TOP)
  return {
    held: cells.filter(({ cluster, interval }) => inside(interval, truth[cluster])).length / cells.length,
    together: Number(cells.every(({ cluster, together }) => inside(together, truth[cluster]))),
    // as many as are surely before it, and one; as many as are not surely behind it
    ranks: Number(
      cells.every(
        ({ cluster, rank: [best, worst] }) =>
          falling.filter((one) => one > truth[cluster]).length + 1 <= worst &&
          falling.filter((one) => one >= truth[cluster]).length >= best,
      ),
    ),
    overlap: listed.filter(({ cluster }) => truth[cluster] >= twentieth).length,
    // by how many people somebody wrongly listed is behind the twentieth, and by how many the interval says that may be
    behind: Math.max(...listed.map(({ cluster }) => twentieth - truth[cluster]), 0),
    error: (cells[TOP].interval[1] - cells[TOP].interval[0]) / 2,
  }
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const seeds = Number(process.argv[2] ?? 50)
  const clients = Number(process.argv[3] ?? 10_000)
  console.log(`${seeds} seeds of ${clients} clients, ${CLUSTERS.length} clusters; median (5 % to 95 %) over seeds`)
  console.log(
    'epsilon   of the true 20 listed   95 % interval, ±   wrongly listed: behind by   intervals that hold   all at once   ranks   wrong ledgers',
  )
  for (const epsilon of [4, 2, 1, 8]) {
    const found = []
    let wrong = 0
    for (let seed = 1; seed <= seeds; seed++) {
      const { sent, truth, wrong: some } = await simulated(clients, seed, { epsilon })
      wrong += some
      found.push(judged(await summed(sent), truth))
    }
    const spread = (name, digits = 0) => {
      const sorted = found.map((one) => one[name]).sort((a, b) => a - b)
      const at = (share) => sorted[Math.floor(share * (sorted.length - 1) + 0.5)].toFixed(digits)
      return `${at(0.5)} (${at(0.05)} to ${at(0.95)})`
    }
    const mean = (name) => (found.reduce((sum, one) => sum + one[name], 0) / found.length).toFixed(3)
    console.log(
      `${String(epsilon).padStart(7)}   ${spread('overlap').padEnd(21)}   ${spread('error').padEnd(16)}   ${spread('behind').padEnd(25)}   ${mean('held').padEnd(19)}   ${mean('together').padEnd(11)}   ${mean('ranks')}   ${wrong}`,
    )
  }
}
