/**
 * Filters, made from what kinds of attributes there are: a choice among values, a range of numbers or of days. Texts are for
 * search. A bundle is asked for what it has; which attributes the other one has does not matter to it.
 */
import type { Filter } from '../../page/client.js'
import type { AttributeFacts, BundleFacts, PageFacts } from '../facts.js'
import { isFilterable, isYear } from '../kinds.js'
import { at, element } from './dom.js'

/** So many attributes can be chosen by, those that most items have. */
const MOST = 12
/** More values than these are typed, with suggestions. */
const CHOICES = 40

const DAY = (seconds: number) => new Date(1000 * seconds).toISOString().slice(0, 10)

const filterable = ({ attributes }: BundleFacts) => attributes.filter(isFilterable)

interface Control {
  name: string
  kind: AttributeFacts['kind']
  inputs: (HTMLInputElement | HTMLSelectElement)[]
}

let controls: Control[] = []

/** `changed`: somebody has chosen. */
export function wireFilters({ bundles }: PageFacts, changed: () => void): void {
  const all = new Map(
    bundles
      .toReversed()
      .flatMap(filterable)
      .map((one) => [one.name, one]),
  )
  const shown = [...all.values()].sort((a, b) => b.known - a.known).slice(0, MOST)
  controls = shown.map(controlOf)
  const reset = element('button', 'quiet', 'No filter')
  reset.type = 'reset'
  at('filter-form').replaceChildren(...controls.map(fieldOf), reset)
  const heard = () => {
    const n = controls.filter((one) => conditionOf(one) !== undefined).length
    at('filters-say').textContent = n === 0 ? '' : `: ${n} on`
    changed()
  }
  // a word that is being typed is no value yet
  for (const event of ['input', 'change'])
    at('filter-form').addEventListener(event, ({ target }) => {
      if (((target as HTMLInputElement).type === 'text') === (event === 'change')) heard()
    })
  at('filter-form').addEventListener('submit', (event) => event.preventDefault())
  at('filter-form').addEventListener('reset', () => setTimeout(heard))
}

function controlOf(facts: AttributeFacts): Control {
  const { name, kind, values, quantiles } = facts
  if (values === undefined) {
    const say = (n: number) => (kind === 'date' ? DAY(n) : String(n))
    const bounds = (['from', 'to'] as const).map((end) => {
      const box = element('input')
      box.type = kind === 'date' ? 'date' : 'number'
      box.ariaLabel = `${name} ${end}`
      box.placeholder = say(quantiles![end === 'from' ? 0 : 20]!)
      if (kind === 'date') [box.min, box.max] = [say(quantiles![0]!), say(quantiles![20]!)]
      else box.step = isYear(facts) ? '1' : 'any'
      return box
    })
    return { name, kind, inputs: bounds }
  }
  if (values.length > CHOICES) {
    const box = element('input')
    box.type = 'text'
    box.placeholder = `such as ${values[0]![0]}`
    const list = element('datalist', '', ...values.map(([value]) => element('option', '', value)))
    list.id = `values-${controls.length}-${name.replace(/\W/g, '_')}`
    box.setAttribute('list', list.id)
    at('filters').append(list)
    return { name, kind, inputs: [box] }
  }
  const choice = element('select')
  choice.append(new Option('any', ''), ...values.map(([value]) => new Option(value, value)))
  return { name, kind, inputs: [choice] }
}

function fieldOf({ name, inputs }: Control): HTMLElement {
  if (inputs.length === 1) return element('label', 'filter', element('span', '', name), inputs[0]!)
  const range = element('fieldset', 'filter', element('legend', '', name), inputs[0]!, '–', inputs[1]!)
  return range
}

function conditionOf({ inputs, kind }: Control): Filter[string] | undefined {
  const [from, to] = inputs.map(({ value }) => value)
  if (inputs.length === 1) return from === '' ? undefined : from
  const bound = (text: string) => (kind === 'date' ? text : Number(text))
  // a last day is meant whole
  const last =
    to === '' ? undefined : kind === 'date' ? { lt: DAY(Date.parse(to!) / 1000 + 86_400) } : { lte: bound(to!) }
  if (from === '' && last === undefined) return undefined
  return { ...(from !== '' && { gte: bound(from!) }), ...last }
}

/** What is chosen, of the attributes that this bundle has. */
export function filterOf(bundle: BundleFacts): { filter?: Filter } {
  const own = new Map(filterable(bundle).map(({ name, kind }) => [name, kind]))
  const said = controls
    .filter(({ name, kind }) => own.get(name) === kind)
    .flatMap((one) => {
      const condition = conditionOf(one)
      return condition === undefined ? [] : [[one.name, condition] as const]
    })
  return said.length > 0 ? { filter: Object.fromEntries(said) } : {}
}
