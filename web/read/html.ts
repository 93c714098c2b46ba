/** Texts that shops export as HTML: read as the text that a page shows, so that words of it are found and nothing runs. */
import { decodeHTMLStrict } from 'entities'
import type { Cell } from './batch.js'

/** Elements that end a line, and those that stand within one, closed; what else looks like a tag, as `List<String>`, stays. */
const BLOCKS =
  'p|br|hr|div|section|article|header|footer|ul|ol|li|dl|dt|dd|h[1-6]|table|thead|tbody|tr|td|th|blockquote|pre'
const INLINE = 'a|abbr|b|big|center|cite|code|em|font|i|img|mark|s|small|span|strike|strong|sub|sup|tt|u'
/** No pattern looks beyond the next `<` or `>`, so that each letter is looked at once. */
const tags = (names: string) => new RegExp(`</?(?:${names})(?:\\s[^<>=]*=[^<>]*)?\\s?/?>`, 'gi')
const BLOCK = tags(BLOCKS)
const WITHIN = tags(INLINE)
const UNSHOWN = /<(script|style)(?:\s[^<>]*)?>[^<]*<\/\1>|<!--[^<>]*-->/gi

function shownOnce(text: string): string {
  if (!/[<&]/.test(text)) return text
  const blocks = text.replace(UNSHOWN, '').replace(BLOCK, '\n')
  // strictly: an entity ends in a semicolon, so that AT&T is none, nor a part of an address
  const shown = decodeHTMLStrict(blocks.includes('</') ? blocks.replace(WITHIN, '') : blocks)
  if (shown === text) return text
  const lines = shown.replace(/\xa0/g, ' ').split('\n')
  return lines.map((line) => line.trim()).filter((line) => line !== '').join('\n') // prettier-ignore
}

/** What a page shows of a text, which is itself where there is no HTML. Twice, as exporters escape what was escaped already. */
export const shownText = (text: string): string => shownOnce(shownOnce(text))

/** Cells that held HTML: how many, and the first as it stood and as it is read. */
export interface HtmlFacts {
  cells: number
  found: string
  shown: string
}

/** The cells as a page would show them, those in lists too; null: none of them holds HTML. */
export function withoutHtml(cells: readonly Cell[]): { cells: Cell[]; facts: HtmlFacts } | null {
  let facts: HtmlFacts | null = null
  const shownCell = (cell: Cell): Cell => {
    if (Array.isArray(cell)) {
      const values = cell.map(shownCell)
      return values.some((value, i) => value !== cell[i]) ? values : cell
    }
    if (typeof cell !== 'string') return cell
    const shown = shownText(cell)
    if (shown !== cell) facts ??= { cells: 0, found: cell, shown }
    return shown
  }
  const read = cells.map((cell) => {
    const shown = shownCell(cell)
    if (shown !== cell) facts!.cells++
    return shown
  })
  return facts && { cells: read, facts }
}
