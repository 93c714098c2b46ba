// How sure a mean over people is: its 95 % interval, by drawing as many people anew, again and again (the bootstrap's percentiles).
import { uniforms } from './workload.mjs'

const DRAWS = 4000

/** `values`: one of each person. The same in every run. */
export function interval(values) {
  const draw = uniforms(1)
  const means = Float64Array.from({ length: DRAWS }, () => {
    let sum = 0
    for (let n = 0; n < values.length; n++) sum += values[Math.floor(draw() * values.length)]
    return sum / values.length
  }).sort()
  return [0.025, 0.975].map((share) => means[Math.round(share * (DRAWS - 1))])
}

export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length

/** `.1234 (.1101 to .1377)`, with a sign where it is a difference. */
export function withInterval(values, { signed = false } = {}) {
  const said = (value) => `${signed && value >= 0 ? '+' : ''}${value.toFixed(4)}`
  const [low, high] = interval(values)
  return `${said(mean(values))} (95 % of draws ${said(low)} to ${said(high)})`
}
