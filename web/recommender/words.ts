/**
 * Words of a text, the same for the builder of a text index and for what somebody types: lower case, without the accents
 * of Latin, Greek and Cyrillic letters (`Amélie` is found as `amelie`), wide and joined forms as their plain ones. Marks
 * that make another letter stay: vowel signs, the voicing of kana. Scripts without spaces give a word a character.
 */
const APART = '\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}'
const WORD = new RegExp(`[${APART}]\\p{M}*|(?![${APART}])[\\p{L}\\p{N}](?:(?![${APART}])[\\p{L}\\p{N}\\p{M}])*`, 'gu')

export const words = (text: string): string[] =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, '')
    .match(WORD) ?? []

/** Whether the last word may go on: nothing stands behind it. */
export const unfinished = (text: string): boolean => /[\p{L}\p{N}\p{M}]$/u.test(text)
