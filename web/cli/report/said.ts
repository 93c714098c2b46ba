/**
 * Numbers as a report says them. Each is looked up by its path in what `eval --json` prints and carries that path and its
 * exact value, so that no number on the page can differ from the command's.
 */
import { html, Html } from './html.js'

export type Path = string

/** How numbers are read: figures of 0 to 1 to four decimals, others as they are said. */
export const SAY = {
  figure: (value: number) => value.toFixed(4),
  signed: (value: number) => `${value > 0 ? '+' : ''}${value.toFixed(4)}`,
  number: (value: number) => value.toFixed(2),
  share: (value: number) => `${(100 * value).toFixed(1)} %`,
  count: (value: number) => value.toLocaleString('en-US'),
  ms: (value: number) => `${value.toPrecision(3)} ms`,
}
export type Say = keyof typeof SAY

export class Said {
  /** `json`: the object that `eval --json` prints. */
  constructor(readonly json: unknown) {}

  /** What the object has there; undefined: nothing. */
  at(path: Path): unknown {
    const step = (value: unknown, key: string) => (value as Record<string, unknown> | null | undefined)?.[key]
    return path.split('.').reduce(step, this.json)
  }

  number(path: Path): number {
    const value = this.at(path)
    if (typeof value !== 'number') throw new TypeError(`report: no figure ${path}`)
    return value
  }

  /** A number of the object, on the page. A figure that is not known is a dash. */
  say(path: Path, how: Say = 'figure'): Html {
    const value = this.at(path)
    if (typeof value !== 'number') return html`<span title="not known">–</span>`
    return html`<data value="${value}" data-figure="${path}">${SAY[how](value)}</data>`
  }

  /** From and to; where too few people tell, that. `isFew`: it rests on few. */
  interval(path: Path, how: Say = 'figure', isFew = false): Html {
    if (!Array.isArray(this.at(path))) return html`<span class="soft">too few to tell</span>`
    return html`<span class="range"
      >${this.say(`${path}.0`, how)} to ${this.say(`${path}.1`, how)}${isFew && ' (few)'}</span
    >`
  }

  /** A figure with its interval below it where it has one: `path` leads to figures and their `intervals`. */
  sure(path: Path, name: string, isFew: boolean, how: Say = 'figure'): Html {
    const interval = `${path}intervals.${name}`
    const below = Array.isArray(this.at(interval)) && html`<small>${this.interval(interval, how, isFew)}</small>`
    return html`${this.say(path + name, how)}${below}`
  }
}
