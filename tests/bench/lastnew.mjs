// Holding out each person's last new item: what they met for the last time of all that they met for the first time. A bundle is built
// of what came before it, by time and then by the order of the file; whoever met one item alone stays whole.

const table = (csv) => {
  const [header, ...rows] = csv.trim().split(/\r?\n/)
  const place = (names) => header.split(',').findIndex((name) => names.includes(name))
  const [user, item, time] = [['user_id', 'userId'], ['item_id', 'movieId'], ['timestamp']].map(place)
  return {
    header,
    rows: rows.map((row) => {
      const cells = row.split(',')
      return { row, user: cells[user], item: cells[item], time: Number(cells[time]) }
    }),
  }
}

function grouped(rows, key) {
  const groups = new Map()
  for (const row of rows) {
    if (!groups.has(row[key])) groups.set(row[key], [])
    groups.get(row[key]).push(row)
  }
  return groups
}

const written = (header, rows) => `${[header, ...rows.map(({ row }) => row)].join('\n')}\n`

/** CSV of the rows before each person's last new item, and of these items. */
export function lastNew(csv) {
  const { header, rows } = table(csv)
  const [past, last] = [[], []]
  for (const events of grouped(rows, 'user').values()) {
    events.sort((a, b) => a.time - b.time)
    const met = new Set()
    let newest = 0
    events.forEach(({ item }, at) => {
      if (!met.has(item)) newest = at
      met.add(item)
    })
    past.push(...(newest === 0 ? events : events.slice(0, newest)))
    if (newest > 0) last.push(events[newest])
  }
  return { past: written(header, past), last: written(header, last) }
}

/** The rows of the items that have most rows. */
export function mostMet(csv, items) {
  const { header, rows } = table(csv)
  const counts = [...grouped(rows, 'item')].map(([item, of]) => ({ item, count: of.length }))
  counts.sort((a, b) => b.count - a.count || (a.item < b.item ? -1 : 1))
  const kept = new Set(counts.slice(0, items).map(({ item }) => item))
  return written(
    header,
    rows.filter(({ item }) => kept.has(item)),
  )
}
