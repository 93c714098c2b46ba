/** What there is in a column: the cells that say something, by what they are. Kinds are told from it. */
import type { Cell } from './batch.js';
import { type HtmlFacts } from './html.js';
import { type Parting } from './lists.js';
/** A column, looked through once. */
export interface Survey {
    name: string;
    /** as they came, but where texts spell lists, then these, and where they hold HTML, then what it shows; null: nothing */
    cells: readonly Cell[];
    /** cells that are not empty */
    present: number;
    /** those that are neither lists nor objects, as texts */
    texts: readonly string[];
    /** distinct texts; no more are counted once they are too many for a category */
    distinct: ReadonlySet<string>;
    /** lists, the values in them, and their characters */
    lists: {
        cells: number;
        values: number;
        characters: number;
    };
    /** objects, and lists of objects without names: nothing that an attribute can be */
    objects: number;
    /** whether texts spelled the lists */
    printed: boolean;
    /** cells that held HTML; null: none, or nobody looked */
    html: HtmlFacts | null;
    /** how the texts would be parted, were they lists; null: nothing parts them */
    parting: Parting | null;
    /** cells by the words that people write where there is nothing, and that may be values: how many, taken for which */
    doubts: ReadonlyMap<string, number>;
}
/** So few distinct values are categories even in a table of a few rows. */
export declare const FEW = 16;
/** How cells are read, whatever they turn out to be. */
export interface CellReading {
    /** what stands for nothing in this column, beside what programs write; default: what people write as well */
    missing?: readonly string[];
    /** whether cells may hold HTML; default: they may */
    html?: boolean;
}
export declare function surveyOf(name: string, found: readonly Cell[], { missing, html }?: CellReading): Survey;
/** Whether so few of the cells that a column has are slips, rather than a sign that it is of another kind. */
export declare function areSlips(odd: number, present: number): boolean;
