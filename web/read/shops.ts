/**
 * Order exports of shops, as Shopify, WooCommerce and PrestaShop write them: who bought is an e-mail address, what was bought a SKU or a
 * name, and an order's number stands in every row. None of these is called so in other logs.
 *
 *     Shopify       Name, Email, Financial Status, …, Created at, Lineitem quantity, Lineitem name, …, Lineitem sku
 *     Squarespace   Order ID, Email, Financial Status, …, Created at, Lineitem quantity, Lineitem name, …, Lineitem sku
 *     WooCommerce   Order Number, Order Status, Order Date, …, Email (Billing), …, SKU, Item Name, Quantity
 *                   Date, Order #, …, Status, Customer, …, Product(s), Items sold: its own, a row for each order
 *                   order_id, …, order_date, …, status, …, customer_email, …, billing_email, …, line_item_1, … (lines.ts)
 *     PrestaShop    id_order, id_customer, …, product_id, product_name, …, product_reference, …, current_state, date_add: of its
 *                   SQL Manager; what it exports of its page of orders says nothing of what was bought
 */
import { keepRows, type Batch, type Cell } from './batch.js'
import { isMissing, textOf } from './cells.js'
import { canonicalName, partOf } from './columns.js'
import { InputError, quoteList } from './errors.js'
import { scanTable } from './table.js'

/** The columns of an order export, by the part that they play. */
export interface OrderExport {
  user_id: string
  item_id: string
  timestamp?: string
  /** How an order ended. */
  event?: string
  /** What tells orders apart. */
  basket: string
  /** How an order ended, by numbers that only the shop knows: none is taken for an event. */
  numbered?: string
}

/** Orders without what was bought. */
export class NoLines extends InputError {}

const ORDER = /^order(number|no|id|#)?$|^#$|^idorder$/
const EMAIL = /^(billing|customer|buyer|contact)?e?mail(address)?$/
/** Items, the best name for them first; an item's ID may be that of the line alone. */
const ITEMS = [
  /^(lineitem|item|product)?sku$|^productreference$/,
  /^(item|lineitem)?productid$/,
  /^itemid$/,
  /^(lineitem|item|product)name$/,
]
const TIMES = [/^(orderdate|createdat|datecreated|orderedat|dateadd)$/, /^(paidat|paiddate|completeddate)$/]
const STATES = [/^financialstatus$/, /^(order)?status$|^osname$|^orderstate(name)?$/, /^currentstate$/]
/** In PrestaShop guests, too, are customers with a number. */
const CUSTOMER = /^idcustomer$/
/** PrestaShop's page of orders, in the languages of its back office that were looked up. */
const PAGE = [/^id$/, /^(r[eé]f[eé]rence|referencia|riferimento|referenz)$/, /^tota(l|le)$|^gesamt$/]
/** A row for each order: what was bought, and how many of all that. */
const [PRODUCTS, SOLD] = [/^products?$/, /^itemssold$/]
/** Of the rows, for a column to be taken. */
const MOST = 0.8

/** null: it is a log like others. Errors: those of the readers. */
export async function orderExportOf(path: string): Promise<OrderExport | null> {
  let names: readonly string[] = []
  const select = (found: readonly string[]) => (names = found).map((_, at) => at)
  for await (const { columns, rows } of scanTable(path, { select })) {
    const named = (pattern: RegExp) => names.find((name) => pattern.test(canonicalName(name)))
    const first = (patterns: readonly RegExp[]) => patterns.map(named).find((name) => name !== undefined)
    const cellsOf = (name: string): Cell[] =>
      Array.from(columns[names.indexOf(name)] ?? []).filter((cell) => !isMissing(cell))
    const isOfMost = (name: string | undefined) => name !== undefined && cellsOf(name).length >= MOST * rows
    const [time, state] = [first(TIMES), first(STATES)]
    const customer = named(CUSTOMER) ?? names.find((name) => partOf(name) === 'user_id')
    const isNumbered = state !== undefined && cellsOf(state).every((cell) => /^\d+$/.test(String(cell)))
    const found = (user_id: string, item_id: string, basket: string): OrderExport => ({
      ...{ user_id, item_id, basket },
      ...(time !== undefined && { timestamp: time }),
      ...(state !== undefined && { [isNumbered ? 'numbered' : 'event']: state }),
    })
    const [order, products] = [named(ORDER), named(PRODUCTS)]
    if (order && customer && products && named(SOLD) && cellsOf(products).every(isList))
      return found(customer, products, order)

    const basket = (named(/^lineitemname$/) && named(/^name$/)) ?? order // Shopify's orders have names
    const repeats = (name: string) => new Set(cellsOf(name)).size < cellsOf(name).length
    const items = ITEMS.flatMap((pattern) => named(pattern) ?? []).filter((name) => cellsOf(name).length > 0)
    const whole = items.filter(isOfMost)
    const item = whole.find(repeats) ?? whole[0] ?? items[0]
    if (items.length === 0 && PAGE.every(named)) throw noLines(path, names)
    // of two addresses, one may be that of who has an account
    const emails = names.filter((name) => EMAIL.test(canonicalName(name)))
    const email = emails.find(isOfMost) ?? emails[0]
    if (!basket || !item || !(email ?? named(CUSTOMER))) return null
    // customers' numbers are 0 for guests, but who has no address may have one
    return found(isOfMost(email) ? email! : (customer ?? email!), item, basket)
  }
  return null
}

const noLines = (file: string, names: readonly string[]) =>
  new NoLines(
    { file },
    `orders by ${quoteList(names)}, which do not say what was bought`,
    'a row for each product of an order: of PrestaShop what its SQL Manager exports of SELECT o.id_order, o.id_customer, o.date_add, d.product_id, d.product_name FROM ps_orders o JOIN ps_order_detail d ON d.id_order = o.id_order WHERE o.valid = 1',
  )

/** `2× Tea, green, 1× Kettle`. */
const LINES = /(?:^|, )\d+[×x] /
const isList = (cell: Cell): boolean => typeof cell === 'string' && cell.search(LINES) === 0

/** Whether a column of that name may hold all lines of an order. */
export const listsOrders = (name: string): boolean => PRODUCTS.test(canonicalName(name))

/** A row for each line of the orders whose column `at` lists all of them; the lines of one have their number in the file. */
export function linesApart(batch: Batch, at: number): Batch {
  const lists = batch.columns[at]
  if (!lists || !Array.from(lists).some(isList)) return batch
  const rows = Array.from(lists, (cell) => (isList(cell) ? textOf(cell).split(LINES).slice(1) : [cell]))
  const apart = keepRows(batch, Uint32Array.from(rows.flatMap((lines, i) => lines.map(() => i))))
  return { ...apart, columns: apart.columns.map((cells, c) => (c === at ? rows.flat() : cells)) }
}
