/** The dials on the page: where they stand, in numbers for requests and in words for people. */
import type { BundleFacts } from '../facts.js'
import { dialsOf, insidesOf, type Dial, type Settings } from '../dials.js'
import { at, button, input, say } from './dom.js'

const controls = () => [...document.querySelectorAll<HTMLInputElement>('[data-dial]')]
const valueOf = (one: HTMLInputElement) => (one.type === 'checkbox' ? Number(one.checked) : one.valueAsNumber)

/** What every dial says now. */
export const settings = (): Settings =>
  Object.fromEntries(controls().map((one) => [one.dataset['dial']!, valueOf(one)]))

const REST = 'as it comes'
const WORDS: Record<string, readonly string[]> = {
  diversity: ['not at all', 'a little mixed', 'mixed', 'very mixed', 'all sorts'],
  fewer: [REST, 'a few finds', 'lesser known', 'rarely seen', 'hidden gems'],
  hits: [REST, 'better known', 'well known', 'hits', 'only hits'],
  freshness: ['any age', 'a little newer', 'newer', 'much newer', 'newest'],
  weight: ['silent', 'quieter', 'louder', 'loud'],
}

function wordFor({ name, min, max, rest }: Dial, value: number): string {
  if (value === rest) return REST
  const words = WORDS[name === 'novelty' ? (value < 0 ? 'hits' : 'fewer') : name]
  if (words !== undefined) return words[Math.ceil((Math.abs(value) / max) * (words.length - 1))]!
  if (name.startsWith('weight:')) return WORDS['weight']![value === min ? 0 : value < rest ? 1 : value < 9 ? 2 : 3]!
  return `${Math.round((100 * value) / max)} %`
}

/** Listens to the dials; `changed` is called at every step of a drag. */
export function wireDials(bundles: readonly BundleFacts[], changed: () => void): void {
  const dials = bundles.flatMap((bundle) => {
    const { weights, switches } = insidesOf(bundle)
    return [...dialsOf(bundle), ...weights, ...switches]
  })
  const dialOf = (one: HTMLInputElement) => dials.find(({ name }) => name === one.dataset['dial'])!
  const show = () => {
    for (const one of controls().filter(({ type }) => type === 'range')) {
      const word = wordFor(dialOf(one), one.valueAsNumber)
      at<HTMLOutputElement>(`${one.id}-says`).value = word
      one.setAttribute('aria-valuetext', word)
    }
    button('reset').disabled = controls().every((one) => valueOf(one) === dialOf(one).rest)
  }
  const moved = () => {
    show()
    changed()
  }
  at('dials').addEventListener('input', moved)
  at('dials').addEventListener('submit', (event) => event.preventDefault())
  at('dials').addEventListener('reset', () => {
    input(controls()[0]!.id).focus() // the button that was pressed has nothing left to do
    say('Dials are back')
    queueMicrotask(() => setTimeout(moved)) // the form is reset after its event
  })
  // on a phone they are folded away
  at('tune').addEventListener('click', () => {
    at('tune').ariaExpanded = String(at('dials').classList.toggle('open'))
  })
  show() // a browser may have remembered where they stood
}
