/**
 * The page of `martello serve`, over any bundle, or two side by side: tap what you like, and the shelf answers. It uses the
 * published entries alone: a worker's recommender (martello/client), what the person did (martello/profile), and a service worker
 * (martello/offline). What there is to know of the bundles is in page.json.
 */
import { newest } from '../../page/client.js'
import { register } from '../../page/offline.js'
import type { PageFacts } from '../facts.js'
import { showAlike, wireAlike } from './alike.js'
import { Bundle } from './bundle.js'
import { at, count, say, size, upper } from './dom.js'
import { filterOf, wireFilters } from './filters.js'
import { wireInspector } from './inspector.js'
import { forget, meet, meetExtra, wireNames } from './names.js'
import { call, loaded, tell, watchNetwork } from './network.js'
import { add, idsOf, openPerson, showPerson, wireTastes } from './person.js'
import { wirePictures } from './pictures.js'
import { wireReplay } from './replay.js'
import { bestOf, FOUND, LOOKED_AT, wireSearch } from './search.js'
import { Shelf } from './shelf.js'
import { script } from './trust.js'
import { wireDials } from './tune.js'
import { View } from './view.js'

watchNetwork()
wireInspector()
start().catch(failed)

function failed({ message }: Error): void {
  at('shelf-head').textContent = 'There is nothing to show'
  at('shelf-says').textContent = message
  for (const list of document.querySelectorAll('.cards')) list.replaceChildren()
  say(message)
}

async function start(): Promise<void> {
  const page = (await (await fetch('page.json')).json()) as PageFacts
  wireNames(page)
  call(page.items)
  const onProgress = (bytes: number, total: number) =>
    (at('shelf-says').textContent = `The recommender is on its way: ${size(bytes)} of ${size(total)} …`)
  const onProblem = (problem: string) => tell({ problem })
  const bundles = page.bundles.map((facts) => new Bundle(facts, page, { onProgress, onMore, onProblem }))
  const know = async (ids: readonly string[]) => {
    for (const bundle of bundles) await bundle.know(ids)
  }
  const shelves = bundles.map((bundle, place) => {
    const act = (event: 'like' | 'dislike') => (item: Parameters<typeof meet>[0][number]) => {
      meet([item])
      void add(event, [item.id])
    }
    const alike = ({ id }: { id: string }) => void showAlike(bundle, id).catch(({ message }: Error) => say(message))
    return new Shelf(bundle, place, page, { like: act('like'), pass: act('dislike'), alike })
  })
  const view = new View(page, shelves, () => opening, failed)
  const changed = () => {
    say(view.firstOnShelf, 800)
    view.refresh()
  }
  const opening = openPerson(page.name, know, view.firstOnShelf, () => {
    void showPerson()
    view.refresh()
  })
  wireTastes(opening)
  wireDials(page.bundles, changed)
  wireFilters(page, changed)
  wirePictures(page)
  wireReplay(page, changed)
  wireAlike((id) => void add('like', [id]))
  const [main] = bundles as [Bundle]
  wireSearch(
    [page.item, page.items],
    newest(async (signal, said: string) => {
      await opening
      const ids = await find(main, said, idsOf('like'), signal)
      await know(ids)
      return ids
    }),
    (id) => void add('like', [id]),
  )
  const beside =
    page.extra === null ? null : meetBeside(page.extra).then(onMore, ({ message }: Error) => onProblem(message))

  await view.shown()
  at('catalogue').textContent = bundles
    .map(({ rec, facts }) => `${upper(page.items)} of ${facts.label}: ${count(rec.items)} in ${size(rec.bytes)}`)
    .join('; ')
  await Promise.all([beside, ...bundles.map(({ rec }) => rec.complete)]).catch(() => {}) // it was told
  await goOffline(page, bundles)
  // a newer bundle, if somebody answers
  if (page.keep) for (const { rec } of bundles) await rec.check().catch(() => {})
  await new Promise((rested) => setTimeout(rested, 100)) // until observers were told of what came last
  loaded()

  function onMore(): void {
    forget()
    if (bundles.some(({ usable }) => usable === 0)) return
    void opening.then(showPerson)
    view.refresh()
  }
}

const meetBeside = async (address: string) => meetExtra(await (await fetch(address)).json())

/** Ids for what is typed, but for those that are `liked` already: by words, or where the bundle has none by ids. */
async function find(bundle: Bundle, said: string, liked: readonly string[], signal: AbortSignal): Promise<string[]> {
  const { facts } = bundle
  const id = said.trim()
  if (!facts.searches) {
    const ids = await bundle.byId(id, FOUND + liked.length, signal)
    return ids.filter((id) => !liked.includes(id)).slice(0, FOUND)
  }
  const asked = { k: LOOKED_AT, exclude: liked, ...filterOf(facts), signal }
  const { items } = await bundle.ask(() => bundle.rec.search(said, asked))
  meet(items)
  const own = !liked.includes(id) && (await bundle.has(id)) ? [id] : []
  return [...new Set([...own, ...bestOf(items, said, facts.roles)])].slice(0, FOUND)
}

/** Stores the page, so that it works without a network. */
async function goOffline({ keep, items }: PageFacts, bundles: readonly Bundle[]): Promise<void> {
  tell({ offline: { state: 'waiting', text: 'Storing …' } })
  try {
    await register(script('sw.js'))
    if (keep && bundles.some(({ rec }) => rec.storage === 'memory'))
      throw new Error('the bundle could not be kept on this device')
    const long = `It works: the page and its ${items} are on this device. Reload it with the network off.`
    tell({ offline: { state: 'good', text: 'Works offline', long } })
  } catch (error) {
    tell({ offline: { state: 'bad', text: 'Not offline', long: (error as Error).message } })
  }
}
