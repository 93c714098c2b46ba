/** martello features: a ranker's training rows, as the device would compute them at each moment of a log. */
import { openBundle } from './open.js'
import { flag, many, moment, needed, parse, UsageError, whole } from './options.js'
import { Bar } from './progress.js'
import { coreOf } from '../build/core.js'
import { readContexts, replay, type Counts, type Moment, type ReplayOptions } from '../build/moments.js'
import { logOptions } from '../build/reading.js'
import { readRecord } from '../build/inspect.js'
import { checkWritable } from '../build/write.js'
import { InputError, readInteractions, type Interactions } from '../read/index.js'
import { writeError } from '../read/whole.js'
import { writeTable, type ColumnData, type TableColumn } from '../read/write-table.js'

const USAGE = `martello features BUNDLE --events F -o F.parquet|F.csv [--history F] [--since TIME] [--until TIME] [--candidates 50] [--within 300] [--ahead 1]
                  [--last N] [--users N] [--missed] [--seed N] [--json]

  Replays the log person by person in time order. At each event it asks the bundle what it would have recommended a moment
  before, and writes a row for the item that was met and for others of the candidates: group (one a moment), user_id,
  item_id, label (1: it was met), at, then every feature, empty where it is not known. The rows are what serving computes.

  -o, --output   .parquet or .csv
  --events       the log; may be given several times; its columns named like fields of the context are read as such
  --history      events that are history alone, none of them a moment; may be given several times
  --since        only moments at or after this time (a date, or a Unix time); earlier events are history alone. The bundle
                 should know nothing of these moments: build it with --until the same time
  --until        only moments before this time, and nothing from then on counts as met: it is kept for an evaluation
  --candidates   rows a moment: what was met, the others drawn from the rest of the candidates; 0: all of them
  --within       only so many of the best merged candidates, as many as a ranker is given
  --ahead        items met in the next N events count as met too
  --last         only the newest N events of each person are moments
  --users        only so many people, drawn
  --missed       also moments whose item was not recalled, with the row that it would have had`

/** Rows that are held before they are written. */
const CHUNK = 1 << 15

export async function features(args: string[]): Promise<void> {
  const {
    values,
    positionals: [path],
  } = parse(
    args,
    {
      output: { type: 'string', short: 'o' },
      events: { type: 'string', multiple: true },
      history: { type: 'string', multiple: true },
      since: { type: 'string' },
      until: { type: 'string' },
      candidates: { type: 'string' },
      within: { type: 'string' },
      ahead: { type: 'string' },
      last: { type: 'string' },
      users: { type: 'string' },
      missed: { type: 'boolean' },
      seed: { type: 'string' },
      json: { type: 'boolean' },
    },
    ['BUNDLE'],
    USAGE,
  )
  const output = needed(values, 'output', USAGE)
  const past = many(values, 'history')
  const events = many(values, 'events')
  if (events.length === 0) throw new UsageError(`--events is missing\n\n${USAGE}`)
  const asked = {
    candidates: whole(values, 'candidates', 50, 0, 4000),
    within: whole(values, 'within', 300, 1, 2000),
    ahead: whole(values, 'ahead', 1, 1, 1000),
    last: whole(values, 'last', 0, 1, 1e9),
    users: whole(values, 'users', 0, 1, 1e9),
    missed: flag(values, 'missed'),
    since: moment(values, 'since') ?? -Infinity,
    until: moment(values, 'until') ?? Infinity,
    seed: whole(values, 'seed', 1, 0, 0xffffffff),
  }
  await checkWritable(output)
  const { bytes } = await openBundle(path!)
  const core = await coreOf(bytes)
  const names = core.featureNames()
  if (names.length === 0)
    throw new InputError({ file: path! }, 'no features', 'a bundle built with them (config key "features")')
  const bar = new Bar(flag(values, 'json'))
  const paths = [...past, ...events]
  const record = await readRecord(path!, bytes)
  const log = await readInteractions(paths, {
    ...logOptions(record?.config ?? {}),
    onProgress: (done, total, rows) => bar.update(`reading ${paths[0]}`, done, total, rows),
  })
  const history = log.files.slice(0, past.length).reduce((rows, file) => rows + file.rows, 0)
  const options = { ...asked, history }
  warn(record?.newest ?? NaN, log, options, bar)
  const contexts = await readContexts(core, paths, log)
  const counts: Counts = { events: 0, moments: 0, disliked: 0, repeated: 0, unknown: 0, missed: 0 }
  const table = writeTable(output, columnsOf(names))
  const pending = new Pending(names.length, log, (item) => core.id(item))
  let rows = 0
  try {
    for (const moment of replay(core, log, contexts, options, counts)) {
      rows += moment.items.length
      if (pending.add(moment) >= CHUNK) table.write(pending.take())
      if (counts.moments % 100 === 0) bar.update('replaying', counts.events, log.rows)
    }
    table.write(pending.take())
    table.finish()
  } catch (error) {
    table.abandon()
    throw writeError(output, error)
  } finally {
    bar.stop()
  }
  if (flag(values, 'json')) process.stdout.write(`${JSON.stringify({ rows, features: names.length, ...counts })}\n`)
  else
    process.stdout.write(
      `${output}: ${rows} rows of ${names.length} features, ${counts.moments} moments\n` +
        `of ${counts.events} events, ${counts.missed} met an item that was not recalled${options.missed ? '' : ' (--missed adds them)'}, ${counts.repeated} one that was met before, ${counts.disliked} were no liking, ${counts.unknown} met one that is not in the bundle\n`,
    )
}

const columnsOf = (names: readonly string[]): TableColumn[] => [
  { name: 'group', type: 'INT32' },
  { name: 'user_id', type: 'STRING' },
  { name: 'item_id', type: 'STRING' },
  { name: 'label', type: 'INT32' },
  { name: 'at', type: 'DOUBLE' },
  ...names.map((name): TableColumn => ({ name, type: 'FLOAT' })),
]

/** Rows that wait to be written, turned into columns when they are. */
class Pending {
  private moments: Moment[] = []
  private rows = 0
  private group = 0

  constructor(
    private readonly width: number,
    private readonly log: Interactions,
    private readonly id: (item: number) => string,
  ) {}

  add(moment: Moment): number {
    this.moments.push({ ...moment, rows: moment.rows.slice() })
    return (this.rows += moment.items.length)
  }

  take(): ColumnData[] {
    const { moments, rows, width } = this
    const group = new Int32Array(rows)
    const label = new Int32Array(rows)
    const at = new Float64Array(rows)
    const users: string[] = []
    const items: string[] = []
    const columns = Array.from({ length: width }, () => new Float32Array(rows))
    let row = 0
    for (const moment of moments) {
      moment.items.forEach((item, i) => {
        group[row] = this.group
        users.push(this.log.userIds[moment.user]!)
        items.push(this.id(item))
        label[row] = moment.labels[i]!
        at[row] = moment.at
        for (let f = 0; f < width; f++) columns[f]![row] = moment.rows[i * width + f]!
        row++
      })
      this.group++
    }
    this.moments = []
    this.rows = 0
    return [group, users, items, label, at, ...columns]
  }
}

/** A bundle that was built from the moments themselves has learned what came next: its rows are better than serving's. */
function warn(newest: number, log: Interactions, { history, since, until }: ReplayOptions, bar: Bar): void {
  if (Number.isNaN(newest) || log.time === null || history > 0) return
  const known = log.time.reduce((count, time) => count + +(time >= since && time < until && time <= newest), 0)
  if (known > 0)
    bar.say(
      `${known} of the events to replay are no newer than what the bundle was built from (up to ${newest}), so it may know of them; to keep it from that, build with --until a time and replay --since that time`,
    )
}
