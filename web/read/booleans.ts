/**
 * True and false as people and their spreadsheets write them, in any case. Such a column becomes a category of "true" and
 * "false", and a filter may use any of these words for them, so that those of the catalogue work.
 */

/**
 * Yes before no, in pairs. Those before `yes` say so alone, and so do signs; of others a column has both, for "NO" may be
 * Norway. 1 and 0 are numbers where they are read.
 */
const WORDS = (
  'true false wahr falsch vrai faux vero falso verdadero falso истина ложь ' +
  'yes no y n t f ja nein ja nee ja nej oui non si no sí no sim não tak nie да нет 是 否 はい いいえ 예 아니오 ' +
  '1 0 x - checked unchecked ✓ ✗ ✔ ✘ ☑ ☐ ✅ ❌'
).split(' ')

/** The place of a word, of a sign also in colour; -1: it is neither yes nor no. */
const placeOf = (word: string): number => WORDS.indexOf(word.toLowerCase().replace('\ufe0f', ''))

/** What a word says, "true" or "false"; undefined: neither. */
export function booleanOf(word: string): string | undefined {
  const at = placeOf(word)
  return at < 0 ? undefined : String(at % 2 < 1)
}

/** Whether words in lower case are all of them yes or no, and tell so: both of a pair are there, or one that needs no other. */
export function areBooleans(words: ReadonlySet<string>): boolean {
  const [alone, signs] = [WORDS.indexOf('yes'), WORDS.indexOf('✓')]
  const isTold = WORDS.some((yes, at) => {
    if (at % 2 > 0 || yes === '1') return false
    const pair = [yes, WORDS[at + 1]!].filter((word) => words.has(word))
    return pair.length > (at < alone || at >= signs ? 0 : 1)
  })
  return isTold && [...words].every((word) => booleanOf(word) !== undefined)
}

/** Whether it is a tick, such as x, ✓ or Yes: where all other cells are empty, these say no. `true` stands beside a `false`. */
export const isTick = (word: string): boolean =>
  word !== '1' && booleanOf(word) === 'true' && placeOf(word) >= WORDS.indexOf('yes')
