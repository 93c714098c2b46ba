/**
 * The shelf: cards that stay the same elements while their place changes, so that eyes, the focus and a screen reader keep
 * hold of them. A card is the copy of a template, filled with text.
 */
import { at, count, element, many } from './dom.js'

const still = matchMedia('(prefers-reduced-motion: reduce)')
const MOVE = { duration: 260, easing: 'cubic-bezier(0.2, 0.8, 0.3, 1)' }
const cards = new Map() // id → card

/** Names that the style sheet knows colours and figures by. */
const slug = (text) => (text ?? 'none').toLowerCase().replace(/[^a-z]+/g, '-')
export const genreOf = ({ genre }) => slug(genre)
/** The same film has the same figure, wherever it stands. */
const turnOf = (id) => [...id].reduce((sum, letter) => (31 * sum + letter.codePointAt(0)) % 9973, 7) % 4

function cardOf(item, act, titleOf) {
  const { id, attributes } = item
  const { title = titleOf(id), year, genre, director, kind, imdb } = attributes
  const card = at('card').content.firstElementChild.cloneNode(true)
  const part = (name) => card.querySelector(`.${name}`)
  card.dataset.id = id
  card.dataset.genre = genreOf(attributes)
  card.dataset.kind = slug(kind)
  card.dataset.turn = turnOf(id)
  part('title').textContent = title
  if (title.length > 34) part('title').classList.add('long')
  part('year').textContent = year ?? ''
  part('about').textContent = [genre ?? kind, director].filter(Boolean).join(' · ')
  if (imdb === undefined) part('rating').remove()
  else part('imdb').textContent = imdb.toFixed(1)
  for (const [name, event, label] of [
    ['like', 'like', `Like ${title}`],
    ['pass', 'dislike', `Not for me: ${title}`],
  ]) {
    part(name).ariaLabel = label
    part(name).addEventListener('click', () => act(event, item))
  }
  return card
}

/** Why it is here, in two lines: a film that was liked, or else what everybody gets. */
function reasonOf({ because, sources, attributes }, titleOf) {
  const votes = attributes.votes === undefined ? 'by many people' : `${count(attributes.votes)} votes`
  if (because.length > 0) return ['Because you liked', titleOf(because[0])]
  if (sources.includes('new')) return ['New', `of ${attributes.year}`]
  if (sources.includes('trending')) return ['Trending', 'many watch it these days']
  if (sources.includes('popular')) return ['Popular', votes]
  return ['To fill the shelf', 'next in popularity']
}

/** For those who look inside: its place among each source's candidates, and what diversity took off. */
function broughtBy({ explain = {}, rules }) {
  const parts = Object.entries(explain)
    .filter(([, { rank }]) => rank > 0)
    .map(([source, { rank }]) => `${source} #${count(rank)}`)
  if (rules?.penalty > 0) parts.push(`likeness −${rules.penalty.toFixed(2)}`)
  if (rules?.hits.length > 0) parts.push(rules.hits.length === 1 ? rules.hits[0] : `${rules.hits.length} boosts`)
  return parts.join(' · ')
}

/** Shows the items. `act(event, item)`: somebody likes one, or not; `titleOf(id)` names what is in a reason. */
export function showShelf(items, act, titleOf) {
  const list = at('shelf')
  const focused = document.activeElement?.closest('#shelf .card')
  const place = [...list.children].indexOf(focused)
  const button = focused && [...focused.querySelectorAll('button')].indexOf(document.activeElement)
  const before = new Map([...list.children].map((card) => [card, card.getBoundingClientRect()]))

  const next = items.map((item) => {
    const told = Object.keys(item.attributes).length
    const old = cards.get(item.id)
    // while the bundle arrives there is more to tell each time
    const card = old?.dataset.told === String(told) ? old : cardOf(item, act, titleOf)
    card.dataset.told = told
    cards.set(item.id, card)
    const [why, what] = reasonOf(item, titleOf)
    const strong = element('b', '', what)
    strong.dir = 'auto'
    strong.title = what // it may be cut
    card.querySelector('.why').replaceChildren(`${why} `, strong)
    card.querySelector('.brought').textContent = broughtBy(item)
    return card
  })
  list.replaceChildren(...next)
  list.ariaBusy = 'false'
  for (const [id, card] of cards) if (!card.isConnected) cards.delete(id)

  if (focused) {
    const card = focused.isConnected ? focused : next[Math.min(place, next.length - 1)]
    card?.querySelectorAll('button')[button].focus({ preventScroll: focused.isConnected })
  }
  if (!still.matches) animate(next, before)
}

/** Cards glide from where they were; new ones come up. */
function animate(next, before) {
  for (const card of next) {
    const was = before.get(card)
    const is = card.getBoundingClientRect()
    if (is.top > innerHeight && !(was?.top < innerHeight)) continue // nobody sees it
    if (was === undefined) card.animate([{ opacity: 0, translate: '0 0.5rem' }, {}], MOVE)
    else if (was.left !== is.left || was.top !== is.top)
      card.animate([{ translate: `${was.left - is.left}px ${was.top - is.top}px` }, {}], MOVE)
  }
}

/** What there is to say about a shelf, each with a name for the style sheet. */
export function summaryOf(items) {
  const of = (name) => items.map((item) => item.attributes[name]).filter((value) => value !== undefined)
  const years = of('year')
  const votes = of('votes').sort((a, b) => a - b)
  const says = [
    ['films', many(items.length, 'film')],
    ['genres', many(new Set(of('genre')).size, 'genre')],
  ]
  if (years.length > 0) says.push(['years', `${Math.min(...years)}–${Math.max(...years)}`])
  if (votes.length > 0) says.push(['votes', `${rounded(votes[votes.length >> 1])} votes (median)`])
  return says
}
const rounded = (n) => (n < 1000 ? count(n) : count(1000 * Math.round(n / 1000)))
