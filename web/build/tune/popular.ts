/**
 * Whether what was learned tells people apart: all sources together against what is popular, the same for everybody. Where it
 * is near, weights are searched from popularity alone too, and it is taken itself where they end with no more than it.
 */
import type { Holdout } from './holdout.js'
import { difference, type Figures, type Tried } from './ways.js'

/** The source that says what is popular. */
export const POPULAR = 'popular'

/** Popularity alone: its figures, and how much recall + ndcg of a person are above them with all sources. */
export interface Popularity {
  figures: Figures
  gain: { mean: number; error: number }
}

/** Who searches weights finds some that suit the measured people by chance: on logs that were drawn by popularity alone they
 * gained up to 4 standard errors, and up to 3 %. What is to count must be more than chance, and more than this of popularity. */
const CERTAIN = 2.5
const WORTH = 0.05

export const comparedWith = (figures: Figures, together: Float32Array, popular: Float32Array): Popularity => ({
  figures,
  gain: difference(together, popular),
})

/** Whether what was learned is better by more than that. */
export const isBeaten = ({ figures, gain }: Popularity) => gain.mean > Math.max(CERTAIN * gain.error, worth(figures))
const worth = ({ recall, ndcg }: Figures) => WORTH * (recall + ndcg)

const both = ({ recall, ndcg }: Figures) => `recall ${recall.toFixed(4)}, ndcg ${ndcg.toFixed(4)}`

/** What to make of it, and how to go on; of no use then: the sources that a config names, and tables, which it does not name. */
export const notBeaten = (
  together: Figures,
  popularity: Popularity,
  { held, who }: Holdout,
  made: readonly string[],
  hasTables: boolean,
) =>
  `look: all sources together bring back ${popularity.gain.mean > worth(popularity.figures) ? 'no more, beyond chance,' : 'hardly more'} of the ${held.length} held-out events of ${who.length} people than popularity alone: ` +
  `${both(together)} against ${both(popularity.figures)}, ` +
  `recall + ndcg of a person ${signed(popularity.gain.mean)} ± ${(2 * popularity.gain.error).toFixed(4)}. More people, longer histories or a catalogue ` +
  '(--items) may tell people apart; martello check says what ids, times and events are taken for; ' +
  `${JSON.stringify({ sources: Object.fromEntries(made.map((name) => [name, false])) })} in a config` +
  `${hasTables ? ', without --neighbours,' : ''} leaves what is popular, in fewer bytes`

const signed = (x: number) => `${x < 0 ? '' : '+'}${x.toFixed(4)}`

/** For the record. */
export const triedPopular = ({ figures, gain: { mean, error } }: Popularity): Tried => ({
  what: 'popular alone, of all people, against all together',
  ...figures,
  above: [-mean - 2 * error, -mean + 2 * error],
})
