/** Which column plays which part: exact names first, then the names that logs in the wild use. */
import type { Heading } from './batch.js'
import { InputError, quote, quoteList } from './errors.js'
import type { FileFacts } from './facts.js'
import { areData, placeName, placesOf } from './header.js'

/** What a column is to a reader. */
export type Role = 'user_id' | 'item_id' | 'rating' | 'event' | 'timestamp' | 'basket' | 'value' | 'title'

/**
 * A person's own choice: the column for a part by its name, or by its place from 1, of files without a header; or null for
 * "none, even if a name fits".
 */
export type Mapping = Partial<Record<Role, string | number | null>>

/** What is left out and counted, where it would be an error: rows without ids; of repeated ids of a catalogue, all but the first. */
export type Skip = 'rows without ids' | 'repeated ids'

/** What is taken, unless there are events: then it is where they happened. */
const APPS: readonly string[] = ['app', 'appid']

/**
 * Other names for a part, in canonical form (lower case, no separators). An earlier group wins over a later one; two
 * names of the same group in one file are ambiguous.
 */
const ALIASES: Record<Role, readonly (readonly string[])[]> = {
  user_id: [
    [
      'user',
      'uid',
      'customer',
      'customerid',
      'visitor',
      'visitorid',
      'reviewer',
      'reviewerid',
      'client',
      'clientid',
      'member',
      'memberid',
      'account',
      'accountid',
      'person',
      'personid',
      'profileid',
      'deviceid',
      'username',
    ],
    ['userpseudoid'], // Google Analytics, of people who are not signed in
    ['session', 'sessionid'],
  ],
  item_id: [
    ['parentasin'], // Amazon names variants by asin and the product itself by parent_asin
    [
      'item',
      'iid',
      'asin',
      'sku',
      'movie',
      'movieid',
      'film',
      'filmid',
      'product',
      'productid',
      'article',
      'articleid',
      'book',
      'bookid',
      'isbn',
      'song',
      'songid',
      'track',
      'trackid',
      'artist',
      'artistid',
      'album',
      'albumid',
      'video',
      'videoid',
      'game',
      'gameid',
      'business',
      'businessid',
      'news',
      'newsid',
      'recipe',
      'recipeid',
      'course',
      'courseid',
      'place',
      'placeid',
      'poi',
      'poiid',
      'location',
      'locationid',
      'restaurant',
      'restaurantid',
      'anime',
      'animeid',
      'show',
      'showid',
      'content',
      'contentid',
      'document',
      'documentid',
      'doc',
      'docid',
      'post',
      'postid',
      'listing',
      'listingid',
      'offer',
      'offerid',
    ],
    ['stockcode'],
    ['lineitemsku'], // orders of Shopify
    ['itemsitemid'], // Google Analytics
    ['tconst'], // IMDb
    APPS,
    ['id'],
  ],
  rating: [
    ['score', 'stars', 'starrating', 'overall', 'rate', 'reviewscore', 'userrating', 'itemrating'],
    ['bookrating'], // Book-Crossing
  ],
  event: [
    [
      'eventtype',
      'eventname',
      'action',
      'actiontype',
      'interaction',
      'interactiontype',
      'behavior',
      'behaviortype',
      'behaviour',
      'behaviourtype',
    ],
  ],
  timestamp: [
    [
      'ts',
      'time',
      'date',
      'datetime',
      'eventtime',
      'eventtimestamp',
      'createdat',
      'unixtime',
      'unixtimestamp',
      'unixreviewtime',
      'timestampms',
      'timems',
    ],
    // Of several days that a row may name, the one on which somebody took something; else the one on which it was written.
    ...[
      'purchasedate',
      'orderdate',
      'invoicedate',
      'transactiondate',
      'eventdate',
      'reviewdate',
      'datecreated',
      'createddate',
      'created',
      'datum',
      'fecha',
    ].map((name) => [name]),
  ],
  basket: [], // nobody is asked for one whose column is not named
  value: [], // nor for this one
  title: [
    ['name', 'itemname', 'productname', 'producttitle', 'movietitle', 'filmtitle', 'booktitle', 'songtitle'],
    [
      'titel',
      'bezeichnung',
      'artikelname',
      'artikelbezeichnung',
      'produktname',
      'titre',
      'désignation',
      'título',
      'titulo',
      'nombre',
    ],
    // As catalogues name what they are of; none of them stands for the name of something else.
    ...[
      'prodname',
      'prodtitle',
      'itemtitle',
      'articlename',
      'articletitle',
      'trackname',
      'tracktitle',
      'songname',
      'moviename',
      'filmname',
      'bookname',
      'gamename',
      'gametitle',
      'videotitle',
      'coursename',
      'coursetitle',
      'recipename',
      'recipetitle',
      'displayname',
    ].map((name) => [name]),
  ],
}

/** An example or two for messages. */
const EXAMPLES: Partial<Record<Role, string>> = {
  user_id: ' (or a usual other name such as userId, user, customer_id)',
  item_id: ' (or a usual other name such as itemId, item, movieId, product_id, asin, sku)',
}

/** No column, or several, for a part that a file must have. */
export class ColumnError extends InputError {
  constructor(
    file: string,
    readonly role: Role,
    found: string,
    expected: string,
  ) {
    super({ file }, found, expected)
  }
}

/** No column for a part, among the names that a file has. */
export class NoColumn extends ColumnError {}

/** What kind of file it is, as config key `columns` calls them. */
export type FileKind = 'interactions' | 'items' | 'campaigns' | 'embeddings' | 'neighbours' | 'popularity'

/** How columns are found. */
export interface FindOptions {
  /** default: `items`; in `interactions`, `id` may number the rows */
  kind?: FileKind
  /** where a column that the mapping names and the file lacks is written down */
  notes?: FileFacts
}

/**
 * Positions of the wanted parts among `names`, -1 where there is none. A column that the mapping names and this file lacks
 * falls back to the usual names: one mapping serves several files.
 * Errors: a required part without a column, two columns for one part.
 */
export function findColumns<R extends Role>(
  file: string,
  names: readonly string[],
  wanted: readonly R[],
  required: readonly R[],
  mapping: Mapping = {},
  options: FindOptions = {},
): Record<R, number> {
  const found = {} as Record<R, number>
  const kind = options.kind ?? 'items'
  for (const role of wanted) {
    const chosen = mapping[role]
    if (chosen === null) {
      found[role] = -1
      continue
    }
    const named =
      typeof chosen === 'string' ? names.indexOf(chosen) : chosen === undefined ? -1 : placeOf(chosen, names)
    const at = named >= 0 ? named : findColumn(file, names, role, kind)
    if (at < 0 && required.includes(role))
      throw chosen === undefined
        ? noColumn(file, role, names, kind, unfound(names, required, mapping, kind))
        : new ColumnError(
            file,
            role,
            `the columns ${quoteList(names)}`,
            `${quoteList([calledOf(chosen)])}, named as ${role}`,
          )
    if (chosen !== undefined && named < 0 && options.notes !== undefined)
      noteFallback(options.notes, role, calledOf(chosen), at < 0 ? null : names[at])
    found[role] = at
  }
  const taken = wanted.map((role) => names[found[role]]).filter((name) => name !== undefined)
  if (Object.values(mapping).every((chosen) => typeof chosen !== 'number') && areData(names) && areData(taken))
    noteNoHeader(options.notes, names, kind)
  return found
}

const placeOf = (place: number, names: readonly string[]): number =>
  Number.isInteger(place) && place >= 1 && place <= names.length ? place - 1 : -1

const calledOf = (chosen: string | number): string => (typeof chosen === 'string' ? chosen : placeName(chosen - 1))

/** How the header of such a file is known; of a file without one, that columns are known by place. */
export function headingOf(required: readonly Role[], mapping: Mapping = {}): Heading {
  const places = required.some((role) => typeof mapping[role] === 'number')
  const names = (cells: readonly string[], role: Role) => {
    const chosen = mapping[role]
    if (typeof chosen === 'number') return partOf(cells[chosen - 1]?.trim() ?? '') === role
    return cells.some((cell) => cell.trim() === chosen || (!places && partOf(cell.trim()) === role))
  }
  return { places, isHeader: (cells) => required.every((role) => names(cells, role)) }
}

/** The config that names columns by place. */
function byPlace(names: readonly string[], kind: FileKind): string {
  const places = kind === 'interactions' ? placesOf(names) : { item_id: 1, ...(names.length > 1 && { title: 2 }) }
  return JSON.stringify({ columns: { [kind]: places } })
}

function noteNoHeader(facts: FileFacts | undefined, names: readonly string[], kind: FileKind): void {
  if (facts === undefined || facts.notes?.some(({ note }) => note === 'headless')) return
  facts.notes = [...(facts.notes ?? []), { note: 'headless', first: names.slice(0, 5), config: byPlace(names, kind) }]
}

function noColumn(file: string, role: Role, names: readonly string[], kind: FileKind, line: string): ColumnError {
  const found = `no column for ${role} among ${quoteList(names)}`
  if (areData(names))
    return new NoColumn(
      file,
      role,
      `${found}, which look like a first row: there seems to be no header`,
      `a header line, or columns by place, such as config ${byPlace(names, kind)} (its numbers are to be checked)`,
    )
  const usual = `a header line with ${role}${EXAMPLES[role] ?? ''}`
  return new NoColumn(file, role, found, `${usual}, or a config that names it: ${line}`)
}

/** The config that names what is missing: the likeliest column for each part of which the names tell nothing. */
function unfound(names: readonly string[], required: readonly Role[], mapping: Mapping, kind: FileKind): string {
  const open = required.filter(
    (role) => mapping[role] === undefined && !names.some((name) => partOf(name) === role),
  ) as (keyof typeof WORDS)[]
  const isFree = (part: Role | null) => part === null || (part === 'title' && kind === 'interactions') // a log has no titles
  const free = names.filter((name) => isFree(partOf(name)))
  const likely: Record<string, string> = Object.fromEntries(
    open.map((role) => [role, likeliest(free, role) ?? UNKNOWN]),
  )
  const times = names.filter((name) => name.includes('.') && partOf(name.split('.').at(-1)!) === 'timestamp')
  const isDated = names.some((name) => partOf(name) === 'timestamp')
  if (kind === 'interactions' && !isDated && times.length === 1) likely.timestamp = times[0]!
  const order = kind === 'interactions' && likely.user_id === UNKNOWN ? names.find(isOrders) : undefined
  if (order === undefined) return configOf(kind, likely)
  const config = JSON.stringify({ columns: { [kind]: { ...likely, user_id: order } }, basket: order })
  return `${config}, by which every order is somebody else's`
}

/** Stands for a column that nothing points at. */
const UNKNOWN = '…'

const configOf = (kind: FileKind, columns: Record<string, string>): string =>
  JSON.stringify({ columns: { [kind]: columns } })

/** The part that a name is usual for. */
export function partOf(name: string): Role | null {
  const canonical = canonicalName(name)
  if (APPS.includes(canonical)) return null
  const roles = Object.keys(ALIASES) as Role[]
  return roles.find((role) => canonicalName(role) === canonical || ALIASES[role].some((group) => group.includes(canonical))) ?? null // prettier-ignore
}

/** What columns of people and of items are called, among other words, in a few languages. */
const WORDS = {
  user_id: /user|customer|client|member|visitor|buyer|guest|account|person|distinct|player|listener|reader|subscriber|student|patient|anonym|cookie|mail|phone|kunde|nutzer|usuario|utilisateur|session|device/, // prettier-ignore
  item_id: /item|product|article|artikel|produkt|prod|sku|ean|upc|gtin|stock|movie|film|book|song|track|artist|video|game|isbn/, // prettier-ignore
}
/** They number what they name, or name it where nothing numbers it; what else is said of it is none. */
const NUMBERS =
  /(id|ids|uuid|guid|code|key|no|nr|num|number|nummer|numero|numéro|номер|sku|ean|upc|gtin|isbn|const|hash|mail|ref|uri)$/
const CALLS = /(name|title|user|customer|client|member|buyer|product|article|artikel|produkt|kunde|item)$/

/** Who made a thing, beside which it has a name of its own. */
const MAKERS = /artist|album|author|brand/i

/** By its name, the column most likely to be of that part. */
function likeliest(names: readonly string[], role: keyof typeof WORDS): string | undefined {
  const other = role === 'user_id' ? WORDS.item_id : WORDS.user_id
  const inside = names.find((name) => name.includes('.') && partOf(name.split('.').at(-1)!) === role)
  if (inside !== undefined) return inside
  const about = names.filter((name) => WORDS[role].test(canonicalName(name)))
  const numbering = (list: readonly string[]) => list.find((name) => NUMBERS.test(canonicalName(name)))
  return (
    numbering(about) ??
    about.find((name) => CALLS.test(canonicalName(name)) && !MAKERS.test(name)) ??
    about.find((name) => CALLS.test(canonicalName(name))) ??
    (role === 'item_id' ? withoutOthers(otherIds(names)) : otherIds(names)).find(
      (name) => !other.test(canonicalName(name)),
    )
  )
}

/** Names of columns whose equal cells, one below the other, are one order. */
const ORDERS =
  /^(id)?(order|sale|invoice|transaction|receipt|purchase|bestell(ung)?s?|auftrags?|rechnungs?|commande|facture|pedido|factura|ordine|заказ|订单|訂單|注文|주문)(id|no|nr|num|number|nummer|name|code|ref|号|號|编号|番号|번호)?$/
/** Whether a column of that name tells orders apart. */
export const isOrders = (name: string): boolean => ORDERS.test(canonicalName(name))

/** Names that are usual for items, else those of ids of something that is no usual part. */
export function otherItems(names: readonly string[]): string[] {
  const usual = names.filter((name) => partOf(name) === 'item_id' && canonicalName(name) !== 'id')
  return withoutOthers(usual.length > 0 ? usual : otherIds(names))
}

/** Ids of what is hardly recommended: where and when something happened, to whom, and what a thing is of. */
const OTHERS =
  /^(app|ip)id$|amplitude|distinct|mixpanel|^guid|uuid|anonym|user|visitor|cookie|client|customer|categor|impression|event|session|request|message|insert|batch|trace|query|search|rank|page(view)?id|campaign|^ad(set|group)?id|order|transaction|invoice|cart|basket|payment|device|tenant|region|country|type/

const withoutOthers = (names: readonly string[]) => names.filter((name) => !OTHERS.test(canonicalName(name)))

/** Whether one of the columns is the event. */
const isOfEvents = (names: readonly string[]) => names.some((name) => partOf(name) === 'event')

/** Columns that may tell people apart, signed in or not. */
export const otherPeople = (names: readonly string[]): string[] =>
  names.filter((name) => PEOPLE.test(canonicalName(name)))

const PEOPLE =
  /^(anonymousid|anonid|.*(user|visitor|client|customer|device|cookie|pseudo|member|distinct|fullvisitor|person|profile|account|amplitude).*id|.*(email|cookie|visitor))$/

export function noteFallback(facts: FileFacts, role: string, wanted: string, column: string | null): void {
  const notes = (facts.notes ??= []).filter((one) => one.note !== 'fallback' || one.role !== role)
  facts.notes = [...notes, { note: 'fallback', role, wanted, column }] // JSON Lines ask again when keys come
}

/** Errors: a column that the mapping names and none of the files has. */
export function checkMapped(files: readonly FileFacts[], mapping: Record<string, string | number | null>): void {
  for (const [role, chosen] of Object.entries(mapping))
    if (typeof chosen === 'string' && files.every(({ columns }) => columns.every(({ name }) => name !== chosen)))
      throw new InputError(
        { file: files.map(({ path }) => path).join(', ') },
        `the columns ${quoteList([...new Set(files.flatMap(({ columns }) => columns.map(({ name }) => name)))])}`,
        `${quoteList([chosen])}, named as ${role}`,
      )
}

/** Names without a dot come before those that have one, as keys inside objects do: `user.id`. */
function findColumn(file: string, names: readonly string[], role: Role, kind: FileKind, dotless = true): number {
  const exact = names.indexOf(role)
  if (exact >= 0) return exact
  const own =
    dotless && names.some((name) => name.includes('.')) ? names.map((name) => (name.includes('.') ? '' : name)) : names
  const canonical = own.map(canonicalName)
  for (const group of [[canonicalName(role)], ...ALIASES[role]]) {
    if (group === APPS && isOfEvents(names)) continue
    const fits = canonical.flatMap((name, at) => (group.includes(name) ? [at] : []))
    if (fits.length > 1)
      throw new ColumnError(
        file,
        role,
        `${fits.length} columns that could be ${role}: ${quoteList(fits.map((at) => names[at]))}`,
        `one of them named ${role}, or a config that chooses: ${configOf(kind, { [role]: names[fits.find((at) => canonical[at] !== 'time') ?? fits[0]] })}`,
      )
    if (fits.length === 0) continue
    const others = kind === 'interactions' && role === 'item_id' && group.includes('id') ? otherIds(names) : []
    if (others.length === 0) return fits[0]
    throw new ColumnError(
      file,
      role,
      `${quote(names[fits[0]])}, which may only number the rows, beside ${quoteList(others)}`,
      `the column of the items to be named: config "columns": {"interactions": {"item_id": ${JSON.stringify(withoutOthers(others)[0] ?? '…')}}}`,
    )
  }
  return own === names ? -1 : findColumn(file, names, role, kind, false)
}

const KNOWN = new Set(Object.values(ALIASES).flat(2))
/** Words that end like an id and are none. */
const NO_IDS = /(p|^r?)aid$|valid$|(^|a)void$|^bid$|^grid$|solid$|liquid$|fluid$|hybrid$|android$|^mid$|covid$/

/** Columns that are named like an id of something that is no usual part: `hotel_id`, `venueId`, `jobid`. */
export function otherIds(names: readonly string[]): string[] {
  return names.filter((name) => {
    const canonical = canonicalName(name)
    if (KNOWN.has(canonical) || ['userid', 'itemid', 'id'].includes(canonical)) return false
    const isWord = /[\s_.-](id|uuid|guid)$/i.test(name) || /[a-z0-9](Id|ID|Uuid|UUID)$/.test(name)
    return isWord || (/^[a-z]{2,}id$/.test(name) && !NO_IDS.test(name))
  })
}

/** `User-ID`, `userId`, `user_id`, `# user_id`, RecBole's `user_id:token` and Stripe's `user_id (metadata)` are one name. */
export function canonicalName(name: string): string {
  return name
    .toLowerCase()
    .replace(/^[#%]\s*(?=\S)/, '')
    .replace(/(?<=\S)\s*\([^()]*\)$/, '')
    .replace(/:(token|float)(_seq)?$/, '')
    .replace(/[\s_.-]+/g, '')
}
