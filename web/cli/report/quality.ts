/** How good the answers are: over all, by group, beside accuracy, by source, by what has arrived, and in what time. */
import { figure, html, table, type Column, type Html } from './html.js'
import { bars, overBytes, ranges, type Ranged, type Step } from './plots.js'
import { SAY, type Said } from './said.js'
import { DIVISIONS, type DivisionName } from '../figures/divide.js'
import type { Group } from '../figures/judge.js'
import { FEW, LEAST, type Interval } from '../figures/sample.js'
import { FIGURES, type Figures } from '../measures.js'
import type { Evaluated } from '../quality.js'
import { megabytes } from '../memory.js'

/** A bundle that was evaluated: what it is called, its figures, and where `eval --json` has them. */
export interface Judgement {
  name: string
  figures: Evaluated
  path: string
}

export const NAMES = { recall: 'recall', ndcg: 'NDCG', hit_rate: 'hit rate', mrr: 'MRR' }

const DIVIDED: Record<DivisionName, { heading: string; about: string; rows: string }> = {
  history: { heading: 'By length of history', about: 'people by how many events they had in the history', rows: 'events' }, // prettier-ignore
  popularity: { heading: 'By popularity of the target', about: 'held-out items by how many people of the history had met them', rows: 'met by' }, // prettier-ignore
  people: { heading: 'New people', about: 'people without any history, and the others', rows: 'who' },
  items: { heading: 'New items', about: 'held-out items that nobody of the history had met, the others, and those that the bundle does not have', rows: 'which' }, // prettier-ignore
  time: { heading: 'Over time', about: 'held-out items by when they were taken (UTC)', rows: 'time' },
}

export const headingOf = (name: DivisionName) => DIVIDED[name].heading

/** Whether an interval rests on few who found something. */
const hasFew = (people: number, { hit_rate }: Figures) => people * hit_rate < FEW

/** In words, for whoever meets recall for the first time. */
const inWords = (said: Said, { name, figures, path }: Judgement, isOne: boolean) => {
  const popular = figures.sources?.each.findIndex((source) => source.name === 'popular') ?? -1
  return html`<p>
    ${!isOne && html`<strong>${name}</strong>: `}${said.say(`${path}hit_rate`, 'share')} of the people were shown
    something among ${said.say(`${path}k`, 'count')} items that they did take next; of all that a person took next,
    ${said.say(`${path}recall`, 'share')} was among
    them.${
      popular >= 0 &&
      html` Of ${said.say(`${path}sources.people`, 'count')} people asked about each source, the bundle had anything for
      ${said.say(`${path}sources.together.hit_rate`, 'share')}, and what is popular alone for
      ${said.say(`${path}sources.each.${popular}.hit_rate`, 'share')}.`
    }
  </p>`
}

/** Over all: one row for each bundle. */
export function overall(said: Said, judged: readonly Judgement[]): Html {
  const { k, users } = judged[0]!.figures
  const columns: Column<Judgement>[] = [
    { head: 'bundle', cell: ({ name }) => name },
    ...FIGURES.map((f): Column<Judgement> => ({
      head: NAMES[f],
      cell: ({ figures, path }) => said.sure(path, f, hasFew(figures.users, figures)),
      numbers: true,
    })),
    { head: 'people', cell: ({ path }) => said.say(`${path}users`, 'count'), numbers: true },
  ]
  const rows = FIGURES.flatMap(
    (f) =>
    judged.map(({ name, figures }) => ({ name: NAMES[f], series: name, value: figures[f], interval: figures.intervals[f] })), // prettier-ignore
  )
  const caption = `What ${SAY.count(users)} people took next, found in slates of ${k}`
  return html`${judged.map((one) => inWords(said, one, judged.length === 1))}
  ${figure(caption, ranges(caption, `at k = ${k}, with 95 % intervals`, rows), table(caption, columns, judged))}
  ${judged.map(({ name, path }) => leftOut(said, name, path))}`
}

const leftOut = (said: Said, name: string, path: string) =>
  html`<p class="soft">
    ${name}: ${said.say(`${path}users_without_history`, 'count')} of the people had no history;
    ${said.say(`${path}held_out_unknown`, 'count')} held-out items are not in the bundle and count as missed. Left out:
    ${said.say(`${path}held_out_disliked`, 'count')} held-out events that weigh 0 or less,
    ${said.say(`${path}held_out_already_in_history`, 'count')} of items in the history;
    ${said.say(`${path}users_without_targets`, 'count')} people with nothing left to find.
  </p>`

/** A division: a picture of recall, and all figures as a table. */
export function byGroup(said: Said, judged: readonly Judgement[]): Html[] {
  return DIVISIONS.filter((name) => judged.some(({ figures }) => figures.by[name] !== null)).map((name) => {
    const { heading, about, rows } = DIVIDED[name]
    const groups = judged.flatMap(({ name: series, figures, path }) =>
      ((figures.by[name] ?? []) as Group[]).map((group, n) => ({ ...group, series, path: `${path}by.${name}.${n}.` })),
    )
    const picture: Ranged[] = inOrder(groups).map((group) => ({
      name: group.name,
      series: group.series,
      value: group.recall,
      interval: group.intervals.recall,
    }))
    const columns: Column<(typeof groups)[number]>[] = [
      { head: rows, cell: (group) => (judged.length > 1 ? `${group.name}, ${group.series}` : group.name) },
      { head: 'people', cell: ({ path }) => said.say(`${path}people`, 'count'), numbers: true },
      { head: 'items', cell: ({ path }) => said.say(`${path}targets`, 'count'), numbers: true },
      ...FIGURES.map((f): Column<(typeof groups)[number]> => ({ head: NAMES[f], cell: (group) => said.sure(group.path, f, hasFew(group.people, group)), numbers: true })), // prettier-ignore
    ]
    const caption = `Recall: ${about}`
    const isUntold = groups.some(({ people }) => people < LEAST.people)
    const isFew = groups.some((group) => group.people >= LEAST.people && hasFew(group.people, group))
    const notes = `${isUntold ? `; no interval: fewer than ${LEAST.people} people` : ''}${isFew ? `; (few): fewer than ${FEW} of them have a hit` : ''}`
    const shown = table(`${heading}: all figures with 95 % intervals${notes}`, columns, inOrder(groups))
    return html`<section>
      <h3>${heading}</h3>
      ${figure(caption, ranges(caption, 'recall', picture), shown)}
    </section>`
  })
}

/** Groups of one name together, in the order of the first bundle that has them all. */
function inOrder<T extends { name: string }>(groups: readonly T[]): T[] {
  return [...new Set(groups.map(({ name }) => name))].flatMap((name) => groups.filter((group) => group.name === name))
}

/** What slates are like, beside what people had met last. */
export function beside(said: Said, judged: readonly Judgement[]): Html {
  interface Row {
    /** What is measured, and of which bundle. */
    name: string
    what: string
    path: string
    slate: string
    history: string | null
    better: string
  }
  const rows = judged.flatMap(({ name, figures: { beyond }, path }): Row[] => {
    const at = `${path}beyond.`
    const of = judged.length > 1 ? `, ${name}` : ''
    const { calibration } = beyond
    return [
      { name: 'coverage', path: '', slate: `${at}coverage`, history: null, better: 'share of the catalogue that anybody is shown' }, // prettier-ignore
      { name: 'Gini', path: '', slate: `${at}gini.slate`, history: `${at}gini.history`, better: '0: all items as often, 1: only one' }, // prettier-ignore
      { name: 'novelty', path: `${at}novelty`, slate: `${at}novelty.slate`, history: `${at}novelty.history`, better: 'bits; more: fewer had met it' }, // prettier-ignore
      ...beyond.diversity.map((one, n) => ({ name: `diversity by ${one.by === 'vectors' ? `vectors (${one.name})` : one.name}`, path: `${at}diversity.${n}`, slate: `${at}diversity.${n}.slate`, history: `${at}diversity.${n}.history`, better: '0: all alike, 1: nothing in common' })), // prettier-ignore
      ...(calibration === null ? [] : [{ name: `miscalibration by ${calibration.attribute}`, path: `${at}calibration`, slate: `${at}calibration.slate`, history: null, better: 'nats; 0: the mix of the history' }]), // prettier-ignore
      ...(calibration === null ? [] : [{ name: '… of a slate with everybody’s mix', path: '', slate: `${at}calibration.everybody`, history: null, better: 'what the one above is compared with' }]), // prettier-ignore
    ].map((row) => ({ ...row, what: row.name + of }))
  })
  const { k } = judged[0]!.figures
  const columns: Column<Row>[] = [
    { head: 'what', cell: ({ what }) => what },
    { head: 'slates', cell: ({ slate }) => said.say(slate), numbers: true },
    { head: '95 %', cell: ({ path }) => (path === '' ? '' : said.interval(`${path}.interval`)), numbers: true },
    { head: `last ${k} met`, cell: ({ history }) => (history === null ? '' : said.say(history)), numbers: true },
    { head: 'how to read it', cell: ({ better }) => better },
  ]
  const shares: Ranged[] = judged.flatMap(({ name, figures: { beyond } }) => [
    { name: 'coverage', series: `${name}: slates`, value: beyond.coverage, interval: null },
    ...each('Gini', name, beyond.gini.slate, beyond.gini.history, null),
    ...beyond.diversity.flatMap((one) => each(`diversity, ${one.name}`, name, one.slate, one.history, one.interval)),
  ])
  const caption = `What slates are like, beside the last ${k} items that people had met`
  return figure(caption, ranges(caption, 'of 1', judged.length > 1 ? shares.filter(({ series }) => series.endsWith('slates')) : inOrder(shares)), table(caption, columns, inOrder(rows))) // prettier-ignore
}

const each = (what: string, name: string, slate: number, history: number | null, interval: Interval | null) => [
  { name: what, series: `${name}: slates`, value: slate, interval },
  ...(history === null ? [] : [{ name: what, series: `${name}: met`, value: history, interval: null }]),
]

/** What each source brings, and how far they bring the same. */
export function sources(said: Said, { name, figures, path }: Judgement): Html {
  const { sources: all } = figures
  if (all === undefined) return html``
  const at = (n: number) => `${path}sources.each.${n}.`
  type Row = (typeof all.each)[number]
  const figureOf = (head: string, key: string, how: 'figure' | 'count' = 'figure'): Column<Row> => ({
    head,
    cell: (_, n) => said.say(at(n) + key, how),
    numbers: true,
  })
  const columns = [
    { head: 'source', cell: (row: Row) => row.name },
    figureOf('recall alone', 'recall'),
    figureOf('NDCG alone', 'ndcg'),
    figureOf('hit rate alone', 'hit_rate'),
    figureOf(`among its first ${all.candidates}`, 'candidate_recall'),
    figureOf('hits', 'hits', 'count'),
    figureOf('only it', 'unique_hits', 'count'),
    figureOf('recall without it', 'without.recall'),
    figureOf('NDCG without it', 'without.ndcg'),
  ]
  const rows = all.each.map((row) => ({ name: row.name, value: row.recall, said: SAY.figure(row.recall) }))
  const caption = `Recall of each source alone, of ${SAY.count(all.people)} people`
  return html`<h3>${name}</h3>
    <p>
      Together: recall ${said.say(`${path}sources.together.recall`)}, NDCG ${said.say(`${path}sources.together.ndcg`)},
      hit rate ${said.say(`${path}sources.together.hit_rate`)} at k = ${all.k}.
    </p>
    ${figure(caption, bars(caption, `recall at k = ${all.k}`, rows), table('Sources: alone, and without each', columns, all.each))}
    <div class="pair">
      ${(['candidates', 'hits'] as const).map((what) => {
        const overlaps: Column<Row>[] = [
          { head: 'source', cell: (row) => row.name },
          ...all.each.map((other, c): Column<Row> => ({
            head: other.name,
            numbers: true,
            cell: (_, n) => {
              const cell = `${path}sources.overlap.${what}.${n}.${c}`
              return html`<span class="heat" style="--share:${said.number(cell)}">${said.say(cell, 'number')}</span>`
            },
          })),
        ]
        return table(`Overlap: share of a row’s ${what} that are the column’s too`, overlaps, all.each)
      })}
    </div>`
}

/** Recall while a bundle arrives. */
export function whileArriving(said: Said, judged: readonly Judgement[]): Html {
  const steps = judged.flatMap(({ name, figures, path }) =>
    (figures.arriving ?? []).map((step, n) => ({ ...step, name, path: `${path}arriving.${n}.` })),
  )
  if (steps.length === 0) return html``
  const points: Step[] = steps.map(({ name, bytes, recall }) => ({ series: name, bytes, value: recall }))
  const columns: Column<(typeof steps)[number]>[] = [
    { head: 'arrived', cell: ({ bytes, name }) => (judged.length > 1 ? `${megabytes(bytes)}, ${name}` : megabytes(bytes)) }, // prettier-ignore
    { head: 'bytes', cell: ({ path }) => said.say(`${path}bytes`, 'count'), numbers: true },
    ...FIGURES.map((f): Column<(typeof steps)[number]> => ({ head: NAMES[f], cell: ({ path }) => said.say(path + f), numbers: true })), // prettier-ignore
    { head: 'sources that are here', cell: ({ sources }) => sources.join(', ') },
  ]
  const caption = 'Recall against the bytes that have arrived'
  return figure(caption, overBytes(caption, 'recall', points, true), table(caption, columns, steps))
}

/** How long one request takes, over all and by length of history. */
export function times(said: Said, judged: readonly Judgement[]): Html {
  const rows = judged.flatMap(({ name, figures, path }) => [
    { what: `all people, ${name}`, path },
    ...figures.by.history.map((group, n) => ({ what: `${group.name} events, ${name}`, path: `${path}by.history.${n}.` })), // prettier-ignore
  ])
  const columns: Column<(typeof rows)[number]>[] = [
    { head: 'asked by', cell: ({ what }) => what },
    { head: 'p50', cell: ({ path }) => said.say(`${path}p50_ms`, 'ms'), numbers: true },
    { head: 'p99', cell: ({ path }) => said.say(`${path}p99_ms`, 'ms'), numbers: true },
  ]
  return table('Milliseconds of one request here, through the public API', columns, rows)
}
