/**
 * A shelf as an HTML element, for pages without a framework.
 *
 *     <martello-shelf src="/movies.martello" history="318,527" k="8">
 *       <template><li><b data-field="title"></b> <small data-field="year"></small></li></template>
 *     </martello-shelf>
 *
 *     import { defineShelf } from 'martello/element'
 *     defineShelf(RecommenderClient.open)         // or Recommender.open
 *
 * Each item is a copy of the template, in which every element with `data-field` gets the text of that attribute (or of `id`,
 * `score`, `because`); without a template it is a list entry with the title. Text is only ever inserted as text. Instead of
 * `src`, a page may set `recommender`, and instead of the attributes `request`. Attributes that change show a new shelf.
 * Events: `shelf`, whose detail is the answer, and `error`, whose detail is the Error.
 *
 * @module martello/element
 */
import type { Answer, Request } from '../recommender/request.js';
import type * as platform from '../recommender/platform.js';
import { type Arriving } from './arriving.js';
export type { Answer };
/** What a shelf asks: a Recommender or a RecommenderClient. */
export interface Recommending extends Arriving {
    cancellable?: true;
    /** As theirs. */
    recommend(request: Request & {
        signal?: platform.AbortSignal;
    }): Answer | Promise<Answer>;
}
/** Defines the element. `open` opens what `src` names; elements whose `recommender` is set do without. */
export declare function defineShelf(open?: (src: string) => Promise<Recommending>, name?: string): void;
