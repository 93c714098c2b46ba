/**
 * The figures of bundles on held-out events, which `eval` prints and `report` draws: what each is worth over all and by group,
 * what its sources bring, what its front brings while it arrives, and of several how much each is better than the first.
 */
import { arriving, type Arrived } from './figures/arriving.js'
import { dividers, metBy } from './figures/divide.js'
import { judge, type Judged, type Quality } from './figures/judge.js'
import { paired, type Compared } from './figures/paired.js'
import { complement, spread, type Complement } from './complement.js'
import { holdoutRemarks, meetingRemarks } from './holdout.js'
import { openBundle } from './open.js'
import { many, needed, text, UsageError, whole, type Options, type Values } from './options.js'
import type { Bar } from './progress.js'
import { targetsOf, type Targets } from './targets.js'
import { coreOf } from '../build/core.js'
import { readRecord } from '../build/inspect.js'
import { logOptions } from '../build/reading.js'
import type { BuildRecord } from '../build/record.js'
import { InputError, readInteractions, type Interactions } from '../read/index.js'
import type { Recommender } from '../entry/node.js'

/** What both commands take. */
export const QUALITY: Options = {
  holdout: { type: 'string' },
  history: { type: 'string', multiple: true },
  k: { type: 'string' },
  people: { type: 'string' },
  attribute: { type: 'string' },
}

/** A bundle, as far as it is known without a log. */
export interface Opened {
  path: string
  rec: Recommender
  bytes: Uint8Array
  record: Partial<BuildRecord> | null
}

/** What `eval --json` prints of a bundle. */
export type Evaluated = Quality &
  Targets['counts'] & {
    users: number
    k: number
    coverage: number
    bundle_bytes: number
    /** With --sources. */
    sources?: Complement
    arriving?: Arrived[]
  }

export interface Evaluation {
  bundles: Evaluated[]
  /** Each but the first, less the first. */
  compared: Compared[]
  /** What may be wrong with the files, to look at. */
  remarks: string[]
  history: Interactions
  holdout: Interactions
}

/** Of the people that are asked for what is asked often: arriving. */
const FEW = 2000

export async function openAll(paths: readonly string[]): Promise<Opened[]> {
  const opened: Opened[] = []
  for (const path of paths) {
    const { rec, bytes } = await openBundle(path)
    opened.push({ path, rec, bytes, record: await readRecord(path, bytes) })
  }
  return opened
}

/** The logs are read as the first bundle's config says. `sources`: also what takes long. */
export async function evaluateAll(
  opened: readonly Opened[],
  values: Values,
  sources: boolean,
  bar: Bar,
  usage: string,
): Promise<Evaluation> {
  const k = whole(values, 'k', 20, 1, 1000)
  const people = whole(values, 'people', 5000, 1, 2 ** 31)
  const { history, holdout } = await readLogs(opened[0]!, values, usage)
  const remarks = new Set(
    opened.flatMap(({ path, rec, record }) => [
      ...holdoutRemarks(record, history, holdout),
      ...meetingRemarks(path, (id) => rec.number(id) !== undefined, history, holdout),
    ]),
  )
  for (const line of remarks) process.stderr.write(`${line}\n`)
  const met = metBy(history)
  const judged: Judged[] = []
  const bundles: Evaluated[] = []
  for (const { path, rec, bytes, record } of opened) {
    const core = await coreOf(bytes)
    const attribute = text(values, 'attribute') ?? record?.policy?.rules?.calibration?.attribute ?? null
    if (attribute !== null && !core.attributes.some((name, a) => name === attribute && core.isOf(a, 'categories')))
      throw new UsageError(
        `--attribute: found "${attribute}", expected one of ${path} with categories: ${core.attributes.filter((_, a) => core.isOf(a, 'categories')).join(', ') || 'it has none'}`,
      )
    const { asked, counts } = targetsOf(core, history, holdout)
    if (asked.length === 0) throw nobodyLeft(needed(values, 'holdout', usage), holdout, counts)
    const of = opened.length === 1 ? '' : ` ${path}`
    const known = (id: string) => rec.number(id) !== undefined
    const one = await judge(
      rec,
      core,
      asked,
      { k, met, people: history.userIds.length, dividers: dividers(met, holdout, known), attribute },
      (done, total) => bar.update(`evaluating${of}`, done, total),
    )
    judged.push(one)
    bundles.push({
      users: asked.length,
      k,
      ...one.quality,
      coverage: one.quality.beyond.coverage,
      bundle_bytes: bytes.length,
      ...counts,
      ...(sources && {
        sources: await complement(bytes, rec.sources, asked, k, people, (done, total) =>
          bar.update(`comparing sources${of}`, done, total),
        ),
        arriving: await arriving(bytes, spread(asked, Math.min(people, FEW)), k, (done, total) =>
          bar.update(`arriving${of}`, done, total),
        ),
      }),
    })
  }
  const compared = judged
    .slice(1)
    .map((other, n) => paired([opened[0]!.rec, opened[n + 1]!.rec], [judged[0]!, other], holdout.userIds, k))
  return { bundles, compared, remarks: [...remarks], history, holdout }
}

export async function readLogs({ record }: Pick<Opened, 'record'>, values: Values, usage: string) {
  const paths = many(values, 'history')
  if (paths.length === 0) throw new UsageError(`--history is missing\n\n${usage}`)
  const options = logOptions(record?.config ?? {})
  const history = await readInteractions(paths, { ...options, allowEmpty: true })
  const dateOrder = history.facts?.dateOrder // few days of a holdout may not tell it
  const holdout = await readInteractions([needed(values, 'holdout', usage)], {
    ...options,
    ...(dateOrder && { dateOrder }),
  })
  return { history, holdout }
}

/** Means over nobody would read as a bundle that finds nothing. */
const nobodyLeft = (file: string, { rows, userIds }: Interactions, counts: Targets['counts']) =>
  new InputError(
    { file },
    `nothing left to find for any of ${userIds.length} users: of ${rows} held-out events, ` +
      `${counts.held_out_already_in_history} are of items in the history and ${counts.held_out_disliked} weigh 0 or less`,
    'later events than those of --history, some of items that their users had not met',
  )
