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

/** Letters that do not decompose, after what is typed for them: of Latin what languages are written with, as Lucene's ASCIIFoldingFilter folds them. */
const TYPED =
  'aə aeæ bɓƀ cƈ dđðɖɗ eɛǝ fƒ gɠǥ hħ iıɩɨ kƙ lłƚ nŋɲ oøɔɵ oeœ pƥ qĸ ssß tŧƭ thþ uʉ vʋ yƴ zƶȝ σς اٱ يىی كک هةہھە'
const TYPED_OTHERWISE = new RegExp(`[${TYPED.replace(/([a-z]+|\S)(\S+) ?/g, '$2')}]`, 'g')
const typedFor = (letter: string) => TYPED.match(`([a-z]+|\\S)\\S*${letter}`)![1]!

/** Marks of scripts up to Syriac, the dot of Devanagari, marks that are not of one script, and what cannot be seen. */
const NOT_TYPED = /(?=\p{M})[\u0300-\u074a\u093c\u1ab0-\u1aff\u1dc0-\u20ff\ufe20-\ufe2f]|\u0640|\p{Cf}|\p{VS}/gu

/** Digits of a script stand in a row from xxx0 on; of India's scripts from xxx6. */
const digit = (one: string) => String((one.codePointAt(0)! - (one > '\u08ff' && one < '\u0e00' ? 6 : 0)) & 15)

/** A text as it is typed without care; words are separate as they were. */
export const plain = (text: string): string =>
  text
    .replace(/[™℠]/g, ' ')
    .normalize('NFKD')
    .toLowerCase()
    .replace(NOT_TYPED, '')
    .replace(TYPED_OTHERWISE, typedFor)
    .replace(/[’‘ʼʻ‛`′]/g, "'")
    .replace(/[^\d\P{Nd}]/gu, digit)
    .normalize('NFC')
    .replace(/[ァ-ヶ]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) - 96))

const scripts = (names: string) => names.split(' ').map((name) => name.replace(/..../g, '\\p{scx=$&}'))
/** Written without spaces, or with few; of Chinese and Japanese one script goes over into the other within a word. */
const UNSPACED = scripts('HaniHiraKanaBopo Hang Thai Laoo Khmr Mymr')
/** Scripts that stand beside each other; a word of another one ends where one of these begins. */
const SPACED = scripts('Latn Cyrl Grek Arab Hebr Deva Beng Taml')
const letter = (which: string) => `(?:(?${which})[\\p{L}\\p{Nl}]\\p{M}*)`
const of = (script: string) => letter(`=[${script}]`)
const NUMBER = '(?:\\d{1,3}(?:,\\d{3})+(?!\\d)|\\d+(?:\\.\\d+)*)'
const END = '(?![\\p{L}\\p{N}])'
/** A word of a plain text; the first group is a run of letters that are written without spaces. */
export const WORD = new RegExp(
  [
    `\\p{L}(?:[.*]\\p{L})+${END}`, // U.S.A, M*A*S*H
    `(${UNSPACED.map((script) => of(script) + '+').join('|')})`,
    ...[...SPACED.map(of), letter(`![${[...UNSPACED, ...SPACED].join('')}]`)].map(
      (each) => `${NUMBER}?(?:${each}+${NUMBER}?)+(?:(?:'s|\\+\\+?|#)${END})?`,
    ),
    NUMBER,
  ].join('|'),
  'gu',
)

/** The letters of a run. Korean ones in their parts: who types a syllable has begun it before it is whole. */
export const lettersOf = (run: string): string[] =>
  run.match(/.\p{M}*/gu)!.map((one) => one.replace(/[가-힣]/, (syllable) => syllable.normalize('NFD')))

/** The words of a match of WORD. A run's only letter begins words of two, so it ends with *. */
export function wordsOf(word: string, run: string | undefined): string[] {
  if (run === undefined) return [word.replace(/,|'s$|[.*](?=\p{L})/gu, '')]
  const letters = lettersOf(run)
  return letters.map((one, i) => one + (letters[i + 1] ?? '*')).slice(0, letters.length - 1 || 1)
}

/** What the core looks up: each word once, and * behind those that may go on, as the last one does if nothing stands behind it. */
export function lookUp(text: string): { words: string[]; query: string } {
  const all = Array.from(plain(text).matchAll(WORD), ([word, run]) => wordsOf(word, run)).flat()
  const open = /[\p{L}\p{N}\p{M}]$/u.test(text) && all.at(-1)
  const query = [...new Set(all)].map((word) => (word === open && !word.endsWith('*') ? `${word}*` : word))
  return { words: query.map((word) => word.replace('*', '').normalize()), query: query.join(' ') }
}
