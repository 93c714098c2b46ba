/**
 * What the values of a column show that nobody meant: one value in several spellings, letters that were lost on the way,
 * paths that are one value each, amounts and days that are none. It is read as it stands, and pointed at.
 */
import type { Column } from './attribute.js'
import { isoText } from './dates.js'
import { quote } from './errors.js'
import { hasAmounts } from './quantities.js'
import { compactSeconds } from './spelled.js'
import type { Survey } from './survey.js'

/** One line for each. */
export const blemishes = (survey: Survey, column: Column): string[] => [
  ...inOtherLetters(column),
  ...(column.kind === 'number' || column.kind === 'date' ? [] : garbled(survey)),
  ...(column.kind === 'category' || column.kind === 'text' ? [...paths(survey), ...amounts(survey, column)] : []),
  ...days(column),
]

/** So many spellings of a value are shown. */
const SHOWN = 4

/** Values that differ from others in large and small letters alone: for a filter they are as different as any. */
function inOtherLetters(column: Column): string[] {
  if (column.kind !== 'category' && column.kind !== 'multi') return []
  const spellings = new Map<string, number[]>() // codes by what they are in small letters
  column.names.forEach((value, code) => {
    const letters = value.normalize('NFKC').toLowerCase()
    spellings.set(letters, [...(spellings.get(letters) ?? []), code])
  })
  const several = [...spellings.values()].filter((codes) => codes.length > 1)
  if (several.length === 0) return []
  const items = new Uint32Array(column.names.length)
  for (const code of column.values) if (code >= 0) items[code]!++
  const itemsOf = (codes: readonly number[]) => codes.reduce((sum, code) => sum + items[code]!, 0)
  const most = several.reduce((a, b) => (itemsOf(b) > itemsOf(a) ? b : a)).sort((a, b) => items[b]! - items[a]!)
  const listed = most.slice(0, SHOWN).map((code) => `${quote(column.names[code]!)} of ${items[code]} items`).join(', ') // prettier-ignore
  const others = several.length === 1 ? '' : `, and ${several.length - 1} more such values`
  return [
    `look: ${column.name}: one value in other letters (${listed}${others}); a filter on one finds none of the others, and nothing makes them one but the file`,
  ]
}

/** UTF-8 that was read as Latin-1 or Windows-1252: Ã©, Â°, â€™. */
const DECODED_WRONGLY = /Ã[\x80-\xbf‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|Â[\x80-\xbf]|â€/
/** What stands for letters that could not be read. */
const LOST = '\ufffd'

function garbled({ name, texts, present }: Survey): string[] {
  const wrong = texts.filter((text) => DECODED_WRONGLY.test(text))
  const lost = texts.filter((text) => text.includes(LOST))
  return [
    ...(wrong.length === 0
      ? []
      : [
          `look: ${name}: ${wrong.length} of ${present} cells hold letters as UTF-8 becomes where it is read as Windows-1252 (${quote(wrong[0])}); the file was written so, and has to be exported anew`,
        ]),
    ...(lost.length === 0
      ? []
      : [
          `look: ${name}: ${lost.length} of ${present} cells have lost letters (U+FFFD, in ${quote(lost[0])}); the file was written so, and has to be exported anew, as UTF-8`,
        ]),
  ]
}

/** Steps of a way through a shop: Home > Kitchen > Mugs. */
const STEP = /\S( ?[>›»→] ?)(?=\S)/

function paths({ name, texts, present }: Survey): string[] {
  const found = texts.filter((text) => STEP.test(text))
  if (found.length <= present / 2) return []
  const separator = STEP.exec(found[0]!)![1]!.trim()
  return [
    `look: ${name}: ${found.length} of ${present} cells are paths (${quote(found[0])}), taken for one value each; "separators": ${JSON.stringify({ [name]: separator })} makes each step a value`,
  ]
}

/** Digits that are not 0 to 9, with what may stand among them. */
const OTHER_DIGITS = /^(?=.*[^\P{Nd}0-9])[\p{Nd}\p{P}\p{Sc}\s]+$/u

/** Numbers to a reader, and to nobody else. */
function amounts({ name, texts, present }: Survey, { kind }: Column): string[] {
  const money = texts.filter(hasAmounts)
  if (money.length > present / 2)
    return [
      `look: ${name}: ${kind}, for the amounts in ${money.length} of ${present} cells have more around them than a currency (${quote(money[0])}); a column of the amounts alone would be numbers`,
    ]
  const digits = texts.filter((text) => OTHER_DIGITS.test(text))
  return digits.length > present / 2
    ? [
        `look: ${name}: ${kind}, for ${digits.length} of ${present} cells are of other digits than 0 to 9 (${quote(digits[0])}); written with those they would be numbers or dates`,
      ]
    : []
}

/** Fewer may be days by chance. */
const DAYS = 3

/** Numbers of which each is a day in eight digits. */
function days(column: Column): string[] {
  if (column.kind !== 'number') return []
  const values = column.values.filter((value) => !Number.isNaN(value))
  if (values.length < DAYS || !values.every((value) => value < 1e8 && compactSeconds(value) !== undefined)) return []
  const first = isoText(compactSeconds(values[0]!)!)
  return [
    `look: ${column.name}: number, and each is a day (${values[0]}); "kinds": ${JSON.stringify({ [column.name]: 'date' })} reads them so, as ${first}`,
  ]
}
