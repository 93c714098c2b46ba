#!/usr/bin/env node
/** martello on the command line. Results go to stdout, everything else to stderr; exit 0 done, 1 wrong input, 2 usage. */
import { UsageError } from './options.js'
import { InputError } from '../read/errors.js'
import { MartelloError } from '../recommender/errors.js'
import { LearnError } from '../learn/learn.js'
import { VERSION } from '../recommender/version.js'

/** Each loads what it needs when it is asked for: who asks a bundle waits for no reader of tables. */
const COMMANDS: Record<string, () => Promise<(args: string[]) => Promise<number | void>>> = {
  build: async () => (await import('./build.js')).buildCommand,
  check: async () => (await import('./check.js')).check,
  recommend: async () => (await import('./recommend.js')).recommend,
  similar: async () => (await import('./recommend.js')).similar,
  search: async () => (await import('./search.js')).search,
  eval: async () => (await import('./eval.js')).evaluate,
  report: async () => (await import('./report.js')).report,
  features: async () => (await import('./features.js')).features,
  predict: async () => (await import('./predict.js')).predict,
  serve: async () => (await import('./serve.js')).serveCommand,
  inspect: async () => (await import('./inspect.js')).inspect,
  verify: async () => (await import('./inspect.js')).verify,
  split: async () => (await import('./split.js')).splitCommand,
  diff: async () => (await import('./delta.js')).diff,
  patch: async () => (await import('./delta.js')).patch,
  keys: async () => (await import('./sign.js')).keys,
  sign: async () => (await import('./sign.js')).sign,
  site: async () => (await import('./site.js')).site,
  audit: async () => (await import('./audit.js')).audit,
  bench: async () => (await import('./bench.js')).bench,
  compare: async () => (await import('./compare.js')).compare,
  ope: async () => (await import('./ope.js')).ope,
  aggregate: async () => (await import('./aggregate.js')).aggregate,
}

const USAGE = `martello ${VERSION}: recommendations on the device

  martello build -o OUT [--interactions F]… [--items F] [--embeddings F [--ids F]] [--neighbours F]… [--popularity F]
                 [--user-tower F.onnx] [--ranker MODEL] [--graph F]… [--campaigns F]… [--policy F.json] [--config F.json]
                 [--previous OLD [--refresh attributes]] [--seed N]
  martello check [the inputs of build] [--json]
  martello recommend BUNDLE --history id,id,… [--history-id ID]… [--k 20] [--filter JSON] [--explain] [--json]
  martello similar BUNDLE ID [--k 20] [--json]
  martello search BUNDLE TEXT [--k 20] [--filter JSON] [--json]
  martello eval BUNDLE… --holdout F --history F [--k 20] [--sources] [--json]
  martello eval BUNDLE --queries Q.npy --embeddings F.npy [--ids F] [--k 100] [--json]
  martello report BUNDLE… [--history F --holdout F] -o report.html [--k 20] [--people 5000] [--json]
  martello predict MODEL --inputs F.npz|F.npy|F.tsv [-o OUT.npy] [--output NAME] [--raw]
  martello features BUNDLE --events F -o F.parquet|F.csv [--since TIME] [--candidates 50] [--last N] [--users N]
  martello serve BUNDLE [BUNDLE] [--items F]… [--history F… [--user ID]] [--looks F.json] [--port N] [--open]
  martello inspect BUNDLE [--json]
  martello verify BUNDLE [--key PUB]
  martello split BUNDLE|--embeddings F [--ids F] -o DIR [--lists N] [--jobs I/N] [--config F.json] [--json]
  martello diff OLD NEW -o PATCH [--json]
  martello patch OLD PATCH -o NEW [--json]
  martello keys -o KEY [--json]
  martello sign BUNDLE --key KEY [-o DIR] [--previous OLD]… [--expires 30d] [--old-key KEY] [--json]
  martello audit BUNDLE --history F [--shadows 8] [--people 1000] [--seed N] [--json]
  martello bench BUNDLE [--json]
  martello compare CLICKS [--owner COLUMN] [--slate COLUMN] [--user COLUMN] [--json]
  martello ope LOG --policy F [--bundle BUNDLE] [--json]
  martello aggregate REPORTS… [--clusters F] [--round R] [--epsilon E]… [--min 20] [--json]
  martello site DIR [-o DIR/martello] [--history F] [--bake] [--exclude PATH]… [--k 6] [--json]

Inputs: CSV, TSV, JSONL (also .gz), Parquet, NumPy. "martello COMMAND --help" says more.`

async function main(args: string[]): Promise<number> {
  const [name, ...rest] = args
  try {
    if (name === undefined || name === '--help' || name === 'help') {
      process.stdout.write(`${USAGE}\n`)
      return 0
    }
    if (name === '--version') {
      process.stdout.write(`${VERSION}\n`)
      return 0
    }
    const command = COMMANDS[name]
    if (command === undefined) throw new UsageError(`Unknown command "${name}"\n\n${USAGE}`)
    return (await (await command())(rest)) ?? 0
  } catch (error) {
    if (error instanceof UsageError) {
      const asked = rest.includes('--help')
      ;(asked ? process.stdout : process.stderr).write(`${error.message}\n`)
      return asked ? 0 : 2
    }
    if (error instanceof InputError || error instanceof MartelloError || error instanceof LearnError) {
      process.stderr.write(`martello: ${error.message}\n`)
      return 1
    }
    throw error
  }
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
})
process.on('SIGXFSZ', () => {}) // a limit on the size of files is an error of the write, not the end of the process
process.exitCode = await main(process.argv.slice(2))
