/**
 * Search as one types: a combobox whose list is the films found (the pattern of the ARIA Authoring Practices: the focus
 * stays in the box, the list's active option is named by aria-activedescendant).
 *
 * The bundle's text index finds the films; among those, titles that go on as was typed come first, the best known of them
 * before the others.
 */
import { at, element, many, say } from './dom.js'
import { genreOf } from './shelf.js'

const FOUND = 8
/** How many of what the index finds are looked at. */
export const LOOKED_AT = 80

const plain = (text) =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
/** 0: the title begins so, but for an article; 1: a word of it does; 2: something else of the film. */
function place(title, typed) {
  const words = plain(title)
  if (words.startsWith(typed) || words.replace(/^(the|an?) /, '').startsWith(typed)) return 0
  return ` ${words}`.includes(` ${typed}`) ? 1 : 2
}

/** What the index found, as a list to choose from. What is only like a film that was found is left out. */
export function bestOf(items, text) {
  const typed = plain(text)
  const found = items
    .filter((item) => item.sources.includes('text'))
    .map((item, n) => {
      const by = place(item.attributes.title ?? '', typed)
      return { item, by, then: by < 2 ? -(item.attributes.votes ?? 0) : n }
    })
    .sort((a, b) => a.by - b.by || a.then - b.then)
  const directed = ({ item }) => item.attributes.director && place(item.attributes.director, typed) < 2
  const titled = found.some(({ by }) => by < 2)
  return found
    .filter((one) => !titled || one.by < 2 || directed(one))
    .slice(0, FOUND)
    .map(({ item }) => item)
}

/** `find(text)` gives films, or undefined where a newer text has overtaken this one; `pick(film)` is told of the choice. */
export function wireSearch(find, pick) {
  const box = at('search')
  const list = at('found')
  const none = at('none-found')
  let films = []
  let marked = -1
  let turn = 0

  function mark(which) {
    marked = which
    ;[...list.children].forEach((option, i) => {
      option.ariaSelected = String(i === which)
      if (i === which) option.scrollIntoView({ block: 'nearest' })
    })
    if (which < 0) box.removeAttribute('aria-activedescendant')
    else box.setAttribute('aria-activedescendant', list.children[which].id)
  }

  function show(found) {
    films = found
    list.replaceChildren(...films.map(optionOf))
    list.hidden = films.length === 0
    none.hidden = true
    box.ariaExpanded = String(films.length > 0)
    mark(films.length > 0 ? 0 : -1)
  }

  function optionOf(film, i) {
    const { title, year, director } = film.attributes
    const option = element(
      'li',
      '',
      element('span', 'found-title', title),
      element('span', 'found-about', [year, director].filter(Boolean).join(' · ')),
    )
    option.id = `found-${i}`
    option.role = 'option'
    option.dataset.genre = genreOf(film.attributes)
    option.firstChild.dir = 'auto'
    option.addEventListener('pointermove', () => marked !== i && mark(i))
    option.addEventListener('pointerdown', (event) => event.preventDefault()) // the box keeps the focus
    option.addEventListener('click', () => choose(i))
    return option
  }

  async function search() {
    const text = box.value
    if (plain(text) === '') return close()
    const mine = ++turn
    const problem = ({ message }) => ((none.textContent = message), [])
    none.textContent = `No film found for “${text.trim()}”`
    const found = await find(text).catch(problem)
    if (found === undefined || mine !== turn) return
    show(found)
    none.hidden = found.length > 0
    say(found.length > 0 ? `${many(found.length, 'film')} found` : none.textContent, 800)
  }

  function close() {
    turn++ // what is still being looked for is not wanted any more
    show([])
  }

  function choose(which) {
    const film = films[which]
    box.value = ''
    close()
    pick(film)
  }

  box.addEventListener('input', search)
  box.addEventListener('focus', () => box.value !== '' && search())
  box.addEventListener('blur', close)
  box.addEventListener('keydown', (event) => {
    const open = films.length > 0
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined && !open) search()
    else if (step !== undefined) mark((marked + step + films.length) % films.length)
    else if (event.key === 'Enter' && open) choose(marked)
    else if (event.key === 'Escape' && !list.hidden) close()
    else if (event.key === 'Escape') {
      box.value = ''
      close()
    } else return
    event.preventDefault()
  })
}
