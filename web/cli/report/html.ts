/** HTML of templates: whatever is put into one is text, and escaped, unless a template made it. */
import { escapeUTF8 } from 'entities'

export class Html {
  constructor(readonly text: string) {}
}

type Part = string | number | Html | readonly Part[] | null | false

export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  return new Html(strings.map((text, n) => text + (n < parts.length ? textOf(parts[n]!) : '')).join(''))
}

function textOf(part: Part): string {
  if (part === null || part === false) return ''
  if (part instanceof Html) return part.text
  if (typeof part === 'object') return part.map(textOf).join('')
  return escapeUTF8(String(part))
}

export interface Column<Row> {
  head: string
  cell: (row: Row, n: number) => Part
  /** Numbers stand below each other. */
  numbers?: boolean
}

/** A table whose first column names its rows. */
export function table<Row>(caption: string, columns: readonly Column<Row>[], rows: readonly Row[]): Html {
  const [first, ...others] = columns as [Column<Row>, ...Column<Row>[]]
  const kind = ({ numbers }: Column<Row>) => new Html(numbers ? ' class="n"' : '')
  return html`<div class="scroll" role="group" tabindex="0" aria-label="${caption}">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${columns.map((column) => html`<th scope="col" ${kind(column)}>${column.head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row, n) =>
            html`<tr>
              <th scope="row">${first.cell(row, n)}</th>
              ${others.map((column) => html`<td${kind(column)}>${column.cell(row, n)}</td>`)}
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`
}

/** A picture, what it shows, and the same as a table. */
export const figure = (caption: string, picture: Html, data: Html | null = null): Html =>
  html`<figure>
    <figcaption>${caption}</figcaption>
    ${picture}${data}
  </figure>`
