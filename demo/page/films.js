/**
 * The films and their recommender: in a worker, from a bundle that stays on the device. It answers as soon as the first
 * sections of the bundle are here; those that follow make the answers better, and until they come an id stands for a title.
 */
import { RecommenderClient } from './martello/client.js'
import { script } from './trust.js'

/** The recommender, once `openFilms` has resolved. */
export let rec
const known = new Map() // id → attributes, of films that were met
let opened // whether it came to that
let whole = false
/** How many bytes of the bundle were here when it first answered. */
let usable = 0

export const titleOf = (id) => known.get(id)?.title ?? readable(id)
/** the-dark-knight-2008 → The Dark Knight. */
const readable = (id) =>
  id
    .replace(/-\d{4}(-\d)?$/, '')
    .split('-')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join(' ')
export const yearOf = (id) => known.get(id)?.year
export function meet(films) {
  for (const { id, attributes } of films) known.set(id, attributes)
}

/** Learns of films that were not met yet, if it comes to that; until then their ids have to do. */
export async function know(ids) {
  if (!(await opened)) return
  for (const id of ids) {
    if (known.has(id)) continue
    const n = await rec.number(id)
    if (n !== undefined) known.set(id, await rec.attributes(n))
  }
}

/**
 * Opens the bundle from the device, or else from the server. `onProgress(bytes, total)` until it can be used; `onMore()`
 * when more of it has come since, or a newer one; `onProblem(sentence)`.
 */
export async function openFilms({ onProgress, onMore, onProblem }) {
  let asked = 0
  const opening = RecommenderClient.open('films.martello', {
    keep: true,
    revalidate: false, // start() does, when the shelf stands
    worker: () => new Worker(script('martello/page-worker.js'), { type: 'module', name: 'martello' }),
    onProgress(bytes, total) {
      if (rec === undefined) return onProgress(bytes, total)
      if (bytes - asked < total / 10) return
      asked = bytes
      onMore()
    },
    onUpdate: more,
    onProblem,
  })
  opened = opening.then(
    () => true,
    () => false,
  )
  rec = await opening
  usable = rec.loaded
  rec.complete.then(
    () => {
      whole = true
      if (usable < rec.bytes) more()
    },
    ({ message }) => onProblem(message),
  )

  function more() {
    known.clear()
    onMore()
  }
}

/** What `work` asks for, now; where it needs something that has not come yet, when that has. */
export async function ask(work) {
  try {
    return await work()
  } catch (error) {
    if (whole || error.name !== 'MartelloError') throw error
    await rec.complete
    return work()
  }
}

/** The bundle, as the inspector shows it. */
export const bundle = ({ layers, waiting }) => ({
  bytes: rec.bytes,
  loaded: rec.loaded,
  usable,
  whole,
  items: rec.items,
  sources: rec.sources,
  storage: rec.storage,
  waiting,
  layers: rec.spaces.map((space) => [space, layers[space], rec.layersOf(space)]),
})
