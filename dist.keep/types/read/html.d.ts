import type { Cell } from './batch.js';
/** What a page shows of a text, which is itself where there is no HTML. Twice, as exporters escape what was escaped already. */
export declare const shownText: (text: string) => string;
/** Cells that held HTML: how many, and the first as it stood and as it is read. */
export interface HtmlFacts {
    cells: number;
    found: string;
    shown: string;
}
/** The cells as a page would show them, those in lists too; null: none of them holds HTML. */
export declare function withoutHtml(cells: readonly Cell[]): {
    cells: Cell[];
    facts: HtmlFacts;
} | null;
