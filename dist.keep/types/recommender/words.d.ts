/**
 * Words of a text, the same for the builder of a text index and for what somebody types, in every script.
 *
 *     plain text   as one types it without care: lower case, no accents (`Amélie`, `Łódź`, `Straße` are amelie, lodz, strasse), no
 *                  vowel points of Arabic and Hebrew, wide and joined forms as their plain ones, ASCII digits, hiragana
 *     a word       ends where the script does: `LG그램` is two, and a digit belongs to the letters before or after it; so do
 *                  the points of `2.0` and `U.S.A.` and what `C++` and `C#` end with, but neither hyphens nor apostrophes; `'s`
 *                  behind it is left out
 *     no spaces    of Chinese, Japanese, Korean, Thai and the like each two letters that follow each other are a word, as of
 *                  Lucene's CJKAnalyzer: 海上 is not 上海. Dictionaries, which differ from one runtime to the next, have no say.
 *
 * Marks that people type stay: vowel signs of India and Thailand, the voicing of kana. What a builder adds to these words
 * (web/build/spellings.ts) is how else they may be typed.
 */
/** A text as it is typed without care; words are separate as they were. */
export declare const plain: (text: string) => string;
/** A word of a plain text; the first group is a run of letters that are written without spaces. */
export declare const WORD: RegExp;
/** The letters of a run. Korean ones in their parts: who types a syllable has begun it before it is whole. */
export declare const lettersOf: (run: string) => string[];
/** The words of a match of WORD. A run's only letter begins words of two, so it ends with *. */
export declare function wordsOf(word: string, run: string | undefined): string[];
/** What the core looks up: each word once, and * behind those that may go on, as the last one does if nothing stands behind it. */
export declare function lookUp(text: string): {
    words: string[];
    query: string;
};
