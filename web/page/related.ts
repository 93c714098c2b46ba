/**
 * Related pages of a static site, as an HTML element. `martello site` writes this file beside what it reads:
 *
 *     <script type="module" src="/martello/related.js"></script>
 *     <martello-related></martello-related>
 *
 * Pages like this one are there at once: baked into the page, else from a small file of a few pages. Once the reader has read
 * a few pages, others for this reader follow, from the parts of the site that those are in; what was read stays on the device,
 * in a Profile, and is asked for nowhere.
 *
 * Attributes: `heading` and `heading-personal`, what stands above the lists; `k`, how many pages in each; `after`, how
 * many pages are to be read before there are personal ones (3); `dwell`, after how many seconds a page counts as read (5);
 * `personal="off"`: nothing is kept, nothing is personal. Events: `related`, whose detail is { related, personal, profile },
 * each time something is shown, and `error`, whose detail is the Error.
 */
import { chunkOf, pageKey } from './address.js'
import { headingsOf } from './headings.js'
import { Profile } from './profile.js'
import type { personal as personalOf } from './personal.js'
import type { Link, PageFacts, SiteFacts } from './site-facts.js'
import { unpacked } from './unpacked.js'

const here = new URL('.', import.meta.url)
const BAKED = 'data-baked'

/** Fetched once for all elements, and again where it did not come. */
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= work().catch((error: unknown) => {
      made = undefined
      throw error
    })
    return made
  }
}

async function got(path: string | URL, cache: RequestCache = 'default'): Promise<Response> {
  const url = new URL(path, here)
  const response = await fetch(url, { cache })
  if (!response.ok) throw new Error(`${url}: status ${response.status}`)
  return response
}

class Site {
  private readonly chunks = new Map<number, Promise<Record<string, PageFacts>>>()

  constructor(readonly facts: SiteFacts) {}

  get root(): URL {
    return new URL(this.facts.root, here)
  }

  file(name: string): Promise<Response> {
    return got(`${this.facts.version}/${name}`)
  }

  /** undefined: it is no page that counts. */
  async page(key: string): Promise<PageFacts | undefined> {
    const n = chunkOf(key, this.facts.chunks)
    let chunk = this.chunks.get(n)
    if (chunk === undefined) {
      chunk = this.file(`pages/${n}.gz`)
        .then(unpacked)
        .then((bytes) => JSON.parse(new TextDecoder().decode(bytes)) as Record<string, PageFacts>)
      chunk.catch(() => this.chunks.delete(n))
      this.chunks.set(n, chunk)
    }
    const pages = await chunk
    return Object.hasOwn(pages, key) ? pages[key] : undefined
  }

  /** Of the page that is shown. */
  key(): string {
    const { pathname } = this.root
    return pageKey(
      location.pathname.startsWith(pathname) ? location.pathname.slice(pathname.length) : location.pathname,
    )
  }
}

const site = once(async () => new Site((await (await got('site.json', 'no-cache')).json()) as SiteFacts))
const profileOf = once(async () => Profile.open({ name: `site ${(await site()).root.pathname}` }))
/** Larger than the page itself, so it comes when it is needed. */
const personalPart = once(
  async () =>
    (await import(new URL(`${(await site()).facts.version}/personal.js`, here).href)) as {
      personal: typeof personalOf
    },
)

class Related extends HTMLElement {
  private left = new AbortController()

  connectedCallback(): void {
    const { signal } = (this.left = new AbortController())
    this.show(signal).catch((error: unknown) => {
      if (!signal.aborted) this.dispatchEvent(new CustomEvent('error', { detail: error }))
    })
  }
  disconnectedCallback(): void {
    this.left.abort()
  }

  private number(name: string, fallback: number): number {
    const given = Number(this.getAttribute(name) ?? NaN)
    return given >= 0 ? given : fallback
  }

  private async show(signal: AbortSignal): Promise<void> {
    const found = await site()
    const key = found.key()
    const k = this.number('k', Infinity)
    const headings = headingsOf(this.closest('[lang]')?.getAttribute('lang') ?? '')
    let related = linksIn(this.querySelector<HTMLElement>(`[${BAKED}]`))
    if (related.length === 0) {
      related = ((await found.page(key))?.related ?? []).slice(0, k).map(([href, title]) => ({ href: new URL(href, found.root).href, title })) // prettier-ignore
      if (signal.aborted) return
      this.put('related', this.getAttribute('heading') ?? headings.related, related)
    }
    const wants = this.getAttribute('personal') !== 'off'
    const profile = wants ? await profileOf() : null
    this.say(related, [], profile)
    if (profile === null) return
    const read = [...new Set(profile.list().map(({ id }) => id))]
    if (!signal.aborted) this.note(found, profile, key, signal)
    const others = read.filter((id) => id !== key)
    if (others.length < this.number('after', 3)) return
    const { personal } = await personalPart()
    const links = await personal({ site: found, read: newestLast(profile), key, k: Math.min(k, 6), shown: related })
    if (signal.aborted || links.length === 0) return
    this.put('personal', this.getAttribute('heading-personal') ?? headings.personal, links)
    this.say(related, links, profile)
  }

  /** The page counts as read once it was in sight for a while, and is one of those that count. */
  private note(found: Site, profile: Profile, key: string, signal: AbortSignal): void {
    const timer = setTimeout(
      async () => {
        const last = profile.list().at(-1)
        if (last?.id === key || document.visibilityState === 'hidden') return
        if ((await found.page(key)) !== undefined) await profile.add(key)
      },
      1000 * this.number('dwell', 5),
    )
    signal.addEventListener('abort', () => clearTimeout(timer))
  }

  private put(which: 'related' | 'personal', heading: string, links: readonly Link[]): void {
    this.querySelector(`[data-list=${which}]`)?.remove()
    if (links.length === 0) return
    const nav = document.createElement('nav')
    nav.dataset.list = which
    nav.setAttribute('aria-label', heading)
    const title = document.createElement('h2')
    title.textContent = heading
    const list = document.createElement('ul')
    for (const link of links) {
      const anchor = document.createElement('a')
      anchor.href = link.href
      anchor.textContent = link.title
      list.appendChild(document.createElement('li')).append(anchor)
    }
    nav.append(title, list)
    this.append(nav)
  }

  private say(related: readonly Link[], personal: readonly Link[], profile: Profile | null): void {
    this.dispatchEvent(new CustomEvent('related', { detail: { related, personal, profile }, bubbles: true }))
  }
}

/** The pages of the history, oldest first, each where it was last read. */
const newestLast = (profile: Profile): string[] =>
  [
    ...new Set(
      profile
        .list()
        .map(({ id }) => id)
        .reverse(),
    ),
  ].reverse()

function linksIn(list: HTMLElement | null): Link[] {
  return Array.from(list?.querySelectorAll('a') ?? [], (anchor) => ({ href: anchor.href, title: anchor.textContent }))
}

if (customElements.get('martello-related') === undefined) customElements.define('martello-related', Related)
