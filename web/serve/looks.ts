/**
 * How the page looks that `martello serve` shows: the file of `--looks`. Nothing needs to be said: what is not, is found from
 * the attributes' names and kinds (roles.ts).
 */

/** Which attribute plays which part on a card. null: none does. */
export interface Parts {
  /** What an item is called. Default: `title`, `name` and the like. */
  title?: string | null
  /** The address of a picture. Default: by its name and values. */
  image?: string | null
  /** The category that colours a card, and tells in a shelf's summary how varied it is. */
  colour?: string | null
  /** The category whose name a style sheet draws a figure by. Default: none. */
  motif?: string | null
  /**
   * What stands below the title.
   * @maxItems 4
   */
  about?: string[]
  /** What stands in the card's corner, such as a year or a price. */
  corner?: string | null
  /** What says in which currency the corner's price is, as `EUR` or `€`. Default: `currency` and the like; else as the catalogue wrote its prices. */
  currency?: string | null
  /** A number of which more is better, such as stars. */
  score?: string | null
  /** A number that says how many people know the item: the dial for novelty goes by it. Default: what the build was told. */
  popularity?: string | null
  /** A date, or a year: the dial for freshness goes by it. */
  date?: string | null
}

/** The file of `--looks`. */
export interface Looks {
  /** Names the page's address, and what the browser keeps of the person. Default: the bundle's file name. */
  name?: string
  /** What the window is called. */
  title?: string
  heading?: string
  /** A sentence or two below the heading. */
  pitch?: string
  /** What stands at the page's foot. */
  foot?: string
  /** What one item is called. Default "item". */
  item?: string
  /** What several are called. Default: one, and an s. */
  items?: string
  attributes?: Parts
  /** What addresses of pictures are relative to. */
  pictures?: string
  /** Likings to begin with: a name, and ids. */
  tastes?: Record<string, string[]>
  /** A style sheet that is read after the page's own, beside this file. */
  style?: string
  /** Keep the bundle in the browser's own files, as `martello/keep` does. Default false: it is stored with the page. */
  keep?: boolean
}
