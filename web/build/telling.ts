/**
 * What a log says beside what is taken of it: orders that were cancelled and pieces that came back in columns that play no
 * part, and people who are nobody in particular. Such rows count like all others, so they are pointed at, with the line of a
 * config that takes them for what they are.
 */
import { booleanOf } from '../read/booleans.js'
import { idOf, numberOf } from '../read/cells.js'
import { quote, quoteList } from '../read/errors.js'
import { saysYes } from '../read/leave.js'
import { whyLeft, type Interactions, type Items, type LeaveOut, type TallyFacts } from '../read/index.js'
import { plain } from '../recommender/words.js'
import type { Config } from './config.js'
import { meaningOf, saysDone, saysWhatIsLeft } from './names.js'
import { columnsOf } from './reading.js'

/** Names of columns that count, which no values make a scale. */
export const COUNTS =
  /count|plays?$|listen|quantit|qty|units$|pieces$|price|amount|revenue|spent|cost|duration|seconds|minutes|hours|views|clicks|visits|times$|menge|anzahl|st(ue|u)ck|cantidad|unidades|quantid|qtd|qte$|aantal|^antal|количеств|кол.?во|ilosc|adet|miktar|数量|個数|件数|수량|갯수|كمي[ةه]|عدد|כמות|จำนวน|s[ốo] l[ượu]+ng|ποσ[όο]τητα|jumlah|kuantitas|määrä|mängd|mennyis|множин|кількіст|मात्रा|(^|[^a-z])(pcs?|uds?|stk|szt|kpl|pzs?|ks|шт)\.?$/i
/** Names of columns in which less than nothing was given back. */
const SUMS =
  /total|sum(me)?$|betrag|importe|montant|valor|сумма|金额|金額|금액|net$|gross|sales|umsatz|(^|[_ ])(eur|usd|gbp)$|preis|prix|precio|preco|prezzo|цена|цін|价格|價格|価格|가격|سعر|مبلغ|thanh tien|ราคา/i

const config = (line: object) => `${JSON.stringify(line)} in a config`
export const leaving = (leaveOut: LeaveOut) => `${config({ leaveOut })} leaves them out`
const taking = (part: 'event' | 'rating', column: string) => config({ columns: { interactions: { [part]: column } } })

/** One line for each such column. */
export function idleRemarks(log: Interactions | null, given: Config): string[] {
  if (log === null) return []
  const isFree = (part: 'event' | 'rating') =>
    log[part] === null && columnsOf(given, 'interactions')[part] === undefined
  const isNamed = ({ column }: TallyFacts) => Object.hasOwn(given.leaveOut ?? {}, column)
  return (log.facts?.idle ?? [])
    .filter((one) => !isNamed(one))
    .flatMap(
      (one) =>
        stateRemark(one, isFree('event')) ??
        backRemark(one) ??
        doneRemark(one) ??
        belowRemark(one, isFree('rating')) ??
        orderRemark(one, log.basket !== null) ??
        [],
    )
}

/** More than so many of the rows are the ordinary case: what is taken back is less than what was taken. */
const ORDINARY = 0.5

/** States of orders, kinds of events: some of the values take back. */
function stateRemark({ path, column, rows, values }: TallyFacts, isFree: boolean): string | null {
  const all = (values ?? []).map(({ value }) => value)
  const less = (values ?? []).filter(({ value }) => meaningOf(value, all).weight < 1)
  const back = less.filter(({ value }) => meaningOf(value).back)
  const isOrdinary = back.reduce((sum, { count }) => sum + count, 0) > ORDINARY * rows
  if (less.length === 0 || isOrdinary) return null
  const says = less.map(({ value, count }) => `${quote(value)} in ${count}`).join(', ')
  const out = { [column]: less.map(({ value }) => value) }
  const way = isFree ? `${taking('event', column)} weighs them by that` : leaving(out)
  return `look: ${path}: ${quote(column)}, which is not used, says ${says} of ${rows} rows, which count like all others; ${way}`
}

/** `cancelled_at`, `qty_refunded`, `is_returned`: what says yes there was taken back; of `skipped` and `is_hate`, only yes and no say so. */
function backRemark({ path, column, rows, yes, values }: TallyFacts): string | null {
  const { weight, back } = meaningOf(column)
  if (weight === 1 || (!back && !isYesNo(values)) || yes === 0 || yes === rows) return null
  if (back && (yes > ORDINARY * rows || saysWhatIsLeft(column))) return null
  return `look: ${path}: ${quote(column)}, which is not used, says something in ${yes} of ${rows} rows, which count like all others; ${leaving({ [column]: true })}`
}

const isYesNo = (values: TallyFacts['values']) =>
  values !== null && values.every(({ value }) => booleanOf(value.replace(/\.0+$/, '')) !== undefined)

/** `click`, `is_like`, `label`: where yes and no say whether something was done, no row of a no says that it was. */
function doneRemark({ path, column, rows, yes, values }: TallyFacts): string | null {
  if (!saysDone(column) || yes === 0 || yes === rows || !isYesNo(values)) return null
  const no = values!.filter(({ value }) => !saysYes(value)).map(({ value }) => idOf(value) ?? value)
  const filled = values!.reduce((sum, { count }) => sum + count, 0)
  const out = [...no, ...(filled < rows ? [''] : [])]
  return `look: ${path}: ${quote(column)}, which is not used, says no in ${rows - yes} of ${rows} rows, which count like all others; ${leaving({ [column]: out.length === 1 ? out[0]! : out })}`
}

/** Pieces and sums below 0 came back. */
function belowRemark({ path, column, rows, below, example }: TallyFacts, isFree: boolean): string | null {
  const isCalled = (pattern: RegExp) => pattern.test(column) || pattern.test(plain(column))
  if (below === 0 || below > ORDINARY * rows || !(isCalled(COUNTS) || isCalled(SUMS))) return null // who spends has less
  const way =
    isFree && isCalled(COUNTS) && numberOf(example) !== undefined
      ? `${taking('rating', column)} lets these take back`
      : leaving({ [column]: { lt: 0 } })
  return `look: ${path}: ${quote(column)}, which is not used, is below 0 in ${below} of ${rows} rows (as ${example}), which count like all others; ${way}`
}

/** Orders of several rows are baskets, and it is not said that they are. */
function orderRemark({ path, column, rows, further = 0 }: TallyFacts, isKnown: boolean): string | null {
  if (isKnown || further < SEVERAL * rows) return null
  return `look: ${path}: ${quote(column)}, which is not used, looks like orders of several rows; ${config({ basket: column })} learns what is taken together`
}

/** Of the rows go on with an order. */
const SEVERAL = 0.1

// -- people ---------------------------------------------------------------------------------------------------------------

/** Ids that shops give to whoever is not known. */
const NOBODY =
  /^(0+|-+|-1|[?.x]|0{8}-(0{4}-){3}0{12}|guests?|anon|anonym\w*|unknown|unregistered|unidentified|undefined|not ?logged ?in|no ?(user|login|account|customer)|visitor|walk ?in|default|public|none|gast|invite|invitado|visitante|ospite|misafir|gosc|гость|аноним\p{L}*|游客|访客|匿名|げすと|비회원|게스트|زاير|زائر|אורח)$/u
/** Nobody has so large a share of the rows of a log of so many people and rows. */
const SHARE = 0.2
const PEOPLE = 10
const ROWS = 20
/** An id of nobody has more than anybody else by this. */
const TIMES = 5

/** People who have far more of the rows than a person can, or are called nobody. */
export function peopleRemarks(log: Interactions | null): string[] {
  if (log === null || log.userIds.length < PEOPLE) return []
  const counts = new Float64Array(log.userIds.length)
  for (const user of log.user) counts[user]!++
  const isNobody = (id: string) =>
    NOBODY.test(
      plain(id)
        .replace(/[\s_-]+(?=\S)/g, ' ')
        .trim(),
    ) || /^[-?.]+\d?$/.test(id)
  const most = Math.max(SHARE * log.rows, ROWS)
  const some = Math.max((TIMES * log.rows) / log.userIds.length, ROWS)
  const odd = log.userIds.flatMap((id, user) =>
    counts[user]! >= most || (counts[user]! >= some && isNobody(id)) ? [{ id, count: counts[user]! }] : [],
  )
  if (odd.length === 0) return []
  const columns = [...new Set(log.files.map((file) => file.columns.user_id ?? 'user_id'))]
  const ids = odd.map(({ id }) => id)
  const has = odd.map(({ id, count }) => `${quote(id)} has ${count}`).join(', ')
  const one = odd.length === 1 ? 'one person' : `${odd.length} people`
  const way = leaving(Object.fromEntries(columns.map((column) => [column, ids])))
  return [
    `look: ${one} ${odd.length === 1 ? 'has' : 'have'} much of the log: ${has} of ${log.rows} rows; if that is nobody in particular, such as all guests, ${way}`,
  ]
}

// -- rows that are none ---------------------------------------------------------------------------------------------------

/** What spreadsheets and reports call the row that adds up the others. */
const SUMMARY =
  /^((grand|sub) ?-?)?totals?:?$|^(total(e|es)? (general|generale)|sum(me)?|gesamt(summe|betrag)?|total general|suma|somme|totale|totaal|summa|razem|toplam|итого|всего|合計|总计|合计|总数|합계|총계|المجموع|الاجمالي)$/u
const isSummary = (id: string) => SUMMARY.test(plain(id).trim())

/** A row that adds up the others, and became a person or an item. */
export function summaryRemarks(log: Interactions | null, items: Items | null): string[] {
  const ids = (items?.itemIds ?? []).filter(isSummary)
  const files = items?.files.map(({ path }) => path).join(', ')
  const inItems = ids.map((id) => `look: ${files}: an item is called ${quote(id)}; if its row adds up the others, take it out of the file`) // prettier-ignore
  if (log === null) return inItems
  const parts = [
    ['user_id', log.userIds, log.user],
    ['item_id', log.itemIds, log.item],
  ] as const
  const found = parts
    .map(([part, names, codes]) => {
      const called = new Set(names.flatMap((name, code) => (isSummary(name) ? [code] : [])))
      return { part, called: Array.from(called, (code) => names[code]!), rows: called.size === 0 ? 0 : codes.filter((code) => called.has(code)).length } // prettier-ignore
    })
    .reduce((a, b) => (b.rows > a.rows ? b : a)) // the same row, most often
  if (found.rows === 0) return inItems
  const columns = [...new Set(log.files.map((file) => file.columns[found.part] ?? found.part))]
  const way = leaving(Object.fromEntries(columns.map((column) => [column, found.called])))
  return [
    ...inItems,
    `look: ${quoteList(found.called)} in ${quoteList(columns)} of ${found.rows} of ${log.rows} rows of the log; if these add up the others, ${way}`,
  ]
}

/** Columns of config key `leaveOut` that left out nothing. */
export function leftNothing(log: Interactions | null, { leaveOut = {} }: Config): string[] {
  const left = new Set(log?.facts?.files.flatMap((file) => file.left.map((one) => one.why)) ?? [])
  const idle = Object.keys(leaveOut).filter((column) => !left.has(whyLeft(column)))
  return log === null || idle.length === 0
    ? []
    : [`look: config key "leaveOut" leaves out no row by ${quoteList(idle)}`]
}
