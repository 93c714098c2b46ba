/** One item in a dialog: what the bundle says of it, what is like it, what goes with it, what comes next. Each of those leads on. */
import type { Bundle, RecommendedItem } from './bundle.js'
import { at, element, fact, many, text, textButton } from './dom.js'
import { filterOf } from './filters.js'
import { attributesOf, faces, meet, titleOf } from './names.js'

const ALIKE = 12
const BESIDE = 6
/** What sources besides likeness say of one item. */
const CALLED: Record<string, string> = { together: 'Taken together with it', next: 'What people turn to next' }

let like: (id: string) => void

/** `liked(id)`: somebody likes it. */
export function wireAlike(liked: (id: string) => void): void {
  like = liked
  const dialog = at<HTMLDialogElement>('alike')
  at('alike-close').addEventListener('click', () => dialog.close())
  // a tap beside it closes it, too
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close())
}

export async function showAlike(bundle: Bundle, id: string): Promise<void> {
  const dialog = at<HTMLDialogElement>('alike')
  const { rec, facts } = bundle
  const filter = filterOf(facts)
  const lists = await bundle.ask(() =>
    Promise.all([
      rec.similar(id, { k: ALIKE, ...filter }).then(({ items }) => ['More like it', items] as const),
      ...facts.beside.map((source) =>
        rec
          .similar(id, { source, k: BESIDE, ...filter })
          .then(({ items }) => [CALLED[source] ?? source, items] as const),
      ),
    ]),
  )
  meet(lists.flatMap(([, items]) => items))
  at('alike-head').textContent = titleOf(id)
  at('alike-body').replaceChildren(
    about(id, facts.roles.title),
    ...lists.flatMap(([name, items]) => listed(bundle, name, items)),
  )
  if (!dialog.open) dialog.showModal()
  at('alike-head').focus()
  dialog.scrollTop = 0
}

function about(id: string, title: string | null): HTMLElement {
  const rows = Object.entries(attributesOf(id))
    .filter(([name]) => name !== title)
    .map(([name, value]) => fact(name, text('span', '', faces.shown(name, value))))
  const caption = element('caption', 'unseen', 'What the catalogue says of it')
  const acts = element(
    'p',
    'alike-acts',
    textButton('button', 'Like it', () => (like(id), at<HTMLDialogElement>('alike').close())),
  )
  return element('div', '', element('table', 'facts', caption, element('tbody', '', fact('id', id), ...rows)), acts)
}

function listed(bundle: Bundle, name: string, items: readonly RecommendedItem[]): HTMLElement[] {
  const head = element('h3', '', name)
  if (items.length === 0) return [head, element('p', 'hint', 'Nothing is known of that.')]
  const list = element(
    'ol',
    'alikes',
    ...items.map(({ id, sources }) =>
      element(
        'li',
        '',
        textButton('quiet', titleOf(id), () => void showAlike(bundle, id)),
        element('span', 'event-about', sources.length > 0 ? sources.join(', ') : 'by popularity'),
      ),
    ),
  )
  list.ariaLabel = `${name}: ${many(items.length, 'item')}`
  return [head, list]
}
