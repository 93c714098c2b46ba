/** A card: the copy of a template, filled with text, and with a picture where the person allows those. */
import { LONG } from '../face.js'
import type { Roles } from '../facts.js'
import type { RecommendedItem } from './bundle.js'
import { at, count, element, text } from './dom.js'
import { faces, titleOf } from './names.js'

/** What people do with a card. */
export interface Acts {
  like(item: RecommendedItem): void
  pass(item: RecommendedItem): void
  alike(item: RecommendedItem): void
}

/** Whether this is the page that allows pictures; the policy that came with it says so too. */
export const PICTURES = location.pathname.endsWith('/pictures')

/** Colours an element as the item's category says. */
export function colour(node: HTMLElement, id: string): void {
  Object.assign(node.dataset, faces.colour(id))
}

export function cardOf(item: RecommendedItem, roles: Roles, acts: Acts, base: string | null): HTMLElement {
  const { id } = item
  const title = titleOf(id)
  const card = at<HTMLTemplateElement>('card').content.firstElementChild!.cloneNode(true) as HTMLElement
  const part = (name: string) => card.querySelector<HTMLElement>(`.${name}`)!
  card.dataset['id'] = id
  Object.assign(card.dataset, faces.looks(id))
  part('title').textContent = title
  if (title.length > LONG) part('title').classList.add('long')
  part('corner').textContent = faces.corner(id, roles)
  part('about').textContent = faces.about(id).join(' · ')
  const score = faces.part(id, 'score')
  if (score === undefined) part('rating').remove()
  else {
    part('score').textContent = score
    part('score-name').textContent = `${roles.score} `
  }
  addPicture(card, faces.part(id, 'image'), base)
  for (const [name, label] of [
    ['like', `Like ${title}`],
    ['pass', `Not for me: ${title}`],
    ['more', `More like ${title}`],
  ] as const) {
    part(name).ariaLabel = label
    part(name).addEventListener('click', () => acts[name === 'more' ? 'alike' : name](item))
  }
  part('more').title = 'More like this'
  return card
}

/** Below the card's colour, which stays where the picture does not come. */
function addPicture(card: HTMLElement, address: string | undefined, base: string | null): void {
  const first = address?.split(', ')[0]
  if (!PICTURES || first === undefined || !URL.canParse(first, base ?? location.href)) return
  const picture = element('img', 'picture')
  picture.alt = ''
  picture.loading = 'lazy'
  picture.decoding = 'async'
  picture.referrerPolicy = 'no-referrer'
  picture.addEventListener('error', () => {
    picture.remove()
    card.classList.remove('pictured')
  })
  picture.src = new URL(first, base ?? location.href).href
  card.classList.add('pictured')
  card.querySelector('.field')!.prepend(picture)
}

/** The reason on a card. */
export function showReason(card: HTMLElement, [why, what]: [string, string]): void {
  const strong = text('b', '', what)
  strong.title = what // it may be cut
  card.querySelector('.why')!.replaceChildren(`${why} `, strong)
}

/** For those who look inside: its place among each source's candidates, what moved the ranker, what diversity took off. */
export function broughtBy({ explain = {}, rules, features = [] }: RecommendedItem): string {
  const parts = Object.entries(explain)
    .filter(([, { rank }]) => rank > 0)
    .map(([source, { rank }]) => `${source} #${count(rank)}`)
  for (const { name, contribution } of features.slice(0, 2))
    parts.push(`${name} ${contribution < 0 ? '−' : '+'}${Math.abs(contribution).toFixed(2)}`)
  if (rules && rules.penalty > 0) parts.push(`likeness −${rules.penalty.toFixed(2)}`)
  if (rules && rules.hits.length > 0)
    parts.push(rules.hits.length === 1 ? rules.hits[0]! : `${rules.hits.length} rules`)
  return parts.join(' · ')
}
