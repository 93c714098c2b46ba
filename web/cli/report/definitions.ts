/** What each figure means and where it comes from, in a sentence; the guide says it at length. */
import { html, type Html } from './html.js'
import { FEW, LEAST } from '../figures/sample.js'

const DEFINITIONS: [name: string, meaning: string, source: string][] = [
  ['recall', 'share of what a person took next that is in their slate', 'Herlocker et al. 2004'],
  ['NDCG', 'the same, with a place p counting 1 / log2(p + 1), of the best order possible', 'Järvelin and Kekäläinen 2002'], // prettier-ignore
  ['hit rate', 'share of people whose slate has anything that they took', 'Deshpande and Karypis 2004'],
  ['MRR', '1 / the place of the first hit', 'Voorhees 1999'],
  ['coverage', 'share of the catalogue that is in any slate', 'Ge et al. 2010'],
  ['Gini', 'how unevenly places of slates fall on the items', 'Fleder and Hosanagar 2009'],
  ['novelty', '−log2 of the share of people who had met an item, mean over a slate', 'Zhou et al. 2010'],
  ['diversity', '1 − cosine, mean over pairs of a slate', 'Smyth and McClave 2001, Ziegler et al. 2005'],
  ['miscalibration', 'KL divergence of a slate’s mix of an attribute from the history’s', 'Steck 2018'],
  ['95 %', `between these the figure would lie, were it measured of very many such people; not told of fewer than ${LEAST.people} people, or of a difference where nobody differs`, 'Agresti and Coull 1998 for figures, Agresti and Min 2005 for differences, Student’s t for what slates are like'], // prettier-ignore
  ['(few)', `fewer than ${FEW} people have a hit, or differ: the interval may be too wide`, ''], // prettier-ignore
]

export const definitions = (): Html =>
  html`<dl>${DEFINITIONS.map(([name, meaning, source]) => html`<dt>${name}</dt><dd>${meaning} <cite>${source}</cite></dd>`)}</dl>` // prettier-ignore
