/**
 * Ids that are hardly what they are taken for: one that all rows have, lines of orders that are no product and lead every list, and
 * long numbers that a spreadsheet wrote short, so that many became one.
 */
import { otherItems, quote, quoteList, type Interactions, type Items } from '../read/index.js'
import { plain } from '../recommender/words.js'
import { popularityOf } from './popularity.js'
import { leaving } from './telling.js'

/** What a file says of ids, to look at. */
export function oddRemarks({
  interactions,
  items,
}: {
  interactions: Interactions | null
  items: Items | null
}): string[] {
  return [
    ...(interactions === null ? [] : [...onlyRemarks(interactions), ...itemRemarks(interactions)]),
    ...(interactions === null
      ? []
      : [
          ...shortRemark(filesOf(interactions), nameOf(interactions, 'user_id'), interactions.userIds),
          ...shortRemark(filesOf(interactions), nameOf(interactions, 'item_id'), interactions.itemIds),
        ]),
    ...(items === null ? [] : shortRemark(filesOf(items), 'item_id', items.itemIds)),
  ]
}

const filesOf = ({ files }: { files: readonly { path: string }[] }) => files.map(({ path }) => path).join(', ')
const nameOf = ({ files }: Interactions, role: 'user_id' | 'item_id') =>
  files.map(({ columns }) => columns[role]).find((name) => name !== undefined) ?? role

// -- one of all -----------------------------------------------------------------------------------------------------------

/** So few rows may well be of one. */
const FEW_ROWS = 20

/** A log of one person, or of one item, is of another column, or tells nothing of others. */
function onlyRemarks(log: Interactions): string[] {
  if (log.rows < FEW_ROWS) return []
  const of = (role: 'user_id' | 'item_id', ids: readonly string[], what: string, others: readonly string[]) => {
    if (ids.length !== 1) return []
    const line = JSON.stringify({ columns: { interactions: { [role]: others[0] ?? '…' } } })
    return [
      `look: all ${log.rows} rows are of one ${what}, ${quote(ids[0])} of ${quote(nameOf(log, role))}, so that nothing tells what goes with what; ${line} in a config names another column`,
    ]
  }
  const unused = log.facts?.files.flatMap(({ columns }) => columns.filter((column) => column.role === null)) ?? []
  const names = [...new Set(unused.map(({ name }) => name))]
  return [...of('item_id', log.itemIds, 'item', otherItems(names)), ...of('user_id', log.userIds, 'person', [])]
}

// -- what is no product ---------------------------------------------------------------------------------------------------

/** Names of lines of orders that are no product, in a few languages. */
const NO_PRODUCT =
  /^(shipping|delivery|freight|postage|handling|discount|coupon|voucher|gift ?card|gift ?wrap(ping)?|tips?|tax|vat|fees?|service fee|deposit|rounding|surcharge|donation|insurance|adjust(ment)?|porto|versand(kosten)?|gutschein|rabatt|pfand|livraison|frais de port|remise|envio|gastos de envio|descuento|frete|desconto|spedizione|sconto|verzendkosten|korting|frakt|rabat|dostawa|wysylka|kargo|доставка|скидка|运费|運費|优惠券|優惠券|送料|割引|배송비|할인)( |$)/u
/** So many of the people have it, where on average so few have an item. */
const NEARLY_ALL = 0.9
const SELDOM = 0.2
/** Of what is called so, at least. */
const SOME = 0.02
const FEW_PEOPLE = 10
const FEW_ITEMS = 10

function itemRemarks(log: Interactions): string[] {
  const [users, items] = [log.userIds.length, log.itemIds.length]
  if (users < FEW_PEOPLE || items < FEW_ITEMS) return []
  const people = popularityOf({ users, items, user: log.user, item: log.item, weight: null })
  const mean = people.reduce((sum, count) => sum + count, 0) / items
  const isNone = (id: string) =>
    NO_PRODUCT.test(
      plain(id)
        .replace(/[\s_\-.:/]+/g, ' ')
        .trim(),
    )
  const odd = log.itemIds.flatMap((id, item) =>
    (people[item]! >= NEARLY_ALL * users && mean <= SELDOM * users) || (people[item]! >= SOME * users && isNone(id))
      ? [{ id, count: people[item]! }]
      : [],
  )
  if (odd.length === 0) return []
  const found = odd.map(({ id, count }) => `${quote(id)} is with ${percent(count / users)} of all ${users} people`)
  const column = nameOf(log, 'item_id')
  const ids = odd.map(({ id }) => id)
  return [
    `look: ${found.join(', ')}; if that is no product, such as shipping or a discount, ${leaving({ [column]: ids.length === 1 ? ids[0]! : ids })}`,
  ]
}

const percent = (share: number) => `${Math.round(100 * share)} %`

// -- numbers cut short ----------------------------------------------------------------------------------------------------

/** As spreadsheets show numbers of more digits than a cell is wide. */
const SHORT = /^\d([.,]\d+)?E\+\d{2,3}$/i

function shortRemark(files: string, column: string, ids: readonly string[]): string[] {
  const short = ids.filter((id) => SHORT.test(id))
  return short.length === 0
    ? []
    : [
        `look: ${files}: ${short.length} of ${ids.length} ids of ${quote(column)} are numbers as a spreadsheet cuts them short, such as ${quoteList(short.slice(0, 3))}: many ids may have become one; write the column as text, from where it is whole`,
      ]
}
