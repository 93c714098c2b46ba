/** What is seen of an item: its title, colours, figures and reasons in words, for the page's first sight (document.ts) and for its cards. */
import type { AttributeValue, RecommendedItem } from '../recommender/request.js'
import type { BundleFacts, Roles } from './facts.js'
import { isYear } from './kinds.js'
import { currencyOf, money } from './money.js'
import { regularly } from './regularly.js'

export type Attributes = Record<string, AttributeValue>

export const count = (n: number) => Math.round(n).toLocaleString('en')

/** Titles longer than these letters are written smaller. */
export const LONG = 34
const HUES = 12

/** Names that a style sheet knows colours and figures by. */
const slug = (said: string | undefined) => (said ?? 'none').toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-')
const sum = (said: string) => [...said].reduce((so, letter) => (31 * so + letter.codePointAt(0)!) % 9973, 7)

export class Faces {
  /** `attributesOf(id)`: what is known of an item. */
  constructor(
    private readonly bundles: readonly BundleFacts[],
    private readonly attributesOf: (id: string) => Attributes,
  ) {}

  /** What plays a part on this item's card, as text; undefined: nothing does. */
  part(id: string, part: Exclude<keyof Roles, 'about'>): string | undefined {
    const attributes = this.attributesOf(id)
    for (const bundle of this.bundles) {
      const name = bundle.roles[part]
      const value = name === null ? undefined : attributes[name]
      if (value === undefined) continue
      const currency = part === 'corner' && typeof value === 'number' ? currencyOf(bundle, attributes) : null
      return currency === null ? this.shown(name!, value) : money(value as number, currency)
    }
    return undefined
  }

  /** Until something is known, an id stands for a title. */
  title(id: string): string {
    return this.part(id, 'title') ?? id
  }

  about(id: string): string[] {
    const names = new Set(this.bundles.flatMap(({ roles }) => roles.about))
    const attributes = this.attributesOf(id)
    return [...names].flatMap((name) => {
      const value = attributes[name]
      return value === undefined ? [] : this.shown(name, value)
    })
  }

  /** A number says what it is of; a year needs no word, nor does a price with its currency. */
  corner(id: string, { corner }: Roles): string {
    const value = this.part(id, 'corner')
    if (value === undefined) return ''
    return /^\d{4}(-\d\d-\d\d)?$/.test(value) || /[^\d.,-]/.test(value) ? value : `${corner} ${value}`
  }

  /** A value as people read it: years without commas, dates as days. */
  shown(name: string, value: AttributeValue): string {
    if (Array.isArray(value)) return value.join(', ')
    const facts = this.bundles.flatMap(({ attributes }) => attributes).find((one) => one.name === name)
    if (typeof value !== 'number') return facts?.kind === 'date' ? value.slice(0, 10) : value
    if (facts !== undefined && isYear(facts)) return String(value)
    if (facts?.name === this.bundles[0]!.roles.score && !Number.isInteger(value)) return value.toFixed(1)
    if (Number.isInteger(value)) return count(value)
    return value.toLocaleString(
      'en',
      facts?.quantiles![20]! >= 10 ? { minimumFractionDigits: 2, maximumFractionDigits: 2 } : {},
    )
  }

  /**
   * Names for an item's colour: the same value has the same wherever it stands, and where no category will do, the same item.
   */
  colour(id: string): { colour: string; hue: string } {
    const [value] = (this.part(id, 'colour') ?? '').split(', ')
    const coloured = this.bundles.some(({ roles }) => roles.colour !== null)
    const hue = value ? String(sum(value) % HUES) : coloured ? 'none' : String(sum(id) % HUES)
    return { colour: slug(value || undefined), hue }
  }

  /** What a card's element is told for the style sheet. */
  looks(id: string): Record<'colour' | 'hue' | 'motif' | 'turn', string> {
    return { ...this.colour(id), motif: slug(this.part(id, 'motif')), turn: String(sum(id) % 4) }
  }

  /** Why it is here, in a few words and a name: what was liked, or else what everybody gets. */
  reason(
    { because, sources, id, again }: Pick<RecommendedItem, 'because' | 'sources' | 'id' | 'again'>,
    counted: string | null,
    replayed: boolean,
  ): [string, string] {
    const people = counted === null ? undefined : this.part(id, 'popularity')
    if (again !== undefined) return ['Again', regularly({ again })]
    if (because.length > 0) return [replayed ? 'Because of' : 'Because you liked', this.title(because[0]!)]
    if (sources.includes('new'))
      return ['New', this.part(id, 'date') ? `of ${this.part(id, 'date')}` : 'in the catalogue']
    if (sources.includes('trending')) return ['Trending', 'many take it these days']
    if (sources.includes('popular'))
      return ['Popular', people === undefined ? 'with many people' : `${people} ${counted}`]
    if (sources.length > 0) return ['Found by', sources.join(', ')]
    return ['To fill the shelf', 'next in popularity']
  }
}

/** What a new person is shown: what people do decides, where the bundle knows of people. */
export const headOf = ({ sources }: BundleFacts) =>
  sources.some(({ name }) => /^(popular|trending)$/.test(name)) ? 'What many people like' : 'To begin with'
