/**
 * The page of a report: one file without scripts, which asks nobody for anything, as its policy makes sure. What `eval --json`
 * says stands in it too, for whoever wants the numbers.
 */
import { accountShown, logsShown } from './inputs.js'
import { built, forNewPeople, sectionsShown } from './bundle.js'
import { comparison } from './compared.js'
import { definitions } from './definitions.js'
import { html, Html } from './html.js'
import { beside, byGroup, overall, sources, times, whileArriving, type Judgement } from './quality.js'
import { Said } from './said.js'
import { STYLE } from './style.js'
import type { Account } from '../../build/account.js'
import type { SectionInfo } from '../../build/inspect.js'
import { VERSION } from '../../recommender/version.js'
import { megabytes } from '../memory.js'
import type { Evaluation, Opened } from '../quality.js'

/** `json`: what `eval --json` prints of the evaluation. */
export interface Judged {
  evaluation: Evaluation
  json: unknown
}

/** Bundles by name, with their sections; `command`: what made this. */
export function page(
  bundles: readonly { name: string; opened: Opened; sections: readonly SectionInfo[] }[],
  judged: Judged | null,
  command: string,
): string {
  const names = bundles.map(({ name }) => name)
  const parts: { id: string; heading: string; body: Html | Html[] }[] = [
    ...(judged === null ? [] : ofQuality(names, judged)),
    { id: 'bytes', heading: 'What it is made of', body: bundles.map(({ name, opened, sections }) => sectionsShown(name, opened, sections)) }, // prettier-ignore
    { id: 'built', heading: 'How it was built', body: bundles.map(({ name, opened }) => built(name, opened)) },
    { id: 'new', heading: 'What a new person sees', body: bundles.map(({ name, opened }) => forNewPeople(name, opened)) }, // prettier-ignore
    { id: 'inputs', heading: 'The inputs', body: [...(judged === null ? [] : [logsOf(judged)]), ...bundles.map(({ name, opened }) => inputsOf(name, opened))] }, // prettier-ignore
    ...(judged === null ? [] : [{ id: 'definitions', heading: 'What the figures mean', body: definitions() }]),
  ]
  const title = names.join(' and ')
  const { text } = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"
        />
        <link rel="icon" href="data:," />
        <title>${title}: martello report</title>
        <style>
          ${new Html(STYLE)}
        </style>
      </head>
      <body>
        <header>
          <h1>${title}</h1>
          <p class="soft">
            A report of martello ${VERSION}. This file has no scripts and asks nobody for
            anything.${judged !== null && ' Its examples, where there are any, are people of the log: share it as you would share the log.'}
          </p>
          ${tiles(bundles, judged)}
          <nav aria-label="Contents">
            <ul>
              ${parts.map(({ id, heading }) => html`<li><a href="#${id}">${heading}</a></li>`)}
            </ul>
          </nav>
        </header>
        <main>
          ${parts.map(
            ({ id, heading, body }) =>
              html`<section aria-labelledby="${id}">
                <h2 id="${id}">${heading}</h2>
                ${body}
              </section> `,
          )}
        </main>
        <footer class="soft">
          <p>Made by <code>${command}</code></p>
        </footer>
        ${
          judged !== null &&
          html`<script type="application/json" id="figures">
            ${new Html(JSON.stringify(judged.json).replaceAll('<', '\\u003c'))}
          </script>`
        }
      </body>
    </html> `
  return text
}

function ofQuality(names: readonly string[], { evaluation, json }: Judged) {
  const said = new Said(json)
  const { bundles, compared, remarks } = evaluation
  const judged: Judgement[] = bundles.map((figures, n) => ({
    name: names[n]!,
    figures,
    path: bundles.length === 1 ? '' : `bundles.${n}.`,
  }))
  return [
    { id: 'quality', heading: 'Is it good', body: [remarksOf(remarks), overall(said, judged)] },
    ...compared.map((one, n) => ({
      id: `compared-${n + 1}`,
      heading: `${names[n + 1]} against ${names[0]}`,
      body: comparison(said, one, `compared.${n}.`, names[0]!, names[n + 1]!),
    })),
    { id: 'groups', heading: 'For whom', body: byGroup(said, judged) },
    { id: 'beside', heading: 'Beside accuracy', body: beside(said, judged) },
    { id: 'sources', heading: 'What each source brings', body: judged.map((one) => sources(said, one)) },
    { id: 'arriving', heading: 'Recall against bytes', body: whileArriving(said, judged) },
    { id: 'time', heading: 'Time', body: times(said, judged) },
  ]
}

const remarksOf = (remarks: readonly string[]) =>
  remarks.length === 0
    ? html``
    : html`<ul>
        ${remarks.map((line) => html`<li>${line}</li>`)}
      </ul>`

/** What one looks at first: of several bundles the least. */
function tiles(bundles: readonly { name: string; opened: Opened }[], judged: Judged | null): Html {
  const tile = (what: string, value: Html | string) => html`<div class="tile"><b>${value}</b>${what}</div>`
  const said = judged === null ? null : new Said(judged.json)
  const own = bundles.map(({ name, opened: { rec, bytes } }, n): Html[] => {
    const size = megabytes(bytes.length)
    if (bundles.length > 1)
      return [tile(said === null ? name : `NDCG, ${size}: ${name}`, said === null ? size : said.say(`bundles.${n}.ndcg`))] // prettier-ignore
    if (said === null) return [tile('items', rec.items.toLocaleString('en-US')), tile('to download', size)]
    return [
      tile(`recall at ${said.number('k')}`, said.say('recall')),
      tile('NDCG', said.say('ndcg')),
      tile('of the catalogue shown', said.say('coverage', 'share')),
      tile('a request, p50', said.say('p50_ms', 'ms')),
      tile('to download', size),
    ]
  })
  return html`<div class="tiles">${own.flat()}</div>`
}

const logsOf = ({ evaluation: { history, holdout } }: Judged) =>
  logsShown([
    { role: 'history', log: history },
    { role: 'held out', log: holdout },
  ])

/** Another version may have written another account: the rest is shown all the same. */
function inputsOf(name: string, { record }: Opened): Html {
  const account = record?.account as Omit<Account, 'errors'> | undefined
  if (account === undefined)
    return html`<h3>${name}</h3>
      <p>The bundle does not say what it was built of.</p>`
  try {
    return html`<h3>${name} was built of</h3>
      ${accountShown(account)}`
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return html`<h3>${name}</h3>
      <p>Its account is not what this version writes; martello inspect --json shows it.</p>`
  }
}
