/** martello predict: an imported tower or ranker by itself, run by the core. */
import { readFile } from 'node:fs/promises'
import { flag, needed, parse, text, UsageError } from './options.js'
import { isOnnx } from '../import/onnx/model/onnx.js'
import { predictOnnx } from '../import/onnx/predict-onnx.js'
import { predictTrees, type Predicted } from '../import/trees/predict-trees.js'
import { readForest } from '../import/trees/tree-model.js'
import type { TreeOptions } from '../import/trees/trees.js'
import { fileError, InputError, quote } from '../read/errors.js'
import { writeNpy } from '../read/write-npy.js'

const USAGE = `martello predict MODEL --inputs F.npz|F.npy|F.tsv [-o OUT.npy] [--output NAME] [--raw]
                 [--rounds best|all|N] [--categories values|codes] [--json]

  MODEL          ONNX, LightGBM (text or JSON dump) or XGBoost (.json, .ubj); recognised by its content
  --inputs       ONNX: an .npz with an array for each input, others ignored; a model of one input takes an .npy or a TSV too.
                 Trees: features, one row each, "features" or the only matrix of an .npz, an .npy, or a TSV.
                 A TSV has no header; a surplus first column is a label, nan or nothing is missing
  -o, --out      float32 .npy to write; without it rows go to stdout, separated by tabs
  --output       ONNX: which output; default the first
  --raw          trees: margins, before the objective's link
  --rounds       trees: how many boosting rounds count: best, up to the best one of early stopping; all; or so many.
                 Default: as the object that saved the file predicts
  --categories   trees: what features of categories carry: their values, as in the data frame (default), or codes from 0
  --json         { shape, data } as one object on stdout`

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
      rounds: { type: 'string' },
      categories: { type: 'string' },
      json: { type: 'boolean' },
    },
    ['MODEL'],
    USAGE,
  )
  const inputs = needed(values, 'inputs', USAGE)
  const bytes = await readFile(path!).catch((error: unknown) => {
    throw fileError(path!, error, 'a model')
  })
  const { shape, data, remarks } = await predicted(path!, bytes, inputs, {
    output: text(values, 'output'),
    raw: flag(values, 'raw'),
    ...treeOptions(text(values, 'rounds'), text(values, 'categories')),
  })
  for (const remark of remarks) process.stderr.write(`${remark}\n`)
  const out = text(values, 'out')
  if (out !== undefined) await writeNpy(out, shape, data)
  if (flag(values, 'json')) process.stdout.write(`${JSON.stringify({ shape, data: Array.from(data) })}\n`)
  else if (out === undefined) print(shape, data)
}

/** Whatever kind of model it is, and what it says of the inputs. */
async function predicted(
  path: string,
  bytes: Uint8Array,
  inputs: string,
  { output, raw, ...options }: TreeOptions & { output: string | undefined; raw: boolean },
): Promise<Predicted> {
  if (isOnnx(bytes)) {
    if (raw)
      throw new UsageError(`--raw: an ONNX model has no margins; --output names another of its outputs\n\n${USAGE}`)
    return predictOnnx(path, bytes, inputs, output)
  }
  const forest = readForest(path, bytes, options)
  if (forest === null)
    throw new InputError({ file: path }, 'a file of another kind', 'a model of ONNX, LightGBM or XGBoost')
  if (output !== undefined) throw new UsageError(`--output: trees have one output; --raw gives its margins\n\n${USAGE}`)
  return predictTrees(forest, inputs, raw)
}

function treeOptions(rounds: string | undefined, categories: string | undefined): TreeOptions {
  const number = Number(rounds)
  if (rounds !== undefined && rounds !== 'best' && rounds !== 'all' && !(Number.isInteger(number) && number > 0))
    throw new UsageError(`--rounds: found ${quote(rounds)}, expected best, all, or a whole number above 0\n\n${USAGE}`)
  if (categories !== undefined && categories !== 'values' && categories !== 'codes')
    throw new UsageError(`--categories: found ${quote(categories)}, expected values or codes\n\n${USAGE}`)
  return {
    ...(rounds !== undefined && { rounds: rounds === 'best' || rounds === 'all' ? rounds : number }),
    ...(categories !== undefined && { categories }),
  }
}

function print(shape: readonly number[], data: Float32Array): void {
  const width = shape.slice(1).reduce((product, size) => product * size, 1)
  for (let at = 0; at < data.length && width > 0; at += width)
    process.stdout.write(`${Array.from(data.subarray(at, at + width)).join('\t')}\n`)
}
