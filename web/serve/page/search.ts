/**
 * Search as one types: a combobox whose list is what was found (the pattern of the ARIA Authoring Practices: the focus
 * stays in the box, the list's active option is named by aria-activedescendant).
 *
 * The bundle's text index finds the items; among those, titles that go on as was typed come first, the best known of them
 * before the others.
 */
import type { Roles } from '../facts.js'
import type { RecommendedItem } from './bundle.js'
import { colour } from './card.js'
import { at, element, input, many, say, text } from './dom.js'
import { attributesOf, faces, titleOf } from './names.js'

export const FOUND = 8
/** How many of what the index finds are looked at. */
export const LOOKED_AT = 80

const plain = (said: string) =>
  said
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
/** 0: the title begins so, but for an article; 1: a word of it does; 2: something else of the item. */
function place(title: string, typed: string): number {
  const words = plain(title)
  if (words.startsWith(typed) || words.replace(/^(the|an?) /, '').startsWith(typed)) return 0
  return ` ${words}`.includes(` ${typed}`) ? 1 : 2
}

/** What the index found, as a list of ids to choose from. What is only like an item that was found is left out. */
export function bestOf(items: readonly RecommendedItem[], said: string, { popularity }: Roles): string[] {
  const typed = plain(said)
  const people = (id: string) => (popularity === null ? 0 : Number(attributesOf(id)[popularity] ?? 0))
  const found = items
    .filter(({ sources }) => sources.includes('text'))
    .map(({ id }, n) => {
      const by = place(faces.part(id, 'title') ?? '', typed)
      return { id, by, then: by < 2 && popularity !== null ? -people(id) : n }
    })
    .sort((a, b) => a.by - b.by || a.then - b.then)
  const about = (id: string) => faces.about(id).some((value) => place(value, typed) < 2)
  const titled = found.some(({ by }) => by < 2)
  return found
    .filter((one) => !titled || one.by < 2 || about(one.id))
    .slice(0, FOUND)
    .map(({ id }) => id)
}

/** `find(text)` gives ids, or undefined where a newer text has overtaken this one; `pick(id)` is told of the choice. */
export function wireSearch(
  [one, more]: [string, string],
  find: (said: string) => Promise<string[] | undefined>,
  pick: (id: string) => void,
): void {
  const box = input('search')
  const list = at('found')
  const none = at('none-found')
  let ids: readonly string[] = []
  let marked = -1
  let turn = 0

  function mark(which: number): void {
    marked = which
    ;[...list.children].forEach((option, i) => {
      option.ariaSelected = String(i === which)
      if (i === which) option.scrollIntoView({ block: 'nearest' })
    })
    if (which < 0) box.removeAttribute('aria-activedescendant')
    else box.setAttribute('aria-activedescendant', list.children[which]!.id)
  }

  function show(found: readonly string[]): void {
    ids = found
    list.replaceChildren(...ids.map(optionOf))
    list.hidden = ids.length === 0
    none.hidden = true
    box.ariaExpanded = String(ids.length > 0)
    mark(ids.length > 0 ? 0 : -1)
  }

  function optionOf(id: string, i: number): HTMLElement {
    const about = [faces.part(id, 'corner'), ...faces.about(id).slice(-1)].filter(Boolean).join(' · ')
    const option = element('li', '', text('span', 'found-title', titleOf(id)), element('span', 'found-about', about))
    option.id = `found-${i}`
    option.role = 'option'
    colour(option, id)
    option.addEventListener('pointermove', () => marked !== i && mark(i))
    option.addEventListener('pointerdown', (event) => event.preventDefault()) // the box keeps the focus
    option.addEventListener('click', () => choose(i))
    return option
  }

  async function search(): Promise<void> {
    const said = box.value
    if (plain(said) === '') return close()
    const mine = ++turn
    none.textContent = `No ${one} found for “${said.trim()}”`
    const found = await find(said).catch(({ message }: Error) => {
      none.textContent = message
      return []
    })
    if (found === undefined || mine !== turn) return
    show(found)
    none.hidden = found.length > 0
    say(found.length > 0 ? `${many(found.length, one, more)} found` : none.textContent, 800)
  }

  function close(): void {
    turn++ // what is still being looked for is not wanted any more
    show([])
  }

  function choose(which: number): void {
    const id = ids[which]!
    box.value = ''
    close()
    pick(id)
  }

  box.addEventListener('input', search)
  box.addEventListener('focus', () => box.value !== '' && search())
  box.addEventListener('blur', close)
  box.addEventListener('keydown', (event) => {
    const open = ids.length > 0
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined && !open) search()
    else if (step !== undefined) mark((marked + step + ids.length) % ids.length)
    else if (event.key === 'Enter' && open) choose(marked)
    else if (event.key === 'Escape' && !list.hidden) close()
    else if (event.key === 'Escape') {
      box.value = ''
      close()
    } else return
    event.preventDefault()
  })
}
