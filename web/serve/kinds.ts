/** Attributes that are more than their kind says: years among numbers, pictures among texts. */
import type { AttributeFacts } from './facts.js'

/** What says how old an item is. */
export const AGES = /date|publish|release|created|added|since|year|jahr|datum|时间/i
const YEARS = /^(year|jahr|ann[ée]e|a[ñn]o)$/i
const PICTURES = /image|img|photo|picture|thumb|poster|cover|bild|foto|图/i

export const isYear = ({ name, kind, quantiles }: AttributeFacts): boolean =>
  kind === 'number' && (YEARS.test(name) || (AGES.test(name) && quantiles![2]! > 1000 && quantiles![18]! < 2200))

/** Whether an attribute of that name may be a picture's address, by its name or by what most of its values end in. */
export function isPicture(name: string, addresses: readonly string[]): boolean {
  const pictures = addresses.filter((text) => /\.(jpe?g|png|webp|avif|gif|svg)(\?|#|$)/i.test(text)).length
  return PICTURES.test(name) || 2 * pictures > addresses.length
}

/** What one can choose by: texts are for search, pictures for the eye. */
export const isFilterable = ({ kind, outside, values, quantiles, origins }: AttributeFacts): boolean =>
  !outside && !origins && kind !== 'text' && (values ? values.length > 1 : quantiles![0]! < quantiles![20]!)

/** Places of pictures, as people name them: hosts, or where those are many anywhere. */
export const hostsOf = (origins: readonly string[]): string =>
  origins.map((origin) => (origin.endsWith(':') ? 'anywhere' : origin.replace(/^https?:\/\//, ''))).join(', ')
