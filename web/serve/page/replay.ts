/**
 * Somebody of the log, replayed: the shelf for what they had done by a moment, with what they did next marked in it. The
 * moment is a slider over their events.
 */
import type { HistoryEvent } from '../../page/client.js'
import type { PageFacts, Person } from '../facts.js'
import { LISTED } from '../first.js'
import { at, element, input, many, text } from './dom.js'
import { titleOf } from './names.js'

let people: readonly Person[] = []
let person: Person | null = null
/** Whose knowledge of them is told. */
let learner = 'The bundle'

/** `changed`: another moment, or another person. */
export function wireReplay(page: PageFacts, changed: () => void): void {
  people = page.people
  if (page.bundles.length > 1) learner = page.bundles[0]!.label
  person = people[0] ?? null
  if (person === null) return
  const show = () => {
    document.documentElement.classList.toggle('replaying', isReplaying())
    changed()
  }
  for (const radio of document.querySelectorAll('[name=whose]')) radio.addEventListener('change', show)
  input('moment').addEventListener('input', changed)
  if (people.length > 1) {
    const choice = at<HTMLSelectElement>('who')
    const choose = () => {
      person = people[Number(choice.value)]!
      input('moment').max = String(person.events.length)
      input('moment').value = String(person.start)
    }
    choose() // what a browser remembers of a page that is loaded again
    choice.addEventListener('change', () => (choose(), changed()))
  }
  document.documentElement.classList.toggle('replaying', isReplaying())
}

export const isReplaying = (): boolean =>
  person !== null && document.querySelector<HTMLInputElement>('[name=whose]:checked')?.value === 'person'

export const replayedId = (): string => person!.id

/** Nobody has moved to another moment, or person, than the page begins with. */
export const atStart = (): boolean => person === people[0] && input('moment').valueAsNumber === person!.start

/** What the person had done by the moment. */
export const before = (): readonly HistoryEvent[] => person!.events.slice(0, input('moment').valueAsNumber)
/** … and did afterwards. */
export const after = (): readonly HistoryEvent[] => person!.events.slice(input('moment').valueAsNumber)

/** What is to be said of an item that the person met next. */
export function nextMark(id: string): string {
  const place = after().findIndex((event) => event.id === id)
  if (place < 0) return ''
  const { event, rating } = after()[place]!
  const how = [event, rating === undefined ? undefined : `rated ${rating}`].filter(Boolean).join(', ')
  return `${place === 0 ? 'Next in their log' : `${place + 1} events on in their log`}${how && `: ${how}`}`
}

/** How much of what came next the shelf has. */
export function foundNext(ids: readonly string[]): string {
  const next = new Set(after().map(({ id }) => id))
  if (next.size === 0) return 'nothing came after'
  return `${ids.filter((id) => next.has(id)).length} of ${many(next.size, 'item')} that came next`
}

/** The events around the moment. `some` is what they are called. */
export function showReplay(items: string): void {
  const [past, next] = [before(), after()]
  at<HTMLOutputElement>('moment-says').value = `${past.length} of ${person!.events.length}`
  input('moment').setAttribute('aria-valuetext', `${past.length} of ${person!.events.length}`)
  at('moment-hint').textContent = person!.learned
    ? `${learner} has learned from all of these, so finding them again proves little: build it with --until, or from a log without the newest events.`
    : `From event ${person!.start + 1} on, what they did is newer than all that ${learner === 'The bundle' ? 'the bundle' : learner} has learned from.`
  const row = ({ id, event, rating, at: seconds }: HistoryEvent) => {
    const day = seconds === undefined ? undefined : new Date(1000 * seconds).toISOString().slice(0, 10)
    const about = [event, rating === undefined ? undefined : `rated ${rating}`, day].filter(Boolean).join(' · ')
    return element('li', '', text('b', '', titleOf(id)), element('span', 'event-about', about))
  }
  const list = (name: string, events: readonly HistoryEvent[], rest: number) => {
    const more = rest > 0 ? [element('li', 'event-about', `and ${many(rest, 'more', 'more')}`)] : []
    at(name).replaceChildren(...events.map(row), ...more)
    at(name).hidden = events.length === 0
    at(`${name}-head`).textContent =
      events.length > 0
        ? name === 'before'
          ? 'Just before'
          : 'Next'
        : name === 'before'
          ? `No ${items} yet`
          : 'Nothing after'
  }
  list('before', past.slice(-LISTED).reverse(), past.length - LISTED)
  list('after', next.slice(0, LISTED), next.length - LISTED)
}
/** Ids that the lists above show. */
export const shownIds = (): string[] => [...before().slice(-LISTED), ...after().slice(0, LISTED)].map(({ id }) => id)
