/** martello audit: whether a bundle tells who was in its log. */
import { performance } from 'node:perf_hooks'
import { openBundle } from './open.js'
import { flag, many, parse, UsageError, whole } from './options.js'
import { Bar } from './progress.js'
import { auditOf, type Audit } from '../audit/audit.js'
import { isWithoutLog, originalOf, recipeIn } from '../audit/shadows.js'
import { logOptions } from '../build/reading.js'
import { readInteractions } from '../read/index.js'

const USAGE = `martello audit BUNDLE --history F… [--shadows 8] [--people 1000] [--seed N] [--json]

  guesses who was in the log of BUNDLE, as somebody could who holds the bundle and knows what a person did: from shadows, bundles that
  are built by the recipe in its record of a half of the people each. It says how often the guess is right, as AUC: the chance that
  somebody who was in the log is taken for that more surely than somebody who was not; .5 is tossing a coin, 1 is always
  --history  the log that BUNDLE was built from; of several files all
  --shadows  how many are built, 4 at least: more take longer, and make better guesses
  --people   who is guessed about, evenly drawn
  --seed     default 1; the same bundle, log and seed give the same figures
  --json     { "auc", "auc_interval": [from, to], "tpr_at_1", "strongest", "people", "shadows", "statistics": [{ "name", "auc",
             "auc_interval", "tpr_at_1" }], "not_rebuilt", "seconds" }; "auc" null: no log is in the bundle`

export async function audit(args: string[]): Promise<void> {
  const {
    values,
    positionals: [path],
  } = parse(
    args,
    {
      history: { type: 'string', multiple: true },
      shadows: { type: 'string' },
      people: { type: 'string' },
      seed: { type: 'string' },
      json: { type: 'boolean' },
    },
    ['BUNDLE'],
    USAGE,
  )
  const plan = {
    shadows: whole(values, 'shadows', 8, 4, 1000),
    people: whole(values, 'people', 1000, 20, 2 ** 31),
    seed: whole(values, 'seed', 1, 0, 0xffffffff),
  }
  const started = performance.now()
  const { bytes } = await openBundle(path!)
  const record = await recipeIn(path!, bytes)
  if (isWithoutLog(record)) {
    const none = {
      auc: null,
      auc_interval: null,
      tpr_at_1: null,
      strongest: null,
      people: 0,
      shadows: 0,
      statistics: [],
    }
    if (flag(values, 'json')) process.stdout.write(`${JSON.stringify({ ...none, not_rebuilt: [], seconds: 0 })}\n`)
    else process.stdout.write(`${path} was built without a log: nothing in it is of anybody who met items\n`)
    return
  }
  const files = many(values, 'history')
  if (files.length === 0) throw new UsageError(`--history is missing\n\n${USAGE}`)
  const bar = new Bar(flag(values, 'json'))
  try {
    const history = await readInteractions(files, logOptions(record.config))
    const original = await originalOf(path!, bytes, record, history)
    try {
      if (original.unknown > 0) bar.say(`look: ${original.unknown} of ${history.rows} rows name items that ${path} does not have, and are left out`) // prettier-ignore
      const found = await auditOf(original, plan, {
        say: (line) => bar.say(line),
        stage: (name, done, total) => bar.update(name, done, total),
      })
      bar.stop()
      const seconds = (performance.now() - started) / 1000
      process.stdout.write(flag(values, 'json') ? `${JSON.stringify(jsonOf(found, original.untrained, seconds))}\n` : linesOf(path!, found, original.untrained)) // prettier-ignore
    } finally {
      await original.workers.close()
    }
  } finally {
    bar.stop()
  }
}

const rounded = (x: number) => Math.round(1e4 * x) / 1e4

function jsonOf({ people, shadows, statistics }: Audit, untrained: readonly string[], seconds: number): object {
  const all = statistics.map(({ name, auc, interval, tprAt1 }) => ({
    name,
    auc: rounded(auc),
    auc_interval: interval.map(rounded),
    tpr_at_1: rounded(tprAt1),
  }))
  const { name: strongest, ...best } = all[0]!
  return { ...best, strongest, people, shadows, statistics: all, not_rebuilt: untrained, seconds }
}

const SHOWN = 12

function linesOf(path: string, { people, shadows, statistics }: Audit, untrained: readonly string[]): string {
  const [best] = statistics as [Audit['statistics'][number]]
  const between = ({ interval: [from, to] }: typeof best) => `${from.toFixed(3)} to ${to.toFixed(3)}`
  const wide = Math.max(...statistics.slice(0, SHOWN).map(({ name }) => name.length))
  return (
    `${path}: whoever holds it and knows what somebody did guesses whether they were in its log with an AUC of ${best.auc.toFixed(3)} (${between(best)}); ` +
    `.5 is chance. ${Math.round(1000 * best.tprAt1) / 10} % of those in the log are found while 1 % of the others are taken for in it, where chance finds 1 %.\n` +
    `${people} people, ${shadows} shadows of half the log each; the strongest of ${statistics.length} ways to guess is the figure above\n\n` +
    `  ${'by'.padEnd(wide)}    AUC  95 % interval   found at 1 %\n` +
    statistics
      .slice(0, SHOWN)
      .map((one) => `  ${one.name.padEnd(wide)}  ${one.auc.toFixed(3)}  ${between(one)}  ${(100 * one.tprAt1).toFixed(1).padStart(5)} %\n`) // prettier-ignore
      .join('') +
    (untrained.length === 0 ? '' : `\nlook: ${untrained.join(', ')} learned from the log too, and is not built again in shadows: nothing is said of it\n`) // prettier-ignore
  )
}
