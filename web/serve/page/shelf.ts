/**
 * A shelf: cards that stay the same elements while their place changes, so that eyes, the focus and a screen reader keep
 * hold of them.
 */
import type { PageFacts } from '../facts.js'
import type { Bundle, RecommendedItem } from './bundle.js'
import { broughtBy, cardOf, showReason, type Acts } from './card.js'
import { at, count, many } from './dom.js'
import { attributesOf, faces } from './names.js'

const still = matchMedia('(prefers-reduced-motion: reduce)')
const MOVE = { duration: 260, easing: 'cubic-bezier(0.2, 0.8, 0.3, 1)' }

export class Shelf {
  readonly list: HTMLElement
  private readonly cards = new Map<string, HTMLElement>()

  constructor(
    readonly bundle: Bundle,
    readonly place: number,
    private readonly page: PageFacts,
    private readonly acts: Acts,
  ) {
    this.list = at(place === 0 ? 'shelf' : `shelf-${place + 1}`)
  }

  /** `mark(id)`: what is to be said of an item besides, or ''. */
  show(items: readonly RecommendedItem[], replayed: boolean, mark: (id: string) => string): void {
    const { list, cards } = this
    const { roles, counted } = this.bundle.facts
    const focused = document.activeElement?.closest<HTMLElement>('.cards .card') ?? null
    const place = focused === null ? -1 : [...list.children].indexOf(focused)
    const pressed =
      place < 0 ? -1 : [...focused!.querySelectorAll('button')].indexOf(document.activeElement as HTMLButtonElement)
    const before = new Map([...list.children].map((card) => [card, card.getBoundingClientRect()]))

    const next = items.map((item) => {
      const told = String(Object.keys(attributesOf(item.id)).length)
      const old = cards.get(item.id)
      // while the bundle arrives there is more to tell each time
      const card = old?.dataset['told'] === told ? old : cardOf(item, roles, this.acts, this.page.pictures)
      card.dataset['told'] = told
      cards.set(item.id, card)
      showReason(card, faces.reason(item, counted, replayed))
      card.querySelector('.brought')!.textContent = broughtBy(item)
      const said = mark(item.id)
      const marked = card.querySelector<HTMLElement>('.mark')!
      marked.textContent = said
      marked.hidden = said === ''
      return card
    })
    const isFirst = list.ariaBusy === 'true' // what stood there from the page's first sight says the same
    list.replaceChildren(...next)
    list.ariaBusy = 'false'
    for (const [id, card] of cards) if (!card.isConnected) cards.delete(id)

    if (place >= 0) {
      const card = focused!.isConnected ? focused : next[Math.min(place, next.length - 1)]
      card?.querySelectorAll('button')[pressed]?.focus({ preventScroll: focused!.isConnected })
    }
    if (!still.matches && !isFirst) animate(next, before)
  }
}

/** Cards glide from where they were; new ones come up. */
function animate(next: readonly HTMLElement[], before: ReadonlyMap<Element, DOMRect>): void {
  for (const card of next) {
    const was = before.get(card)
    const is = card.getBoundingClientRect()
    if (is.top > innerHeight && !(was && was.top < innerHeight)) continue // nobody sees it
    if (was === undefined) card.animate([{ opacity: 0, translate: '0 0.5rem' }, {}], MOVE)
    else if (was.left !== is.left || was.top !== is.top)
      card.animate([{ translate: `${was.left - is.left}px ${was.top - is.top}px` }, {}], MOVE)
  }
}

/** What there is to say about a shelf, each with a name for the style sheet. */
export function summaryOf(
  items: readonly RecommendedItem[],
  { bundles, item, items: plural }: PageFacts,
): [string, string][] {
  const { roles } = bundles[0]!
  const of = (name: string | null) =>
    name === null
      ? []
      : items.flatMap(({ id }) => (attributesOf(id)[name] === undefined ? [] : [attributesOf(id)[name]!]))
  const numbers = (name: string | null) =>
    of(name)
      .filter((value) => typeof value === 'number')
      .sort((a, b) => a - b)
  const colours = new Set(of(roles.colour).flat())
  const years = numbers(roles.date)
  const people = numbers(roles.popularity)
  const says: [string, string][] = [['items', many(items.length, item, plural)]]
  if (colours.size > 0) says.push(['colours', many(colours.size, roles.colour!.replace(/([^s])s$/, '$1'))])
  if (years.length > 0) says.push(['years', `${years[0]}–${years.at(-1)}`])
  if (people.length > 0) says.push(['people', `${rounded(people[people.length >> 1]!)} ${roles.popularity!} (median)`])
  return says
}
const rounded = (n: number) => (n < 1000 ? count(n) : count(1000 * Math.round(n / 1000)))
