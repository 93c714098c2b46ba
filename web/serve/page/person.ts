/**
 * Whoever looks at the page: what they like and pass over, in a profile on the device (martello/profile). It is the one state
 * there is: everything that is shown is made from it, the dials and the filters.
 */
import { Profile } from '../../page/profile.js'
import { showData, wireData } from './data.js'
import { at, element, iconButton, say, text, textButton } from './dom.js'
import { drawTab, openInspector } from './inspector.js'
import { faces, titleOf } from './names.js'

/** Likings that are shown under the search; the inspector has them all. */
const SHOWN = 6
/** Milliseconds that the last action can be undone by one tap. */
const SNACK = 10_000

let profile: Profile
let know: (ids: readonly string[]) => Promise<void>
/** What the shelf begins with, for those who listen. */
let first: () => string
let lately: readonly string[] = [] // ids of the last action, for its undo

/** Opens the profile. `changed`: in whichever tab; `learn` makes titles known. */
export async function openPerson(
  name: string,
  learn: typeof know,
  firstOnShelf: () => string,
  changed: () => void,
): Promise<Profile> {
  know = learn
  first = firstOnShelf
  profile = await Profile.open({ name, onChange: changed })
  wireData(profile)
  wireSnack()
  showPerson()
  return profile
}

export const idsOf = (event: string): string[] => profile.list().flatMap((one) => (one.event === event ? one.id : []))

export async function add(event: 'like' | 'dislike', chosen: readonly string[]): Promise<void> {
  lately = chosen
  const before = profile.list().filter((one) => chosen.includes(one.id))
  for (const { n } of before) await profile.undo(n) // the last word counts
  await profile.add(...chosen.map((id) => ({ id, event })))
  await know(chosen)
  const what = `${event === 'like' ? 'Liked' : 'Not for me:'} ${chosen.map(titleOf).join(', ')}`
  at('snack-says').textContent = what
  at('snack').hidden = false
  fade()
  say(() => `${what}. ${first()}`)
}

async function undo(n: number): Promise<void> {
  const event = await profile.undo(n)
  if (event) say(() => `Undone: ${titleOf(event.id)}. ${first()}`)
}

export async function takeBack(some: readonly string[]): Promise<void> {
  for (const { n } of profile.list().filter((one) => some.includes(one.id))) await undo(n)
  at('snack').hidden = true
}

// undo stays under "your data"; here it goes away by itself, unless somebody is at it
let fading: ReturnType<typeof setTimeout>
function fade(): void {
  clearTimeout(fading)
  fading = setTimeout(() => (at('snack').hidden = true), SNACK)
}
function wireSnack(): void {
  at('snack-undo').addEventListener('click', async () => {
    await takeBack(lately)
    at('shelf-head').focus({ preventScroll: true })
  })
  for (const event of ['pointerenter', 'focusin']) at('snack').addEventListener(event, () => clearTimeout(fading))
  for (const event of ['pointerleave', 'focusout']) at('snack').addEventListener(event, fade)
}

// -- tastes to begin with ------------------------------------------------------------------------------------------------

const tastes = () => document.querySelectorAll<HTMLElement>('[data-taste]')
const tasteOf = (one: HTMLElement) => JSON.parse(one.dataset['taste']!) as string[]

/** Buttons that like several at once, and take them back; `ready`: when there is a profile. */
export function wireTastes(ready: Promise<unknown>): void {
  for (const one of tastes())
    one.addEventListener('click', async () => {
      await ready
      if (one.ariaPressed === 'true') await takeBack(tasteOf(one))
      else await add('like', tasteOf(one))
    })
}

// -- what is shown -------------------------------------------------------------------------------------------------------

/** The likings beside the search, and everything under "your data". */
export async function showPerson(): Promise<void> {
  const likes = new Set(idsOf('like'))
  for (const one of tastes()) one.ariaPressed = String(tasteOf(one).every((id) => likes.has(id)))
  await know(profile.list().map((one) => one.id))
  showLikes(idsOf('like').toReversed())
  drawTab('data', () => showData(profile, undo))
}

function showLikes(likes: readonly string[]): void {
  const list = at('liked')
  const focused = [...list.children].findIndex((row) => row.contains(document.activeElement))
  const rows = likes.slice(0, likes.length > SHOWN ? SHOWN - 1 : SHOWN).map((id) =>
    element(
      'li',
      '',
      text('span', 'liked-title', titleOf(id)),
      element('span', 'liked-corner', faces.part(id, 'corner') ?? ''),
      iconButton('cross', `Remove ${titleOf(id)}`, () => takeBack([id])),
    ),
  )
  if (likes.length > SHOWN)
    rows.push(
      element(
        'li',
        'rest',
        textButton('quiet', `and ${likes.length - rows.length} more`, () => openInspector('data')),
      ),
    )
  at('no-likes').hidden = likes.length > 0
  list.hidden = likes.length === 0
  list.replaceChildren(...rows)
  if (focused >= 0)
    (list.children[Math.min(focused, rows.length - 1)]?.querySelector('button') ?? at('liked-head')).focus()
}
