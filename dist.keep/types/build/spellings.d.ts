export interface Spelling {
    word: string;
    /** Which of the different words of the text it is, or is a part of, from 0. */
    place: number;
    /** It is not a word of the text itself. */
    besides: boolean;
}
export declare function spellings(text: string): Spelling[];
/** How many different words a title has, without what stands in brackets behind it: a year, another title. */
export declare function titleLength(text: string, spelt?: Spelling[]): number;
