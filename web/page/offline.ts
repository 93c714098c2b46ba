/**
 * A page that works with the network off: its files are stored when the service worker is installed, and served from there.
 *
 *     // sw.js, at the root of the site, `register`ed by the page with { type: 'module' }
 *     import { offline } from 'martello/offline'
 *     offline({ version: '7', files: ['/', '/app.js', '/app.css', '/page-worker.js', '/movies.martello'] })
 *
 *     // the page
 *     import { register } from 'martello/offline'
 *     await register('/sw.js')
 *
 * A new version is stored whole, and is used when no page of the one before is open any more, so that a page never mixes
 * two. What is not in the list goes to the network as ever. A bundle that `keep` looks after need not be in it: it is on
 * the device already.
 *
 * @module martello/offline
 */
import { MartelloError } from '../recommender/errors.js'
import type * as platform from '../recommender/platform.js'

/** What `offline` stores. */
export interface OfflineOptions {
  /** Changes with every change of a file; that sw.js changes with it makes the browser look. */
  version: string
  /** URLs, relative to sw.js; the page itself among them. */
  files: readonly string[]
}

/** The part of a service worker's global scope that is used here. */
interface Scope {
  addEventListener(
    type: 'install' | 'activate',
    listener: (event: { waitUntil(work: Promise<unknown>): void }) => void,
  ): void
  addEventListener(
    type: 'fetch',
    listener: (event: { request: Request; respondWith(response: Promise<Response>): void }) => void,
  ): void
  clients: { claim(): Promise<void> }
}

const PREFIX = 'martello offline '

/** Called while sw.js is evaluated: installs, serves and replaces the files. */
export function offline({ version, files }: OfflineOptions): void {
  if (typeof version !== 'string' || !Array.isArray(files))
    throw new MartelloError('offline: expected { version, files }, a string and a list of URLs')
  const scope = globalThis as unknown as Scope
  const name = PREFIX + version
  const listed = new Set(files.map((file) => new URL(file, location.href).href))

  scope.addEventListener('install', (event) => {
    const store = async () => {
      // past the browser's cache: a version is what the server has now
      await (await caches.open(name)).addAll([...listed].map((url) => new Request(url, { cache: 'reload' })))
    }
    event.waitUntil(store())
  })
  scope.addEventListener('activate', (event) => {
    const replace = async () => {
      for (const other of await caches.keys())
        if (other.startsWith(PREFIX) && other !== name) await caches.delete(other)
      await scope.clients.claim()
    }
    event.waitUntil(replace())
  })
  scope.addEventListener('fetch', (event) => {
    const { request } = event
    let [url] = request.url.split('#') as [string]
    if (request.mode === 'navigate' && !listed.has(url)) url = url.split('?')[0]!
    if (request.method === 'GET' && listed.has(url))
      event.respondWith(caches.open(name).then(async (cache) => (await cache.match(url)) ?? fetch(request)))
  })
}

/** As of `navigator.serviceWorker.register`. */
export interface RegisterOptions {
  scope?: string
  type?: 'classic' | 'module'
  updateViaCache?: 'imports' | 'all' | 'none'
}

/** Registers the service worker; resolves when the page's files are stored and it serves this page. */
export async function register(
  url: string | platform.URL,
  options: RegisterOptions = { type: 'module' },
): Promise<void> {
  if (!('serviceWorker' in navigator))
    throw new MartelloError('register: this browser has no service workers here (they need https or localhost)')
  const { serviceWorker } = navigator
  const fail = (reason: string) => {
    throw new MartelloError(`register: ${url} is not installed (${reason})`)
  }
  const registration = await serviceWorker.register(url, options).catch((error: Error) => fail(error.message))
  const { installing, active } = registration
  if (active !== null || installing === null) return void (await serviceWorker.ready)
  const claimed = new Promise<void>((done) => {
    if (serviceWorker.controller !== null) done()
    serviceWorker.addEventListener('controllerchange', () => done(), { once: true })
  })
  const redundant = new Promise<void>((_, failed) => {
    installing.addEventListener('statechange', () => {
      if (installing.state === 'redundant') failed(new Error('a file of its list could not be stored'))
    })
  })
  await Promise.race([claimed, redundant]).catch((error: Error) => fail(error.message))
}
