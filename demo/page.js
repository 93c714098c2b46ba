/**
 * The demo page: one bundle, fetched once, and then a shelf for every taste without asking anybody.
 * Text of the catalogue is only ever put in as text.
 */
import { Recommender } from './martello.js'

const SHELF = 12
const FOUND = 8
const at = (id) => document.getElementById(id)
const plain = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

const liked = [] // ids, newest last
let matches = [] // what the search found: films
let marked = -1 // which of them the keyboard is on

const rec = await Recommender.open('films.martello', {
  onProgress: (loaded, total) => {
    at('shelf-head').textContent = `Loading ${Math.round((100 * loaded) / total)} % …`
  },
}).catch((error) => {
  at('shelf-head').textContent = error.message
  throw error
})
// Item numbers rise as popularity falls, so the first titles that match are the best known.
const films = Array.from({ length: rec.items }, (_, n) => ({ id: rec.id(n), ...rec.attributes(n) }))
const filmOf = new Map(films.map((film) => [film.id, film]))
for (const film of films) film.plain = plain(film.title)

at('search').disabled = false
at('search').addEventListener('input', search)
at('search').addEventListener('keydown', onKey)
at('search').addEventListener('blur', () => close())
for (const button of document.querySelectorAll('[data-taste]'))
  button.addEventListener('click', () => like(...button.dataset.taste.split(' ')))
show()

function element(name, className, ...children) {
  const node = document.createElement(name)
  if (className) node.className = className
  node.append(...children)
  return node
}

/** Films with a word that begins with what was typed; titles that begin with it first. */
function search() {
  const typed = plain(at('search').value.trim())
  const begins = []
  const within = []
  if (typed !== '')
    for (const film of films) {
      if (begins.length >= FOUND) break
      if (liked.includes(film.id)) continue
      if (film.plain.startsWith(typed)) begins.push(film)
      else if (film.plain.includes(` ${typed}`)) within.push(film)
    }
  matches = [...begins, ...within].slice(0, FOUND)
  marked = matches.length > 0 ? 0 : -1
  const options = matches.map((film, i) => {
    const option = element('li', '', `${film.title} `, element('span', 'year', String(film.year)))
    option.id = `found-${i}`
    option.role = 'option'
    option.addEventListener('pointerdown', (event) => {
      event.preventDefault() // the search keeps the focus
      like(film.id)
    })
    return option
  })
  if (typed !== '' && matches.length === 0) {
    const none = element('li', 'year', 'No film of that name')
    none.role = 'option'
    none.ariaDisabled = 'true'
    options.push(none)
  }
  at('found').replaceChildren(...options)
  at('found').hidden = options.length === 0
  at('search').ariaExpanded = String(options.length > 0)
  mark(marked)
}

function mark(which) {
  marked = which
  ;[...at('found').children].forEach((option, i) => {
    option.ariaSelected = String(i === which)
  })
  if (which < 0) at('search').removeAttribute('aria-activedescendant')
  else at('search').setAttribute('aria-activedescendant', `found-${which}`)
}

function close() {
  at('search').value = ''
  search()
}

function onKey(event) {
  if (event.key === 'Escape') close()
  if (matches.length === 0) return
  const step = { ArrowDown: 1, ArrowUp: matches.length - 1 }[event.key]
  if (step !== undefined) mark((marked + step) % matches.length)
  else if (event.key === 'Enter') like(matches[marked].id)
  else return
  event.preventDefault()
}

function like(...ids) {
  liked.push(...ids.filter((id) => !liked.includes(id)))
  close()
  show()
}

function unlike(id) {
  liked.splice(liked.indexOf(id), 1)
  show()
  at('search').focus()
}

/** The taste, its shelf, and what that took. */
function show() {
  const before = performance.now()
  const { items } = rec.recommend({ history: liked, k: SHELF, explain: true })
  const took = performance.now() - before
  at('start').hidden = liked.length > 0
  at('liked').replaceChildren(
    ...liked.map((id) => {
      const film = filmOf.get(id)
      const remove = element('button', '', '✕')
      remove.type = 'button'
      remove.ariaLabel = `Remove ${film.title}`
      remove.addEventListener('click', () => unlike(id))
      return element(
        'li',
        '',
        element('span', '', `${film.title} `, element('span', 'year', String(film.year))),
        remove,
      )
    }),
  )
  at('shelf-head').textContent = liked.length > 0 ? 'You might like' : 'What many people like'
  at('shelf').replaceChildren(
    ...items.map(({ attributes, because }) => {
      const { title, year, genre, director } = attributes
      const about = [genre, director && `by ${director}`].filter(Boolean).join(', ')
      const card = element(
        'li',
        '',
        element('div', 'title', `${title} `, element('span', 'year', String(year))),
        element('div', 'about', about),
      )
      if (because.length > 0) card.append(element('div', 'why', `because you liked ${filmOf.get(because[0]).title}`))
      return card
    }),
  )
  at('figures').textContent =
    `${rec.items.toLocaleString('en')} films in a bundle of ${Math.round(rec.bytes / 1e3)} KB. ` +
    `This shelf took ${took.toFixed(1)} ms on this device; no server was asked.`
}
