/**
 * How many rounds of an XGBoost model count. Early stopping leaves its later rounds in the file and names the best one in
 * an attribute. The scikit-learn wrapper then predicts with the rounds up to it, and writes that it saved the file; a bare
 * Booster predicts with all. So does martello, and says it.
 */
import { InputError } from '../../read/errors.js'
import type { TreeOptions } from './trees.js'

/** What the file says of its rounds. `ends`: how many trees there are up to the end of each; null: it does not say. */
export interface Rounds {
  file: string
  ends: number[] | null
  attributes: Record<string, unknown>
}

/** How many trees count, and what people should know about that. */
export function treesThatCount({ file, ends, attributes }: Rounds, asked: TreeOptions['rounds']) {
  const [all, best] = [ends?.length ?? 0, bestRound(attributes)]
  const place = { file, part: 'rounds' }
  if (asked === 'best' && best === null)
    throw new InputError(place, 'no attribute best_iteration', 'a model of early stopping, or a number of rounds')
  if (ends === null && asked !== undefined && asked !== 'all')
    throw new InputError(place, 'trees that do not divide into rounds', '"all" of them')
  if (typeof asked === 'number' && asked > all)
    throw new InputError(place, `${asked} asked for`, `at most the ${all} of the model`)
  const wrapper = 'scikit_learn' in attributes
  const wanted = asked ?? (wrapper && best !== null ? 'best' : 'all')
  const count = typeof wanted === 'number' ? wanted : wanted === 'best' ? Math.min(all, best! + 1) : all
  const early = best !== null && best + 1 < all
  const other = count < all ? 'all' : 'best'
  const why =
    asked !== undefined
      ? 'as asked'
      : `as ${wrapper ? 'the scikit-learn wrapper that saved it' : 'a bare Booster'} predicts`
  const remark =
    `${file}: ${count} of ${all} rounds count, ${why}${early ? `; the best is round ${best + 1} (best_iteration ${best})` : ''}; ` +
    `--rounds ${other}, or "ranker": { "rounds": "${other}" } in the config of build, takes ${other === 'all' ? 'all' : 'those up to it'}`
  return {
    count: count < all ? ends![count - 1]! : Infinity,
    remarks: early || count < all ? [remark] : [],
  }
}

function bestRound(attributes: Record<string, unknown>): number | null {
  const best = Number(attributes['best_iteration'] ?? NaN)
  return Number.isInteger(best) && best >= 0 ? best : null
}
