/** martello build: from files to a bundle. */
import { performance } from 'node:perf_hooks'
import { INPUTS, named, readInputs } from './inputs.js'
import { megabytes, peakMemory } from './memory.js'
import { flag, needed, parse, text, whole, type Values } from './options.js'
import { Bar } from './progress.js'
import { checkRefresh, refreshed } from './refresh.js'
import { build } from '../build/build.js'
import type { BuiltBundle } from '../build/finish.js'
import type { Progress } from '../build/progress.js'
import { checkWritable, writeAtomically } from '../build/write.js'
import { InputError, together } from '../read/index.js'

const USAGE = `martello build -o OUT [--interactions F]… [--items F]… [--embeddings F [--ids F]] [--neighbours F]… [--popularity F]
               [--graph F]… [--campaigns F]… [--user-tower F.onnx] [--ranker MODEL] [--policy F.json] [--config F.json]
               [--previous OLD [--refresh attributes]] [--until TIME] [--seed N] [--quiet] [--json]

  -o, --output       the bundle to write; it appears whole or not at all
  --interactions     a log: user_id, item_id, optional rating, event, timestamp; may be given several times
  --items            a catalogue: item_id, optional title; other columns are attributes, whose kinds are told from their cells
  --embeddings       item vectors: a table of item_id and vector, a list of numbers (Spark ALS' itemFactors as they are); or .npy, one
                     a row, whose rows --ids names, one id a line (default: the row number from 0)
  --neighbours       lists that were computed elsewhere, each a source: source, key, target, weight; i2i and next replace the
                     builder's own
  --popularity       what everybody met, as it was counted elsewhere: item_id, weight; replaces what the log says
  --graph            a knowledge graph: head, relation, tail; heads and tails that are item ids are items, others entities
  --campaigns        lists that people make, each a source: item_id, optional list, weight or position, start, end
  --ranker           orders the best candidates: a LightGBM or XGBoost model of the bundle's features (martello features), or
                     an ONNX model of candidates, features and histories
  --user-tower       an ONNX model that makes a query of the embeddings' space from a history; see config key "tower"
  --policy           JSON: weights, quotas, fading and merging of sources as you decide; dist/policy.schema.json
  --config           JSON: how to read and train, such as "columns", "sources", "tune" and "bytes", the largest bundle wanted;
                     dist/config.schema.json
  --previous         the bundle of the day before: items keep their numbers, and what was chosen is not chosen again, so that a
                     build takes less time and a patch (martello diff) is small
  --refresh          attributes: of OLD and today's --items alone, in seconds and without a log: all that was trained stays, and attributes,
                     words, what is new and what is gone are today's
  --until            only events before this time (a date, or a Unix time): the rest is kept for martello features --since
  --seed             default 1; the same inputs and seed give the same bytes (config key "noise": never)
  --json             the build record on stdout, and what the build took: bytes, seconds, peak_memory (bytes), stages (name, seconds)`

/** `out`: where it says what it does. */
export async function buildCommand(args: string[], out: NodeJS.WriteStream = process.stderr): Promise<void> {
  const { values } = parse(
    args,
    {
      ...INPUTS,
      output: { type: 'string', short: 'o' },
      refresh: { type: 'string' },
      seed: { type: 'string' },
      quiet: { type: 'boolean' },
      json: { type: 'boolean' },
    },
    [],
    USAGE,
  )
  const output = needed(values, 'output', USAGE)
  const refreshes = text(values, 'refresh') !== undefined
  if (refreshes) checkRefresh(values, USAGE)
  const seed = whole(values, 'seed', 1, 0, 0xffffffff)
  const started = performance.now()
  const bar = new Bar(flag(values, 'quiet'), out)
  try {
    await checkWritable(output)
    const progress: Progress = {
      say: (line) => bar.say(line),
      stage: (name, done, total) => bar.update(name, done, total),
    }
    const built = await (refreshes ? refreshed(values, bar, progress) : trained(values, seed, bar, progress)).catch(
      (error: unknown) => {
        throw error instanceof InputError ? named(error, values) : error
      },
    )
    await writeAtomically(output, built.bytes)
    const seconds = (performance.now() - started) / 1000
    const peak = peakMemory()
    const [bytes, memory] = [built.bytes.length, peak].map(megabytes)
    bar.say(
      `${output}: ${built.record.items} items, ${bytes}, built in ${seconds.toFixed(1)} s with ${memory} of memory`,
    )
    if (flag(values, 'json'))
      process.stdout.write(
        `${JSON.stringify({ ...built.record, bytes: built.bytes.length, seconds, peak_memory: peak, stages: bar.took() })}\n`,
      )
  } finally {
    bar.stop()
  }
}

async function trained(values: Values, seed: number, bar: Bar, progress: Progress): Promise<BuiltBundle> {
  const { inputs, config, policy, errors } = await readInputs(values, bar, USAGE)
  if (errors.length > 0) throw together(errors)
  return build(inputs, config, seed, progress, policy)
}
