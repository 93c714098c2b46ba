/** What readers read, as a log of the site's pages: addresses of any form become the names that pages have. */
import { onlyRows } from '../build/log.js'
import { pageKey } from '../page/address.js'
import { canonicalName } from '../read/columns.js'
import { ColumnError, InputError, quoteList, readInteractions, scanTable, type Interactions } from '../read/index.js'
import type { Page } from './pages.js'

/**
 * What analytics call what a log of pages has, in canonical form, the first that is there: Google Analytics, Matomo, Plausible,
 * logs of servers. Of nothing but pages do they say that: in a shop's log `url` may be a picture, `page` a number.
 */
const USUAL: Record<'user_id' | 'item_id' | 'timestamp', readonly string[]> = {
  user_id: 'userpseudoid userid visitorid visitor visitoruuid idvisitor fullvisitorid clientid idvisit visitid visit sessionid'.split(' '), // prettier-ignore
  item_id: 'itemid pagelocation pageurl pagepath page url path uri pathname requesturi address'.split(' '),
  timestamp: 'timestamp eventtimestamp time servertime serverdatetime hittime visittime datetime date eventdate visitedat viewedat'.split(' '), // prettier-ignore
}

/**
 * Rows of pages that the site has not, such as its home page or what is gone, are left out and counted in `unknown`. `base`: the
 * folder of its server that the site stands in, as `/docs`, or ''. Errors: those of a log; no row of a page of the site.
 */
export async function readReadings(
  path: string,
  pages: readonly Page[],
  base: string,
): Promise<{ log: Interactions; unknown: number }> {
  const names = await namesIn(path)
  const columns = Object.fromEntries(
    Object.entries(USUAL).flatMap(([role, usual]) => {
      const own = usualIn(names, usual)
      return own === undefined ? [] : [[role, own]]
    }),
  )
  const log = await readInteractions([path], { columns }).catch((error: unknown) => {
    if (!(error instanceof ColumnError)) throw error
    // nothing but a header can name columns here
    throw new InputError({ file: path }, `the columns ${quoteList(names)}`, 'a header with user_id and item_id, and timestamp if there is one: name them so') // prettier-ignore
  })
  const number = new Map(pages.map(({ key }, page) => [key, page]))
  const pageOf = Int32Array.from(log.itemIds, (id) => {
    const [key, below] = keysOf(id, base)
    return number.get(below) ?? number.get(key) ?? -1
  })
  const codeOf = new Map(log.itemIds.map((id, code) => [id, code]))
  const rows = Uint32Array.from(log.item.keys()).filter((row) => pageOf[log.item[row]!]! >= 0)
  if (rows.length === 0)
    throw new InputError({ file: path }, `no address of the ${pages.length} pages, but ${log.itemIds[0]}`, `some, such as ${pages[0]!.key}`) // prettier-ignore
  const { itemIds, item, ...rest } = onlyRows(log, rows)
  const codes = Uint32Array.from(itemIds, (id) => pageOf[codeOf.get(id)!]!)
  return {
    unknown: log.rows - rows.length,
    log: { ...rest, itemIds: pages.map(({ key }) => key), item: item.map((code) => codes[code]!) },
  }
}

/** A log has addresses, with or without their server, or paths. */
function keysOf(id: string, base: string): [key: string, below: string] {
  const key = pageKey(/^https?:\/\//i.test(id) && URL.canParse(id) ? new URL(id).pathname : id)
  return [key, base !== '' && `${key}/`.startsWith(`${base}/`) ? key.slice(base.length) || '/' : key]
}

const usualIn = (names: readonly string[], usual: readonly string[]): string | undefined =>
  usual.flatMap((one) => names.filter((name) => canonicalName(name) === one))[0]

/** The columns of a table; exports have lines above their header. */
async function namesIn(path: string): Promise<readonly string[]> {
  let names: readonly string[] = []
  const isHeader = (cells: readonly string[]) =>
    [USUAL.user_id, USUAL.item_id].every((usual) => usualIn(cells, usual) !== undefined)
  const select = (all: readonly string[]) => ((names = all), [0])
  for await (const batch of scanTable(path, { select, heading: { places: false, isHeader } })) if (batch.rows > 0) break
  return names
}
