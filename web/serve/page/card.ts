/** A card: the copy of a template, filled with text, and with a picture where the person allows those. */
import type { Roles } from '../facts.js'
import type { RecommendedItem } from './bundle.js'
import { at, count, element, text } from './dom.js'
import { aboutOf, hasColours, partOf, titleOf } from './names.js'

/** What people do with a card. */
export interface Acts {
  like(item: RecommendedItem): void
  pass(item: RecommendedItem): void
  alike(item: RecommendedItem): void
}

/** Whether this is the page that allows pictures; the policy that came with it says so too. */
export const PICTURES = location.pathname.endsWith('/pictures')
const HUES = 12

/** Names that a style sheet knows colours and figures by. */
export const slug = (said: string | undefined) => (said ?? 'none').toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-')
const sum = (said: string) => [...said].reduce((so, letter) => (31 * so + letter.codePointAt(0)!) % 9973, 7)

/**
 * Colours an element as the item's category says; the same value has the same colour wherever it stands, and
 * where no category will do, the same item. */
export function colour(node: HTMLElement, id: string): void {
  const [value] = (partOf(id, 'colour') ?? '').split(', ')
  node.dataset['colour'] = slug(value || undefined)
  node.dataset['hue'] = value ? String(sum(value) % HUES) : hasColours() ? 'none' : String(sum(id) % HUES)
}

export function cardOf(item: RecommendedItem, roles: Roles, acts: Acts, base: string | null): HTMLElement {
  const { id } = item
  const title = titleOf(id)
  const card = at<HTMLTemplateElement>('card').content.firstElementChild!.cloneNode(true) as HTMLElement
  const part = (name: string) => card.querySelector<HTMLElement>(`.${name}`)!
  card.dataset['id'] = id
  colour(card, id)
  card.dataset['motif'] = slug(partOf(id, 'motif'))
  card.dataset['turn'] = String(sum(id) % 4)
  part('title').textContent = title
  if (title.length > 34) part('title').classList.add('long')
  part('corner').textContent = cornerOf(id, roles)
  part('about').textContent = aboutOf(id).join(' · ')
  const score = partOf(id, 'score')
  if (score === undefined) part('rating').remove()
  else {
    part('score').textContent = score
    part('score-name').textContent = `${roles.score} `
  }
  addPicture(card, partOf(id, 'image'), base)
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

/** A price says that it is one; a year needs no word. */
function cornerOf(id: string, { corner }: Roles): string {
  const value = partOf(id, 'corner')
  if (value === undefined) return ''
  return /^\d{4}(-\d\d-\d\d)?$/.test(value) ? value : `${corner} ${value}`
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

/** Why it is here, in a few words and a name: what was liked, or else what everybody gets. */
export function reasonOf(
  { because, sources, id }: RecommendedItem,
  counted: string | null,
  replayed: boolean,
): [string, string] {
  const people = counted === null ? undefined : partOf(id, 'popularity')
  if (because.length > 0) return [replayed ? 'Because of' : 'Because you liked', titleOf(because[0]!)]
  if (sources[0] === 'repeat') return ['Again', 'it was taken before']
  if (sources.includes('new')) return ['New', partOf(id, 'date') ? `of ${partOf(id, 'date')}` : 'in the catalogue']
  if (sources.includes('trending')) return ['Trending', 'many take it these days']
  if (sources.includes('popular'))
    return ['Popular', people === undefined ? 'with many people' : `${people} ${counted}`]
  if (sources.length > 0) return ['Found by', sources.join(', ')]
  return ['To fill the shelf', 'next in popularity']
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
