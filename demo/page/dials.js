/**
 * The three dials, and what they say in a request: nothing at rest, so that the bundle's own order is what one begins with.
 *
 *   diversity   the strength of MMR: how much an item is worth less for being like those before it
 *   novelty     lifts good films that few voted for, or such as very many did; and how much the source `popular` counts
 *   freshness   relevance halves with so many years of age, counted from the newest film of the catalogue
 */
import { at, say } from './dom.js'

const YEAR = 31_556_952 // seconds
/** The catalogue ends in 2010; ages are counted from there. */
const NEWEST = Date.UTC(2011, 0, 1) / 1000
/** Fewer votes than these are misprints as often as not. */
const FEWEST = 500
/** What a find has at least, of IMDb's 10. */
const GOOD = 6.2
/** The weight of `popular` in the bundle, for who has told of a liking. */
const POPULAR = 0.3
/** From the first number to the second as the share goes from 0 to 1, by equal factors. */
const between = (from, to, share) => from * (to / from) ** share

const NAMES = ['diversity', 'novelty', 'freshness']

/** What the dials say now: diversity and freshness 0 to 1, novelty -1 (hits) to 1 (gems). */
export const settings = () =>
  Object.fromEntries(NAMES.map((name) => [name, at(name).valueAsNumber / Number(at(name).max)]))

/** The part of a request that the settings stand for. `known`: whether the person has told of a liking. */
export function requestOf({ diversity, novelty, freshness }, known) {
  const request = {}
  const policy = {}
  if (diversity > 0) request.diversity = Math.round(75 * diversity) / 100
  if (novelty > 0) {
    // without a liking only the most popular are recalled, and the finds are among those
    const [from, to] = known ? [100_000, 12_000] : [300_000, 90_000]
    const few = Math.round(between(from, to, novelty))
    policy.boosts = [few, 3 * few].map((votes) => ({
      where: { votes: { gte: FEWEST, lt: votes }, imdb: { gte: GOOD } },
      add: novelty / 2,
    }))
    if (known) request.weights = { popular: POPULAR * (1 - novelty) }
  } else if (novelty < 0) {
    policy.boosts = [{ where: { votes: { gte: Math.round(between(40_000, 200_000, -novelty)) } }, add: -novelty }]
    if (known) request.weights = { popular: POPULAR - 0.4 * novelty }
  }
  if (freshness > 0) {
    policy.freshness = { attribute: 'year', unit: 'years', halfLife: Math.round(YEAR * between(80, 2, freshness)) }
    request.now = NEWEST
  }
  if (Object.keys(policy).length > 0) request.policy = policy
  return request
}

const WORDS = {
  diversity: ['as it comes', 'a little mixed', 'mixed', 'very mixed', 'all sorts'],
  fewer: ['as it comes', 'a few finds', 'lesser known', 'rarely seen', 'hidden gems'],
  hits: ['as it comes', 'better known', 'well known', 'hits', 'only hits'],
  freshness: ['any year', 'a little newer', 'newer', 'much newer', 'newest'],
}
const wordFor = (name, value) => {
  const words = WORDS[name === 'novelty' ? (value < 0 ? 'hits' : 'fewer') : name]
  return words[Math.ceil(Math.abs(value) * (words.length - 1))]
}

/** Listens to the dials; `changed` is called at every step of a drag. */
export function wireDials(changed) {
  const show = () => {
    const now = settings()
    for (const name of NAMES) {
      const word = wordFor(name, now[name])
      at(`${name}-says`).value = word
      at(name).setAttribute('aria-valuetext', word)
    }
    at('reset').disabled = NAMES.every((name) => now[name] === 0)
  }
  const moved = () => {
    show()
    changed()
  }
  at('dials').addEventListener('input', moved)
  at('dials').addEventListener('submit', (event) => event.preventDefault())
  at('dials').addEventListener('reset', () => {
    at('diversity').focus() // the button that was pressed has nothing left to do
    say('Dials are back')
    queueMicrotask(() => setTimeout(moved)) // the form is reset after its event
  })
  // on a phone they are folded away
  at('tune').addEventListener('click', () => {
    at('tune').ariaExpanded = String(at('dials').classList.toggle('open'))
  })
  show() // a browser may have remembered where they stood
}
