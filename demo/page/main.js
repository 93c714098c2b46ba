/**
 * The demo page: tap what you like, and the shelf answers. It uses the published entries alone: a worker's recommender
 * whose bundle stays on the device (martello/client), what the person did (martello/profile), and a service worker
 * (martello/offline). The profile is the one state there is: everything that is shown is made from it and the dials.
 */
import { requestOf, settings, wireDials } from './dials.js'
import { showData, wireData } from './data.js'
import { at, count, element, iconButton, many, say, size, time } from './dom.js'
import { ask, bundle, know, meet, openFilms, rec, titleOf, yearOf } from './films.js'
import { drawTab, openInspector, showFunnel, wireInspector } from './inspector.js'
import { newest } from './martello/client.js'
import { register } from './martello/offline.js'
import { Profile } from './martello/profile.js'
import { loaded, tell, watchNetwork } from './network.js'
import { bestOf, LOOKED_AT, wireSearch } from './search.js'
import { showShelf, summaryOf } from './shelf.js'
import { script } from './trust.js'

const SHELF = 12
const MOST = 96
/** Likings that are shown under the search; the inspector has them all. */
const SHOWN = 6
/** Milliseconds that the last action can be undone by one tap. */
const SNACK = 10_000

let k = SHELF
let profile

watchNetwork()
wireInspector()
wireDials(() => {
  say(firstOnShelf, 800)
  refresh()
})
const opening = open()
const opened = openFilms({
  onProgress: (bytes, total) =>
    (at('shelf-says').textContent = `The films are on their way: ${size(bytes)} of ${size(total)} …`),
  onMore() {
    showPerson()
    refresh()
  },
  onProblem: (problem) => tell({ problem }),
})
wireSearch(
  newest(async (signal, text) => {
    await opened
    const { items } = await ask(() => rec.search(text, { k: LOOKED_AT, exclude: ids('like'), signal }))
    return bestOf(items, text)
  }),
  (film) => act('like', film),
)
for (const button of tastes())
  button.addEventListener('click', async () => {
    await opening
    const chosen = button.dataset.taste.split(' ')
    if (button.ariaPressed === 'true') await takeBack(chosen)
    else await add('like', chosen)
  })
at('more').addEventListener('click', () => {
  k = Math.min(MOST, k + SHELF)
  refresh()
})

/** What this person did, from this device. */
async function open() {
  profile = await Profile.open({ name: 'films', onChange: changed })
  wireData(profile)
  showPerson()
}

function tastes() {
  return document.querySelectorAll('[data-taste]')
}
const ids = (event) => profile.list().flatMap((one) => (one.event === event ? one.id : []))

// -- what the person does ------------------------------------------------------------------------------------------------

let lately = [] // ids of the last action, for its undo

async function act(event, film) {
  meet([film])
  await add(event, [film.id])
}

async function add(event, chosen) {
  lately = chosen
  const before = profile.list().filter((one) => chosen.includes(one.id))
  for (const { n } of before) await profile.undo(n) // the last word counts
  await profile.add(...chosen.map((id) => ({ id, event })))
  await know(chosen)
  const what = `${event === 'like' ? 'Liked' : 'Not for me:'} ${chosen.map(titleOf).join(', ')}`
  at('snack-says').textContent = what
  at('snack').hidden = false
  fade()
  say(() => `${what}. ${firstOnShelf()}`)
}

async function undo(n) {
  const event = await profile.undo(n)
  if (event) say(() => `Undone: ${titleOf(event.id)}. ${firstOnShelf()}`)
}

async function takeBack(some) {
  for (const { n } of profile.list().filter((one) => some.includes(one.id))) await undo(n)
  at('snack').hidden = true
}

at('snack-undo').addEventListener('click', async () => {
  await takeBack(lately)
  at('shelf-head').focus({ preventScroll: true })
})
// undo stays under "your data"; here it goes away by itself, unless somebody is at it
let fading
for (const event of ['pointerenter', 'focusin']) at('snack').addEventListener(event, () => clearTimeout(fading))
for (const event of ['pointerleave', 'focusout']) at('snack').addEventListener(event, fade)
function fade() {
  clearTimeout(fading)
  fading = setTimeout(() => (at('snack').hidden = true), SNACK)
}

function changed() {
  showPerson()
  refresh()
}

// -- what is shown -------------------------------------------------------------------------------------------------------

/** The likings beside the search, and everything under "your data". */
async function showPerson() {
  for (const button of tastes())
    button.ariaPressed = String(button.dataset.taste.split(' ').every((id) => ids('like').includes(id)))
  await know(profile.list().map((one) => one.id))
  showLikes(ids('like').toReversed())
  drawTab('data', () => showData(profile, titleOf, undo))
}

function showLikes(likes) {
  const list = at('liked')
  const focused = [...list.children].findIndex((row) => row.contains(document.activeElement))
  const rows = likes.slice(0, likes.length > SHOWN ? SHOWN - 1 : SHOWN).map((id) => {
    const title = element('span', 'liked-title', titleOf(id))
    title.dir = 'auto'
    const year = element('span', 'liked-year', String(yearOf(id) ?? ''))
    return element(
      'li',
      '',
      title,
      year,
      iconButton('cross', `Remove ${titleOf(id)}`, () => takeBack([id])),
    )
  })
  if (likes.length > SHOWN) {
    const rest = element('button', 'quiet', `and ${likes.length - rows.length} more`)
    rest.type = 'button'
    rest.addEventListener('click', () => openInspector('data'))
    rows.push(element('li', 'rest', rest))
  }
  at('no-likes').hidden = likes.length > 0
  list.hidden = likes.length === 0
  list.replaceChildren(...rows)
  if (focused >= 0)
    (list.children[Math.min(focused, rows.length - 1)]?.querySelector('button') ?? at('liked-head')).focus()
}

/** The shelf for what is known now; of many calls in quick succession only the last is answered. */
const refresh = () => showNewest().catch(failed)
const showNewest = newest(async (signal) => {
  await Promise.all([opening, opened])
  const likes = ids('like')
  const request = { k, explain: true, ...requestOf(settings(), likes.length > 0) }
  const before = performance.now()
  const { items, trace } = await ask(() => rec.recommend({ ...request, profile, signal }))
  const ms = performance.now() - before
  meet(items)
  await know(items.flatMap(({ because }) => because.slice(0, 1)))
  if (signal.aborted) return
  showShelf(items, act, titleOf)
  at('shelf-head').textContent = likes.length > 0 ? 'You might like' : 'What many people like'
  const says = [...summaryOf(items), ['time', `${time(ms)}, here`]]
  at('shelf-says').replaceChildren(
    ...says.map(([name, text], i) => element('span', `says-${name}`, i > 0 ? ` · ${text}` : text)),
  )
  at('more').disabled = k >= MOST || items.length < k
  showFunnel({
    trace,
    ms,
    films: rec.items,
    request: { ...request, profile: `${many(profile.history.length, 'event')}` },
  })
  tell({ bundle: bundle(trace) })
})

const firstOnShelf = () => {
  const first = at('shelf').querySelector('.title')
  return first ? `The shelf begins with ${first.textContent}` : ''
}

// -- loading, in the order of what matters ---------------------------------------------------------------------------------

async function start() {
  await showNewest()
  at('catalogue').textContent = `${count(rec.items)} films up to 2010 in ${size(rec.bytes)}`
  await rec.complete.catch(() => {}) // it was told
  await goOffline()
  await rec.check().catch(() => {}) // a newer bundle, if somebody answers
  await new Promise((rested) => setTimeout(rested, 100)) // until observers were told of what came last
  loaded()
}

async function goOffline() {
  tell({ offline: { state: 'waiting', text: 'Storing …' } })
  try {
    await register(script('sw.js'))
    if (rec.storage === 'memory') throw new Error('the bundle could not be kept on this device')
    tell({
      offline: {
        state: 'good',
        text: 'Works offline',
        long: 'It works: the page and its films are on this device. Reload it with the network off.',
      },
    })
  } catch (error) {
    tell({ offline: { state: 'bad', text: 'Not offline', long: error.message } })
  }
}

function failed({ message }) {
  at('shelf-head').textContent = 'The films did not arrive'
  at('shelf-says').textContent = message
  at('shelf').replaceChildren()
  say(message)
}

start().catch(failed)
