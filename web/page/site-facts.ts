/** What `martello site` writes and pages read: site.json, and files of lists. */

/** site.json: what there is to fetch, all of one build. */
export interface SiteFacts {
  format: 'martello site 1'
  /** The folder of this build's files. */
  version: string
  /** The site's root, from here. */
  root: string
  /** Files of lists. */
  chunks: number
  /** Bytes of each part. */
  parts: number[]
}

/** What a file of lists says of a page. */
export interface PageFacts {
  part: number
  /** Where the site has several. */
  language?: string
  /** Address from the root, and title, of each page alike. */
  related: [href: string, title: string][]
}

/** A page to link. */
export interface Link {
  href: string
  title: string
}
