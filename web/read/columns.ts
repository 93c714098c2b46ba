/** Which column plays which part: exact names first, then the names that logs in the wild use. */
import { InputError, quoteList } from './errors.js'

/** What a column is to a reader. */
export type Role = 'user_id' | 'item_id' | 'rating' | 'event' | 'timestamp' | 'basket' | 'title'

/** A person's own choice: the column for a part, or null for "none, even if a name fits". */
export type Mapping = Partial<Record<Role, string | null>>

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
      'app',
      'appid',
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
    ['id'],
  ],
  rating: [['score', 'stars', 'starrating', 'overall', 'rate', 'reviewscore', 'userrating', 'itemrating']],
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
  ],
  basket: [], // nobody is asked for one whose column is not named
  title: [['name', 'itemname', 'productname', 'producttitle', 'movietitle', 'filmtitle', 'booktitle', 'songtitle']],
}

/** An example or two for messages. */
const EXAMPLES: Partial<Record<Role, string>> = {
  user_id: ' (or a usual other name such as userId, user, customer_id)',
  item_id: ' (or a usual other name such as itemId, item, movieId, product_id, asin, sku)',
}

/**
 * Positions of the wanted parts among `names`, -1 where there is none.
 * Errors: a required part without a column, a mapped column that is not there, two columns for one part.
 */
export function findColumns<R extends Role>(
  file: string,
  names: readonly string[],
  wanted: readonly R[],
  required: readonly R[],
  mapping: Mapping = {},
): Record<R, number> {
  const found = {} as Record<R, number>
  for (const role of wanted) {
    const at = findColumn(file, names, role, mapping)
    if (at < 0 && required.includes(role)) {
      throw new InputError(
        { file },
        `no column for ${role} among ${quoteList(names)}`,
        `a header line with ${role}${EXAMPLES[role] ?? ''}`,
      )
    }
    found[role] = at
  }
  return found
}

function findColumn(file: string, names: readonly string[], role: Role, mapping: Mapping): number {
  const chosen = mapping[role]
  if (chosen === null) return -1
  if (chosen !== undefined) {
    const at = names.indexOf(chosen)
    if (at >= 0) return at
    throw new InputError({ file }, `the columns ${quoteList(names)}`, `${quoteList([chosen])}, named as ${role}`)
  }
  const exact = names.indexOf(role)
  if (exact >= 0) return exact
  const canonical = names.map(canonicalName)
  for (const group of [[canonicalName(role)], ...ALIASES[role]]) {
    const fits = canonical.flatMap((name, at) => (group.includes(name) ? [at] : []))
    if (fits.length > 1) {
      throw new InputError(
        { file },
        `${fits.length} columns that could be ${role}: ${quoteList(fits.map((at) => names[at]))}`,
        `one of them named ${role}, or chosen by the option columns.${role}`,
      )
    }
    if (fits.length === 1) return fits[0]
  }
  return -1
}

/** `User-ID`, `userId`, `user_id` and RecBole's `user_id:token` are one name. */
function canonicalName(name: string): string {
  return name
    .toLowerCase()
    .replace(/:(token|float)(_seq)?$/, '')
    .replace(/[\s_.-]+/g, '')
}
