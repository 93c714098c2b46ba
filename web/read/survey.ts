/** What there is in a column: the cells that say something, by what they are. Kinds are told from it. */
import type { Cell } from './batch.js'
import { isEmpty, isObject, mayBeNothing, textOf } from './cells.js'
import { withoutHtml, type HtmlFacts } from './html.js'
import { partingOf, printedLists, valuesOf, type Parting } from './lists.js'

/** A column, looked through once. */
export interface Survey {
  name: string
  /** as they came, but where texts spell lists, then these, and where they hold HTML, then what it shows; null: nothing */
  cells: readonly Cell[]
  /** cells that are not empty */
  present: number
  /** those that are neither lists nor objects, as texts */
  texts: readonly string[]
  /** distinct texts; no more are counted once they are too many for a category */
  distinct: ReadonlySet<string>
  /** lists, the values in them, and their characters */
  lists: { cells: number; values: number; characters: number }
  /** objects, and lists of objects without names: nothing that an attribute can be */
  objects: number
  /** whether texts spelled the lists */
  printed: boolean
  /** cells that held HTML; null: none, or nobody looked */
  html: HtmlFacts | null
  /** how the texts would be parted, were they lists; null: nothing parts them */
  parting: Parting | null
  /** cells by the words that people write where there is nothing, and that may be values: how many, taken for which */
  doubts: ReadonlyMap<string, number>
}

/** So few distinct values are categories even in a table of a few rows. */
export const FEW = 16

/** How cells are read, whatever they turn out to be. */
export interface CellReading {
  /** what stands for nothing in this column, beside what programs write; default: what people write as well */
  missing?: readonly string[]
  /** whether cells may hold HTML; default: they may */
  html?: boolean
}

export function surveyOf(name: string, found: readonly Cell[], { missing, html = true }: CellReading = {}): Survey {
  const spelled = printedLists(found)
  const shown = html ? withoutHtml(spelled ?? found) : null
  const words = missing && new Set(missing)
  const doubts = new Map<string, number>()
  const cells = (shown?.cells ?? spelled ?? found).map((cell) => {
    const text = words === undefined && typeof cell === 'string' ? cell.trim() : ''
    if (mayBeNothing(text)) doubts.set(text, 1 + (doubts.get(text) ?? 0))
    return isEmpty(cell, words) ? null : cell
  })
  const texts: string[] = []
  const distinct = new Set<string>()
  const lists = { cells: 0, values: 0, characters: 0 }
  let [present, objects] = [0, 0]
  for (const cell of cells) {
    if (cell === null) continue
    present++
    if (isObject(cell)) {
      objects++
    } else if (Array.isArray(cell)) {
      const values = valuesOf(cell)
      if (values === null) objects++
      lists.cells++
      lists.values += values?.length ?? 0
      for (const value of values ?? []) lists.characters += value.length
    } else {
      const text = textOf(cell)
      texts.push(text)
      if (distinct.size <= cells.length / 2 || distinct.size <= FEW) distinct.add(text)
    }
  }
  const parting = partingOf(texts)
  return {
    name,
    cells,
    present,
    texts,
    distinct,
    lists,
    objects,
    printed: spelled !== null,
    html: shown?.facts ?? null,
    parting,
    doubts,
  }
}

/** Whether so few of the cells that a column has are slips, rather than a sign that it is of another kind. */
export function areSlips(odd: number, present: number): boolean {
  return odd <= Math.max(present < 10 ? 0 : 1, present / 20)
}
