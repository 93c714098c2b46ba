/** Models of other makers, and other files of the same ones: what they are, by their first bytes or keys, and what to do. */
import { InputError } from '../../read/errors.js'

const SAVE_XGBOOST = 'the model itself: booster.save_model("model.json"), or .ubj'
const SAVE_EITHER =
  "the model's own file: save_model('model.json') of XGBoost, booster_.save_model('model.txt') of LightGBM; of scikit-learn, " +
  'the same trained with LightGBM (HistGradientBoosting is its kind)'
const OURS = 'a model of LightGBM (text or JSON) or XGBoost (.json, .ubj), trained on the same features'

/** The first bytes, one character each. */
const KINDS: [RegExp, string, string][] = [
  [/^$/, 'an empty file', 'a model'],
  [/^(binf|bs64|CONFIG-offset)/, "XGBoost's old binary format", `${SAVE_XGBOOST}, from the version that wrote it`],
  // 136 bytes of parameters, then the objective behind its length
  [
    /^(?![\t\n\r -~]{64})[^]{130,150}(reg|binary|multi|count|rank|survival):[a-z]+/,
    "XGBoost's old binary format (.model)",
    `${SAVE_XGBOOST}, from the version that wrote it`,
  ],
  [/^booster\[0\]:/, "XGBoost's text for people (dump_model)", SAVE_XGBOOST],
  [/^CBM1/, 'a CatBoost model (.cbm)', OURS],
  [/^\x80[\x02-\x05]/, 'a Python pickle, as pickle and joblib write it', SAVE_EITHER],
  [/^(\x1f\x8b|BZh|\xfd7zXZ|x[\x01\x5e\x9c\xda])/, 'a compressed file, as joblib and saveRDS write it', SAVE_EITHER],
  [/^[^<]{0,3}<\?xml[^]*<PMML|^[^<]{0,3}<PMML/, 'PMML', OURS],
  [/^[\x03-\x09]\0{3}[^]\0{3}[^]\0{3}/, 'a checkpoint of Treelite', 'the model that Treelite was given'],
  [
    /^PK\x03\x04/,
    'a zip archive, as PyTorch, Keras and H2O write it',
    'an ONNX model (torch.onnx.export), or trees as LightGBM and XGBoost save them',
  ],
  [/^\x89HDF/, 'an HDF5 file, as Keras writes it', 'an ONNX model (tf2onnx)'],
]

/** Errors: the file is one of these. */
export function refuseOthers(file: string, bytes: Uint8Array): void {
  const start = Array.from(bytes.subarray(0, 2048), (byte) => String.fromCharCode(byte)).join('')
  const kind = KINDS.find(([pattern]) => pattern.test(start))
  if (kind !== undefined) throw new InputError({ file }, kind[1], kind[2])
}

/** The same of what JSON holds. */
export function refuseOtherJson(file: string, json: unknown): void {
  const has = (...keys: string[]) => keys.every((key) => typeof json === 'object' && json !== null && key in json)
  const refuse = (found: string, expected: string) => {
    throw new InputError({ file }, found, expected)
  }
  if (Array.isArray(json)) refuse("a list, as XGBoost's dump_model writes trees for people", SAVE_XGBOOST)
  if (has('features_info') || has('oblivious_trees')) refuse('a CatBoost model', OURS)
  if (has('num_feature', 'task_type', 'trees')) refuse("Treelite's JSON", 'the model that Treelite was given')
}
