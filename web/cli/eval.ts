/** martello eval: the quality of whole bundles on held-out events, or the retrieval of a bundle's vectors against exact search. */
import { reportOf } from './complement.js'
import type { Interval } from './figures/sample.js'
import type { Compared } from './figures/paired.js'
import { FIGURES, type Figures } from './measures.js'
import { flag, parse, text, UsageError, whole } from './options.js'
import { Bar } from './progress.js'
import { evaluateAll, openAll, QUALITY, type Evaluated } from './quality.js'
import { evaluateRetrieval } from './retrieval.js'
import { evaluateSharded } from './shards.js'
import { evaluateVisits, isRoot, peopleOf, visitLines } from './visits.js'

const USAGE = `martello eval BUNDLE… --holdout F --history F [--k 20] [--sources [--people 5000]] [--attribute NAME] [--json]
martello eval BUNDLE --queries Q.npy --embeddings F.npy [--ids F] [--k 100] [--json]

  The first gives each user's history to the bundle and counts how many held-out items come back. Events of weight 0 or
  less are no targets, nor are items of the history; users with nothing left to find are counted apart. --sources also
  says how the sources complement each other: each alone, its unique hits, overlaps, and what is lost without it, for as
  many people as --people says, evenly spread over the file (default 5000, which tell a hit rate of .1 to ± .008); and
  what the bundle brings while it arrives. --json says more than is printed: figures by group, intervals, and what slates
  are like; --attribute names the categories whose mix is compared. Of several bundles each is compared with the first,
  person by person. Of the root of a split catalogue (martello split) it says what as many people as --people says find on a first
  visit, from the root alone and with the lists that are fetched for them, or with its shards.
  The second compares the nearest items by the bundle's codes with the exact answer of the float table.`

export async function evaluate(args: string[]): Promise<void> {
  const { values, positionals } = parse(
    args,
    {
      ...QUALITY,
      queries: { type: 'string' },
      embeddings: { type: 'string' },
      ids: { type: 'string' },
      space: { type: 'string' },
      sources: { type: 'boolean' },
      json: { type: 'boolean' },
    },
    ['BUNDLE…'],
    USAGE,
  )
  if (text(values, 'queries') !== undefined) {
    if (positionals.length > 1) throw new UsageError(`Unexpected argument "${positionals[1]}"\n\n${USAGE}`)
    return evaluateRetrieval(positionals[0]!, values, USAGE)
  }
  if (text(values, 'holdout') === undefined) throw new UsageError(`--holdout or --queries is missing\n\n${USAGE}`)
  const bar = new Bar(flag(values, 'json'))
  const opened = await openAll(positionals)
  const [first] = opened as [(typeof opened)[0]]
  if (opened.length === 1 && (await isRoot(first.bytes))) {
    const visits = await evaluateVisits(first.path, first.bytes, values, bar, USAGE).finally(() => bar.stop())
    return void process.stdout.write(flag(values, 'json') ? `${JSON.stringify(visits)}\n` : visitLines(visits))
  }
  const shards = shardsOf(first.record)
  if (opened.length === 1 && shards > 0) {
    const asked = await peopleOf(first.path, first.bytes, values, USAGE)
    const progress = (done: number, total: number) => bar.update('evaluating', done, total)
    const found = await evaluateSharded(first.path, shards, asked, whole(values, 'k', 20, 1, 1000), progress).finally(() => bar.stop()) // prettier-ignore
    return void process.stdout.write(flag(values, 'json') ? `${JSON.stringify(found)}\n` : shardedLines(found))
  }
  const { bundles, compared } = await evaluateAll(opened, values, flag(values, 'sources'), bar, USAGE).finally(() =>
    bar.stop(),
  )
  if (flag(values, 'json')) process.stdout.write(`${JSON.stringify(jsonOf(bundles, compared))}\n`)
  else
    bundles.forEach((figures, n) => {
      const name = bundles.length === 1 ? '' : `${positionals[n]}\n`
      const differs = n === 0 ? '' : `\nless ${positionals[0]}, ${differenceLine(compared[n - 1]!)}\n`
      process.stdout.write(`${n > 0 ? '\n' : ''}${name}${linesOf(figures)}${differs}`)
    })
}

/** What `--json` prints: of one bundle its figures, of several a list of them, and how each but the first differs from it. */
export const jsonOf = (bundles: readonly Evaluated[], compared: readonly Compared[]) =>
  bundles.length === 1 ? bundles[0] : { bundles, compared }

function shardedLines({
  users,
  k,
  shards,
  rows,
  root,
  p50_ms,
  p99_ms,
  ...figures
}: Awaited<ReturnType<typeof evaluateSharded>>): string {
  const said = (of: Figures) => FIGURES.map((name) => `${name.replace('_', ' ')} ${of[name].toFixed(4)}`).join(', ')
  return (
    `${users} users, k = ${k}\nthe root alone, ${root.items} items: ${said(root)}\nwith ${shards} shards: ${said(figures)}\n` +
    `${rows.toFixed(0)} rows a request; all shards in this process: p50 ${p50_ms.toFixed(1)} ms, p99 ${p99_ms.toFixed(1)} ms\n`
  )
}

/** How many the root is of; 0: it is none. */
const shardsOf = (record: object | null): number =>
  (record as { split?: { shards?: number } } | null)?.split?.shards ?? 0

function linesOf(figures: Evaluated): string {
  const { users, k, sources } = figures
  return (
    `${users} users, k = ${k}: recall ${figures.recall.toFixed(4)}, ndcg ${figures.ndcg.toFixed(4)}, hit rate ${figures.hit_rate.toFixed(4)}, mrr ${figures.mrr.toFixed(4)}, coverage ${figures.coverage.toFixed(4)}\n` +
    `95 % intervals over people: ${FIGURES.map((name) => `${name.replace('_', ' ')} ${between(figures.intervals[name])}`).join(', ')}\n` +
    `${figures.bundle_bytes} bytes; recommend p50 ${figures.p50_ms.toFixed(3)} ms, p99 ${figures.p99_ms.toFixed(3)} ms\n` +
    `${figures.users_without_history} users without history, ${figures.held_out_unknown} held-out items not in the bundle (misses)\n` +
    `left out: ${figures.held_out_disliked} held-out events that weigh 0 or less, ${figures.held_out_already_in_history} of items in the history; ` +
    `${figures.users_without_targets} users with nothing left to find\n${sources === undefined ? '' : `\n${reportOf(sources)}`}`
  )
}

const between = (interval: Interval | null) =>
  interval === null ? 'not told by so few' : `${interval[0].toFixed(4)} to ${interval[1].toFixed(4)}`

const differenceLine = ({ ndcg, recall, intervals, people, gain, lose }: Compared) =>
  `for ${people} people: recall ${signed(recall)} (${between(intervals.recall)}), ndcg ${signed(ndcg)} (${between(intervals.ndcg)}); ${gain} gain, ${lose} lose`

const signed = (value: number) => `${value < 0 ? '' : '+'}${value.toFixed(4)}`
