/** The words of a name, as one types them without care. */
export declare const wordsOf: (name: string) => string[];
/** What a name says. */
export interface Meaning {
    weight: number;
    /** It takes back what was before. */
    back?: true;
    /** A word that would say less, did it not stand as it does: beside a use, in part, or amid the name. */
    doubt?: string;
}
/** Weight 1, or less where the name plainly says so: `remove_from_cart`, `RemoveFromCart` and `Cart: removed` 0, `thumbs-down` -1. */
export declare function meaningOf(name: string): Meaning;
/** Whether a column of that name says of each row if something was done: `is_click`, `liked`. */
export declare const saysDone: (column: string) => boolean;
/** What an event that takes back is about. */
export interface TakenBack {
    /** The names that share a word with it: `add_to_cart` with `remove_from_cart`, `like` with `unlike`; none: any may be meant. */
    names: readonly string[];
    /** All that was before, or of each name the last. */
    all: boolean;
}
/** What the name, which takes back, may take back of the events of these names. */
export declare function takenBackBy(name: string, others: readonly string[]): TakenBack;
