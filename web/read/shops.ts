/**
 * Order exports of shops, a row for each line of an order, as Shopify and WooCommerce's exporters write them: who bought is an e-mail
 * address, what was bought a SKU or a name, and an order's number stands in every row. None of these is called so in other logs.
 *
 *     Shopify       Name, Email, …, Created at, Lineitem quantity, Lineitem name, …, Lineitem sku
 *     WooCommerce   Order Number, …, Order Date, …, Email (Billing), …, SKU, Item Name, Quantity
 */
import { isMissing } from './cells.js'
import { canonicalName, partOf } from './columns.js'
import { scanTable } from './table.js'

/** The columns of an order export, by the part that they play. */
export interface OrderExport {
  user_id: string
  item_id: string
  timestamp?: string
  /** What tells orders apart. */
  basket: string
}

const ORDER = /^order(number|no|id|#)?$|^#$/
const EMAIL = /^(billing|customer|buyer|contact)?e?mail(address)?$/
/** Items, the best name for them first. */
const ITEMS = [/^(lineitem|item|product)?sku$/, /^(item|product)id$/, /^(lineitem|item|product)name$/]
const TIMES = [/^(orderdate|createdat|datecreated|orderedat)$/, /^(paidat|paiddate|completeddate)$/]

/** null: it is a log like others. Errors: those of the readers. */
export async function orderExportOf(path: string): Promise<OrderExport | null> {
  let names: readonly string[] = []
  const select = (found: readonly string[]) => (names = found).map((_, at) => at)
  for await (const { columns, rows } of scanTable(path, { select })) {
    const named = (pattern: RegExp) => names.find((name) => pattern.test(canonicalName(name)))
    const filled = (name: string) => {
      const cells = columns[names.indexOf(name)]
      return Array.from({ length: rows }, (_, i) => i).filter((i) => cells && !isMissing(cells[i])).length
    }
    const ofShopify = named(/^lineitemname$/) !== undefined
    const basket = ofShopify ? named(/^name$/) : named(ORDER)
    const item = ITEMS.map(named).find((name) => name !== undefined && filled(name) > 0)
    const [email, time] = [named(EMAIL), TIMES.map(named).find((name) => name !== undefined)]
    if (!basket || !item || !email) return null
    // customers' numbers are 0 for guests, but who has no address may have one
    const user = filled(email) === rows ? email : (names.find((name) => partOf(name) === 'user_id') ?? email)
    return { user_id: user, item_id: item, basket, ...(time !== undefined && { timestamp: time }) }
  }
  return null
}
