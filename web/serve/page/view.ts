/** What is shown: the shelf, or two, for what is known now. Of many calls in quick succession only the last is answered. */
import { newest, type Request } from '../../page/client.js'
import type { Profile } from '../../page/profile.js'
import { requestOf } from '../dials.js'
import { headOf } from '../face.js'
import type { PageFacts } from '../facts.js'
import { SHELF } from '../first.js'
import type { Bundle, RecommendedItem } from './bundle.js'
import { at, button, element, many, time } from './dom.js'
import { filterOf } from './filters.js'
import { showFunnel, type Answered } from './inspector.js'
import { attributesOf, meet } from './names.js'
import { tell } from './network.js'
import { idsOf } from './person.js'
import { atStart, before, foundNext, isReplaying, nextMark, replayedId, showReplay, shownIds } from './replay.js'
import { summaryOf, type Shelf } from './shelf.js'
import { settings } from './tune.js'

const MOST = 96

/** What one bundle answered. */
interface Answer {
  shelf: Shelf
  items: readonly RecommendedItem[]
  /** null: it was made when the page was served. */
  answered: Answered | null
}

export class View {
  private k = SHELF
  private readonly showNewest = newest((signal) => this.show(signal))

  /** `opening`: of the person's profile; `failed`: told where there is nothing to show. */
  constructor(
    private readonly page: PageFacts,
    private readonly shelves: readonly Shelf[],
    private readonly opening: () => Promise<Profile>,
    private readonly failed: (error: Error) => void,
  ) {
    at('more').addEventListener('click', () => {
      this.k = Math.min(MOST, this.k + SHELF)
      this.refresh()
    })
  }

  refresh(): void {
    this.showNewest().catch(this.failed)
  }

  /** The same, for who waits until it stands. */
  async shown(): Promise<void> {
    await this.showNewest()
  }

  readonly firstOnShelf = (): string => {
    const first = at('shelf').querySelector('.title')
    return first ? `The shelf begins with ${first.textContent}` : ''
  }

  private async show(signal: AbortSignal): Promise<void> {
    const { shelves } = this
    const profile = await this.opening()
    if (this.isFirst(profile)) this.draw(shelves.map(firstAnswer))
    await Promise.all(shelves.map(({ bundle }) => bundle.opened))
    const answers = await Promise.all(shelves.map((shelf) => this.ask(shelf, profile, signal)))
    const replayed = isReplaying()
    meet(answers.flatMap(({ items }) => items))
    const named = answers.flatMap(({ items }) => items.flatMap(({ because }) => because.slice(0, 1)))
    for (const { bundle } of shelves) await bundle.know(replayed ? [...named, ...shownIds()] : named)
    if (!signal.aborted) this.draw(answers)
  }

  /** No bundle answers yet, and nothing was said that the first shelf does not know of. */
  private isFirst(profile: Profile): boolean {
    const waits = this.shelves.every(({ bundle }) => bundle.usable === 0)
    const untold = isReplaying() ? atStart() : profile.history.length === 0
    const asks = ({ facts }: Bundle) => ({ ...requestOf(facts, settings(), 0), ...filterOf(facts) })
    return waits && untold && this.shelves.every(({ bundle }) => Object.keys(asks(bundle)).length === 0)
  }

  private draw(answers: readonly Answer[]): void {
    const { page } = this
    const replayed = isReplaying()
    answers.forEach(({ shelf, items }, place) => {
      const other = answers[1 - place]
      const marks = (id: string) => [replayed && nextMark(id), other && placeIn(other, id)]
      shelf.show(items, replayed, (id) => marks(id).filter(Boolean).join(' · '))
    })
    if (replayed) showReplay(page.items)
    this.say(answers, replayed)
    const answered = answers.flatMap((answer) => answer.answered ?? [])
    if (answered.length === 0) return
    button('more').disabled = this.k >= MOST || answers.every(({ items }) => items.length < this.k)
    showFunnel(answered, page.items)
    tell({ bundles: answers.map(({ shelf }, place) => shelf.bundle.state(answered[place]!.trace)) })
  }

  private async ask(shelf: Shelf, profile: Profile, signal: AbortSignal): Promise<Answer> {
    const { bundle } = shelf
    const { facts, rec } = bundle
    const replayed = isReplaying()
    const history = replayed ? before() : profile.history
    const told = replayed || idsOf('like').length > 0 ? history.length : 0
    const request: Request = { k: this.k, explain: true, ...requestOf(facts, settings(), told), ...filterOf(facts) }
    const begun = performance.now()
    const whose = replayed ? { history } : { profile }
    const { items, trace } = await bundle.ask(() => rec.recommend({ ...request, ...whose, signal }))
    const ms = performance.now() - begun
    const asked = { ...request, profile: many(history.length, 'event') }
    return { shelf, items, answered: { label: facts.label, trace, request: asked, ms, items: rec.items } }
  }

  /** The line above the shelf, and one for each of two. */
  private say(answers: readonly Answer[], replayed: boolean): void {
    const { page } = this
    const told = replayed ? before().length > 0 : idsOf('like').length > 0
    const whose = replayed ? `For ${replayedId()} at that moment` : 'You might like'
    at('shelf-head').textContent = told ? whose : headOf(page.bundles[0]!)
    const [first, second] = answers as [Answer, Answer?]
    if (first.answered === null) return // the line says how much of the bundle is here
    const timed = ({ answered }: Answer): [string, string] => ['time', `${time(answered!.ms)}, here`]
    const ids = ({ items }: Answer) => items.map(({ id }) => id)
    const next = (answer: Answer): [string, string][] => (replayed ? [['next', foundNext(ids(answer))]] : [])
    if (second === undefined)
      return showLine(at('shelf-says'), [...next(first), ...summaryOf(first.items, page), timed(first)])
    const both = ids(first).filter((id) => ids(second).includes(id)).length
    showLine(at('shelf-says'), [['both', `${both} of ${first.items.length} in both`]])
    for (const answer of answers)
      showLine(at(`${answer.shelf.list.id}-about`), [
        ...next(answer),
        ...summaryOf(answer.items, page).slice(1),
        timed(answer),
      ])
  }
}

/** What was answered when the page was served. */
function firstAnswer(shelf: Shelf): Answer {
  const items = shelf.bundle.facts.first.shelf.map((item) => ({ ...item, attributes: attributesOf(item.id) }))
  return { shelf, items, answered: null }
}

const showLine = (line: HTMLElement, says: readonly [string, string][]) =>
  line.replaceChildren(...says.map(([name, said], i) => element('span', `says-${name}`, i > 0 ? ` · ${said}` : said)))

/** Where the other bundle has it. */
function placeIn({ items, shelf }: Answer, id: string): string {
  const place = items.findIndex((item) => item.id === id)
  const { label } = shelf.bundle.facts
  return place < 0 ? `Not on the shelf of ${label}` : `Place ${place + 1} in ${label}`
}
