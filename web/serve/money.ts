/** Prices with their currency, where the attributes name one: by a code or a sign beside each, or as the catalogue wrote them. */
import type { AttributeValue } from '../recommender/request.js'
import type { BundleFacts } from './facts.js'

/** What stands beside numbers that are money; other units, such as `kg`, are none. */
const CURRENCY = /^(?:[A-Z]{0,2}\p{Sc}|[A-Z]{3}|Rs\.?|Rp\.?|kr\.?|zł|Kč|Ft|lei|円|元|원)$/u

/** Of the price in an item's corner; null: none is named. */
export function currencyOf({ roles, attributes }: BundleFacts, of: Record<string, AttributeValue>): string | null {
  const said = roles.currency === null ? undefined : of[roles.currency]
  const unit = attributes.find(({ name }) => name === roles.corner)?.unit
  return [said, unit].find((one): one is string => typeof one === 'string' && CURRENCY.test(one)) ?? null
}

/** `€12.50` of EUR and of €, `12.50 kr` of kr. */
export function money(value: number, currency: string): string {
  if (/^[A-Z]{3}$/.test(currency)) return value.toLocaleString('en', { style: 'currency', currency })
  const amount = Math.abs(value).toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
  const sign = value < 0 ? '-' : ''
  return /\p{Sc}$/u.test(currency) ? `${sign}${currency}${amount}` : `${sign}${amount} ${currency}`
}
