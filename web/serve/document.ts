/** The page's HTML: all of its first sight, so that nothing moves when its script and its bundle come. */
import { escapeUTF8 } from 'entities'
import { dialsOf, insidesOf, type Dial } from './dials.js'
import type { BundleFacts, PageFacts } from './facts.js'
import { Faces, headOf, LONG } from './face.js'
import { SHELF } from './first.js'
import { hostsOf, isFilterable } from './kinds.js'
import type { Looks } from './looks.js'

/** HTML that is written here, as against text, which is escaped. */
class Markup {
  constructor(readonly text: string) {}
}
type Part = Markup | string | number | false | null | readonly Part[]

const written = (part: Part): string =>
  part instanceof Markup
    ? part.text
    : Array.isArray(part)
      ? part.map(written).join('')
      : part === false || part === null
        ? ''
        : escapeUTF8(String(part))

const html = (texts: TemplateStringsArray, ...parts: Part[]): Markup =>
  new Markup(texts.map((text, i) => text + (i < parts.length ? written(parts[i]!) : '')).join(''))

const icon = (name: string) => html`<svg viewBox="0 0 24 24" aria-hidden="true"><use href="#${name}" /></svg>`

/** Dials of all bundles, each once; where they rest is the first's word. */
const once = (dials: readonly Dial[]): Dial[] =>
  [...new Map(dials.toReversed().map((dial) => [dial.name, dial])).values()].reverse()

/** What a dial says where it rests. */
export const REST = 'as it comes'

const idOf = (name: string) => name.replace(/[^\w-]/g, '_')

const slider = ({ name, label, min, max, rest, ends }: Dial): Markup =>
  html` <div class="dial${min < 0 && ' middle'}">
    <label for="${idOf(name)}">${label}</label>
    <output for="${idOf(name)}" id="${idOf(name)}-says">${REST}</output>
    <input type="range" id="${idOf(name)}" data-dial="${name}" min="${min}" max="${max}" step="0.5" value="${rest}" />
    <p aria-hidden="true"><span>${ends![0]}</span><span>${ends![1]}</span></p>
  </div>`

const turn = ({ name, label }: Dial): Markup =>
  html` <label class="switch"><input type="checkbox" id="${idOf(name)}" data-dial="${name}" checked /> ${label}</label>`

function dialsHtml(bundles: readonly BundleFacts[]): Markup {
  const dials = once(bundles.flatMap(dialsOf))
  const inside = bundles.map(insidesOf)
  const weights = once(inside.flatMap((one) => one.weights))
  const switches = once(inside.flatMap((one) => one.switches))
  return html` <form
    class="dials"
    id="dials"
    aria-labelledby="dials-head"
    ${dials.length + weights.length + switches.length === 0 && new Markup(' hidden')}
  >
    <h3 id="dials-head">Tune the shelf</h3>
    <button type="button" class="button" id="tune" aria-expanded="false" aria-controls="dials">Tune the shelf</button>
    <button type="reset" class="quiet" id="reset" disabled>Reset</button>${dials.map(slider)}${
      weights.length > 0 &&
      html` <details class="inside">
        <summary>Sources</summary>
        ${weights.map(slider)}
      </details>`
    }${
      switches.length > 0 &&
      html` <details class="inside">
        <summary>Rules</summary>
        <div class="switches">${switches.map(turn)}</div>
      </details>`
    }
  </form>`
}

function personHtml({ people }: PageFacts): Markup | null {
  const [person] = people
  if (person === undefined) return null
  const several = people.length > 1
  return html` <fieldset class="whose">
      <legend>Whose shelf</legend>
      <label
        ><input type="radio" name="whose" value="person" checked /> ${several ? 'Somebody' : `${person.id},`} of the
        log</label
      >
      <label><input type="radio" name="whose" value="you" /> Yours</label>
    </fieldset>
    <div class="replay" id="replay">
      ${
        several &&
        html` <label for="who">Who</label>
          <select id="who">
            ${people.map(
              ({ id, events }, place) => html` <option value="${place}">${id} (${events.length} events)</option>`,
            )}
          </select>`
      }<label for="moment">Events so far</label>
      <output for="moment" id="moment-says"></output>
      <input type="range" id="moment" min="0" max="${person.events.length}" step="1" value="${person.start}" />
      <p class="hint" id="moment-hint"></p>
      <h3 id="before-head">Before</h3>
      <ol id="before" class="events" aria-labelledby="before-head"></ol>
      <h3 id="after-head">Next</h3>
      <ol id="after" class="events" aria-labelledby="after-head"></ol>
    </div>`
}

/** One bundle's shelf stands there from the first; what marks two of them, or a replay, comes with the page's script. */
const isWritten = ({ bundles, people }: PageFacts) => bundles.length === 1 && people.length === 0

function shelfHtml(facts: PageFacts, bundle: BundleFacts, place: number): Markup {
  const id = place === 0 ? 'shelf' : `shelf-${place + 1}`
  const both = facts.bundles.length > 1
  return html` <div class="pane">
    ${
      both &&
      html` <div class="pane-top">
        <h3 id="${id}-name">${bundle.label}</h3>
        <p id="${id}-about"></p>
      </div>`
    }
    <ol id="${id}" class="cards" aria-busy="true" aria-labelledby="${both ? `${id}-name` : 'shelf-head'}">
      ${
        isWritten(facts)
          ? firstHtml(bundle)
          : Array.from({ length: SHELF }, () => html` <li class="card skeleton" aria-hidden="true"></li>`)
      }
    </ol>
  </div>`
}

/** The shelf of a new person, in cards that can be read; the page's script puts in its place such as can be tapped. */
function firstHtml(bundle: BundleFacts): Markup[] {
  const { first, roles, counted } = bundle
  const faces = new Faces([bundle], (id) => first.attributes[id] ?? {})
  return first.shelf.map((item) => {
    const { id } = item
    const [why, what] = faces.reason(item, counted, false)
    const face = { title: faces.title(id), corner: faces.corner(id, roles), about: faces.about(id).join(' · ') }
    return cardHtml({ ...face, looks: faces.looks(id), score: faces.part(id, 'score') ?? null, why, what })
  })
}

interface Face {
  title: string
  corner: string
  about: string
  looks: Record<string, string>
  /** null: there is none; undefined: it is still to be told. */
  score?: string | null
  why: string
  what: string
}

const EMPTY: Face = { title: '', corner: '', about: '', looks: {}, why: '', what: '' }

const cardHtml = ({ title, corner, about, looks, score, why, what }: Face): Markup =>
  html` <li class="card" ${Object.entries(looks).map(([name, value]) => html` data-${name}="${value}"`)}>
    <div class="field">
      <span class="motif" aria-hidden="true"></span>
      <h3 class="title${title.length > LONG && ' long'}" dir="auto">${title}</h3>
      <p class="meta">
        <span class="corner">${corner}</span>${
          score !== null &&
          html` <span class="rating">
            ${icon('star')}
            <span class="unseen score-name"></span><span class="score">${score ?? ''}</span>
          </span>`
        }
      </p>
      <p class="about" dir="auto">${about}</p>
    </div>
    <p class="mark" hidden></p>
    <p class="why">${why}${what !== '' && html` <b dir="auto">${what}</b>`}</p>
    <p class="brought"></p>
    <div class="acts" ${title !== '' && html` inert`}>
      <button type="button" class="like">${icon('heart')} Like</button>
      <button type="button" class="pass">${icon('cross')} Not for me</button>
      <button type="button" class="more" ${title !== '' && html` aria-label="More like ${title}"`}>
        ${icon('copies')}
      </button>
    </div>
  </li>`

function tastesHtml(looks: Looks): Markup | null {
  const tastes = Object.entries(looks.tastes ?? {})
  if (tastes.length === 0) return null
  return html` <div class="tastes">
    <p id="tastes-head">Try</p>
    <ul aria-labelledby="tastes-head">
      ${tastes.map(
        ([name, ids]) =>
          html` <li>
            <button type="button" aria-pressed="false" data-taste="${JSON.stringify(ids)}">${name}</button>
          </li>`,
      )}
    </ul>
  </div>`
}

function picturesHtml({ origins }: PageFacts): Markup | null {
  if (origins.length === 0) return null
  return html` <div class="pictures">
    <p id="pictures-say">
      There are pictures, at ${hostsOf(origins)}. Showing them asks there, which this page does not do by itself.
    </p>
    <a class="button" id="pictures-turn" href="./pictures">Show pictures</a>
  </div>`
}

const tab = (name: string, label: string, first: boolean) =>
  html` <button
    type="button"
    role="tab"
    id="tab-${name}"
    aria-controls="panel-${name}"
    aria-selected="${String(first)}"
    ${!first && new Markup(' tabindex="-1"')}
  >
    ${label}
  </button>`

/** `style`: the name of the looks' own style sheet. */
export function documentOf(facts: PageFacts, looks: Looks, style: string | null): string {
  const { item, items, bundles } = facts
  const { title = `martello: ${bundles.map(({ label }) => label).join(' and ')}` } = looks
  const { heading = bundles.length > 1 ? `Two bundles, side by side` : `What ${bundles[0]!.label} recommends` } = looks
  const {
    pitch = 'Tap what you like and the shelf answers. It is worked out in this page: no server is asked, and nothing you tap leaves it.',
  } = looks
  const finds = bundles.some(({ searches }) => searches)
  const search = finds ? `Search ${article(item)} you like` : `The id of ${article(item)} you like`
  return `<!doctype html>${
    html`
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <meta name="theme-color" media="(prefers-color-scheme: light)" content="#f8f6f2" />
    <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#131518" />
    <meta name="description" content="${pitch}" />
    <title>${title}</title>
    <link rel="icon" href="icon.svg" type="image/svg+xml" />
    <link rel="manifest" href="page.webmanifest" />
    <link rel="stylesheet" href="page.css" />${style !== null && html` <link rel="stylesheet" href="${style}" />`}
    <link rel="modulepreload" href="martello/client.js" />
    <link rel="modulepreload" href="martello/profile.js" />
    <link rel="modulepreload" href="martello/offline.js" />
    <link rel="preload" href="page.json" as="fetch" crossorigin />
    <script type="module" src="page.js"></script>
  </head>
  <body>
    <a class="skip" href="#shelf-head">Skip to the ${items}</a>
    <header class="top">
      <p class="brand">
        ${icon('tower')}
        martello
      </p>
      <div class="states">
        <p class="state" id="offline-state" data-state="waiting"><span>Loading …</span></p>
        <p class="state" id="network-state" data-state="waiting"><span>Counting …</span></p>
      </div>
      <button type="button" id="inspect" class="button" aria-expanded="false" aria-controls="inspector">
        ${icon('funnel')}
        Inspector
      </button>
      <h1>${heading}</h1>
      <p class="pitch">${pitch}</p>
    </header>

    <main${bundles.length > 1 && new Markup(' class="both"')}>
      <section class="taste" aria-labelledby="taste-head">
        <h2 id="taste-head" tabindex="-1">Your taste</h2>${personHtml(facts)}
        <div class="search">
          ${icon('glass')}
          <input
            id="search"
            type="text"
            inputmode="search"
            enterkeyhint="search"
            placeholder="${search}"
            autocomplete="off"
            autocapitalize="off"
            spellcheck="false"
            role="combobox"
            aria-label="${search}"
            aria-autocomplete="list"
            aria-expanded="false"
            aria-controls="found"
          />
          <ul id="found" role="listbox" aria-label="${upper(items)} found" hidden></ul>
          <p id="none-found" class="none-found" hidden></p>
        </div>${dialsHtml(bundles)}
        <details class="filters" id="filters"${!bundles.some(({ attributes }) => attributes.some(isFilterable)) && new Markup(' hidden')}>
          <summary>Filter<span id="filters-say"></span></summary>
          <form id="filter-form" aria-label="Filter"></form>
        </details>

        <div class="likes">
          <h3 id="liked-head" tabindex="-1">You like</h3>
          <p class="hint" id="no-likes">Nothing yet. Search, or tap Like on ${article(item)}.</p>
          <ul id="liked" aria-labelledby="liked-head" hidden></ul>
        </div>
      </section>

      <section class="shelf" aria-labelledby="shelf-head">
        <div class="shelf-top">
          <h2 id="shelf-head" tabindex="-1">${headOf(bundles[0]!)}</h2>
          <p id="shelf-says">The recommender is on its way …</p>
        </div>${tastesHtml(looks)}${picturesHtml(facts)}
        <div class="panes">${bundles.map((bundle, place) => shelfHtml(facts, bundle, place))}
        </div>
        <div class="shelf-end">
          <button type="button" class="button" id="more" disabled>Show more</button>
        </div>
        <div class="snack" id="snack" hidden>
          <p id="snack-says"></p>
          <button type="button" id="snack-undo">Undo</button>
        </div>
      </section>

      <aside id="inspector" aria-labelledby="inspector-head" hidden>
        <div class="inspector-top">
          <h2 id="inspector-head" tabindex="-1">Inspector</h2>
          <button type="button" id="inspector-close" class="icon" aria-label="Close the inspector">
            ${icon('cross')}
          </button>
        </div>
        <div role="tablist" aria-label="Inspector" id="tabs">${[tab('shelf', 'This shelf', true), tab('network', 'Network', false), tab('data', 'Your data', false)]}
        </div>
        <div role="tabpanel" id="panel-shelf" aria-labelledby="tab-shelf" tabindex="0"></div>
        <div role="tabpanel" id="panel-network" aria-labelledby="tab-network" tabindex="0" hidden></div>
        <div role="tabpanel" id="panel-data" aria-labelledby="tab-data" tabindex="0" hidden>
          <h3 id="events-head" tabindex="-1">What this page knows of you</h3>
          <p>
            All of it is in this list, in this browser, on this device. The shelf is made from it; nobody else gets it.
          </p>
          <p class="problem" id="profile-problem" hidden></p>
          <div class="data-acts">
            <button type="button" class="button" id="export">Export</button>
            <button type="button" class="button" id="import">Import</button>
            <button type="button" class="button danger" id="erase">Erase …</button>
            <input type="file" id="import-file" accept="application/json,.json" aria-label="An exported file" hidden />
          </div>
          <div class="sure" id="sure" role="group" aria-labelledby="sure-head" hidden>
            <p id="sure-head">Erase everything? It cannot be brought back.</p>
            <button type="button" class="button danger" id="erase-yes">Erase</button>
            <button type="button" class="button" id="erase-no">Keep</button>
          </div>
          <p class="hint" id="no-events">Nothing yet.</p>
          <ol id="events" aria-labelledby="events-head" hidden></ol>
        </div>
      </aside>
    </main>

    <footer>
      <p><span id="catalogue">${upper(items)} of ${bundles.map(({ label }) => label).join(' and ')}</span>${looks.foot !== undefined && `, ${looks.foot}`}</p>
    </footer>

    <dialog id="alike" aria-labelledby="alike-head">
      <div class="alike-top">
        <h2 id="alike-head" tabindex="-1"></h2>
        <button type="button" id="alike-close" class="icon" aria-label="Close">
          ${icon('cross')}
        </button>
      </div>
      <div id="alike-body"></div>
    </dialog>

    <p id="said" role="status" class="unseen"></p>

    <template id="card">${cardHtml(EMPTY)}
    </template>

    <svg class="unseen" aria-hidden="true">
      <symbol id="tower" viewBox="0 0 24 24">
        <path d="M6 4h3v2h1.5V4h3v2H15V4h3v5l-1 1 1.5 10h-13L7 10 6 9zm5 12v4h2v-4a1 1 0 0 0-2 0z" />
      </symbol>
      <symbol id="funnel" viewBox="0 0 24 24"><path d="M3 4h18v3l-7 6v7l-4-2.5V13L3 7z" /></symbol>
      <symbol id="glass" viewBox="0 0 24 24">
        <path
          d="M10.5 3a7.5 7.5 0 0 1 5.9 12.1l4.8 4.8-1.4 1.4-4.8-4.8A7.5 7.5 0 1 1 10.5 3zm0 2a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11z"
        />
      </symbol>
      <symbol id="star" viewBox="0 0 24 24">
        <path d="m12 2.5 2.9 6.2 6.7.8-5 4.6 1.4 6.7-6-3.4-6 3.4 1.4-6.7-5-4.6 6.7-.8z" />
      </symbol>
      <symbol id="heart" viewBox="0 0 24 24">
        <path
          d="M12 21C5 15.6 2.5 12.4 2.5 8.700A5.2 5.2 0 0 1 12 5.800a5.2 5.2 0 0 1 9.5 2.900c0 3.7-2.5 6.9-9.5 12.300z"
        />
      </symbol>
      <symbol id="cross" viewBox="0 0 24 24">
        <path d="m12 10.4 5.7-5.7 1.6 1.6-5.7 5.7 5.7 5.7-1.6 1.6-5.7-5.7-5.7 5.7-1.6-1.6 5.7-5.7-5.7-5.7 1.6-1.600z" />
      </symbol>
      <symbol id="copies" viewBox="0 0 24 24">
        <path d="M4 4h10v3h6v13H9v-3H4zm2 2v9h3V7h3V6zm5 3v9h7V9z" />
      </symbol>
    </svg>
  </body>
</html>
`.text
  }`
}

const upper = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1)
const article = (noun: string) => `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`
