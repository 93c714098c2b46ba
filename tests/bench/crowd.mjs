// A log as real ones are, drawn by a seed: few people do much, few items are met by many, people have tastes that last, and
// what is met next has to do with what was met before. Rows come in the order of time, people mixed.
//
//   node tests/bench/crowd.mjs EVENTS PEOPLE ITEMS OUT.csv
//
// Items are in clusters of some hundred, and within a cluster as in the whole popular by Zipf's law. A person's number of
// events is log-normal, their clusters one to three. An event follows the person's last one to its neighbour in the cluster
// (SOON), stays with the tastes (TASTE), or goes where everybody goes.
import { closeSync, openSync, writeSync } from 'node:fs'
import { uniforms } from './workload.mjs'

const PER_CLUSTER = 250
const SOON = 0.25
const TASTE = 0.85
const SPREAD = 1.1 // of the logarithm of people's numbers of events
const BEGIN = 1_600_000_000
const SECONDS = 2 * 365 * 86_400

/** Numbers that look drawn, each once: multiplication by an odd number turns 2^32 round. */
const idOf = (n) => (Math.imul(n + 1, 0x9e3779b1) >>> 0).toString(36)

/** Whose each event is: everybody once at least, then by log-normal shares. */
function turns(events, people, draw) {
  const share = Float64Array.from({ length: people }, () =>
    Math.exp(SPREAD * Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw())),
  )
  const all = share.reduce((sum, one) => sum + one, 0)
  const whose = new Uint32Array(events)
  let [row, owed] = [0, 0]
  for (let person = 0; person < people; person++) {
    owed += ((events - people) * share[person]) / all
    for (whose[row++] = person; owed >= 1 && row < events; owed--) whose[row++] = person
  }
  while (row < events) whose[row++] = Math.floor(draw() * people)
  for (let i = events - 1; i > 0; i--) {
    const j = Math.floor(draw() * (i + 1))
    ;[whose[i], whose[j]] = [whose[j], whose[i]]
  }
  return whose
}

/** Places 0 .. count - 1, place p drawn in proportion to about 1 / (p + 1)^.8. */
const zipf = (count, draw) => Math.min(count - 1, Math.floor((1 + draw() * (count ** 0.2 - 1)) ** 5) - 1)

function write(events, people, items, out) {
  const draw = uniforms(events)
  const whose = turns(events, people, draw)
  const clusters = Math.max(1, Math.round(items / PER_CLUSTER))
  const sizeOf = (cluster) => Math.floor((items - 1 - cluster) / clusters) + 1 // item = place · clusters + cluster
  const tastes = Uint32Array.from({ length: 3 * people }, () => zipf(clusters, draw))
  const last = new Int32Array(people).fill(-1)
  const file = openSync(out, 'w')
  let lines = ['user_id,item_id,timestamp\n']
  for (let row = 0; row < events; row++) {
    const person = whose[row]
    let item = last[person]
    if (item >= 0 && draw() < SOON)
      item = item + clusters < items ? item + clusters : item % clusters // the next one of the cluster
    else {
      const taste = tastes[3 * person + Math.floor(3 * draw() ** 2)]
      const cluster = draw() < TASTE ? taste : zipf(clusters, draw)
      item = cluster + clusters * zipf(sizeOf(cluster), draw)
    }
    last[person] = item
    lines.push(`${idOf(person)},${idOf(item)},${BEGIN + Math.floor((SECONDS * row) / events)}\n`)
    if (lines.length === 1 << 15) {
      writeSync(file, lines.join(''))
      lines = []
    }
  }
  writeSync(file, lines.join(''))
  closeSync(file)
}

const [events, people, items] = process.argv.slice(2, 5).map(Number)
write(events, people, items, process.argv[5])
