/** martello report: whether bundles are good, as one page. */
import { basename } from 'node:path'
import { jsonOf } from './eval.js'
import { many, flag, needed, parse, text, UsageError } from './options.js'
import { Bar } from './progress.js'
import { evaluateAll, openAll, QUALITY } from './quality.js'
import { page } from './report/page.js'
import { sectionsOf } from '../build/inspect.js'
import { checkWritable, writeAtomically } from '../build/write.js'

const USAGE = `martello report BUNDLE… [--history F --holdout F] -o report.html [--k 20] [--people 5000] [--attribute NAME] [--json]

  One page that opens without a network, light or dark, and prints: what the bundle is made of, how it was built, and, with a
  history and what people took next, how good it is: for whom, by which source, beside accuracy, while it arrives. Of several
  bundles each is compared with the first, person by person, with examples from the log.

  -o, --output   the page to write; it appears whole or not at all
  --history      events that the bundle may know of each person; may be given several times
  --holdout      what the same people took afterwards
  --k            items of a slate
  --people       people who are asked for each source, evenly spread over the file (default 5000; fewer are faster)
  --attribute    categories whose mix is compared with the history's; default: what most items have
  --json         on stdout what martello eval --sources --json prints; the page's figures are these`

/** A report compares at most as many: more are no longer told apart. */
const MOST = 4

export async function report(args: string[]): Promise<void> {
  const { values, positionals } = parse(
    args,
    { ...QUALITY, output: { type: 'string', short: 'o' }, json: { type: 'boolean' } },
    ['BUNDLE…'],
    USAGE,
  )
  const output = needed(values, 'output', USAGE)
  if (positionals.length > MOST)
    throw new UsageError(`${positionals.length} bundles, expected at most ${MOST}\n\n${USAGE}`)
  const [history, holdout] = [many(values, 'history').length > 0, text(values, 'holdout') !== undefined]
  if (history !== holdout) throw new UsageError(`--${history ? 'holdout' : 'history'} is missing\n\n${USAGE}`)
  const bar = new Bar(flag(values, 'json'))
  try {
    await checkWritable(output)
    const opened = await openAll(positionals)
    const evaluation = history ? await evaluateAll(opened, values, true, bar, USAGE) : null
    const json = evaluation && jsonOf(evaluation.bundles, evaluation.compared)
    const isTold = new Set(positionals.map((path) => basename(path))).size === positionals.length
    const bundles = await Promise.all(
      opened.map(async (one) => ({
        name: isTold ? basename(one.path) : one.path,
        opened: one,
        sections: await sectionsOf(one.bytes),
      })),
    )
    const written = page(bundles, evaluation && { evaluation, json }, `martello report ${args.map(quoted).join(' ')}`)
    await writeAtomically(output, written)
    bar.say(`${output}: ${Buffer.byteLength(written)} bytes`)
    if (flag(values, 'json')) process.stdout.write(`${JSON.stringify(json)}\n`)
  } finally {
    bar.stop()
  }
}

/** As a shell takes it. */
const quoted = (arg: string) => (/^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", "'\\''")}'`)
