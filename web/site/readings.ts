/** What readers read, as a log of the site's pages: addresses of any form become the names that pages have. */
import { onlyRows } from '../build/log.js'
import { pageKey } from '../page/address.js'
import { InputError, readInteractions, type Interactions } from '../read/index.js'
import type { Page } from './pages.js'

/**
 * Rows of pages that the site has not, such as its home page or what is gone, are left out and counted in `unknown`. `base`: the
 * folder of its server that the site stands in, as `/docs`, or ''. Errors: those of a log; no row of a page of the site.
 */
export async function readReadings(
  path: string,
  pages: readonly Page[],
  base: string,
): Promise<{ log: Interactions; unknown: number }> {
  const log = await readInteractions([path])
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
