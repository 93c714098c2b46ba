/** Two bundles, person by person: how much better the second is, for whom, and whom one can look at. */
import { figure, html, table, type Column, type Html } from './html.js'
import { ranges } from './plots.js'
import { headingOf, NAMES } from './quality.js'
import type { Said } from './said.js'
import { DIVISIONS } from '../figures/divide.js'
import { FEW, LEAST } from '../figures/sample.js'
import type { Compared, Example, Named } from '../figures/paired.js'
import { FIGURES } from '../measures.js'

/** `path`: where `eval --json` has it; both by name. */
export function comparison(said: Said, compared: Compared, path: string, first: string, second: string): Html {
  if (compared.people === 0)
    return html`<p class="verdict">
      Nobody is asked for the same by ${first} and ${second}: of ${said.say(`${path}left_out`, 'count')} people each
      asks other items, as bundles without common ones do, so that nothing can be compared.
    </p>`
  const rows = FIGURES.map((f) => ({ f, name: NAMES[f], series: second, value: compared[f], interval: compared.intervals[f] })) // prettier-ignore
  const columns: Column<(typeof rows)[number]>[] = [
    { head: 'figure', cell: ({ name }) => name },
    { head: 'difference', cell: ({ f }) => said.say(`${path}${f}`, 'signed'), numbers: true },
    {
      head: '95 %',
      cell: ({ f }) => said.interval(`${path}intervals.${f}`, 'signed', compared.gain + compared.lose < FEW),
      numbers: true,
    },
  ]
  const caption = `${second} less ${first}, for the same person`
  return html`<p class="verdict">${verdict(compared, first, second)}</p>
    <p>
      Of ${said.say(`${path}people`, 'count')} people, ${said.say(`${path}gain`, 'count')} are better off with ${second}
      by NDCG, ${said.say(`${path}lose`, 'count')} worse, and for ${said.say(`${path}same`, 'count')} nothing
      changes.${
        compared.left_out > 0 && html` ${said.say(`${path}left_out`, 'count')} are not compared: the two ask other items of them.` // prettier-ignore
      }
    </p>
    ${figure(caption, ranges(caption, 'difference, with 95 % intervals', rows, true), table(caption, columns, rows))}
    <h3>Who gains and who loses</h3>
    ${DIVISIONS.map((name) => byGroup(said, compared, path, name, second))}
    <h3>Examples</h3>
    <p class="soft">Whose NDCG rises most and falls most. What was taken next is marked.</p>
    ${compared.examples.map((example) => exampleOf(example, first, second))}`
}

/** The sentence that an interval allows. */
function verdict({ ndcg, intervals, people }: Compared, first: string, second: string): string {
  const { ndcg: interval } = intervals
  if (interval === null) return `Too few people to tell ${first} and ${second} apart: ${people}.`
  const [low, high] = interval
  if (low <= 0 && high >= 0) return `${people} people do not tell ${first} and ${second} apart: the interval of the difference in NDCG holds 0.` // prettier-ignore
  return `${ndcg > 0 ? second : first} is better by NDCG: the interval of the difference does not hold 0.`
}

function byGroup(said: Said, compared: Compared, path: string, name: (typeof DIVISIONS)[number], second: string): Html {
  const groups = compared.by[name]
  if (groups === null) return html``
  if (groups.length === 0)
    return html`<p>${headingOf(name)}: no group has anybody of whom both bundles are asked the same.</p>`
  const rows = groups.map((group, n) => ({ ...group, at: `${path}by.${name}.${n}.` }))
  const columns: Column<(typeof rows)[number]>[] = [
    { head: 'group', cell: (row) => row.name },
    { head: 'people', cell: ({ at }) => said.say(`${at}people`, 'count'), numbers: true },
    { head: 'gain', cell: ({ at }) => said.say(`${at}gain`, 'count'), numbers: true },
    { head: 'lose', cell: ({ at }) => said.say(`${at}lose`, 'count'), numbers: true },
    ...FIGURES.map((f): Column<(typeof rows)[number]> => ({ head: NAMES[f], cell: (row) => said.sure(row.at, f, row.gain + row.lose < FEW, 'signed'), numbers: true })), // prettier-ignore
  ]
  const caption = `${headingOf(name)}: difference in NDCG`
  const picture = ranges(caption, 'difference in NDCG', rows.map((row) => ({ name: row.name, series: second, value: row.ndcg, interval: row.intervals.ndcg })), true) // prettier-ignore
  return figure(
    caption,
    picture,
    table(
      `${headingOf(name)}: differences, with 95 % intervals where at least ${LEAST.people} people tell; (few): fewer than ${FEW} of them differ`,
      columns,
      rows,
    ),
  )
}

/** Items of a slate that are shown. */
const SHOWN = 10

const titleOf = ({ id, title }: Named) => (title === undefined ? id : `${title} (${id})`)

function exampleOf({ user, ndcg, history, held, slates }: Example, first: string, second: string): Html {
  const taken = new Set(held.map(({ id }) => id))
  const slate = (items: readonly Named[]) =>
    html`<ol>${items.slice(0, SHOWN).map((item) => (taken.has(item.id) ? html`<li><mark>${titleOf(item)}</mark></li>` : html`<li>${titleOf(item)}</li>`))}</ol>` // prettier-ignore
  const place = (of: number | null) => (of === null ? 'not there' : `place ${of}`)
  return html`<article class="example">
    <h4>${user}: NDCG ${ndcg[0].toFixed(4)} with ${first}, ${ndcg[1].toFixed(4)} with ${second}</h4>
    <p><strong>Met last:</strong> ${history.length === 0 ? 'nothing' : history.map(titleOf).join(' · ')}</p>
    <p>
      <strong>Took next:</strong> ${held
        .slice(0, SHOWN)
        .map((item) => `${titleOf(item)}: ${item.places.map(place).join(', ')}`)
        .join(' · ')}${held.length > SHOWN && ` · and ${held.length - SHOWN} more`}
    </p>
    <div class="pair">
      <div>
        <h5>${first}</h5>
        ${slate(slates[0])}
      </div>
      <div>
        <h5>${second}</h5>
        ${slate(slates[1])}
      </div>
    </div>
  </article>`
}
