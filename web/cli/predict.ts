/** martello predict: an imported tower or ranker by itself, run by the core. */
import { readFile } from 'node:fs/promises'
import { flag, needed, parse, text, UsageError } from './options.js'
import { predictTrees } from '../import/predict-trees.js'
import { readForest } from '../import/tree-model.js'
import { fileError, InputError } from '../read/errors.js'
import { writeNpy } from '../read/write-npy.js'

const USAGE = `martello predict MODEL --inputs F.npz|F.npy|F.tsv [-o OUT.npy] [--output NAME] [--raw]

  MODEL          LightGBM (text or JSON dump) or XGBoost (.json, .ubj); recognised by its content
  --inputs       features, one row each: "features" or the only matrix of an .npz, an .npy, or a TSV without a header,
                 where a surplus first column is a label and nan or nothing is missing
  -o, --out      float32 .npy to write; without it rows go to stdout, separated by tabs
  --raw          margins, before the objective's link`

export async function predict(args: string[]): Promise<void> {
  const {
    values,
    positionals: [path],
  } = parse(
    args,
    {
      inputs: { type: 'string' },
      out: { type: 'string', short: 'o' },
      output: { type: 'string' },
      raw: { type: 'boolean' },
    },
    ['MODEL'],
    USAGE,
  )
  const inputs = needed(values, 'inputs', USAGE)
  const bytes = await readFile(path!).catch((error: unknown) => {
    throw fileError(path!, error, 'a model')
  })
  const forest = readForest(path!, bytes)
  if (forest === null) throw new InputError({ file: path! }, 'a file of another kind', 'a model of LightGBM or XGBoost')
  if (text(values, 'output') !== undefined)
    throw new UsageError(`--output: trees have one output; --raw gives its margins\n\n${USAGE}`)
  const { shape, data, remarks } = await predictTrees(forest, inputs, flag(values, 'raw'))
  for (const remark of remarks) process.stderr.write(`${remark}\n`)
  const out = text(values, 'out')
  if (out !== undefined) await writeNpy(out, shape, data)
  else print(shape, data)
}

function print(shape: readonly number[], data: Float32Array): void {
  const width = shape[1] ?? 1
  for (let at = 0; at < data.length; at += width)
    process.stdout.write(`${Array.from(data.subarray(at, at + width)).join('\t')}\n`)
}
