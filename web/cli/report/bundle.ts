/** What the bundle alone can say: what it is made of, how it was built and chosen, what a new person sees. */
import { figure, html, table, type Column, type Html } from './html.js'
import { bars, overBytes, type Bar } from './plots.js'
import { SAY } from './said.js'
import { namedBy } from '../figures/paired.js'
import { megabytes } from '../memory.js'
import type { Opened } from '../quality.js'
import type { SectionInfo } from '../../build/inspect.js'
import type { BuildRecord } from '../../build/record.js'

/** What a kind of section is for; others are called by their kind alone. */
const ABOUT: Record<string, string> = {
  attribute: 'attribute',
  base: 'vectors',
  features: 'what a ranker is told',
  ids: 'ids of the items',
  layer: 'vectors, finer',
  places: 'places of what search finds',
  policy: 'weights and rules',
  popularity: 'popularity',
  postings: 'lists',
  record: 'how it was built',
  space: 'how vectors are coded',
  terms: 'words for search',
  tower: 'from histories to vectors',
}

/** Bars that are drawn; the rest is one. */
const BARS = 14

const nameOf = ({ kind, name, part }: SectionInfo) => {
  const about = ABOUT[kind] ?? kind
  return about === name || kind === name ? about : `${about}: ${name}${kind === 'layer' ? ` ${part}` : ''}`
}

/** Bytes by section. */
export function sectionsShown(name: string, { rec, bytes }: Opened, sections: readonly SectionInfo[]): Html {
  const rows = sections.toSorted((a, b) => b.bytes - a.bytes)
  const [shown, rest] = [rows.slice(0, BARS), rows.slice(BARS)]
  const bar = (what: string, size: number): Bar => ({ name: what, value: size, said: megabytes(size) })
  const drawn = shown.map((section) => bar(nameOf(section), section.bytes))
  if (rest.length > 0)
    drawn.push(
      bar(
        `${rest.length} others`,
        rest.reduce((sum, section) => sum + section.bytes, 0),
      ),
    )
  const caption = `${name}: ${SAY.count(rec.items)} items in ${megabytes(bytes.length)}, by section`
  const columns: Column<SectionInfo>[] = [
    { head: 'section', cell: nameOf },
    { head: 'bytes', cell: (section) => SAY.count(section.bytes), numbers: true },
    { head: 'of the file', cell: (section) => SAY.share(section.bytes / bytes.length), numbers: true },
    { head: 'bytes an item', cell: (section) => SAY.number(section.bytes / Math.max(1, rec.items)), numbers: true },
  ]
  return figure(caption, bars(caption, 'bytes', drawn), table(`${name}: sections`, columns, rows))
}

/** What the build chose, and by what. */
export function built(name: string, { record, rec, bytes }: Opened): Html {
  if (record === null) return html`<p>${name} holds no build record. Sources: ${rec.sources.join(', ') || 'none'}.</p>`
  const { quality, sources = [], division, trainedRanker, martello } = record
  type Source = BuildRecord['sources'][number]
  const columns: Column<Source>[] = [
    { head: 'source', cell: (source) => source.name },
    { head: 'recall alone', cell: ({ alone }) => (alone === undefined ? '' : SAY.figure(alone.recall)), numbers: true },
    { head: 'NDCG alone', cell: ({ alone }) => (alone === undefined ? '' : SAY.figure(alone.ndcg)), numbers: true },
    { head: 'weights', cell: ({ weight }) => [weight].flat().map((one) => Number(one.toFixed(3))).join(' · '), numbers: true }, // prettier-ignore
    { head: 'decay', cell: ({ decay }) => Number(decay.toFixed(3)), numbers: true },
  ]
  return html`<h3>${name}</h3>
    <p>
      Built by martello ${martello ?? 'of another version'}.
      ${quality === null || quality === undefined ? 'Nothing was held out to choose by.' : html`Chosen by events that the build itself held out, of ${SAY.count(quality.people)} people: recall ${SAY.figure(quality.recall)}, NDCG ${SAY.figure(quality.ndcg)} at k = ${quality.k}. These figures chose, so that they flatter a little.`}
      ${trainedRanker === null || trainedRanker === undefined ? '' : trainedRanker.without === null ? `A ranker was trained: ${trainedRanker.ranker}.` : `A ranker was not kept: ${trainedRanker.without}.`}
    </p>
    ${sources.length > 0 && table(`${name}: sources, weights by length of history`, columns, sources)}
    ${division && division.points.length > 0 ? divisionShown(name, division, bytes.length) : ''}`
}

/** Recall against bytes, as the build weighed them. */
function divisionShown(
  name: string,
  { wanted, points, chosen }: NonNullable<BuildRecord['division']>,
  own: number,
): Html {
  const rows = points.map((point, n) => (n === chosen ? { ...point, bytes: own } : point))
  const caption = `${name}: recall of what the build held out against bytes, at most ${megabytes(wanted)} wanted`
  const steps = rows.map(({ bytes, recall }) => ({ series: name, bytes, value: recall }))
  const columns: Column<(typeof rows)[number]>[] = [
    { head: 'kept', cell: ({ what }, n) => (n === chosen ? html`<mark>${what}</mark>` : what) },
    { head: 'bytes', cell: ({ bytes }) => SAY.count(Math.round(bytes)), numbers: true },
    { head: 'recall', cell: ({ recall }) => SAY.figure(recall), numbers: true },
    { head: 'NDCG', cell: ({ ndcg }) => SAY.figure(ndcg), numbers: true },
  ]
  return figure(caption, overBytes(caption, 'recall', steps, false), table(`${name}: what was built is marked; sizes of others are estimates`, columns, rows)) // prettier-ignore
}

/** Items that are shown. */
const SHOWN = 10

/** The shelf of somebody who has told nothing yet. */
export function forNewPeople(name: string, { rec }: Opened): Html {
  const { items } = rec.recommend({ k: SHOWN })
  const named = items.map(({ id, sources }) => ({ ...namedBy([rec], id), sources }))
  return html`<h3>${name}</h3>${items.length === 0 ? html`<p>Nothing.</p>` : html`<ol class="shelf">${named.map(({ id, title, sources }) => html`<li>${title ?? id} <span class="soft">${title === undefined ? '' : id} ${sources.join(', ')}</span></li>`)}</ol>`}` // prettier-ignore
}
